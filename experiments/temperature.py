"""Rate test at several temperatures, and which of them lie outside what was measured."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
from tqdm import tqdm

from napore.cell_numbers import AMBIENT, INITIAL
from napore.cells import Cell
from napore.full_cells import FullCell

from .checks import ExperimentError, check_rates
from .rate import RateTest, RateTestInterrupted, default_rates, rate_test
from .records import Record, header
from .solving import built_of

__all__ = [
    "MEASURED_C",
    "TEMPERATURES_C",
    "TEMPERATURE_LIMITS_C",
    "TemperatureTest",
    "TemperatureTestInterrupted",
    "at_temperature",
    "temperature_test",
]

TEMPERATURES_C: Final = (-20.0, -10.0, 0.0, 10.0, 25.0, 40.0, 50.0)
"""Temperatures of a test for which none are given [C]."""

TEMPERATURE_LIMITS_C: Final = (-20.0, 60.0)
"""Where the tables of the equilibrium and the laws of the electrolyte hold [C]."""

MEASURED_C: Final = (25.0, 25.0)
"""Range in which the paper's rates were measured [C] (Gu et al. 2025). That of its impedance, behind the
activation energies of charge transfer, is not in the text."""


def at_temperature(cell: Cell, temperature_C: float) -> Cell:
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
    changes = dict.fromkeys((AMBIENT, INITIAL), 273.15 + _check_temperature(temperature_C))
    if isinstance(cell, FullCell):
        return cell.with_numbers(changes)
    values = cell.parameter_values.copy()
    values.update(changes)  # the start at rest follows
    return replace(cell, parameter_values=values, changed={**cell.changed, **changes})


def _check_temperature(temperature_C: Any) -> float:
    low, high = TEMPERATURE_LIMITS_C
    allowed = f"give a number from {low:g} to {high:g} C"
    try:
        value = float(temperature_C)
    except (TypeError, ValueError):
        raise ExperimentError(f"temperature is {temperature_C!r}: {allowed}") from None
    if not low <= value <= high:
        raise ExperimentError(f"temperature is {value:g} C: {allowed}")
    return value


@dataclass(frozen=True)
class TemperatureTest(Record):
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
    def solved(self) -> bool:
        """Whether at least one rate was solved."""
        return any(test.solved for test in self.tests.values())

    def table(self) -> pd.DataFrame:
        """One row per temperature and rate; ``measured_range`` is False where nothing was measured.

        There the activation energies are extrapolated, of which that of FJH's charge transfer
        (9.76 kJ/mol) lies below the electrolyte's own barrier: an apparent value.
        """
        tables = []
        for temperature, test in self.tests.items():
            table = test.table()
            table.insert(0, "temperature_C", temperature)
            table.insert(1, "measured_range", _measured(temperature))
            tables.append(table)
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        temperatures = [
            {
                "temperature_C": temperature,
                "measured_range": _measured(temperature),
                "rates": test.to_dict()["rates"],
            }
            for temperature, test in self.tests.items()
        ]
        return {**self.header, "cell": self.cell, "temperatures": temperatures}

    def plot(self, ax: Any = None) -> Any:
        """Draw capacity over temperature, a line per rate, hollow outside the measured range."""
        from napore.plotting import CAPACITY_LABEL, new_axes, sequential_colours

        ax = new_axes(ax)
        table = self.table()
        table = table[table["status"] == "ok"].sort_values("temperature_C")
        rates = sorted(set(table["rate_C"]))
        for rate, colour in zip(rates, sequential_colours(len(rates)), strict=True):
            row = table[table["rate_C"] == rate]
            ax.plot(row["temperature_C"], row["capacity_mAh_g"], color=colour, label=f"{rate:g} C")
            for measured, fill in ((True, "full"), (False, "none")):
                at = row[row["measured_range"] == measured]
                ax.plot(at["temperature_C"], at["capacity_mAh_g"], "o", color=colour, fillstyle=fill)
        ax.set(xlabel="Temperature / °C", ylabel=CAPACITY_LABEL, title=self.cell)
        ax.set_ylim(bottom=0.0)
        ax.legend()
        return ax


def _measured(temperature_C: float) -> bool:
    return MEASURED_C[0] <= temperature_C <= MEASURED_C[1]


class TemperatureTestInterrupted(KeyboardInterrupt):
    """Ctrl-C during a test; ``result`` holds the temperatures and rates that were finished."""

    def __init__(self, result: TemperatureTest) -> None:
        super().__init__("temperature test interrupted")
        self.result = result


def temperature_test(
    cell: Cell,
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
    TemperatureTestInterrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> test = temperature_test(napore.half_cell("fjh", model="SPM"), 1, [0, 25], cycles=1)
    >>> list(test.table()["measured_range"])
    [False, True]
    """
    checked = check_rates(default_rates(cell) if rates is None else rates)
    if isinstance(temperatures_C, str):
        raise ExperimentError(f"temperatures are {temperatures_C!r}: give numbers, such as (0, 25)")
    given = temperatures_C if isinstance(temperatures_C, Iterable) else (temperatures_C,)
    places = tuple(dict.fromkeys(_check_temperature(place) for place in given))
    if not places:
        raise ExperimentError("no temperature is given: give at least one, in C")
    # the start at equilibrium follows the temperature
    moved = (AMBIENT, INITIAL, *cell.start_at(soc=0.0))
    built = built_of(cell, inputs=moved)
    tests: dict[float, RateTest] = {}
    bar = tqdm(
        places,
        desc=f"{cell.name} {cell.model_name}",
        unit="temperature",
        delay=2,
        disable=not progress or None,
    )
    try:
        for place in bar:
            warmed = at_temperature(cell, place)
            inputs = {name: warmed.number(name) for name in moved}
            tests[place] = rate_test(warmed, checked, cycles=cycles, built=built, inputs=inputs)
    except RateTestInterrupted as interrupted:
        tests[place] = interrupted.result
        raise TemperatureTestInterrupted(TemperatureTest(cell.name, tests, header(cell))) from None
    return TemperatureTest(cell.name, tests, header(cell))
