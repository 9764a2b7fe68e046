"""Energy balance of a half cell, from stored states alone.

First law at constant temperature, discharge power positive:

    integral I V dt + integral T (entropy production) dt + change of Gibbs energy = 0
    integral I V dt + integral (heat) dt + change of enthalpy = 0

Nothing of the model's own heat is used: Gibbs energy and entropy are integrals of the laws over
the stored concentrations; each dissipation is a flux times its force. Potentials vs Na+/Na, so a
mole of sodium in the carbon holds ``-F E`` over the metal, and grad(phi_e) is the force on Na+ in
the electrolyte. Salt: Newman and Balsara, Electrochemical Systems, 4th ed. (2021), ch. 12.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pybamm
from scipy import interpolate, special

from napore.cells import Cell
from napore.models import Isotherm
from napore.models.constants import FARADAY, GAS_CONSTANT
from napore.models.pore_filling import filling_rate

from .states import History

__all__ = ["EnergyBalance", "energy_balance"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class EnergyBalance:
    """Terms of the balance, all in J.

    Parameters
    ----------
    work
        Electrical work delivered, the integral of ``I V``.
    throughput
        Integral of ``|I V|``.
    dissipation
        Integral of T times the entropy production, by cause.
    gibbs, enthalpy
        Change of the Gibbs energy and of the enthalpy.
    heat
        Heat released, from local expressions: dissipation and local entropy changes.
    """

    work: float
    throughput: float
    dissipation: dict[str, float]
    gibbs: float
    enthalpy: float
    heat: float

    @property
    def gibbs_error(self) -> float:
        """Imbalance of the first law with the entropy production, over the throughput [-]."""
        return (self.work + sum(self.dissipation.values()) + self.gibbs) / self.throughput

    @property
    def enthalpy_error(self) -> float:
        """Imbalance of the first law with the heat, over the throughput [-]."""
        return (self.work + self.heat + self.enthalpy) / self.throughput


def energy_balance(cell: Cell, steps: Iterable[History]) -> EnergyBalance:
    """Energy balance over consecutive steps of an isothermal solution with ``kinetic`` storage."""
    budget = _Budget(cell)
    work = throughput = heat = 0.0
    dissipation: dict[str, float] = {}
    stored: list[tuple[float, float]] = []
    for step in steps:
        power = step.current * step.voltage
        work += float(step.weights @ power)
        throughput += float(step.weights @ np.abs(power))
        for cause, (irreversible, reversible) in budget.rates(step).items():
            lost = float(step.weights @ irreversible)
            dissipation[cause] = dissipation.get(cause, 0.0) + lost
            heat += lost + float(step.weights @ reversible)
        stored += [budget.stored(step, 0), budget.stored(step, -1)]
    return EnergyBalance(
        work,
        throughput,
        dissipation,
        gibbs=stored[-1][0] - stored[0][0],
        enthalpy=stored[-1][1] - stored[0][1],
        heat=heat,
    )


class _Budget:
    """Laws of one cell, evaluated with numpy at its temperature."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        values = cell.parameter_values
        self.T = float(values["Ambient temperature [K]"])
        self.curve: Isotherm = cell.isotherm
        self.c_max = self._number("Maximum concentration in positive electrode [mol.m-3]")
        self.adsorbed_max = self.c_max * self.curve.adsorption_fraction
        self.filled_max = (
            self.c_max * (1 - self.curve.adsorption_fraction) * np.asarray(self.curve.pores.shares)
        )
        self.active = self._number("Positive electrode active material volume fraction")
        self.law = cell.model.options.positive["pore filling"]
        self.t_plus = self._number("Cation transference number")
        self.factor = self._number("Thermodynamic factor")
        self.adsorption = _Integrals(
            lambda theta: np.asarray(self.curve.adsorption.potential(theta, self.T)),
            lambda theta: np.asarray(self.curve.adsorption.entropic_change(theta, self.T)),
        )

    def _number(self, name: str) -> float:
        return float(self.cell.parameter_values[name])

    def _law(self, name: str, *arguments: Any) -> Array:
        """Parameter function at numbers: broadcast, through PyBaMM's own evaluation."""
        function = self.cell.parameter_values[name]
        if not callable(function):
            return np.asarray(float(function)) * np.ones(np.broadcast(*arguments).shape)
        shape = np.broadcast_shapes(*(np.shape(a) for a in arguments))
        columns = [pybamm.Vector(np.broadcast_to(a, shape).ravel()) for a in arguments]
        symbol = self.cell.parameter_values.process_symbol(function(*columns))
        return np.broadcast_to(np.asarray(symbol.evaluate()).ravel(), int(np.prod(shape))).reshape(shape)

    def rates(self, step: History) -> dict[str, tuple[Array, Array]]:
        """Power lost and reversible heat [W] by cause at the stored times."""
        found = {
            "diffusion in the particles": self._particle_diffusion(step),
            "pore filling": self._pore_filling(step),
            "charge transfer at the carbon": self._charge_transfer(step),
            "charge transfer at the foil": self._foil(step),
            "solid": self._solid(step),
        }
        if self.cell.model_name != "SPM":
            found |= self._electrolyte(step)
        return found

    def _volumes(self, step: History) -> tuple[Array, Array, Array]:
        """Share of each shell, volume of active material of each place [m3], inner shell faces."""
        cubes = step.radius**3
        shells = np.diff(cubes) / cubes[-1]
        places = np.diff(step.place) * self.cell.area * self.active
        return shells, places, step.radius[1:-1]

    def _over_particles(self, step: History, density: Array) -> Array:
        """Integral [W] of a power per volume of particle; axes time, place, radius."""
        shells, places, _ = self._volumes(step)
        return np.asarray(np.einsum("txr,x,r->t", density, places, shells))

    def _particle_diffusion(self, step: History) -> tuple[Array, Array]:
        _, places, faces = self._volumes(step)
        centres = 0.5 * (step.radius[1:] + step.radius[:-1])
        theta = step.adsorbed / self.adsorbed_max
        D = self._law("Positive particle diffusivity [m2.s-1]", theta * self.c_max, np.asarray(self.T))
        inner = 0.5 * (D[..., 1:] + D[..., :-1])
        flux = -inner * np.diff(step.adsorbed, axis=-1) / np.diff(centres)
        # faces per volume of particle, then the last half cell up to the surface
        area = 3 * faces**2 / step.radius[-1] ** 3
        specific = 3 / step.radius[-1]
        surface_flux = step.reaction / self.active / specific / FARADAY
        found = []
        for law in (self.adsorption.value, self.adsorption.slope):
            level = law(theta)
            inside = np.einsum("txr,r->tx", flux * np.diff(level, axis=-1), area)
            at_surface = specific * surface_flux * (law(step.surface) - level[..., -1])
            found.append(FARADAY * np.einsum("tx,x->t", inside + at_surface, places))
        return found[0], -self.T * found[1]

    def _pore_filling(self, step: History) -> tuple[Array, Array]:
        pores, T = self.curve.pores, self.T
        theta = step.adsorbed / self.adsorbed_max
        E = self.adsorption.value(theta)
        slope = self.adsorption.slope(theta)
        lost, reversible = np.zeros_like(step.t), np.zeros_like(step.t)
        barrier = np.exp(
            self._number("Positive electrode pore filling activation energy [J.mol-1]")
            / GAS_CONSTANT
            * (1 / 298.15 - 1 / T)
        )
        for k, maximum in enumerate(self.filled_max):
            phi = step.filled[:, k] / maximum
            rate = barrier * self._number(f"Positive electrode pore class {k + 1} filling rate [s-1]")
            affinity = (
                pores.cooperativity
                * FARADAY
                * (pores.half_filling(k, T) + pores.interaction * (0.5 - phi) - E)
                / (2 * GAS_CONSTANT * T)
            )
            r = maximum * np.asarray(filling_rate(self.law, rate, phi, pores.filling(k, E, T), affinity))
            # an empty class has an infinite potential and no rate
            safe = np.clip(phi, 1e-300, 1 - 1e-15)
            gain = np.asarray(pores.potential(k, safe, T)) - E
            lost += FARADAY * self._over_particles(step, r * gain)
            entropic = _pore_entropic_change(pores, k, safe) - slope
            reversible -= T * FARADAY * self._over_particles(step, r * entropic)
        return lost, reversible

    def _charge_transfer(self, step: History) -> tuple[Array, Array]:
        places = np.diff(step.place) * self.cell.area
        specific = 3 * self.active / step.radius[-1]
        j = step.reaction / specific
        salt = step.salt[:, -places.size :]
        i0 = self._law(
            "Positive electrode exchange-current density [A.m-2]",
            salt,
            step.surface * self.c_max,
            np.asarray(self.c_max),
            np.asarray(self.T),
        )
        lost = j * _overpotential(j / i0, self.T)
        # local entropy of the reaction: Na+ and electron to adsorbed sodium
        reversible = j * self.T * self.adsorption.slope(step.surface)
        weights = places * specific
        return lost @ weights, reversible @ weights

    def _foil(self, step: History) -> tuple[Array, Array]:
        area = self.cell.area
        j = step.current / area
        i0 = self._law(
            "Exchange-current density for lithium metal electrode [A.m-2]",
            _left(step),
            np.asarray(0.0),
            np.asarray(self.T),
        )
        return j * _overpotential(j / i0, self.T) * area, np.zeros_like(j)

    def _solid(self, step: History) -> tuple[Array, Array]:
        L = self._number("Negative electrode thickness [m]")
        foil = step.current**2 * L / self._number("Negative electrode conductivity [S.m-1]") / self.cell.area
        contact = step.current**2 * self._number("Contact resistance [Ohm]")
        i_e = self._electrolyte_current(step)[:, -step.place.size :]
        i_s = step.current[:, None] / self.cell.area - i_e
        sigma = self._number("Positive electrode conductivity [S.m-1]") * self.active ** self._number(
            "Positive electrode Bruggeman coefficient (electrode)"
        )
        carbon = _squared(i_s, step.place) / sigma * self.cell.area
        return foil + contact + carbon, np.zeros_like(foil)

    def _electrolyte_current(self, step: History) -> Array:
        """Current density in the electrolyte [A/m2] at every edge, from the charge taken up."""
        size = step.place.size - 1
        taken = np.cumsum(-step.reaction * np.diff(step.place), axis=1)
        total = step.current[:, None] / self.cell.area
        separator = np.broadcast_to(total, (step.t.size, step.whole.size - size))
        return np.concatenate([separator, total - taken], axis=1)

    def _electrolyte(self, step: History) -> dict[str, tuple[Array, Array]]:
        size, area, T = step.place.size - 1, self.cell.area, np.asarray(self.T)
        i_e = self._electrolyte_current(step)
        porosity = self._porosity(step)
        exponents = [
            self._number(f"{name} Bruggeman coefficient (electrolyte)")
            for name in ("Separator", "Positive electrode")
        ]
        efficiency = porosity ** np.repeat(exponents, [porosity.size - size, size])
        kappa = self._law("Electrolyte conductivity [S.m-1]", step.salt, T) * efficiency
        widths = np.diff(step.whole)
        # each half cell with its own properties; the current is known at the edges
        middle = 0.5 * (i_e[:, 1:] + i_e[:, :-1])
        curved = middle**2 + (i_e[:, 1:] - i_e[:, :-1]) ** 2 / 12
        ohmic = np.einsum("tx,x->t", curved / kappa, widths) * area
        D = self._law("Electrolyte diffusivity [m2.s-1]", step.salt, T) * efficiency
        conductance = 1.0 / (0.5 * widths[:-1] / D[:, :-1] + 0.5 * widths[1:] / D[:, 1:])
        diffusion = -conductance * np.diff(step.salt, axis=1)
        mu = 2 * GAS_CONSTANT * self.T * self.factor * np.log(step.salt)
        jump = np.diff(mu, axis=1)
        salt = -np.sum(diffusion * jump, axis=1) * area
        # half a cell at the foil, which the anion does not leave: its diffusion meets migration
        first = np.log(step.salt[:, 0] / _left(step)) * 2 * GAS_CONSTANT * self.T * self.factor
        salt -= (1 - self.t_plus) * i_e[:, 0] / FARADAY * first * area
        # entropic: the whole of the salt's chemical potential, carried by the anion
        anion = diffusion - (1 - self.t_plus) * i_e[:, 1:-1] / FARADAY
        reversible = np.sum(anion * jump, axis=1) * area
        nothing = np.zeros_like(ohmic)
        return {"ohmic in the electrolyte": (ohmic, nothing), "diffusion of the salt": (salt, reversible)}

    def _porosity(self, step: History) -> Array:
        size = step.place.size - 1
        electrode = self._number("Positive electrode porosity")
        return np.repeat(
            [self._number("Separator porosity"), electrode], [step.whole.size - 1 - size, size]
        ).astype(float)

    def stored(self, step: History, at: int) -> tuple[float, float]:
        """Gibbs energy and enthalpy [J] at one of the stored times."""
        pores, T = self.curve.pores, self.T
        theta = step.adsorbed[at] / self.adsorbed_max
        gibbs = -FARADAY * self.adsorbed_max * self.adsorption.value_integral(theta)
        entropy = FARADAY * self.adsorbed_max * self.adsorption.slope_integral(theta)
        for k, maximum in enumerate(self.filled_max):
            phi = np.clip(step.filled[at, k] / maximum, 0.0, 1.0)
            mixing = -special.xlogy(phi, phi) - special.xlog1py(1 - phi, -phi)
            width = GAS_CONSTANT / FARADAY / pores.cooperativity
            V = pores.half_filling(k, T)
            slope = pores.half_filling(k, T + 0.5) - pores.half_filling(k, T - 0.5)
            E = V * phi + T * width * mixing + 0.5 * pores.interaction * phi * (1 - phi)
            gibbs = gibbs - FARADAY * maximum * E
            entropy = entropy + FARADAY * maximum * (slope * phi + width * mixing)
        shells, places, _ = self._volumes(step)
        G = float(np.einsum("xr,x,r->", gibbs, places, shells))
        S = float(np.einsum("xr,x,r->", entropy, places, shells))
        if self.cell.model_name != "SPM":
            c = step.salt[at]
            amount = self._porosity(step) * np.diff(step.whole) * self.cell.area
            salt = 2 * GAS_CONSTANT * self.factor * float(amount @ (c * np.log(c) - c))
            G, S = G + T * salt, S - salt
        if self.cell.model.options["surface form"] == "differential":
            G += self._double_layers(step, at)
        return G, G + T * S

    def _double_layers(self, step: History, at: int) -> float:
        carbon = self._number("Positive electrode double-layer capacity [F.m-2]")
        foil = self._number("Negative electrode double-layer capacity [F.m-2]")
        surfaces = 3 * self.active / step.radius[-1] * np.diff(step.place) * self.cell.area
        return float(
            0.5 * carbon * surfaces @ step.double_layer[at] ** 2
            + 0.5 * foil * self.cell.area * float(np.ravel(step.foil[at])[0]) ** 2
        )


