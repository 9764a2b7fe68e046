"""Full cells: a carbon and a cathode balanced by mass ratio, loading and the sodium between them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pybamm

from .cell_checks import check_acts, check_functions, check_values
from .cell_numbers import in_own_names, in_words_of, with_chosen_law
from .cell_options import refuse_of_carbons, with_classes, with_switches, without_default_switches
from .cells import Cell, CellError, build_model, checked, half_cell, set_and_values
from .full_cell_electrodes import (
    FORMATIONS,
    LOADING,
    PRESODIATION,
    RATIO,
    FormationName,
    Hosts,
    anode_of,
    cathode_of,
    densities_of_hosts,
    effective_numbers,
    electrolyte_of,
    first_cycle_of,
    of_arguments,
    spelling,
)
from .parameters import schema
from .parameters.ageing import aged
from .parameters.arguments import typed
from .parameters.balance import Balance
from .parameters.catalogue import pair_entries
from .parameters.electrolytes import with_electrolyte
from .parameters.full_cell import Pair, balance_of, full_cell_values
from .parameters.optional import CYCLED
from .parameters.sets import ParameterSet, load_set
from .uncollected import uncollected

__all__ = [
    "FORMATIONS",
    "LOADING",
    "PRESODIATION",
    "RATIO",
    "FirstCycle",
    "FormationName",
    "FullCell",
    "full_cell",
    "load_cell",
]


class FirstCycle(Protocol):
    """First cycle of a carbon that a full cell can be made with, such as ``napore.formation`` returns."""

    @property
    def cell(self) -> str:
        """Name of the carbon."""

    @property
    def loss_mAh_g(self) -> float:
        """Sodium that it took for good, per gram of carbon."""


@dataclass(frozen=True, repr=False)
class FullCell(Cell):
    """A full cell that experiments act on, with the balance of its electrodes.

    Parameters
    ----------
    hosts
        Electrodes of PyBaMM's sets in the place of the anode and of the cathode, else None. The other
        parameters are those of :class:`napore.cells.Cell`.
    """

    hosts: Hosts = field(default=Hosts(), kw_only=True)

    @property
    def balance(self) -> Balance:
        """Areal capacities, N/P ratio, inventory and windows at equilibrium, with the present values.

        Raises
        ------
        CellError
            For an inventory or a window that the electrodes cannot have, and for inputs.
        """
        return _balance(self.parameter_values, Pair(self.source.classes, self.source.law, *self.hosts))

    @property
    def formation(self) -> FormationName:
        """``"precycled"`` where the carbon was cycled before assembly, ``"stated"`` where its loss counts."""
        name = CYCLED.replace("Carbon", "Negative", 1)
        return FORMATIONS[name in self.parameter_values and self.number(name) == 1.0]

    @property
    def _remark(self) -> str:
        return "anode cycled before assembly" if self.formation == "precycled" else ""

    def _windows(self) -> dict[str, tuple[float, float]]:
        return _windows_of(self.balance)

    @typed(CellError)
    def with_numbers(self, parameters: Mapping[str, float], *, allow_unusual: bool = False) -> "FullCell":
        """Return the same pair with the same model and other numbers; balance and start follow.

        Values set in ``parameter_values`` since the cell was made stay, but for those given.

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
        kept = in_own_names(self.source, self.changed)
        for role in self.hosts.identities:
            kept.pop(role)
        given = checked(self.source, parameters, allow_unusual=allow_unusual)
        new = in_own_names(self.source, given)
        options = without_default_switches(self.model.options)
        made = _build(self.source, self.hosts, self.model_name, options, {**kept, **new})
        gone = {schema.pybamm_name(name, "full") for name in new}
        made.parameter_values.update({n: v for n, v in self.edited.items() if n not in gone})
        return made

    @property
    def solver(self) -> pybamm.IDAKLUSolver:
        """Solver of the model; Newton's method converges closer than by default.

        The vertical ends of a cathode's potential need it: with the default coefficient of 0.33 a DFN
        with NVPF fails at the end of its charge. It costs nothing that can be measured.
        """
        usual = self.model.default_solver
        # with what the model's own solver is told
        options = {**usual.options, "nonlinear_convergence_coefficient": 0.05}
        return type(usual)(rtol=usual.rtol, atol=usual.atol, options=options)


