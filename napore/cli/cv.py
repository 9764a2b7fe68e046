"""``napore cv``: cyclic voltammetry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .described import columns_of
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import CyclicVoltammetry


@cell_command
def cv(run: Run, scan_rates: tuple[float, ...] | None, window: tuple[float, ...] | None) -> None:
    """Cyclic voltammetry of the half cell CELL: peaks, charges and b values.

    CELL is the name of a set (napore parameters list) or a parameter file. A carbon is swept down
    first, from equilibrium at the upper cut-off; the second cycle counts. Peak currents are
    magnitudes; one within 5 mV of a vertex is no peak. b is that of i = a v^b.
    """
    from napore import experiments

    cell = run.cell()
    rates = experiments.SCAN_RATES if scan_rates is None else scan_rates
    run(lambda: experiments.cv(cell, rates, window, progress=True), _print_scans)


def _print_scans(found: CyclicVoltammetry) -> None:
    click.echo(f"{found.cell}, {found.header['model']}, {found.window_V[0]:g} to {found.window_V[1]:g} V")
    print_columns(found.table(), columns_of("cv"))
    for direction in ("cathodic", "anodic"):
        law = found.peak_law(direction)
        if law is not None:
            error = "" if law.standard_error is None else f" +- {law.standard_error:.3f}"
            click.echo(f"{direction} b = {law.exponent:.3f}{error} ({law.points} peaks)")
