"""Rate test at several temperatures, and which of them lie outside what was measured."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from napore.cell_numbers import AMBIENT, INITIAL
from napore.cells import Cell
from napore.full_cells import FullCell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, Interrupted, Part, Result, as_cell, header, keeping, label, progress_bar
from .checks import ExperimentError, check_number, check_numbers, check_rates
from .rate import RateTest, default_rates, rate_test
from .solving import built_of

TEMPERATURES_C: Final = (-20.0, -10.0, 0.0, 10.0, 25.0, 40.0, 50.0)
"""Temperatures of a test for which none are given [C]."""

TEMPERATURE_LIMITS_C: Final = (-20.0, 60.0)
"""Where the tables of the equilibrium and the laws of the electrolyte hold [C]."""

_RANGE: Final = ("temperature", "C", *TEMPERATURE_LIMITS_C)

MEASURED_C: Final = (25.0, 25.0)
"""Range in which the paper's rates were measured [C] (Gu et al. 2025). That of its impedance, behind the
activation energies of charge transfer, is not in the text."""


@typed(ExperimentError)
def at_temperature(cell: AnyCell, temperature_C: float) -> Cell:
    """Return the same cell in surroundings at ``temperature_C`` [C], started there at equilibrium.

    Raises
    ------
    ExperimentError
        For what is no number or outside :data:`TEMPERATURE_LIMITS_C`.

    Examples
    --------
    >>> import napore
    >>> cold = at_temperature(napore.half_cell("fjh", model="SPM"), 0)
    >>> cold.parameter_values["Ambient temperature [K]"]
    273.15
    """
    cell = as_cell(cell)
    changes = dict.fromkeys((AMBIENT, INITIAL), 273.15 + check_number(temperature_C, *_RANGE))
    if isinstance(cell, FullCell):
        return cell.with_numbers(changes)
    values = cell.parameter_values.copy()
    values.update(changes)  # the start at rest follows
    there = replace(cell, parameter_values=values, changed={**cell.changed, **changes})
    return replace(there, model=there.meshed())


@dataclass(frozen=True, repr=False)
class TemperatureTest(Result):
    """Rate tests of one cell at several temperatures.

    Parameters
    ----------
    cell
        Name of the cell.
    tests
        Rate test by temperature [C], in the order given.
    header
        Versions, model and hash of the parameters of the cell as it was given.
    """

    cell: str
    tests: Mapping[float, RateTest]
    header: Mapping[str, str]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Statuses of the rates at all temperatures."""
        return tuple(
            Part(f"at {T:g} C, rate {p.rate_C:g} C", p.status)
            for T, test in self.tests.items()
            for p in test.points
        )

    def table(self) -> pd.DataFrame:
        """One row per temperature and rate; ``measured_range`` is False where nothing was measured.

        There the activation energies are extrapolated, of which that of FJH's charge transfer
        (9.76 kJ/mol) lies below the electrolyte's own barrier: an apparent value.
        """
        tables = []
        for temperature, test in self.tests.items():
            table = test.table()
            table.insert(0, "temperature_C", temperature)
            table.insert(1, "measured_range", measured(temperature))
            tables.append(table)
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {**self.header, "cell": self.cell, "temperatures": self._rows()}

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity over temperature, a line per rate, hollow outside the measured range."""
        from napore.plotting import CAPACITY_LABEL, new_axes, sequential_colours

        ax = new_axes(ax)
        table = self.table()
        table = table[table["status"] == OK].sort_values("temperature_C")
        rates = sorted(set(table["rate_C"]))
        for rate, colour in zip(rates, sequential_colours(len(rates)), strict=True):
            row = table[table["rate_C"] == rate]
            ax.plot(row["temperature_C"], row["capacity_mAh_g"], color=colour, label=f"{rate:g} C")
            for known, fill in ((True, "full"), (False, "none")):
                at = row[row["measured_range"] == known]
                ax.plot(at["temperature_C"], at["capacity_mAh_g"], "o", color=colour, fillstyle=fill)
        ax.set(xlabel="Temperature / °C", ylabel=CAPACITY_LABEL, title=self.cell)
        ax.set_ylim(bottom=0.0)
        ax.legend()
        return ax


def measured(temperature_C: float) -> bool:
    """Whether the paper's rates were measured at a temperature [C]."""
    return MEASURED_C[0] <= temperature_C <= MEASURED_C[1]


@typed(ExperimentError)
def temperature_test(
    cell: AnyCell,
    rates: Iterable[float] | float | None = None,
    temperatures_C: Iterable[float] | float = TEMPERATURES_C,
    *,
    cycles: int = 3,
    progress: bool = False,
) -> TemperatureTest:
    """Rate test of a cell at several temperatures of its surroundings, each from equilibrium there.

    Isothermal or, with the option ``"thermal": "lumped"``, warmed by itself. The paper's rates were
    measured at 25 C only; all else extrapolates the activation energies of the set.

    Parameters
    ----------
    cell
        Cell, from :func:`napore.half_cell` or :func:`napore.full_cell`.
    rates, cycles
        As for :func:`rate_test`.
    temperatures_C
        Temperatures [C], from -20 to 60.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Raises
    ------
    ExperimentError
        For conditions that are no numbers or out of range.
    Interrupted
        On Ctrl-C, with the temperatures and rates that are finished.

    Examples
    --------
    >>> import napore
    >>> test = temperature_test(napore.half_cell("fjh", model="SPM"), 1, [0, 25], cycles=1)
    >>> list(test.table()["measured_range"])
    [False, True]
    """
    cell = as_cell(cell)
    checked = check_rates(default_rates(cell) if rates is None else rates)
    places = tuple(dict.fromkeys(check_numbers(temperatures_C, *_RANGE)))
    # the start at equilibrium follows the temperature; where it is coldest diffusion is slowest
    moved = (AMBIENT, INITIAL, *cell.start_at(soc=0.0))
    built = built_of(cell, inputs=moved, model=at_temperature(cell, min(places)).meshed())
    tests: dict[float, RateTest] = {}

    def result() -> TemperatureTest:
        return TemperatureTest(cell.name, tests, header(cell))

    with keeping(result):
        for place in progress_bar(label(cell), "temperature", places, show=progress):
            warmed = at_temperature(cell, place)
            inputs = {name: warmed.number(name) for name in moved}
            try:
                tests[place] = rate_test(warmed, checked, cycles=cycles, built=built, inputs=inputs)
            except Interrupted as stop:
                tests[place] = stop.result
                raise
    return result()
