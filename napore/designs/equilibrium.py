"""A carbon, a cathode and their sodium at equilibrium, as casadi functions with exact derivatives.

The carbon's equilibrium has no closed form in its stoichiometry, but is explicit in the occupancy
``theta`` of its adsorption sites: ``x(theta)``, ``E(theta)``. With the mass ratio ``r``, capacities of
all sites ``q``, loss and presodiation ``l`` and ``p`` (per gram of carbon), per gram of cathode::

    y(theta) = [q_c - r (l - p) - r q_a x(theta)] / q_c
    U_c(y(theta)) - E(theta) = V        at both cut-offs: theta_charged, theta_discharged
    energy = q_c int U_c dy - r q_a int E x'(theta) dtheta

The two equations are solved by Newton's method inside casadi, which differentiates their solution by
the theorem of implicit functions.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Self

import casadi as ca
import numpy as np
from scipy import optimize

from napore.full_cells import PRESODIATION, RATIO, FullCell
from napore.models.constants import REFERENCE_TEMPERATURE
from napore.models.insertion import TwoPhasePotential
from napore.models.isotherm import Isotherm
from napore.parameters.balance import END
from napore.parameters.cathode import two_phase
from napore.parameters.schema import check

from .checks import DesignError

OUTPUTS: Final = (
    "capacity_mAh_g_cathode",
    "mean_voltage_V",
    "energy_Wh_kg_active",
    "plating_margin_V",
    "cathode_potential_charged_V",
)
"""Outputs of the casadi functions, in order."""

IPOPT: Final[dict[str, Any]] = {
    "ipopt.print_level": 0,
    "print_time": False,
    "ipopt.sb": "yes",
    "ipopt.tol": 1e-9,
    "ipopt.mu_init": 1e-5,  # starts near the limits, where an optimum lies
    "ipopt.max_iter": 100,  # an optimum takes some twenty
}
_OWN_CATHODE = "Positive electrode plateau potential [V]"
_OCCUPANCIES = (-0.005, 1.19)
_NODES = 64


@dataclass(frozen=True)
class EquilibriumDesign:
    """One design at equilibrium, cycled infinitely slowly between the cut-offs.

    Parameters
    ----------
    mass_ratio
        Active mass of the carbon over that of the cathode.
    presodiation_mAh_g_carbon
        Sodium put into the carbon before the first charge.
    n_p_ratio
        Capacity of all sites of the anode over that of the cathode.
    inventory_mAh_g_cathode
        Cyclable sodium.
    capacity_mAh_g_cathode, mean_voltage_V
        Charge between the cut-offs; energy over charge.
    energy_Wh_kg_active
        Energy per kg of both active materials.
    plating_margin_V
        Potential of the carbon in the charged cell; below zero, metal is stable.
    cathode_potential_charged_V
        Potential of the cathode in the charged cell [V vs Na+/Na].
    limiting
        ``"anode"`` (full at the end of charge), ``"inventory"`` (cathode empty at the end of charge and anode
        at that of discharge) or ``"cathode"`` (empty at the end of charge, full at that of discharge).
    """

    mass_ratio: float
    presodiation_mAh_g_carbon: float
    n_p_ratio: float
    inventory_mAh_g_cathode: float
    capacity_mAh_g_cathode: float
    mean_voltage_V: float
    energy_Wh_kg_active: float
    plating_margin_V: float
    cathode_potential_charged_V: float
    limiting: str


@dataclass(frozen=True)
class EquilibriumPair:
    """A carbon and a cathode of which the mass ratio and the presodiation are free.

    Parameters
    ----------
    carbon, cathode
        Laws of equilibrium.
    carbon_capacity, cathode_capacity
        Of all sites [mAh per gram of the active material].
    loss
        Sodium that the first cycle takes from the inventory [mAh per gram of carbon].
    cut_offs
        Lower and upper cut-off of the cell [V].
    mass_ratio, presodiation
        Where no others are given.

    Examples
    --------
    >>> import napore
    >>> pair = EquilibriumPair.of(napore.full_cell("fjh", "nvp", model="SPM"))
    >>> pair.at(0.4).limiting
    'inventory'
    >>> pair.derivatives(0.4).shape  # of OUTPUTS with respect to mass ratio and presodiation
    (5, 2)
    """

    carbon: Isotherm
    cathode: TwoPhasePotential
    carbon_capacity: float
    cathode_capacity: float
    loss: float
    cut_offs: tuple[float, float]
    mass_ratio: float = 0.4
    presodiation: float = 0.0

    @classmethod
    def of(cls, cell: FullCell) -> Self:
        """Pair of a full cell.

        Raises
        ------
        DesignError
            Where an electrode is that of a PyBaMM set, whose equilibrium is no law of ours.
        """
        values, balance = cell.parameter_values, cell.balance
        if cell.pore_classes == 0 or _OWN_CATHODE not in values:
            raise DesignError(
                f"{cell.name} has an electrode of a PyBaMM set, for which there is no static design: use "
                "napore.design, which simulates"
            )
        ratio = balance.mass_ratio
        # from the balance, so that it is the one of the simulation whatever was changed
        q_c = cell.number("Positive electrode usable specific capacity [mA.h.g-1]")
        return cls(
            carbon=cell.isotherm,
            cathode=two_phase(values),
            carbon_capacity=balance.n_p_ratio * q_c / ratio,
            cathode_capacity=q_c,
            loss=balance.first_cycle_loss_mAh_g_carbon - balance.left_by_first_cycle_mAh_g_carbon,
            cut_offs=cell.cut_offs,
            mass_ratio=ratio,
            presodiation=balance.presodiation_mAh_g_carbon,
        )

    def at(self, mass_ratio: float | None = None, presodiation: float | None = None) -> EquilibriumDesign:
        """Design at a mass ratio and a presodiation [mAh per gram of carbon].

        Raises
        ------
        DesignError
            For numbers out of range, no sodium or too much of it, and cut-offs out of reach.
        """
        ratio, added = self._checked(mass_ratio, presodiation)
        charged, discharged, full = self.occupancies(ratio, added)
        found = self._functions[full](ratio, added, charged, discharged)
        outputs = dict(zip(OUTPUTS, (float(v) for v in ca.DM(found).full().ravel()), strict=True))
        return EquilibriumDesign(
            mass_ratio=ratio,
            presodiation_mAh_g_carbon=added,
            n_p_ratio=ratio * self.carbon_capacity / self.cathode_capacity,
            inventory_mAh_g_cathode=self._inventory(ratio, added),
            limiting="anode" if full else self._limiting(ratio, added, charged, discharged),
            **outputs,
        )

    def derivatives(
        self, mass_ratio: float | None = None, presodiation: float | None = None
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Exact derivatives of :data:`OUTPUTS` (rows) to mass ratio and to presodiation (columns)."""
        ratio, added = self._checked(mass_ratio, presodiation)
        charged, discharged, full = self.occupancies(ratio, added)
        return np.asarray(self._jacobian[full](ratio, added, charged, discharged))

    @cached_property
    def _curve(self) -> ca.Function:
        """Potential, stoichiometry and its derivative at an occupancy of the adsorption sites."""
        theta = ca.SX.sym("theta")
        E = self.carbon.adsorption.potential(theta, REFERENCE_TEMPERATURE)
        x = self.carbon.stoichiometry_at(theta, REFERENCE_TEMPERATURE)
        return ca.Function("curve", [theta], [E, x, ca.jacobian(x, theta)])

    @cached_property
    def state(self) -> ca.Function:
        """Content of the cathode, its potential and the carbon's at (ratio, presodiation, occupancy)."""
        r, p, theta = (ca.SX.sym(name) for name in ("r", "p", "theta"))
        E, x, _ = self._curve(theta)
        y = (self._inventory(r, p) - r * self.carbon_capacity * x) / self.cathode_capacity
        return ca.Function("state", [r, p, theta], [y, self.cathode.potential(y), E])

    @cached_property
    def outputs(self) -> ca.Function:
        """:data:`OUTPUTS` at (ratio, presodiation, occupancy charged, occupancy discharged)."""
        r, p, charged, discharged = (ca.SX.sym(name) for name in ("r", "p", "charged", "discharged"))
        y_charged, U_charged, E_charged = self.state(r, p, charged)
        y_discharged, _, _ = self.state(r, p, discharged)
        place, weight = _nodes()
        E, _, slope = self._curve(ca.SX(discharged + (charged - discharged) * place))
        of_anode = (charged - discharged) * ca.sum2(weight * E * slope)
        y = ca.SX(y_charged + (y_discharged - y_charged) * place)
        of_cathode = (y_discharged - y_charged) * ca.sum2(weight * self.cathode.potential(y))
        energy = self.cathode_capacity * of_cathode - r * self.carbon_capacity * of_anode
        capacity = self.cathode_capacity * (y_discharged - y_charged)
        found = ca.vertcat(capacity, energy / capacity, energy / (1.0 + r), E_charged, U_charged)
        return ca.Function("outputs", [r, p, charged, discharged], [found])

    @cached_property
    def _functions(self) -> tuple[ca.Function, ca.Function]:
        """Outputs at (ratio, presodiation, two first guesses): cell charged to its cut-off, anode full."""
        r, p, theta, V = (ca.SX.sym(name) for name in ("r", "p", "theta", "V"))
        _, U, E = self.state(r, p, theta)
        problem = {"x": theta, "p": ca.vertcat(r, p, V), "g": U - E - V}
        root = ca.rootfinder("root", "newton", problem, {"abstol": 1e-10, "max_iter": 50})
        ratio, added, guess_charged, guess_discharged = (
            ca.MX.sym(name) for name in ("ratio", "added", "guess_charged", "guess_discharged")
        )
        low, high = self.cut_offs
        discharged = root(guess_discharged, ca.vertcat(ratio, added, low))
        inputs = [ratio, added, guess_charged, guess_discharged]
        made = []
        for full in (False, True):
            charged = guess_charged if full else root(guess_charged, ca.vertcat(ratio, added, high))
            made.append(ca.Function("equilibrium", inputs, [self.outputs(ratio, added, charged, discharged)]))
        return made[0], made[1]

    @cached_property
    def _jacobian(self) -> tuple[ca.Function, ca.Function]:
        made = []
        for function in self._functions:
            inputs = [ca.MX.sym(f"i{k}") for k in range(4)]
            slope = ca.jacobian(function(*inputs), ca.vertcat(inputs[0], inputs[1]))
            made.append(ca.Function("jacobian", inputs, [slope]))
        return made[0], made[1]

    def _inventory(self, ratio: Any, presodiation: Any) -> Any:
        return self.cathode_capacity - ratio * (self.loss - presodiation)

    def _checked(self, mass_ratio: float | None, presodiation: float | None) -> tuple[float, float]:
        given = (
            (RATIO, self.mass_ratio if mass_ratio is None else mass_ratio),
            (PRESODIATION, self.presodiation if presodiation is None else presodiation),
        )
        ratio, added = (check(name, value, allow_unusual=True, error=DesignError) for name, value in given)
        if not 0.0 <= added < self.carbon_capacity + self.loss:
            raise DesignError(
                f"presodiation is {added:g} mAh per g of carbon: give a number from 0 to "
                f"{self.carbon_capacity + self.loss:.0f}"
            )
        inventory = self._inventory(ratio, added)
        if inventory <= 0.01 * self.cathode_capacity:
            raise DesignError(
                f"no sodium is left to cycle at mass ratio {ratio:g}: the first cycle takes "
                f"{ratio * self.loss:.3g} of {self.cathode_capacity:.4g} mAh per g of cathode; lower the "
                "mass ratio or presodiate"
            )
        if inventory >= 0.99 * (self.cathode_capacity + ratio * self.carbon_capacity):
            raise DesignError(
                f"{inventory:.4g} mAh of sodium per g of cathode do not fit into both electrodes at mass "
                f"ratio {ratio:g}; lower the presodiation"
            )
        return ratio, added

    def occupancies(self, ratio: float, added: float) -> tuple[float, float, bool]:
        """Occupancies of the charged and the discharged cell, and whether the anode is full first.

        Raises
        ------
        DesignError
            Where the lower cut-off is out of reach.
        """
        low, high = self.cut_offs

        def voltage(theta: float) -> float:
            _, U, E = self.state(ratio, added, theta)
            return float(U) - float(E)

        top = self.full_occupancy
        if voltage(0.0) >= low or voltage(top) <= low:
            raise DesignError(
                f"lower cut-off {low:g} V is out of reach at mass ratio {ratio:g} and presodiation {added:g} "
                "mAh per g of carbon: change one of them"
            )
        full = voltage(top) < high
        # bisection: where an electrode is overfull the voltage may be infinite
        charged = top if full else optimize.bisect(lambda t: voltage(t) - high, 0.0, top, xtol=1e-13)
        discharged = optimize.bisect(lambda t: voltage(t) - low, 0.0, charged, xtol=1e-13)
        return charged, discharged, full

    @cached_property
    def full_occupancy(self) -> float:
        """Occupancy of the adsorption sites in a full carbon."""
        return float(
            optimize.brentq(lambda t: float(self._curve(t)[1]) - (1.0 - END), *_OCCUPANCIES, xtol=1e-14)
        )

    @cached_property
    def _slopes(self) -> ca.Function:
        """Slopes of both potentials to the carbon's stoichiometry."""
        r, p, theta = (ca.SX.sym(name) for name in ("r", "p", "theta"))
        _, U, E = self.state(r, p, theta)
        return ca.Function("slopes", [r, p, theta], [ca.jacobian(E, theta), ca.jacobian(U, theta)])

    def _limiting(self, ratio: float, added: float, charged: float, discharged: float) -> str:
        def by_anode(theta: float) -> bool:
            of_anode, of_cathode = (abs(float(slope)) for slope in self._slopes(ratio, added, theta))
            return of_anode > of_cathode

        if by_anode(charged):
            return "anode"
        return "inventory" if by_anode(discharged) else "cathode"


def _nodes() -> tuple[ca.DM, ca.DM]:
    """Gauss-Legendre places and weights on (0, 1), dense at both ends where potentials are steep."""
    even, weight = np.polynomial.legendre.leggauss(_NODES)
    angle = 0.5 * np.pi * (even + 1.0)
    place = 0.5 * (1.0 - np.cos(angle))
    return ca.DM(place).T, ca.DM(weight * 0.25 * np.pi * np.sin(angle)).T
