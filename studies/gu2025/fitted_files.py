"""Files of fitted numbers, parameters/data/fitted/*.toml."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from napore.calibration import Calibration, Fitted
from napore.files import write_text

from .carbon_fit import SOURCES

PARAMETERS = Path(__file__).resolve().parents[2] / "parameters" / "data"
I0 = "Carbon electrode reference exchange-current density [A.m-2]"


def toml_entry(
    name: str, value: float, kind: str, source: str, allowed: Sequence[float], **extra: Any
) -> str:
    """One entry of a parameter file."""
    rows = {"value": value, "class": kind, "source": source, "range": [float(x) for x in allowed], **extra}
    lines = [f"{key} = {json.dumps(row)}" for key, row in rows.items() if row not in ("", None)]
    return "\n".join([f"[{json.dumps(name)}]", *lines])


def toml_fitted(row: Mapping[Any, Any], f: Fitted, source: str) -> str:
    """Entry of a fitted value."""
    return toml_entry(
        f.name,
        float(f"{row['value']:.6g}"),
        "fitted",
        source,
        (f.low, f.high),
        standard_error=float(f"{row['standard_error']:.2g}"),
        verdict=f"{row['verdict']}; 95 % interval {row['low_95']:.4g} to {row['high_95']:.4g}",
    )


def write_fjh(
    name: str, text: str, done: Calibration, rows: Sequence[Mapping[Any, Any]], exchange_current: float
) -> None:
    """Fitted file of FJH, with the exchange-current density that K01 fixes."""
    entries = [toml_fitted(row, f, SOURCES[f.name]) for row, f in zip(rows, done.fitted, strict=True)]
    entries.append(
        toml_entry(
            I0,
            float(f"{exchange_current:.6g}"),
            "derived",
            "K01: RT/F over 20 ohm less the foil's part, on 3 loading/(density radius) of surface",
            (1.0, 10.0),
        )
    )
    write(
        name,
        f"{text}. Fitted to H01, H03 to H06 and H08 in the DFN: "
        f"misfit {done.found.misfit:.3g}, priors {done.found.penalty:.3g}.",
        entries,
    )


def write(name: str, text: str, entries: Sequence[str]) -> None:
    """Write one fitted file."""
    head = f"# Written by studies/gu2025/calibrate.py; do not edit.\n# {text[0].upper()}{text[1:]}\n\n"
    write_text(PARAMETERS / "fitted" / f"{name}.toml", head + "\n\n".join(entries) + "\n")
