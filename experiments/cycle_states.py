"""One cycle at a time: what it gave, and the state of the cell after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm

from napore.built import State, read
from napore.cells import Cell

from .base import OK
from .curves import Cycle
from .protocol import Protocol
from .solving import NO_CAPACITY, built_of, is_ageing, problem_of, read_cycle

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class CyclePoint:
    """One cycle; capacities and losses per gram of what the capacity of the cell is per.

    Parameters
    ----------
    cycle
        From 1.
    capacity_mAh_g
        Of desodiation, of a full cell of discharge.
    coulombic_efficiency
        That over ``first_capacity_mAh_g``.
    first_capacity_mAh_g
        Of the half cycle before: sodiation, of a full cell charge.
    film_loss_mAh_g, trapped_mAh_g, plated_mAh_g
        Sodium in the film grown since the start, on traps, and plated without return.
    film_thickness_nm, film_resistance_ohm
        Mean thickness on the surface of the particles, and its resistance in the cell.
    active_share
        Active material left over that at the start.
    elapsed_h
        Time since the start.
    simulated
        False for a cycle that was left out and read between its neighbours.
    """

    cycle: int
    capacity_mAh_g: float
    coulombic_efficiency: float
    first_capacity_mAh_g: float
    film_loss_mAh_g: float
    trapped_mAh_g: float
    plated_mAh_g: float
    film_thickness_nm: float
    film_resistance_ohm: float
    active_share: float
    elapsed_h: float
    simulated: bool = True


@dataclass(frozen=True)
class CycleEnd:
    """A cycle that ran: state after it, readings by the names of :class:`CyclePoint`, curves if asked for.

    Where ``status`` is not ``"ok"`` it is all that there is.
    """

    status: str
    state: Array | None = None
    readings: Mapping[str, Any] = field(default_factory=dict)
    hours: float = 0.0
    curves: Cycle | None = None


class Cycler:
    """A cell that is cycled one cycle at a time; only the state after the last cycle is kept.

    Parameters
    ----------
    cell
        Cell.
    rate
        Rate [C] of both directions.
    many
        Whether many cycles follow, which are worth a compiler where there is one: 200 take two thirds.
    """

    def __init__(self, cell: Cell, rate: float, many: bool = False) -> None:
        self.cell, self.rate = cell, rate
        self._steps = Protocol(1).steps(cell, rate)
        self._built = built_of(cell, compiled=many)
        self._mass = cell.active_mass
        self._ageing = _Ageing.of(cell)

    def run(self, state: Array | None, with_curves: bool = False) -> "CycleEnd":
        """One cycle from ``state``, from the cell's own start where None.

        Parameters
        ----------
        state
            As :attr:`CycleEnd.state` of the cycle before.
        with_curves
            Whether its curves are read, which takes as long as the cycle.
        """
        # every cycle begins at time zero
        start = None if state is None else State(state, 0.0, self._model)
        done = self._built.run(self._steps, start)
        if (problem := problem_of(done, self._steps)) or done.state is None:
            return CycleEnd(problem or NO_CAPACITY)
        charges, hours = zip(*(_passed(step, self._mass) for step in done.solutions), strict=True)
        if not min(charges) > 0.0:
            return CycleEnd(NO_CAPACITY)
        readings = {
            "capacity_mAh_g": charges[-1],
            "coulombic_efficiency": charges[-1] / sum(charges[:-1]),
            "first_capacity_mAh_g": sum(charges[:-1]),
            **self._ageing.at(done.state),
        }
        curves = read_cycle(self.cell, list(done.solutions)) if with_curves else None
        return CycleEnd(OK, done.state.y, readings, sum(hours), curves)

    @property
    def ages(self) -> npt.NDArray[np.bool_]:
        """Which entries of the state age: film, traps, plated metal and active material."""
        model = self._model
        mask = np.zeros(int(model.len_rhs_and_alg), dtype=bool)
        for variable, slices in model.y_slices.items():
            if is_ageing(variable.name):
                for place in slices:
                    mask[place] = True
        return mask

    @property
    def _model(self) -> Any:
        """Discretised model, which the state belongs to."""
        return self._built.discretised("current")


def _passed(step: Any, mass: float) -> tuple[float, float]:
    """Charge that passed in a step per mass [kg], positive in any direction [mAh/g], and its duration [h]."""
    if isinstance(step, pybamm.EmptySolution):
        return 0.0, 0.0
    charge = read(step, ("Discharge capacity [A.h]",))["Discharge capacity [A.h]"]
    return abs(float(charge[-1] - charge[0])) / mass, float(step.t[-1] - step.t[0]) / 3600.0


@dataclass(frozen=True)
class _Ageing:
    """What is read of the ageing of a carbon, and the numbers that no cycle changes.

    Parameters
    ----------
    names
        Variables of the cell's model; none without a carbon.
    per_mass
        Charge of a mole of sodium per mass that capacities are per [mAh/g].
    active
        Active share of the electrode at the start.
    surface
        Surface of the particles at the start [m2].
    resistivity
        Of the film [Ohm.m]; zero where it has none.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    per_mass: float = 0.0
    active: float = 1.0
    surface: float = 1.0
    resistivity: float = 0.0

    @classmethod
    def of(cls, cell: Cell) -> "_Ageing":
        """What there is of a cell."""
        domain = cell.carbon_domain
        if domain is None:
            return cls()
        Domain = domain.capitalize()
        names = {
            "film": f"Loss of lithium to {domain} SEI [mol]",
            "trapped": f"Loss of sodium to trapping in {domain} electrode [mol]",
            "plated": f"Loss of lithium to {domain} lithium plating [mol]",
            "thickness": f"X-averaged {domain} SEI thickness [m]",
            "active": f"X-averaged {domain} electrode active material volume fraction",
        }
        resistive = cell.model.options["SEI film resistance"] != "none"
        return cls(
            {key: name for key, name in names.items() if name in cell.model.variables},
            float(pybamm.constants.F.value) / 3600.0 / cell.active_mass,  # A.h/(kg mol)
            cell.number(f"{Domain} electrode active material volume fraction"),
            3.0 * cell.carbon_volume / cell.number(f"{Domain} particle radius [m]"),
            cell.number("SEI resistivity [Ohm.m]") if resistive else 0.0,
        )

    def at(self, end: State) -> dict[str, float]:
        """What ageing has done by the end of a cycle, by the names of :class:`CyclePoint`."""
        found = read(end.solution, tuple(self.names.values())) if self.names else {}
        at_end = {key: float(found[name][-1]) for key, name in self.names.items()}
        thickness, share = at_end.get("thickness", 0.0), at_end.get("active", self.active) / self.active
        return {
            "film_loss_mAh_g": self.per_mass * at_end.get("film", 0.0),
            "trapped_mAh_g": self.per_mass * at_end.get("trapped", 0.0),
            "plated_mAh_g": self.per_mass * at_end.get("plated", 0.0),
            "film_thickness_nm": 1e9 * thickness,
            "film_resistance_ohm": self.resistivity * thickness / (share * self.surface),
            "active_share": share,
        }
