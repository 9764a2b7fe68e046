"""The one reader: what a file holds, told by its columns, with all that had to be decided."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napore.parameters.arguments import typed

from .checks import (
    check_alike,
    check_capacities,
    check_capacity_columns,
    check_directions,
    check_pauses,
    check_speed,
    check_speeds,
    check_spikes,
    check_voltage,
)
from .clock import cycling_of, has_charge_over_time, sign_of
from .columns import Reader
from .curves import curves_of, rates_of
from .errors import MeasuredDataError
from .foil import foil_remarks
from .half_cycles import HalfCycles, split_half_cycles
from .measured_file import MeasuredFile
from .scale import Scale, check_positive, scale_of
from .series import MeasuredImpedance
from .source import Source, make_source, open_source
from .spectra import spectra_of, sweep_rows
from .tables import Table, TableChoice, read_tables


@typed(MeasuredDataError)
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
    _check(positive_on, current_mA_g=current_mA_g, one_C_mA_g=one_C_mA_g)
    table = read_tables(open_source(file), choice)[0]
    scale = scale_of(table, mass_mg, area_cm2)
    reader = Reader(table, choice, per_gram=scale.mass_mg is None)
    found = _of_any_kind(table, scale, reader, positive_on, current_mA_g, one_C_mA_g)
    return replace(found, remarks=(*found.remarks, *_idle(found, current_mA_g, one_C_mA_g)))


def _of_any_kind(
    table: Table,
    scale: Scale,
    reader: Reader,
    positive_on: str,
    current_mA_g: float | None,
    one_C_mA_g: float | None,
) -> MeasuredFile:
    sweeps = sweep_rows(reader)
    spectra, remarks = ((), []) if sweeps is None else _spectra(reader, sweeps)
    if sweeps is not None:
        if sweeps.all() or not has_charge_over_time(reader) or np.sum(~sweeps) < 3:
            return _made(table, scale, reader, "impedance", remarks, spectra=spectra)
        remarks.append(f"{int(np.sum(sweeps))} rows with a frequency are spectra; the others are cycling")
        reader = reader.take(~sweeps)
    if has_charge_over_time(reader):
        return _cycling(table, scale, reader, positive_on, remarks, spectra)
    return _untimed(table, scale, reader, current_mA_g, one_C_mA_g)


def _idle(found: MeasuredFile, current_mA_g: float | None, one_C_mA_g: float | None) -> Iterator[str]:
    """Remarks on arguments that the file did not need."""
    if current_mA_g is not None and found.kind != "curve":
        yield f"current_mA_g={current_mA_g:g} was not needed: it is for a file of capacity and voltage alone"
    if one_C_mA_g is not None and (found.kind != "rates" or "current" in found.columns):
        yield f"one_C_mA_g={one_C_mA_g:g} was not needed: it is for a file of rates in C"


def _check(positive_on: str, **currents_mA_g: float | None) -> None:
    sign_of(positive_on)
    for name, value in currents_mA_g.items():
        check_positive(value, name, "mA per gram")


def read_bytes(content: bytes, name: str, **options: Any) -> MeasuredFile:
    """Read an uploaded file from its bytes and its name, with the options of :func:`read`."""
    return read(make_source(name, len(content), None, content), **options)


def _spectra(reader: Reader, sweeps: Any) -> tuple[tuple[MeasuredImpedance, ...], list[str]]:
    """Spectra in the rows with a frequency, and remarks."""
    part = reader if sweeps.all() else reader.take(sweeps)
    spectra = tuple(spectra_of(part))
    reader.used |= part.used
    many = [f"the file holds {len(spectra)} spectra, which are kept apart"] if len(spectra) > 1 else []
    return spectra, many


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
    remarks += [*_unfinished(halves), *check_alike(halves.curves)]
    check_speeds(table.name, halves.curves)
    if scale.knows(_charge_column(reader)):
        remarks += check_capacities(table.name, [curve.capacity for curve in halves.curves])
    counter = reader.optional("counter voltage")
    three = counter is not None and float(np.ptp(counter.values)) > 1e-5
    if three and counter is not None:
        remarks.append(
            f"three electrodes: the voltage is column {label!r}, against the reference; the counter "
            f"electrode has column {counter.label!r}"
        )
        remarks += foil_remarks(halves, counter.values, scale)
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
            check_speeds(table.name, curves)
            remarks += check_capacities(table.name, [curve.capacity for curve in curves])
        if len(curves) > 1:
            remarks.append(f"the voltage turns: {len(curves)} half cycles, each counted from its own start")
        return _made(table, scale, reader, "curve", remarks, half_cycles=tuple(curves))
    if keys and (reader.has("rate") or reader.has("current")):
        rates = rates_of(reader, scale, one_C_mA_g, keys[0])
        remarks = [
            f"the capacity is column {reader.column(keys[0]).label!r}, not {label!r}; columns={{'capacity': "
            f"{label!r}}} takes it"
            for key in keys[1:]
            for label in reader.candidates(key)[:1]
        ]
        if scale.knows(reader.column(keys[0])):
            remarks += check_capacities(table.name, rates.capacity_mAh_g.tolist())
            for row, (i, q) in enumerate(zip(rates.current_mA_g, rates.capacity_mAh_g, strict=True)):
                check_speed(f"{table.name}, {table.place(row)}", i, q, "the electrode")
        return _made(table, scale, reader, "rates", remarks, rates=rates)
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
    if charged and scale.mass_from == "option" and not needs:
        notes.append(
            f"the file's numbers are per gram: the mass of {scale.mass_mg:g} mg does not change them"
        )
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
