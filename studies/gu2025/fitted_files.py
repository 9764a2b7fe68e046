"""Files of fitted numbers, parameters/data/fitted/*.toml."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from napore.calibration import Calibration, Fitted
from napore.files import write_text
from napore.parameters.law_numbers import names_of_law
from napore.parameters.sets import ParameterSet

from .carbon_fit import SOURCES
from .joint_free import FREE
from .joint_free import SOURCES as SOURCES_OF_JOINT

PARAMETERS = Path(__file__).resolve().parents[2] / "parameters" / "data"
FILLING_BARRIER = "Carbon electrode pore filling activation energy [J.mol-1]"
TF_SOURCE = "H01.tf, H04.tf, H10.tf, K03.tf"
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


def write_joint(
    name: str,
    text: str,
    values: Mapping[str, float],
    source: ParameterSet,
    rows: Sequence[Mapping[str, Any]],
    own: Sequence[Fitted] = (),
) -> None:
    """Fitted file of a carbon with three kinds of sodium.

    Parameters
    ----------
    name, text
        Of the file, and what its first lines say.
    values
        Fitted values by name.
    source
        Set of the carbon, which has the numbers of the law that are not fitted.
    rows
        Of :func:`.joint.determined`; empty where there are none.
    own
        What is fitted, where it is not all that the joint calibration leaves free: the rest is FJH's.
    """
    known = {row["parameter"]: row for row in rows}
    fitted = {one.name: one for one in own or FREE.values()}
    entries = []
    for one in FREE.values():
        value, limits = float(f"{values[one.name]:.6g}"), fitted.get(one.name, one)
        kind, of = ("fitted", TF_SOURCE if own else SOURCES_OF_JOINT[one.name])
        if one.name not in fitted:
            kind, of = "assumed", "taken from FJH: the text gives no number of TF that determines it"
        said = _said(known[one.name], one) if one.name in known else {}
        entries.append(toml_entry(one.name, value, kind, of, (limits.low, limits.high), **said))
    for other in (I0, *names_of_law(source.law), FILLING_BARRIER):
        if other not in FREE:
            kept = source.entries[other]
            digits = float(f"{kept.value:.6g}")
            entries.append(toml_entry(other, digits, kept.kind, kept.source, kept.allowed or ()))
    head = f"# Written by studies/gu2025/joint.py; do not edit.\n# {text}.\n\n[set]\n"
    head += f'"pore classes" = {source.classes}\n"adsorption law" = {json.dumps(source.law)}\n\n'
    write_text(PARAMETERS / "fitted" / f"{name}.toml", head + "\n\n".join(entries) + "\n")


def _said(row: Mapping[str, Any], one: Fitted) -> dict[str, Any]:
    """Standard error and verdict of a fitted value; of a logarithmic one the error in its own unit."""
    error, share = row["standard error on its scale"], row["share of the data"]
    if one.logarithmic:
        error *= np.log(10.0) * row["value"]
    word = "determined" if share > 0.75 else "determined in part"
    if share < 0.25:
        word = "not determined: the prior decides" if one.prior is not None else "not determined"
    return {
        "standard_error": float(f"{error:.2g}"),
        "verdict": f"{word}; {100.0 * max(share, 0.0):.0f} % of what is known of it is from the rows",
    }


def write(name: str, text: str, entries: Sequence[str]) -> None:
    """Write one fitted file."""
    head = f"# Written by studies/gu2025/calibrate.py; do not edit.\n# {text[0].upper()}{text[1:]}\n\n"
    write_text(PARAMETERS / "fitted" / f"{name}.toml", head + "\n\n".join(entries) + "\n")
