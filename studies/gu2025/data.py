"""Small data: JSON with a row on a line, and long columns of numbers beside it in a CSV.

A list of at least :data:`LONG` numbers is a column of ``NAME.csv``, under its path in ``NAME.json``. A list
of dictionaries with the same keys is written as the names of its columns and its rows.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from napore.experiments.curves import places_along
from napore.files import write_text

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "docs" / "data"
LONG = 20
WIDTH = 160
DIGITS, CURVE_DIGITS = 9, 5


def read_all(name: str, folder: Path = DATA) -> dict[str, Any]:
    """What is on file of a datum: ``made`` (what each part was computed from) and ``found``."""
    path = folder / f"{name}.json"
    if not path.exists():
        return {"made": {}, "found": {}}
    columns: dict[str, list[str]] = {}
    beside = path.with_suffix(".csv")
    if beside.exists():
        with beside.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        columns = {title: [row[place] for row in rows] for place, title in enumerate(head)}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return {"made": content["made"], "found": _restored(content["found"], (), columns)}


def read(name: str, folder: Path = DATA) -> dict[str, Any]:
    """What was found, by part."""
    return dict(read_all(name, folder)["found"])


def write(name: str, made: Mapping[str, Any], found: Mapping[str, Any], folder: Path = DATA) -> None:
    """Write a datum, numbers rounded to :data:`DIGITS` digits, in columns to :data:`CURVE_DIGITS`."""
    columns: dict[str, list[Any]] = {}
    kept = _packed(found, (), columns)
    write_text(folder / f"{name}.json", dumps({"made": made, "found": kept}) + "\n")
    beside = folder / f"{name}.csv"
    if not columns:
        beside.unlink(missing_ok=True)
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for place in range(max(map(len, columns.values()))):
        writer.writerow([c[place] if place < len(c) else None for c in columns.values()])
    write_text(beside, text.getvalue())


def thinned(points: int, x: npt.ArrayLike, *others: npt.ArrayLike) -> list[list[float]]:
    """Columns at as many points, evenly spaced along the line that a picture of the first two shows."""
    columns = [np.asarray(x, dtype=float), *(np.asarray(other, dtype=float) for other in others)]
    kept = places_along(columns[0], columns[1], points)
    return [column[kept].tolist() for column in columns]


def dumps(value: Any, depth: int = 0) -> str:
    """JSON with what holds no dictionary, and every row, on one line."""
    short = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if not isinstance(value, dict | list) or not value:
        return short
    if isinstance(value, list) and not any(isinstance(one, dict | list) for one in value):
        return short
    if len(short) + depth < WIDTH or (depth > 0 and _flat(value)):
        return short
    inner = " " * (depth + 1)
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {dumps(one, depth + 1)}" for key, one in value.items()
        ]
    else:
        lines = [dumps(one, depth + 1) for one in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return f"{left}\n{inner}" + f",\n{inner}".join(lines) + f"\n{' ' * depth}{right}"


def _flat(value: Any) -> bool:
    parts = value.values() if isinstance(value, dict) else value
    return not any(isinstance(one, dict | list) for one in parts)


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if not isinstance(value, float):
        return value
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None


def _packed(value: Any, path: tuple[str, ...], columns: dict[str, list[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _packed(one, (*path, str(key)), columns) for key, one in value.items()}
    if isinstance(value, list | tuple):
        if len(value) >= LONG and all(_number(one) for one in value):
            columns[" > ".join(path)] = [_rounded(one, CURVE_DIGITS) for one in value]
            return {"csv": len(value)}
        if _is_table(value):
            head = list(value[0])
            rows = [[_packed(one[key], (), {}) for key in head] for one in value]
            return {"columns": head, "rows": rows}
        return [_packed(one, (*path, str(place)), columns) for place, one in enumerate(value)]
    return _rounded(value, DIGITS)


def _is_table(value: Sequence[Any]) -> bool:
    """Whether these are several rows with the same names, none of which holds a long column."""
    if len(value) < 3 or not all(isinstance(one, Mapping) and list(one) == list(value[0]) for one in value):
        return False
    cells = [cell for one in value for cell in one.values()]
    return not any(isinstance(c, Mapping) or (isinstance(c, list | tuple) and len(c) >= LONG) for c in cells)


def _restored(value: Any, path: tuple[str, ...], columns: Mapping[str, list[str]]) -> Any:
    if isinstance(value, dict):
        if set(value) == {"csv"}:
            return [_parsed(one) for one in columns[" > ".join(path)][: value["csv"]]]
        if set(value) == {"columns", "rows"}:
            rows = ([_restored(cell, (), {}) for cell in row] for row in value["rows"])
            return [dict(zip(value["columns"], row, strict=True)) for row in rows]
        return {key: _restored(one, (*path, key), columns) for key, one in value.items()}
    if isinstance(value, list):
        return [_restored(one, (*path, str(place)), columns) for place, one in enumerate(value)]
    return value


def _parsed(text: str) -> float | int | None:
    if not text:
        return None
    return float(text) if set(text) & set(".enai") else int(text)
