"""Every carbon with every cathode, electrolyte and format: one table."""

import hashlib
import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from napore.parameters.arguments import typed
from napore.parameters.provenance import Entry
from napore.results import OK, Part, Result, table_of

from .checks import DesignError
from .formats import CellFormat
from .prices import Prices, read_prices
from .result import Design, DesignPoint
from .run import design
from .simulated import repackaged

Named = str | Path

_OF_POINT: Final = (
    *("mass_ratio", "n_p_ratio", "rate_C", "capacity_mAh_g_cathode", "mean_voltage_V"),
    *("energy_Wh_kg_active", "energy_Wh_kg_stack", "energy_Wh_L_stack", "plating_margin_V", "limiting"),
)


@dataclass(frozen=True)
class Combination:
    """A carbon, a cathode, an electrolyte and a format, and the best of their designs.

    Parameters
    ----------
    anode, cathode, electrolyte, format
        Their names.
    point
        Design of most energy on active masses that does not plate; None where nothing was solved.
    mass_g, volume_mL, capacity_A_h, energy_Wh_kg, energy_Wh_L, cost_per_kWh
        Of the cell; None where it cannot be built, and the cost where a part has no price.
    status
        ``"ok"``, or why there is no cell.
    flags
        ``"plating"`` where every design plates.
    """

    anode: str
    cathode: str
    electrolyte: str
    format: str
    point: DesignPoint | None = None
    mass_g: float | None = None
    volume_mL: float | None = None
    capacity_A_h: float | None = None
    energy_Wh_kg: float | None = None
    energy_Wh_L: float | None = None
    cost_per_kWh: float | None = None
    status: str = OK
    flags: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Numbers by column."""
        found = dict(vars(self))
        point = found.pop("point")
        status, flags = found.pop("status"), found.pop("flags")
        of_point = {name: None if point is None else getattr(point, name) for name in _OF_POINT}
        return {**found, **of_point, "status": status, "flags": list(flags)}


@dataclass(frozen=True, repr=False)
class Combinations(Result):
    """Combinations of electrodes, electrolytes and formats.

    Parameters
    ----------
    combinations
        Each of them.
    header
        Versions, model and hash of the parameters.
    sources
        Class and source of every number: of a cell by "anode / cathode / electrolyte", of a format by name.
    seconds
        That it took.
    currency
        Of the costs; empty without prices.
    """

    combinations: tuple[Combination, ...]
    header: Mapping[str, Any] = field(default_factory=dict)
    sources: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    seconds: float = 0.0
    currency: str = ""

    name = "combinations"

    @property
    def parts(self) -> tuple[Part, ...]:
        """Statuses of the combinations."""
        return tuple(
            Part(f"{c.anode} / {c.cathode} / {c.electrolyte} / {c.format}", c.status)
            for c in self.combinations
        )

    def table(self) -> pd.DataFrame:
        """One row per combination, units in the column names."""
        return table_of({**c.to_dict(), "flags": " ".join(c.flags)} for c in self.combinations)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes; each of the numbers is a list of value, class and source."""
        return {
            **self.header,
            "combinations": [c.to_dict() for c in self.combinations],
            "seconds": self.seconds,
            "currency": self.currency,
            "numbers": {
                key: {n: [e.value, e.kind, e.source] for n, e in entries.items()}
                for key, entries in self.sources.items()
            },
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw energy per litre over energy per kg of each cell, a colour per format; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        table = self.table()
        for name, rows in table[table["status"] == OK].groupby("format"):
            ax.plot(rows["energy_Wh_kg"], rows["energy_Wh_L"], "o", label=name)
        ax.set(xlabel="Energy / Wh kg$^{-1}$", ylabel="Energy / Wh L$^{-1}$", title="Cells in their formats")
        ax.legend()
        return ax


@typed(DesignError)
def combine(
    anodes: Iterable[Named] = ("fjh", "tf"),
    cathodes: Iterable[Named] = ("nvp", "nvpf"),
    electrolytes: Iterable[Named] = ("diglyme", "EC:PC"),
    formats: Iterable[str | Path | CellFormat] = ("coin", "pouch", "cylinder"),
    mass_ratio: float | Sequence[float] = (0.3, 0.6),
    points: int = 4,
    rate: float = 0.2,
    model: str = "SPMe",
    *,
    loading_mg_cm2: float | None = None,
    vary: Mapping[str, float] | None = None,
    prices: str | Path | Prices | None = None,
    cycles: int = 3,
    allow_unusual: bool = False,
    progress: bool = False,
) -> Combinations:
    """Best design of every combination of carbon, cathode, electrolyte and format.

    Of each pair and electrolyte the mass ratios are simulated once, and the design of most energy on active
    masses without plating is packed into every format. A combination that cannot be is a row with a status.

    Parameters
    ----------
    anodes, cathodes, electrolytes
        Names or files, as for :func:`napore.full_cell`; not the pair of one PyBaMM set.
    formats, mass_ratio, points, model, loading_mg_cm2, prices, cycles, allow_unusual, progress
        As for :func:`napore.design`.
    rate
        Rate [C] of charge and discharge.
    vary
        Numbers of all cells by name, one value each.

    Raises
    ------
    DesignError, CellError, UnknownCellError
        For what no combination can have.

    Examples
    --------
    >>> found = combine(["fjh"], ["nvp"], ["EC:PC"], ["coin"], 0.4, 1, model="SPM", cycles=1)
    >>> found.table()["status"].tolist()
    ['ok']
    """
    begun = time.perf_counter()
    read = read_prices(prices)
    run = partial(design, mass_ratio=mass_ratio, points=points, rates=[rate], model=model, cycles=cycles)
    run = partial(run, loading_mg_cm2=loading_mg_cm2, vary=vary, allow_unusual=allow_unusual)
    boxes = [CellFormat.of(one) for one in formats]
    rows: list[Combination] = []
    sources: dict[str, Mapping[str, Entry]] = {box.name: box.entries for box in boxes}
    headers: list[Mapping[str, Any]] = []
    for anode, cathode, electrolyte in itertools.product(anodes, cathodes, electrolytes):
        found = run((anode, cathode), electrolyte=electrolyte, progress=progress)
        salt = Path(electrolyte).stem if str(electrolyte).endswith(".toml") else str(electrolyte)
        for box in boxes:
            rows.append(_packed((found.anode, found.cathode, salt, box.name), found, box, read))
        headers.append(found.header)
        if rows[-1].point is not None:
            sources[f"{found.anode} / {found.cathode} / {salt}"] = found.sources(rows[-1].point)
    if not rows:
        raise DesignError("nothing to combine: give an anode, a cathode, an electrolyte and a format")
    hashes = " ".join(header["parameters_sha256"] for header in headers)
    header = {**headers[0], "parameters_sha256": hashlib.sha256(hashes.encode()).hexdigest()}
    if doubts := list(dict.fromkeys(text for one in headers for text in one.get("warnings", ()))):
        header["warnings"] = doubts
    currency = "" if read is None else read.currency
    return Combinations(tuple(rows), header, sources, time.perf_counter() - begun, currency)


def _packed(
    key: tuple[str, str, str, str], found: Design, box: CellFormat, prices: Prices | None
) -> Combination:
    """The best design of a pair in a format."""
    solved = [point for point in found.points if point.status == OK]
    if not solved:
        return Combination(*key, status=found.points[0].status)
    best = found.best()
    try:
        cell = repackaged(found, box, prices).packaged(best)
    except DesignError as error:
        return Combination(*key, point=best, status=str(error), flags=best.flags)
    return Combination(
        *key,
        point=best,
        mass_g=1e3 * cell.mass_kg,
        volume_mL=1e6 * cell.volume_m3,
        capacity_A_h=cell.capacity_A_h,
        energy_Wh_kg=cell.energy_Wh_kg,
        energy_Wh_L=cell.energy_Wh_L,
        cost_per_kWh=cell.cost_per_kWh,
        flags=best.flags,
    )
