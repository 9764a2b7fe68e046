"""The one reader: what a file holds, told by its columns, with all that had to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .checks import (
    check_capacities,
    check_capacity_columns,
    check_directions,
    check_pauses,
    check_spikes,
    check_voltage,
)
from .clock import cycling_of, has_charge_over_time
from .columns import Reader
from .curves import curves_of, rates_of
from .errors import MeasuredDataError
from .half_cycles import HalfCycles, split_half_cycles
from .scale import Scale, scale_of
from .series import MeasuredCurve, MeasuredCycling, MeasuredImpedance, MeasuredRates
from .source import Source, make_source, open_source
from .spectra import spectra_of, sweep_rows
from .tables import Table, TableChoice, read_tables

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MeasuredFile", "read", "read_bytes"]


@dataclass(frozen=True)
class MeasuredFile:
    """What the reader makes of a file.

    Parameters
    ----------
    source
        Name of the file.
    kind
        ``"cycling"``, ``"gitt"``, ``"curve"`` (capacity and voltage without time), ``"rates"`` or
        ``"impedance"``.
    columns, units
        Headings and units of the file by quantity.
    mass_mg, mass_from
        Active mass [mg] and where it comes from: ``"option"``, ``"header"`` or None.
    area_cm2
        Electrode area [cm2]; None where it is not known.
    electrodes
        3 where the file has the potential of the counter electrode as well: the voltage is that of the
        working electrode against a reference, with no metal in it.
    half_cycles
        Per gram; per milligram-thousand (numbers in mA and mAh) where :attr:`per_gram` is False.
    cycling
        The record over time; None without one.
    rates
        Capacities at rates; None without them.
    spectra
        Impedance spectra, each for itself.
    counter_V
        Potential of the counter electrode at the times of the record; None without it.
    remarks
        What had to be decided, and what is doubtful.
    per_gram
        Whether currents and capacities are per gram; a mass is needed where not.
    """

    source: str
    kind: str
    columns: Mapping[str, str]
    units: Mapping[str, str]
    mass_mg: float | None = None
    mass_from: str | None = None
    area_cm2: float | None = None
    electrodes: int = 2
    half_cycles: tuple[MeasuredCurve, ...] = ()
    cycling: MeasuredCycling | None = None
    rates: MeasuredRates | None = None
    spectra: tuple[MeasuredImpedance, ...] = ()
    counter_V: Any = None
    remarks: tuple[str, ...] = field(default=())
    per_gram: bool = True

    def require_mass(self) -> MeasuredFile:
        """The same, where its numbers are per gram.

        Raises
        ------
        MeasuredDataError
            Where the mass is not known.
        """
        if not self.per_gram:
            label = (
                self.columns.get("current")
                or self.columns.get("capacity")
                or next(iter(self.columns.values()))
            )
            raise MeasuredDataError(
                f"{self.source}: column {label!r} is not per gram: give the active mass, mass_mg=1.2"
            )
        return self

    def table(self) -> pd.DataFrame:
        """One row per half cycle, as ``napore read`` prints them; else per spectrum or rate."""
        import pandas as pd

        content = self.to_dict()
        rows = content["half_cycles"] or content["spectra"]
        if not rows and self.rates is not None:
            return self.rates.table()
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """What ``napore read --json`` writes of a file."""
        return {
            "file": self.source,
            "kind": self.kind,
            "columns": dict(self.columns),
            "units": dict(self.units),
            "mass_mg": self.mass_mg,
            "area_cm2": self.area_cm2,
            "mass_from": self.mass_from,
            "electrodes": self.electrodes,
            "half_cycles": [self._row(curve) for curve in self.half_cycles],
            "rates": []
            if self.rates is None
            else [
                {
                    "current_mA_g": float(i) if self.per_gram else None,
                    "capacity_mAh_g": float(q) if self.per_gram else None,
                }
                for i, q in zip(self.rates.current_mA_g, self.rates.capacity_mAh_g, strict=True)
            ],
            "spectra": [
                {"points": len(one.frequency_Hz), "soc_or_cycle": float(one.soc_or_cycle)}
                for one in self.spectra
            ],
            "remarks": list(self.remarks),
        }

    def _row(self, curve: MeasuredCurve) -> dict[str, Any]:
        hold = 0.0 if curve.hold is None else curve.hold.capacity_mAh_g
        row: dict[str, Any] = {
            "direction": curve.direction,
            "capacity_mAh_g": curve.capacity if self.per_gram else None,
            "current_mA_g": curve.current_mA_g if self.per_gram else None,
            "hold_mAh_g": hold if self.per_gram else None,
            "rest_before_s": curve.rest_before_s,
            "complete": curve.complete,
            "first_V": float(curve.voltage_V[0]),
            "last_V": float(curve.voltage_V[-1]),
        }
        if not self.per_gram:
            row |= {"capacity_mAh": curve.capacity, "current_mA": curve.current_mA_g, "hold_mAh": hold}
        return row

    @property
    def panels(self) -> list[Any]:
        """Functions that draw the file on axes."""
        from .pictures import panels

        return panels(self)

    def plot(self, ax: Any = None) -> Any:
        """Draw the half cycles, the record over time, the rates or the spectra; return the axes."""
        return self.panels[0](ax)


def read(
    file: str | Path | Source,
    *,
    mass_mg: float | None = None,
    area_cm2: float | None = None,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    positive_on: str = "desodiation",
    current_mA_g: float | None = None,
    one_C_mA_g: float | None = None,
) -> MeasuredFile:
    r"""Read what a cycler, an impedance analyser or a person wrote, and say what it is.

    Nothing is guessed without a word: a quantity needs a unit, and what had to be decided stands in the
    remarks.

    Parameters
    ----------
    file
        Text of any separator, .xlsx, .parquet, .mpt, .mpr, .nda, .ndax (:func:`napore.measured.read_tables`).
    mass_mg
        Active material [mg], where the file is not per gram and its header has no mass, or another.
    area_cm2
        Area of the electrode [cm2], where currents are per area.
    sheet
        Of a spreadsheet.
    columns, units
        Headings and units by quantity, where the file does not tell.
    positive_on
        Direction in which the file's current is positive, ``"desodiation"`` (charge, as cyclers write it) or
        ``"sodiation"``.
    current_mA_g
        Current of a file of capacity and voltage [mA per gram].
    one_C_mA_g
        Current of 1 C of a file of rates [mA per gram].

    Raises
    ------
    MeasuredDataError
        For what cannot be read, and what contradicts itself or what cells do; the sentence names the file,
        the line, the column and what helps.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = ["0;0;2,5", "60;-60;1,2", "3660;-60;0,1", "7260;-60;0,01"]
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mine.csv"
    ...     _ = path.write_text("\n".join(["Zeit [s];Strom [mA/g];Spannung [V]", *rows]), encoding="utf-8")
    ...     found = read(path)
    >>> found.kind, round(found.half_cycles[0].capacity, 3)
    ('cycling', 120.0)
    """
    choice = TableChoice(sheet, columns or {}, units or {})
    table = read_tables(open_source(file), choice)[0]
    scale = scale_of(table, mass_mg, area_cm2)
    reader = Reader(table, choice)
    sweeps = sweep_rows(reader)
    spectra: list[MeasuredImpedance] = []
    remarks: list[str] = []
    if sweeps is not None:
        part = reader if sweeps.all() else reader.take(sweeps)
        spectra = spectra_of(part)
        reader.used |= part.used
        if len(spectra) > 1:
            remarks.append(f"the file holds {len(spectra)} spectra, which are kept apart")
        if sweeps.all() or not has_charge_over_time(reader) or np.sum(~sweeps) < 3:
            return _made(table, scale, reader, "impedance", remarks, spectra=tuple(spectra))
        remarks.append(f"{int(np.sum(sweeps))} rows with a frequency are spectra; the others are cycling")
        reader = Reader(table.take(~sweeps), choice)
    if has_charge_over_time(reader):
        return _cycling(table, scale, reader, positive_on, remarks, tuple(spectra))
    return _untimed(table, scale, reader, current_mA_g, one_C_mA_g)


def read_bytes(content: bytes, name: str, **options: Any) -> MeasuredFile:
    """Read an uploaded file from its bytes and its name, with the options of :func:`read`."""
    return read(make_source(name, len(content), None, content), **options)


def _cycling(
    table: Table,
    scale: Scale,
    reader: Reader,
    positive_on: str,
    remarks: list[str],
    spectra: tuple[MeasuredImpedance, ...],
) -> MeasuredFile:
    series, notes = cycling_of(reader, scale, positive_on)
    remarks += notes
    label, size = reader.column("voltage").label, np.abs(series.current_mA_g)
    remarks += check_voltage(table.name, label, series.voltage_V, size > 1e-3 * float(np.max(size)))
    halves = split_half_cycles(series)
    if not halves.curves:
        raise MeasuredDataError(f"{table.name}: current flows at single points only: there is no half cycle")
    check_directions(series, halves)
    remarks += check_capacity_columns(reader, series, halves, scale)
    remarks += [*halves.remarks, *check_pauses(series, halves), *check_spikes(series, halves)]
    remarks += _unfinished(halves)
    if scale.knows(_charge_column(reader)):
        remarks += check_capacities(table.name, halves.curves)
    counter = reader.optional("counter voltage")
    three = counter is not None and float(np.ptp(counter.values)) > 1e-5
    if three:
        remarks.append(
            f"three electrodes: the voltage is column {label!r}, against the reference; the counter "
            "electrode has its own column"
        )
    return _made(
        table,
        scale,
        reader,
        "gitt" if halves.pulsed else "cycling",
        remarks,
        half_cycles=halves.curves,
        cycling=series,
        spectra=spectra,
        electrodes=3 if three else 2,
        counter_V=counter.values if three and counter is not None else None,
    )


def _unfinished(halves: HalfCycles) -> list[str]:
    places = [str(k) for k, curve in enumerate(halves.curves, 1) if not curve.complete]
    if not places:
        return []
    which = f"half cycle {places[0]} is" if len(places) == 1 else f"half cycles {', '.join(places[:8])} are"
    return [f"{which} not complete: the others of the direction end elsewhere, or the file ends first"]


def _charge_column(reader: Reader) -> Any:
    keys = ("current", "charge increment", "net capacity", "charge capacity", "capacity")
    return next(reader.column(key) for key in keys if reader.has(key))


def _untimed(
    table: Table, scale: Scale, reader: Reader, current_mA_g: float | None, one_C_mA_g: float | None
) -> MeasuredFile:
    """A file without time: capacity and voltage, or capacity and rate."""
    keys = [
        key
        for key in ("capacity", "net capacity", "charge capacity", "discharge capacity")
        if reader.has(key)
    ]
    if reader.has("voltage") and keys:
        if len(keys) > 1 and keys[0] == "charge capacity":
            raise MeasuredDataError(
                f"{table.name} has columns for charge and for discharge and no time: say which is the "
                f"capacity, columns={{'capacity': {reader.candidates(keys[0])[0]!r}}}"
            )
        remarks = check_voltage(table.name, reader.column("voltage").label, reader.column("voltage").values)
        curves = curves_of(reader, scale, current_mA_g, keys[0])
        if scale.knows(reader.column(keys[0])):
            remarks += check_capacities(table.name, curves)
        if len(curves) > 1:
            remarks.append(f"the voltage turns: {len(curves)} half cycles, each counted from its own start")
        return _made(table, scale, reader, "curve", remarks, half_cycles=tuple(curves))
    if keys and (reader.has("rate") or reader.has("current")):
        rates = rates_of(reader, scale, one_C_mA_g, keys[0])
        return _made(table, scale, reader, "rates", [], rates=rates)
    if reader.has("voltage") and any(reader.has(key) for key in ("time", "step time", "date")):
        reader.column("current")  # says that it is missing
    if reader.has("voltage") and reader.has("current"):
        reader.column("time")
    raise MeasuredDataError(
        f"{table.name} has the columns {reader.listed()}: give time, current and voltage; capacity and "
        "voltage; rate and capacity; or frequency and impedance; columns={'current': '...'} names a column"
    )


def _made(
    table: Table, scale: Scale, reader: Reader, kind: str, remarks: list[str], **more: Any
) -> MeasuredFile:
    used = reader.used
    charged = [column for key, column in used.items() if key in _CHARGED]
    per_gram = all(scale.knows(column) for column in charged)
    needs = any(not column.per_gram for column in charged)
    made = MeasuredFile(
        table.name,
        kind,
        {key: column.label for key, column in used.items()},
        {key: column.unit.name for key, column in used.items()},
        scale.mass_mg,
        scale.mass_from,
        scale.area_cm2,
        per_gram=per_gram,
        **more,
    )
    notes = [*table.remarks, *(scale.remarks if needs else ()), *reader.remarks, *remarks]
    if not per_gram:
        notes.append("no mass is known: capacities are in mAh; mass_mg=1.2 gives those per gram")
    return replace(made, remarks=tuple(dict.fromkeys(notes)))


_CHARGED = (
    "current",
    "charge increment",
    "net capacity",
    "charge capacity",
    "discharge capacity",
    "capacity",
)
