"""``napore combine``: carbons, cathodes, electrolytes and formats in one table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described, one_value
from .output import check_plot, quiet_host
from .runner import carry_out, print_columns

if TYPE_CHECKING:
    from napore.designs import CellFormat, Combinations


@described
def combine(
    formats: tuple[str, ...],
    mass_ratio: tuple[float, float, int],
    format_numbers: tuple[tuple[str, tuple[float, ...]], ...],
    vary: tuple[tuple[str, tuple[float, ...]], ...],
    unusual: bool,
    json_file: Path | None,
    plot_file: Path | None,
    **asked: Any,
) -> None:
    """Every carbon with every cathode and electrolyte, packed into every format.

    Of each pair the mass ratios are simulated once; the one of most energy on active masses that does
    not plate goes into each format. The JSON lists every number of the cells with class and source.
    """
    check_plot(plot_file)
    from napore import designs

    quiet_host()
    low, high, points = mass_ratio
    numbers = {name: one_value(name, values) for name, values in format_numbers}
    asked["vary"] = {name: one_value(name, values) for name, values in vary}
    asked |= {"formats": _formats(formats, numbers, unusual), "mass_ratio": (low, high), "points": points}

    def make() -> Combinations:
        return designs.combine(**asked, allow_unusual=unusual, progress=True)

    found = carry_out(make, _print, json_file, plot_file)
    click.echo(f"{len(found.combinations)} cells in {found.seconds:.0f} s")


def _print(found: Combinations) -> None:
    print_columns(found.table(), columns_of("combine"))


def _formats(names: tuple[str, ...], numbers: dict[str, float], unusual: bool) -> list[CellFormat]:
    """Formats with the numbers that each of them has; a number that none has is refused."""
    from napore.designs import CellFormat

    plain = [CellFormat.of(name) for name in names]
    known = {name for one in plain for name in one.entries}
    for name in numbers:
        if name not in known:
            CellFormat.of(plain[0], {name: numbers[name]})  # refuses it, with the nearest name
    return [
        CellFormat.of(one, {n: v for n, v in numbers.items() if n in one.entries}, allow_unusual=unusual)
        for one in plain
    ]
