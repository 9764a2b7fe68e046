"""Electrodes of a full cell, our own and those of PyBaMM's sets, and the numbers that follow from them."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import pybamm

from .cell_numbers import CellError, in_own_names, own_name, with_start_temperature
from .parameters import schema
from .parameters.catalogue import FIRST_OF_KIND, FULL_CELLS, NAMES, TEMPLATES, cathode_entries, short_name
from .parameters.hosts import GENERIC, HostElectrode, host_electrode, host_set, host_sets, host_values
from .parameters.optional import CYCLED
from .parameters.provenance import nearest
from .parameters.sets import ParameterSet, UnknownCellError, load_set

RATIO: Final = "Mass ratio of carbon to cathode"
LOADING: Final = "Cathode electrode areal loading [kg.m-2]"
PRESODIATION: Final = "Carbon electrode presodiation [mA.h.g-1]"
EFFICIENCY: Final = "Carbon electrode initial coulombic efficiency"
REVERSIBLE: Final = "Carbon electrode reversible capacity [mA.h.g-1]"
FormationName = Literal["stated", "precycled"]
FORMATIONS: Final[tuple[FormationName, FormationName]] = ("stated", "precycled")
"""First cycle of the carbon: in the cell, with the loss of its measured efficiency; or before assembly."""
_THICKNESS: Final = "Cathode electrode thickness [m]"
_CARBON_LOADING: Final = "Carbon electrode areal loading [kg.m-2]"
_CARBON_THICKNESS: Final = "Carbon electrode thickness [m]"
_VOLTAGES: Final = (
    "Lower voltage cut-off [V]",
    "Upper voltage cut-off [V]",
    "Open-circuit voltage at 0% SOC [V]",
    "Open-circuit voltage at 100% SOC [V]",
)
"""Window of a full cell, which a cathode of PyBaMM's sets brings with it."""


class Hosts(NamedTuple):
    """Electrodes of PyBaMM's sets in the place of the anode and of the cathode, else None."""

    anode: HostElectrode | None = None
    cathode: HostElectrode | None = None

    @property
    def pair(self) -> HostElectrode | None:
        """The anode where both are of one set, which brings its separator and electrolyte."""
        one = self.anode and self.cathode and self.anode.set_name == self.cathode.set_name
        return self.anode if one else None

    @property
    def identities(self) -> dict[str, str]:
        """What they are, by role."""
        return {role: host.identity for role, host in self._asdict().items() if host is not None}


def densities_of_hosts(
    anode: str | Path, cathode: str | Path, changed: dict[str, Any], allow_unusual: bool
) -> dict[str, float]:
    """True densities by electrode that a user gives for those of PyBaMM's sets, taken out of the changes."""
    found = {}
    for domain, name, own in (("negative", anode, "Carbon"), ("positive", cathode, "Cathode")):
        density = f"{own} electrode true density [kg.m-3]"
        names = [given for given in changed if schema.own_name(given, "full") == density]
        if names and host_set(str(name)) is not None:
            if names[1:]:
                raise CellError(f"{names[0]!r} and {names[1]!r} are the same number: give one of them")
            given = changed.pop(names[0])
            found[domain] = schema.check(names[0], given, allow_unusual=allow_unusual, error=CellError)
    return found


def anode_of(name: str | Path, densities: Mapping[str, float]) -> tuple[ParameterSet, HostElectrode | None]:
    """Carbon of an anode's name, and the electrode of PyBaMM's set that stands in for it, if any.

    Raises
    ------
    UnknownCellError, CellError
        For a name that is no anode.
    """
    host = host_set(str(name))
    if host is not None:
        return load_set(FIRST_OF_KIND["carbon"]), _host(host, "negative", densities.get("negative"))
    found = _electrode_set(name, 0)
    if found.kind != "carbon":
        raise CellError(
            f"anode {str(name)!r} is no carbon: give a carbon such as 'fjh', a BPX file or a PyBaMM set"
        )
    return found, None


def cathode_of(
    name: str | Path, densities: Mapping[str, float]
) -> tuple[Mapping[str, Any], str, HostElectrode | None]:
    """Entries and name of a cathode, and the electrode of PyBaMM's set that stands in for it, if any.

    Raises
    ------
    UnknownCellError, CellError
        For a name that is no cathode.
    """
    host = host_set(str(name))
    if host is not None:
        positive = _host(host, "positive", densities.get("positive"))
        return cathode_entries(), positive.label, positive
    found = _electrode_set(name, 1)
    if found.kind != "cathode":
        raise CellError(
            f"cathode {str(name)!r} is no cathode: give 'NVP', a cathode's file, a BPX file or a PyBaMM set"
        )
    return cathode_entries(found.entries), found.name, None


