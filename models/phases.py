"""Na3V2(PO4)3 with its phases: Na3 to Na2 to Na1 by the exchange law of the carbon's pores.

A particle holds a little sodium in solid solution, at its surface and in front of the phases, and the rest
in two steps (Na3 to Na2, Na2 to Na1), each in classes of particle size of equal mass. With ``theta`` the
occupancy of the solid solution, ``f`` its share, ``phi_jm`` the sodium in step ``j`` of size ``m``::

    y              = f theta + (1 - f)/(2M) sum_jm phi_jm                     content of the electrode
    E(theta)       = U0 + s (1/2 - theta) + H e^(-theta f/w) - L e^(-(1 - theta) f/w)
    d phi_jm / dt  = k_m { g(a+) p[sigma(a+) - phi_jm] - g(a-) p[phi_jm - sigma(a-)] }
    a+-            = nu F (V_j - E -+ h)/RT,   sigma = 1/(1 + e^-a),   p(x) = max(x, 0)
    f d theta / dt = -3 j/(F R c_max) - (1 - f)/(2M) sum_jm d phi_jm / dt
    k_m            = 15 D(T) / R_m^2,   V_j = U0 -/+ delta/2

``g(a) = cosh(a/2)^(2 lambda)`` as for pores and strong sites: detailed balance for every ``lambda``. The ends
are those of :class:`.insertion.TwoPhasePotential`, so that a cell has the same window with either storage.
``15 D/R^2`` is the rate at which diffusion levels a sphere (linear driving force, Glueckauf 1955); there is
no field over the radius. A phase grows only where its sodium is driven by more than ``h``, what nucleation
and strain cost: between ``sigma(a+)`` and ``sigma(a-)`` nothing moves, so that at zero rate charge lies ``h``
above and discharge ``h`` below. With ``h = 0`` this is the exchange ``k g(a)[sigma(a) - phi]``. Every step
dissipates: ``phi`` below ``sigma(a+)`` has ``a > 0`` left, above ``sigma(a-)`` it has ``a < 0``. ``p`` is
rounded off over 1 % of the hysteresis.

The intermediate is Na2V2(PO4)3: Park et al., Chem. Mater. 2021, DOI 10.1021/acs.chemmater.1c04033 (operando
diffraction), and its stability: Wang et al., arXiv 2109.06997.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pybamm
from pybamm.models.submodels.interface.open_circuit_potential.base_ocp import BaseOpenCircuitPotential
from pybamm.models.submodels.particle.base_particle import BaseParticle
from scipy import optimize

from .constants import FARADAY, GAS_CONSTANT
from .insertion import TWO_PHASE_PARAMETERS, TwoPhasePotential
from .live import LiveNode, plain_number, root
from .pore_filling import class_quantiles
from .strong_sites import exchange_factor

__all__ = ["PHASE_NUMBERS", "PhaseLaw", "PhasePotential", "PhaseStorage", "phase_law", "rest_occupancy"]

_BRACKET: Final = (-0.05, 1.05)

PHASE_NUMBERS: Final = {
    "share": "electrode solid-solution share",
    "split": "electrode phase potential difference [V]",
    "cooperativity": "electrode phase cooperativity",
    "symmetry": "electrode phase exchange symmetry",
    "barrier": "electrode phase hysteresis [V]",
    "spread": "particle radius spread of the phases",
}
"""Parameters of the phases beside those of the single-phase law, without the electrode in front."""


_SOFT: Final = 0.01
"""Drive at which exchange is half of what it would be, over the width of the hysteresis [-]: no kink."""


def _driven(x: Any, soft: Any) -> Any:
    """Positive part of a drive with a continuous slope, ``max(x, 0)`` where ``soft`` is 0."""
    part = 0.5 * (x + abs(x))
    return part * part / (part + soft + 1e-15)


@dataclass(frozen=True)
class PhaseLaw:
    """Equilibrium and exchange of the two steps; floats, arrays, CasADi or PyBaMM symbols.

    Parameters
    ----------
    ends
        Plateau, slope and ends, for the whole content.
    share
        ``f``, share of the solid solution in the content [-].
    split
        ``delta``, potential of Na2-Na1 over that of Na3-Na2 [V], >= 0.
    cooperativity
        ``nu``, which makes the steps narrow [-], >= 1.
    symmetry
        ``lambda`` [-], 0 to 1/2.
    barrier
        ``h``, hysteresis at zero rate, each way [V], >= 0.
    """

    ends: TwoPhasePotential
    share: Any
    split: Any
    cooperativity: Any
    symmetry: Any
    barrier: Any = 0.0

    def potential(self, theta: Any) -> Any:
        """Potential of the solid solution [V vs Na+/Na] at its occupancy [-]."""
        own = self.ends
        wide = TwoPhasePotential(own.plateau, own.slope, own.rise, own.fall, own.end_width / self.share)
        return wide.potential(theta)

    @property
    def steps(self) -> tuple[Any, Any]:
        """Potentials of Na3-Na2 and of Na2-Na1 [V]."""
        return self.ends.plateau - 0.5 * self.split, self.ends.plateau + 0.5 * self.split

    def affinity(self, j: int, E: Any, T: Any) -> Any:
        """Half the affinity of step ``j`` (0 or 1) beside sodium at ``E`` [-]."""
        return self.cooperativity * FARADAY * (self.steps[j] - E) / (2.0 * GAS_CONSTANT * T)

    def filled(self, j: int, E: Any, T: Any) -> Any:
        """Sodium of step ``j`` at equilibrium with ``E`` [-]."""
        return 0.5 + 0.5 * np.tanh(self.affinity(j, E, T))

    def rate(self, j: int, k: Any, phi: Any, E: Any, T: Any) -> Any:
        """Rate of step ``j``, filled to ``phi``, with constant ``k`` [1/s]: none inside the hysteresis."""
        least, most = (self.filled(j, E + sign * self.barrier, T) for sign in (1.0, -1.0))
        soft = _SOFT * (most - least)
        filling = exchange_factor(self.affinity(j, E + self.barrier, T), self.symmetry)
        emptying = exchange_factor(self.affinity(j, E - self.barrier, T), self.symmetry)
        return k * (filling * _driven(least - phi, soft) - emptying * _driven(phi - most, soft))

    def content(self, theta: Any, T: Any) -> Any:
        """Content of the electrode at equilibrium [-]."""
        E = self.potential(theta)
        steps = 0.5 * (self.filled(0, E, T) + self.filled(1, E, T))
        return self.share * theta + (1.0 - self.share) * steps


def phase_law(domain: str) -> PhaseLaw:
    """Law in the parameters of an electrode."""
    P, side = pybamm.Parameter, domain.capitalize()
    ends = TwoPhasePotential(**{key: P(f"{side} electrode {n}") for key, n in TWO_PHASE_PARAMETERS.items()})
    own = {key: P(f"{side} {name}") for key, name in PHASE_NUMBERS.items() if key != "spread"}
    return PhaseLaw(ends, **own)


class RestOccupancy(LiveNode):
    """Occupancy of the solid solution at rest [-], of content [-], temperature [K] and the law's numbers."""

    __slots__ = ()
    fields = 2

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Exact occupancy, in CasADi symbols."""
        y, T, *numbers = arguments
        law = PhaseLaw(TwoPhasePotential(*numbers[:5]), numbers[5], numbers[6], numbers[7], 0.0)
        return root(lambda theta: law.content(theta, T), y, *_BRACKET)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Number, where content and temperature are known too."""
        y, T = (plain_number(argument) for argument in arguments)
        if y is None or T is None:
            return None
        law = PhaseLaw(TwoPhasePotential(*numbers[:5]), numbers[5], numbers[6], numbers[7], 0.0)
        return float(optimize.brentq(lambda theta: law.content(theta, T) - y, *_BRACKET, xtol=1e-15))


