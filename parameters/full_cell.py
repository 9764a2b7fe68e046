"""Full cells: a carbon, a cathode and the sodium between them as PyBaMM parameters."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pybamm

from napore.models.constants import FARADAY
from napore.models.equilibrium import isotherm_of
from napore.models.insertion import TwoPhasePotential
from napore.models.laws import DEFAULT_ADSORPTION, law_cache
from napore.models.live import LiveNode
from napore.models.parameters import CarbonParameters

from . import functions
from .balance import Balance, Side, balance
from .carbon import carbon_parameters
from .cathode import cathode_parameters, two_phase_numbers, with_own_potential
from .coating import disc
from .hosts import GENERIC, HostElectrode, host_electrode
from .numbers import evaluated
from .provenance import Entry

__all__ = ["Pair", "Start", "balance_of", "full_cell_values", "merged_entries"]

_THICKNESS: Final = "Carbon electrode thickness [m]"
_LOADING: Final = "Carbon electrode areal loading [kg.m-2]"

_OF_THE_FOIL = ("Negative electrode", "Sodium metal")
_OF_THE_COLLECTOR = ("Positive current collector", "Positive tab")


def merged_entries(
    carbon: Mapping[str, Entry], cathode: Mapping[str, Entry], both: Mapping[str, Entry]
) -> dict[str, Entry]:
    """Entries of a full cell from those of a carbon's half cell, of a cathode and of what they need.

    The sodium foil goes; the carbon's current collector becomes the negative one.
    """
    found: dict[str, Entry] = {}
    for name, entry in carbon.items():
        if name.startswith(_OF_THE_FOIL):
            continue
        if name.startswith(_OF_THE_COLLECTOR):
            own = name.replace("Positive", "Negative", 1)
            found[own] = replace(entry, name=own)
        found[name] = entry
    return found | dict(cathode) | dict(both)


@dataclass(frozen=True)
class Pair:
    """Two electrodes that share an inventory of sodium.

    Parameters
    ----------
    classes
        Number of pore classes of the carbon.
    law
        Name of its adsorption law.
    anode, cathode
        Electrode of a PyBaMM set in the place of the carbon or of the cathode.
    """

    classes: int
    law: str = DEFAULT_ADSORPTION
    anode: HostElectrode | None = None
    cathode: HostElectrode | None = None

    @property
    def key(self) -> str:
        """What the pair is of, as text."""
        hosts = [None if h is None else [h.set_name, h.density] for h in (self.anode, self.cathode)]
        return json.dumps([self.classes, self.law, *hosts])

    @classmethod
    def of(cls, key: str) -> "Pair":
        """Pair of a text."""
        classes, law, *hosts = json.loads(key)
        made = [
            None if host is None else host_electrode(host[0], domain, host[1])
            for domain, host in zip(("negative", "positive"), hosts, strict=True)
        ]
        return cls(classes, law, *made)

    @property
    def symbols(self) -> list[pybamm.Symbol]:
        """Every number that the balance depends on, as expressions of parameters."""
        P = pybamm.Parameter
        capacities = [
            P(f"Maximum concentration in {domain} electrode [mol.m-3]")
            * P(f"{domain.capitalize()} electrode active material volume fraction")
            * P(f"{domain.capitalize()} electrode thickness [m]")
            * (FARADAY / 3600.0)
            for domain in ("negative", "positive")
        ]
        found = [
            P("Lower voltage cut-off [V]"),
            P("Upper voltage cut-off [V]"),
            P("Initial temperature [K]"),
            P("Negative electrode areal loading [kg.m-2]"),
            P("Positive electrode areal loading [kg.m-2]"),
            *capacities,
            P("Negative electrode presodiation [mA.h.g-1]"),
        ]
        if self.anode is None:
            found += [
                P("Negative electrode initial coulombic efficiency"),
                P("Negative electrode reversible capacity [mA.h.g-1]"),
                *CarbonParameters("negative", self.classes, law=self.law).isotherm_numbers,
            ]
        if self.cathode is None:
            found += [
                P("Positive electrode OCP entropic change [V.K-1]"),
                P("Reference temperature [K]"),
                *two_phase_numbers(),
            ]
        return found

    def balance(self, numbers: Sequence[float]) -> Balance:
        """Balance of numbers in the order of :attr:`symbols`.

        At the initial temperature, but for the electrodes of hosts, which have their reference. A host's
        anode without numbers of its own loses nothing on formation; a pair of one PyBaMM set has the
        sodium that the set puts into it.

        Raises
        ------
        ValueError
            For an inventory or a window that the electrodes cannot have.
        """
        low, high, T, *rest = numbers
        loadings, capacities, presodiation, rest = rest[:2], rest[2:4], rest[4], rest[5:]
        loss = 0.0
        if self.anode is None:
            classes = len(CarbonParameters("negative", self.classes, law=self.law).isotherm_numbers)
            efficiency, reversible, *rest = rest
            loss = reversible * (1.0 / efficiency - 1.0)
            curve = isotherm_of(self.law, rest[:classes])
            rest = rest[classes:]
            negative = Side("the carbon", loadings[0], capacities[0], lambda x: float(curve.potential(x, T)))
        else:
            negative = self.anode.side(loadings[0], capacities[0])
        if self.cathode is None:
            entropic, reference, *plateau = rest
            law, warming = TwoPhasePotential(*plateau), entropic * (T - reference)
            positive = Side(
                "the cathode", loadings[1], capacities[1], lambda y: float(law.potential(y)) + warming
            )
        else:
            positive = self.cathode.side(loadings[1], capacities[1])
        return balance(
            negative,
            positive,
            (low, high),
            loss=loss,
            presodiation=presodiation,
            inventory=self._inventory(loadings, presodiation),
        )

    def _inventory(self, loadings: Sequence[float], presodiation: float) -> float | None:
        """Sodium that a PyBaMM set puts into its two electrodes [A.h/m2]; None for another pair."""
        anode, cathode = self.anode, self.cathode
        if anode is None or cathode is None or anode.set_name != cathode.set_name:
            return None
        own = anode.content * loadings[0] / anode.loading + cathode.content * loadings[1] / cathode.loading
        return own + loadings[0] * presodiation


class Start(LiveNode):
    """Stoichiometry of an electrode of a full cell at rest at the lower cut-off [-], from the balance.

    ``key`` is ``"negative"`` or ``"positive"`` and the pair; its numbers are :attr:`Pair.symbols`.
    """

    __slots__ = ()
    fields = 0

    @classmethod
    def why_no_input(cls, key: str) -> str:
        """The balance is solved when the numbers are put in."""
        return (
            "the balance of a full cell is solved when the numbers are put in; give a number, or give "
            "'Initial concentration in negative electrode [mol.m-3]' and '... positive ...' as inputs too"
        )

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Number of the balance."""
        domain, pair = key.split(" ", 1)
        found = _balance(pair, numbers)
        return (found.anode_window if domain == "negative" else found.cathode_window)[0]


