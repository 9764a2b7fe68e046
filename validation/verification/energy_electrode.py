"""Energy budget of a porous electrode: dissipation, reversible heat and stored energy of its states."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm
from scipy import interpolate, special

from napore.cells import Cell
from napore.models.constants import FARADAY, GAS_CONSTANT
from napore.models.laws import FILLING_LAWS, FILLING_NUMBERS
from napore.parameters.numbers import number

from .states import Electrode

Array = npt.NDArray[np.float64]


class Laws:
    """Parameters of a cell as numbers, and its parameter functions evaluated at arrays."""

    def __init__(self, cell: Cell) -> None:
        self.values = cell.parameter_values
        self.T = cell.number("Ambient temperature [K]")

    def number(self, name: str) -> float:
        """Value of a parameter that is a number."""
        return number(self.values, name)

    def law(self, name: str, *arguments: Any) -> Array:
        """Parameter function at numbers: broadcast, through PyBaMM's own evaluation."""
        function = self.values[name]
        if not callable(function):
            return np.asarray(float(function)) * np.ones(np.broadcast(*arguments).shape)
        shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
        columns = [pybamm.Vector(np.broadcast_to(a, shape).ravel()) for a in arguments]
        symbol = self.values.process_symbol(function(*columns))
        return np.broadcast_to(np.asarray(symbol.evaluate()).ravel(), int(np.prod(shape))).reshape(shape)


class _ElectrodeBudget:
    """What a carbon and a cathode have in common."""

    def __init__(self, cell: Cell, domain: str, laws: Laws) -> None:
        self.laws, self.area, self.T = laws, cell.area, laws.T
        self.side = domain.capitalize()
        self.c_max = laws.number(f"Maximum concentration in {domain} electrode [mol.m-3]")
        self.active = laws.number(f"{self.side} electrode active material volume fraction")
        self.mobile_max = self.c_max
        self.sites: _Integrals

    def _volumes(self, step: Electrode) -> tuple[Array, Array, Array]:
        """Share of each shell, volume of active material of each place [m3], inner shell faces."""
        cubes = step.radius**3
        shells = np.diff(cubes) / cubes[-1]
        places = np.diff(step.place) * self.area * self.active
        return shells, places, step.radius[1:-1]

    def _over_particles(self, step: Electrode, density: Array) -> Array:
        """Integral [W] of a power per volume of particle; axes time, place, radius."""
        shells, places, _ = self._volumes(step)
        return np.asarray(np.einsum("txr,x,r->t", density, places, shells))

    def _particle_diffusion(self, step: Electrode) -> tuple[Array, Array]:
        _, places, faces = self._volumes(step)
        centres = 0.5 * (step.radius[1:] + step.radius[:-1])
        theta = step.mobile / self.mobile_max
        D = self.laws.law(f"{self.side} particle diffusivity [m2.s-1]", theta, np.asarray(self.T))
        inner = 0.5 * (D[..., 1:] + D[..., :-1])
        flux = -inner * np.diff(step.mobile, axis=-1) / np.diff(centres)
        # faces per volume of particle, then the last half cell up to the surface
        area = 3 * faces**2 / step.radius[-1] ** 3
        specific = 3 / step.radius[-1]
        surface_flux = step.reaction / self.active / specific / FARADAY
        found = []
        for law in (self.sites.value, self.sites.slope):
            level = law(theta)
            inside = np.einsum("txr,r->tx", flux * np.diff(level, axis=-1), area)
            at_surface = specific * surface_flux * (law(step.surface) - level[..., -1])
            found.append(FARADAY * np.einsum("tx,x->t", inside + at_surface, places))
        return found[0], -self.T * found[1]

    def _charge_transfer(self, step: Electrode, salt: Array) -> tuple[Array, Array]:
        places = np.diff(step.place) * self.area
        specific = 3 * self.active / step.radius[-1]
        j = step.reaction / specific
        i0 = self.laws.law(
            f"{self.side} electrode exchange-current density [A.m-2]",
            salt,
            step.surface * self.c_max,
            np.asarray(self.c_max),
            np.asarray(self.T),
        )
        lost = j * overpotential(j / i0, self.T)
        # local entropy of the reaction: Na+ and electron to sodium at the surface
        reversible = j * self.T * self.sites.slope(step.surface)
        weights = places * specific
        return np.asarray(lost @ weights), np.asarray(reversible @ weights)

    def solid(self, step: Electrode, current_density: Array) -> Array:
        """Ohmic loss [W] of the current density [A/m2] in the solid at the edges of the mesh."""
        exponent = self.laws.number(f"{self.side} electrode Bruggeman coefficient (electrode)")
        sigma = self.laws.number(f"{self.side} electrode conductivity [S.m-1]") * self.active**exponent
        return np.asarray(squared(current_density, step.place) / sigma * self.area)

    def surfaces(self, step: Electrode) -> Array:
        """Area of the particles in each place [m2]."""
        return np.asarray(3 * self.active / step.radius[-1] * np.diff(step.place) * self.area)

    def rates(self, step: Electrode, salt: Array) -> dict[str, tuple[Array, Array]]:
        """Power lost and reversible heat [W] by cause; ``salt`` is that in the electrode."""
        return {
            "diffusion in the particles": self._particle_diffusion(step),
            "charge transfer": self._charge_transfer(step, salt),
        }

    def stored(self, step: Electrode, at: int) -> tuple[float, float]:
        """Gibbs energy [J] and entropy [J/K] of the sodium at one of the stored times."""
        gibbs, entropy = self._densities(step, at)
        shells, places, _ = self._volumes(step)
        G = float(np.einsum("xr,x,r->", gibbs, places, shells))
        return G, float(np.einsum("xr,x,r->", entropy, places, shells))

    def sodium(self, step: Electrode, at: int) -> float:
        """Sodium in the particles [C]."""
        shells, places, _ = self._volumes(step)
        total = step.mobile[at] + step.filled[at].sum(axis=0)
        return FARADAY * float(np.einsum("xr,x,r->", total, places, shells))

    def double_layers(self, step: Electrode, at: int) -> float:
        """Energy [J] in the double layers of the particles."""
        capacity = self.laws.number(f"{self.side} electrode double-layer capacity [F.m-2]")
        return float(0.5 * capacity * self.surfaces(step) @ step.double_layer[at] ** 2)

    def _densities(self, step: Electrode, at: int) -> tuple[Array, Array]:
        theta = step.mobile[at] / self.mobile_max
        gibbs = -FARADAY * self.mobile_max * self.sites.value_integral(theta)
        return gibbs, FARADAY * self.mobile_max * self.sites.slope_integral(theta)


