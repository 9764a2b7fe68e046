"""Sensitivity of the verdicts in words: for the command line, the report and the page."""

from .verdicts import VerdictRow, VerdictSensitivity

__all__ = ["input_label", "largest_change", "made_with", "turn_of", "value_text"]


def value_text(value: float | bool | None) -> str:
    """A simulated value."""
    if value is None:
        return "-"
    return f"{value:.4g}" if not isinstance(value, bool) else "yes" if value else "no"


def input_label(row: VerdictRow) -> str:
    """Input with unit, sample and class."""
    return f"{row.parameter} ({row.sample}, {row.kind})"


def turn_of(row: VerdictRow) -> str:
    """At which values of the input the verdict is another, and about from where."""
    parts = []
    for end in row.turned:
        value, verdict = (row.low, row.verdict_low) if end == "low" else (row.high, row.verdict_high)
        about = row.turns_below if end == "low" else row.turns_above
        near = "" if about is None else f", from about {about:.3g}"
        parts.append(f"{verdict} at {value:.3g}{near}")
    return "; ".join(parts)


def largest_change(result: VerdictSensitivity, claim: str) -> str:
    """The input, fitted ones apart, that changes a claim most without turning it."""
    rows = [row for row in result.of(claim) if row.kind != "fitted" and row.change is not None]
    if not rows:
        return "a statement, which has no number"
    most = max(rows, key=lambda row: row.change or 0.0)
    return (
        f"largest change {100.0 * (most.change or 0.0):.2g} %, {value_text(most.at_low)} to "
        f"{value_text(most.at_high)}, by {most.parameter} ({most.sample})"
    )


def made_with(result: VerdictSensitivity) -> str:
    """Versions, models and sets that it was computed with."""
    depends = dict(result.identity)
    sets = ", ".join(
        f"{name.removeprefix('set ')} {value}" for name, value in depends.items() if name.startswith("set ")
    )
    return (
        f"napore {depends.get('napore')}, PyBaMM {depends.get('pybamm')}, {depends.get('model')} "
        f"(verdicts compared with the {depends.get('reference')}); hashes of the sets: {sets}"
    )
