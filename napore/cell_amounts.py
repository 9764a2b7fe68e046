"""Masses, volumes, currents and other amounts of a cell, from its present numbers."""

import pybamm

from .cell_numbers import CellError
from .parameters import schema
from .parameters.numbers import number
from .parameters.provenance import nearest


class CellAmounts:
    """What :class:`napore.cells.Cell` knows from its parameter values."""

    name: str
    kind: str
    parameter_values: pybamm.ParameterValues

    @property
    def anode_domain(self) -> str:
        """Electrode of the anode: ``"positive"`` in a carbon's half cell, ``"negative"`` in a full cell."""
        if self.kind == "cathode":
            raise CellError(f"{self.name} is the half cell of a cathode: it has no anode but sodium")
        return "positive" if self.kind == "carbon" else "negative"

    @property
    def active_mass(self) -> float:
        """Mass that capacities are per [kg]: the carbon in its half cell, else the cathode."""
        return self.carbon_mass if self.kind == "carbon" else self.cathode_mass

    @property
    def carbon_mass(self) -> float:
        """Mass of active carbon, or of another anode that stands in for it [kg]."""
        return self._mass(self.anode_domain)

    @property
    def cathode_mass(self) -> float:
        """Mass of the cathode's active material [kg]."""
        if self.kind == "carbon":
            raise CellError(f"{self.name} is the half cell of a carbon: it has no cathode")
        return self._mass("positive")

    @property
    def carbon_volume(self) -> float:
        """Volume of active carbon [m3]."""
        return self._volume(self.anode_domain)

    @property
    def site_capacity(self) -> float:
        """Capacity of all sites of the electrode that capacities are per [A.h]."""
        c_max = self.number("Maximum concentration in positive electrode [mol.m-3]")
        return c_max * self._volume("positive") * float(pybamm.constants.F.value) / 3600.0

    def _mass(self, domain: str) -> float:
        return self.number(f"{domain.capitalize()} electrode areal loading [kg.m-2]") * self.area

    def _volume(self, domain: str) -> float:
        Domain = domain.capitalize()
        share = self.number(f"{Domain} electrode active material volume fraction")
        return share * self.number(f"{Domain} electrode thickness [m]") * self.area

    @property
    def area(self) -> float:
        """Area of the electrodes [m2]."""
        return self.number("Electrode height [m]") * self.number("Electrode width [m]")

    @property
    def one_C_current(self) -> float:
        """Current of 1 C [A]: 300 mA per gram of carbon in its half cell, else 117.6 per gram of NVP."""
        return self.number("Nominal cell capacity [A.h]")

    @property
    def cut_offs(self) -> tuple[float, float]:
        """Lower and upper voltage cut-off [V]."""
        return self.number("Lower voltage cut-off [V]"), self.number("Upper voltage cut-off [V]")

    def number(self, name: str) -> float:
        """Number of PyBaMM's name ``name``, plain or derived, as the model sees it.

        Raises
        ------
        CellError
            For a name that the cell has not.
        """
        if not isinstance(name, str) or name not in self.parameter_values:
            raise CellError(
                f"unknown parameter {schema.shown(name)}{nearest(str(name), self.parameter_values)}"
            )
        return number(self.parameter_values, name)