def _electrode_set(name: str | Path, place: int) -> ParameterSet:
    """Set of an electrode; of a full cell's name its carbon (place 0) or its cathode (1)."""
    pair = FULL_CELLS.get(short_name(str(name)) or "")
    if str(name).lower() in TEMPLATES:
        raise UnknownCellError(
            f"{str(name)!r} is a template without a potential: fill in a file of 'napore parameters new "
            f"--from {str(name).lower()} FILE.toml' and give its name"
        )
    try:
        return load_set(name if pair is None else pair[place])
    except UnknownCellError:
        known = [*NAMES, *(other for others in NAMES.values() for other in others), *host_sets()]
        raise UnknownCellError(
            f"unknown electrode {str(name)!r}{nearest(str(name), known)} (known: {', '.join(NAMES)}, a .toml "
            "file, a BPX file, or a PyBaMM set)"
        ) from None


def _host(set_name: str, domain: str, density: float | None) -> HostElectrode:
    try:
        return host_electrode(set_name, domain, density)
    except ValueError as error:
        raise CellError(str(error)) from None


_FOLLOW: Final = ("electrode thickness [m]", "active material volume fraction", "areal loading [kg.m-2]")


def effective_numbers(
    model: pybamm.BaseModel, source: ParameterSet, hosts: Hosts, changed: Mapping[str, Any]
) -> dict[str, Any]:
    """Numbers that a full cell has in the place of those of its set: given ones, and what follows from them.

    Parameters
    ----------
    model, source, hosts
        Model, set, and electrodes of PyBaMM's sets in the place of anode and cathode.
    changed
        What is given, by name in PyBaMM's spelling or in the set's own.

    Raises
    ------
    CellError
        For numbers that no cell can have together.
    """
    given = {spelling(source, name, hosts): value for name, value in changed.items()}
    _check_carbon_loading(given)
    given = dict(with_start_temperature(model, source, given))
    numbers = source.numbers
    effective = {**_numbers_of_hosts(numbers, hosts), **given}
    effective = _with_thicknesses(effective, given, numbers)
    _check_presodiation({**numbers, **effective}, hosts.anode)
    return effective


def spelling(source: ParameterSet, name: str, hosts: Hosts) -> str:
    """Name of a number of ours where there is one, else PyBaMM's name.

    Raises
    ------
    CellError
        For a number that an electrode of a PyBaMM set has not, or that follows its loading.
    """
    own = own_name(source, name)
    for ours, theirs, host in zip(("Carbon", "Cathode"), ("Negative", "Positive"), hosts, strict=True):
        if host is None or own in (LOADING, PRESODIATION):
            continue
        if own.startswith((f"{ours} electrode", f"{ours} particle")):
            spelt = theirs + own.removeprefix(ours)
            if spelt.endswith(_FOLLOW):
                raise CellError(
                    f"{name!r} follows the loading in an electrode of {host.words}: give "
                    "mass_ratio or loading_mg_cm2"
                )
            if (
                own in source.entries
                and spelt not in host.values
                and not own.startswith(tuple(f"{ours} {lent}" for lent in GENERIC))
            ):
                raise CellError(
                    f"{name!r} is no number of {host.words}, whose electrode takes the "
                    "place of ours: leave it out"
                )
            return spelt
    return own if own in source.entries else name


def _numbers_of_hosts(numbers: Mapping[str, float], hosts: Hosts) -> dict[str, float]:
    """Numbers that a PyBaMM set changes: its cathode's loading and cut-offs; of a pair the cell."""
    found: dict[str, float] = {}
    anode, cathode = hosts
    if cathode is not None:
        found[LOADING] = cathode.loading
        whole = host_values(cathode.set_name)
        found |= {name: float(whole[name]) for name in _VOLTAGES if name in whole}
    if hosts.pair and anode and cathode:
        found[RATIO] = anode.loading / cathode.loading
        whole = host_values(anode.set_name)
        for name in numbers:
            # the electrodes are taken over as they are
            if name in whole and not name.startswith(("Negative", "Positive")) and not callable(whole[name]):
                found[name] = float(whole[name])
        area = float(whole["Electrode height [m]"]) * float(whole["Electrode width [m]"])
        found["Electrode disc diameter [m]"] = 2.0 * math.sqrt(area / math.pi)
    return found


