"""Electrodes of PyBaMM's sets, BPX files and filled templates, in the place of a carbon or a cathode."""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pybamm

from napore.models.constants import FARADAY

from .balance import Side
from .bpx_read import SUFFIXES, bpx_values, parsed
from .catalogue import ELECTRODES
from .cathode_template import POTENTIAL, is_filled, read_filled, table_of
from .provenance import DATA, Entry, ParameterFileError, read_entries

GENERIC: Final = (
    "electrode double-layer capacity [F.m-2]",
    "electrode charge transfer coefficient",
    "electrode density [kg.m-3]",
    "electrode specific heat capacity [J.kg-1.K-1]",
    "electrode thermal conductivity [W.m-1.K-1]",
    "electrode OCP entropic change [V.K-1]",
    "electrode reaction-driven LAM factor [m3.mol-1]",
    "electrode inactive density [kg.m-3]",
)
"""Beginnings of the names that an electrode of ours lends to one whose set lacks them."""


@dataclass(frozen=True)
class HostElectrode:
    """Electrode of a PyBaMM parameter set, of a BPX file or of a filled template.

    Parameters
    ----------
    set_name
        Name of the set; of a file its path and hash, as :func:`host_set` gives them.
    domain
        ``"negative"`` or ``"positive"``.
    values
        Parameters of the electrode by PyBaMM's names, at the thickness of the set.
    density
        Of the active material [kg/m3].
    current_of_1C
        Nominal current of the set per active mass of this electrode [A/kg].
    content
        Sodium that the set puts into the electrode at its start [A.h/m2].
    """

    set_name: str
    domain: str
    values: Mapping[str, Any]
    density: float
    current_of_1C: float
    content: float

    @property
    def label(self) -> str:
        """Name of the set, or the stem of the file."""
        return _label(self.set_name)

    @property
    def words(self) -> str:
        """What it is from, for a sentence."""
        return _words(self.set_name)

    @property
    def identity(self) -> str:
        """Text that tells its numbers from others, whatever the folder of a file."""
        return f"{self.label}{self.set_name[len(_path(self.set_name)) :]}, {self.density:g} kg/m3"

    @property
    def _electrode(self) -> str:
        return f"{self.domain.capitalize()} electrode"

    @property
    def loading(self) -> float:
        """Active material at the thickness of the set [kg/m2]."""
        share = float(self.values[f"{self._electrode} active material volume fraction"])
        return share * float(self.values[f"{self._electrode} thickness [m]"]) * self.density

    def at_loading(self, loading: Any) -> dict[str, Any]:
        """Parameters with the thickness of another loading [kg/m2] at the same porosity.

        The loading may be an expression of parameters.
        """
        name = f"{self._electrode} thickness [m]"
        own = pybamm.Parameter(f"{self._electrode} areal loading [kg.m-2]")
        return {
            **self.values,
            name: own * (float(self.values[name]) / self.loading),
            f"{self._electrode} areal loading [kg.m-2]": loading,
            f"{self._electrode} true density [kg.m-3]": self.density,
        }

    def side(self, loading: Any, capacity: Any) -> Side:
        """Electrode in a balance, at loadings [kg/m2] with capacities [A.h/m2]."""
        ocp = self.values[f"{self._electrode} OCP [V]"]
        sto = pybamm.InputParameter("sto")
        whole = host_values(self.set_name)
        symbol = whole.process_symbol(ocp(sto) if callable(ocp) else ocp)

        def potential(x: Any) -> Any:
            places = np.ravel(np.asarray(x, dtype=float))
            found = [float(np.squeeze(symbol.evaluate(inputs={"sto": float(place)}))) for place in places]
            return np.reshape(found, np.shape(x))

        return Side(f"{self.label}'s {self.domain} electrode", loading, capacity, potential)


def host_sets() -> list[str]:
    """Names of PyBaMM's parameter sets but ours."""
    return [name for name in pybamm.parameter_sets if not name.startswith("Gu2025_")]


_MARK: Final = "#"


def host_set(name: str) -> str | None:
    """PyBaMM's spelling of a set of its own by any spelling of its letters; None where it has none.

    Of a BPX file and of a filled template its whole path with a hash of its content.

    Raises
    ------
    ParameterFileError
        Where the file cannot be read.
    """
    if name.lower().endswith(SUFFIXES) or is_filled(Path(name)):
        path = Path(name).resolve()
        return f"{path}{_MARK}{_hash(path)}"
    for short, row in ELECTRODES.items():
        if name.lower() in (short, row.long_name.lower()):
            return row.pybamm_set
    return {known.lower(): known for known in host_sets()}.get(name.lower())


def host_values(set_name: str) -> pybamm.ParameterValues:
    """Parameter values of a set, or of a file as :func:`host_set` names it.

    Raises
    ------
    BpxError, ParameterFileError
        For a file that cannot be used, and one that has changed since it was named.
    """
    path = _path(set_name)
    if path == set_name:
        return pybamm.ParameterValues(set_name)
    return pybamm.ParameterValues(_of_file(set_name))


