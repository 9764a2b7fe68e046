"""``napore reference``: rate test against a reference electrode in the separator."""

from functools import partial

import click

from .options import Numbers, cycles_option
from .runner import Run, cell_command

__all__ = ["reference"]


@partial(cell_command, full=False)
@click.option("--rates", type=Numbers(), default="0.5,1,2,5", show_default=True, help="Rates in C.")
@click.option(
    "--position",
    type=float,
    default=0.5,
    show_default=True,
    help="Place of the reference in the separator: 0 at the foil, 1 at the working electrode.",
)
@click.option("--foil", is_flag=True, help="Count from the foil itself, as a two-electrode cell does.")
@cycles_option
def reference(run: Run, rates: tuple[float, ...], position: float, foil: bool, cycles: int) -> None:
    """Rate test of the half cell CELL whose cut-offs count from a reference electrode.

    CELL is the name of a set (napore parameters list) or a parameter file. The parts of the
    polarisation are those at the end of sodiation (of a cathode: charge).
    """
    from napore import experiments

    cell = run.cell()
    place = None if foil else position
    run(
        lambda: experiments.reference_test(cell, rates, place, cycles=cycles, progress=True),
        (
            ("C", "rate_C", "g"),
            ("first mAh/g", "first_capacity_mAh_g", ".1f"),
            ("second mAh/g", "capacity_mAh_g", ".1f"),
            ("lowest V", "lowest_voltage_V", ".4f"),
            ("polarisation mV", "end_total_mV", ".1f"),
            ("separator mV", "end_separator_mV", ".1f"),
            ("status", "status", ""),
        ),
        title=lambda test: "foil" if test.position is None else f"reference at {test.position:g}",
    )