class InsertionBudget(_ElectrodeBudget):
    """Electrode whose particles have diffusion only."""

    def __init__(self, cell: Cell, domain: str, laws: Laws) -> None:
        super().__init__(cell, domain, laws)
        slope = f"{self.side} electrode OCP entropic change [V.K-1]"
        reference = f"{self.side} electrode OCP [V]"
        warmth = laws.T - laws.number("Reference temperature [K]")
        self.sites = _Integrals(
            lambda y: laws.law(reference, y) + warmth * laws.law(slope, y), lambda y: laws.law(slope, y)
        )


class CarbonBudget(_ElectrodeBudget):
    """Carbon with adsorption sites and pores."""

    def __init__(self, cell: Cell, domain: str, laws: Laws) -> None:
        self.curve = cell.isotherm
        if hasattr(self.curve.adsorption, "strong"):
            raise ValueError(
                "the budget of energies counts sites and pores, not the strongly bound sodium of the law "
                "'three kinds': choose another 'adsorption law'"
            )
        super().__init__(cell, domain, laws)
        T = self.T
        self.mobile_max = self.c_max * self.curve.adsorption_fraction
        self.filled_max = (self.c_max - self.mobile_max) * np.asarray(self.curve.pores.shares)
        self.law = getattr(cell.model.options, domain)["pore filling"]
        self.sites = _Integrals(
            lambda theta: np.asarray(self.curve.adsorption.potential(theta, T)),
            lambda theta: np.asarray(self.curve.adsorption.entropic_change(theta, T)),
        )

    def rates(self, step: Electrode, salt: Array) -> dict[str, tuple[Array, Array]]:
        """As of any electrode, with the exchange between sites and pores."""
        return {**super().rates(step, salt), "pore filling": self._pore_filling(step)}

    def _pore_filling(self, step: Electrode) -> tuple[Array, Array]:
        pores, T = self.curve.pores, self.T
        theta = step.mobile / self.mobile_max
        E = self.sites.value(theta)
        slope = self.sites.slope(theta)
        lost, reversible = np.zeros(len(step.mobile)), np.zeros(len(step.mobile))
        barrier = np.exp(
            self.laws.number(f"{self.side} electrode pore filling activation energy [J.mol-1]")
            / GAS_CONSTANT
            * (1 / 298.15 - 1 / T)
        )
        numbers = [
            self.laws.number(f"{self.side} electrode {name}") for name in FILLING_NUMBERS.get(self.law, ())
        ]
        for k, maximum in enumerate(self.filled_max):
            phi = step.filled[:, k] / maximum
            rate = barrier * self.laws.number(f"{self.side} electrode pore class {k + 1} filling rate [s-1]")
            affinity = (
                pores.cooperativity
                * FARADAY
                * (pores.half_filling(k, T) + pores.interaction * (0.5 - phi) - E)
                / (2 * GAS_CONSTANT * T)
            )
            r = maximum * np.asarray(
                FILLING_LAWS[self.law](rate, phi, pores.filling(k, E, T), affinity, *numbers)
            )
            # an empty class has an infinite potential and no rate
            safe = np.clip(phi, 1e-300, 1 - 1e-15)
            gain = np.asarray(pores.potential(k, safe, T)) - E
            lost += FARADAY * self._over_particles(step, r * gain)
            entropic = _pore_entropic_change(pores, k, safe) - slope
            reversible -= T * FARADAY * self._over_particles(step, r * entropic)
        return lost, reversible

    def _densities(self, step: Electrode, at: int) -> tuple[Array, Array]:
        gibbs, entropy = super()._densities(step, at)
        pores, T = self.curve.pores, self.T
        for k, maximum in enumerate(self.filled_max):
            phi = np.clip(step.filled[at, k] / maximum, 0.0, 1.0)
            mixing = -special.xlogy(phi, phi) - special.xlog1py(1 - phi, -phi)
            width = GAS_CONSTANT / FARADAY / pores.cooperativity
            V = pores.half_filling(k, T)
            slope = pores.half_filling(k, T + 0.5) - pores.half_filling(k, T - 0.5)
            E = V * phi + T * width * mixing + 0.5 * pores.interaction * phi * (1 - phi)
            gibbs = gibbs - FARADAY * maximum * E
            entropy = entropy + FARADAY * maximum * (slope * phi + width * mixing)
        return gibbs, entropy


