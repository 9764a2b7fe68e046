"""Lumped formulation of the carbon's storage: one mobile potential in a whole particle, for milliseconds.

The equations are those of :mod:`.particle` and :mod:`.strong_storage` with a uniform particle. In contents of
the maximum concentration, with ``i`` the current per mass of carbon [A/kg], sodiation positive, and ``Q``
[A.h/kg]:

    f_m d theta/dt + sum_i c_i d s_i/dt = i / (3600 Q)          (sodium)
    d s_i/dt = kappa_i(E) [sigma_i(E) - s_i],   E = E_ads(theta, T)   (each strong site and pore class)
    theta_surf = theta + i R^2 / (3600 Q f_m 15 D)              (parabola of a sphere that takes up evenly)
    V = E_ads(theta_surf) - eta_carbon - eta_foil - i m R_ohm - (concentration)

``kappa`` and ``sigma`` come from the same functions as in PyBaMM's models; the rate laws are linear in the
occupancy. Over a step the potential changes steadily: each ``s_i`` has the exact solution for a source that
is linear in time (exponential integrator of second order, stable for every rate). One scalar equation for
``theta`` is left, solved by Newton's method in CasADi. The electrolyte, where asked for, is three modes of
the salt between the electrodes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import casadi as ca
import numpy as np

from .compiled import compiled
from .constants import FARADAY, GAS_CONSTANT
from .foil import FILM, film_resistance
from .interface import exchange_current_density
from .laws import adsorption_law, law_cache
from .lumped_newton import scanned, solved
from .lumped_slopes import Tangent
from .parameters import CarbonParameters
from .pore_filling import arrhenius

_MODES: Final = (1, 3, 5)
_NEWTON_STEPS: Final = {"current": 4, "voltage": 5}
_TINY: Final = 1e-30


class _Symbols(dict[str, Any]):
    """CasADi symbols by name, made when they are first asked for."""

    def __missing__(self, name: str) -> Any:
        self[name] = ca.SX.sym(name)
        return self[name]


@dataclass(frozen=True)
class _Carbon(CarbonParameters):
    """Symbols of a carbon in CasADi, by the same names as in PyBaMM."""

    numbers: Mapping[str, Any] = field(default_factory=_Symbols, compare=False)

    def _name(self, rest: str) -> str:
        return f"Carbon electrode {rest}"

    def _scalar(self, rest: str) -> Any:
        return self.numbers[self._name(rest)]


@dataclass(frozen=True)
class Equations:
    """Equations of one structure: law, pore classes, filling law, electrolyte.

    Parameters
    ----------
    names
        Parameters in the order of the vector ``p``.
    kinds
        Number of bound kinds: strong sites by energy and rate, then pore classes.
    size
        Length of the state: ``theta``, then ``s``, ``kappa`` and ``sigma`` of each kind, then the salt.
    constants
        ``p -> c``: what the parameters alone decide, once for a set of them.
    steps
        By ``"current"`` and ``"voltage"``, and after :data:`.lumped_newton.CAREFUL` a slower form: ``(state,
        [dt, drive, guess of theta], c) -> (state, [V, E, i, residual])``, with the drive in A/kg or in V.
    scan
        :data:`.lumped_newton.SCANNED` steps of constant current: ``([state, rate of theta], dt of each,
        drive, c) -> ([state, rate of theta], [V, E, i, residual])``, one column a step.
    tangents
        How a step at its solution moves with what it begins from, by mode (:mod:`.lumped_slopes`).
    at_rest, about_rest
        ``(theta, c) -> [state, E]``: every kind at equilibrium, no salt moved; and the derivatives of the
        state by ``theta`` and ``c``, then of ``E``.
    content
        ``(state, c) -> [stoichiometry, that of strong sites, that of pores]``.
    """

    names: tuple[str, ...]
    kinds: int
    size: int
    constants: ca.Function
    steps: Mapping[str, ca.Function]
    scan: ca.Function
    tangents: Mapping[str, Tangent]
    at_rest: ca.Function
    about_rest: ca.Function
    content: ca.Function


@law_cache(16)
def equations(law: str, classes: int, filling: str, electrolyte: bool) -> Equations:
    """Equations of a structure, made once.

    Parameters
    ----------
    law
        Name of the adsorption law; one whose potential is an expression.
    classes
        Number of pore classes.
    filling
        Name of the law of pore filling; its rate must be linear in the filling.
    electrolyte
        Whether salt and its resistance count, as in an SPMe, or not, as in an SPM.

    Raises
    ------
    ValueError
        For a law that is a table, or a rate that is not linear.
    """
    return _Structure(law, classes, filling, electrolyte).equations()


class _Structure:
    """Expressions of the equations in CasADi symbols; arguments as for :func:`equations`."""

    def __init__(self, law: str, classes: int, filling: str, electrolyte: bool) -> None:
        if not adsorption_law(law).closed_form:
            raise ValueError(f"adsorption law {law!r} is a table: the lumped formulation needs an expression")
        self.carbon = _Carbon("positive", classes, law=law)
        self.numbers: Any = self.carbon.numbers
        self.filling, self.electrolyte = filling, electrolyte
        self.T = self.numbers["Ambient temperature [K]"]
        self.theta = ca.SX.sym("theta")
        self.E = self.carbon.adsorption_potential(self.theta, self.T)
        self._bound_kinds()
        n = self.shares.shape[0]
        self.before = ca.SX.sym("before", 1 + 3 * n + (len(_MODES) if electrolyte else 0))
        self.kinds = n

    def _bound_kinds(self) -> None:
        """Share of each bound kind in the content, its rate constant and its equilibrium at ``E``."""
        carbon, T = self.carbon, self.T
        pores = ca.SX.sym("phi", carbon.classes)
        rates = list(carbon.filling_rates(self.filling, ca.vertsplit(pores), self.E, T))
        shares = [carbon.pore_fraction(k) for k in range(carbon.classes)]
        at_rest, count = list(carbon.equilibrium_fillings(self.E, T)), 1
        s = pores
        if carbon.has_strong_sites:
            strong, count = carbon.strong, carbon.strong_rates
            sites = [[ca.SX.sym(f"s_{j}_{m}") for m in range(count)] for j in range(strong.energies)]
            s = ca.vertcat(*[one for row in sites for one in row], pores)
            rates = [rate for row in carbon.exchange_rates(sites, self.E, T) for rate in row] + rates
            held = carbon.strong_fraction / count
            shares = [held * share for share in strong.shares for _ in range(count)] + shares
            at_rest = strong.fillings(self.E, T) + at_rest
        self.shares, rate = ca.vertcat(*shares), ca.vertcat(*rates)
        self.kappa = -ca.diag(ca.jacobian(rate, s))
        if ca.depends_on(self.kappa, s):
            raise ValueError(
                f"filling law {self.filling!r} is not linear in the filling, which the lumped formulation "
                "needs: choose relaxation, exchange, emptying or sinh, or the SPM"
            )
        # classes of rates of one energy have one equilibrium
        repeats = [count] * (len(at_rest) - carbon.classes) + [1] * carbon.classes
        self.equilibria, self.repeats = ca.vertcat(*at_rest), repeats
        self.sigma = ca.vertcat(*[one for one, n in zip(at_rest, repeats, strict=True) for _ in range(n)])

    def equations(self) -> Equations:
        """Functions of the structure."""
        n, u = self.kinds, ca.SX.sym("u", 3)
        after = {mode: self._after(mode, u) for mode in _NEWTON_STEPS}
        salt = ca.SX.zeros(self.before.shape[0] - 1 - 3 * n)
        rest = ca.vertcat(self.theta, self.sigma, self.kappa, self.sigma, salt)
        mobile, held = self._mobile * self.before[0], self.shares * self.before[1 : n + 1]
        strong = n - self.carbon.classes
        parts = ca.vertcat(mobile + ca.sum1(held), ca.sum1(held[:strong]), ca.sum1(held[strong:]))
        slopes = [ca.jacobian(residual, self.theta) for *_, residual in after.values()]
        whole = [e for found in after.values() for e in found] + slopes + [rest, self.E, parts]
        # every expression is made, so that the parameters are known; what they alone decide is computed once
        p = ca.vertcat(*self.numbers.values())
        found, symbols, constants = ca.extract_parametric(whole, p, {"extract_trivial": True})
        c = ca.vertcat(*symbols)
        steps: dict[str, ca.Function] = {}
        for k, (mode, count) in enumerate(_NEWTON_STEPS.items()):
            ends, residual = found[3 * k : 3 * k + 2], found[3 * k + 2]
            steps |= solved(mode, [self.theta, self.before, u, c], ends, residual, found[6 + k], count)
        tangents = {
            mode: Tangent.of(mode, self.theta, self.before, u[:2], c, found[3 * k : 3 * k + 3])
            for k, mode in enumerate(_NEWTON_STEPS)
        }
        *alone, scan = compiled([*steps.values(), scanned(steps["current"])])
        return Equations(
            tuple(self.numbers),
            n,
            self.before.shape[0],
            ca.Function("constants", [p], ca.cse([ca.vertcat(*constants)])),
            dict(zip(steps, alone, strict=True)),
            scan,
            tangents,
            ca.Function("at_rest", [self.theta, c], [found[8], found[9]]),
            ca.Function(
                "about_rest",
                [self.theta, c],
                [ca.jacobian(of, by) for of in found[8:10] for by in (self.theta, c)],
            ),
            ca.Function("content", [self.before, c], [found[10]]),
        )

    @property
    def _mobile(self) -> Any:
        return self.carbon.mobile_fraction

    def _after(self, mode: str, u: Any) -> tuple[Any, Any, Any]:
        """State at the end of a step, ``[V, E, i]`` and the residual, at the new ``theta``."""
        n, dt, drive = self.kinds, u[0], u[1]
        s, kappa, sigma = (self.before[1 + k * n : 1 + (k + 1) * n] for k in range(3))
        # at the end, not where the last rate leads: where slow sites alone carry the current they decide the
        # potential by their rates, and it would swing about
        z = 0.5 * (kappa + self.kappa) * dt + _TINY
        left, mean = ca.exp(-z), -ca.expm1(-z) / z
        s_new = left * s + (mean - left) * sigma + (1.0 - mean) * self.sigma
        known = ca.dot(self.shares, (left - 1.0) * s + (mean - left) * sigma)
        weights, ends = self.shares * (1.0 - mean), np.cumsum([0, *self.repeats])
        sums = ca.vertcat(*[ca.sum1(weights[int(a) : int(b)]) for a, b in pairwise(ends)])
        change = self._mobile * (self.theta - self.before[0]) + known + ca.dot(sums, self.equilibria)
        per_A_kg = 1.0 / (3600.0 * self.numbers["Carbon electrode specific capacity of all sites [mA.h.g-1]"])
        i = drive if mode == "current" else change / (per_A_kg * dt)
        V, salt = self._voltage(i, dt, per_A_kg)
        residual = change - i * per_A_kg * dt if mode == "current" else V - drive
        state = ca.vertcat(self.theta, s_new, self.kappa, self.sigma, salt)
        return state, ca.vertcat(V, self.E, i), residual

    def _voltage(self, i: Any, dt: Any, per_A_kg: Any) -> tuple[Any, Any]:
        """Voltage of the half cell [V] at current ``i`` [A/kg], and the modes of the salt [mol/m3]."""
        number, T = self.numbers, self.T
        radius = number["Carbon particle radius [m]"]
        D = number["Carbon particle reference diffusivity [m2.s-1]"] * arrhenius(
            number["Carbon particle adsorbed diffusivity activation energy [J.mol-1]"], T
        )
        surface = self.theta + i * per_A_kg * radius**2 / (15.0 * D * self._mobile)
        per_area = i * number["Carbon electrode areal loading [kg.m-2]"]
        flux = i * radius * number["Carbon electrode true density [kg.m-3]"] / 3.0
        at_foil = at_carbon = number["Initial concentration in electrolyte [mol.m-3]"]
        losses: Any = number["Contact resistance [Ohm]"] * per_area * number["Electrode area [m2]"]
        salt = ca.SX(0, 1)
        if self.electrolyte:
            salt, drop, resistance = self._salt(per_area, dt)
            at_foil, at_carbon = at_foil + 0.5 * drop, at_carbon - 0.5 * drop
            transference, factor = number["Cation transference number"], number["Thermodynamic factor"]
            thermal = GAS_CONSTANT * T / FARADAY
            losses = losses + per_area * resistance
            losses = losses + 2.0 * thermal * (1.0 - transference) * factor * np.log(at_foil / at_carbon)
        carbon = exchange_current_density(
            surface,
            at_carbon,
            T,
            number["Carbon electrode reference exchange-current density [A.m-2]"],
            number["Carbon electrode exchange-current density activation energy [J.mol-1]"],
            (
                number["Carbon electrode exchange-current occupancy end (empty)"],
                number["Carbon electrode exchange-current occupancy end (full)"],
            ),
        )
        barrier = number["Sodium metal exchange-current activation energy [J.mol-1]"]
        foil = number["Sodium metal reference exchange-current density [A.m-2]"] * np.sqrt(at_foil / 1000.0)
        foil = foil * arrhenius(barrier, T)
        losses = losses + per_area * film_resistance(number[FILM], barrier, T)
        transfer = 2.0 * GAS_CONSTANT * T / FARADAY
        losses = losses + transfer * (np.arcsinh(flux / (2.0 * carbon)) + np.arcsinh(per_area / (2.0 * foil)))
        return self.carbon.adsorption_potential(surface, T) - losses, salt

    def _salt(self, per_area: Any, dt: Any) -> tuple[Any, Any, Any]:
        """Modes of the salt, its difference between the electrodes [mol/m3], and the resistance [ohm m2].

        Diffusion across the separator between two walls that give and take it: ``n`` odd modes of relaxation
        time ``L^2/(n pi)^2 D``; the rest of the series at its steady value.
        """
        number, T = self.numbers, self.T
        L, porosity = number["Separator thickness [m]"], number["Separator porosity"]
        bruggeman = number["Separator Bruggeman coefficient (electrolyte)"]
        warm = arrhenius(number["Electrolyte conductivity activation energy [J.mol-1]"], T)
        m = number["Initial concentration in electrolyte [mol.m-3]"] / 1000.0
        D = number["Electrolyte reference diffusivity [m2.s-1]"] * np.exp(0.5 * (1.0 - m)) * warm
        conductivity = number["Electrolyte reference conductivity [S.m-1]"] * m * np.exp(1.0 - m) * warm
        steady = per_area * L * (1.0 - number["Cation transference number"])
        steady = steady / (FARADAY * D * porosity**bruggeman)
        modes, drop, left = [], 0.0, 1.0
        for k, n in enumerate(_MODES):
            decay = dt * n**2 * np.pi**2 * D * porosity ** (bruggeman - 1.0) / L**2
            mode = steady + (self.before[1 + 3 * self.kinds + k] - steady) * np.exp(-decay)
            weight = 8.0 / (np.pi * n) ** 2
            modes.append(mode)
            drop, left = drop + weight * mode, left - weight
        own = number["Carbon electrode thickness [m]"] / (
            3.0
            * number["Carbon electrode porosity"]
            ** number["Carbon electrode Bruggeman coefficient (electrolyte)"]
        )
        return ca.vertcat(*modes), drop + left * steady, (L / porosity**bruggeman + own) / conductivity
