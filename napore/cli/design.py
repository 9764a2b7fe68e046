"""``napore design``: energy and plating margin against mass ratio and rate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described, one_value
from .group import Failure
from .output import check_plot, quiet_host
from .runner import carry_out, print_columns

if TYPE_CHECKING:
    from napore.designs import Design, PackagedCell

_MUCH = 15.0
"""Electrolyte [g/Ah] beyond which a cell is a laboratory's: 13 to 15 uL/mAh, DOI 10.1002/batt.202400572."""

_LITTLE = 0.25
"""Energy of the stack over that of the active masses below which it is said: our choice, of no source."""

_LABORATORY = (
    "coatings or separator are those of a laboratory's cell "
    "(--loading 12 --vary 'Separator thickness [m]=16e-6' for a product's)."
)


@described
def design(
    anode: str,
    cathode: str,
    mass_ratio: tuple[float, float, int],
    vary: tuple[tuple[str, tuple[float, ...]], ...],
    cell_format: str,
    format_numbers: tuple[tuple[str, tuple[float, ...]], ...],
    unusual: bool,
    json_file: Path | None,
    plot_file: Path | None,
    **asked: Any,
) -> None:
    """Energy, mean voltage and plating margin against mass ratio and rate.

    The cathode's loading is held and the carbon's follows the mass ratio. Each point is the last of
    three cycles from equilibrium at the lower cut-off; 1 C is 117.6 mA per gram of Na3V2(PO4)3.
    Energies are per kg of both active materials, of both coatings, and of the stack (coatings,
    foils, separator, electrolyte). A negative plating margin (least potential of the anode against
    sodium on charge) is flagged; the best point is the one of most energy without plating. A format
    adds electrolyte in excess, tabs and casing, and lists the parts of the best cell.
    """
    check_plot(plot_file)
    from napore import designs

    quiet_host()
    for given in (vary, format_numbers):
        names = [name for name, _ in given]
        if len(set(names)) < len(names):
            raise Failure(f"{max(names, key=names.count)!r} is given twice: give each name once")
    own = {name: one_value(name, values) for name, values in format_numbers}
    low, high, points = mass_ratio
    asked |= {name: _one_or_more(asked[name]) for name in ("presodiation_mAh_g", "loading_mg_cm2")}
    asked |= {"points": points, "vary": dict(vary), "allow_unusual": unusual, "progress": True}
    asked["format"] = designs.CellFormat.of(cell_format, own, allow_unusual=unusual)

    def make() -> Design:
        return designs.design((anode, cathode), (low, high), **asked)

    _print_best(carry_out(make, _print_points, json_file, plot_file), low, high)


def _one_or_more(values: tuple[float, ...] | None) -> float | tuple[float, ...] | None:
    return values[0] if values is not None and len(values) == 1 else values


def _print_points(found: Design) -> None:
    click.echo(
        f"{found.anode} / {found.cathode}, {found.header['model']}, mAh per gram of cathode, Wh per kg of: "
        "active materials, coatings, stack"
    )
    varied = list(found.points[0].varied) if found.points else []
    columns = [("mass ratio", "mass_ratio", ".4g"), *((name, name, "g") for name in varied)]
    table = found.table()
    table.loc[table["status"] != "ok", "flags"] = "failed"
    print_columns(table, [*columns, *columns_of("design", "points")])


def _print_cell(cell: PackagedCell) -> None:
    click.echo("")
    cost = "" if cell.cost_per_kWh is None else f", {cell.cost_per_kWh:.0f} {cell.currency}/kWh"
    click.echo(
        f"{cell.format} of the best point: {1e3 * cell.mass_kg:.4g} g, {1e6 * cell.volume_m3:.4g} mL, "
        f"{cell.capacity_A_h:.3g} Ah, {cell.energy_Wh_kg:.1f} Wh/kg, {cell.energy_Wh_L:.1f} Wh/L{cost}"
    )
    print_columns(
        cell.table().assign(mass_percent=lambda table: 100.0 * table["mass_share"]),
        columns_of("design", "parts"),
    )
    if cell.electrolyte_g_A_h > _MUCH:
        click.echo(
            f"{cell.electrolyte_g_A_h:.0f} g of electrolyte per Ah, products have 4 to 6: {_LABORATORY}"
        )
    if cell.unpriced:
        click.echo(f"No cost: the prices lack {', '.join(cell.unpriced)}.")


def _print_best(found: Design, low: float, high: float) -> None:
    if found.format != "stack" and found.best_per_rate():
        _print_cell(found.packaged())
    elif any(
        (one.energy_Wh_kg_stack or 0.0) < _LITTLE * (one.energy_Wh_kg_active or 0.0)
        for one in found.best_per_rate()
    ):
        click.echo(f"Most of the stack is separator, electrolyte and foils: {_LABORATORY}")
    click.echo("")
    for point in found.best_per_rate():
        margin = 1e3 * (point.plating_margin_V or 0.0)
        click.echo(
            f"Best at {point.rate_C:g} C: {point.design}, {point.energy_Wh_kg_active:.1f} Wh/kg "
            f"on active materials, plating margin {margin:z.0f} mV"
            + (" (every point would plate)" if point.flags else "")
        )
    if found.pair is None:
        return
    from napore.designs import PRESODIATION_COLUMN, DesignError, optimum

    added = [
        point.varied[PRESODIATION_COLUMN] for point in found.points if PRESODIATION_COLUMN in point.varied
    ]
    one = low == high and not added
    try:
        between = (min(added), max(added)) if added else None
        best = found.pair.at(low) if one else optimum(found.pair, (low, high), between)
    except DesignError as error:
        click.echo(f"At equilibrium: {error}")
        return
    click.echo(
        f"At equilibrium: {'' if one else 'best '}mass ratio {best.mass_ratio:.4g}"
        + (f", presodiation {best.presodiation_mAh_g_carbon:.4g} mAh/g" if added else "")
        + f", {best.energy_Wh_kg_active:.1f} Wh/kg, plating margin {1e3 * best.plating_margin_V:z.0f} mV"
    )
