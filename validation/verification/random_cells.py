"""Random cells: set, model, laws, options, numbers, temperature and protocol, all from one seed.

What is drawn is documented and meant to work; an unlucky pair of numbers may still be no cell (pores that
do not fit into the coating, sodium that the electrodes cannot hold) and is refused in a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from napore.cells import Cell
from napore.full_cell_electrodes import FORMATIONS, FormationName
from napore.full_cells import load_cell
from napore.models.foil import FILM
from napore.models.laws import FILLING_NUMBERS, THREE_KINDS
from napore.parameters.catalogue import AGEING, CATALOGUE, ELECTROLYTES
from napore.parameters.law_numbers import with_law
from napore.parameters.optional import PHASES
from napore.parameters.schema import dead_reason
from napore.parameters.sets import load_set

from .random_protocols import draw_protocol

SETS: Final = tuple(CATALOGUE)
"""Sets that are drawn: all that are shipped. With one more every seed draws another cell."""

MODELS: Final = (("SPM", 0.4), ("SPMe", 0.3), ("DFN", 0.3))
ADSORPTION: Final = (
    (THREE_KINDS, 0.46),
    ("mean field", 0.18),
    ("Bragg-Williams", 0.18),
    ("site energy distribution", 0.18),
)
FILLING: Final = ("relaxation", "sinh", "exchange", "emptying")
"""Laws of the carbon that are drawn."""

SEI: Final = (
    "constant",
    "reaction limited",
    "solvent-diffusion limited",
    "electron-migration limited",
    "interstitial-diffusion limited",
    "ec reaction limited",
)
PLATING: Final = ("irreversible", "reversible", "partially reversible")
LOSS: Final = ("reaction-driven", "current-driven")
OF_EVERY_CELL: Final = (
    "Electrolyte reference conductivity [S.m-1]",
    "Electrolyte reference diffusivity [m2.s-1]",
    "Separator thickness [m]",
    "Initial concentration in electrolyte [mol.m-3]",
)
OF_A_CARBON: Final = (
    "Carbon particle radius [m]",
    "Carbon particle reference diffusivity [m2.s-1]",
    "Carbon electrode reference exchange-current density [A.m-2]",
    "Carbon electrode pore median filling rate [s-1]",
    "Carbon electrode pore median radius [m]",
    "Carbon electrode pore filling cooperativity",
)
FRACTION: Final = "Carbon electrode adsorption capacity fraction"
OF_THREE_KINDS: Final = (
    "Carbon electrode mobile site tail share",
    "Carbon electrode strong site lowest potential [V]",
    "Carbon electrode strong site potential width [V]",
    "Carbon electrode strong site potential shape",
    "Carbon electrode strong site median exchange rate [s-1]",
    "Carbon electrode large pore share",
    "Carbon electrode large pore median radius [m]",
)
OF_PLATING: Final = (
    "Lithium plating kinetic rate constant [m.s-1]",
    "Sodium plating nucleation share",
    "Dead lithium decay constant [s-1]",
)
OF_A_CATHODE: Final = (
    "Cathode particle radius [m]",
    "Cathode particle reference diffusivity [m2.s-1]",
    "Cathode electrode reference exchange-current density [A.m-2]",
    "Cathode electrode plateau slope [V]",
)
"""Numbers that are multiplied by a factor from 1/2 to 2."""

BETWEEN: Final = (
    ("Carbon electrode mobile site potential [V]", 0.1, 0.22),
    ("Carbon electrode strong site exchange rate standard deviation [decades]", 0.0, 4.0),
    ("Carbon electrode strong site share", 0.3, 0.9),
    ("Carbon electrode strong site exchange symmetry", 0.0, 0.5),
    ("Carbon electrode barrier share of the rate spread", 0.0, 1.0),
)
"""Numbers of the law "three kinds" that are drawn between two values."""

TEMPERATURES: Final = (253.15, 323.15)
"""Lowest and highest temperature [K]."""


@dataclass(frozen=True)
class Case:
    """One random cell and what is done to it; plain words and numbers that JSON holds.

    Parameters
    ----------
    seed
        Of the draw; it alone decides everything below.
    name, model
        Set and model.
    options
        Options of the model; of a full cell as pairs where only one electrode is meant.
    ageing
        Name of the ageing of the carbon, or None.
    parameters
        Numbers that replace those of the set, SI.
    protocol
        Name of the experiment, one of :data:`.random_protocols.PROTOCOLS`.
    conditions
        Its arguments.
    electrolyte, formation
        As for :func:`napore.load_cell`.
    """

    seed: int
    name: str
    model: str
    options: dict[str, Any]
    ageing: str | None
    parameters: dict[str, float]
    protocol: str
    conditions: dict[str, Any]
    electrolyte: str | None = None
    formation: FormationName = "stated"

    def cell(self) -> Cell:
        """Make the cell.

        Raises
        ------
        CellError, pybamm.OptionError
            For what no cell can have.
        """
        return load_cell(
            self.name,
            self.model,
            self.options,
            self.parameters,
            self.ageing,
            self.formation,
            self.electrolyte,
        )


def draw(seed: int) -> Case:
    """Case of a seed."""
    chance = np.random.default_rng(seed)
    name = str(chance.choice(SETS))
    source = load_set(name)
    kind = source.kind
    model = _weighted(chance, MODELS)
    options: dict[str, Any] = {}
    parameters: dict[str, float] = {}
    ageing = None
    if kind != "cathode":
        law = _weighted(chance, ADSORPTION)
        source = with_law(source, law)
        options, ageing = _carbon_options(chance, kind, law, parameters)
    _cell_options(chance, kind, options, parameters)
    if kind != "carbon":
        _cathode_options(chance, kind, options, parameters)
    parameters |= _parameters(chance, kind, source.numbers, options)
    parameters["Ambient temperature [K]"] = _number(chance.uniform(*TEMPERATURES))
    if options.get("thermal") == "lumped":
        parameters["Initial temperature [K]"] = parameters["Ambient temperature [K]"]
    parameters = _acting(parameters, kind, model, options)
    electrolyte = str(chance.choice(list(ELECTROLYTES))) if chance.random() < 0.25 else None
    formation = FORMATIONS[int(kind == "full" and chance.random() < 0.3)]
    protocol, conditions = draw_protocol(chance, kind, _cut_offs(source.numbers))
    return Case(seed, name, model, options, ageing, parameters, protocol, conditions, electrolyte, formation)


def _parameters(
    chance: Any, kind: str, numbers: dict[str, float], options: dict[str, Any]
) -> dict[str, float]:
    """A few numbers by a factor; loading and thickness together, so that the porosity stays."""
    law = OF_THREE_KINDS if options.get("adsorption law") == THREE_KINDS else ()
    carbon = (*OF_A_CARBON, *law, *(OF_PLATING if "lithium plating" in options else ()))
    foil = "Sodium metal reference exchange-current density [A.m-2]"
    own = {
        "carbon": (*carbon, foil),
        "cathode": (*OF_A_CATHODE, foil),
        "full": (*carbon, *OF_A_CATHODE),
    }[kind]
    names = [name for name in (*OF_EVERY_CELL, *own) if numbers.get(name)]
    chosen = chance.choice(names, int(chance.integers(2, 7)), replace=False)
    found = {str(name): _number(numbers[str(name)] * _factor(chance)) for name in chosen}
    side = "Carbon" if kind == "carbon" else "Cathode"
    if chance.random() < 0.5:
        wider = _factor(chance)
        for name in (f"{side} electrode areal loading [kg.m-2]", f"{side} electrode thickness [m]"):
            found[name] = _number(numbers[name] * wider)
    if kind != "cathode" and chance.random() < 0.3:
        found["Carbon electrode pore filling rate spread [decades]"] = _number(chance.uniform(-8.0, 8.0))
    if kind != "cathode":
        between = ((FRACTION, 0.08, 0.95), *(BETWEEN if law else ()))
        for name, low, high in between:
            if chance.random() < 0.2:
                found[name] = _number(chance.uniform(low, high))
    if kind == "full":
        found["Mass ratio of carbon to cathode"] = _number(chance.uniform(0.2, 0.8))
        if chance.random() < 0.3:
            found["Carbon electrode presodiation [mA.h.g-1]"] = _number(chance.uniform(0.0, 40.0))
    return found


def _acting(parameters: dict[str, float], kind: str, model: str, options: dict[str, Any]) -> dict[str, float]:
    """Numbers that something in the model reads, as the schema says: a cell refuses the others.

    Chosen from what was drawn, so that a seed draws the same for the rest.
    """
    chosen = {"sodium storage": "single" if kind == "cathode" else "kinetic", **options}
    return {name: value for name, value in parameters.items() if not dead_reason(name, chosen, model, kind)}


def _carbon_options(
    chance: Any, kind: str, law: str, parameters: dict[str, float]
) -> tuple[dict[str, Any], str | None]:
    """Storage, laws, classes, sizes and ageing of the carbon."""

    def own(value: str, off: str = "none") -> Any:
        # a half cell's foil is PyBaMM's negative electrode
        return (value, off) if kind == "full" else (off, value)

    def chosen(values: Sequence[str]) -> str:
        return str(chance.choice(list(values)))

    options: dict[str, Any] = {"adsorption law": law}
    storage = _weighted(chance, (("kinetic", 0.8), ("equilibrium", 0.15), ("single", 0.05)))
    if storage == "single" and kind == "full":
        storage = "kinetic"
    kinetic = storage == "kinetic"
    if kinetic:
        options["pore filling"] = chosen(FILLING)
        for number in FILLING_NUMBERS.get(options["pore filling"], ()):
            parameters[f"Carbon electrode {number}"] = _number(chance.uniform(0.0, 0.5))
    else:
        options["sodium storage"] = storage
    if chance.random() < 0.25:
        options["pore classes"] = str(chance.integers(1, 7))
    if storage != "single" and chance.random() < 0.12:
        options["pore interaction"] = "mean field"
        parameters["Carbon electrode pore interaction [V]"] = _number(chance.uniform(-0.005, 0.005))
    if kinetic and chance.random() < 0.15:
        options["particle size"] = ("distribution", "single") if kind == "full" else "distribution"
    # for checks: 8,600 states with ten sizes, a minute before the first step
    if kinetic and law == THREE_KINDS and "particle size" not in options and chance.random() < 0.2:
        options["strong sites"] = own("local", "averaged")
    if storage == "single" or chance.random() < 0.5:
        return options, None
    if kinetic and chance.random() < 0.4:
        return options, chosen(list(AGEING))
    if chance.random() < 0.6:
        options["SEI"] = own(chosen(SEI))
        if chance.random() < 0.5:
            options["SEI film resistance"] = "distributed"
    if chance.random() < 0.4:
        options["lithium plating"] = own(chosen(PLATING))
    if chance.random() < 0.25:
        options["loss of active material"] = own(chosen(LOSS))
    if kinetic and chance.random() < 0.25:
        options["sodium trapping"] = own("true", "false")
    return options, None


def _cell_options(chance: Any, kind: str, options: dict[str, Any], parameters: dict[str, float]) -> None:
    """Heat, surface form, contact resistance, and the film on a foil."""
    if chance.random() < 0.25:
        options["thermal"] = "lumped"
    one_size = "particle size" not in options
    if one_size and options.get("sodium storage") != "equilibrium" and chance.random() < 0.1:
        options |= {"calculate heat source for isothermal models": "true", "heat of mixing": "true"}
    if chance.random() < 0.2:
        options["surface form"] = str(chance.choice(["algebraic", "differential"]))
    if chance.random() < 0.15:
        options["contact resistance"] = "true"
        parameters["Contact resistance [Ohm]"] = _number(chance.uniform(0.0, 20.0))
    if kind != "full" and chance.random() < 0.2:
        options["foil film"] = "true"
        parameters[FILM] = _number(chance.uniform(0.0, 2e-3))


def _cathode_options(chance: Any, kind: str, options: dict[str, Any], parameters: dict[str, float]) -> None:
    """The cathode's hysteresis, or its phases, where heat and sizes allow them."""
    apart = not options.keys() & {"thermal", "heat of mixing", "particle size"}
    if apart and chance.random() < 0.25:
        options["sodium storage"] = "phases" if kind == "cathode" else (_storage(options), "phases")
        if chance.random() < 0.5:
            options["phase classes"] = str(chance.integers(1, 7))
        for name, value in PHASES.items():
            if value and chance.random() < 0.5:
                parameters[name] = _number(value * _factor(chance))
    elif chance.random() < 0.25:
        options["open-circuit potential"] = ("single", "one-state hysteresis")


def _storage(options: dict[str, Any]) -> str:
    return str(options.get("sodium storage", "kinetic"))


def _cut_offs(numbers: dict[str, float]) -> tuple[float, float]:
    return numbers["Lower voltage cut-off [V]"], numbers["Upper voltage cut-off [V]"]


def _weighted(chance: Any, choices: Sequence[tuple[str, float]]) -> str:
    names, weights = zip(*choices, strict=True)
    return str(chance.choice(list(names), p=list(weights)))


def _factor(chance: Any) -> float:
    return float(2.0 ** chance.uniform(-1.0, 1.0))


def _number(value: Any) -> float:
    """Four digits: a case can be typed again from the table."""
    return float(f"{float(value):.4g}")
