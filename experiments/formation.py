"""Formation: the first cycle of a pristine carbon, with the sodium that it loses and where it goes.

A film grows on the carbon's BET area by PyBaMM's law of electron tunnelling (Tang, Lu and Newman,
J. Electrochem. Soc. 159 (2012) A1775), the one of its laws that stops growing by itself::

    j_film = -j_0 exp(-F (phi_s - phi_e) / 2RT) exp(-beta L),     dL/dt = -V_film j_film / (z F)

PyBaMM puts the film on the surface of spherical particles. With ``f = a_BET rho R / 3``, the BET
area over that of the spheres, ``f j_0``, ``V_film / f`` and ``rho_film / f`` in the places of
``j_0``, ``V_film`` and ``rho_film`` (its resistivity) are the same film on the BET area, of its true
thickness. The sodium that the strongest sites keep is that of :mod:`napore.models.trapping`: their
number is stated, and they fill fast against the cycle.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import pybamm
from scipy import optimize

from napore.built import Built
from napore.cells import Cell, build_model
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar
from .checks import ExperimentError, check_count, check_number, check_rate
from .curves import Cycle
from .protocol import Protocol
from .solving import built_of, run_leg

PRISTINE_FILM_M: Final = 1e-10
"""Thickness of the film at the start [m]: PyBaMM's scale of the film, which cannot be zero."""

_DECADES: Final = 6.0
_FILM_CURRENTS: Final = (1e-30, 1e30)
_BET = "BET area [m2.kg-1]"
_TRAPPED = "sodium trapped on formation [mA.h.g-1]"
_CURRENT = "formation film exchange-current density [A.m-2]"
_FILM = "SEI reaction exchange current density [A.m-2]"
_DECAY = "formation film tunnelling decay [m-1]"
_TRAPPING = "formation trapping rate [s-1]"


@dataclass(frozen=True)
class FormationCycle:
    """One cycle of a formation.

    Parameters
    ----------
    cycle
        Number, from 1.
    sodiation_capacity_mAh_g, desodiation_capacity_mAh_g
        Charge passed per gram of carbon.
    coulombic_efficiency
        Desodiation over sodiation [-].
    loss_mAh_g
        Sodiation less desodiation; the sum of the next three.
    film_mAh_g, trapped_mAh_g
        Sodium in the film and on the sites that keep it.
    left_in_carbon_mAh_g
        Sodium that the end of desodiation leaves where it could be released.
    film_thickness_nm
        At the end of the cycle, on the BET area.
    status
        ``"ok"``: formation refuses what cannot be solved.
    """

    cycle: int
    sodiation_capacity_mAh_g: float
    desodiation_capacity_mAh_g: float
    coulombic_efficiency: float
    loss_mAh_g: float
    film_mAh_g: float
    trapped_mAh_g: float
    left_in_carbon_mAh_g: float
    film_thickness_nm: float
    status: str = OK


@dataclass(frozen=True, repr=False)
class Formation(RowResult):
    """First cycles of a carbon against sodium.

    Parameters
    ----------
    cell
        Name of the carbon.
    rate_C
        Rate of both directions [C].
    cycles
        One per cycle.
    curves
        Their half cycles.
    header
        Versions, model and hash of the parameters.
    """

    row_field = row_key = "cycles"
    row_name = "cycle {cycle}"
    facts = ("cell", "rate_C", "coulombic_efficiency", "loss_mAh_g")

    cell: str
    rate_C: float
    cycles: tuple[FormationCycle, ...]
    curves: tuple[Cycle, ...]
    header: Mapping[str, str]

    @property
    def coulombic_efficiency(self) -> float:
        """Of the first cycle [-]: the initial coulombic efficiency (ICE); NaN without a cycle."""
        return self.cycles[0].coulombic_efficiency if self.cycles else math.nan

    @property
    def loss_mAh_g(self) -> float:
        """Sodium that formation took for good, film and trapped, over all its cycles [mAh/g of carbon]."""
        return sum(cycle.film_mAh_g + cycle.trapped_mAh_g for cycle in self.cycles)

    @property
    def imbalance(self) -> float:
        """Largest sodium of a cycle that is in neither film, traps nor carbon, over the charge passed [-]."""
        return max(
            abs(c.loss_mAh_g - c.film_mAh_g - c.trapped_mAh_g - c.left_in_carbon_mAh_g)
            / (c.sodiation_capacity_mAh_g + c.desodiation_capacity_mAh_g)
            for c in self.cycles
        )

    def curves_table(self) -> pd.DataFrame:
        """Points of every curve, one row each, the cycle in the first column."""
        tables = [curve.table().assign(cycle=n) for n, curve in enumerate(self.curves, start=1)]
        return pd.concat(tables, ignore_index=True) if tables else super().curves_table()

    def plot(self, ax: Any = None) -> Any:
        """Draw voltage over charge, each desodiation back from the end of its sodiation; return the axes."""
        from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, new_axes, sequential_colours

        ax = new_axes(ax)
        start = 0.0
        colours = sequential_colours(len(self.cycles))
        for cycle, curve, colour in zip(self.cycles, self.curves, colours, strict=True):
            down, up = curve.sodiation, curve.desodiation
            name = f"cycle {cycle.cycle}"
            ax.plot(start + down.capacity_mAh_g, down.voltage_V, color=colour, label=name)
            ax.plot(start + down.capacity - up.capacity_mAh_g, up.voltage_V, color=colour)
            start += cycle.loss_mAh_g
        ax.set(xlabel=CAPACITY_LABEL, ylabel=VOLTAGE_LABEL, ylim=(0.0, None))
        ax.set_title(f"{self.cell}, {self.rate_C:g} C: ICE {100.0 * self.coulombic_efficiency:.1f} %")
        ax.legend()
        return ax


