"""Cells of BPX files (Battery Parameter eXchange, https://bpxstandard.com) as PyBaMM's parameters.

The functions are objects of ours, so that cells with them can be pickled, and compared by what they compute.
Their equations are those of the format::

    D(x, T) = D(x) exp(E/R (1/T_ref - 1/T))        and so for conductivity and diffusivity of the electrolyte
    j_0 = F k (c_e/c_e0)^(1/2) (x (1 - x))^(1/2)   with k(T) as D(T)
    active volume fraction = a R / 3,  Bruggeman coefficient = ln(transport efficiency) / ln(porosity)

A file does not say of what chemistry it is. It is read where its header tells of sodium.
"""

import json
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pybamm

from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE

from .schema import shown

SUFFIXES: Final = (".json", ".yml", ".yaml")
"""Ends of the names of BPX files."""

RATE: Final = "reaction rate constant [mol.m-2.s-1]"
"""Of an electrode: in "User-defined" a table over the stoichiometry, which BPX itself has not."""

_FUNCTIONS: Final = {"exp": pybamm.exp, "tanh": pybamm.tanh, "cosh": pybamm.cosh}
_SODIUM: Final = re.compile(r"\bsodium\b|\bna[- ]?ion\b|\bsib\b|\bna[0-9]|\bnvpf?\b", re.IGNORECASE)
_LITHIUM: Final = re.compile(
    r"\blithium\b|\bli[- ]?ion\b|\b(?:lfp|lco|lmo|lto|nca|nmc)[0-9]*\b|\bli(?:co|fe|mn|ni)|\bgraphite\b",
    re.IGNORECASE,
)
_LEGACY_CONCENTRATION: Final = 1000.0


class BpxError(ValueError):
    """A BPX file that cannot be used; the message names file, entry and remedy."""


@dataclass(frozen=True)
class Curve:
    """Number, expression of ``x`` or table (piecewise linear) of a BPX file, for PyBaMM.

    Parameters
    ----------
    name
        What it is.
    text
        Expression; empty where there is a table.
    x, y
        Table, ascending in x.
    """

    name: str
    text: str = ""
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def written(self) -> str | dict[str, list[float]]:
        """As a BPX file has it."""
        return self.text or {"x": list(self.x), "y": list(self.y)}

    def __call__(self, x: Any) -> Any:
        """Value at ``x``: a stoichiometry [-], or a concentration of salt [mol/m3]."""
        if not self.text:
            return pybamm.Interpolant(np.array(self.x), np.array(self.y), x, self.name, "linear")
        return eval(self.text, {"__builtins__": {}, **_FUNCTIONS}, {"x": x})


@dataclass(frozen=True)
class Activated:
    """A property against content or concentration, with Arrhenius' law of a file's reference temperature.

    Parameters
    ----------
    curve
        At the reference temperature [K], ``reference``.
    barrier
        Activation energy [J/mol].
    """

    curve: Curve | float
    barrier: float
    reference: float

    __name__ = "bpx_property"

    def at(self, x: Any) -> Any:
        """Value at ``x`` and the reference temperature."""
        return self.curve(x) if isinstance(self.curve, Curve) else pybamm.Scalar(self.curve)

    def factor(self, T: Any) -> Any:
        """Value at ``T`` [K] over that at the reference temperature."""
        return pybamm.exp(self.barrier / GAS_CONSTANT * (1.0 / self.reference - 1.0 / T))

    def __call__(self, x: Any, T: Any) -> Any:
        """Value at ``x`` and ``T`` [K]."""
        return self.at(x) * self.factor(T)


class ExchangeCurrentDensity(Activated):
    """Exchange-current density [A/m2] of a rate constant k [mol/m2/s] at a salt of 1 mol/L times ``salt``."""

    __name__ = "bpx_exchange_current_density"

    def __call__(self, c_e: Any, c_s_surf: Any, c_s_max: Any, T: Any) -> Any:  # type: ignore[override]
        """Value at concentrations [mol/m3] of salt and of sodium at the surface, and ``T`` [K]."""
        x = c_s_surf / c_s_max
        c_e0 = pybamm.Parameter("Initial concentration in electrolyte [mol.m-3]")
        return FARADAY * self.at(x) * self.factor(T) * (c_e / c_e0) ** 0.5 * (x * (1.0 - x)) ** 0.5


