"""``napore cv``: cyclic voltammetry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import Failure
from .options import Numbers, debug_option, json_option, model_option, plot_option
from .output import check_plot, print_table, quiet_host, save_figure

if TYPE_CHECKING:
    from napore.experiments import CyclicVoltammetry

__all__ = ["cv"]


@click.command()
@click.argument("cell")
@click.option(
    "--scan-rates",
    type=Numbers(),
    help="Scan rates in mV/s.  [default: 0.1,0.2,0.4,0.6,0.8,1]",
)
@click.option(
    "--window",
    type=Numbers(),
    help="Lower and upper vertex in V.  [default: the cut-offs, 0.01,3 for a carbon]",
)
@model_option
@json_option
@plot_option
@debug_option
def cv(
    cell: str,
    scan_rates: tuple[float, ...] | None,
    window: tuple[float, ...] | None,
    model: str,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Cyclic voltammetry of the half cell CELL: peaks, charges and b values.

    CELL is the name of a set (napore parameters list) or a parameter file. A carbon is swept down
    first, from equilibrium at the upper cut-off; the second cycle counts. Peak currents are
    magnitudes; one within 5 mV of a vertex is no peak. b is that of i = a v^b.
    """
    check_plot(plot_file)
    import napore.experiments as experiments
    from napore.full_cells import load_cell

    quiet_host()
    made = load_cell(cell, model=model)
    rates = experiments.SCAN_RATES if scan_rates is None else scan_rates
    interrupted = False
    try:
        found = experiments.cv(made, rates, window, progress=True)
    except experiments.VoltammetryInterrupted as stop:
        found, interrupted = stop.result, True
    _print_scans(found)
    if json_file is not None:
        found.to_json(json_file)
    if interrupted:
        raise KeyboardInterrupt
    if not found.solved:
        raise Failure(f"nothing could be solved for {found.cell}: {found.scans[0].status}")
    if plot_file is not None:
        save_figure(plot_file, [found.plot, found.plot_peaks])


def _print_scans(found: CyclicVoltammetry) -> None:
    click.echo(f"{found.cell}, {found.header['model']}, {found.window_V[0]:g} to {found.window_V[1]:g} V")
    headings = ("mV/s", "cathodic A/g", "at V", "anodic A/g", "at V", "charge mAh/g", "status")
    rows = []
    for scan in found.scans:
        row = scan.to_dict()
        columns = ("cathodic_peak_A_g", "cathodic_peak_V", "anodic_peak_A_g", "anodic_peak_V")
        numbers = ["-" if row[name] is None else f"{row[name]:.3f}" for name in columns]
        charge = row["anodic_charge_mAh_g"]
        numbers.append("-" if charge is None else f"{charge:.1f}")
        rows.append((f"{scan.scan_rate_mV_s:g}", *numbers, scan.status.partition(":")[0]))
    print_table(headings, rows)
    for direction in ("cathodic", "anodic"):
        law = found.peak_law(direction)
        if law is not None:
            error = "" if law.standard_error is None else f" +- {law.standard_error:.3f}"
            click.echo(f"{direction} b = {law.exponent:.3f}{error} ({law.points} peaks)")
    for scan in found.scans if found.solved else ():
        if scan.status != "ok":
            click.echo(f"napore: {scan.scan_rate_mV_s:g} mV/s: {scan.status}", err=True)
