"""``napore compare``: measured curves beside a cell's simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from .data_options import data_options
from .group import Failure
from .options import debug_option, json_option, model_option, plot_option
from .output import check_plot, quiet_host
from .runner import carry_out, print_columns

__all__ = ["compare"]


@click.command()
@click.argument("cell")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--mass-ratio", type=float, metavar="G_G", help="Carbon over cathode, of a full cell.")
@click.option("--charge-rate", type=float, metavar="C", help="Rate of charge of a full cell.")
@click.option(
    "--current-mA-cm2",
    "current_mA_cm2",
    type=float,
    metavar="MA_CM2",
    help="Current per area of files of capacity and voltage.",
)
@model_option
@json_option
@plot_option
@debug_option
@data_options()
def compare(
    how: dict[str, Any],
    cell: str,
    files: tuple[Path, ...],
    mass_ratio: float | None,
    charge_rate: float | None,
    current_mA_cm2: float | None,
    model: str,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Lay measured curves of FILES over the simulation of CELL: voltage and capacity, without a fit.

    CELL is the name of a set (napore parameters list) or a parameter file. A carbon is run as each file says
    (window, holds, rests); a full cell and a cathode between their own cut-offs at the current of each curve,
    per gram of cathode.
    """
    check_plot(plot_file)
    if not files:
        raise Failure("no file is given: give one or more measured curves")
    quiet_host()
    from napore.calibration.compare import compare as run
    from napore.calibration.files import Reading

    reading = Reading(**{**how, "one_C_mA_g": how.get("one_C_mA_g") or 300.0})
    carry_out(
        lambda: run(
            cell,
            files,
            model=model,
            mass_ratio=mass_ratio,
            charge_rate=charge_rate,
            current_mA_cm2=current_mA_cm2,
            how=reading,
        ),
        lambda found: print_columns(
            found.table(),
            (
                ("file", "file", ""),
                ("direction", "direction", ""),
                ("mA/g", "current_mA_g", ".4g"),
                ("measured mAh/g", "capacity_mAh_g", ".1f"),
                ("simulated", "simulated_capacity_mAh_g", ".1f"),
                ("deviation", "deviation", "+.1%"),
                ("rms mV", "rms_mV", ".1f"),
                ("scaled", "rms_scaled_mV", ".1f"),
                ("status", "status", ""),
            ),
        ),
        json_file,
        plot_file,
    )
