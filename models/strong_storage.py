"""Three kinds of sodium in a particle: strongly bound sites beside the mobile ones and the pores.

Beside the balances of :mod:`.particle`, for each class ``j`` of site energies and ``m`` of exchange rates:

    d s_jm / dt     = k_m g(a_j) [ s_j(E, T) - s_jm ],      a_j = F (E_j - E)/RT
    d c_ads / dt    = -div N - sum_k r_k - sum_jm c_jm,max d s_jm / dt

With the option "strong sites" "averaged" a class has one occupancy in a particle, takes sodium evenly over
it, and sees the mean potential ``E`` of its mobile sodium; with "local" all is so in each place. Either way
the sites take what the mobile sodium gives, and each term dissipates: ``c d s/dt (E_j(s) - <E>) >= 0``. The
mean is for mobile sodium that is nearly even, ``R^2/D`` short beside the discharge; it needs a twentieth of
the states.

Where mobile sites are full they take no sodium of the averaged strong ones: a place counts with
``w = 1 - 1e-5/(1 - theta + 1e-5)``, and the exchange of a class with the mean of ``w``.

In a DFN means and sums are algebraic states. Written out, every shell of a particle would depend on every
other one and on every class, and a step take a third longer.
"""

from typing import Any, Final

import pybamm

from .adsorption import positive_part
from .heat import exchange_heat
from .particle import AdsorptionPoreFilling, inside
from .trapping import TrappingStorage

_SCALE: Final = 30.0
"""Scale of an occupancy in the solver, for its absolute tolerance.

A class holds about a hundredth of the sodium: what matters of its occupancy is a thirtieth of what matters of
the mobile sodium's. Followed as exactly, the fronts of twelve classes take half of all steps.
"""
_FULL: Final = 1e-5
"""Share of free mobile sites [-] below which a place gives and takes nothing of averaged strong sites."""
_CLOSED: Final = 1e-4
"""Scale of the mean of such places in the solver: that of half-full sites on a plateau."""


def _closed(theta: Any) -> Any:
    """Share in which a place takes no part [-]: 0 unless its mobile sites, filled to ``theta``, are full."""
    # beyond full it stays below one, for a solver that tries it
    return _FULL / (positive_part(1.0 - theta, 0.1 * _FULL) + _FULL)