@typed(ExperimentError)
def formation(
    cell: AnyCell,
    rate: float = 0.02,
    *,
    cycles: int = 1,
    trapped_mAh_g: float | None = None,
    film_current_A_m2: float | None = None,
    progress: bool = False,
) -> Formation:
    """First cycles of a pristine carbon between the cut-offs of its half cell.

    Parameters
    ----------
    cell
        Half cell of a carbon, from :func:`napore.half_cell`.
    rate
        Rate [C] of both directions; 1 C = 300 mA per gram of carbon.
    cycles
        Cycles.
    trapped_mAh_g
        Sodium that the strongest sites keep [mAh per gram of carbon]; that of the set where None.
    film_current_A_m2
        Exchange-current density of the film's growth per BET area [A/m2]; that of the set where None.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Returns
    -------
    Formation
        ``napore.full_cell(..., formation=...)`` takes its loss.

    Raises
    ------
    ExperimentError
        For a cell that is no carbon's half cell or has a film already, for conditions out of range,
        and where the cycle cannot be solved.
    Interrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> first = napore.formation(napore.half_cell("fjh", model="SPM"), rate=0.1)
    >>> bool(0.85 < first.coulombic_efficiency < 0.91)
    True
    """
    cell = as_cell(cell)
    check_count(cycles, "cycles")
    pristine = _pristine(cell, film_current_A_m2, trapped_mAh_g)
    return _formed(pristine, check_rate(rate), cycles, built_of(pristine), {}, progress)


def _formed(
    pristine: Cell, speed: float, cycles: int, built: Built, inputs: Mapping[str, float], progress: bool
) -> Formation:
    """First cycles of a pristine cell at ``speed`` [C], with inputs of its build."""
    leg_from = None
    found: list[FormationCycle] = []
    curves: list[Cycle] = []

    def result() -> Formation:
        return Formation(pristine.name, speed, tuple(found), tuple(curves[: len(found)]), header(pristine))

    with keeping(result):
        for number in progress_bar(label(pristine), "cycle", range(1, cycles + 1), show=progress):
            leg = run_leg(pristine, Protocol(1), speed, leg_from, built=built, inputs=inputs)
            if leg.status != OK:
                raise ExperimentError(f"formation of {pristine.name} at {speed:g} C: {leg.status}")
            leg_from = leg.state
            curves.append(leg.cycles[0])
            found.append(_cycle(pristine, number, leg.steps, leg.cycles[0]))
    return result()