@typed(CellError)
def load_cell(
    name: str | Path,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float] | None = None,
    ageing: str | Path | None = None,
    formation: FormationName = "stated",
    electrolyte: str | Path | None = None,
    *,
    allow_unusual: bool = False,
) -> Cell:
    """Half or full cell by the name of its set or the path of a parameter file.

    Parameters
    ----------
    name
        Such as ``"fjh"``, ``"nvp"``, ``"fjh-nvp"``, ``"Gu2025_TF_NVP"`` or ``"mine.toml"``.
    model, options, parameters, ageing, formation, electrolyte, allow_unusual
        As for :func:`napore.half_cell` and :func:`full_cell`; a half cell has no other formation.

    Raises
    ------
    UnknownCellError, ParameterFileError, CellError, pybamm.OptionError
        With the value and what is allowed.
    """
    source = load_set(name)
    if source.kind != "full":
        if formation != FORMATIONS[0]:
            raise CellError(f"formation is {formation!r}, but {source.name} is a half cell: leave it out")
        return half_cell(name, model, options, parameters, ageing, electrolyte, allow_unusual=allow_unusual)
    source, options = aged(source, ageing, options)
    source = with_electrolyte(source, electrolyte)
    changed = checked(source, parameters or {}, allow_unusual=allow_unusual)
    changed |= first_cycle_of(formation, source, source.name, changed)
    return _acting(source, Hosts(), model, options, changed)


@typed(CellError)
def full_cell(
    anode: str | Path = "anthracite-FJH",
    cathode: str | Path = "NVP",
    mass_ratio: float | None = None,
    loading_mg_cm2: float | None = None,
    presodiation_mAh_g: float | None = None,
    model: str = "DFN",
    options: Mapping[str, Any] | None = None,
    parameters: Mapping[str, float] | None = None,
    formation: FirstCycle | FormationName = "stated",
    ageing: str | Path | None = None,
    electrolyte: str | Path | None = None,
    *,
    allow_unusual: bool = False,
) -> FullCell:
    """Full cell of a carbon and a cathode, formed and discharged to equilibrium at its lower cut-off.

    The cathode's loading is held and the carbon's follows the mass ratio; a thickness follows its
    loading at constant porosity unless it is among ``parameters``. The sodium that the first cycle
    takes, ``Q_rev (1/ICE - 1)`` per gram of carbon, has left the inventory; what of it the first cycle
    leaves in the modelled carbon ("Carbon electrode sodium left by the first cycle [mA.h.g-1]") has not.

    Parameters
    ----------
    anode, cathode
        Name or file of a carbon; ``"NVP"``, ``"NVPF"``, a cathode's file or one that fills a template. Or a
        PyBaMM set or BPX file (``.json``) whose electrode stands in for it; one for both brings its
        separator, electrolyte, cut-offs and sodium as well.
    mass_ratio, loading_mg_cm2
        Active mass of the anode over that of the cathode, > 0; 2/5 where None (of a pair of one PyBaMM set:
        its own). Active material of the cathode [mg/cm2], > 0; that of its set where None (NVP: 3.125).
    presodiation_mAh_g
        Sodium put into the carbon before the first charge [mAh per gram of carbon]; it makes good
        the loss first.
    model, options, ageing, electrolyte
        As for :func:`napore.half_cell`; storage, ageing and, where None, electrolyte are those of the carbon.
        A pair of one PyBaMM set has its own electrolyte.
    parameters, allow_unusual
        Numbers that replace those of the sets, by their names in PyBaMM's spelling or in the sets' own
        ("Carbon electrode ...", "Cathode electrode ..."), SI; and whether they and those above may lie
        outside what is plausible.
    formation
        ``"stated"``: the loss of the first cycle is that of the carbon's measured efficiency.
        ``"precycled"``: the carbon was cycled before assembly, and the cell loses nothing. Or a simulated
        first cycle of this carbon, from :func:`napore.formation`, whose loss it is then.

    Raises
    ------
    UnknownCellError, ParameterFileError, CellError, pybamm.OptionError
        With the value and what is allowed.

    Examples
    --------
    >>> cell = full_cell("anthracite-FJH", "NVP", mass_ratio=2 / 5, model="SPM")
    >>> cell.name, round(cell.balance.n_p_ratio, 1)
    ('fjh-nvp', 1.4)
    """
    changed = dict(parameters or {})
    source, carbon, hosts = _pair_of(
        anode, cathode, densities_of_hosts(anode, cathode, changed, allow_unusual)
    )
    _check_hosts(hosts, ageing, electrolyte)
    source, options = aged(source, ageing, options)
    source = with_electrolyte(source, electrolyte)
    changed |= of_arguments(source, changed, mass_ratio, loading_mg_cm2, presodiation_mAh_g)
    changed = checked(source, changed, allow_unusual=allow_unusual)
    first_cycle = first_cycle_of(formation, source, carbon, changed)
    changed |= checked(source, first_cycle, allow_unusual=True)
    return _acting(source, hosts, model, options, changed)


