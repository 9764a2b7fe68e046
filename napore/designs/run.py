"""Designs in simulation: mass ratios and rates as cases of a study."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napore import study
from napore.experiments.checks import check_rates
from napore.full_cells import RATIO, FormationName, FullCell, full_cell
from napore.parameters.arguments import typed
from napore.parameters.catalogue import FULL_CELLS, short_name
from napore.results import made_of

from .checks import DesignError, check_bounds, check_points
from .doubts import header_of
from .equilibrium import EquilibriumPair
from .formats import CellFormat
from .prices import Prices, read_prices
from .result import Design
from .simulated import Packaging, Simulated, point_of
from .variations import keeps_equilibrium, variations

Named = str | Path


@typed(DesignError)
def design(
    cell: FullCell | Named | tuple[Named, Named] = ("fjh", "nvp"),
    mass_ratio: float | Sequence[float] = (0.25, 0.6),
    points: int = 8,
    rates: Iterable[float] | float = (0.2,),
    model: str | None = None,
    *,
    presodiation_mAh_g: float | Iterable[float] | None = None,
    loading_mg_cm2: float | Iterable[float] | None = None,
    vary: Mapping[str, float | Iterable[float]] | None = None,
    formation: FormationName | None = None,
    allow_unusual: bool = False,
    charge_rate: float | None = None,
    cycles: int = 3,
    electrolyte: str | Path | None = None,
    format: str | Path | CellFormat = "stack",
    prices: str | Path | Prices | None = None,
    folder: str | Path | None = None,
    executor: Executor | int | None = None,
    progress: bool = False,
) -> Design:
    """Energy, mean voltage and plating margin of a pair of electrodes over mass ratios and rates.

    Each point is the discharge of the last of a few cycles, from equilibrium at the lower cut-off, with the
    cathode's loading held; all combinations of what is varied, a column each. One that fails, or that no
    cell can have (a coating without pores), is a row with a status; plating is a flag.

    Parameters
    ----------
    cell, model, formation, electrolyte
        Full cell, its name ("fjh-nvp"), or names of anode and cathode; the others as for
        :func:`napore.full_cell`. Where None those of a given cell, else "SPMe", "stated" and the carbon's.
    mass_ratio, points
        Lowest and highest active mass of the carbon over that of the cathode, > 0, and the number of ratios
        evenly from the one to the other; or one ratio.
    rates, charge_rate, cycles
        Rates [C] of discharge, that of charge where it is another, and cycles at each point, of which the
        last counts; 1 C = 117.6 mA per gram of NVP.
    presodiation_mAh_g, loading_mg_cm2
        Sodium put into the carbon before the first charge [mAh per gram of carbon], and active material of
        the cathode [mg/cm2], whose thicknesses follow at constant porosity; several: varied.
    vary, allow_unusual
        Values by name, in PyBaMM's spelling or in the sets' own, of other numbers to vary, such as
        ``{"Separator thickness [m]": [100e-6, 500e-6]}``. A thickness of an electrode moves its porosity and
        a porosity ("Cathode electrode porosity") its thickness, at constant mass. Whether these numbers, mass
        ratios, loadings and presodiations may lie outside what is plausible.
    format, prices
        ``"stack"`` (one pair of coatings, no casing), ``"coin"``, ``"pouch"``, ``"cylinder"``, a file of a
        format, or a :class:`CellFormat`; a file of prices, or :class:`Prices`, without which costs are None.
    folder, executor, progress
        As for :func:`napore.study.run`: finished points are kept and read back; processes.

    Raises
    ------
    DesignError, CellError, UnknownCellError, ExperimentError
        For what no design can have, with the value and what is allowed.
    Interrupted, WriteError
        On Ctrl-C, and where a finished point cannot be written; ``result`` holds all that are finished.
    """
    packaging = Packaging(CellFormat.of(format), read_prices(prices))
    ratios, tried = _ratios(mass_ratio, points, allow_unusual), tuple(dict.fromkeys(check_rates(rates)))
    base, anode, cathode = base_of(cell, model, formation, electrolyte)
    base, varied = variations(base, presodiation_mAh_g, loading_mg_cm2, vary, allow_unusual=allow_unusual)
    threads = None if executor is None else 1  # processes of their own have one thread each
    runs = Simulated(base, packaging, charge_rate=charge_rate, cycles=cycles, threads=threads)
    blank = Design(anode, cathode, (), header_of(base), _pair(base, vary or {}), packaging.format.name, runs)
    cases = study.grid({"rate_C": tried, **varied, "mass_ratio": ratios})
    how: dict[str, Any] = {"folder": folder, "executor": executor, "progress": progress}
    return _solved(blank, varied, lambda: study.run(runs, cases, **how))


def _pair(cell: FullCell, varied: Iterable[str]) -> EquilibriumPair | None:
    """Electrodes of ours at equilibrium; None where something varied may change it."""
    static = cell.hosts == (None, None) and cell.pore_classes and all(map(keeps_equilibrium, varied))
    return EquilibriumPair.of(cell) if static else None


def _solved(blank: Design, varied: Iterable[str], done: Callable[[], study.Study]) -> Design:
    """A design with the points of a study, or with those that it had finished where it stops."""
    return made_of(done, lambda s: replace(blank, points=tuple(point_of(r, varied) for r in s.records)))


def _ratios(mass_ratio: float | Sequence[float], points: int, allow_unusual: bool) -> list[float]:
    ends: Sequence[Any] = (mass_ratio, mass_ratio)
    if isinstance(mass_ratio, Sequence) and not isinstance(mass_ratio, str | bytes):
        ends = mass_ratio
    low, high = check_bounds(ends, RATIO, allow_unusual=allow_unusual)
    count = check_points(points)
    return [low] if low == high else [float(f"{ratio:.12g}") for ratio in np.linspace(low, high, count)]


def base_of(
    cell: FullCell | Named | tuple[Named, Named],
    model: str | None,
    formation: FormationName | None,
    electrolyte: Named | None,
) -> tuple[FullCell, str, str]:
    """Cell to start from, with the names of its electrodes."""
    if isinstance(cell, FullCell):
        if model is not None and model != cell.model_name:
            raise DesignError(f"the cell has the model {cell.model_name}, not {model}: make it with {model}")
        if formation is not None and formation != cell.formation:
            raise DesignError(f"the cell is {cell.formation}, not {formation}: make it with that formation")
        if electrolyte is not None:
            raise DesignError(
                "an electrolyte is given beside a cell, which has its own: make the cell with it"
            )
        anode, cathode = FULL_CELLS.get(cell.name) or cell.name.rpartition("-")[::2]
        return cell, anode, cathode
    if isinstance(cell, tuple):
        if len(cell) != 2:
            raise DesignError(f"{len(cell)} electrodes are given: give an anode and a cathode")
        names = cell
    else:
        pair = FULL_CELLS.get(short_name(str(cell)) or "")
        if pair is None:
            known = ", ".join(FULL_CELLS)
            raise DesignError(
                f"{str(cell)!r} is no full cell: choose from {known}, or give anode and cathode"
            )
        names = pair
    anode, cathode = (_electrode(name, place) for place, name in enumerate(names))
    made = full_cell(
        names[0], names[1], model=model or "SPMe", formation=formation or "stated", electrolyte=electrolyte
    )
    return made, anode, cathode


def _electrode(name: Named, place: int) -> str:
    """Short name of an electrode; of a full cell's name that of its carbon (0) or its cathode (1)."""
    short = short_name(str(name))
    return FULL_CELLS[short][place] if short in FULL_CELLS else short or Path(name).stem
