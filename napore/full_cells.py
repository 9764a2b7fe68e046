"""Full cells: a carbon and a cathode balanced by mass ratio, loading and the sodium between them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import pybamm

from .cell_options import with_classes, with_switches
from .cells import (
    Cell,
    CellError,
    build_model,
    check_values,
    checked,
    half_cell,
    lawful,
    own_name,
    set_and_values,
    with_start_temperature,
)
from .parameters import gu2025_full, schema
from .parameters.ageing import aged
from .parameters.balance import Balance
from .parameters.full_cell import Pair, balance_of, full_cell_values, merged_entries
from .parameters.hosts import HostElectrode, host_electrode, host_set, host_sets
from .parameters.provenance import nearest
from .parameters.sets import NAMES, ParameterSet, UnknownCellError, load_set, short_name

__all__ = ["FirstCycle", "FullCell", "full_cell", "load_cell"]

RATIO = "Mass ratio of carbon to cathode"
LOADING = "Cathode electrode areal loading [kg.m-2]"
THICKNESS = "Cathode electrode thickness [m]"
PRESODIATION = "Carbon electrode presodiation [mA.h.g-1]"
CARBON_LOADING = "Carbon electrode areal loading [kg.m-2]"
CARBON_THICKNESS = "Carbon electrode thickness [m]"
EFFICIENCY = "Carbon electrode initial coulombic efficiency"
REVERSIBLE = "Carbon electrode reversible capacity [mA.h.g-1]"


class FirstCycle(Protocol):
    """First cycle of a carbon that a full cell can be made with, such as ``napore.formation`` returns."""

    @property
    def cell(self) -> str:
        """Name of the carbon."""

    @property
    def loss_mAh_g(self) -> float:
        """Sodium that it took for good, per gram of carbon."""


@dataclass(frozen=True)
class FullCell(Cell):
    """A full cell that experiments act on, with the balance of its electrodes.

    Parameters
    ----------
    balance
        Areal capacities, N/P ratio, inventory and stoichiometry windows at equilibrium. The other
        parameters are those of :class:`napore.cells.Cell`.
    hosts
        Electrodes of PyBaMM's sets in the place of the anode and of the cathode, else None.
    """

    balance: Balance = field(kw_only=True)
    hosts: tuple[HostElectrode | None, HostElectrode | None] = field(default=(None, None), kw_only=True)

    def with_numbers(self, parameters: Mapping[str, float], *, allow_unusual: bool = False) -> "FullCell":
        """Return the same pair with the same model and other numbers; balance and start follow.

        Parameters
        ----------
        parameters
            As for :func:`full_cell`, such as ``{"Mass ratio of carbon to cathode": 0.3}``.
        allow_unusual
            As for :func:`full_cell`; what the cell was made with is not asked again.

        Raises
        ------
        CellError
            With the value and what is allowed.
        """
        kept = {own_name(self.source, name): value for name, value in self.changed.items()}
        words: dict[str, str] = {role: kept.pop(role) for role in ("anode", "cathode") if role in kept}
        given = checked(self.source, parameters, allow_unusual=allow_unusual)
        new = {own_name(self.source, name): value for name, value in given.items()}
        # what is off by default is left to its number, which may switch it on
        off = (("contact resistance", "false"), ("pore interaction", "none"))
        options = {name: value for name, value in self.model.options.items() if (name, value) not in off}
        return _build(self.source, *self.hosts, self.model_name, options, {**kept, **new}, words)

    def simulation(self, experiment: pybamm.Experiment | None = None, **kwargs: Any) -> pybamm.Simulation:
        """PyBaMM simulation of the cell; Newton's method converges closer than by default.

        The vertical ends of a cathode's potential need it: with the default coefficient of 0.33 a DFN
        with NVPF fails at the end of its charge. It costs nothing that can be measured.
        """
        usual = self.model.default_solver
        kept = usual.options["suppress_algebraic_error"]
        options = {"nonlinear_convergence_coefficient": 0.05, "suppress_algebraic_error": kept}
        closer = type(usual)(rtol=usual.rtol, atol=usual.atol, options=options)
        kwargs.setdefault("solver", closer)
        return super().simulation(experiment, **kwargs)


def load_cell(
    name: str | Path,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float] | None = None,
    ageing: str | Path | None = None,
    *,
    allow_unusual: bool = False,
) -> Cell:
    """Half or full cell by the name of its set or the path of a parameter file.

    Parameters
    ----------
    name
        Such as ``"fjh"``, ``"nvp"``, ``"fjh-nvp"``, ``"Gu2025_TF_NVP"`` or ``"mine.toml"``.
    model, options, parameters, ageing, allow_unusual
        As for :func:`napore.half_cell` and :func:`full_cell`.

    Raises
    ------
    UnknownCellError, ParameterFileError, CellError, pybamm.OptionError
        With the value and what is allowed.
    """
    source = load_set(name)
    if source.kind != "full":
        return half_cell(name, model, options, parameters, ageing, allow_unusual=allow_unusual)
    source, options = aged(source, ageing, options)
    changed = checked(source, parameters or {}, allow_unusual=allow_unusual)
    return _build(source, None, None, model, options, changed, {})


def full_cell(
    anode: str | Path = "anthracite-FJH",
    cathode: str | Path = "NVP",
    mass_ratio: float | None = None,
    loading_mg_cm2: float | None = None,
    presodiation_mAh_g: float | None = None,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float] | None = None,
    formation: FirstCycle | Literal["stated"] = "stated",
    ageing: str | Path | None = None,
    *,
    allow_unusual: bool = False,
) -> FullCell:
    """Full cell of a carbon and a cathode, formed and discharged to equilibrium at its lower cut-off.

    The cathode's loading is held and the carbon's follows the mass ratio; a thickness follows its
    loading at constant porosity unless it is among ``parameters``. The sodium that the first cycle
    takes, ``Q_rev (1/ICE - 1)`` per gram of carbon, has left the inventory.

    Parameters
    ----------
    anode
        Name of a carbon ("fjh", "anthracite-TF"), path of a carbon's parameter file, or a PyBaMM set
        whose negative electrode stands in for it.
    cathode
        ``"NVP"``, path of a cathode's parameter file, or a PyBaMM set whose positive electrode
        stands in for it (``"Chayambuka2022"``: NVPF). One PyBaMM set for both takes its separator,
        electrolyte, cut-offs and sodium as well.
    mass_ratio
        Active mass of the anode over that of the cathode, > 0; 2/5 where None (of a pair of one
        PyBaMM set: its own).
    loading_mg_cm2
        Active material of the cathode [mg/cm2], > 0; that of its set where None (NVP: 3.125).
    presodiation_mAh_g
        Sodium put into the carbon before the first charge [mAh per gram of carbon]; it makes good
        the loss first.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    options
        Options of the model, as for :func:`napore.half_cell`; storage is that of the carbon.
    parameters
        Numbers that replace those of the sets, by their names in PyBaMM's spelling or in the
        sets' own ("Carbon electrode ...", "Cathode electrode ..."), SI.
    formation
        ``"stated"``: the loss of the first cycle is that of the carbon's measured efficiency; or a
        simulated first cycle of this carbon, from :func:`napore.formation`, whose loss it is then.
    ageing
        Ageing of the carbon, as for :func:`napore.half_cell`; none where None.
    allow_unusual
        Whether these numbers and ``parameters`` may lie outside what is plausible, as for
        :func:`napore.half_cell`.

    Returns
    -------
    FullCell
        With ``balance``: areal capacities, N/P ratio, inventory, stoichiometry windows.

    Raises
    ------
    UnknownCellError, ParameterFileError, CellError, pybamm.OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> cell = full_cell("anthracite-FJH", "NVP", mass_ratio=2 / 5, model="SPM")
    >>> cell.name, round(cell.balance.n_p_ratio, 1)
    ('fjh-nvp', 1.2)
    """
    changed = dict(parameters or {})
    densities = _densities_of_hosts(anode, cathode, changed, allow_unusual)
    carbon, negative = _anode(anode, densities)
    entries, cathode_name, positive = _cathode(cathode, densities)
    name = f"{carbon.name if negative is None else negative.set_name}-{cathode_name}".lower()
    title = f"{carbon.name if negative is None else negative.set_name} against {cathode_name}, full cell"
    source = ParameterSet(
        name,
        title,
        merged_entries(carbon.entries, entries, gu2025_full.defaults()),
        carbon.classes,
        "full",
    )
    if ageing is not None and negative is not None:
        raise CellError(f"ageing is given, but the anode is that of {negative.set_name}: it is of a carbon")
    source, options = aged(source, ageing, options)
    if loading_mg_cm2 is not None:
        loading_mg_cm2 = schema.number("loading_mg_cm2", loading_mg_cm2, CellError)
    for number, argument, value in (
        (RATIO, "mass_ratio", mass_ratio),
        (LOADING, "loading_mg_cm2", None if loading_mg_cm2 is None else 0.01 * loading_mg_cm2),
        (PRESODIATION, "presodiation_mAh_g", presodiation_mAh_g),
    ):
        if value is not None:
            if any(own_name(source, given) == number for given in changed):
                raise CellError(f"{argument} and {number!r} are both given: give one of them")
            changed[number] = value
    changed = checked(source, changed, allow_unusual=allow_unusual)
    if formation != "stated":
        efficiency = _efficiency_of(formation, source, carbon.name if negative is None else "", changed)
        changed |= checked(source, efficiency, allow_unusual=True)
    stand_ins = {"anode": negative, "cathode": positive}
    hosts = {role: f"{h.set_name}, {h.density:g} kg/m3" for role, h in stand_ins.items() if h is not None}
    return _build(source, negative, positive, model, options, changed, hosts)


def _efficiency_of(
    formation: Any, source: ParameterSet, carbon: str, changed: Mapping[str, Any]
) -> dict[str, float]:
    """Efficiency of the first cycle with which the stated loss is that of a simulated one."""
    if isinstance(formation, str) or not hasattr(formation, "loss_mAh_g"):
        raise CellError(f"formation is {formation!r}: give 'stated', or what napore.formation returns")
    if formation.cell != carbon:
        has = f"the anode is {carbon!r}" if carbon else "the anode is an electrode of a PyBaMM set"
        raise CellError(f"formation is that of {formation.cell!r}, but {has}: form the carbon of the cell")
    given = {own_name(source, name): value for name, value in changed.items()}
    if EFFICIENCY in given:
        raise CellError(f"formation and {EFFICIENCY!r} are both given: give one of them")
    reversible = given.get(REVERSIBLE, source.numbers[REVERSIBLE])
    loss = schema.number("loss of the first cycle", formation.loss_mAh_g, CellError)
    return {EFFICIENCY: reversible / (reversible + loss)}


def _densities_of_hosts(
    anode: str | Path, cathode: str | Path, changed: dict[str, Any], allow_unusual: bool
) -> dict[str, float]:
    """True densities by electrode that a user gives for those of PyBaMM's sets, taken out of the changes."""
    found = {}
    for domain, name, own in (("negative", anode, "Carbon"), ("positive", cathode, "Cathode")):
        density = f"{own} electrode true density [kg.m-3]"
        if density in changed and host_set(str(name)) is not None:
            given = changed.pop(density)
            found[domain] = schema.check(density, given, allow_unusual=allow_unusual, error=CellError)
    return found


