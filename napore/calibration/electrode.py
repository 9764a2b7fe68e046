"""What a fit knows of each kind of electrode: its numbers by what speaks of them, and its equilibrium.

The stages, profiles and verdicts are the same for a carbon and for a cathode; what differs is told here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from napore.models.constants import REFERENCE_TEMPERATURE
from napore.models.insertion import TWO_PHASE_PARAMETERS, TwoPhasePotential
from napore.parameters.carbon import isotherm_of_carbon
from napore.parameters.diffusivity import COEFFICIENTS
from napore.parameters.numbered import Numbers, PotentialTable

Array = npt.NDArray[np.float64]

FOIL: Final = "Sodium metal reference exchange-current density [A.m-2]"
CONTACT: Final = "Contact resistance [Ohm]"
OCP: Final = "open-circuit potential"
"""Option of which the foil of a half cell has none."""

EQUILIBRIUM: Final = (
    "Carbon electrode specific capacity of all sites [mA.h.g-1]",
    "Carbon electrode adsorption capacity fraction",
    "Carbon electrode mobile site potential [V]",
    "Carbon electrode mobile site tail share",
    "Carbon electrode strong site share",
    "Carbon electrode strong site lowest potential [V]",
    "Carbon electrode strong site potential width [V]",
    "Carbon electrode strong site potential shape",
    "Carbon electrode pore wetting energy [J.m-2]",
    "Carbon electrode pore radius spread",
    "Carbon electrode large pore share",
    "Carbon electrode large pore median radius [m]",
    "Carbon electrode pore filling cooperativity",
    "Carbon electrode mobile site slope [V]",
    "Carbon electrode mobile site slope share",
)
"""Numbers that a slow curve speaks of."""

UNSEEN_BESIDE_A_SLOPE: Final = (EQUILIBRIUM[7], EQUILIBRIUM[9])
"""Those of them that stay as assumed beside a slope of the mobile sites: the shape of the distribution of
strong sites, which are few, and the spread of the radii of small pores, beside which large ones fill."""

SLOPE: Final = (
    "Carbon electrode strong site median exchange rate [s-1]",
    "Carbon electrode strong site exchange rate standard deviation [decades]",
    "Carbon electrode strong site exchange symmetry",
    "Carbon electrode reference exchange-current density [A.m-2]",
    FOIL,
)
"""Numbers that the gap between the directions speaks of, and resistances."""

PORES: Final = (
    "Carbon electrode pore median filling rate [s-1]",
    "Carbon electrode pore filling rate spread [decades]",
    "Carbon electrode pore exchange symmetry",
    "Carbon particle reference diffusivity [m2.s-1]",
    *COEFFICIENTS,
)
"""Numbers that rates and pulses speak of."""

_EVEN: Final = np.linspace(0.0, 1.0, 240)
_OCCUPANCY: Final = np.unique(
    np.concatenate(
        [-0.01 * _EVEN**3, _EVEN, _EVEN**3, _EVEN**6, 1.0 - _EVEN**3, 1.0 - _EVEN**6, 1.0 + 0.2 * _EVEN**3]
    )
)
"""Occupancies of a carbon's mobile sites from beyond empty to beyond full."""

_PLACES: Final = 4000
_FARTHEST: Final = 25.0
"""Places of a cathode's content: a logistic function of evenly spaced numbers between these ends."""


class Equilibrium(Protocol):
    """Equilibrium of an electrode with the numbers that it has in a fit."""

    def stoichiometry(self, V: Any) -> Any:
        """Content [-] at a potential [V]."""

    def potential_after(self, first_V: float, passed: Array) -> Array:
        """Potential [V] after shares of all sites were filled from a first potential [V]."""


class _OfCarbon:
    def __init__(self, numbers: Mapping[str, Any], classes: int, law: str) -> None:
        self._curve = isotherm_of_carbon(numbers, classes, law)
        self.stoichiometry = self._curve.stoichiometry

    def potential_after(self, first_V: float, passed: Array) -> Array:
        # explicit in the occupancy, finer where potential or content is steep in it
        V = np.asarray(self._curve.adsorption.potential(_OCCUPANCY, REFERENCE_TEMPERATURE))
        x = np.asarray(self._curve.stoichiometry_at(_OCCUPANCY, REFERENCE_TEMPERATURE))
        return np.asarray(np.interp(passed, x - float(np.interp(-first_V, -V, x)), V))


