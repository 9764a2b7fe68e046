"""``napore rate``: capacity against rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import Numbers
from .output import number_text, print_table
from .runner import Columns, Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import DirectionTest, RateTest

__all__ = ["columns_of", "rate"]

_SODIATED: Columns = (
    ("C", "rate_C", "g"),
    ("mA/g", "current_mA_g", ".4g"),
    ("desodiation", "capacity_mAh_g", ".1f"),
    ("sodiation", "sodiation_capacity_mAh_g", ".1f"),
    ("plateau", "plateau_capacity_mAh_g", ".1f"),
    ("slope", "slope_capacity_mAh_g", ".1f"),
    ("share", "plateau_share", ".3f"),
    ("mean V", "mean_voltage_V", ".3f"),
    ("status", "status", ""),
)

_CHARGED: Columns = (
    ("C", "rate_C", "g"),
    ("mA/g", "current_mA_g", ".4g"),
    ("discharge", "capacity_mAh_g", ".1f"),
    ("charge", "charge_capacity_mAh_g", ".1f"),
    ("mean V", "mean_voltage_V", ".3f"),
    ("mean charge V", "mean_charge_voltage_V", ".3f"),
    ("plating margin V", "plating_margin_V", ".3f"),
    ("status", "status", ""),
)


def columns_of(kind: str) -> Columns:
    """Columns of a rate test of a kind of cell."""
    return _SODIATED if kind == "carbon" else _CHARGED


@cell_command
@click.option(
    "--rates",
    type=Numbers(),
    help="Rates in C.  [default: 0.02,0.05,0.1,0.2,0.5,1,2,5; with a cathode 0.05 to 6]",
)
@click.option(
    "--asymmetric",
    is_flag=True,
    help="Add slow sodiation (0.02 C), slow desodiation, and CC-CV sodiation, to see which direction limits.",
)
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
        run(
            lambda: experiments.direction_test(cell, given, progress=True),
            _print_directions,
        )
    else:
        run(
            lambda: experiments.rate_test(cell, given, progress=True),
            _print_rates,
        )


def _print_rates(test: RateTest) -> None:
    table = test.table()
    of_carbon = "plateau_share" in table
    click.echo(
        f"{test.cell}, {test.header['model']}, capacities in mAh per gram of "
        f"{'carbon' if of_carbon else 'cathode'}"
    )
    print_columns(table, columns_of("carbon" if of_carbon else ""))


def _print_directions(directions: DirectionTest) -> None:
    _print_rates(directions.symmetric)
    table = directions.table()
    columns = [name for name in table.columns if name != "rate_C"]
    of_carbon = "sodiation" in "".join(columns)
    what = "Desodiation capacity by protocol, mAh per gram of carbon"
    click.echo("\n" + (what if of_carbon else "Discharge capacity by protocol, mAh per gram of cathode"))
    rows = [
        (f"{row['rate_C']:g}", *(number_text(row[c], ".1f") for c in columns)) for _, row in table.iterrows()
    ]
    print_table(("C", *(c.removesuffix("_capacity_mAh_g") for c in columns)), rows)
