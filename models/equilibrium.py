"""The equilibrium of sites and pores inside a model: nodes of :mod:`.live` over the carbon's numbers.

The numbers of a node are, in this order: share of the sites, those of the adsorption law, what the pores have
in common (:data:`PORES`), and radius and share of each class.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

import pybamm

from .isotherm import BRACKET, Isotherm, Split
from .laws import Sites, adsorption_law, law_cache
from .live import LiveNode, plain_number, root
from .pore_filling import PoreClasses

PORES: Final = (
    "pore wetting energy [J.m-2]",
    "pore area to volume factor",
    "pore filling cooperativity",
    "pore interaction [V]",
    "pore wetting energy temperature coefficient [J.m-2.K-1]",
)
"""Parameters that all pore classes have in common, without the electrode in front."""


def isotherm_of(law: str, numbers: Sequence[Any]) -> Isotherm:
    """Isotherm of numbers in the order of this module, floats or CasADi symbols; ``law`` as a node's key."""
    if all(isinstance(number, float) for number in numbers):
        return _cached(law, tuple(numbers))
    return _isotherm(law, numbers)


@law_cache(64)
def _cached(law: str, numbers: tuple[float, ...]) -> Isotherm:
    return _isotherm(law, numbers)


def _isotherm(law: str, numbers: Sequence[Any]) -> Isotherm:
    name, _, plain = law.partition(_PLAIN)
    found = adsorption_law(name)
    count = len(found.parameters)
    sites, rest = numbers[1 : 1 + count], numbers[1 + count :]
    if plain:
        sites = json.loads(plain)
    pores, own = rest[: len(PORES)], rest[len(PORES) :]
    shares = own[1::2]
    total = sum(shares)
    return Isotherm(
        found.make(**dict(zip(found.parameters, sites, strict=True))),
        PoreClasses(tuple(own[0::2]), tuple(share / total for share in shares), *pores),
        numbers[0],
    )


_PLAIN: Final = "\t"
"""Between the name of a law that is a table and its numbers, once they are plain and make the table."""


class _OfIsotherm(LiveNode):
    """Node over the numbers of an isotherm; ``key`` is the name of the adsorption law."""

    __slots__ = ()

    @classmethod
    def made(cls, key: str, *children: Any) -> pybamm.Symbol:
        """As the base; the numbers of a law that is a table go into the key where they are plain."""
        name = key.partition(_PLAIN)[0]
        law = adsorption_law(cls.law_of(name))
        own = children[cls.fields :][1 : 1 + len(law.parameters)]
        values = [plain_number(number) for number in own]
        if not law.closed_form and None not in values:
            key = f"{name}{_PLAIN}{json.dumps(values)}"
        return super().made(key, *children)

    @classmethod
    def law_of(cls, key: str) -> str:
        """Name of the law, from a key without numbers."""
        return key

    @classmethod
    def reads_table(cls, key: str) -> bool:
        """Where the key holds the numbers of the law."""
        return _PLAIN in key

    @classmethod
    def why_no_input(cls, key: str) -> str:
        """A law that is a table is made from plain numbers; those of the pores may be inputs beside it."""
        law = cls.law_of(key)
        if _PLAIN in key or adsorption_law(law).closed_form:
            return ""
        return f"the adsorption law {law!r} is a table, made when its numbers are put in; give a number"


class Occupancy(_OfIsotherm):
    """Occupancy of the sites at equilibrium [-], of total stoichiometry [-] and temperature [K]."""

    __slots__ = ()
    fields = 2

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Exact occupancy, in CasADi symbols."""
        x, T, *numbers = arguments
        curve = isotherm_of(key, numbers)
        return root(lambda theta: curve.stoichiometry_at(theta, T), x, *BRACKET)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Table over the stoichiometry."""
        return isotherm_of(key, numbers).equilibrium_occupancy(*arguments)