def _anode(name: str | Path, densities: Mapping[str, float]) -> tuple[ParameterSet, HostElectrode | None]:
    host = host_set(str(name))
    if host is not None:
        return load_set("fjh"), _host(host, "negative", densities.get("negative"))
    found = _electrode_set(name, 0)
    if found.kind != "carbon":
        raise CellError(f"anode {str(name)!r} is no carbon: give a carbon such as 'fjh', or a PyBaMM set")
    return found, None


def _cathode(
    name: str | Path, densities: Mapping[str, float]
) -> tuple[Mapping[str, Any], str, HostElectrode | None]:
    host = host_set(str(name))
    if host is not None:
        return gu2025_full.cathode_entries(), host, _host(host, "positive", densities.get("positive"))
    found = _electrode_set(name, 1)
    if found.kind != "cathode":
        raise CellError(f"cathode {str(name)!r} is no cathode: give 'NVP', a cathode's file or a PyBaMM set")
    own = {n: e for n, e in found.entries.items() if n in gu2025_full.cathode_entries()}
    return own, found.name, None


def _electrode_set(name: str | Path, place: int) -> ParameterSet:
    """Set of an electrode; of a full cell's name its carbon (place 0) or its cathode (1)."""
    pair = gu2025_full.FULL_CELLS.get(short_name(str(name)) or "")
    try:
        return load_set(name if pair is None else pair[place])
    except UnknownCellError:
        known = [*NAMES, *(other for others in NAMES.values() for other in others), *host_sets()]
        raise UnknownCellError(
            f"unknown electrode {str(name)!r}{nearest(str(name), known)} (known: {', '.join(NAMES)}, a .toml "
            "file, or a PyBaMM set)"
        ) from None


