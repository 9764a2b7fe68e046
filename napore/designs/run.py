"""Designs in simulation: mass ratios and rates as cases of a study."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import numpy as np

from napore import study
from napore.experiments import Interrupted
from napore.experiments.base import header
from napore.experiments.checks import check_count, check_rate, check_rates
from napore.files import WriteError
from napore.full_cells import RATIO, FormationName, FullCell, full_cell
from napore.parameters.arguments import typed
from napore.parameters.catalogue import FULL_CELLS, short_name

from .checks import DesignError, check_bounds, check_points
from .equilibrium import EquilibriumPair
from .formats import CellFormat
from .prices import Prices
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

    Each point is the discharge of the last of a few cycles, from equilibrium at the lower cut-off.
    The cathode's loading is held and the carbon's follows the ratio. Where more is varied, every
    combination is a point.

    Parameters
    ----------
    cell
        Full cell, its name ("fjh-nvp"), or names of anode and cathode, as for :func:`napore.full_cell`.
    mass_ratio
        Lowest and highest active mass of the carbon over that of the cathode, > 0; or one of them.
    points
        Number of mass ratios, evenly from the lowest to the highest.
    rates
        Rates [C]; 1 C = 117.6 mA per gram of NVP.
    model
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``; that of a given cell, else SPMe, where None.
    presodiation_mAh_g
        Sodium put into the carbon before the first charge [mAh per gram of carbon]; several: varied.
    loading_mg_cm2
        Active material of the cathode [mg/cm2]; several: varied. Thicknesses follow at constant
        porosity.
    vary
        Values by name, in PyBaMM's spelling or in the sets' own, of other numbers to vary, such as
        ``{"Separator thickness [m]": [100e-6, 500e-6]}``. A thickness of an electrode moves its
        porosity and a porosity ("Cathode electrode porosity") its thickness, at constant mass.
    formation
        First cycle of the carbon, as for :func:`napore.full_cell`; that of a given cell, else "stated", where
        None.
    allow_unusual
        Whether mass ratios, loadings, presodiations and what is varied may lie outside what is plausible,
        as for :func:`napore.full_cell`.
    charge_rate
        Rate [C] of charge; that of the discharge where None.
    cycles
        Cycles at each point; the last one counts.
    electrolyte
        As for :func:`napore.full_cell`, where the cell is named.
    format
        ``"stack"`` (one pair of coatings, no casing), ``"coin"``, ``"pouch"`` or ``"cylinder"``, a file of
        a format, or a :class:`CellFormat` with numbers of your own.
    prices
        File of prices, or :class:`Prices`; without it costs are None.
    folder, executor, progress
        As for :func:`napore.study.run`: finished points are kept and read back; processes.

    Returns
    -------
    Design
        A point that fails, or that no cell can have (a coating without pores), is a row with a
        status; plating is a flag. What is varied is a column of its own.

    Raises
    ------
    DesignError, CellError, UnknownCellError, ExperimentError
        For what no design can have, with the value and what is allowed.
    Interrupted
        On Ctrl-C, with what is finished.
    WriteError
        Where a finished point cannot be written; ``result`` holds all that are finished.

    Examples
    --------
    >>> import napore
    >>> found = napore.design("fjh-nvp", mass_ratio=(0.3, 0.5), points=2, rates=1, model="SPM", cycles=1)
    >>> found.best("energy").mass_ratio  # at 0.3 sodium would plate
    0.5
    >>> more = napore.design(
    ...     "fjh-nvp", 0.4, rates=1, model="SPM", cycles=1, vary={"Separator thickness [m]": [50e-6, 500e-6]}
    ... )
    >>> thin, thick = more.table()["energy_Wh_kg_stack"]
    >>> bool(thin > 2 * thick)
    True
    """
    ratios = _ratios(mass_ratio, points, allow_unusual)
    tried = tuple(dict.fromkeys(check_rates(rates)))
    slow = None if charge_rate is None else check_rate(charge_rate, "charge rate")
    check_count(cycles, "cycles")
    packaging = Packaging(
        CellFormat.of(format), prices if prices is None or isinstance(prices, Prices) else Prices.read(prices)
    )
    base, anode, cathode = base_of(cell, model, formation, electrolyte)
    fixed, varied = variations(base, presodiation_mAh_g, loading_mg_cm2, vary, allow_unusual=allow_unusual)
    if fixed:
        base = base.with_numbers(fixed, allow_unusual=True)
    # processes of their own have one thread each
    function = Simulated(
        base, packaging, charge_rate=slow, cycles=cycles, threads=None if executor is None else 1
    )
    head = header(base)
    static = base.hosts == (None, None) and base.pore_classes and all(map(keeps_equilibrium, vary or {}))
    pair = EquilibriumPair.of(base) if static else None

    def result(done: study.Study) -> Design:
        points = tuple(point_of(r, varied) for r in done.records)
        return Design(anode, cathode, points, head, pair, packaging.format.name, function)

    try:
        done = study.run(
            function,
            study.grid({"rate_C": tried, **varied, "mass_ratio": ratios}),
            folder=folder,
            executor=executor,
            progress=progress,
            version=function.version,
        )
    except (Interrupted, WriteError) as stop:
        raise stop.holding(result(stop.result)) from None
    return result(done)


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
        names[0],
        names[1],
        model=model or "SPMe",
        formation=formation or "stated",
        electrolyte=electrolyte,
    )
    return made, anode, cathode


def _electrode(name: Named, place: int) -> str:
    """Short name of an electrode; of a full cell's name that of its carbon (0) or its cathode (1)."""
    short = short_name(str(name))
    return FULL_CELLS[short][place] if short in FULL_CELLS else short or Path(name).stem