class _Integrals:
    """Law of an electrode on a fine table: value, entropic slope, and their integrals from zero."""

    def __init__(self, potential: Callable[[Array], Array], entropic: Callable[[Array], Array]) -> None:
        self.value, self.slope = potential, entropic
        # dense towards both ends, where the logarithms are
        theta = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, 20001))
        self.value_integral = interpolate.CubicSpline(theta, potential(theta)).antiderivative()
        self.slope_integral = interpolate.CubicSpline(theta, entropic(theta)).antiderivative()


def _pore_entropic_change(pores: Any, k: int, phi: Array) -> Array:
    """Temperature derivative [V/K] of the potential of a class; the law is linear in T."""
    return np.asarray(pores.potential(k, phi, 298.65) - pores.potential(k, phi, 297.65))


def overpotential(ratio: Array, T: float) -> Array:
    """Overpotential [V] of symmetric Butler-Volmer kinetics at ``j / i0``."""
    return 2 * GAS_CONSTANT * T / FARADAY * np.arcsinh(0.5 * ratio)


def squared(current: Array, edges: Array) -> Array:
    """Integral of the square of a current that is linear between edges."""
    a, b = current[:, :-1], current[:, 1:]
    return np.asarray((a**2 + a * b + b**2) / 3 @ np.diff(edges))