def bpx_values(path: Path) -> dict[str, Any]:
    """PyBaMM's parameters of the cell in a BPX file, discharged, one pair of electrodes.

    Parameters
    ----------
    path
        Of the file. An electrode, the separator, the electrolyte or the cell may be missing in a file of the
        model "Partial". "User-defined" entries go by PyBaMM's names and replace what is said elsewhere.

    Raises
    ------
    BpxError
        For a file that is none, that does not tell of sodium, and for an electrode of two materials or
        without pores.
    """
    parts, state = _sodium_file(path)
    cell = parts.get("Cell", {})
    reference = cell.get("Reference temperature [K]", REFERENCE_TEMPERATURE)
    first = state.get("Initial conditions", {})
    c_e0 = first.get("Initial electrolyte concentration [mol.m-3]", _LEGACY_CONCENTRATION)
    values: dict[str, Any] = {"Initial concentration in electrolyte [mol.m-3]": float(c_e0)}
    user = {
        name: _curve(name, value)
        for name, value in parts.get("User-defined", {}).items()
        if not (name == "description" or (isinstance(value, Mapping) and "x" not in value))
    }
    for Domain in ("Negative", "Positive"):
        if f"{Domain} electrode" in parts:
            row = parts[f"{Domain} electrode"]
            values |= _electrode(path.name, Domain, row, reference, user)
    if "Separator" in parts:
        row = parts["Separator"]
        values |= {"Separator thickness [m]": row["Thickness [m]"], **_porous("Separator", row)}
    if "Electrolyte" in parts:
        row = parts["Electrolyte"]
        values |= {"Cation transference number": row["Cation transference number"]}
        values["Thermodynamic factor"] = 1.0
        for name in ("Conductivity [S.m-1]", "Diffusivity [m2.s-1]"):
            values[f"Electrolyte {_small(name)}"] = _activated("Electrolyte", name, row, reference)
    values |= _cell(cell, values, parts)
    return values | {name: value for name, value in user.items() if not name.endswith(RATE)}


