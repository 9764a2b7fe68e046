"""Sensitivity of a full cell: each uncertain input to the ends of its written range, one at a time."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from napore import study
from napore.cell_options import SWITCHED
from napore.experiments.base import OK, AnyCell, as_cell
from napore.experiments.checks import check_count, check_rate
from napore.full_cells import FullCell
from napore.parameters.arguments import typed
from napore.parameters.provenance import Entry, nearest
from napore.results import made_of
from napore.study.constant_current import RATE

from .checks import DesignError
from .doubts import header_of
from .result import QUANTITIES
from .tornado import Output, Sensitivity, SensitivityRow

UNCERTAIN: Final = ("assumed", "literature", "derived")
"""Classes of numbers that are varied where no names are given."""

_ENDS: Final = ("low", "high")


@typed(DesignError)
def sensitivity(
    cell: AnyCell,
    outputs: Sequence[Output] = (Output("energy", 0.05), Output("energy", 0.2), Output("capacity", 6.0)),
    names: Iterable[str] | None = None,
    *,
    cycles: int = 3,
    folder: str | Path | None = None,
    executor: Executor | int | None = None,
    progress: bool = False,
) -> Sensitivity:
    """Outputs of a full cell with each input at the ends of its range, the others at their values.

    The ranges are those of the parameter files. Nothing is calibrated again: where a carbon was fitted
    with the value of an input, the range of that input alone overstates what is uncertain.

    Parameters
    ----------
    cell
        Full cell, from :func:`napore.full_cell`, or its name.
    outputs
        What is looked at.
    names
        Inputs, by the names of the sets; where None all whose class is one of :data:`UNCERTAIN` and
        that have a range of which the value is not all.
    cycles
        Cycles at each rate; the last one counts.
    folder, executor, progress
        As for :func:`napore.study.run`: finished cases are kept and read back; processes.

    Raises
    ------
    DesignError, ExperimentError
        For inputs and outputs that the cell does not have, and a nominal cell that cannot be solved.
    Interrupted, WriteError
        On Ctrl-C, with the inputs that are finished at both ends, and where one cannot be written.

    Examples
    --------
    >>> import napore
    >>> cell = napore.full_cell(model="SPM")
    >>> names = ["Cathode electrode plateau potential [V]"]
    >>> found = sensitivity(cell, [Output("energy", 1)], names, cycles=1)
    >>> found.rows[0].at_low < found.rows[0].nominal < found.rows[0].at_high
    True
    """
    cell = as_cell(cell)
    if not isinstance(cell, FullCell):
        raise DesignError(f"{cell.name} is no full cell: give one, from napore.full_cell or by its name")
    wanted = _checked(outputs)
    inputs = _inputs(cell, names)
    function = _Ends(cell, wanted, check_count(cycles, "cycles"), tuple(inputs))
    (nominal,) = function.outputs_of([{}])
    if nominal["status"] != OK:
        raise DesignError(f"{cell.name} cannot be solved as it is: {nominal['status']}")

    def result(done: study.Study) -> Sensitivity:
        return Sensitivity(cell.name, wanted, _rows(inputs, wanted, nominal, done), header_of(cell))

    cases = [
        {"parameter": name, "end": end, "value": _end(entry, end)}
        for name, entry in inputs.items()
        for end in _ENDS
    ]
    how: dict[str, Any] = {"folder": folder, "executor": executor, "progress": progress}
    return made_of(lambda: study.run(function, cases, **how), result)


@dataclass(frozen=True)
class _Ends(study.BatchFunction):
    """One case: the outputs with one input at an end of its range; all inputs are those of one build."""

    cell: FullCell
    outputs: tuple[Output, ...]
    cycles: int
    names: tuple[str, ...]

    @property
    def version(self) -> str:
        """All that the outputs depend on beside the inputs."""
        return f"{[cycles.version for cycles in self._cycles.values()]} {self.outputs}"

    @property
    def _cycles(self) -> dict[float | None, study.FullCycles]:
        """Cycles by rate of charge; a number that may switch an option on has a build of its own."""
        together = [name for name in self.names if name not in SWITCHED]
        return {
            rate: study.FullCycles(self.cell, charge_rate=rate, cycles=self.cycles, varied=together)
            for rate in dict.fromkeys(output.charge_rate_C for output in self.outputs)
        }

    def batch(self, cases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Outputs of each case."""
        return self.outputs_of([{case["parameter"]: case["value"]} for case in cases])

    def outputs_of(self, numbers: Sequence[Mapping[str, float]]) -> list[dict[str, Any]]:
        """Outputs by name of cells with changed numbers, with the first failure as status."""
        found: list[dict[str, Any]] = [{"status": OK} for _ in numbers]
        for charge_rate, cycles in self._cycles.items():
            some = [output for output in self.outputs if output.charge_rate_C == charge_rate]
            for rate in dict.fromkeys(output.rate_C for output in some):
                points = cycles.batch([{**given, RATE: rate} for given in numbers])
                for one, point in zip(found, points, strict=True):
                    for output in some:
                        if output.rate_C == rate:
                            one[output.name] = point.get(QUANTITIES[output.quantity])
                    if one["status"] == OK:
                        one["status"] = point["status"]
        return found


def _checked(outputs: Sequence[Output]) -> tuple[Output, ...]:
    if not outputs:
        raise DesignError("no output is given: give at least one, such as Output('energy', 0.05)")
    for output in outputs:
        if output.quantity not in QUANTITIES:
            hint = nearest(output.quantity, QUANTITIES)
            raise DesignError(
                f"quantity {output.quantity!r} is unknown: choose from {', '.join(QUANTITIES)}{hint}"
            )
        check_rate(output.rate_C)
        if output.charge_rate_C is not None:
            check_rate(output.charge_rate_C, "charge rate")
    return tuple(dict.fromkeys(outputs))


def _inputs(cell: FullCell, names: Iterable[str] | None) -> dict[str, Entry]:
    entries = cell.source.entries
    if names is None:
        return {
            n: e
            for n, e in entries.items()
            if e.kind in UNCERTAIN and e.allowed and e.allowed[0] < e.allowed[1]
        }
    if isinstance(names, str):
        raise DesignError(f"names are {names!r}: give a list of names")
    found: dict[str, Entry] = {}
    for name in names:
        if name not in entries:
            raise DesignError(f"unknown parameter {name!r}{nearest(name, entries)}")
        if entries[name].allowed is None:
            raise DesignError(f"{name!r} is a setting without a range: leave it out")
        found[name] = entries[name]
    if not found:
        raise DesignError("names has no names: give at least one")
    return found


def _end(entry: Entry, end: str) -> float:
    low, high = entry.allowed or (entry.value, entry.value)
    return low if end == "low" else high


def _rows(
    inputs: Mapping[str, Entry], outputs: Sequence[Output], nominal: Mapping[str, Any], done: study.Study
) -> tuple[SensitivityRow, ...]:
    ends = {(record.inputs["parameter"], record.inputs["end"]): record for record in done.records}
    rows: list[SensitivityRow] = []
    for output in outputs:
        some = []
        for name, entry in inputs.items():
            if any((name, end) not in ends for end in _ENDS):
                continue
            low, high = (ends[name, end] for end in _ENDS)
            some.append(
                SensitivityRow(
                    name,
                    entry.kind,
                    _end(entry, "low"),
                    entry.value,
                    _end(entry, "high"),
                    output.name,
                    low.outputs.get(output.name),
                    nominal[output.name],
                    high.outputs.get(output.name),
                    low.status,
                    high.status,
                )
            )
        rows += sorted(some, key=lambda row: -row.span)
    return tuple(rows)
