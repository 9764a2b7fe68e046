"""Parameter files of one's own, written from a set with all that is known of its numbers."""

import json
from pathlib import Path

from napore.files import write_text
from napore.models.laws import DEFAULT_ADSORPTION

from .diffusivity import TABLE, DiffusivityTable, table_of
from .provenance import Entry, ParameterFileError
from .sets import ParameterSet

_HEADER = """\
# {what}, for napore. Written from: {title}.
#
# Every number needs a class and a source, and all but settings a range that holds the value:
#   measured    by you or by the named paper, on this cell
#   derived     arithmetic from named inputs
#   literature  read in the named source
#   fitted      by a calibration
#   assumed     general knowledge or a choice
#   setting     a convention or a numerical choice
# A value beyond what is plausible for its parameter is refused unless its table says unusual = true.
# The numbers below are still those of the set above: give each that you change your own class and
# source. Change first, in this order:
{first}
# Then run: napore parameters check {file}; napore rate {file}

"""

_WHAT = {
    "carbon": "Half cell of a carbon against sodium",
    "cathode": "Half cell of a cathode against sodium",
    "full": "Full cell of a carbon and a cathode",
}
_OF_CARBON = """\
#   1. what you measured of the electrode: "Carbon electrode areal loading [kg.m-2]" (1 mg/cm2 is
#      0.01), "Carbon electrode thickness [m]" (of the coating), "Carbon electrode mass fraction in
#      the coating", "Electrode disc diameter [m]", "Carbon particle radius [m]"
#   2. the cell: "Separator thickness [m]", the cut-offs, the electrolyte
#   3. the slow capacity and its slope: "Carbon electrode specific capacity of all sites
#      [mA.h.g-1]", "Carbon electrode adsorption capacity fraction" (sites of the slope; the pores
#      of the plateau hold the rest), the stage potentials, "Carbon electrode pore wetting energy
#      [J.m-2]" (the voltage of the plateau)
#   4. the resistance: "Carbon electrode reference exchange-current density [A.m-2]" (R_ct of the
#      carbon is inversely proportional), "Sodium metal reference exchange-current density
#      [A.m-2]", "Contact resistance [Ohm]"
#   5. the rate capability: "Carbon particle reference diffusivity [m2.s-1]" and the filling rates"""
_OF_CATHODE = """\
#   1. what you measured of the electrode: "Cathode electrode areal loading [kg.m-2]" (1 mg/cm2 is
#      0.01), "Cathode electrode thickness [m]" (of the coating), "Cathode electrode mass fraction
#      in the coating", "Electrode disc diameter [m]", "Cathode particle radius [m]"
#   2. the cell: "Separator thickness [m]", the cut-offs, the electrolyte
#   3. the slow capacity and its voltage: "Cathode electrode usable specific capacity [mA.h.g-1]",
#      "Cathode electrode plateau potential [V]"
#   4. the rate capability: "Cathode electrode reference exchange-current density [A.m-2]",
#      "Cathode particle reference diffusivity [m2.s-1]\""""
_OF_BOTH = """\
#   1. the balance: "Mass ratio of carbon to cathode", "Cathode electrode areal loading [kg.m-2]"
#      (1 mg/cm2 is 0.01; the carbon's follows the ratio, and its thickness the loading), "Carbon
#      electrode initial coulombic efficiency", "Carbon electrode presodiation [mA.h.g-1]"
#   2. the cathode: "Cathode electrode usable specific capacity [mA.h.g-1]", "Cathode electrode
#      thickness [m]"
#   3. the carbon, as in its half cell: a file of 'napore parameters new --from fjh' says what"""
_FIRST = {"carbon": _OF_CARBON, "cathode": _OF_CATHODE, "full": _OF_BOTH}


def write_template(source: ParameterSet, path: Path) -> None:
    """Write a complete parameter file with the entries of ``source``; refuse to overwrite.

    Raises
    ------
    ParameterFileError
        Where the file exists.
    WriteError
        Where it cannot be written.
    """
    text = _HEADER.format(
        what=_WHAT[source.kind], title=source.title, first=_FIRST[source.kind], file=path.name
    )
    mine = {"carbon": "my carbon", "cathode": "my cathode", "full": "my cell"}[source.kind]
    write_set(source, path, text, f"{mine}, from {source.title}")


def write_set(source: ParameterSet, path: Path, head: str, title: str) -> None:
    """Write a complete parameter file that opens with ``head``; refuse to overwrite.

    Raises
    ------
    ParameterFileError
        Where the file exists.
    WriteError
        Where it cannot be written.
    """
    text = head + f"[set]\ntitle = {_string(title)}\n"
    if source.kind != "carbon":
        text += f"kind = {_string(source.kind)}\n"
    if source.law != DEFAULT_ADSORPTION:
        text += f'"adsorption law" = {_string(source.law)}\n'
    if source.classes:
        text += f'"pore classes" = {source.classes}\n'
    table = table_of(source.numbers)
    rows = table.numbers if table else {}
    text += "".join(_entry(entry) for name, entry in source.entries.items() if name not in rows)
    if table:
        text += _entry(source.entries[next(iter(rows))], table)
    if path.exists():
        raise ParameterFileError(f"{path} exists already; give another name or remove it")
    write_text(path, text)


def _entry(entry: Entry, table: DiffusivityTable | None = None) -> str:
    """One number, or a table whose rows have the provenance of ``entry``."""
    if table is None:
        head = [f"[{_string(entry.name)}]", f"value = {entry.value!r}"]
    else:
        columns = (list(table.occupancy), list(table.diffusivity_m2_s))
        head = [f"[{_string(TABLE)}]", f"occupancy = {columns[0]!r}", f"value = {columns[1]!r}"]
    lines = [
        "",
        *head,
        f"class = {_string(entry.kind)}",
        f"source = {_string(entry.source)}",
    ]
    if entry.allowed is not None:
        lines.append(f"range = [{entry.allowed[0]!r}, {entry.allowed[1]!r}]")
    if entry.unusual:
        lines.append("unusual = true")
    if entry.standard_error is not None:
        lines.append(f"standard_error = {entry.standard_error!r}")
    lines += [
        f"{key} = {_string(text)}" for key, text in (("note", entry.note), ("verdict", entry.verdict)) if text
    ]
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """Basic string of TOML; JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False)
