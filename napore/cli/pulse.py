"""``napore pulse``: resistance after a step of current."""

import click

from .options import Numbers
from .runner import Run, cell_command

__all__ = ["pulse"]


@cell_command
@click.option(
    "--soc",
    type=Numbers(),
    default="0.1,0.3,0.5,0.7,0.9",
    show_default=True,
    help="States of charge.",
)
@click.option("--rate", type=float, default=1.0, show_default=True, help="Current of the pulses in C.")
@click.option("--duration", type=float, default=30.0, show_default=True, help="Length of a pulse in s.")
@click.option(
    "--times",
    type=Numbers(),
    default="0.1,1,10,30",
    show_default=True,
    help="Times in s at which the resistance is read; those beyond the pulse are left out.",
)
def pulse(run: Run, soc: tuple[float, ...], rate: float, duration: float, times: tuple[float, ...]) -> None:
    """Resistance of CELL at stated times after a step of current, in both directions.

    CELL is the name of a set (napore parameters list) or a parameter file. Each pulse starts at
    equilibrium. SOC 0 is a desodiated carbon in its half cell, else a discharged cell.
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.pulse_test(cell, soc, rate, duration, times=times, progress=True),
        (
            ("soc", "soc", "g"),
            ("direction", "direction", ""),
            ("s", "time_s", "g"),
            ("rest V", "rest_voltage_V", ".4f"),
            ("V", "voltage_V", ".4f"),
            ("ohm", "resistance_ohm", ".2f"),
            ("ohm cm2", "resistance_ohm_cm2", ".2f"),
            ("status", "status", ""),
        ),
        title=lambda test: f"{test.rate_C:g} C",
    )
