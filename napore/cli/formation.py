"""``napore formation``: the first cycles of a pristine carbon."""

from functools import partial

import click

from .runner import Run, cell_command

__all__ = ["formation"]


@partial(cell_command, full=False)
@click.option("--rate", type=float, default=0.02, show_default=True, help="Rate in C, of both directions.")
@click.option("--cycles", type=int, default=1, show_default=True, help="Number of cycles.")
@click.option("--trapped", type=float, help="Sodium that sites keep, in mAh/g.  [default: that of the set]")
@click.option(
    "--film-current", type=float, help="Exchange-current density of the film in A/m2.  [default: of the set]"
)
def formation(run: Run, rate: float, cycles: int, trapped: float | None, film_current: float | None) -> None:
    """First cycles of the pristine carbon CELL against sodium: efficiency, and where the sodium goes.

    CELL is the name of a set (napore parameters list) or a parameter file. Capacities and losses
    are in mAh per gram of carbon: in the film, on sites that keep it, and left in the carbon.
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.formation(
            cell,
            rate,
            cycles=cycles,
            trapped_mAh_g=trapped,
            film_current_A_m2=film_current,
            progress=True,
        ),
        (
            ("cycle", "cycle", "d"),
            ("sodiation", "sodiation_capacity_mAh_g", ".1f"),
            ("desodiation", "desodiation_capacity_mAh_g", ".1f"),
            ("efficiency", "coulombic_efficiency", ".4f"),
            ("film", "film_mAh_g", ".2f"),
            ("trapped", "trapped_mAh_g", ".2f"),
            ("left", "left_in_carbon_mAh_g", ".2f"),
            ("film nm", "film_thickness_nm", ".2f"),
            ("status", "status", ""),
        ),
        title=lambda test: f"{test.rate_C:g} C, mAh per gram of carbon",
    )
