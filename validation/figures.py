"""The figures of the paper that can be simulated, as ours, with the reported numbers marked.

Nothing is read off a curve of the paper: a mark is a number of its text.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from napore.experiments.eis_results import draw_nyquist
from napore.experiments.waterfall import energy_waterfall
from napore.parameters.catalogue import CATALOGUE
from napore.parameters.reported import Reported, reported
from napore.plotting import VOLTAGE_LABEL, new_axes, plain_ticks

from .bench import Bench
from .claims import Validation
from .interface import POTENTIALS_V, charge_transfer_resistance, spectra, warm_spectra

_NAMES = {short: CATALOGUE[short].long_name for short in ("fjh", "tf")}


@dataclass(frozen=True)
class PaperFigure:
    """One figure of the report.

    Parameters
    ----------
    name
        For files.
    title
        With the paper's number.
    claims
        Beginnings of the ids that it speaks to; it is drawn where one of them was validated.
    draw
        One function per panel.
    caption
        What is simulated, what is marked.
    """

    name: str
    title: str
    claims: tuple[str, ...]
    draw: tuple[Callable[[Any], Any], ...]
    caption: str


def figures(result: Validation) -> tuple[PaperFigure, ...]:
    """Figures of the validated claims."""
    ids = [claim.id for claim in result.claims]
    drawn = _drawn(result)
    told = tomllib.loads((files(__package__) / "data" / "figures.toml").read_text("utf-8"))
    every = (
        PaperFigure(name, row["title"], tuple(row["claims"]), drawn[name], row["caption"])
        for name, row in told.items()
    )
    return tuple(made for made in every if any(key.startswith(made.claims) for key in ids))


def _drawn(result: Validation) -> dict[str, tuple[Callable[[Any], Any], ...]]:
    """One function per panel, by the name of the figure."""
    bench = result.bench
    return {
        "fig3a_curves": _of_both(lambda c, ax: result.plot_curves(c, ax)),
        "fig3bc_rates": (result.plot,),
        "figS10_sequence": (lambda ax: bench.sequence.plot(ax),),
        "fig3d_cycling": (
            lambda ax: _marked(bench.cycling("fjh", 0.5, 200).plot(ax), 200, _said("H07").values[0]),
            lambda ax: bench.cycling("fjh", 0.1, 80).plot(ax),
        ),
        "fig3fg_full_cell": (
            lambda ax: bench.energies.rates.plot_curves(ax),
            lambda ax: _full_rates(result, ax),
        ),
        "energy_waterfall": (lambda ax: energy_waterfall(bench.full, 0.05).plot(ax),),
        "fig3h_cycling": (lambda ax: bench.cycling("fjh-nvp", 0.2, 100).plot(ax),),
        "fig5ab_impedance": _of_both(lambda c, ax: draw_nyquist(spectra(bench, c), _NAMES[c], ax)),
        "fig5c_resistance": (lambda ax: _resistances(bench, ax),),
        "fig5d_activation": (lambda ax: _arrhenius(bench, ax),),
        "fig5ef_gitt": _of_both(lambda c, ax: bench.gitt(c).plot(ax)),
        "figS8_voltammetry": _of_both(lambda c, ax: bench.cv(c).plot(ax)),
        "figS16b_exponent": _of_both(lambda c, ax: bench.cv(c).plot_peaks(ax)),
    }


def _of_both(draw: Callable[[str, Any], Any]) -> tuple[Callable[[Any], Any], ...]:
    """One panel per carbon."""
    return tuple(partial(draw, carbon) for carbon in _NAMES)


def _said(key: str) -> Reported:
    return next(row for row in reported() if row.id == key)


def _marked(ax: Any, cycle: float, capacity: float) -> Any:
    ax.plot([cycle], [capacity], "*", ms=12, color="k", label="reported")
    return ax


def _full_rates(result: Validation, ax: Any) -> Any:
    axes = result.bench.energies.rates.plot(ax)
    for rate, key in ((0.2, "F05"), (6.0, "F04")):
        axes.plot([rate], [float(_said(key).value or np.nan)], "o", mfc="none", color="k")
    return axes


def _resistances(bench: Bench, ax: Any) -> Any:
    curves = {
        _NAMES[carbon]: list(zip(POTENTIALS_V, charge_transfer_resistance(bench, carbon), strict=True))
        for carbon in _NAMES
    }
    return draw_resistances(curves, "", ax, band=(18.0, 22.0))


def _arrhenius(bench: Bench, ax: Any) -> Any:
    curves = {}
    for carbon, name in _NAMES.items():
        test = warm_spectra(bench, carbon)
        for what, column, energy in (
            ("carbon", "carbon_charge_transfer_resistance_ohm", test.activation_energy_J_mol),
            ("both arcs", "charge_transfer_resistance_ohm", test.apparent_activation_energy_J_mol),
        ):
            points = [(s.temperature_K, getattr(s, column)) for s in test.spectra]
            curves[f"{name}, {what}"] = (
                [(float(T), float(R)) for T, R in points if T is not None and R is not None],
                float("nan") if energy is None else energy,
            )
    return draw_arrhenius(curves, ax)


def draw_resistances(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    title: str,
    ax: Axes | None = None,
    band: tuple[float, float] | None = None,
) -> Axes:
    """Draw resistances over voltage, one line per name of (voltage, resistance); a band in grey."""
    ax = new_axes(ax)
    if band is not None:
        ax.axhspan(*band, color="0.9", label="reported, ±10 %")
    for (name, points), marker in zip(curves.items(), "os^dv", strict=False):
        voltage, resistance = np.array(points).T
        ax.plot(voltage, resistance, f"{marker}-", label=name)
    ax.set(xscale="log", xlabel=VOLTAGE_LABEL, ylabel="R$_{ct}$ / Ω", title=title)
    ax.set_ylim(bottom=0.0)
    ticks = sorted({float(f"{v:.2g}") for points in curves.values() for v, _ in points})
    plain_ticks(ax, x=ticks)
    ax.legend()
    return ax


def draw_arrhenius(
    curves: Mapping[str, tuple[Sequence[tuple[float, float]], float]], ax: Axes | None = None
) -> Axes:
    """Draw ln(T/R) over 1000/T; each name has its (temperature, resistance) and energy [J/mol]."""
    ax = new_axes(ax)
    for number, (name, (points, energy)) in enumerate(curves.items()):
        T, R = np.array(points).T
        label = f"{name}: {energy / 1000:.2f} kJ/mol"
        style: dict[str, Any] = {"color": f"C{number // 2}", "fillstyle": "none" if number % 2 else "full"}
        ax.plot(1000.0 / T, np.log(T / R), "s--" if number % 2 else "o-", label=label, **style)
    ax.set(xlabel="1000 K / T", ylabel="ln(T/R$_{ct}$ / K Ω$^{-1}$)")
    ax.margins(y=0.25)
    ax.legend()
    return ax
