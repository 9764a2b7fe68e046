"""``napore cycle``: capacity and coulombic efficiency over many cycles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .described import columns_of
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import CycleTest

_ROWS = 12


@cell_command
def cycle(run: Run, rate: float, cycles: int, ageing: str | None, fast: bool, folder: Path | None) -> None:
    """Capacity, coulombic efficiency and retention of CELL over many cycles at one rate.

    CELL is the name of a set (napore parameters list) or a parameter file. Between the cut-offs, without
    rest, from the formed electrode at equilibrium. Retention is that of the last cycle over the third.
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
    table = test.table()
    print_columns(table[table["cycle"].isin([p.cycle for p in shown])], columns_of("cycle"))
    if test.retention is not None:
        over = f"cycle {len(test.points)} over cycle {test.reference_cycle}"
        click.echo(
            f"retention {100 * test.retention:.1f} %, {over}; {test.simulated_cycles} cycles simulated"
        )
