"""``napore optimise``: the best design under limits of rate, plating and temperature."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described, one_value
from .output import check_plot, quiet_host
from .runner import carry_out, print_columns

if TYPE_CHECKING:
    from napore.designs import Optimum


@described
def optimise(
    anode: str,
    cathode: str,
    vary: tuple[tuple[str, tuple[float, ...]], ...],
    report_file: Path | None,
    json_file: Path | None,
    plot_file: Path | None,
    **asked: Any,
) -> None:
    """Best design under limits of rate, plating margin and temperature.

    It starts at the static optimum (equilibrium, exact derivatives) and goes on by simulation. A Pareto
    front sets the objective against a second quantity; bands are over draws of the uncertain numbers.
    """
    check_plot(plot_file)
    from napore import designs

    quiet_host()
    asked["vary"] = {name: one_value(name, values) for name, values in vary}
    found = carry_out(lambda: designs.optimise((anode, cathode), **asked), _print, json_file, plot_file)
    if report_file is not None:
        designs.write_report(found, report_file)


def _print(found: Optimum) -> None:
    click.echo(f"{found.name}, {found.header['model']}, {len(found.tried)} designs simulated")
    table = found.table()
    shown = [column for column in columns_of("optimise") if column[1] in table.columns]
    print_columns(table, [column for column in shown if table[column[1]].notna().any()])
    for bands in found.bands:
        for band in bands:
            click.echo(
                f"{band.quantity}: {band.median:.4g}, 90 % of {band.solved} draws from {band.low:.4g} to "
                f"{band.high:.4g}; goes most with {band.dominant[0]} ({band.dominant[1]:+.2f})"
            )
    if found.static is not None:
        at = ", ".join(f"{name} {value:.4g}" for name, value in found.static[0].items())
        click.echo(f"At equilibrium: {found.static[1]} {found.static[2]:.4g} with {at}")
