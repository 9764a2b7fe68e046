"""``napore temperature``: rate test at several temperatures."""

import click

from .options import Numbers, cycles_option
from .rate import columns_of
from .runner import Run, cell_command

__all__ = ["temperature"]


@cell_command
@click.option("--rates", type=Numbers(), help="Rates in C.  [default: those of napore rate]")
@click.option(
    "--temperatures", type=Numbers(), default="-20,-10,0,10,25,40,50", show_default=True, help="In C."
)
@cycles_option
def temperature(
    run: Run, rates: tuple[float, ...] | None, temperatures: tuple[float, ...], cycles: int
) -> None:
    """Rate test of CELL at several temperatures of its surroundings, each from equilibrium there.

    CELL is the name of a set (napore parameters list) or a parameter file. Outside the temperatures
    at which the paper's rates were measured, activation energies are extrapolated.
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.temperature_test(cell, rates, temperatures, cycles=cycles, progress=True),
        (
            ("T / C", "temperature_C", "g"),
            ("measured", "measured_range", ""),
            *(column for column in columns_of(cell.kind) if column[0] != "mA/g"),
        ),
    )
