"""Full cells: a carbon, a cathode and the sodium between them as PyBaMM parameters."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm

from napore.models.constants import FARADAY
from napore.models.equilibrium import isotherm_of
from napore.models.insertion import TwoPhasePotential
from napore.models.isotherm import BRACKET
from napore.models.laws import DEFAULT_ADSORPTION, law_cache
from napore.models.live import LiveNode, NumberError
from napore.models.parameters import CarbonParameters

from . import functions
from .balance import Balance, Side, balances
from .carbon import carbon_parameters
from .cathode import cathode_parameters, two_phase_numbers, with_own_potential
from .coating import disc
from .hosts import GENERIC, HostElectrode, host_electrode
from .numbers import evaluated
from .optional import CYCLED, LEFT, PLATING

_THICKNESS: Final = "Carbon electrode thickness [m]"
_LOADING: Final = "Carbon electrode areal loading [kg.m-2]"


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
                *(P(name.replace("Carbon", "Negative", 1)) for name in (CYCLED, LEFT)),
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
        (found,) = self.balances(np.asarray(numbers, dtype=float)[:, None])
        if isinstance(found, ValueError):
            raise found
        return found

    def balances(self, numbers: npt.NDArray[np.float64]) -> list[Balance | ValueError]:
        """Balances of many cells, whose numbers are columns, or why a cell has none.

        Cells are balanced at once whose electrodes have the same equilibrium.
        """
        laws = np.vstack([numbers[2], numbers[8:]])
        groups: dict[bytes, list[int]] = {}
        for k in range(numbers.shape[1]):
            groups.setdefault(np.ascontiguousarray(laws[:, k]).tobytes(), []).append(k)
        found: dict[int, Balance | ValueError] = {}
        for members in groups.values():
            for k, one in zip(members, self._balances(numbers[:, members]), strict=True):
                found[k] = one
        return [found[k] for k in range(numbers.shape[1])]

    def _balances(self, numbers: npt.NDArray[np.float64]) -> list[Balance | ValueError]:
        """Balances of cells whose electrodes have the same equilibrium."""
        low, high, _, m_a, m_c, Q_a, Q_c, presodiation = numbers[:8]
        T, *rest = (float(x) for x in (numbers[2, 0], *numbers[8:, 0]))
        loss = left = 0.0
        if self.anode is None:
            classes = len(CarbonParameters("negative", self.classes, law=self.law).isotherm_numbers)
            efficiency, reversible, before, left, *rest = rest
            measured = reversible * (1.0 / efficiency - 1.0)
            if left > measured:
                error = ValueError(
                    f"{LEFT!r} is {left:g} mAh/g, more than all that the first cycle takes, {measured:.4g}: "
                    "it is a part of that"
                )
                return [error] * numbers.shape[1]
            loss = (1.0 - before) * measured
            negative = _carbon_side(self.law, rest[:classes], T, m_a, Q_a)
            rest = rest[classes:]
        else:
            negative = self.anode.side(m_a, Q_a)
        if self.cathode is None:
            entropic, reference, *plateau = rest
            law, warming = TwoPhasePotential(*plateau), entropic * (T - reference)
            positive = Side("the cathode", m_c, Q_c, lambda y: law.potential(y) + warming)
        else:
            positive = self.cathode.side(m_c, Q_c)
        return balances(
            negative,
            positive,
            (low, high),
            loss=loss,
            presodiation=presodiation,
            left=left,
            inventory=self._inventory(m_a, m_c, presodiation),
            count=numbers.shape[1],
        )

    def _inventory(self, m_a: Any, m_c: Any, presodiation: Any) -> Any:
        """Sodium that a PyBaMM set puts into its two electrodes [A.h/m2]; None for another pair."""
        anode, cathode = self.anode, self.cathode
        if anode is None or cathode is None or anode.set_name != cathode.set_name:
            return None
        own = anode.content * m_a / anode.loading + cathode.content * m_c / cathode.loading
        return own + m_a * presodiation


def _carbon_side(law: str, numbers: Sequence[float], T: float, loading: Any, capacity: Any) -> Side:
    """Carbon in a balance; its equilibrium is explicit along the occupancy of the sites."""
    curve = isotherm_of(law, numbers)

    def path(theta: Any) -> tuple[Any, Any]:
        return curve.stoichiometry_at(theta, T), curve.adsorption.potential(theta, T)

    return Side("the carbon", loading, capacity, lambda x: curve.potential(x, T), path, BRACKET)


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
        """Number of the balance.

        Raises
        ------
        NumberError
            As :meth:`Pair.balance`.
        """
        domain, pair = key.split(" ", 1)
        try:
            found = _balance(pair, numbers)
        except ValueError as error:
            raise NumberError(str(error)) from error
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
    whole = {**PLATING, **numbers}
    values: dict[str, Any] = {n: v for n, v in whole.items() if not n.startswith(("Carbon", "Cathode"))}
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
