"""``napore design``: energy and plating margin against mass ratio and rate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .group import Failure
from .options import MODELS, Numbers, debug_option, formation_option, json_option, plot_option, unusual_option
from .output import check_plot, number_text, print_table, quiet_host
from .runner import carry_out

if TYPE_CHECKING:
    from napore.designs import Design, DesignPoint
    from napore.full_cells import FormationName

__all__ = ["design"]


class _Range(click.ParamType[tuple[float, float, int]]):
    """Lowest and highest value and the number of points; or one value."""

    name = "LO:HI:N"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float, int]:
        """Parse; whether the numbers are allowed is for the design to say."""
        if not isinstance(value, str):
            return tuple(value)
        parts = value.split(":")
        try:
            low = float(parts[0])
            high = float(parts[1]) if len(parts) > 1 else low
            count = int(parts[2]) if len(parts) > 2 else _POINTS
        except ValueError:
            parts = []
        if not 1 <= len(parts) <= 3:
            self.fail(f"{value!r} is neither a range such as 0.25:0.6:8 nor a number such as 0.4", param, ctx)
        return low, high, count


class _Varied(click.ParamType[tuple[str, tuple[float, ...]]]):
    """Name of a number of the cell and its values."""

    name = "NAME=X,Y,..."

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[float, ...]]:
        """Parse; whether the cell has such a number is for the design to say."""
        if not isinstance(value, str):
            return tuple(value)
        name, equals, numbers = value.partition("=")
        if not equals:
            self.fail(f"{value!r} has no '=': give a name and values", param, ctx)
        return name.strip(), Numbers().convert(numbers, param, ctx)


_POINTS = 8


@click.command()
@click.option("--anode", default="fjh", show_default=True, help="Carbon: a set, a file or a PyBaMM set.")
@click.option("--cathode", default="nvp", show_default=True, help="Cathode, likewise.")
@click.option(
    "--mass-ratio",
    type=_Range(),
    default=(0.25, 0.6, _POINTS),
    help="Grams of carbon per gram of cathode: a range with the number of points, or one.  "
    f"[default: 0.25:0.6:{_POINTS}]",
)
@click.option("--rates", type=Numbers(), default=(0.2,), help="Rates in C.  [default: 0.2]")
@click.option("--charge-rate", type=float, help="Rate of charge in C.  [default: that of discharge]")
@click.option(
    "--presodiation",
    type=Numbers(),
    help="mAh per gram of carbon, added before the first charge; several: each.",
)
@click.option(
    "--loading", type=Numbers(), help="Cathode in mg/cm2; several: each.  [default: that of its set]"
)
@click.option(
    "--vary",
    type=_Varied(),
    multiple=True,
    help="Another number and its values, SI, such as 'Separator thickness [m]=1e-4,5e-4'. May be repeated.",
)
@formation_option
@unusual_option
@click.option(
    "--model", type=click.Choice(MODELS), default="SPMe", show_default=True, help="Model of the cell."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Keep each finished point here; a run that was stopped goes on.",
)
@click.option("--processes", type=int, help="Processes that share the points.  [default: this one]")
@json_option
@plot_option
@debug_option
def design(
    anode: str,
    cathode: str,
    mass_ratio: tuple[float, float, int],
    rates: tuple[float, ...],
    charge_rate: float | None,
    presodiation: tuple[float, ...] | None,
    loading: tuple[float, ...] | None,
    vary: tuple[tuple[str, tuple[float, ...]], ...],
    formation: FormationName,
    unusual: bool,
    model: str,
    folder: Path | None,
    processes: int | None,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Energy, mean voltage and plating margin against mass ratio and rate.

    The cathode's loading is held and the carbon's follows the mass ratio. Each point is the last of
    three cycles from equilibrium at the lower cut-off; 1 C is 117.6 mA per gram of Na3V2(PO4)3.
    Energies are per kg of both active materials, of both coatings, and of the stack (coatings,
    foils, separator, electrolyte). A negative plating margin (least potential of the anode against
    sodium on charge) is flagged; the best point is the one of most energy without plating.
    """
    check_plot(plot_file)
    from napore import designs

    quiet_host()
    names = [name for name, _ in vary]
    if len(set(names)) < len(names):
        raise Failure(f"{max(names, key=names.count)!r} is varied twice: give each name once")
    low, high, points = mass_ratio

    def make() -> Design:
        return designs.design(
            (anode, cathode),
            (low, high),
            points,
            rates,
            model,
            presodiation_mAh_g=_one_or_more(presodiation),
            loading_mg_cm2=_one_or_more(loading),
            vary=dict(vary),
            formation=formation,
            allow_unusual=unusual,
            charge_rate=charge_rate,
            folder=folder,
            executor=processes,
            progress=True,
        )

    _print_best(carry_out(make, _print_points, json_file, plot_file), low, high)


def _one_or_more(values: tuple[float, ...] | None) -> float | tuple[float, ...] | None:
    return values[0] if values is not None and len(values) == 1 else values


def _print_points(found: Design) -> None:
    click.echo(
        f"{found.anode} / {found.cathode}, {found.header['model']}, mAh per gram of cathode, Wh per kg of: "
        "active materials, coatings, stack"
    )
    varied = list(found.points[0].varied) if found.points else []
    headings = (
        *("mass ratio", *varied, "N/P", "C", "mAh/g", "mean V", "active", "coatings", "stack"),
        *("plating margin V", "limiting", "flags"),
    )
    print_table(headings, [_row(point) for point in found.points])


def _row(point: DesignPoint) -> tuple[str, ...]:
    return (
        f"{point.mass_ratio:.4g}",
        *(f"{value:g}" for value in point.varied.values()),
        number_text(point.n_p_ratio, ".2f"),
        f"{point.rate_C:g}",
        number_text(point.capacity_mAh_g_cathode, ".1f"),
        number_text(point.mean_voltage_V, ".3f"),
        number_text(point.energy_Wh_kg_active, ".1f"),
        number_text(point.energy_Wh_kg_electrodes, ".1f"),
        number_text(point.energy_Wh_kg_stack, ".1f"),
        number_text(point.plating_margin_V, ".3f"),
        point.limiting or "-",
        " ".join(point.flags) if point.status == "ok" else "failed",
    )


def _print_best(found: Design, low: float, high: float) -> None:
    click.echo("")
    for point in found.best_per_rate():
        margin = 1e3 * (point.plating_margin_V or 0.0)
        click.echo(
            f"Best at {point.rate_C:g} C: {point.design}, {point.energy_Wh_kg_active:.1f} Wh/kg "
            f"on active materials, plating margin {margin:.0f} mV"
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
        + f", {best.energy_Wh_kg_active:.1f} Wh/kg, plating margin {1e3 * best.plating_margin_V:.0f} mV"
    )
