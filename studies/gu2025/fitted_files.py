"""Files of fitted numbers, parameters/data/fitted/*.toml."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from napore.calibration import Fitted
from napore.files import write_text
from napore.parameters.law_numbers import names_of_law
from napore.parameters.sets import ParameterSet

from .joint_free import FREE, SOURCES

PARAMETERS = Path(__file__).resolve().parents[2] / "parameters" / "data"
FILLING_BARRIER = "Carbon electrode pore filling activation energy [J.mol-1]"
TF_SOURCE = "H01.tf, H04.tf, H10.tf, K03.tf, K06.tf"
I0 = "Carbon electrode reference exchange-current density [A.m-2]"


def toml_entry(
    name: str, value: float, kind: str, source: str, allowed: Sequence[float], **extra: Any
) -> str:
    """One entry of a parameter file."""
    rows = {"value": value, "class": kind, "source": source, "range": [float(x) for x in allowed], **extra}
    lines = [f"{key} = {json.dumps(row)}" for key, row in rows.items() if row not in ("", None)]
    return "\n".join([f"[{json.dumps(name)}]", *lines])


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
        kind, of = ("fitted", TF_SOURCE if own else SOURCES[one.name])
        if one.name not in fitted:
            kind, of = "assumed", "taken from FJH: the text gives no number of TF that determines it"
        said = what_is_known(known[one.name], one) if one.name in known else {}
        entries.append(toml_entry(one.name, value, kind, of, (limits.low, limits.high), **said))
    for other in (I0, *names_of_law(source.law), FILLING_BARRIER):
        if other not in FREE:
            kept = source.entries[other]
            digits = float(f"{kept.value:.6g}")
            entries.append(toml_entry(other, digits, kept.kind, kept.source, kept.allowed or ()))
    head = f"# Written by studies/gu2025/joint.py; do not edit.\n# {text}.\n\n[set]\n"
    head += f'"pore classes" = {source.classes}\n"adsorption law" = {json.dumps(source.law)}\n\n'
    write_text(PARAMETERS / "fitted" / f"{name}.toml", head + "\n\n".join(entries) + "\n")


def what_is_known(row: Mapping[str, Any], one: Fitted) -> dict[str, Any]:
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
