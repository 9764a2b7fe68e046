"""One cycle of a rate test: rates of both directions, and the hold at the end of the first."""

from dataclasses import dataclass

from napore.built import Step, longest_time
from napore.cells import Cell

from .checks import ExperimentError, check_count, check_rate

_DIRECTIONS = ("sodiation", "desodiation", "charge", "discharge")


@dataclass(frozen=True)
class Protocol:
    """What is repeated at each rate, between the cut-offs of the cell at its terminals.

    A half cycle at constant current also ends where the carbon is full or empty; a hold then cannot be
    done, which is a status.

    Parameters
    ----------
    cycles
        Cycles at each rate; the last one counts.
    sodiation_rate, desodiation_rate
        Fixed rate [C] of one direction of a carbon's half cell; None: the rate under test.
    hold
        Rate [C] at which a hold at the cut-off ends the first half cycle (sodiation of a carbon's
        half cell, else charge), at most that half cycle's own; None: no hold.
    charge_rate, discharge_rate
        Fixed rate [C] of one direction of any other cell; None: the rate under test.

    Examples
    --------
    >>> Protocol(sodiation_rate=0.02).name
    'sodiation at 0.02 C'
    """

    cycles: int = 3
    sodiation_rate: float | None = None
    desodiation_rate: float | None = None
    hold: float | None = None
    charge_rate: float | None = None
    discharge_rate: float | None = None

    def __post_init__(self) -> None:
        check_count(self.cycles, "cycles")
        for name in (*(f"{direction}_rate" for direction in _DIRECTIONS), "hold"):
            if getattr(self, name) is not None:
                check_rate(getattr(self, name), name)

    @property
    def name(self) -> str:
        """What sets it apart from symmetric cycles, in words."""
        rates = {direction: getattr(self, f"{direction}_rate") for direction in _DIRECTIONS}
        parts = [f"{direction} at {rate:g} C" for direction, rate in rates.items() if rate is not None]
        if self.hold is not None:
            parts.append(f"hold at the cut-off to {self.hold:g} C")
        return ", ".join(parts) or "symmetric"

    def steps(self, cell: Cell, rate: float) -> tuple[Step, ...]:
        """Steps of one cycle at ``rate`` [C]: first half cycle, the hold if any, second.

        Raises
        ------
        ExperimentError
            For the rate of a direction that the cell does not have, and a hold that would end at once.
        """
        for direction in _DIRECTIONS:
            if getattr(self, f"{direction}_rate") is not None and direction not in cell.directions:
                one, other = cell.directions
                raise ExperimentError(
                    f"{direction}_rate is given, but {cell.name} has {one} and {other}: give {one}_rate or "
                    f"{other}_rate"
                )
        one_rate, other_rate = (getattr(self, f"{d}_rate") or rate for d in cell.directions)
        sign, one_C = cell.first_sign, cell.one_C_current
        low, high = cell.cut_offs
        steps = [_until(low, high, sign * one_rate * one_C, longest_time(cell, one_rate))]
        if self.hold is not None:
            if self.hold > one_rate:
                raise ExperimentError(
                    f"hold is {self.hold:g} C, more than the {one_rate:g} C that flow when it begins: it "
                    f"would end at once; give {one_rate:g} C or less"
                )
            longest = longest_time(cell, self.hold)
            end = low if sign > 0 else high
            steps.append(Step("voltage", end, longest, least_current=self.hold * one_C))
        steps.append(_until(low, high, -sign * other_rate * one_C, longest_time(cell, other_rate)))
        return tuple(steps)


def _until(low: float, high: float, current: float, duration: float) -> Step:
    """Constant current [A] to the cut-off that it leads to."""
    below, above = (low, None) if current > 0.0 else (None, high)
    return Step("current", current, duration, below, above)