class ThreeKindsStorage(AdsorptionPoreFilling):
    """Mobile sodium, pores, and strongly bound sodium that exchanges with the mobile one.

    Parameters as for :class:`.particle.AdsorptionPoreFilling`.
    """

    @property
    def _local(self) -> bool:
        return bool(getattr(self.options, self.domain)["strong sites"] == "local")

    def _strong_maximum(self, j: int) -> pybamm.Symbol:
        """Maximum concentration of one class of rates in class ``j`` of energies [mol/m3]."""
        share = self.carbon.strong_fraction * self.carbon.strong.shares[j]
        return self.phase_param.c_max * share / self.carbon.strong_rates

    @property
    def _has_algebraic(self) -> bool:
        """Whether mean potential and sum are states; an SPM stays without algebraic ones."""
        return not (self._local or self.x_average)

    def _strong_state(self, name: str, scale: Any = _SCALE) -> pybamm.Variable:
        """State of the strong sites, in each place of a particle or over all of it."""
        domain, Domain = self.domain_Domain
        prefix = f"X-averaged {domain}" if self.x_average else Domain
        suffix = " distribution" if self.size_distribution else ""
        levels = list(self._auxiliary_domains().values())
        if self._local:
            levels.insert(0, f"{domain} particle")
        names = ["primary", "secondary", "tertiary", "quaternary"]
        return pybamm.Variable(
            f"{prefix} particle strong site {name}{suffix}",
            domains={name: [level] for name, level in zip(names, levels, strict=False)},
            scale=scale,
        )

    def _over_particle(self, s: pybamm.Symbol) -> pybamm.Symbol:
        return s if self._local else pybamm.PrimaryBroadcast(s, [f"{self.domain} particle"])

    def _bound_elsewhere(self) -> list[pybamm.Symbol]:
        classes = range(self.carbon.strong.energies)
        self._strong = {
            (j, m): self._strong_state(f"class {j + 1}.{m + 1} content")
            for j in classes
            for m in range(self.carbon.strong_rates)
        }
        self._shared: tuple[pybamm.Variable, ...] = ()
        if self._has_algebraic:
            per_second = self._maximum(None)
            self._shared = (
                self._strong_state("mean adsorption potential [V]"),
                # what is missing to 1, which the solver knows more exactly than what is there
                self._strong_state("closed share", _CLOSED),
                self._strong_state("total exchange rate [mol.m-3.s-1]", per_second),
                self._strong_state("exchange rate of the sites [mol.m-3.s-1]", per_second),
                self._strong_state("exchange rate of the places [mol.m-3.s-1]", per_second),
            )
        held = sum(self._strong_maximum(j) * s for (j, _), s in self._strong.items())
        self._held = self._over_particle(held)
        return [self._held]

    def _bound_average(self) -> pybamm.Symbol:
        return pybamm.r_average(pybamm.x_average(self._over_electrode(self._held)))

    def _storage_variables(self) -> dict[str, pybamm.Symbol]:
        variables = super()._storage_variables()
        domain, Domain = self.domain_Domain
        average = self._bound_average()
        mobile = variables[f"Average {domain} particle adsorbed concentration [mol.m-3]"] - average
        capacity = self.carbon.strong_fraction * self.phase_param.c_max
        variables |= {
            f"{Domain} particle strongly bound concentration [mol.m-3]": self._over_electrode(self._held),
            f"X-averaged {domain} particle strongly bound concentration [mol.m-3]": pybamm.x_average(
                self._over_electrode(self._held)
            ),
            f"Average {domain} particle strongly bound concentration [mol.m-3]": average,
            f"Average {domain} particle mobile concentration [mol.m-3]": mobile,
            f"Average {domain} particle strong site occupancy": inside(average / capacity),
        }
        shown = {s.name.replace(" content", " occupancy"): inside(s) for s in self._strong.values()}
        # a solution is taken up again by the names of its states
        return variables | shown | {state.name: state for state in (*self._strong.values(), *self._shared)}

    def _other_exchange(self, theta: pybamm.Symbol, E: pybamm.Symbol, T: pybamm.Symbol) -> Any:
        classes = range(self.carbon.strong.energies)
        rates = range(self.carbon.strong_rates)
        s = [[self._strong[j, m] for m in rates] for j in classes]
        closed = pybamm.Scalar(0.0) if self._local else _closed(theta)
        mean, closed_share = self._shared[:2] or (self._seen(E), self._seen(closed))
        found = self.carbon.exchange_rates(s, mean, self._seen(T))
        of_all = sum(self._strong_maximum(j) * found[j][m] for j in classes for m in rates)
        self._strong_rates = {(j, m): (1.0 - closed_share) * found[j][m] for j in classes for m in rates}
        self._written_out: tuple[Any, ...] = ()
        if not self._shared:
            self._sink = (1.0 - closed) * self._over_particle(of_all)
            return self._sink
        taken = sum(self._strong_maximum(j) * rate for (j, _), rate in self._strong_rates.items())
        total, by_sites, by_places = self._shared[2:]
        given = self._seen(1.0 - closed) * total
        self._written_out = (self._seen(E), self._seen(closed), of_all, taken, given)
        # what the sites take, spread over the places: rows whose sum is linear conserve to round-off
        self._sink = (1.0 - closed) * self._over_particle(total) + self._over_particle(by_sites - by_places)
        return self._sink

    def _seen(self, field: pybamm.Symbol) -> pybamm.Symbol:
        """What the sites see of a field in a particle: its value in their place, or its mean."""
        in_particle = field.domain == [f"{self.domain} particle"]
        return pybamm.r_average(field) if in_particle and not self._local else field

    def _other_heat(self, theta: pybamm.Symbol, T: pybamm.Symbol) -> tuple[Any, Any]:
        terms = [
            (self._strong_maximum(j) * rate, j, self._strong[j, m])
            for (j, m), rate in self._strong_rates.items()
        ]
        E = self._seen(self.carbon.adsorption_potential(theta, T))
        slope = self._seen(self.carbon.adsorption_entropic_change(theta, T))
        heats = exchange_heat(self.carbon.strong, terms, E, slope, self._seen(T))
        lost, reversible = (self._over_particle(heat) for heat in heats)
        return lost, reversible

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Flux, filling rates and the rate of exchange of the strong sites."""
        variables = super().get_coupled_variables(variables)
        name = f"{self.domain.capitalize()} particle strong site exchange rate [mol.m-3.s-1]"
        variables[name] = self._over_electrode(self._sink)
        return variables

    def set_rhs(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Balances of mobile sodium, pores and strong sites."""
        super().set_rhs(variables)
        self.rhs |= {self._strong[key]: rate for key, rate in self._strong_rates.items()}

    def set_algebraic(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Means and sums over the particle, where they are states."""
        super().set_algebraic(variables)
        algebraic = zip(self._shared, self._written_out, strict=False)
        self.algebraic |= {state: (state - found) / state.scale for state, found in algebraic}

    def set_initial_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Strong sites at rest with the mobile sodium."""
        super().set_initial_conditions(variables)
        theta = self.initial_conditions[self._states[None]] / self._maximum(None)
        E = self.carbon.adsorption_potential(self._seen(theta), self.param.T_init)
        fillings = self.carbon.strong.fillings(E, self.param.T_init)
        self.initial_conditions |= {state: fillings[j] for (j, _), state in self._strong.items()}
        shared = (E, _closed(self._seen(theta)), *(0.0 * E for _ in self._shared[2:]))
        self.initial_conditions |= dict(zip(self._shared, shared, strict=False))


class ThreeKindsTrapping(TrappingStorage, ThreeKindsStorage):
    """The same with sodium that becomes immobile for good (:mod:`.trapping`)."""
