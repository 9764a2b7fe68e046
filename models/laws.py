"""Registry of laws by name: adsorption laws and filling laws, and how to add one of your own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast

from .adsorption import BraggWilliams, MeanFieldSites, SiteEnergyDistribution
from .pore_filling import emptying_rate, exchange_rate, relaxation_rate, sinh_rate
from .three_kinds import SlopingThreeKinds, ThreeKinds

P = ParamSpec("P")
R = TypeVar("R")


RELAXATION: Final = "relaxation"
"""Law of pore filling of an adsorption law that brings no other."""


class Sites(Protocol):
    """What an adsorption law is: potential against occupancy, in floats, arrays, CasADi or PyBaMM symbols.

    Strictly decreasing in the occupancy, finite a little beyond 0 and 1 (-0.01 to 1.2), and above the
    upper cut-off at an occupancy of zero.
    """

    def potential(self, theta: Any, T: Any) -> Any:
        """Potential [V vs Na+/Na] at occupancy ``theta`` [-] and temperature ``T`` [K]."""

    def entropic_change(self, theta: Any, T: Any) -> Any:
        """Its temperature derivative [V/K]."""


@dataclass(frozen=True)
class AdsorptionLaw:
    """An adsorption law by name.

    Parameters
    ----------
    name
        Value of the option "adsorption law".
    make
        Makes the law from its numbers, given by field.
    parameters
        Name of each field's parameter, without the electrode in front ("adsorption spread [V]").
    closed_form
        Whether the potential is an expression of its numbers. One that is a table is made when the numbers
        are known, so that none of them can be an input.
    beside
        Further numbers of a set with this law, which its potential does not read: rates of strongly bound
        sites, and a second population of pores.
    filling
        Law of pore filling that comes with it: the option "pore filling" where it is not given.
    """

    name: str
    make: Callable[..., Sites]
    parameters: Mapping[str, str]
    closed_form: bool = True
    beside: tuple[str, ...] = ()
    filling: str = RELAXATION

    @property
    def has_strong_sites(self) -> bool:
        """Whether sodium is bound strongly beside the mobile sites (:mod:`.strong_sites`)."""
        return "strong_share" in self.parameters


DEFAULT_ADSORPTION: Final = "mean field"
"""Law of a parameter file that names none; the shipped carbons have :data:`THREE_KINDS`."""

ADSORPTION_LAWS: Final[dict[str, AdsorptionLaw]] = {}
"""Adsorption laws by the value of the option "adsorption law"."""

FILLING_LAWS: Final[dict[str, Callable[..., Any]]] = {
    RELAXATION: relaxation_rate,
    "sinh": sinh_rate,
    "exchange": exchange_rate,
    "emptying": emptying_rate,
}
"""Rates by the option "pore filling": ``law(rate, phi, equilibrium, affinity, *numbers)``."""

FILLING_NUMBERS: Final[dict[str, tuple[str, ...]]] = {
    "exchange": ("pore exchange symmetry",),
    "emptying": ("pore emptying asymmetry",),
}
"""Numbers of a filling law, by the names of their parameters without the electrode in front."""


_FORGET: Final[list[Callable[[], None]]] = []


def law_cache(maxsize: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep results that depend on a law by its name, until that law is registered anew."""

    def decorated(function: Callable[P, R]) -> Callable[P, R]:
        kept = lru_cache(maxsize)(function)
        _FORGET.append(kept.cache_clear)
        return cast(Callable[P, R], kept)

    return decorated


def _is_same(one: Any, other: Any) -> bool:
    """Whether two classes or functions are one, or the same name of a module that was run again."""
    names = [(getattr(law, "__module__", ""), getattr(law, "__qualname__", "")) for law in (one, other)]
    return one is other or (names[0] == names[1] and names[0][1] not in ("", "<lambda>"))


def register_adsorption_law(
    name: str,
    make: Callable[..., Sites],
    parameters: Mapping[str, str],
    *,
    closed_form: bool = True,
    beside: tuple[str, ...] = (),
    filling: str = RELAXATION,
) -> None:
    """Make an adsorption law known under a name.

    Parameters are those of :class:`AdsorptionLaw`. Each process that simulates must register it: put the
    call into a module that is imported.

    A law that is registered again under its name, by the same class or function of the same module, replaces
    the earlier one in cells that are made from then on.

    Raises
    ------
    ValueError
        For a name that another law has, or a law without parameters.
    """
    known = ADSORPTION_LAWS.get(name)
    if known is not None and not _is_same(known.make, make):
        raise ValueError(f"adsorption law {name!r} exists already: give another name")
    if not parameters:
        raise ValueError(f"adsorption law {name!r} has no parameters: name at least one")
    law = AdsorptionLaw(name, make, dict(parameters), closed_form, tuple(beside), filling)
    if known is not None and known != law:  # written again, as in a notebook
        for forget in _FORGET:
            forget()
    ADSORPTION_LAWS[name] = law


