"""``napore drive``: a cell follows a profile of current or power."""

from pathlib import Path

import click

from .runner import Run, cell_command

__all__ = ["drive"]


@cell_command
@click.argument("profile", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--soc", type=float, help="State of charge at the start.  [default: the cell's own start]")
@click.option(
    "--interpolation",
    type=click.Choice(("linear", "previous")),
    default="linear",
    show_default=True,
    help="Between two times of the profile; previous: the value jumps at each time.",
)
def drive(run: Run, profile: Path, soc: float | None, interpolation: str) -> None:
    """Voltage of CELL while it follows the profile in FILE, until its end or a cut-off.

    CELL is the name of a set (napore parameters list) or a parameter file. FILE has a column of
    time and one of current, rate or power, with units in their headings. Positive while the cell
    delivers (a carbon in its half cell is sodiated).
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.drive(cell, profile, soc=soc, interpolation=interpolation),
        (
            ("s", "time_s", ".4g"),
            ("A", "current_A", ".4g"),
            ("V", "voltage_V", ".4f"),
            ("mAh/g", "capacity_mAh_g", ".2f"),
        ),
        title=lambda found: f"{found.duration_s:g} s",
        most=12,
    )