class _Integrals:
    """Law of the sites on a fine table: value, entropic slope, and their integrals from zero."""

    def __init__(self, potential: Callable[[Array], Array], entropic: Callable[[Array], Array]) -> None:
        self.value, self.slope = potential, entropic
        # dense towards both ends, where the logarithms are
        theta = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, 20001))
        self.value_integral = interpolate.CubicSpline(theta, potential(theta)).antiderivative()
        self.slope_integral = interpolate.CubicSpline(theta, entropic(theta)).antiderivative()


def _pore_entropic_change(pores: Any, k: int, phi: Array) -> Array:
    """Temperature derivative [V/K] of the potential of a class; the law is linear in T."""
    return np.asarray(pores.potential(k, phi, 298.65) - pores.potential(k, phi, 297.65))


def _overpotential(ratio: Array, T: float) -> Array:
    """Overpotential [V] of symmetric Butler-Volmer kinetics at ``j / i0``."""
    return 2 * GAS_CONSTANT * T / FARADAY * np.arcsinh(0.5 * ratio)


def _left(step: History) -> Array:
    """Salt concentration at the foil, extrapolated linearly."""
    return 1.5 * step.salt[:, 0] - 0.5 * step.salt[:, 1]


def _squared(current: Array, edges: Array) -> Array:
    """Integral of the square of a current that is linear between edges."""
    a, b = current[:, :-1], current[:, 1:]
    return np.asarray((a**2 + a * b + b**2) / 3 @ np.diff(edges))