def register_filling_law(name: str, law: Callable[..., Any], numbers: tuple[str, ...] = ()) -> None:
    """Make a law of pore filling known under a name; its rate vanishes at equilibrium.

    Parameters
    ----------
    name
        Value of the option "pore filling".
    law
        ``law(rate, phi, equilibrium, affinity, *numbers)`` [1/s], arguments as in :mod:`.pore_filling`.
    numbers
        Names of the parameters that it takes at the end, without the electrode in front.

    Raises
    ------
    ValueError
        For a name that another law has.
    """
    if not _is_same(FILLING_LAWS.get(name, law), law):
        raise ValueError(f"filling law {name!r} exists already: give another name")
    FILLING_LAWS[name] = law
    if numbers:
        FILLING_NUMBERS[name] = tuple(numbers)
    for forget in _FORGET:
        forget()


def adsorption_law(name: str) -> AdsorptionLaw:
    """Law by name.

    Raises
    ------
    ValueError
        With the known names.
    """
    if name not in ADSORPTION_LAWS:
        raise ValueError(f"adsorption law {name!r} is unknown: choose from {', '.join(ADSORPTION_LAWS)}")
    return ADSORPTION_LAWS[name]


def _two_populations(
    stage_1: float,
    stage_2: float,
    spread_1: float,
    spread_2: float,
    stage_1_share: float,
    tail_share: float,
    tail_top: float,
) -> SiteEnergyDistribution:
    return SiteEnergyDistribution(
        (stage_1, stage_2), (spread_1, spread_2), (stage_1_share, 1.0 - stage_1_share), tail_share, tail_top
    )


register_adsorption_law(
    DEFAULT_ADSORPTION,
    MeanFieldSites,
    {
        "stage_1": "adsorption stage 1 potential [V]",
        "stage_2": "adsorption stage 2 potential [V]",
        "stage_1_share": "adsorption stage 1 share",
        "stage_width": "adsorption stage width",
        "spread": "adsorption spread [V]",
        "tail": "adsorption tail [V]",
        "tail_share": "adsorption tail share",
    },
)
register_adsorption_law(
    "Bragg-Williams",
    BraggWilliams,
    {
        "e1": "adsorption site energy [V]",
        "amplitude": "adsorption interaction amplitude [V]",
        "decay": "adsorption interaction decay",
        "exponent": "adsorption interaction exponent",
        "tail": "adsorption tail [V]",
        "tail_share": "adsorption tail share",
    },
)
register_adsorption_law(
    "site energy distribution",
    _two_populations,
    {
        "stage_1": "adsorption stage 1 potential [V]",
        "stage_2": "adsorption stage 2 potential [V]",
        "spread_1": "adsorption stage 1 standard deviation [V]",
        "spread_2": "adsorption stage 2 standard deviation [V]",
        "stage_1_share": "adsorption stage 1 share",
        "tail_share": "adsorption strong-site share",
        "tail_top": "adsorption strong-site upper end [V]",
    },
    closed_form=False,
)
THREE_KINDS: Final = "three kinds"
"""Law with strongly bound sodium beside the mobile one."""

SLOPING: Final = "three kinds, sloping"
"""The same with a slope of the mobile sites."""

_OF_THREE_KINDS: Final = {
    "level": "mobile site potential [V]",
    "tail": "mobile site tail [V]",
    "tail_share": "mobile site tail share",
    "strong_share": "strong site share",
    "lowest": "strong site lowest potential [V]",
    "width": "strong site potential width [V]",
    "shape": "strong site potential shape",
}
DEFAULT_CLASSES: Final = 5
"""Number of pore classes of a model that is not told, as of the shipped carbons."""

LARGE_SHARE: Final = "large pore share"
"""Parameter of a law with a second population of pores, without the electrode in front."""

_BESIDE: Final = (
    "strong site median exchange rate [s-1]",
    "strong site exchange rate standard deviation [decades]",
    "strong site exchange symmetry",
    "strong site exchange activation energy [J.mol-1]",
    "barrier share of the rate spread",
    "pore exchange symmetry",
    LARGE_SHARE,
    "large pore median radius [m]",
)


def large_classes(law: str, classes: int) -> int:
    """Number of pore classes that are large pores: the last half, with the law "three kinds"."""
    return classes // 2 if LARGE_SHARE in adsorption_law(law).beside else 0


def register_three_kinds(energies: int, rates: int) -> str:
    """Register the law "three kinds" with other numbers of classes of the strong sites; returns its name.

    Parameters
    ----------
    energies
        Classes of site energies, >= 1.
    rates
        Classes of exchange rates in each, >= 1.

    Examples
    --------
    >>> register_three_kinds(16, 5)
    'three kinds, 16 energies, 5 rates'
    """
    name = f"{THREE_KINDS}, {energies} energies, {rates} rates"
    if name not in ADSORPTION_LAWS:
        make = partial(ThreeKinds, energies=energies, rates=rates)
        register_adsorption_law(name, make, _OF_THREE_KINDS, beside=_BESIDE, filling="exchange")
    return name


register_adsorption_law(THREE_KINDS, ThreeKinds, _OF_THREE_KINDS, beside=_BESIDE, filling="exchange")
register_adsorption_law(
    SLOPING,
    SlopingThreeKinds,
    {**_OF_THREE_KINDS, "slope": "mobile site slope [V]", "slope_share": "mobile site slope share"},
    beside=_BESIDE,
    filling="exchange",
)
