"""Cyclic voltammetry: the voltage is swept down and up again, and the current is read."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.built import Built, Step
from napore.cells import Cell
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar, table_of
from .checks import ExperimentError, check_count, check_numbers
from .power_law import PowerLaw, SurfaceSplit, fit_power_law, potential_law, split_surface
from .solving import built_of, failure, model_end
from .steps import ending, voltage_solver
from .voltammogram import VERTEX_V, Scan, Sweep, read_sweep

_PEAK_V: Final = 0.02
"""Potential over which the current of a narrow peak changes [V]."""

SCAN_RATES: Final = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Scan rates [mV/s] over the range that is assumed for the paper's b values."""


@dataclass(frozen=True, repr=False)
class CyclicVoltammetry(RowResult):
    """Scans, their peaks, and how the current grows with the scan rate.

    Parameters
    ----------
    cell
        Name of the cell.
    window_V
        Lower and upper vertex [V].
    scans
        One per scan rate, in the order given.
    header
        Versions, model and hash of the parameters.
    """

    row_field = "scans"
    row_name = "{scan_rate_mV_s:g} mV/s"

    cell: str
    window_V: tuple[float, float]
    scans: tuple[Scan, ...]
    header: Mapping[str, str]

    @property
    def cathodic_b(self) -> float | None:
        """Exponent b of the cathodic peaks that are clear of the vertex; None with fewer than two."""
        law = self.peak_law("cathodic")
        return None if law is None else law.exponent

    @property
    def anodic_b(self) -> float | None:
        """Exponent b of the anodic peaks that are clear of the vertex; None with fewer than two."""
        law = self.peak_law("anodic")
        return None if law is None else law.exponent

    def sweeps(self, direction: str) -> dict[float, Sweep]:
        """Sweeps of one direction by scan rate [mV/s], of the scans that were solved."""
        if direction not in ("cathodic", "anodic"):
            raise ExperimentError(f"direction is {direction!r}: give 'cathodic' or 'anodic'")
        pairs = ((scan.scan_rate_mV_s, getattr(scan, direction)) for scan in self.scans)
        return {rate: sweep for rate, sweep in pairs if sweep is not None}

    def peak_law(self, direction: str) -> PowerLaw | None:
        """``i_peak = a v^b`` from the peaks that are clear of the vertex; None with fewer than two."""
        peaks = {rate: sweep.peak for rate, sweep in self.sweeps(direction).items()}
        return fit_power_law({rate: peak.current_A_g for rate, peak in peaks.items() if peak is not None})

    def b_by_potential(self, direction: str, potential_V: npt.ArrayLike | None = None) -> pd.DataFrame:
        """``|i(V)| = a v^b`` at each potential, null where a current has not the sweep's sign.

        Parameters
        ----------
        direction
            ``"cathodic"`` or ``"anodic"``.
        potential_V
            Potentials; every 10 mV between the vertices where None.

        Returns
        -------
        pandas.DataFrame
            ``potential_V``, ``b``, ``b_standard_error``.
        """
        return potential_law(self._currents(direction, potential_V))

    def surface_split(self, direction: str, potential_V: npt.ArrayLike | None = None) -> SurfaceSplit:
        """Dunn's split ``i(V) = k1 v + k2 v^0.5``, whose limits :func:`split_surface` states."""
        return split_surface(self._currents(direction, potential_V))

    def _currents(self, direction: str, potential_V: npt.ArrayLike | None) -> pd.DataFrame:
        """Currents in the sweep's direction [A/g], a row per potential, a column per scan rate."""
        low, high = self.window_V
        even = (
            np.arange(low + 0.01, high - 0.005, 0.01)
            if potential_V is None
            else np.asarray(potential_V, float)
        )
        sign = 1.0 if direction == "anodic" else -1.0
        currents = {rate: sign * sweep.current_at(even) for rate, sweep in self.sweeps(direction).items()}
        return pd.DataFrame(currents, index=pd.Index(even, name="potential_V"))

    def table(self) -> pd.DataFrame:
        """One row per scan rate; charges, peaks and background of both sweeps."""
        return table_of(scan.to_dict() for scan in self.scans)

    def curves_table(self) -> pd.DataFrame:
        """Points of every sweep, one row each."""
        tables = []
        for scan in self.scans:
            for sweep in (scan.cathodic, scan.anodic):
                if sweep is None:
                    continue
                columns = {name: getattr(sweep, name) for name in _COLUMNS}
                first = {"scan_rate_mV_s": scan.scan_rate_mV_s, "direction": sweep.direction}
                tables.append(pd.DataFrame({**first, **columns}))
        return pd.concat(tables, ignore_index=True) if tables else super().curves_table()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        laws = {direction: self.peak_law(direction) for direction in ("cathodic", "anodic")}
        found: dict[str, Any] = {}
        for direction, law in laws.items():
            found[f"{direction}_b"] = None if law is None else law.exponent
            found[f"{direction}_b_standard_error"] = None if law is None else law.standard_error
            found[f"{direction}_b_peaks"] = 0 if law is None else law.points
        return {
            **self.header,
            "cell": self.cell,
            "window_V": list(self.window_V),
            "scans": [scan.to_dict() for scan in self.scans],
            **found,
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw current over potential, one colour per scan rate; return the axes."""
        from napore.plotting import VOLTAGE_LABEL, new_axes, sequential_colours

        ax = new_axes(ax)
        solved = sorted((scan for scan in self.scans if scan.anodic), key=lambda scan: scan.scan_rate_mV_s)
        for scan, colour in zip(solved, sequential_colours(len(solved)), strict=True):
            for sweep in (scan.cathodic, scan.anodic):
                name = f"{scan.scan_rate_mV_s:g} mV s$^{{-1}}$" if sweep is scan.anodic else None
                if sweep is not None:
                    ax.plot(sweep.potential_V, sweep.current_A_g, color=colour, label=name)
        ax.axhline(0.0, color="0.6", lw=0.6, zorder=0)
        ax.set(xlabel=VOLTAGE_LABEL, ylabel="i / A g$^{-1}$", title=self.cell)
        ax.legend()
        return ax

    def plot_peaks(self, ax: Any = None) -> Any:
        """Draw peak currents over scan rate on logarithmic axes, with the power laws; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        for direction, marker, colour in (("anodic", "o", "C0"), ("cathodic", "s", "C1")):
            peaks = {rate: sweep.peak for rate, sweep in self.sweeps(direction).items()}
            clear = {rate: peak.current_A_g for rate, peak in peaks.items() if peak is not None}
            law = self.peak_law(direction)
            if law is None:
                continue
            name = f"{direction}, b = {law.exponent:.2f}"
            ax.plot(list(clear), list(clear.values()), marker, color=colour, label=name)
            ends = np.array([min(clear), max(clear)])
            ax.plot(ends, law.current(ends), "-", color=colour, lw=1.0)
        ax.set(xscale="log", yscale="log", xlabel="v / mV s$^{-1}$", ylabel="peak current / A g$^{-1}$")
        ax.set_title(self.cell)
        ticks = sorted(scan.scan_rate_mV_s for scan in self.scans)
        ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        ax.minorticks_off()
        low, high = ax.get_ylim()
        decades = (m * 10.0**e for e in range(-5, 5) for m in (1, 1.5, 2, 3, 5, 7))
        places = [place for place in decades if low <= place <= high]
        ax.set_yticks(places, [f"{place:g}" for place in places])
        if ax.get_legend_handles_labels()[0]:
            ax.legend()
        return ax

    @property
    def panels(self) -> tuple[Any, ...]:
        """Voltammogram and peak currents."""
        return (self.plot, self.plot_peaks)


_COLUMNS: Final = ("time_s", "potential_V", "current_A_g", "capacity_mAh_g", "content_mAh_g")


@typed(ExperimentError)
def cv(
    cell: AnyCell,
    scan_rates_mV_s: Iterable[float] | float = SCAN_RATES,
    window_V: Sequence[float] | None = None,
    *,
    cycles: int = 2,
    progress: bool = False,
) -> CyclicVoltammetry:
    """Cyclic voltammetry of a half cell; the last cycle at each scan rate counts.

    A carbon starts desodiated, at equilibrium at its upper cut-off, and is swept down first; a
    cathode starts at its lower cut-off and is swept up first. Each scan rate starts anew.

    Parameters
    ----------
    cell
        Half cell, from :func:`napore.half_cell`.
    scan_rates_mV_s
        Scan rates [mV/s], from 0.0001 to 1000.
    window_V
        Lower and upper vertex, inside the cut-offs of the cell, which they are where None.
    cycles
        Cycles at each scan rate.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Returns
    -------
    CyclicVoltammetry
        A scan that fails is a row with a status; the others are not affected.

    Raises
    ------
    ExperimentError
        For a full cell, a scan rate that is none, a window reversed or outside the cut-offs.
    Interrupted
        On Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> found = cv(napore.half_cell("fjh", model="SPM"), [0.5, 1.0], cycles=1)
    >>> [scan.status for scan in found.scans], 0.0 < found.anodic_b < 1.0
    (['ok', 'ok'], True)
    """
    cell = as_cell(cell)
    rates = check_numbers(scan_rates_mV_s, "scan rate", "mV/s", 1e-4, 1e3)
    vertices = _check_window(cell, window_V)
    check_count(cycles, "cycles")
    scans: list[Scan] = []

    def result() -> CyclicVoltammetry:
        return CyclicVoltammetry(cell.name, vertices, tuple(scans), header(cell))

    built = built_of(cell, solver=voltage_solver(cell), shortest=_PEAK_V / (1e-3 * max(rates)))
    with keeping(result):
        for rate in progress_bar(label(cell), "scan", rates, show=progress):
            scans.append(_scan(cell, built, rate, vertices, cycles))
    return result()


def _check_window(cell: Cell, window: Sequence[float] | None) -> tuple[float, float]:
    if cell.kind == "full":
        raise ExperimentError(
            f"{cell.name} is a full cell: a voltammogram needs potentials against sodium, give a half cell"
        )
    least, most = cell.cut_offs
    if window is None:
        return least, most
    try:
        low, high = (float(vertex) for vertex in window)
    except (TypeError, ValueError):
        raise ExperimentError(f"window is {window!r}: give two numbers in V, such as (0.01, 3)") from None
    if not low + 2 * VERTEX_V < high:
        raise ExperimentError(f"window is {low:g} to {high:g} V: give the lower vertex first, then the upper")
    if not (least - 1e-9 <= low and high <= most + 1e-9):
        raise ExperimentError(
            f"window is {low:g} to {high:g} V: {cell.name} has its cut-offs at {least:g} and {most:g} V, "
            "stay between them or change them in the cell"
        )
    return low, high


def _scan(cell: Cell, built: Built, rate_mV_s: float, window: tuple[float, float], cycles: int) -> Scan:
    low, high = window
    rate = 1e-3 * rate_mV_s
    # the first sweep sets out from where the cell is at equilibrium
    if cell.kind == "carbon":
        places = [cell.cut_offs[1], *([low, high] * cycles)]
    else:
        places = [cell.cut_offs[0], *([high, low] * cycles)]
    ramps = [
        Step("voltage", start, abs(end - start) / rate, slope=math.copysign(rate, end - start))
        for start, end in pairwise(places)
    ]
    done = built.run(ramps)
    ended = next((ending(cell, step) for step in done.ran if model_end(step)), OK)
    status = failure(done) or ended
    if status != OK:
        return Scan(rate_mV_s, status=status)
    sweeps = {}
    for step, place in zip(done.ran[-2:], places[-2:], strict=True):
        direction = "anodic" if place == high else "cathodic"
        sweeps[direction] = read_sweep(cell, step, direction)
    return Scan(rate_mV_s, sweeps["cathodic"], sweeps["anodic"])
