"""``napore rate``: capacity against rate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import Failure
from .options import Numbers, debug_option, json_option, model_option, plot_option
from .output import check_plot, number_text, print_table, quiet_host, save_figure

if TYPE_CHECKING:
    from napore.experiments import ChargeRatePoint, DirectionTest, RateTest

__all__ = ["rate"]


@click.command()
@click.argument("cell")
@click.option(
    "--rates",
    type=Numbers(),
    help="Rates in C.  [default: 0.02,0.05,0.1,0.2,0.5,1,2,5; with a cathode 0.05 to 6]",
)
@model_option
@click.option(
    "--asymmetric",
    is_flag=True,
    help="Add slow sodiation (0.02 C), slow desodiation, and CC-CV sodiation, to see which direction limits.",
)
@json_option
@plot_option
@debug_option
def rate(
    cell: str,
    rates: tuple[float, ...] | None,
    model: str,
    asymmetric: bool,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Capacity, plateau and slope, and mean voltage of CELL at each rate.

    CELL is the name of a set (napore parameters list) or a parameter file. 1 C is 300 mA per gram
    of carbon in its half cell; each rate starts from the formed electrode at equilibrium at the
    upper cut-off. A full cell and a cathode are charged first, from equilibrium at the lower
    cut-off; 1 C is 117.6 mA per gram of Na3V2(PO4)3. The last of three cycles counts.
    """
    check_plot(plot_file)
    import napore.experiments as experiments
    from napore.full_cells import load_cell

    quiet_host()
    made = load_cell(cell, model=model)
    given = experiments.rate.default_rates(made) if rates is None else rates
    interrupted = False
    directions: DirectionTest | None = None
    try:
        if asymmetric:
            directions = experiments.direction_test(made, given, progress=True)
            test = directions.symmetric
        else:
            test = experiments.rate_test(made, given, progress=True)
    except experiments.DirectionTestInterrupted as stop:
        directions, test, interrupted = stop.finished, stop.result, True
    except experiments.RateTestInterrupted as stop:
        test, interrupted = stop.result, True
    result = directions or test
    _print_rates(test)
    if directions is not None:
        _print_directions(directions)
    if json_file is not None:
        result.to_json(json_file)
    if interrupted:
        raise KeyboardInterrupt
    if not test.solved:
        raise Failure(f"nothing could be solved for {test.cell}: {test.points[0].status}")
    if plot_file is not None:
        panels = [test.plot_curves, test.plot] if directions is None else [test.plot_curves, directions.plot]
        save_figure(plot_file, panels)


def _print_rates(test: RateTest) -> None:
    from napore.experiments import ChargeRatePoint

    charged = [point for point in test.points if isinstance(point, ChargeRatePoint)]
    if charged:
        _print_charged(test, charged)
    else:
        _print_carbon(test)
    for point in test.points if test.solved else ():
        if point.status != "ok":
            click.echo(f"napore: {point.rate_C:g} C: {point.status}", err=True)


def _print_charged(test: RateTest, points: list[ChargeRatePoint]) -> None:
    headings = ("C", "mA/g", "discharge", "charge", "mean V", "mean charge V", "plating margin V", "status")
    rows = []
    for point in points:
        numbers = (
            number_text(point.capacity_mAh_g, ".1f"),
            number_text(point.charge_capacity_mAh_g, ".1f"),
            number_text(point.mean_voltage_V, ".3f"),
            number_text(point.mean_charge_voltage_V, ".3f"),
            number_text(point.plating_margin_V, ".3f"),
        )
        status = point.status.partition(":")[0]
        rows.append((f"{point.rate_C:g}", f"{point.current_mA_g:.4g}", *numbers, status))
    click.echo(f"{test.cell}, {test.header['model']}, capacities in mAh per gram of cathode")
    print_table(headings, rows)


def _print_carbon(test: RateTest) -> None:
    headings = ("C", "mA/g", "desodiation", "sodiation", "plateau", "slope", "share", "mean V", "status")
    rows = []
    for point, share, slope in zip(
        test.points, test.table()["plateau_share"], test.table()["slope_capacity_mAh_g"], strict=True
    ):
        numbers = (
            number_text(point.capacity_mAh_g, ".1f"),
            number_text(point.sodiation_capacity_mAh_g, ".1f"),
            number_text(point.plateau_capacity_mAh_g, ".1f"),
            number_text(slope, ".1f"),
            number_text(share, ".3f"),
            number_text(point.mean_voltage_V, ".3f"),
        )
        status = point.status.partition(":")[0]
        rows.append((f"{point.rate_C:g}", f"{point.current_mA_g:.4g}", *numbers, status))
    click.echo(f"{test.cell}, {test.header['model']}, capacities in mAh per gram of carbon")
    print_table(headings, rows)


def _print_directions(directions: DirectionTest) -> None:
    table = directions.table()
    columns = [name for name in table.columns if name != "rate_C"]
    of_carbon = "sodiation" in "".join(columns)
    what = "Desodiation capacity by protocol, mAh per gram of carbon"
    click.echo("\n" + (what if of_carbon else "Discharge capacity by protocol, mAh per gram of cathode"))
    rows = [
        (f"{row['rate_C']:g}", *(number_text(row[c], ".1f") for c in columns)) for _, row in table.iterrows()
    ]
    print_table(("C", *(c.removesuffix("_capacity_mAh_g") for c in columns)), rows)
    for name, test in directions.tests.items():
        for point in test.points if name != "symmetric" else ():
            if point.status != "ok":
                click.echo(f"napore: {name}, {point.rate_C:g} C: {point.status}", err=True)