def _host(set_name: str, domain: str, density: float | None) -> HostElectrode:
    try:
        return host_electrode(set_name, domain, density)
    except ValueError as error:
        raise CellError(str(error)) from None


def _build(
    source: ParameterSet,
    anode: HostElectrode | None,
    cathode: HostElectrode | None,
    model: str,
    options: Mapping[str, Any] | None,
    changed: dict[str, Any],
    hosts: Mapping[str, str],
) -> FullCell:
    """Cell of a set, with a PyBaMM set's electrode in the place of one or both of its own."""
    source = lawful(source, options or {}, changed)
    own = {own_name(source, name): value for name, value in changed.items()}
    chosen = with_switches(options or {}, source, own)
    storage = chosen.get("sodium storage", "single" if anode is not None else "kinetic")
    if isinstance(storage, str):
        chosen["sodium storage"] = (storage, "single")
    usual = {"pore classes": str(source.classes), "adsorption law": source.law}
    built = build_model(model, {**usual, **chosen})
    source = with_classes(source, built.options, "negative")
    both = Pair(source.classes, source.law, anode, cathode)
    given = {_spelling(source, name, anode, cathode): value for name, value in changed.items()}
    _check_arguments(given)
    given = dict(with_start_temperature(built, source, given))
    pair = anode is not None and cathode is not None and anode.set_name == cathode.set_name
    effective = {**_numbers_of_hosts(source.numbers, anode, cathode, pair), **given}
    effective = _following(effective, given, source.numbers)

    def values_of(numbers: Mapping[str, float]) -> dict[str, Any]:
        values = full_cell_values(numbers, both)
        return values | _of_the_pair(anode, values) if pair and anode is not None else values

    _check_presodiation({**source.numbers, **effective}, anode)
    sides = {"Negative": anode, "Positive": cathode}
    as_spelt = tuple(f"{side} {part}" for side in sides if sides[side] for part in ("electrode", "particle"))
    _, values = set_and_values(source, effective, values_of, as_spelt)
    check_values(built, values, source, options or {})
    carbon = anode is None
    single = storage == "single" or storage == ("single", "single")
    return FullCell(
        source.name,
        built,
        values,
        "negative" if carbon and not single else None,
        source.classes if carbon else 0,
        source,
        {**hosts, **changed},
        "full",
        balance=_balance(values, both),
        hosts=(anode, cathode),
    )