class CathodeEquilibrium:
    """Equilibrium of a cathode by its law or its table.

    Parameters
    ----------
    numbers
        Numbers of its half cell by name.
    table
        Contents and potentials in the place of the law.
    """

    def __init__(self, numbers: Mapping[str, Any], table: PotentialTable | None = None) -> None:
        self._table = None if table is None else (np.array(table.content), np.array(table.potential_V))
        names = TWO_PHASE_PARAMETERS.items()
        self._law = (
            None
            if table is not None
            else TwoPhasePotential(**{key: numbers[f"Cathode electrode {name}"] for key, name in names})
        )

    def potential(self, y: Any) -> Array:
        """Potential [V] at a content; beyond a table along its last slopes."""
        if self._law is not None:
            return np.asarray(self._law.potential(y))
        assert self._table is not None
        x, V = self._table
        y = np.asarray(y, dtype=float)
        k = np.clip(np.searchsorted(x, y) - 1, 0, len(x) - 2)
        return np.asarray(V[k] + (V[k + 1] - V[k]) / (x[k + 1] - x[k]) * (y - x[k]))

    def stoichiometry(self, V: Any) -> Any:
        """Content [-] at a potential [V], inside of 0 and 1."""
        y = 1.0 / (1.0 + np.exp(-np.linspace(-_FARTHEST, _FARTHEST, _PLACES)))
        if self._table is not None:
            y = np.unique(np.concatenate([y, self._table[0]]))
        return np.interp(-np.asarray(V), -self.potential(y), y)

    def potential_after(self, first_V: float, passed: Array) -> Array:
        """As :meth:`Equilibrium.potential_after`."""
        return self.potential(self.stoichiometry(first_V) + passed)


@dataclass(frozen=True)
class Electrode:
    """A kind of electrode in a fit.

    Parameters
    ----------
    kind
        Of the sets of its half cells.
    generic
        Set whose ranges are those of the literature.
    sites
        Name of the capacity of all sites.
    over_measured
        That capacity over the largest that was measured: least, first and largest.
    equilibrium, slope, rates
        Names of numbers by what speaks of them: a slow curve, the gap between the directions and
        resistances, rates and pulses.
    begins
        Values to begin from, beside those of the set.
    turned, exchanged
        Number whose place a start turns round, and pairs whose places it exchanges: valleys of their own lie
        there. Large pores may fill first, one interface stand for the other, a slow particle for slow pores.
    apart
        Numbers of which one alone, far from where it is, leads to another valley: how fast strong sites are
        and how widely that is spread, down to which potential they reach, of how many sizes pores are and
        how fast they fill.
    kinds
        Numbers of each kind of sites: where those of one kind are wrong, those of the other may be right.
    populations
        Wetting energy, share and median radius of large pores, and median radius of small ones, any of which
        may stand for the others; none of a cathode.
    unfilled
        Number of all sites, and the share of those that fill in the time of any curve; none of a cathode.
    sodiated_first
        Whether a half cell begins desodiated and is sodiated first; else it begins full and is charged.
    largest_V
        Change of the voltage between two points of a simulated curve [V]; ends of cathodes are steep.
    options
        Options that the model of a fit has unless others are given.
    storage
        Its storage of sodium without options.
    balance
        Equilibrium of numbers of a set with so many pore classes.
    """

    kind: str
    generic: str
    sites: str
    over_measured: tuple[float, float, float]
    equilibrium: tuple[str, ...]
    slope: tuple[str, ...]
    rates: tuple[str, ...]
    begins: tuple[Mapping[str, float], ...]
    turned: str
    exchanged: tuple[tuple[str, str], ...]
    apart: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...]
    populations: tuple[str, ...]
    unfilled: tuple[str, ...]
    sodiated_first: bool
    largest_V: float
    options: Mapping[str, str]
    storage: str
    balance: Callable[[Numbers, Mapping[str, Any], int], Equilibrium]

    def named(self, rest: str) -> str:
        """Name of a number of it, such as ``"electrode thickness [m]"``."""
        return f"{self.kind.capitalize()} {rest}"

    @property
    def loading(self) -> str:
        """Name of its loading."""
        return self.named("electrode areal loading [kg.m-2]")

    @property
    def names(self) -> tuple[str, ...]:
        """All numbers that data may speak of."""
        return (*self.equilibrium, *self.slope, *self.rates)


