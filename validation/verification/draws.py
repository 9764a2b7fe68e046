"""Random draws of every parameter inside its written range: what share of them solves."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pybamm

from napore.cells import CellError, half_cell
from napore.experiments.solving import simulation_of
from napore.parameters.sets import load_set

from .finding import Finding
from .protocols import full_cycle

__all__ = ["Draw", "draws", "share_that_solves"]


@dataclass(frozen=True)
class Draw:
    """Outcome of one random set of parameters.

    Parameters
    ----------
    seed
        Of the draw.
    rate
        Rate [C].
    status
        ``"ok"``, ``"infeasible"`` for a set that is refused with its reason, or the solver's failure.
    detail
        Text of a refusal or failure.
    """

    seed: int
    rate: float
    status: str
    detail: str = ""


def _numbers(seed: int) -> dict[str, float]:
    """Every number with a range, drawn evenly; in the logarithm where the range spans a decade."""
    draw = np.random.default_rng(seed)
    numbers: dict[str, float] = {}
    for name, entry in load_set("fjh").entries.items():
        # an isothermal cell starts at the ambient temperature
        if name == "Initial temperature [K]" or entry.allowed is None or entry.allowed[0] == entry.allowed[1]:
            continue
        low, high = entry.allowed
        if low > 0 and high >= 10 * low:
            numbers[name] = float(np.exp(draw.uniform(np.log(low), np.log(high))))
        else:
            numbers[name] = float(draw.uniform(low, high))
    return numbers


def draws(model: str, seeds: range, rates: tuple[float, ...] = (0.1, 5.0)) -> Iterator[Draw]:
    """One cycle of each draw at each rate, with the project's own tolerances."""
    for seed in seeds:
        try:
            cell = half_cell("fjh", model, parameters=_numbers(seed))
        except (CellError, ValueError) as error:
            yield from (Draw(seed, rate, "infeasible", str(error)) for rate in rates)
            continue
        for rate in rates:
            try:
                solution = simulation_of(cell, [tuple(full_cycle(cell, rate))]).solve()
                done = len(solution.cycles) == 1 and len(solution.cycles[0].steps) == 3
                finite = bool(np.isfinite(solution["Voltage [V]"].data).all())
                yield Draw(seed, rate, "ok" if done and finite else "stopped", str(solution.termination))
            except pybamm.SolverError as error:
                yield Draw(seed, rate, "solver", str(error)[:80])


def share_that_solves(model: str, count: int) -> list[Finding]:
    """Share of draws that solve, of those that are a possible cell."""
    found = list(draws(model, range(count)))
    tally = Counter(draw.status for draw in found)
    possible = len(found) - tally["infeasible"]
    note = ", ".join(f"{number} {status}" for status, number in tally.most_common())
    return [
        Finding(
            f"{model}, {count} draws at 0.1 and 5 C",
            "share that solves [-]",
            tally["ok"] / possible,
            0.99,
            True,
            note,
        )
    ]
