"""Electrodes of PyBaMM's own parameter sets, to stand in for a carbon or a cathode of ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import pybamm

from napore.models.constants import FARADAY

from .balance import Side
from .provenance import DATA, read_entries

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
    """Electrode of a PyBaMM parameter set.

    Parameters
    ----------
    set_name
        Name of the set.
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
        whole = pybamm.ParameterValues(self.set_name)
        symbol = whole.process_symbol(ocp(sto) if callable(ocp) else ocp)

        def potential(x: Any) -> Any:
            places = np.ravel(np.asarray(x, dtype=float))
            found = [float(np.squeeze(symbol.evaluate(inputs={"sto": float(place)}))) for place in places]
            return np.reshape(found, np.shape(x))

        return Side(f"{self.set_name}'s {self.domain} electrode", loading, capacity, potential)


def host_sets() -> list[str]:
    """Names of PyBaMM's parameter sets but ours."""
    return [name for name in pybamm.parameter_sets if not name.startswith("Gu2025_")]


def host_set(name: str) -> str | None:
    """PyBaMM's spelling of a set of its own by any spelling of its letters; None where it has none."""
    return {known.lower(): known for known in host_sets()}.get(name.lower())


@cache
def _densities() -> dict[str, float]:
    return {name: entry.value for name, entry in read_entries(DATA / "host_electrodes.toml").items()}


def host_electrode(set_name: str, domain: str, density: float | None = None) -> HostElectrode:
    """Electrode of PyBaMM's set ``set_name``.

    Parameters
    ----------
    set_name
        Name of the set in PyBaMM's spelling.
    domain
        ``"negative"`` or ``"positive"``.
    density
        Of the active material [kg/m3]; from a small file for the sets that it knows.

    Raises
    ------
    ValueError
        Where the set has no such electrode, or its density is not known.
    """
    whole = pybamm.ParameterValues(set_name)
    Domain = domain.capitalize()
    begins = (f"{Domain} electrode", f"{Domain} particle", f"{Domain} current collector")
    values = {
        name: value
        for name, value in whole.items()
        if name.startswith(begins) or f" in {domain} electrode" in name
    }
    needed = f"{Domain} electrode active material volume fraction"
    if needed not in values:
        raise ValueError(f"PyBaMM's set {set_name!r} has no porous {domain} electrode; choose another set")
    if density is None:
        density = _densities().get(f"{set_name} {domain} true density [kg.m-3]")
    if density is None:
        ours = "Carbon" if domain == "negative" else "Cathode"
        raise ValueError(
            f"PyBaMM's set {set_name!r} does not give the density of its {domain} active material, which the "
            f"mass ratio needs: give parameters={{'{ours} electrode true density [kg.m-3]': ...}}"
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
