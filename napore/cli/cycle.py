"""``napore cycle``: capacity and coulombic efficiency over many cycles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import CycleTest

__all__ = ["cycle"]

_ROWS = 12


@cell_command
@click.option("--rate", type=float, required=True, help="Rate in C, of both directions.")
@click.option("--cycles", type=int, required=True, help="Number of cycles.")
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
def cycle(run: Run, rate: float, cycles: int, ageing: str | None, fast: bool, folder: Path | None) -> None:
    """Capacity, coulombic efficiency and retention of CELL over many cycles at one rate.

    CELL is the name of a set (napore parameters list) or a parameter file. Between the cut-offs,
    without rest, from the formed electrode at equilibrium. Retention is that of the last cycle
    over the third.
    """
    from napore import experiments

    cell = run.cell(ageing=ageing)
    material = "carbon" if cell.kind == "carbon" else "cathode"
    run(
        lambda: experiments.cycle_test(cell, rate, cycles, fast=fast, folder=folder, progress=True),
        lambda test: _print(test, material),
    )


def _print(test: CycleTest, material: str) -> None:
    ageing = f"ageing {test.ageing}" if test.ageing else "no ageing"
    conditions = f"{test.cell}, {test.header['model']}, {test.rate_C:g} C, {ageing}"
    click.echo(f"{conditions}, capacities in mAh per gram of {material}")
    step = max(1, -(-len(test.points) // _ROWS))
    shown = [
        p for p in test.points if p.cycle in (1, test.reference_cycle, len(test.points)) or not p.cycle % step
    ]
    numbers = {p.cycle for p in shown}
    table = test.table()
    print_columns(
        table[table["cycle"].isin(numbers)],
        (
            ("cycle", "cycle", "d"),
            ("capacity", "capacity_mAh_g", ".1f"),
            ("efficiency", "coulombic_efficiency", ".4f"),
            ("film nm", "film_thickness_nm", ".1f"),
            ("film ohm", "film_resistance_ohm", ".1f"),
            ("active", "active_share", ".4f"),
            ("simulated", "simulated", ""),
        ),
    )
    if test.retention is not None:
        over = f"cycle {len(test.points)} over cycle {test.reference_cycle}"
        click.echo(
            f"retention {100 * test.retention:.1f} %, {over}; {test.simulated_cycles} cycles simulated"
        )