def electrolyte_of(host: HostElectrode, values: Mapping[str, Any]) -> dict[str, Any]:
    """Functions of the electrolyte of a PyBaMM set."""
    whole = host_values(host.set_name)
    names = ("Electrolyte conductivity [S.m-1]", "Electrolyte diffusivity [m2.s-1]")
    return {name: whole[name] for name in names if name in values}


def _with_thicknesses(
    effective: dict[str, Any], given: Mapping[str, Any], numbers: Mapping[str, float]
) -> dict[str, Any]:
    """Thicknesses follow the loadings, unless they are given."""
    loading = effective.get(LOADING, numbers[LOADING])
    if LOADING in given and _THICKNESS not in given:
        effective[_THICKNESS] = numbers[_THICKNESS] * loading / numbers[LOADING]
    if _CARBON_THICKNESS in given:  # which then belongs to this loading
        effective[_CARBON_LOADING] = effective.get(RATIO, numbers[RATIO]) * loading
    return effective


def _check_carbon_loading(given: Mapping[str, Any]) -> None:
    """Refuse a loading of the carbon, which follows from the mass ratio.

    Raises
    ------
    CellError
        Where it is given.
    """
    if _CARBON_LOADING in given:
        raise CellError(f"{_CARBON_LOADING!r} follows the mass ratio in a full cell: give mass_ratio")


def _check_presodiation(numbers: Mapping[str, float], anode: HostElectrode | None) -> None:
    """Refuse more sodium than the carbon takes: what the first cycle loses and the reversible capacity.

    Raises
    ------
    CellError
        With the most that it takes [mAh/g].
    """
    presodiation = numbers[PRESODIATION]
    if anode is not None:
        return
    reversible = numbers[REVERSIBLE]
    loss = (1.0 - numbers.get(CYCLED, 0.0)) * reversible * (1.0 / numbers[EFFICIENCY] - 1.0)
    if presodiation > reversible + loss:
        raise CellError(
            f"presodiation is {presodiation:g} mAh per g of carbon: the carbon takes at most "
            f"{reversible + loss:.0f} ({loss:.0f} lost in the first cycle and {reversible:.0f} reversible)"
        )


def of_arguments(
    source: ParameterSet,
    changed: Mapping[str, Any],
    mass_ratio: float | None,
    loading_mg_cm2: float | None,
    presodiation_mAh_g: float | None,
) -> dict[str, float]:
    """Numbers of a set that arguments of their own give."""
    found: dict[str, float] = {}
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
            found[number] = value
    return found


def first_cycle_of(
    formation: Any, source: ParameterSet, carbon: str, changed: Mapping[str, Any]
) -> dict[str, float]:
    """Numbers of the first cycle: none taken by the cell, or that of a simulated one.

    Raises
    ------
    CellError
        For what is no first cycle of this carbon, and for numbers that are given twice.
    """
    given = in_own_names(source, changed)
    if isinstance(formation, str) and formation in FORMATIONS:
        if formation == FORMATIONS[0]:
            return {}
        if not carbon:
            raise CellError(
                f"formation is {formation!r}, but the anode is an electrode of a PyBaMM set, which loses "
                "nothing in its first cycle: leave it out"
            )
        if CYCLED in given:
            raise CellError(f"formation and {CYCLED!r} are both given: give one of them")
        return {CYCLED: 1.0}
    if isinstance(formation, str) or not hasattr(formation, "loss_mAh_g"):
        words = " or ".join(map(repr, FORMATIONS))
        raise CellError(f"formation is {formation!r}: give {words}, or what napore.formation returns")
    if formation.cell != carbon:
        has = f"the anode is {carbon!r}" if carbon else "the anode is an electrode of a PyBaMM set"
        raise CellError(f"formation is that of {formation.cell!r}, but {has}: form the carbon of the cell")
    if EFFICIENCY in given:
        raise CellError(f"formation and {EFFICIENCY!r} are both given: give one of them")
    reversible = given.get(REVERSIBLE, source.numbers[REVERSIBLE])
    loss = schema.number("loss of the first cycle", formation.loss_mAh_g, CellError)
    return {EFFICIENCY: reversible / (reversible + loss)}