def _pair_of(anode: str | Path, cathode: str | Path, densities: Any) -> tuple[ParameterSet, str, Hosts]:
    """Set of a pair, the name of its carbon (empty of another anode), and the electrodes of PyBaMM's sets."""
    carbon, negative = anode_of(anode, densities)
    entries, cathode_name, positive = cathode_of(cathode, densities)
    anode_name = carbon.name if negative is None else negative.label
    source = ParameterSet(
        f"{anode_name}-{cathode_name}".lower(),
        f"{anode_name} against {cathode_name}, full cell",
        pair_entries(carbon.entries, entries),
        carbon.classes,
        "full",
        law=carbon.law,
    )
    return source, carbon.name if negative is None else "", Hosts(negative, positive)


def _check_hosts(hosts: Hosts, ageing: Any, electrolyte: Any) -> None:
    if ageing is not None and hosts.anode is not None:
        raise CellError(f"ageing is given, but the anode is that of {hosts.anode.words}: it is of a carbon")
    if electrolyte is not None and hosts.pair is not None:
        raise CellError(
            f"electrolyte is given, but the pair of {hosts.pair.words} brings its own: leave it out, "
            "or take one electrode of ours"
        )


def _acting(
    source: ParameterSet, hosts: Hosts, model: str, options: Mapping[str, Any] | None, changed: dict[str, Any]
) -> FullCell:
    """Cell of a set of which all that is changed acts."""
    made = _build(source, hosts, model, options, changed)
    check_acts(made.model, source, source.numbers, changed)
    return made


@uncollected()
def _build(
    source: ParameterSet, hosts: Hosts, model: str, options: Mapping[str, Any] | None, changed: dict[str, Any]
) -> FullCell:
    """Cell of a set, with a PyBaMM set's electrode in the place of one or both of its own."""
    if hosts.anode:
        refuse_of_carbons(options or {}, hosts.anode.label)
    source = with_chosen_law(source, options or {}, changed)
    own = in_own_names(source, changed)
    chosen = with_switches(options or {}, source, own)
    storage = chosen.get("sodium storage", "single" if hosts.anode else "kinetic")
    if isinstance(storage, str):
        chosen["sodium storage"] = (storage, "single")
    usual = {"pore classes": str(source.classes), "adsorption law": source.law}
    built = build_model(model, {**usual, **chosen})
    source = with_classes(source, built.options, "negative")
    both = Pair(source.classes, source.law, *hosts)
    said = {spelling(source, name, hosts): name for name in changed}
    effective = effective_numbers(built, source, hosts, changed)

    def values_of(numbers: Mapping[str, float]) -> dict[str, Any]:
        values = full_cell_values(numbers, both)
        theirs = {} if hosts.pair is None else electrolyte_of(hosts.pair, values)
        return values | theirs | source.electrolyte_functions

    sides = [side for side, host in zip(("Negative", "Positive"), hosts, strict=True) if host]
    as_spelt = tuple(f"{side} {part}" for side in sides for part in ("electrode", "particle"))
    try:
        _, values = set_and_values(source, effective, values_of, as_spelt)
    except CellError as error:
        raise in_words_of(said, error) from None
    check_values(built, values, source, options or {}, changed)
    carbon = hosts.anode is None
    single = storage in ("single", ("single", "single"), ("single", "phases"))
    # the balance refuses what cannot be balanced, and a mesh needs functions that are positive
    check_functions(built, values, _windows_of(_balance(values, both)))
    return FullCell(
        source.name,
        built,
        values,
        "negative" if carbon and not single else None,
        source.classes if carbon else 0,
        source,
        {**hosts.identities, **changed},
        "full",
        hosts=hosts,
    )


def _windows_of(balance: Balance) -> dict[str, tuple[float, float]]:
    return {"negative": balance.anode_window, "positive": balance.cathode_window}


def _balance(values: pybamm.ParameterValues, pair: Pair) -> Balance:
    try:
        return balance_of(values, pair)
    except ValueError as error:
        raise CellError(str(error)) from None
