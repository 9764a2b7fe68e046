"""Sensitivity of a full cell: each uncertain input to the ends of its written range, one at a time."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from napore import study
from napore.experiments import energy_test
from napore.experiments.checks import check_count, check_rate
from napore.experiments.records import header
from napore.experiments.solving import OK
from napore.files import WriteError, write_csv, write_json
from napore.full_cells import FullCell
from napore.parameters.arguments import typed
from napore.parameters.provenance import Entry, nearest

from .checks import DesignError
from .result import QUANTITIES

__all__ = ["UNCERTAIN", "Output", "Sensitivity", "SensitivityInterrupted", "SensitivityRow", "sensitivity"]

UNCERTAIN: Final = ("assumed", "literature", "derived")
"""Classes of numbers that are varied where no names are given."""

_ENDS: Final = ("low", "high")


@dataclass(frozen=True)
class Output:
    """What is looked at.

    Parameters
    ----------
    quantity
        A key of ``napore.designs.result.QUANTITIES``: ``"energy"``, ``"capacity"``, ``"voltage"``, ...
    rate_C
        Rate of discharge [C].
    charge_rate_C
        Rate of charge [C]; that of the discharge where None.

    Examples
    --------
    >>> Output("energy", 0.05).name
    'energy_Wh_kg_active at 0.05 C'
    """

    quantity: str
    rate_C: float
    charge_rate_C: float | None = None

    @property
    def name(self) -> str:
        """Quantity with its unit, and the rates."""
        charged = "" if self.charge_rate_C is None else f", charged at {self.charge_rate_C:g} C"
        return f"{QUANTITIES[self.quantity]} at {self.rate_C:g} C{charged}"


@dataclass(frozen=True)
class SensitivityRow:
    """One input and one output; None where a number does not exist.

    Parameters
    ----------
    parameter, kind
        Input and its class.
    low, value, high
        Range and value of the input, in the unit of its name.
    output
        Name of the output.
    at_low, nominal, at_high
        The output there.
    status_low, status_high
        ``"ok"`` or the failure.
    """

    parameter: str
    kind: str
    low: float
    value: float
    high: float
    output: str
    at_low: float | None
    nominal: float
    at_high: float | None
    status_low: str = OK
    status_high: str = OK

    @property
    def span(self) -> float:
        """Largest distance between the outputs at the ends and the nominal one."""
        return max(
            (abs(end - self.nominal) for end in (self.at_low, self.at_high) if end is not None), default=0.0
        )


@dataclass(frozen=True)
class Sensitivity:
    """Outputs of a full cell at the ends of the ranges of its inputs.

    Parameters
    ----------
    cell
        Name of the cell.
    outputs
        What was looked at.
    rows
        One per input and output, for each output the inputs that move it most first.
    header
        Versions, model and hash of the parameters.
    """

    cell: str
    outputs: tuple[Output, ...]
    rows: tuple[SensitivityRow, ...]
    header: Mapping[str, str]

    def of(self, output: Output | str) -> tuple[SensitivityRow, ...]:
        """Rows of an output, given by itself or by its name."""
        name = output if isinstance(output, str) else output.name
        found = tuple(row for row in self.rows if row.output == name)
        if not found:
            known = ", ".join(repr(one.name) for one in self.outputs)
            raise DesignError(f"output {name!r} was not computed: choose from {known}")
        return found

    def table(self) -> pd.DataFrame:
        """One row per input and output, units in the names of inputs and outputs."""
        return pd.DataFrame([{**asdict(row), "span": row.span} for row in self.rows])

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        rows = self.table().to_dict("records")
        return {**self.header, "cell": self.cell, "outputs": [one.name for one in self.outputs], "rows": rows}

    def to_json(self, path: str | Path) -> None:
        """Write :meth:`to_dict`."""
        write_json(path, self.to_dict())

    def to_csv(self, path: str | Path) -> None:
        """Write :meth:`table`."""
        write_csv(path, self.table())

    def plot(self, output: Output | str | None = None, ax: Any = None, *, count: int = 12) -> Any:
        """Draw the ``count`` inputs that move an output most (the first one where None); return the axes."""
        from .tornado import draw_tornado

        return draw_tornado(self.of(self.outputs[0] if output is None else output), ax, count=count)


class SensitivityInterrupted(KeyboardInterrupt):
    """Ctrl-C during a sensitivity study; ``result`` holds the inputs that were finished at both ends."""

    def __init__(self, result: Sensitivity) -> None:
        super().__init__("sensitivity study interrupted")
        self.result = result


@typed(DesignError)
def sensitivity(
    cell: FullCell,
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
        Full cell, from :func:`napore.full_cell`.
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
    SensitivityInterrupted
        On Ctrl-C, with what is finished.
    WriteError
        Where a finished case cannot be written; ``result`` holds all that are finished.

    Examples
    --------
    >>> import napore
    >>> cell = napore.full_cell(model="SPM")
    >>> names = ["Cathode electrode plateau potential [V]"]
    >>> found = sensitivity(cell, [Output("energy", 1)], names, cycles=1)
    >>> found.rows[0].at_low < found.rows[0].nominal < found.rows[0].at_high
    True
    """
    wanted = _checked(outputs)
    inputs = _inputs(cell, names)
    function = _Ends(cell, wanted, check_count(cycles, "cycles"))
    nominal = function.outputs_of(cell)
    if nominal["status"] != OK:
        raise DesignError(f"{cell.name} cannot be solved as it is: {nominal['status']}")

    def result(done: study.Study) -> Sensitivity:
        return Sensitivity(cell.name, wanted, _rows(inputs, wanted, nominal, done), header(cell))

    cases = [
        {"parameter": name, "end": end, "value": _end(entry, end)}
        for name, entry in inputs.items()
        for end in _ENDS
    ]
    try:
        done = study.run(
            function,
            cases,
            folder=folder,
            executor=executor,
            progress=progress,
            version=f"{cell.sha256} {cell.model_name} {sorted(cell.model.options.items())} {wanted} {cycles}",
        )
    except study.StudyInterrupted as stop:
        raise SensitivityInterrupted(result(stop.result)) from None
    except WriteError as stop:
        raise stop.holding(result(stop.result)) from None
    return result(done)


@dataclass(frozen=True)
class _Ends:
    """One case: the outputs with one input at an end of its range."""

    cell: FullCell
    outputs: tuple[Output, ...]
    cycles: int

    def __call__(self, case: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            cell = self.cell.with_numbers({case["parameter"]: case["value"]})
        except ValueError as error:
            return {"status": str(error)}
        return self.outputs_of(cell)

    def outputs_of(self, cell: FullCell) -> dict[str, Any]:
        """Outputs by name, with the first failure as status."""
        found: dict[str, Any] = {"status": OK}
        for charge_rate in dict.fromkeys(output.charge_rate_C for output in self.outputs):
            some = [output for output in self.outputs if output.charge_rate_C == charge_rate]
            rates = tuple(dict.fromkeys(output.rate_C for output in some))
            test = energy_test(cell, rates, charge_rate=charge_rate, cycles=self.cycles)
            points = {point.rate_C: point for point in test.points}
            for output in some:
                point = points[output.rate_C]
                found[output.name] = getattr(point, QUANTITIES[output.quantity])
                if found["status"] == OK:
                    found["status"] = point.status
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