def _balance(values: pybamm.ParameterValues, pair: Pair) -> Balance:
    try:
        return balance_of(values, pair)
    except ValueError as error:
        raise CellError(str(error)) from None


def _spelling(
    source: ParameterSet, name: str, anode: HostElectrode | None, cathode: HostElectrode | None
) -> str:
    """Name of a number of ours where there is one, else PyBaMM's name."""
    own = own_name(source, name)
    for ours, theirs, host in (("Carbon", "Negative", anode), ("Cathode", "Positive", cathode)):
        if host is None or own in (LOADING, PRESODIATION):
            continue
        if own.startswith((f"{ours} electrode", f"{ours} particle")):
            spelt = theirs + own.removeprefix(ours)
            if spelt.endswith(("electrode thickness [m]", "active material volume fraction")):
                raise CellError(
                    f"{name!r} follows the loading in an electrode of PyBaMM's set {host.set_name!r}: give "
                    "mass_ratio or loading_mg_cm2"
                )
            return spelt
    return own if own in source.entries else name


def _numbers_of_hosts(
    numbers: Mapping[str, float], anode: HostElectrode | None, cathode: HostElectrode | None, pair: bool
) -> dict[str, float]:
    """Numbers that a PyBaMM set changes: its cathode's loading and cut-offs; of a pair the cell."""
    found: dict[str, float] = {}
    if cathode is not None:
        found[LOADING] = cathode.loading
        whole = pybamm.ParameterValues(cathode.set_name)
        found |= {name: float(whole[name]) for name in numbers if name in whole and "oltage" in name}
    if pair and anode is not None and cathode is not None:
        found[RATIO] = anode.loading / cathode.loading
        whole = pybamm.ParameterValues(anode.set_name)
        for name in numbers:
            # the electrodes are taken over as they are
            if name in whole and not name.startswith(("Negative", "Positive")) and not callable(whole[name]):
                found[name] = float(whole[name])
        area = float(whole["Electrode height [m]"]) * float(whole["Electrode width [m]"])
        found["Electrode disc diameter [m]"] = 2.0 * math.sqrt(area / math.pi)
    return found


