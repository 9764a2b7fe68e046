"""``napore hold``: constant current to a voltage, and a hold there."""

import click

from .runner import Run, cell_command

__all__ = ["hold"]


@cell_command
@click.option(
    "--voltage",
    type=float,
    help="Voltage to hold in V.  [default: the cut-off of sodiation or charge]",
)
@click.option("--duration", type=float, default=3600.0, show_default=True, help="Length of the hold in s.")
@click.option("--rate", type=float, default=0.5, show_default=True, help="Current that leads there, in C.")
@click.option("--step", is_flag=True, help="Step to the voltage at once, without a current before.")
@click.option("--soc", type=float, help="State of charge at the start.  [default: the cell's own start]")
def hold(
    run: Run, voltage: float | None, duration: float, rate: float, step: bool, soc: float | None
) -> None:
    """Current and charge of CELL while a voltage is held.

    CELL is the name of a set (napore parameters list) or a parameter file. The current is positive
    while the cell delivers (a carbon in its half cell is sodiated).
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.hold(cell, voltage, duration, rate=None if step else rate, soc=soc),
        (("s", "time_s", ".4g"), ("mA/g", "current_mA_g", ".4g"), ("mAh/g", "capacity_mAh_g", ".2f")),
        title=lambda found: f"hold at {found.voltage_V:g} V, {found.capacity_before_mAh_g:.1f} mAh/g before",
        most=12,
    )
