"""``napore gitt``: diffusivity from pulses and rests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .data_options import data_options
from .group import Failure
from .options import check_output, debug_option, json_option, model_option, plot_option
from .output import check_plot, number_text, print_table, quiet_host, save_figure

if TYPE_CHECKING:
    from napore.experiments import Gitt

__all__ = ["gitt"]


@click.command()
@click.argument("cell", required=False)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Evaluate the pulses of a measured file, which is read as by napore read, and simulate nothing.",
)
@click.option(
    "--length",
    type=float,
    metavar="M",
    help="Volume over area of the material of --data in m.  [default: a third of the radius of CELL or fjh]",
)
@model_option
@click.option(
    "--current",
    type=float,
    default=50.0,
    show_default=True,
    help="Current in mA per gram of active material.",
)
@click.option("--pulse", type=float, default=600.0, show_default=True, help="Duration of a pulse in s.")
@click.option("--rest", type=float, default=2400.0, show_default=True, help="Duration of a rest in s.")
@click.option(
    "--direction",
    default="both",
    show_default=True,
    help="sodiation or desodiation (charge or discharge with a cathode), or both.",
)
@click.option(
    "--skip",
    type=float,
    default=10.0,
    show_default=True,
    help="Seconds after switching from which the change of voltage during a pulse counts.",
)
@click.option(
    "--area", type=float, help="Area in m2/g for the length V_m/(M S).  [default: a third of the radius]"
)
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    callback=check_output,
    metavar="FILE.toml",
    help="Write the parameter file with the diffusivity against occupancy that the pulses show.",
)
@json_option
@plot_option
@debug_option
@data_options("--current", "--one-c", "--area")
def gitt(
    how: dict[str, Any],
    cell: str | None,
    data: Path | None,
    length: float | None,
    model: str,
    current: float,
    pulse: float,
    rest: float,
    direction: str,
    skip: float,
    area: float | None,
    table: Path | None,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Diffusivity from pulses and rests, simulated of CELL or measured, as a laboratory evaluates them.

    CELL is the name of a set (napore parameters list) or a parameter file. Pulses go on until the
    cut-off, sodiation first (with a cathode: charge). A number with > lies above half of what the
    formula can show and is a lower bound only.
    """
    check_plot(plot_file)
    if data is not None:
        if table is not None:
            raise Failure("--table needs a simulated cell: leave out --data, or --table")
        _print_file(data, how, cell, length, skip, json_file, plot_file)
        return
    if cell is None:
        raise click.UsageError("Missing argument 'CELL' (or --data FILE).")
    if table is not None and (table.suffix != ".toml" or table.exists()):
        raise Failure(f"{table} is no name for a parameter file: give a new name that ends in .toml")
    import napore.experiments as experiments
    from napore.full_cells import load_cell

    quiet_host()
    interrupted = False
    simulated = load_cell(cell, model=model)
    if table is not None and simulated.kind != "carbon":
        raise Failure(f"{simulated.name} is no half cell of a carbon: a table of its diffusivity needs one")
    try:
        test = experiments.gitt(
            simulated,
            current,
            pulse,
            rest,
            direction=direction,
            skip_s=skip,
            specific_area_m2_g=area,
            progress=True,
        )
    except experiments.GittInterrupted as stop:
        test, interrupted = stop.result, True
    if test.pulses:
        _print(test)
    if json_file is not None:
        test.to_json(json_file)
    if interrupted:
        raise KeyboardInterrupt
    if not test.pulses:
        raise Failure(f"nothing could be solved for {test.cell}: {test.status}")
    if table is not None:
        found = experiments.occupancy_diffusivity(test, simulated)
        found.write_parameter_file(table)
        click.echo(
            f"\n{table}: diffusivity against occupancy, {len(found.diffusivity_table().occupancy)} points"
        )
    if test.status != "ok":
        click.echo(f"napore: {test.status}", err=True)
    if plot_file is not None:
        save_figure(plot_file, [test.plot_curve, test.plot])


def _print_file(
    data: Path,
    how: dict[str, Any],
    cell: str | None,
    length: float | None,
    skip: float,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Evaluate a measured file; the length of the formula is given, or that of a set."""
    from napore.experiments import read_gitt
    from napore.files import write_json
    from napore.parameters.sets import load_set

    basis = "given"
    if length is None:
        source = load_set(cell or "fjh")
        length = source.numbers["Carbon particle radius [m]"] / 3.0
        basis = f"a third of the radius of {source.name}; --length gives that of the material measured"
    how = {
        key: value
        for key, value in how.items()
        if key in ("mass_mg", "sheet", "columns", "units", "positive_on")
    }
    test = replace(read_gitt(data, length, skip_s=skip, **how), length_basis=basis)
    _print(test)
    if json_file is not None:
        content = {"model": None, "parameters_sha256": None, **test.to_dict()}
        write_json(json_file, {**content, "cell": None, "file": test.cell})
    if plot_file is not None:
        save_figure(plot_file, [test.plot_curve, test.plot])


def _print(test: Gitt) -> None:
    click.echo(
        f"{test.cell}, {test.header.get('model', 'measured')}, L = {test.length_m:.3g} m "
        f"({test.length_basis}), ceiling "
        f"{max(pulse.ceiling_m2_s for pulse in test.pulses if pulse.complete):.3g} m2/s"
    )
    headings = ("direction", "mAh/g", "V", "D m2/s", "uncorrected", "D put in", "dE_s mV", "dE_t mV", "s")
    rows = []
    for pulse in test.pulses:
        D = number_text(pulse.diffusivity_m2_s, ".2e")
        numbers = (
            f"{pulse.capacity_mAh_g:.1f}",
            f"{pulse.voltage_V:.4f}",
            f"> {D}" if pulse.bound else D,
            number_text(pulse.uncorrected_diffusivity_m2_s, ".2e"),
            number_text(pulse.input_diffusivity_m2_s, ".2e"),
            f"{1e3 * pulse.dE_s_V:.2f}",
            f"{1e3 * pulse.dE_t_V:.2f}",
            f"{pulse.duration_s:.0f}",
        )
        rows.append((pulse.direction, *numbers))
    print_table(headings, rows)
