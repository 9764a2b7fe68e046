"""A carbon's entries as PyBaMM parameters of the electrode that it is in."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pybamm

from napore.models import Isotherm, MeanFieldSites, PoreClasses
from napore.models.constants import FARADAY
from napore.models.pore_filling import log_normal_radii

from . import functions
from .ageing import ageing_functions
from .coating import volume_fractions
from .diffusivity import check_coefficients, orders, table_of

__all__ = ["carbon_parameters", "isotherm", "refresh_tables", "tables"]


def carbon_parameters(
    numbers: Mapping[str, Any], domain: str, classes: int, nominal: Mapping[str, float] | None = None
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
    nominal
        Plain numbers for the tables of the equilibrium where ``numbers`` has symbols.

    Returns
    -------
    dict
        Every name with the electrode's own name in the place of "Carbon", the parameters that
        PyBaMM needs (maximum concentration, volume fractions, pore classes) derived from them,
        and the functions and tables.

    Raises
    ------
    ValueError
        Where loading, density and thickness leave no room for the electrolyte, and for a table or
        coefficients that no diffusivity can have.
    """
    Domain = domain.capitalize()
    check_coefficients(numbers)
    table = table_of(numbers)
    in_table = table.numbers if table else ()
    values: dict[str, Any] = {
        name.replace("Carbon", Domain, 1): value
        for name, value in numbers.items()
        if name.startswith("Carbon") and name not in in_table
    }
    values |= _derived(numbers, domain, classes)
    values |= ageing_functions(numbers, domain)
    entropic = functions.AdsorptionEntropicChange(domain)
    values |= {
        f"{Domain} electrode OCP entropic change [V.K-1]": 0.0,
        f"{Domain} electrode reaction-driven LAM factor [m3.mol-1]": 0.0,
        f"{Domain} electrode adsorption potential [V]": functions.AdsorptionPotential(domain),
        f"{Domain} electrode adsorption potential entropic change [V.K-1]": entropic,
        f"{Domain} electrode exchange-current density [A.m-2]": functions.CarbonExchangeCurrentDensity(
            domain
        ),
        f"{Domain} particle diffusivity [m2.s-1]": functions.AdsorbedDiffusivity(
            domain, orders(numbers), table
        ),
    }
    radius = numbers["Carbon particle radius [m]"]
    spread = values.pop(f"{Domain} particle size standard deviation")
    largest = values.pop(f"{Domain} particle largest radius [m]")
    values |= {
        f"{Domain} minimum particle radius [m]": max(0.02, 1.0 - 5.0 * spread) * radius,
        f"{Domain} maximum particle radius [m]": min((1.0 + 5.0 * spread) * radius, largest),
        f"{Domain} area-weighted particle-size distribution [m-1]": functions.LogNormalSizes(radius, spread),
    }
    plain = carbon_parameters(nominal, domain, classes) if nominal else values
    values |= tables(isotherm(plain, domain, classes), domain)
    return values


def _derived(numbers: Mapping[str, Any], domain: str, classes: int) -> dict[str, Any]:
    """Maximum concentration, volume fractions and pore classes; smallest pores first.

    The rates of the classes are even in the logarithm; a positive spread makes small pores fast.
    """
    Domain = domain.capitalize()

    def number(name: str) -> Any:
        return numbers[f"Carbon electrode {name}"]

    density = number("true density [kg.m-3]")
    active, porosity = volume_fractions(
        "carbon electrode",
        number("areal loading [kg.m-2]"),
        density,
        number("mass fraction in the coating"),
        number("inactive density [kg.m-3]"),
        number("thickness [m]"),
    )
    capacity = number("specific capacity of all sites [mA.h.g-1]")
    values = {
        f"Maximum concentration in {domain} electrode [mol.m-3]": capacity * (3600.0 * density / FARADAY),
        f"{Domain} electrode active material volume fraction": active,
        f"{Domain} electrode porosity": porosity,
    }
    radii = log_normal_radii(number("pore median radius [m]"), number("pore radius spread"), classes)
    for k in range(classes):
        place = 0.0 if classes == 1 else 0.5 - k / (classes - 1)
        prefix = f"{Domain} electrode pore class {k + 1}"
        values |= {
            f"{prefix} radius [m]": float(radii[k]),
            f"{prefix} capacity share": 1.0 / classes,
            f"{prefix} filling rate [s-1]": number("pore median filling rate [s-1]")
            * 10.0 ** (place * number("pore filling rate spread [decades]")),
        }
    return values


def isotherm(values: Mapping[str, Any], domain: str, classes: int) -> Isotherm:
    """Equilibrium isotherm of the carbon in the ``domain`` electrode of a set of parameter values."""
    Domain = domain.capitalize()

    def number(name: str) -> float:
        value = values[f"{Domain} electrode {name}"]
        return float(value.evaluate()) if isinstance(value, pybamm.Symbol) else float(value)

    shares = np.array([number(f"pore class {k + 1} capacity share") for k in range(classes)])
    return Isotherm(
        MeanFieldSites(**{key: number(name) for key, name in functions.SITE_PARAMETERS.items()}),
        PoreClasses(
            radii=tuple(number(f"pore class {k + 1} radius [m]") for k in range(classes)),
            shares=tuple(shares / shares.sum()),
            wetting_energy=number("pore wetting energy [J.m-2]"),
            area_factor=number("pore area to volume factor"),
            cooperativity=number("pore filling cooperativity"),
            interaction=number("pore interaction [V]"),
            wetting_energy_slope=number("pore wetting energy temperature coefficient [J.m-2.K-1]"),
        ),
        number("adsorption capacity fraction"),
    )


def tables(curve: Isotherm, domain: str) -> dict[str, Any]:
    """Open-circuit potential, entropic change and equilibrium split as PyBaMM parameters."""
    Domain = domain.capitalize()
    return {
        f"{Domain} electrode OCP [V]": curve.ocp,
        f"{Domain} electrode OCP entropic change [V.K-1]": curve.ocp_entropic_change,
        f"{Domain} electrode equilibrium adsorbed occupancy": curve.equilibrium_occupancy,
        f"{Domain} electrode equilibrium adsorbed share": curve.adsorbed_share,
    }


def refresh_tables(values: Any, domain: str, classes: int) -> Isotherm:
    """Make the tables of the equilibrium agree with the numbers; call it after changing one."""
    curve = isotherm(values, domain, classes)
    values.update(tables(curve, domain))
    return curve