class AtRest(_OfIsotherm):
    """Occupancy of the sites, or filling of a class, at rest [-], of stoichiometry [-] and temperature [K].

    ``key`` is the number of the class from 1, or 0 for the sites, and the name of the law.
    """

    __slots__ = ()
    fields = 2

    @classmethod
    def made(cls, key: str, *children: Any) -> pybamm.Symbol:
        """As the base; where content and temperature are the same in every place, one node for all places."""
        places = [pybamm.convert_to_symbol(child) for child in children[: cls.fields]]
        same = [_everywhere(place) for place in places]
        if same == places or any(one.domain for one in same):
            return super().made(key, *children)
        return super().made(key, *same, *children[cls.fields :]) * pybamm.ones_like(*places)

    @classmethod
    def law_of(cls, key: str) -> str:
        """Name of the law beside the class."""
        return _class_and_law(key)[1]

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Exact value, in CasADi symbols."""
        k, law = _class_and_law(key)
        x, T, *numbers = arguments
        curve = isotherm_of(law, numbers)
        theta = root(lambda occupancy: curve.stoichiometry_at(occupancy, T), x, *BRACKET)
        return theta if k == 0 else curve.pores.filling(k - 1, curve.adsorption.potential(theta, T), T)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Number, where content and temperature are known."""
        k, law = _class_and_law(key)
        x, T = (plain_number(argument) for argument in arguments)
        if x is None or T is None:
            return None
        split = _split(law, numbers, x, T)
        return float(split.theta) if k == 0 else float(split.phi[k - 1])


@law_cache(64)
def _split(law: str, numbers: tuple[float, ...], x: float, T: float) -> Split:
    """Split at rest, which sites and every class share."""
    return isotherm_of(law, numbers).split(x, T)


def at_rest(law: str, k: int, x: Any, T: Any, numbers: Sequence[Any]) -> pybamm.Symbol:
    """Node of class ``k`` from 1, or of the sites for 0."""
    return AtRest.made(f"{k} {law}", x, T, *numbers)


def _class_and_law(key: str) -> tuple[int, str]:
    k, law = key.split(" ", 1)
    return int(k), law


def _everywhere(symbol: pybamm.Symbol) -> pybamm.Symbol:
    """What is broadcast over places."""
    while isinstance(symbol, pybamm.Broadcast):
        symbol = symbol.orphans[0]
    return symbol


class EntropicChange(_OfIsotherm):
    """``dU_eq/dT`` at fixed content and reference temperature [V/K], of the stoichiometry [-]."""

    __slots__ = ()
    fields = 1

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Central difference of the exact isotherm, in CasADi symbols."""
        x, *numbers = arguments
        return isotherm_of(key, numbers).entropic_change_at(x)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Table over the stoichiometry."""
        return isotherm_of(key, numbers).ocp_entropic_change(*arguments)


class Stoichiometry(_OfIsotherm):
    """Total stoichiometry at equilibrium [-], of potential [V] and temperature [K]."""

    __slots__ = ()
    fields = 2

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Exact stoichiometry, in CasADi symbols."""
        E, T, *numbers = arguments
        curve = isotherm_of(key, numbers)
        theta = root(lambda occupancy: -curve.adsorption.potential(occupancy, T), -E, *BRACKET)
        return curve.stoichiometry_at(theta, T)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Number, where potential and temperature are known too."""
        E, T = (plain_number(argument) for argument in arguments)
        if E is None or T is None:
            return None
        return float(isotherm_of(key, numbers).stoichiometry(E, T))


class Potential(LiveNode):
    """Potential of an adsorption law that is a table [V], of occupancy [-] and temperature [K]."""

    __slots__ = ()
    fields = 2

    @classmethod
    def why_no_input(cls, key: str) -> str:
        """The numbers are those of the law alone."""
        return _OfIsotherm.why_no_input(key)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """The law's own expression."""
        return _law(key, numbers).potential(*arguments)


class PotentialEntropicChange(Potential):
    """Temperature derivative of :class:`Potential` [V/K]."""

    __slots__ = ()

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """The law's own expression."""
        return _law(key, numbers).entropic_change(*arguments)


@law_cache(64)
def _law(key: str, numbers: tuple[float, ...]) -> Sites:
    found = adsorption_law(key)
    return found.make(**dict(zip(found.parameters, numbers, strict=True)))
