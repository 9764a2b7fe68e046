"""``napore rate``: capacity against rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .described import columns_of
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import DirectionTest, RateTest


@cell_command
def rate(run: Run, rates: tuple[float, ...] | None, asymmetric: bool) -> None:
    """Capacity, plateau and slope, and mean voltage of CELL at each rate.

    CELL is the name of a set (napore parameters list) or a parameter file. 1 C is 300 mA per gram
    of carbon in its half cell; each rate starts from the formed electrode at equilibrium at the
    upper cut-off. A full cell and a cathode are charged first, from equilibrium at the lower
    cut-off; 1 C is 117.6 mA per gram of Na3V2(PO4)3. The last of three cycles counts.
    """
    from napore import experiments

    cell = run.cell()
    given = experiments.rate.default_rates(cell) if rates is None else rates
    if asymmetric:
        run(lambda: experiments.direction_test(cell, given, progress=True), _print_directions)
    else:
        run(lambda: experiments.rate_test(cell, given, progress=True), _print_rates)


def _print_rates(test: RateTest) -> None:
    table = test.table()
    of_carbon = "plateau_share" in table
    material = "carbon" if of_carbon else "cathode"
    columns = columns_of("rate", "carbon" if of_carbon else "other")
    full = not of_carbon and bool(table["energy_Wh_kg_active"].notna().any())
    unit = ", energy in Wh per kg of both active masses" if full else ""
    click.echo(f"{test.cell}, {test.header['model']}, capacities in mAh per gram of {material}{unit}")
    print_columns(table, columns if of_carbon or full else [c for c in columns if c[0] != "energy"])


def _print_directions(directions: DirectionTest) -> None:
    _print_rates(directions.symmetric)
    table = directions.table()
    columns = [name for name in table.columns if name != "rate_C"]
    of_carbon = "sodiation" in "".join(columns)
    what = "Desodiation capacity by protocol, mAh per gram of carbon"
    click.echo("\n" + (what if of_carbon else "Discharge capacity by protocol, mAh per gram of cathode"))
    print_columns(
        table, [("C", "rate_C", "g"), *((c.removesuffix("_capacity_mAh_g"), c, ".1f") for c in columns)]
    )
