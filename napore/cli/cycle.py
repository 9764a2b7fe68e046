"""``napore cycle``: capacity and coulombic efficiency over many cycles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from napore.files import WriteError

from .group import Failure
from .options import debug_option, json_option, model_option, plot_option
from .output import check_plot, print_table, quiet_host, save_figure, saying

if TYPE_CHECKING:
    from napore.experiments import CycleTest

__all__ = ["cycle"]

_ROWS = 12


@click.command()
@click.argument("cell")
@click.option("--rate", type=float, required=True, help="Rate in C, of both directions.")
@click.option("--cycles", type=int, required=True, help="Number of cycles.")
@model_option
@click.option(
    "--ageing",
    metavar="NAME|FILE",
    help="Ageing of the carbon, such as gu2025; without it nothing fades.",
)
@click.option("--fast", is_flag=True, help="Leave out cycles over which the state changes evenly.")
@click.option(
    "--folder",
    "--resume",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder for finished cycles; what is there already is not run again.",
)
@json_option
@plot_option
@debug_option
def cycle(
    cell: str,
    rate: float,
    cycles: int,
    model: str,
    ageing: str | None,
    fast: bool,
    folder: Path | None,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Capacity, coulombic efficiency and retention of CELL over many cycles at one rate.

    CELL is the name of a set (napore parameters list) or a parameter file. Between the cut-offs,
    without rest, from the formed electrode at equilibrium. Retention is that of the last cycle
    over the third.
    """
    check_plot(plot_file)
    import napore.experiments as experiments
    from napore.full_cells import load_cell

    quiet_host()
    made = load_cell(cell, model=model, ageing=ageing)
    ended: experiments.CyclingInterrupted | WriteError | None = None
    try:
        test = experiments.cycle_test(made, rate, cycles, fast=fast, folder=folder, progress=True)
    except (experiments.CyclingInterrupted, WriteError) as stop:
        test, ended = stop.result, stop
    _print(test, "carbon" if made.kind == "carbon" else "cathode")
    with saying(ended):
        if json_file is not None:
            test.to_json(json_file)
    if not test.points:
        raise Failure(f"nothing could be solved for {test.cell}: {test.status}")
    if test.status != "ok":
        click.echo(f"napore: {test.status}", err=True)
    if plot_file is not None:
        panels = [test.plot, test.plot_curves] if test.curves else [test.plot]
        save_figure(plot_file, panels)


def _print(test: CycleTest, material: str) -> None:
    ageing = f"ageing {test.ageing}" if test.ageing else "no ageing"
    conditions = f"{test.cell}, {test.header['model']}, {test.rate_C:g} C, {ageing}"
    click.echo(f"{conditions}, capacities in mAh per gram of {material}")
    step = max(1, -(-len(test.points) // _ROWS))
    shown = [
        p for p in test.points if p.cycle in (1, test.reference_cycle, len(test.points)) or not p.cycle % step
    ]
    headings = ("cycle", "capacity", "efficiency", "film nm", "film ohm", "active", "simulated")
    rows = [
        (
            f"{p.cycle}",
            f"{p.capacity_mAh_g:.1f}",
            f"{p.coulombic_efficiency:.4f}",
            f"{p.film_thickness_nm:.1f}",
            f"{p.film_resistance_ohm:.1f}",
            f"{p.active_share:.4f}",
            "yes" if p.simulated else "between",
        )
        for p in shown
    ]
    print_table(headings, rows)
    if test.retention is not None:
        over = f"cycle {len(test.points)} over cycle {test.reference_cycle}"
        click.echo(
            f"retention {100 * test.retention:.1f} %, {over}; {test.simulated_cycles} cycles simulated"
        )