def _of_the_pair(host: HostElectrode, values: Mapping[str, Any]) -> dict[str, Any]:
    """Functions of the electrolyte of a PyBaMM set."""
    whole = pybamm.ParameterValues(host.set_name)
    names = ("Electrolyte conductivity [S.m-1]", "Electrolyte diffusivity [m2.s-1]")
    return {name: whole[name] for name in names if name in values}


def _following(
    effective: dict[str, Any], given: Mapping[str, Any], numbers: Mapping[str, float]
) -> dict[str, Any]:
    """Thicknesses follow the loadings, unless they are given."""
    loading = effective.get(LOADING, numbers[LOADING])
    if LOADING in given and THICKNESS not in given:
        effective[THICKNESS] = numbers[THICKNESS] * loading / numbers[LOADING]
    if CARBON_THICKNESS in given:  # which then belongs to this loading
        effective[CARBON_LOADING] = effective.get(RATIO, numbers[RATIO]) * loading
    return effective


def _check_arguments(given: Mapping[str, Any]) -> None:
    if CARBON_LOADING in given:
        raise CellError(f"{CARBON_LOADING!r} follows the mass ratio in a full cell: give mass_ratio")


def _check_presodiation(numbers: Mapping[str, float], anode: HostElectrode | None) -> None:
    presodiation = numbers[PRESODIATION]
    if anode is not None:
        return
    reversible = numbers["Carbon electrode reversible capacity [mA.h.g-1]"]
    loss = reversible * (1.0 / numbers["Carbon electrode initial coulombic efficiency"] - 1.0)
    if presodiation > reversible + loss:
        raise CellError(
            f"presodiation is {presodiation:g} mAh per g of carbon: the carbon takes at most "
            f"{reversible + loss:.0f} ({loss:.0f} lost in the first cycle and {reversible:.0f} reversible)"
        )