def _cell(cell: Mapping[str, Any], values: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """Size, cut-offs and current of 1 C of one pair of electrodes; 1 m2 where there is no cell."""
    side = math.sqrt(cell.get("Electrode area [m2]", 1.0))
    found: dict[str, Any] = {"Electrode height [m]": side, "Electrode width [m]": side}
    for end, charge in (("Lower", "0"), ("Upper", "100")):
        name = f"{end} voltage cut-off [V]"
        if name in cell:
            found |= {name: cell[name], f"Open-circuit voltage at {charge}% SOC [V]": cell[name]}
    pairs = cell.get("Number of electrode pairs connected in parallel to make a cell", 1)
    if "Nominal cell capacity [A.h]" in cell:
        found["Nominal cell capacity [A.h]"] = cell["Nominal cell capacity [A.h]"] / pairs
        return found
    Domain = "Positive" if "Positive electrode" in parts else "Negative"
    row = parts[f"{Domain} electrode"]
    window = row["Maximum stoichiometry"] - row["Minimum stoichiometry"]
    sites = values[f"Maximum concentration in {Domain.lower()} electrode [mol.m-3]"] * FARADAY / 3600.0
    share = values[f"{Domain} electrode active material volume fraction"]
    found["Nominal cell capacity [A.h]"] = (
        side**2 * window * sites * share * values[f"{Domain} electrode thickness [m]"]
    )
    return found


def _electrode(
    file: str, Domain: str, row: Mapping[str, Any], reference: float, user: Mapping[str, Any]
) -> dict[str, Any]:
    """Parameters of an electrode; the cell is discharged."""
    name, domain = f"{Domain} electrode", Domain.lower()
    if "Particle" in row:
        raise BpxError(
            f"{file}: the {domain} electrode is a blend of {', '.join(row['Particle'])}: give a file with "
            "one active material"
        )
    if "Porosity" not in row:
        raise BpxError(
            f"{file}: the {domain} electrode has no porosity and no conductivity, as in a file for an SPM: "
            "give a file for a DFN, from which an SPM can be made too"
        )
    solid = row["Surface area per unit volume [m-1]"] * row["Particle radius [m]"] / 3.0
    if not 0.0 < solid <= 1.0 - row["Porosity"] + 1e-9:
        raise BpxError(
            f"{file}: the {domain} electrode's surface area times its radius makes {solid:.3g} of its volume "
            f"active material, beside a porosity of {row['Porosity']:g}: mend one of them"
        )
    c_max = row["Maximum concentration [mol.m-3]"]
    entropic = _curve(f"{name} OCP entropic change", row.get("Entropic change coefficient [V.K-1]", 0.0))
    if reference != REFERENCE_TEMPERATURE and entropic != 0.0:
        raise BpxError(
            f"{file}: the reference temperature is {reference:g} K, and the {domain} electrode has an "
            f"entropic change: give its open-circuit potential at {REFERENCE_TEMPERATURE:g} K"
        )
    rate = user.get(f"{name} {RATE}", row["Reaction rate constant [mol.m-2.s-1]"])
    barrier = row.get("Reaction rate constant activation energy [J.mol-1]", 0.0)
    start = row["Minimum stoichiometry" if domain == "negative" else "Maximum stoichiometry"]
    values = {
        f"{name} thickness [m]": row["Thickness [m]"],
        f"{name} conductivity [S.m-1]": row["Conductivity [S.m-1]"],
        f"{name} Bruggeman coefficient (electrode)": 0.0,  # the conductivity is that of the porous electrode
        **_porous(name, row),
        f"{name} active material volume fraction": solid,
        f"{Domain} particle radius [m]": row["Particle radius [m]"],
        f"Maximum concentration in {domain} electrode [mol.m-3]": c_max,
        f"Initial concentration in {domain} electrode [mol.m-3]": start * c_max,
        f"{name} OCP [V]": _curve(f"{name} OCP", row["OCP [V]"]),
        f"{name} OCP entropic change [V.K-1]": entropic,
        f"{Domain} particle diffusivity [m2.s-1]": _activated(name, "Diffusivity [m2.s-1]", row, reference),
        f"{name} exchange-current density [A.m-2]": ExchangeCurrentDensity(rate, barrier, reference),
    }
    for branch in ("lithiation", "delithiation"):
        if f"OCP ({branch}) [V]" in row:
            values[f"{name} {branch} OCP [V]"] = _curve(f"{name} {branch}", row[f"OCP ({branch}) [V]"])
        if "OCP hysteresis decay constant" in row:
            rate_name = f"{Domain} particle {branch} hysteresis decay rate"
            values[rate_name] = row["OCP hysteresis decay constant"]
    return values


def _porous(name: str, row: Mapping[str, Any]) -> dict[str, float]:
    bruggeman = math.log(row["Transport efficiency"]) / math.log(row["Porosity"])
    return {f"{name} porosity": row["Porosity"], f"{name} Bruggeman coefficient (electrolyte)": bruggeman}


def _activated(of: str, name: str, row: Mapping[str, Any], reference: float) -> Activated:
    barrier = row.get(f"{name.partition(' [')[0]} activation energy [J.mol-1]", 0.0)
    return Activated(_curve(f"{of} {_small(name)}", row[name]), barrier, reference)


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _curve(name: str, value: Any) -> Any:
    """Number, or a curve of an expression or a table."""
    if isinstance(value, str):
        unknown = set(re.findall(r"[A-Za-z_]\w*(?=\s*\()", value)) - set(_FUNCTIONS)
        if unknown:
            raise BpxError(f"{name}: the function {min(unknown)} is unknown; BPX has {', '.join(_FUNCTIONS)}")
        return Curve(name, text=value)
    if isinstance(value, Mapping):
        x, y = (np.array(value[key], dtype=float) for key in ("x", "y"))
        order = np.argsort(x)
        if len(x) < 2 or not np.all(np.diff(x[order]) > 0.0):
            raise BpxError(f"{name}: its table needs two places or more, each once")
        return Curve(name, x=tuple(x[order].tolist()), y=tuple(y[order].tolist()))
    return float(value)


def _sodium_file(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sections of the parameters and of the state of a file that tells of sodium."""
    found = parsed(path)
    header = found["Header"]
    told = " ".join(str(header.get(key, "")) for key in ("Title", "Description", "References"))
    sodium, lithium = _SODIUM.search(told), _LITHIUM.search(told)
    if lithium is not None:
        raise BpxError(
            f"{path.name} is of a lithium cell ({lithium.group()!r} in its header), and napore computes "
            "sodium cells: give the BPX file of a sodium cell"
        )
    if sodium is None:
        raise BpxError(
            f"{path.name} does not say that it is of a sodium cell: where it is, write 'sodium' into the "
            "Title of its Header"
        )
    parts = found["Parameterisation"]
    if not {"Negative electrode", "Positive electrode"} & parts.keys():
        raise BpxError(f"{path.name} has no electrode: give a file with a negative or a positive electrode")
    return parts, found.get("State", {})


def parsed(path: Path) -> dict[str, Any]:
    """Sections of a BPX file by the format's names, checked by the package ``bpx``.

    Raises
    ------
    BpxError
        Where the file cannot be read, and where the package is missing.
    """
    try:
        import bpx
    except ImportError:
        raise BpxError("BPX files are read by the package bpx: pip install 'napore[bpx]'") from None
    import yaml
    from pydantic import ValidationError

    try:
        text = path.read_text("utf-8")
        content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except OSError as error:
        raise BpxError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise BpxError(f"{path.name} is no BPX file: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict) or not {"Header", "Parameterisation"} <= content.keys():
        raise BpxError(
            f"{path.name} is no BPX file: it is {shown(content)}, without Header and Parameterisation"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of an old version, which is converted
            found = bpx.parse_bpx_obj(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ", ".join(map(str, first["loc"]))
        raise BpxError(f"{path.name} is no valid BPX file: {place or 'it'}: {first['msg']}") from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise BpxError(f"{path.name} is no valid BPX file: {' '.join(str(error).split())}") from None
    made: dict[str, Any] = found.model_dump(by_alias=True, exclude_none=True)
    return made
