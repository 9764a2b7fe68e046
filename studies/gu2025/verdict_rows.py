"""Verdicts at the ends of the ranges of the uncertain inputs: rows, table, file and picture."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from napore.results import OK, Result, table_of

from .verdict_inputs import FITTED

_LEAST = 1e-3
_MARKS = (("turned", "X", "C1", 16), ("turned, fitted input", "X", "0.6", 16), ("not solved", "s", "0.6", 5))

Simulated = float | bool | None
"""What a claim's simulation gives."""


@dataclass(frozen=True)
class NominalVerdict:
    """A claim with the sets as they are.

    Parameters
    ----------
    claim, quantity, reported, tolerance
        As in the validation.
    simulated, verdict
        In the reduced model.
    reference, reference_verdict
        In the full one.
    model
        Which of both its rows were made with: the full one where the verdicts differ.
    inputs
        Number of inputs that it can feel.
    """

    claim: str
    quantity: str
    reported: Simulated
    tolerance: float | None
    simulated: Simulated
    verdict: str
    reference: Simulated
    reference_verdict: str
    model: str
    inputs: int


@dataclass(frozen=True)
class VerdictRow:
    """A claim and an input at the ends of its range; None where a number does not exist.

    Parameters
    ----------
    claim, parameter, sample, kind
        Claim, input, what it is an input of, and class.
    low, value, high
        Range and value of the input, in the unit of its name.
    at_low, nominal, at_high
        What is simulated there.
    verdict_low, verdict, verdict_high
        The verdict there.
    turns_below, turns_above
        About where it turns, by a straight line between value and end; None where it does not.
    status_low, status_high
        ``"ok"`` or the failure, which is no turn.
    """

    claim: str
    parameter: str
    sample: str
    kind: str
    low: float
    value: float
    high: float
    at_low: Simulated
    nominal: Simulated
    at_high: Simulated
    verdict_low: str
    verdict: str
    verdict_high: str
    turns_below: float | None
    turns_above: float | None
    status_low: str = OK
    status_high: str = OK

    @property
    def turned(self) -> tuple[str, ...]:
        """Ends of the range at which the verdict is another."""
        ends = (("low", self.verdict_low, self.status_low), ("high", self.verdict_high, self.status_high))
        return tuple(end for end, verdict, status in ends if status == OK and verdict != self.verdict)

    @property
    def change(self) -> float | None:
        """Largest relative change of a simulated number [-]; None for a statement."""
        nominal = self.nominal
        if isinstance(nominal, bool) or not nominal:
            return None
        ends = [end for end in (self.at_low, self.at_high) if end is not None]
        return max((abs(end / nominal - 1.0) for end in ends), default=None)


