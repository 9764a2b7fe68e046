"""Sensitivity of the verdicts in words: for the command line, the report and the page."""

from .verdict_rows import VerdictRow, VerdictSensitivity


def value_text(value: float | bool | None) -> str:
    """A simulated value."""
    if value is None:
        return "-"
    return f"{value:.4g}" if not isinstance(value, bool) else "yes" if value else "no"


def input_label(row: VerdictRow) -> str:
    """Input with unit, sample and class."""
    return f"{row.parameter} ({row.sample}, {row.kind})"


def turn_of(row: VerdictRow) -> str:
    """From which value of the input to which end of its range the verdict is another."""
    ends = {
        "low": (row.low, row.verdict_low, row.turns_below, "down"),
        "high": (row.high, row.verdict_high, row.turns_above, "up"),
    }
    words: dict[str, list[str]] = {}
    for end in row.turned:
        value, verdict, about, way = ends[end]
        place = f"at {value:.3g}" if about is None else f"from {about:.3g} {way} to {value:.3g}"
        words.setdefault(str(verdict), []).append(place)
    return "; ".join(f"{verdict} {' and '.join(places)}" for verdict, places in words.items())


def turned_by(result: VerdictSensitivity, claim: str, *, fitted: bool = False) -> list[str]:
    """What turns a claim, an input each."""
    return [f"{input_label(row)}: {turn_of(row)}" for row in result.turning(claim, fitted=fitted)]


def largest_change(result: VerdictSensitivity, claim: str) -> str:
    """The input, fitted ones apart, that changes a claim most without turning it."""
    rows = [row for row in result.of(claim) if row.kind != "fitted" and row.change is not None]
    if not rows:
        known = all(row.nominal is not None for row in result.of(claim))
        return "a statement, which has no number" if known else "it is not simulated"
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