@typed(ExperimentError)
def fit_film(
    cell: AnyCell, efficiency: float, rate: float = 0.02, trapped_mAh_g: float | None = None
) -> float:
    """Exchange-current density [A/m2] of the film with which the first cycle has an efficiency.

    Parameters
    ----------
    cell, rate, trapped_mAh_g
        As for :func:`formation`.
    efficiency
        Initial coulombic efficiency [-], below that of the trapped sodium alone.

    Raises
    ------
    ExperimentError
        Where no film within six decades of the set's has it.
    """
    cell = as_cell(cell)
    middle = np.log10(_number(cell, _CURRENT))

    speed, efficiency = check_rate(rate), check_number(efficiency, "efficiency", "", 0.0, 1.0)
    built = built_of(_pristine(cell, None, trapped_mAh_g), inputs=(_FILM,))

    def excess(decades: float) -> float:
        pristine = _pristine(cell, float(10.0 ** (middle + decades)), trapped_mAh_g)
        tried = _formed(pristine, speed, 1, built, {_FILM: pristine.number(_FILM)}, False)
        return tried.coulombic_efficiency - efficiency

    ends = (-_DECADES, _DECADES)
    most, least = excess(ends[0]), excess(ends[1])
    if not least < 0.0 < most:
        raise ExperimentError(
            f"efficiency is {efficiency:g}: with this trapped sodium the film gives {efficiency + least:.3f} "
            f"to {efficiency + most:.3f}; give one between them, or other trapped sodium"
        )
    return float(10.0 ** (middle + optimize.brentq(excess, *ends, xtol=1e-4)))


def _number(cell: Cell, name: str) -> float:
    if cell.kind != "carbon" or cell.carbon_domain is None:
        raise ExperimentError(f"{cell.name} is no half cell of a carbon with pores: formation needs one")
    return cell.number(f"Positive electrode {name}")


def _pristine(cell: Cell, film_current: float | None, trapped_mAh_g: float | None) -> Cell:
    """The cell with empty traps, and a film that grows on the BET area from almost nothing."""
    trapped = _number(cell, _TRAPPED) if trapped_mAh_g is None else trapped_mAh_g
    most = 0.999 * _number(cell, "reversible capacity [mA.h.g-1]")
    trapped = check_number(trapped, "trapped sodium", "mAh per g of carbon", 0.0, most)
    current = _number(cell, _CURRENT) if film_current is None else film_current
    current = check_number(current, "exchange-current density of the film", "A/m2", *_FILM_CURRENTS)
    own = cell.model.options.positive
    for name, default in (("SEI", "none"), ("sodium trapping", "false")):
        if own[name] != default:
            raise ExperimentError(
                f"{cell.name} has option {name!r} {own[name]!r}: give a cell without, formation sets it"
            )
    values = cell.parameter_values.copy()
    area = roughness(cell)
    sites = cell.site_capacity / cell.carbon_mass  # A.h/kg = mAh/g
    values.update(
        {
            _FILM: area * current,
            "SEI partial molar volume [m3.mol-1]": values["SEI partial molar volume [m3.mol-1]"] / area,
            "SEI resistivity [Ohm.m]": values["SEI resistivity [Ohm.m]"] / area,
            "Initial SEI thickness [m]": PRISTINE_FILM_M,
            "Tunneling barrier factor [m-1]": _number(cell, _DECAY),
            "Positive electrode trap capacity fraction": trapped / sites,
            "Positive electrode trapping rate [s-1]": _number(cell, _TRAPPING),
        },
        check_already_exists=False,
    )
    traps = "true" if trapped > 0.0 else "false"
    options = {**cell.model.options, "SEI": ("none", "tunnelling limited"), "sodium trapping": traps}
    return replace(cell, model=build_model(cell.model_name, options), parameter_values=values)


def roughness(cell: Cell) -> float:
    """BET area of the carbon over that of its particles as spheres [-]: ``a_BET rho R / 3``."""
    density = cell.carbon_mass / cell.carbon_volume
    return _number(cell, _BET) * density * cell.number("Positive particle radius [m]") / 3.0


def _cycle(cell: Cell, number: int, steps: tuple[Any, ...], cycle: Cycle) -> FormationCycle:
    per_gram = float(pybamm.constants.F.value) / 3600.0 / cell.carbon_mass

    def change(name: str) -> float:
        begin, end = (np.ravel(step[name].entries)[place] for step, place in ((steps[0], 0), (steps[-1], -1)))
        return per_gram * float(end - begin)

    traps = cell.model.options.positive["sodium trapping"] == "true"
    first, second = cycle.sodiation.capacity, cycle.desodiation.capacity
    thickness = steps[-1]["X-averaged positive SEI thickness [m]"].entries
    return FormationCycle(
        cycle=number,
        sodiation_capacity_mAh_g=first,
        desodiation_capacity_mAh_g=second,
        coulombic_efficiency=second / first,
        loss_mAh_g=first - second,
        film_mAh_g=change("Loss of lithium to positive SEI [mol]"),
        trapped_mAh_g=change("Loss of sodium to trapping in positive electrode [mol]") if traps else 0.0,
        left_in_carbon_mAh_g=change("Total lithium in particles [mol]"),
        film_thickness_nm=1e9 * float(np.ravel(thickness)[-1]),
    )
