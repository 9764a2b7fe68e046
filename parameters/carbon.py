"""A carbon's entries as PyBaMM parameters of the electrode that it is in.

What follows from other numbers is an expression of them, so that a change, an input and a sensitivity
act in plain PyBaMM: maximum concentration, volume fractions, radii and rates of the pore classes.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pybamm

from napore.models import Isotherm
from napore.models.constants import FARADAY
from napore.models.equilibrium import PORES, isotherm_of
from napore.models.laws import DEFAULT_ADSORPTION, LARGE_SHARE, adsorption_law, large_classes
from napore.models.parameters import CarbonParameters
from napore.models.pore_filling import class_quantiles

from . import functions
from .ageing import ageing_functions
from .coating import coating
from .diffusivity import check_coefficients, orders, table_of
from .numbers import number
from .optional import DEFAULTS


def carbon_parameters(
    numbers: Mapping[str, Any], domain: str, classes: int, law: str = DEFAULT_ADSORPTION
) -> dict[str, Any]:
    """PyBaMM parameters of one carbon electrode from the numbers of its files.

    Parameters
    ----------
    numbers
        Values by name, or PyBaMM symbols such as inputs; names begin with "Carbon electrode" or
        "Carbon particle".
    domain
        ``"negative"`` (full cell) or ``"positive"`` (working electrode of a half cell).
    classes
        Number of pore classes.
    law
        Name of the adsorption law.

    Returns
    -------
    dict
        Every name with the electrode's own name in the place of "Carbon", and what PyBaMM needs beside
        them as expressions and functions of these.

    Raises
    ------
    ValueError
        For a table or coefficients that no diffusivity can have.
    """
    Domain = domain.capitalize()
    check_coefficients(numbers)
    table = table_of(numbers)
    in_table = table.numbers if table else ()
    values: dict[str, Any] = {
        name.replace("Carbon", Domain, 1): value
        for name, value in {**DEFAULTS, **numbers}.items()
        if name.startswith("Carbon") and name not in in_table
    }
    values |= carbon_expressions(domain, classes, law)
    values |= ageing_functions(numbers, domain)
    values[f"{Domain} particle diffusivity [m2.s-1]"] = functions.AdsorbedDiffusivity(
        domain, orders(numbers), table
    )
    return values


def carbon_expressions(domain: str, classes: int, law: str = DEFAULT_ADSORPTION) -> dict[str, Any]:
    """What a carbon electrode needs beside its numbers, as expressions and functions of them.

    Arguments as for :func:`carbon_parameters`. Pore classes have equal shares, the smallest first; the rates
    of the classes are even in the logarithm, and a positive spread makes small pores fast.
    """
    Domain = domain.capitalize()

    def of_electrode(name: str) -> pybamm.Parameter:
        return pybamm.Parameter(f"{Domain} electrode {name}")

    density, radius = of_electrode("true density [kg.m-3]"), pybamm.Parameter(f"{Domain} particle radius [m]")
    spread = pybamm.Parameter(f"{Domain} particle size standard deviation")
    largest = pybamm.Parameter(f"{Domain} particle largest radius [m]")
    capacity = of_electrode("specific capacity of all sites [mA.h.g-1]")
    values: dict[str, Any] = {
        f"Maximum concentration in {domain} electrode [mol.m-3]": capacity * (3600.0 / FARADAY) * density,
        **coating("carbon electrode", Domain),
        f"{Domain} electrode number of pore classes": float(classes),
        f"{Domain} minimum particle radius [m]": pybamm.maximum(0.02, 1.0 - 5.0 * spread) * radius,
        f"{Domain} maximum particle radius [m]": pybamm.minimum((1.0 + 5.0 * spread) * radius, largest),
        f"{Domain} area-weighted particle-size distribution [m-1]": functions.LogNormalSizes(domain),
        f"{Domain} electrode reaction-driven LAM factor [m3.mol-1]": 0.0,
        f"{Domain} electrode OCP [V]": functions.EquilibriumPotential(domain, classes, law),
        f"{Domain} electrode OCP entropic change [V.K-1]": functions.EquilibriumEntropicChange(
            domain, classes, law
        ),
        f"{Domain} electrode adsorption potential [V]": functions.AdsorptionPotential(domain, classes, law),
        f"{Domain} electrode exchange-current density [A.m-2]": functions.CarbonExchangeCurrentDensity(
            domain
        ),
    }
    sigma = of_electrode("pore radius spread")
    rate, decades = (
        of_electrode("pore median filling rate [s-1]"),
        of_electrode("pore filling rate spread [decades]"),
    )
    for k, one in enumerate(pore_classes(classes, law)):
        prefix = f"{Domain} electrode pore class {k + 1}"
        values |= {
            f"{prefix} radius [m]": of_electrode(one.median) * pybamm.exp(one.quantile * sigma),
            f"{prefix} capacity share": one.capacity(of_electrode(LARGE_SHARE)),
            f"{prefix} filling rate [s-1]": rate * 10.0 ** (one.place * decades),
        }
    return values


@dataclass(frozen=True)
class PoreClass:
    """Place of a pore class among those of its population.

    Parameters
    ----------
    median
        Name of the median radius of the population.
    quantile
        Standard normal quantile of the logarithm of its radius [-].
    place
        Of its rate in the spread, from 1/2 for the smallest radius to -1/2.
    classes
        Number of classes of the population.
    population
        ``"all"``, or ``"small"`` and ``"large"`` where there are two.
    """

    median: str
    quantile: float
    place: float
    classes: int
    population: str

    def capacity(self, large: Any) -> Any:
        """Share of the class in the pore capacity [-], of that of large pores."""
        if self.population == "all":
            return 1.0 / self.classes
        return (large if self.population == "large" else 1.0 - large) / self.classes


def pore_classes(classes: int, law: str) -> list[PoreClass]:
    """Pore classes of a carbon, the smallest radii first.

    With the law "three kinds" the last half of the classes (one fewer of an odd number) are a second
    population of large pores, which fill on the tail below the plateau.
    """
    large = large_classes(law, classes)
    if not large:
        return _population("pore median radius [m]", classes, "all")
    return [
        *_population("pore median radius [m]", classes - large, "small"),
        *_population("large pore median radius [m]", large, "large"),
    ]


def _population(median: str, classes: int, population: str) -> list[PoreClass]:
    return [
        PoreClass(
            median, float(quantile), 0.0 if classes == 1 else 0.5 - k / (classes - 1), classes, population
        )
        for k, quantile in enumerate(class_quantiles(classes))
    ]


def isotherm_of_carbon(numbers: Mapping[str, float], classes: int, law: str = DEFAULT_ADSORPTION) -> Isotherm:
    """Equilibrium isotherm of a carbon from the numbers of its files: for searches."""

    def number(name: str) -> float:
        return float(numbers[f"Carbon electrode {name}"])

    own = class_numbers(numbers, classes, law)
    pores = [
        own[f"Carbon electrode pore class {k + 1} {what}"]
        for k in range(classes)
        for what in ("radius [m]", "capacity share")
    ]
    return isotherm_of(
        law,
        [
            number("adsorption capacity fraction"),
            *(number(name) for name in adsorption_law(law).parameters.values()),
            *(number(name) for name in PORES),
            *pores,
        ],
    )


def class_numbers(numbers: Mapping[str, float], classes: int, law: str) -> dict[str, float]:
    """Radius, share and rate of each pore class from the numbers of a set, by the set's names."""

    def number(name: str) -> float:
        return float(numbers[f"Carbon electrode {name}"])

    large = number(LARGE_SHARE) if LARGE_SHARE in adsorption_law(law).beside else 0.0
    rate, decades = number("pore median filling rate [s-1]"), number("pore filling rate spread [decades]")
    found: dict[str, float] = {}
    for k, one in enumerate(pore_classes(classes, law)):
        prefix = f"Carbon electrode pore class {k + 1}"
        radius = number(one.median) * math.exp(one.quantile * number("pore radius spread"))
        found |= {
            f"{prefix} radius [m]": radius,
            f"{prefix} capacity share": one.capacity(large),
            f"{prefix} filling rate [s-1]": rate * 10.0 ** (one.place * decades),
        }
    return found


def isotherm(
    values: Mapping[str, Any] | pybamm.ParameterValues,
    domain: str,
    classes: int,
    law: str = DEFAULT_ADSORPTION,
) -> Isotherm:
    """Equilibrium isotherm of the carbon in the ``domain`` electrode of a set of parameter values."""
    whole = values if isinstance(values, pybamm.ParameterValues) else pybamm.ParameterValues(dict(values))
    names = [symbol.name for symbol in CarbonParameters(domain, classes, law=law).isotherm_numbers]
    return isotherm_of(law, [number(whole, name) for name in names])