@lru_cache(maxsize=32)
def _of_file(set_name: str) -> dict[str, Any]:
    path = Path(_path(set_name))
    if _hash(path) != set_name.rpartition(_MARK)[2]:
        raise ParameterFileError(
            f"{path.name} has changed since a cell was made from it: make the cell again"
        )
    return read_filled(path).values if path.suffix == ".toml" else bpx_values(path)


def _path(set_name: str) -> str:
    """Path of a file; of a set its name."""
    path, _, _ = set_name.rpartition(_MARK)
    return path if path.lower().endswith((*SUFFIXES, ".toml")) else set_name


def _label(set_name: str) -> str:
    path = _path(set_name)
    return set_name if path == set_name else Path(path).stem


def _words(set_name: str) -> str:
    path = _path(set_name)
    kind = "file" if path.endswith(".toml") else "BPX file"
    return f"PyBaMM's set {set_name!r}" if path == set_name else f"the {kind} {Path(path).name!r}"


def _hash(path: Path) -> str:
    try:
        content = path.read_bytes()
        if path.suffix == ".toml":
            content += table_of(path).read_bytes()
        return hashlib.sha256(content).hexdigest()[:16]
    except OSError as error:
        raise ParameterFileError(f"{path} cannot be read: {error.strerror}") from None


@cache
def _densities() -> dict[str, float]:
    return {name: entry.value for name, entry in read_entries(DATA / "host_electrodes.toml").items()}


def host_electrode(set_name: str, domain: str, density: float | None = None) -> HostElectrode:
    """Electrode of PyBaMM's set or the file ``set_name``.

    Parameters
    ----------
    set_name
        Name as :func:`host_set` gives it.
    domain
        ``"negative"`` or ``"positive"``.
    density
        Of the active material [kg/m3]; from a small file for the sets that it knows, and from the BPX file's
        "User-defined" entry "Positive electrode true density [kg.m-3]".

    Raises
    ------
    ValueError
        Where the set has no such electrode, or its density is not known.
    """
    whole = host_values(set_name)
    Domain = domain.capitalize()
    begins = (f"{Domain} electrode", f"{Domain} particle", f"{Domain} current collector")
    values = {
        name: value
        for name, value in whole.items()
        if name.startswith(begins) or f" in {domain} electrode" in name
    }
    needed = f"{Domain} electrode active material volume fraction"
    if needed not in values:
        raise ValueError(f"{_words(set_name)} has no porous {domain} electrode; choose another")
    if density is None:
        own = values.get(f"{Domain} electrode true density [kg.m-3]")
        density = _densities().get(f"{set_name} {domain} true density [kg.m-3]", own)
    if density is None:
        ours = "Carbon" if domain == "negative" else "Cathode"
        in_file = f", or write '{Domain} electrode true density [kg.m-3]' under User-defined of the file"
        raise ValueError(
            f"{_words(set_name)} does not give the density of its {domain} active material, which the "
            f"mass ratio needs: give parameters={{'{ours} electrode true density [kg.m-3]': ...}}"
            f"{'' if _path(set_name) == set_name else in_file}"
        )
    volume = float(values[needed]) * float(values[f"{Domain} electrode thickness [m]"])
    area = float(whole["Electrode height [m]"]) * float(whole["Electrode width [m]"])
    start = float(values[f"Initial concentration in {domain} electrode [mol.m-3]"])
    return HostElectrode(
        set_name,
        domain,
        values,
        density,
        current_of_1C=float(whole["Nominal cell capacity [A.h]"]) / area / (volume * density),
        content=start * volume * FARADAY / 3600.0,
    )


def host_entries(set_name: str, domain: str) -> dict[str, Entry]:
    """Class and source of each number of an electrode of a set or file, by PyBaMM's names.

    A function has the value NaN. Of a set and of a BPX file, which tell none, all are "literature" with the
    set or the file as source.
    """
    path = _path(set_name)
    values = host_values(set_name)
    begins, inside = f"{domain.capitalize()} ", f" in {domain} electrode"
    names = [name for name in values if name.startswith(begins) or inside in name]
    own: dict[str, Entry] = {}
    kind = "literature"
    if path.endswith(".toml"):
        filled = read_filled(Path(path))
        own = {name.replace("Cathode", "Positive", 1): entry for name, entry in filled.entries.items()}
        own[POTENTIAL] = Entry(POTENTIAL, math.nan, *filled.origin)
        source, kind = f"follows from {Path(path).name}", "derived"
    elif path != set_name:
        header = parsed(Path(path))["Header"]
        told = "; ".join(str(header[key]) for key in ("Title", "References") if header.get(key))
        source = f"BPX file {Path(path).name}: {told}"
    else:
        rows = [row for row in ELECTRODES.values() if row.pybamm_set == set_name]
        source = rows[0].source if rows and domain == "positive" else f"PyBaMM's set {set_name}"
        known = read_entries(DATA / "host_electrodes.toml").get(f"{set_name} {domain} true density [kg.m-3]")
        if known is not None:
            own[f"{domain.capitalize()} electrode true density [kg.m-3]"] = known
    found = {}
    for name in names:
        value = values[name]
        number = float(value) if isinstance(value, int | float) else math.nan
        found[name] = own.get(name) or Entry(name, number, kind, source)
    return {**found, **{name: entry for name, entry in own.items() if name.startswith(begins)}}
