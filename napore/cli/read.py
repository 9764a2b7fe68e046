"""``napore read``: what the reader makes of a file, before anything is fitted."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described, reads_files
from .output import check_plot, save_figure
from .runner import print_columns

if TYPE_CHECKING:
    from napore.measured import MeasuredFile


@described
@reads_files
def read(
    how: dict[str, Any], files: tuple[Path, ...], json_file: Path | None, plot_file: Path | None
) -> None:
    """Say what FILES of cyclers and impedance analysers hold: half cycles, holds, rests, spectra, doubts.

    FILES are text of any separator and decimal mark, .xlsx, .parquet, EC-Lab .mpt and .mpr, Neware .nda and
    .ndax. `napore fit` and `napore gitt --data` read the same way and take the same options.
    """
    check_plot(plot_file)
    from napore.files import write_json
    from napore.measured import in_words_of_the_command_line
    from napore.measured import read as read_file

    found = [read_file(file, **how) for file in files]
    for one in found:
        _print(one)
    if json_file is not None:
        rows = [one.to_dict() for one in found]
        for row in rows:
            row["remarks"] = [in_words_of_the_command_line(text) for text in row["remarks"]]
        head = {"napore": version("napore"), "pybamm": version("pybamm")}
        write_json(json_file, {**head, "model": None, "parameters_sha256": None, "files": rows})
    if plot_file is not None:
        save_figure(plot_file, [panel for one in found for panel in one.panels])


def _print(file: MeasuredFile) -> None:
    from napore.measured import in_words_of_the_command_line

    mass = "" if file.mass_mg is None else f", {file.mass_mg:g} mg ({file.mass_from})"
    area = "" if file.area_cm2 is None else f", {file.area_cm2:g} cm2"
    click.echo(f"{file.source}: {file.kind}, {file.electrodes} electrodes{mass}{area}")
    click.echo("columns: " + ", ".join(f"{key} {label!r}" for key, label in file.columns.items()))
    if file.half_cycles:
        in_grams = [
            (f"{head} per g" if head in ("mAh", "mA") and file.per_gram else head, *rest)
            for head, *rest in columns_of("read", "half_cycles")
        ]
        rows = [
            {
                **vars(curve),
                "capacity": curve.capacity,
                "in_hold": curve.hold and curve.hold.capacity_mAh_g,
                "from_V": curve.voltage_V[0],
                "to_V": curve.voltage_V[-1],
            }
            for curve in file.half_cycles
        ]
        print_columns(rows, in_grams)
    if file.rates is not None:
        print_columns(file.rates.table(), columns_of("read", "rates"))
    if file.spectra:
        spectra = [
            {
                "soc_or_cycle": one.soc_or_cycle,
                "points": len(one.frequency_Hz),
                "from_Hz": max(one.frequency_Hz),
                "to_Hz": min(one.frequency_Hz),
            }
            for one in file.spectra
        ]
        print_columns(spectra, columns_of("read", "spectra"))
    for remark in file.remarks:
        click.echo(f"- {in_words_of_the_command_line(remark)}")
