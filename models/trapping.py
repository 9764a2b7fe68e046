"""Sodium that the strongest sites keep: adsorbed sodium that becomes immobile and is lost to cycling.

Beside the balances of :mod:`.particle`, in every place of a particle:

    d c_trap / dt = r_t = k_t (c_trap,max - c_trap) theta
    d c_ads / dt  = ... - r_t

Traps are sites beside those of the formed carbon, which are emptied up to 3 V: what they take never
comes back, and the reversible sites keep their number. The public concentration, and with it the
stoichiometry, counts mobile and pore-filling sodium; with what is trapped it is conserved.
"""

from typing import Any

import pybamm

from .particle import AdsorptionPoreFilling, inside


def trapping_rate(rate: Any, theta: Any, trapped: Any, capacity: Any) -> Any:
    """Rate of trapping, ``k_t (c_max - c) theta``, first order in free traps and adsorbed sodium.

    Parameters
    ----------
    rate
        ``k_t`` [1/s].
    theta
        Occupancy of the adsorption sites [-].
    trapped, capacity
        Trapped sodium and its limit [mol/m3].

    Notes
    -----
    No energy of activation: the rate holds at the temperature that it was given for.

    Examples
    --------
    >>> round(trapping_rate(1e-6, 0.5, 20.0, 100.0), 12)
    4e-05
    """
    return rate * (capacity - trapped) * theta


class TrappingStorage(AdsorptionPoreFilling):
    """Adsorption and pore filling with sodium that stays on the strongest sites.

    Parameters as for :class:`AdsorptionPoreFilling`.
    """

    def _trap_capacity(self) -> pybamm.Symbol:
        share = pybamm.Parameter(f"{self.domain.capitalize()} electrode trap capacity fraction")
        return self.phase_param.c_max * share

    def get_fundamental_variables(self) -> dict[str, pybamm.Symbol]:
        """Storage, and the trapped sodium."""
        variables = super().get_fundamental_variables()
        domain, Domain = self.domain_Domain
        self._trapped = self._field("trapped", self._trap_capacity())
        field = self._over_electrode(self._trapped)
        average = pybamm.r_average(pybamm.x_average(field))
        volume = self.domain_param.L * self.param.A_cc
        # a state of its own: with loss of active material the field alone does not tell what was lost
        self._lost = pybamm.Variable(
            f"Loss of sodium to trapping in {domain} electrode [mol]",
            scale=self._trap_capacity() * volume,
        )
        variables |= {
            f"{Domain} particle trapped concentration [mol.m-3]": field,
            f"X-averaged {domain} particle trapped concentration [mol.m-3]": pybamm.x_average(field),
            f"Average {domain} particle trapped concentration [mol.m-3]": average,
            f"Average {domain} particle trap filling": inside(average / self._trap_capacity()),
            self._lost.name: self._lost,
        }
        if self._trapped.name in variables:
            variables[self._trapped.name] = self._trapped if self.x_average else field
        return variables

    def get_coupled_variables(self, variables: dict[str, pybamm.Symbol]) -> dict[str, pybamm.Symbol]:
        """Flux, filling rates and the rate of trapping."""
        variables = super().get_coupled_variables(variables)
        Domain = self.domain.capitalize()
        k = pybamm.Parameter(f"{Domain} electrode trapping rate [s-1]")
        theta = self._states[None] / self._maximum(None)
        rate = trapping_rate(k, theta, self._trapped, self._trap_capacity())
        self._rhs_adsorbed -= rate
        self._rhs_trapped = rate
        per_volume = pybamm.r_average(self._over_electrode(rate))
        active = variables[f"{Domain} electrode active material volume fraction"]
        volume = self.domain_param.L * self.param.A_cc
        self._rhs_lost = pybamm.x_average(active * per_volume) * volume
        variables[f"{Domain} particle trapping rate [mol.m-3.s-1]"] = self._over_electrode(rate)
        return variables

    def set_rhs(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Balances of storage and of trapped sodium."""
        super().set_rhs(variables)
        self.rhs |= {self._trapped: self._rhs_trapped, self._lost: self._rhs_lost}

    def set_initial_conditions(self, variables: dict[str, pybamm.Symbol]) -> None:
        """Storage at equilibrium and empty traps."""
        super().set_initial_conditions(variables)
        self.initial_conditions |= {self._trapped: pybamm.Scalar(0), self._lost: pybamm.Scalar(0)}
