"""``napore gitt``: diffusivity from pulses and rests."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from .described import OF_FILES, columns_of, reads_files
from .group import Failure
from .output import number_text
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import Gitt


@partial(cell_command, required=False)
@reads_files
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
    _refuse_idle(data is not None)
    if data is not None:
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


_SIMULATED = ("current", "pulse", "rest", "direction", "area", "table")


def _refuse_idle(measured: bool) -> None:
    """Refuse options of a file where one is simulated, and of a simulation where a file is evaluated."""
    context = click.get_current_context()
    for one in context.command.params:
        name = one.name or ""
        idle = name in _SIMULATED if measured else name in ("length", "column", "unit", *OF_FILES)
        if idle and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            what = (
                "needs a simulated cell: leave out --data" if measured else "is for a file: give --data FILE"
            )
            raise Failure(f"{one.opts[0]} {what}, or leave out {one.opts[0]}")


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
    print_columns(table, columns_of("gitt"))