_USABLE: Final = "Cathode electrode usable specific capacity [mA.h.g-1]"
_DIFFUSIVITY: Final = "Cathode particle reference diffusivity [m2.s-1]"

ELECTRODES: Final = {
    "carbon": Electrode(
        kind="carbon",
        generic="hard-carbon",
        sites=EQUILIBRIUM[0],
        # slow sites and pores that do not fill in the window are more than what is measured: the shipped sets
        # have 1.2 to 1.4 times their capacity; the start is the middle, for curves may tell little of them
        over_measured=(0.97, 1.285, 1.6),
        equilibrium=EQUILIBRIUM,
        slope=SLOPE,
        rates=PORES,
        # small pores first, large ones first, all alike with exchange, all alike; the first two and the
        # symmetry are near what the paper's carbons were fitted to
        begins=(
            {PORES[0]: 0.1, PORES[1]: 5.0, PORES[2]: 0.2},
            {PORES[0]: 0.1, PORES[1]: -5.0, PORES[2]: 0.2},
            {PORES[2]: 0.2},
            {},
        ),
        turned=PORES[1],
        exchanged=((SLOPE[3], FOIL), (PORES[3], PORES[0])),
        apart=(SLOPE[0], SLOPE[1], EQUILIBRIUM[5], EQUILIBRIUM[9], PORES[0]),
        kinds=(EQUILIBRIUM[8:13] + PORES[:3], EQUILIBRIUM[4:8] + SLOPE[:3]),
        populations=(EQUILIBRIUM[8], *EQUILIBRIUM[10:12], "Carbon electrode pore median radius [m]"),
        unfilled=EQUILIBRIUM[:2],
        sodiated_first=True,
        largest_V=np.inf,
        options={},
        storage="kinetic",
        balance=lambda source, numbers, classes: _OfCarbon(numbers, classes, source.law),
    ),
    "cathode": Electrode(
        kind="cathode",
        generic="nvp",
        sites=_USABLE,
        # the ends of the potential hold little, slow diffusion more
        over_measured=(0.99, 1.02, 1.5),
        equilibrium=(
            _USABLE,
            "Cathode electrode plateau potential [V]",
            "Cathode electrode plateau slope [V]",
            "Cathode electrode end width",
            "Cathode electrode OCP hysteresis [V]",
            "Cathode electrode phase potential difference [V]",
            "Cathode electrode phase hysteresis [V]",
        ),
        slope=("Cathode electrode reference exchange-current density [A.m-2]", FOIL, CONTACT),
        rates=(_DIFFUSIVITY,),
        # fast diffusion and slow one stand for each other's resistance
        begins=(
            {_DIFFUSIVITY: 1e-14},
            {_DIFFUSIVITY: 1e-15},
            {_DIFFUSIVITY: 1e-16},
            {_DIFFUSIVITY: 1e-17},
            {},
        ),
        turned=_DIFFUSIVITY,
        exchanged=(("Cathode electrode reference exchange-current density [A.m-2]", FOIL),),
        apart=(_DIFFUSIVITY,),
        kinds=(
            ("Cathode electrode reference exchange-current density [A.m-2]", FOIL, CONTACT),
            (_DIFFUSIVITY,),
        ),
        populations=(),
        unfilled=(),
        sodiated_first=False,
        largest_V=0.02,
        options={"contact resistance": "true"},
        storage="single",
        balance=lambda source, numbers, classes: CathodeEquilibrium(numbers, source.potential),
    ),
}
"""Kinds of electrodes whose half cells are fitted, by the kind of the set."""
