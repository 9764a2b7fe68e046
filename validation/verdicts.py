"""Verdicts at the ends of the ranges of the uncertain inputs: rows, table, file and picture."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from napore.experiments.solving import OK
from napore.files import write_csv, write_json

from .identity import identity
from .inputs import FITTED

__all__ = ["NominalVerdict", "Simulated", "VerdictRow", "VerdictSensitivity"]

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


@dataclass(frozen=True)
class VerdictSensitivity:
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

    @property
    def stale(self) -> tuple[str, ...]:
        """What is another now than when this was made: versions and sets by name; empty where nothing is."""
        now = identity(str(self.identity.get("model", "")))
        return tuple(name for name in now if now[name] != self.identity.get(name))

    def table(self) -> pd.DataFrame:
        """One row per claim and input."""
        return pd.DataFrame([{**asdict(row), "turned": " ".join(row.turned)} for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.identity,
            "total": self.total,
            "claims": [asdict(claim) for claim in self.claims],
            "rows": [asdict(row) for row in self.rows],
        }

    @staticmethod
    def from_json(path: str | Path) -> "VerdictSensitivity":
        """Read what :meth:`to_json` wrote."""
        content = json.loads(Path(path).read_text("utf-8"))
        claims, rows, total = (content.pop(name) for name in ("claims", "rows", "total"))
        return VerdictSensitivity(
            tuple(NominalVerdict(**claim) for claim in claims),
            tuple(VerdictRow(**row) for row in rows),
            content,
            total,
        )

    def to_json(self, path: str | Path) -> None:
        """Write :meth:`to_dict`."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`."""
        write_csv(path, self.table())

    def plot(self, ax: Any = None) -> Any:
        """Draw claims against inputs, with the turned verdicts marked; return the axes."""
        from .verdict_pictures import draw_verdicts

        return draw_verdicts(self, ax)
