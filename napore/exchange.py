"""Cells written as BPX files (Battery Parameter eXchange), and what such a file cannot hold.

A file has numbers, expressions and tables of one variable. Potentials, diffusivities and rate constants are
written as tables whose straight lines are within 0.02 mV, or 1e-4 of the value, of the cell's functions;
what the cell has beside them is told, never left out silently.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pybamm

from .cell_numbers import CellError
from .cells import Cell
from .curve_tables import SHARE, table, written
from .files import write_json
from .full_cells import FullCell
from .models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from .parameters.arguments import typed
from .parameters.bpx_read import RATE, Activated, Curve

Law = Callable[[float, float], float]

VERSION: Final = "1.0.0"
"""Of the format."""

_ENDS: Final = (1e-6, 1.0 - 1e-6)
_POTENTIAL: Final = 2e-5
_ENTROPIC: Final = 1e-7
_SAME: Final = 1e-3
_SALT: Final = (50.0, 3000.0)
_WARM: Final = (283.15, 313.15)


@dataclass(frozen=True)
class Exported:
    """A cell as a BPX file.

    Parameters
    ----------
    content
        Sections of the file.
    lost
        What of the cell the file does not hold, a sentence each.
    """

    content: Mapping[str, Any]
    lost: tuple[str, ...]


@typed(CellError)
def write_bpx(cell: Cell, file: str | Path) -> Exported:
    """Write a cell as a BPX file.

    A full cell has both electrodes. Of a half cell the file has the working electrode, separator and
    electrolyte ("Partial"); a carbon's is the negative one. The true density of an active material, which BPX
    has not, and a rate constant that depends on content go into "User-defined", where
    :func:`napore.full_cell` reads them. Volume and outer surface are those of coatings and separator.

    Parameters
    ----------
    cell
        Full or half cell.
    file
        That is written; ends in ``.json``.

    Returns
    -------
    Exported
        With ``lost``: what the file cannot hold.

    Raises
    ------
    CellError
        For another ending, and for a cell with values that are inputs.

    Examples
    --------
    >>> import tempfile
    >>> from napore import half_cell
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = write_bpx(half_cell("nvp", model="SPM"), Path(folder) / "nvp.json")
    >>> sorted(found.content["Parameterisation"])
    ['Cell', 'Electrolyte', 'Positive electrode', 'Separator', 'User-defined']
    """
    if Path(file).suffix != ".json":
        raise CellError(f"{file} is no name for a BPX file: let it end in .json")
    cell.check()
    found = _Writer(cell).exported()
    write_json(file, found.content)
    return found


class _Writer:
    """A cell on its way into a file."""

    def __init__(self, cell: Cell) -> None:
        self.cell, self.values = cell, cell.parameter_values
        self.lost = ["Double layers, foils, inactive parts, and what heat needs."]
        self.user: dict[str, Any] = {}
        self._symbols: dict[str, pybamm.Symbol] = {}

    def exported(self) -> Exported:
        """Sections, and what they do not hold."""
        cell = self.cell
        if isinstance(cell, FullCell):
            balance = cell.balance
            windows = {"negative": balance.anode_window, "positive": balance.cathode_window}
            electrodes = {"Negative": "negative", "Positive": "positive"}
        else:
            windows = {"positive": (1.0 - _ENDS[1], _ENDS[1])}
            electrodes = {"Negative" if cell.kind == "carbon" else "Positive": "positive"}
            self.lost.append("The sodium foil: a file of the model Partial has the working electrode only.")
        sections: dict[str, Any] = {"Cell": self._cell()}
        for Name, domain in electrodes.items():
            sections[f"{Name} electrode"] = self._electrode(Name, domain, _ordered(windows[domain]))
        sections["Separator"] = self._porous("Separator", "Separator thickness [m]")
        sections["Electrolyte"] = self._electrolyte()
        if cell.carbon_domain is not None:
            self.lost.append(
                "Rates of the pores and of the sites of the carbon: its equilibrium is written as one "
                "potential against content, as with the option sodium storage: single."
            )
        if isinstance(cell, FullCell) and cell.carbon_domain is not None:
            self.lost.append("The first-cycle loss: the stoichiometries of the file are those after it.")
        sections["User-defined"] = self.user
        header = {
            "BPX": VERSION,
            "Title": f"Sodium cell: {cell.source.title}",
            "Description": "Written by napore. Not in this file: " + " ".join(self.lost),
            "Model": "DFN" if isinstance(cell, FullCell) else "Partial",
        }
        state = {
            "Initial conditions": {
                "Initial state-of-charge": 0.0,
                "Initial temperature [K]": cell.number("Initial temperature [K]"),
                "Initial electrolyte concentration [mol.m-3]": cell.number(
                    "Initial concentration in electrolyte [mol.m-3]"
                ),
            },
            "Thermal environment": {"Ambient temperature [K]": cell.number("Ambient temperature [K]")},
        }
        if not isinstance(cell, FullCell):
            del state["Initial conditions"]["Initial state-of-charge"]
        content = {"Header": header, "Parameterisation": sections, "State": state}
        return Exported(content, tuple(self.lost))

    def _cell(self) -> dict[str, Any]:
        cell = self.cell
        low, high = cell.cut_offs
        domains = ("Negative", "Positive") if isinstance(cell, FullCell) else ("Positive",)
        layers = [f"{domain} electrode" for domain in domains] + ["Separator"]
        thickness = sum(cell.number(f"{layer} thickness [m]") for layer in layers)
        return {
            "Electrode area [m2]": cell.area,
            "External surface area [m2]": 2.0 * cell.area,
            "Volume [m3]": thickness * cell.area,
            "Number of electrode pairs connected in parallel to make a cell": 1,
            "Lower voltage cut-off [V]": low,
            "Upper voltage cut-off [V]": high,
            "Nominal cell capacity [A.h]": cell.number("Nominal cell capacity [A.h]"),
            "Reference temperature [K]": REFERENCE_TEMPERATURE,
        }

    def _porous(self, name: str, thickness: str) -> dict[str, float]:
        porosity = self.cell.number(f"{name} porosity")
        bruggeman = self.cell.number(f"{name} Bruggeman coefficient (electrolyte)")
        return {
            "Thickness [m]": self.cell.number(thickness),
            "Porosity": porosity,
            "Transport efficiency": porosity**bruggeman,
        }

    def _electrode(self, Name: str, domain: str, window: tuple[float, float]) -> dict[str, Any]:
        """Section of the electrode that the cell has as ``domain`` and the file as ``Name``."""
        number, Domain = self.cell.number, domain.capitalize()
        electrode = f"{Domain} electrode"
        porous = self._porous(electrode, f"{electrode} thickness [m]")
        solid = number(f"{electrode} active material volume fraction")
        spread = number(f"{electrode} Bruggeman coefficient (electrode)")
        radius = number(f"{Domain} particle radius [m]")
        c_max = number(f"Maximum concentration in {domain} electrode [mol.m-3]")
        OCP = self._potential(f"{electrode} OCP [V]")
        found = {
            **porous,
            # PyBaMM's is that of the solid; BPX has that of the porous electrode
            "Conductivity [S.m-1]": number(f"{electrode} conductivity [S.m-1]")
            * (1.0 - porous["Porosity"]) ** spread,
            "Minimum stoichiometry": window[0],
            "Maximum stoichiometry": window[1],
            "Maximum concentration [mol.m-3]": c_max,
            "Particle radius [m]": radius,
            "Surface area per unit volume [m-1]": 3.0 * solid / radius,
            "OCP [V]": OCP,
            "Entropic change coefficient [V.K-1]": self._entropic(electrode),
            **self._diffusivity(Domain),
            **self._rate(Name, electrode, c_max, window),
        }
        self.user[f"{Name} electrode true density [kg.m-3]"] = number(f"{electrode} true density [kg.m-3]")
        transfer = number(f"{electrode} charge transfer coefficient")
        if transfer != 0.5:
            self.lost.append(
                f"The charge transfer coefficient {transfer:g} of the {electrode.lower()}: it is 1/2."
            )
        return found

    def _potential(self, name: str) -> Any:
        if isinstance(self.values[name], Curve):
            return self.values[name].written
        law = self._law(name, 1)
        x, y = table(
            lambda x: law(x, REFERENCE_TEMPERATURE), _ENDS, self._knots(name, 1), absolute=_POTENTIAL
        )
        return written(x, y)

    def _entropic(self, electrode: str) -> Any:
        name = f"{electrode} OCP entropic change [V.K-1]"
        if isinstance(self.values[name], Curve):
            return self.values[name].written
        law = self._law(name, 1)
        x, y = table(lambda x: law(x, REFERENCE_TEMPERATURE), _ENDS, (), absolute=_ENTROPIC)
        return float(y[0]) if np.ptp(y) < _ENTROPIC else written(x, y)

    def _diffusivity(self, Domain: str) -> dict[str, Any]:
        name = f"{Domain} particle diffusivity [m2.s-1]"
        of = f"the diffusivity in the {Domain.lower()} electrode"
        return self._property("Diffusivity [m2.s-1]", name, self._law(name), _ENDS, self._knots(name, 2), of)

    def _rate(self, Name: str, electrode: str, c_max: float, window: tuple[float, float]) -> dict[str, Any]:
        """Rate constant: one number, and where it depends on content a table beside it."""
        name = f"{electrode} exchange-current density [A.m-2]"
        c_e0 = self.cell.number("Initial concentration in electrolyte [mol.m-3]")

        def rate(x: float, T: float, salt: float = c_e0) -> float:
            shape = FARADAY * (salt / c_e0) ** 0.5 * (x * (1.0 - x)) ** 0.5
            return float(self._evaluated(name, (salt, x * c_max, c_max, T)) / shape)

        key, ends = "Reaction rate constant [mol.m-2.s-1]", (1e-3, 1.0 - 1e-3)
        knots = self._knots(name, 4, 1, c_max)
        found = self._property(key, name, rate, ends, knots, f"the rate of the {electrode.lower()}")
        if not isinstance(found[key], float):
            self.user[f"{Name} electrode {RATE}"] = found[key]
            inside = np.clip(np.linspace(*window, 101), *ends)
            logs = [math.log(rate(x, REFERENCE_TEMPERATURE)) for x in inside.tolist()]
            found[key] = math.exp(sum(logs) / len(logs))
            self.lost.append(
                f"The rate constant of the {Name.lower()} electrode against content: BPX has one number, its "
                "geometric mean. The table is under User-defined, which napore reads and others do not."
            )
        middle = 0.5 * sum(window)
        if (
            abs(rate(middle, REFERENCE_TEMPERATURE, 0.5 * c_e0) / rate(middle, REFERENCE_TEMPERATURE) - 1)
            > _SAME
        ):
            self.lost.append(f"How the rate of {electrode.lower()} depends on salt: BPX has the root.")
        return found

    def _electrolyte(self) -> dict[str, Any]:
        found = {"Cation transference number": self.cell.number("Cation transference number")}
        for name in ("conductivity [S.m-1]", "diffusivity [m2.s-1]"):
            whole = f"Electrolyte {name}"
            key = name[:1].upper() + name[1:]
            of = f"the {whole.partition(' [')[0].lower()}"
            found |= self._property(key, whole, self._law(whole), _SALT, self._knots(whole, 2), of)
        factor = self.values["Thermodynamic factor"]
        if isinstance(factor, int | float):
            self.user["Thermodynamic factor"] = float(factor)
        else:
            self.lost.append("The thermodynamic factor against concentration: BPX has 1.")
        return found

    def _property(
        self, key: str, name: str, law: Law, between: tuple[float, float], knots: Sequence[float], of: str
    ) -> dict[str, Any]:
        """Number or table at the reference temperature, and the barrier that its temperature shows."""
        value, barrier_key = self.values[name], f"{key.partition(' [')[0]} activation energy [J.mol-1]"
        if isinstance(value, Activated) and value.reference == REFERENCE_TEMPERATURE:
            curve = value.curve.written if isinstance(value.curve, Curve) else value.curve
            return {key: curve, barrier_key: value.barrier}
        middle = 0.5 * sum(between)
        logs = [
            math.log(law(x, T) / law(x, REFERENCE_TEMPERATURE))
            / (1.0 / REFERENCE_TEMPERATURE - 1.0 / T)
            * GAS_CONSTANT
            for x in (middle, 0.7 * middle)
            for T in _WARM
        ]
        barrier = sum(logs) / len(logs)
        if max(logs) - min(logs) > 10.0:
            self.lost.append(
                f"How {of} depends on temperature: Arrhenius' law with {barrier:.3g} J/mol is near."
            )
        x, y = table(lambda x: law(x, REFERENCE_TEMPERATURE), between, knots)
        constant = np.ptp(y) < SHARE * float(np.max(np.abs(y)))
        return {
            key: float(y[0]) if constant else written(x, y),
            barrier_key: barrier if abs(barrier) > 1e-6 else 0.0,
        }

    def _law(self, name: str, arguments: int = 2) -> Law:
        return lambda x, T: self._evaluated(name, (x, T)[:arguments])

    def _evaluated(self, name: str, at: tuple[float, ...]) -> float:
        if not callable(self.values[name]):
            return float(self.cell.number(name))
        inputs = {f"bpx {k}": one for k, one in enumerate(at)}
        return float(np.squeeze(self._symbol(name, len(at)).evaluate(inputs=inputs)))

    def _symbol(self, name: str, arguments: int) -> pybamm.Symbol:
        if name not in self._symbols:
            given = [pybamm.InputParameter(f"bpx {k}") for k in range(arguments)]
            self._symbols[name] = self.values.process_symbol(self.values[name](*given))
        return self._symbols[name]

    def _knots(self, name: str, arguments: int, place: int = 0, scale: float = 1.0) -> list[float]:
        """Where the tables that a function reads have corners, over ``scale``."""
        if not callable(self.values[name]):
            return []
        found: list[float] = []
        for node in self._symbol(name, arguments).pre_order():
            if isinstance(node, pybamm.Interpolant) and len(node.children) == 1:
                at = [
                    {f"bpx {k}": scale * x if k == place else 1.0 for k in range(arguments)}
                    for x in (0.25, 0.5)
                ]
                low, high = (float(np.squeeze(node.children[0].evaluate(inputs=one))) for one in at)
                if high != low:
                    found += (0.25 + 0.25 * (np.asarray(node.x[0]) - low) / (high - low)).tolist()
        return found


def _ordered(window: tuple[float, float]) -> tuple[float, float]:
    return min(window), max(window)