@law_cache(256)
def _balance(key: str, numbers: tuple[float, ...]) -> Balance:
    return Pair.of(key).balance(numbers)


def balance_of(values: pybamm.ParameterValues, pair: Pair) -> Balance:
    """Balance of a full cell from its parameter values.

    Raises
    ------
    ValueError
        As :meth:`Pair.balance`, and for an input among its numbers.
    """
    return _balance(pair.key, tuple(evaluated(values, symbol) for symbol in pair.symbols))


def full_cell_values(numbers: Mapping[str, Any], pair: Pair) -> dict[str, Any]:
    """PyBaMM parameter values of a full cell from the numbers of its files (SI, by name).

    The start is the formed, discharged cell at equilibrium at the lower cut-off. The carbon's loading is
    the mass ratio times the cathode's; its thickness that of its file ("Carbon electrode thickness [m]" at
    "Carbon electrode areal loading [kg.m-2]"), scaled with the loading at constant porosity.

    Parameters
    ----------
    numbers
        Values by name.
    pair
        Which electrodes.
    """
    P = pybamm.Parameter
    loading = P("Mass ratio of carbon to cathode") * P("Positive electrode areal loading [kg.m-2]")
    values: dict[str, Any] = {n: v for n, v in numbers.items() if not n.startswith(("Carbon", "Cathode"))}
    own_anode = carbon_parameters(numbers, "negative", pair.classes, pair.law)
    own_anode |= {
        "Negative electrode areal loading [kg.m-2]": loading,
        "Negative electrode thickness [m]": P(_THICKNESS)
        * P("Negative electrode areal loading [kg.m-2]")
        / P(_LOADING),
    }
    if pair.anode is None:
        values |= own_anode | {name: numbers[name] for name in (_THICKNESS, _LOADING)}
    else:
        values |= _lent(own_anode, pair.anode.at_loading(loading), "Negative")
        values["Negative electrode presodiation [mA.h.g-1]"] = numbers[
            "Carbon electrode presodiation [mA.h.g-1]"
        ]
    if pair.cathode is None:
        values |= cathode_parameters(numbers)
        current: Any = P("Positive electrode current of 1 C [A.kg-1]")
    else:
        held = numbers["Cathode electrode areal loading [kg.m-2]"]
        values |= _lent(_lent_cathode(numbers), pair.cathode.at_loading(held), "Positive")
        current = pair.cathode.current_of_1C
    values |= {
        "chemistry": "sodium_ion",
        **disc(current * P("Positive electrode areal loading [kg.m-2]")),
        # the cell starts discharged, so that a current without an experiment charges it
        "Current function [A]": -P("Nominal cell capacity [A.h]"),
        "Electrolyte conductivity [S.m-1]": functions.electrolyte_conductivity,
        "Electrolyte diffusivity [m2.s-1]": functions.electrolyte_diffusivity,
        "Exchange-current density for plating [A.m-2]": functions.plating_exchange_current_density,
        "Exchange-current density for stripping [A.m-2]": functions.stripping_exchange_current_density,
        "Dead lithium decay rate [s-1]": functions.dead_metal_decay_rate,
        **{
            f"{side} tab {name}": value
            for side in ("Negative", "Positive")
            for name, value in (
                ("width [m]", 1e-3),
                ("centre y-coordinate [m]", 0.0),
                ("centre z-coordinate [m]", 0.0),
            )
        },
    }
    for domain in ("negative", "positive"):
        start: Any = Start.made(f"{domain} {pair.key}", *pair.symbols)
        if pair.cathode is None:
            start = with_own_potential(start)
        c_max = P(f"Maximum concentration in {domain} electrode [mol.m-3]")
        values[f"Initial concentration in {domain} electrode [mol.m-3]"] = start * c_max
    return values


def _lent_cathode(numbers: Mapping[str, Any]) -> dict[str, Any]:
    return {n.replace("Cathode", "Positive", 1): v for n, v in numbers.items() if n.startswith("Cathode")}


def _lent(own: Mapping[str, Any], host: Mapping[str, Any], side: str) -> dict[str, Any]:
    """Parameters of a host's electrode, with ours for what every cell needs and its set lacks."""
    begins = tuple(f"{side} {name}" for name in GENERIC)
    return {n: v for n, v in own.items() if n.startswith(begins)} | dict(host)
