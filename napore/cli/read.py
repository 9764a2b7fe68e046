"""``napore read``: what the reader makes of a file, before anything is fitted."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .data_options import data_options
from .options import debug_option, json_option, plot_option
from .output import check_plot, number_text, print_table, save_figure

if TYPE_CHECKING:
    from napore.measured import MeasuredFile

__all__ = ["read"]


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@plot_option
@debug_option
@data_options()
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
        unit = " per g" if file.per_gram else ""
        headings = (
            "direction",
            f"mAh{unit}",
            f"mA{unit}",
            "in hold",
            "rest before s",
            "from V",
            "to V",
            "complete",
        )
        rows = [
            (
                curve.direction,
                f"{curve.capacity:.4g}",
                number_text(curve.current_mA_g, ".4g"),
                number_text(None if curve.hold is None else curve.hold.capacity_mAh_g, ".4g"),
                f"{curve.rest_before_s:.4g}",
                f"{curve.voltage_V[0]:.3f}",
                f"{curve.voltage_V[-1]:.3f}",
                "yes" if curve.complete else "no",
            )
            for curve in file.half_cycles
        ]
        print_table(headings, rows)
    if file.rates is not None:
        print_table(
            ("mA/g", "mAh/g"),
            [
                (f"{i:.4g}", f"{q:.4g}")
                for i, q in zip(file.rates.current_mA_g, file.rates.capacity_mAh_g, strict=True)
            ],
        )
    if file.spectra:
        print_table(
            ("soc or cycle", "points", "from Hz", "to Hz"),
            [
                (f"{one.soc_or_cycle:g}", str(len(f)), f"{f.max():.4g}", f"{f.min():.4g}")
                for one in file.spectra
                for f in (one.frequency_Hz,)
            ],
        )
    for remark in file.remarks:
        click.echo(f"- {in_words_of_the_command_line(remark)}")