@dataclass(frozen=True, repr=False)
class VerdictSensitivity(Result):
    """Verdicts at the ends of the ranges of the uncertain inputs, one at a time.

    Parameters
    ----------
    claims
        Claims with a simulation, with the sets as they are.
    rows
        One per claim and input that it can feel.
    identity
        Versions, model and hashes of the sets that it was made with.
    total
        Number of pairs of claim and input that there are; more than rows where it was stopped.
    """

    claims: tuple[NominalVerdict, ...]
    rows: tuple[VerdictRow, ...]
    identity: Mapping[str, Any]
    total: int

    def of(self, claim: str) -> tuple[VerdictRow, ...]:
        """Rows of a claim, those that turn it and then those that change it most first."""
        found = [row for row in self.rows if row.claim == claim]
        return tuple(sorted(found, key=lambda row: (not row.turned, -(row.change or 0.0))))

    def turning(self, claim: str, *, fitted: bool = False) -> tuple[VerdictRow, ...]:
        """Rows that turn a claim: of inputs that were fitted, or of all the others."""
        return tuple(row for row in self.of(claim) if row.turned and (row.kind == FITTED) == fitted)

    def table(self) -> pd.DataFrame:
        """One row per claim and input."""
        return table_of({**asdict(row), "turned": " ".join(row.turned)} for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.identity,
            "total": self.total,
            "claims": [asdict(claim) for claim in self.claims],
            "rows": [asdict(row) for row in self.rows],
        }

    def plot(self, ax: Any = None, *, count: int = 45) -> Any:
        """Draw the largest change of each claim by each input, and a mark where the verdict turns.

        Parameters
        ----------
        ax
            Axes; new ones where None. They need room: some 20 cm by 20 cm.
        count
            Inputs to draw at most: those that turn most, then those that change a number most; none that
            changes every number by less than 0.1 % and turns nothing.
        """
        from matplotlib.colors import LogNorm

        from napore.plotting import new_axes

        ax = new_axes(ax)
        names = _inputs(self, count)
        claims = [claim.claim for claim in self.claims if any(r.claim == claim.claim for r in self.rows)]
        place = {(row.parameter, row.sample): row for row in self.rows}
        shares = np.full((len(names), len(claims)), np.nan)
        marked: dict[str, list[tuple[int, int]]] = {label: [] for label, *_ in _MARKS}
        kinds = {key: row.kind for key, row in place.items()}
        for row in self.rows:
            if (row.parameter, row.sample) not in names or row.claim not in claims:
                continue
            y, x = names.index((row.parameter, row.sample)), claims.index(row.claim)
            shares[y, x] = 100.0 * max(row.change or 0.0, _LEAST)
            if row.turned:
                marked["turned, fitted input" if row.kind == FITTED else "turned"].append((x, y))
            elif row.status_low != OK or row.status_high != OK:
                marked["not solved"].append((x, y))
        drawn = ax.imshow(
            shares, cmap="YlGnBu", norm=LogNorm(100.0 * _LEAST, 100.0), aspect="auto", interpolation="nearest"
        )
        for label, marker, colour, size in _MARKS:
            if marked[label]:
                ax.scatter(*zip(*marked[label], strict=True), size, colour, marker=marker, lw=0, label=label)
        labels = [_label(name, sample, kinds[name, sample]) for name, sample in names]
        ax.set_yticks(range(len(names)), labels, fontsize=5.5)
        ax.set_xticks(range(len(claims)), claims, rotation=90, fontsize=6)
        ax.tick_params(length=0, which="both")
        bar = ax.figure.colorbar(drawn, ax=ax, shrink=0.4, pad=0.015)
        bar.set_label("Largest change of the simulated number / %", fontsize=7)
        if any(marked.values()):
            ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=7, frameon=False)
        return ax


def picture(result: VerdictSensitivity) -> Any:
    """Figure of the size that the picture needs."""
    import matplotlib.pyplot as plt

    made, ax = plt.subplots(figsize=(9.0, 7.5), layout="constrained")
    result.plot(ax)
    return made


def _inputs(result: VerdictSensitivity, count: int) -> list[tuple[str, str]]:
    """Inputs to draw, by name and sample."""
    rank: dict[tuple[str, str], list[VerdictRow]] = {}
    for row in result.rows:
        rank.setdefault((row.parameter, row.sample), []).append(row)

    def weight(key: tuple[str, str]) -> tuple[bool, int, float]:
        rows = rank[key]
        changed = max((row.change or 0.0 for row in rows), default=0.0)
        return rows[0].kind == FITTED, -sum(bool(row.turned) for row in rows), -changed

    moved = [key for key in rank if weight(key)[1] < 0 or -weight(key)[2] > _LEAST]
    by_turns = sorted(moved, key=lambda key: weight(key)[1:])
    return sorted(by_turns[:count], key=weight)


def _label(name: str, sample: str, kind: str) -> str:
    text, _, unit = name.removesuffix("]").partition(" [")
    for word in ("Carbon electrode ", "Carbon ", "Cathode electrode ", "Cathode ", "reference "):
        text = text.replace(word, "", 1)
    return text + (f" / {unit}" if unit else "") + f" ({sample}, {kind})"