def rest_occupancy(law: PhaseLaw, y: Any, T: Any) -> pybamm.Symbol:
    """Occupancy of the solid solution at rest [-] at a content [-] and a temperature [K]."""
    own = law.ends
    ends = (own.plateau, own.slope, own.rise, own.fall, own.end_width)
    return RestOccupancy.made("", y, T, *ends, law.share, law.split, law.cooperativity)


class PhasePotential(BaseOpenCircuitPotential):
    """Potential of the solid solution at the surface; that of the whole content from the single-phase law."""

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Open-circuit potentials at the surface and in the bulk, and the entropic change."""
        sto_surf, sto_bulk, T, T_bulk = self._get_stoichiometry_and_temperature(variables)
        theta = variables[f"{self.domain.capitalize()} particle solid-solution occupancy"]
        if isinstance(theta, pybamm.Broadcast):
            theta, T = theta.orphans[0], T.orphans[0] if isinstance(T, pybamm.Broadcast) else T
        dUdT = self.phase_param.dUdT(sto_surf)
        change = dUdT.orphans[0] if isinstance(dUdT, pybamm.Broadcast) else dUdT
        potential = phase_law(self.domain).potential(theta) + (T - self.param.T_ref) * change
        bulk = self.phase_param.U(sto_bulk, T_bulk)
        variables.update(self._get_standard_ocp_variables(potential, bulk, dUdT))
        self._alias_ocp_as_equilibrium(variables)
        return variables


class PhaseStorage(BaseParticle):
    """Particles of a cathode with its phases, without a field over the radius.

    Parameters
    ----------
    param, domain, options
        As for PyBaMM's particles.
    x_average
        Whether one particle stands for the electrode (SPM, SPMe).
    """

    def __init__(self, param: Any, domain: str, options: Any, x_average: bool) -> None:
        super().__init__(param, domain, options, "primary")
        self.x_average = x_average
        self.law = phase_law(domain)
        self._sizes = range(int(getattr(options, domain)["phase classes"]))

    def _state(self, name: str) -> pybamm.Variable:
        domain, Domain = self.domain_Domain
        if self.x_average:
            return pybamm.Variable(f"X-averaged {domain} particle {name}", domain="current collector")
        return pybamm.Variable(
            f"{Domain} particle {name}",
            domain=f"{domain} electrode",
            auxiliary_domains={"secondary": "current collector"},
        )

    def _wide(self, state: pybamm.Symbol) -> pybamm.Symbol:
        return pybamm.PrimaryBroadcast(state, f"{self.domain} electrode") if self.x_average else state

    def get_fundamental_variables(self) -> dict[str, pybamm.Symbol]:
        """States, content and the share of each phase."""
        domain, Domain = self.domain_Domain
        self._theta = self._state("solid-solution occupancy")
        self._phi = {
            (j, m): self._state(f"step {j + 1} size {m + 1} sodium") for j in (0, 1) for m in self._sizes
        }
        f, M = self.law.share, len(self._sizes)
        y = f * self._theta + (1 - f) / (2 * M) * sum(self._phi.values())
        content = self._wide(y * self.phase_param.c_max)
        field = pybamm.PrimaryBroadcast(content, f"{domain} particle")
        variables = self._get_standard_concentration_variables(field, c_s_rav=content, c_s_surf=content)
        steps = [sum(self._phi[j, m] for m in self._sizes) / M for j in (0, 1)]
        shares = {"Na3": steps[0] - (1 - steps[1]), "Na1": 1 - steps[1]}
        shares |= {"Na2": 1 - shares["Na3"] - shares["Na1"]}
        for phase, share in shares.items():
            variables[f"Average {domain} particle {phase} share"] = pybamm.x_average(self._wide(share))
        own = {self._theta.name: self._theta, **{state.name: state for state in self._phi.values()}}
        variables |= own
        variables[f"{Domain} particle solid-solution occupancy"] = self._wide(self._theta)
        return dict(variables)

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Rates of exchange; PyBaMM's flux and diffusivity, which are those of a level particle."""
        domain, Domain = self.domain_Domain
        prefix = f"X-averaged {domain}" if self.x_average else Domain
        T = variables[f"{prefix} electrode temperature [K]"]
        j = variables[f"{prefix} electrode interfacial current density [A.m-2]"]
        R = self.phase_param.R_typ if self.x_average else self.phase_param.R
        f, M = self.law.share, len(self._sizes)
        E = self.law.potential(self._theta)
        content = f * self._theta + (1 - f) / (2 * M) * sum(self._phi.values())
        D = self.phase_param.D(content * self.phase_param.c_max, T)
        spread = pybamm.Parameter(f"{Domain} {PHASE_NUMBERS['spread']}")
        rates = {
            m: 15 * D / (R * pybamm.exp(float(z) * spread)) ** 2
            for m, z in zip(self._sizes, class_quantiles(M), strict=True)
        }
        self._rates = {
            (step, m): self.law.rate(step, rates[m], phi, E, T) for (step, m), phi in self._phi.items()
        }
        taken = -3 * j / (self.param.F * R * self.phase_param.c_max)
        self._rhs = (taken - (1 - f) / (2 * M) * sum(self._rates.values())) / f
        field = pybamm.PrimaryBroadcast(self._wide(D), f"{domain} particle")
        variables.update(self._get_standard_diffusivity_variables(field))
        variables.update(self._get_standard_flux_variables(0 * field))
        return variables

    def set_rhs(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Balances of the solid solution and of each step and size."""
        self.rhs = {self._theta: self._rhs}
        self.rhs.update({self._phi[key]: rate for key, rate in self._rates.items()})

    def set_initial_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Solid solution and phases at rest with one another, of the initial content exactly."""
        T = self.param.T_init
        theta = rest_occupancy(self.law, self.phase_param.sto_init_av, T)
        E = self.law.potential(theta)
        steps = [self.law.filled(j, E, T) for j in (0, 1)]
        self.initial_conditions = {self._theta: self._everywhere(theta)}
        self.initial_conditions.update(
            {state: self._everywhere(steps[j]) for (j, _), state in self._phi.items()}
        )

    def _everywhere(self, value: pybamm.Symbol) -> pybamm.Symbol:
        if self.x_average:
            return pybamm.PrimaryBroadcast(value, "current collector")
        return pybamm.FullBroadcast(value, f"{self.domain} electrode", "current collector")
