"""One cycle of a rate test: rates of both directions, and the hold at the end of sodiation."""

from dataclasses import dataclass
from typing import Any

import pybamm

from napore.cells import Cell

from .checks import check_count, check_rate

__all__ = ["Protocol"]


@dataclass(frozen=True)
class Protocol:
    """What is repeated at each rate, between the cut-offs of the cell at its terminals.

    Parameters
    ----------
    cycles
        Cycles at each rate; the last one counts.
    sodiation_rate, desodiation_rate
        Fixed rate [C] of one direction; None: the rate under test.
    hold
        Rate [C] at which a hold at the lower cut-off ends sodiation; None: no hold.

    Examples
    --------
    >>> Protocol(sodiation_rate=0.02).name
    'sodiation at 0.02 C'
    """

    cycles: int = 3
    sodiation_rate: float | None = None
    desodiation_rate: float | None = None
    hold: float | None = None

    def __post_init__(self) -> None:
        check_count(self.cycles, "cycles")
        for name in ("sodiation_rate", "desodiation_rate", "hold"):
            if getattr(self, name) is not None:
                check_rate(getattr(self, name), name)

    @property
    def name(self) -> str:
        """What sets it apart from symmetric cycles, in words."""
        parts = []
        if self.sodiation_rate is not None:
            parts.append(f"sodiation at {self.sodiation_rate:g} C")
        if self.desodiation_rate is not None:
            parts.append(f"desodiation at {self.desodiation_rate:g} C")
        if self.hold is not None:
            parts.append(f"hold at the lower cut-off to {self.hold:g} C")
        return ", ".join(parts) or "symmetric"

    def steps(self, cell: Cell, rate: float) -> tuple[Any, ...]:
        """PyBaMM steps of one cycle at ``rate`` [C]: sodiation, the hold if any, desodiation."""
        low, high = cell.cut_offs
        down = self.sodiation_rate or rate
        up = self.desodiation_rate or rate
        hours = 3.0 * _hours_at_1_C(cell)
        # A duration of one's own: PyBaMM's default ends a step after twice the nominal capacity.
        steps = [pybamm.step.c_rate(down, termination=f"{low:.9f} V", duration=3600.0 * hours / down)]
        if self.hold is not None:
            longest = 3600.0 * hours / self.hold
            steps.append(pybamm.step.voltage(low, termination=f"{self.hold:.9f} C", duration=longest))
        steps.append(pybamm.step.c_rate(-up, termination=f"{high:.9f} V", duration=3600.0 * hours / up))
        return tuple(steps)


def _hours_at_1_C(cell: Cell) -> float:
    """Time [h] in which 1 C passes the capacity of all sites of the carbon."""
    domain = cell.carbon_domain
    values = cell.parameter_values
    moles_per_volume = float(values[f"Maximum concentration in {domain} electrode [mol.m-3]"])
    return (
        moles_per_volume * cell.carbon_volume * float(pybamm.constants.F.value) / 3600.0 / cell.one_C_current
    )
