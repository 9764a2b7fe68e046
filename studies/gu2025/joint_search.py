"""Search of the joint calibration: random starts, fits from each, and the record of what is finished."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.calibration import Fit, Fitted, fit
from napore.calibration.least_squares import penalised
from napore.validation.journal import Journal

from .joint_free import RATE, SPREAD

Array = npt.NDArray[np.float64]
Residuals = Callable[[Mapping[str, float]], Array]

STARTS: Final = 10
"""Random starts of each set."""

DRAWS: Final = 10
"""Random places of which the best is a start."""

KEPT: Final = 2
"""Starts that are fitted to the end."""

RENEWALS: Final = 2
"""How often a start takes its derivatives anew."""

EVALUATIONS: Final = {"start": 20, "end": 40}
"""Of a random start on the first rows, and of one that goes on with all."""


def start_of(free: Sequence[Fitted], seed: int, residuals: Residuals) -> dict[str, float]:
    """Random start: the best of some drawn from the priors, or evenly within the middle of the bounds."""
    rng = np.random.default_rng(seed)
    drawn = [_drawn(free, rng) for _ in range(DRAWS)]
    return min(drawn, key=lambda one: float(np.sum(penalised(free, residuals, one) ** 2)))


def _drawn(free: Sequence[Fitted], rng: np.random.Generator) -> dict[str, float]:
    found = {}
    for one in free:
        place = rng.uniform(0.2, 0.8)
        if one.prior is not None:
            place = (rng.normal(*one.prior) - one.to_scale(one.low)) / one.span
        found[one.name] = one.at(float(np.clip(place, 0.05, 0.95)))
    for one in free:
        if one.name == SPREAD:
            found[RATE] = 10.0 ** rng.uniform(-1.5, 0.5)
            found[SPREAD] = (1.0 if one.high > 0.0 else -1.0) * rng.uniform(3.0, 7.0)
    return found


class Kept:
    """Records of finished work in a journal; what it makes is told as it is made."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __call__(self, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Record of a key, made where it is not there yet."""
        record = self._journal.get(key)
        if record is None:
            began = time.perf_counter()
            record = {**make(), "seconds": round(time.perf_counter() - began, 1)}
            self._journal.add(key, record)
        told = f": objective {record['objective']:.2f}" if "objective" in record else ""
        print(f"{key}{told} ({record['seconds']:g} s)", flush=True)
        return record


def searched(
    carbon: str,
    free: Sequence[Fitted],
    shipped: Mapping[str, float],
    residuals: Residuals,
    first_rows: Residuals,
    kept: Kept,
) -> list[dict[str, Any]]:
    """Fits from the shipped values (start 0) and random ones, the best first.

    Random ones are fitted to the first rows, which are cheap, and told by the objective of all; the best go
    on with all.

    Parameters
    ----------
    carbon, free, shipped
        Name for the records, what is free, and its shipped values by name.
    residuals, first_rows
        Of all rows, and of those that a random start is first fitted to.
    kept
        What is finished.
    """
    found: list[dict[str, Any]] = []
    for number in range(STARTS + 1):

        def made(number: int = number) -> dict[str, Any]:
            if number == 0:
                return outcome(fit(free, residuals, shipped, EVALUATIONS["end"]))
            first = start_of(free, number, first_rows)
            begun = fit(free, first_rows, first, EVALUATIONS["start"], renewals=RENEWALS)
            return outcome(valued(free, residuals, begun.values))

        found.append({"start": number, **kept(f"{carbon}, start {number}", made)})
    found.sort(key=_objective)
    for place, one in enumerate(found[:KEPT]):

        def ended(one: Mapping[str, Any] = one) -> dict[str, Any]:
            return outcome(fit(free, residuals, one["values"], EVALUATIONS["end"]))

        found[place] = {
            "start": one["start"],
            "to the end": True,
            **kept(f"{carbon}, start {one['start']}, to the end", ended),
        }
    found.sort(key=_objective)
    return found


def valued(free: Sequence[Fitted], residuals: Residuals, values: Mapping[str, float]) -> Fit:
    """Fit that stays where it begins, without derivatives."""
    return fit(free, residuals, values, 0, jacobian=np.zeros((0, len(free))))


def _objective(record: Mapping[str, Any]) -> float:
    return float(record["objective"])


def outcome(found: Fit) -> dict[str, Any]:
    """Fit as a record."""
    return {
        "objective": found.objective,
        "misfit": found.misfit,
        "priors": found.penalty,
        "on bounds": list(found.on_bounds),
        "values": found.values,
    }


def merits(starts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Merit of each start, the best first."""
    names = ("start", "objective", "misfit", "priors")
    return [
        {**{name: one[name] for name in names}, "to the end": one.get("to the end", False)} for one in starts
    ]
