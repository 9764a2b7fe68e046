"""``napore gitt``: diffusivity from pulses and rests."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .data_options import data_options
from .group import Failure
from .options import check_output
from .output import number_text
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import Gitt

__all__ = ["gitt"]


@partial(cell_command, required=False)
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
@data_options("--current", "--one-c", "--area")
def gitt(
    run: Run,
    how: dict[str, Any],
    data: Path | None,
    length: float | None,
    current: float,
    pulse: float,
    rest: float,
    direction: str,
    skip: float,
    area: float | None,
    table: Path | None,
) -> None:
    """Diffusivity from pulses and rests, simulated of CELL or measured, as a laboratory evaluates them.

    CELL is the name of a set (napore parameters list) or a parameter file. Pulses go on until the
    cut-off, sodiation first (with a cathode: charge). A number with > lies above half of what the
    formula can show and is a lower bound only.
    """
    if data is not None:
        if table is not None:
            raise Failure("--table needs a simulated cell: leave out --data, or --table")
        run(partial(_of_file, data, how, run.name, length, skip), _print)
        return
    if table is not None and (table.suffix != ".toml" or table.exists()):
        raise Failure(f"{table} is no name for a parameter file: give a new name that ends in .toml")
    from napore import experiments

    cell = run.cell()
    if table is not None and cell.kind != "carbon":
        raise Failure(f"{cell.name} is no half cell of a carbon: a table of its diffusivity needs one")
    test = run(
        lambda: experiments.gitt(
            cell,
            current,
            pulse,
            rest,
            direction=direction,
            skip_s=skip,
            specific_area_m2_g=area,
            progress=True,
        ),
        _print,
    )
    if table is not None:
        found = experiments.occupancy_diffusivity(test, cell)
        found.write_parameter_file(table)
        points = len(found.diffusivity_table().occupancy)
        click.echo(f"\n{table}: diffusivity against occupancy, {points} points")


def _of_file(data: Path, how: dict[str, Any], cell: str | None, length: float | None, skip: float) -> Gitt:
    """Evaluation of a measured file; the length of the formula is given, or that of a set."""
    from napore.experiments import read_gitt
    from napore.parameters.sets import load_set

    basis = "given"
    if length is None:
        source = load_set(cell or "fjh")
        length = source.numbers["Carbon particle radius [m]"] / 3.0
        basis = f"a third of the radius of {source.name}; --length gives that of the material measured"
    return replace(read_gitt(data, length, skip_s=skip, **how), length_basis=basis)


def _print(test: Gitt) -> None:
    ceilings = [pulse.ceiling_m2_s for pulse in test.pulses if pulse.complete]
    click.echo(
        f"{test.cell}, {test.header.get('model', 'measured')}, L = {test.length_m:.3g} m "
        f"({test.length_basis})" + (f", ceiling {max(ceilings):.3g} m2/s" if ceilings else "")
    )
    table = test.table()
    D = [number_text(value, ".2e") for value in table["diffusivity_m2_s"]]
    table["D"] = [f"> {text}" if bound else text for text, bound in zip(D, table["bound"], strict=True)]
    for name in ("dE_s_V", "dE_t_V"):
        table[name] *= 1e3
    print_columns(
        table,
        (
            ("direction", "direction", ""),
            ("mAh/g", "capacity_mAh_g", ".1f"),
            ("V", "voltage_V", ".4f"),
            ("D m2/s", "D", ""),
            ("uncorrected", "uncorrected_diffusivity_m2_s", ".2e"),
            ("D put in", "input_diffusivity_m2_s", ".2e"),
            ("dE_s mV", "dE_s_V", ".2f"),
            ("dE_t mV", "dE_t_V", ".2f"),
            ("s", "duration_s", ".0f"),
        ),
    )
