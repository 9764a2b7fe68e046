"""Parameter functions of the cells: named callables that PyBaMM can process and pickle.

Each reads its scalars from the parameter values by name, so that a user changes a number and not
a function. Arguments and results are PyBaMM symbols (or floats where no scalar is read).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pybamm
from pybamm.parameters.lithium_ion_parameters import U_asymptotes

from napore.models import interface
from napore.models.constants import REFERENCE_TEMPERATURE
from napore.models.insertion import (
    TWO_PHASE_PARAMETERS,
    TwoPhasePotential,
    insertion_exchange_current_density,
)
from napore.models.laws import DEFAULT_CLASSES, THREE_KINDS
from napore.models.parameters import CarbonParameters
from napore.models.pore_filling import arrhenius

from .diffusivity import DiffusivityTable, chebyshev, coefficient_name
from .optional import NUCLEATION


@dataclass(frozen=True)
class OfElectrode:
    """Parameter function of one electrode (``"negative"`` or ``"positive"``)."""

    domain: str

    @property
    def __name__(self) -> str:
        return f"{type(self).__name__}_{self.domain}"

    def _scalar(self, name: str) -> pybamm.Parameter:
        return pybamm.Parameter(f"{self.domain.capitalize()} electrode {name}")


@dataclass(frozen=True)
class OfCarbon(OfElectrode):
    """Parameter function of a carbon electrode: its symbols by number of pore classes and adsorption law."""

    classes: int = DEFAULT_CLASSES
    law: str = THREE_KINDS

    @property
    def _carbon(self) -> CarbonParameters:
        return CarbonParameters(self.domain, self.classes, law=self.law)


class EquilibriumPotential(OfCarbon):
    """PyBaMM's "... electrode OCP [V]": such that its open-circuit potential is the carbon's equilibrium.

    PyBaMM adds asymptotes of 1e-6 V over the stoichiometry and over its distance from one. The laws of a
    carbon are bounded without them, and at 3 V, where it is empty to 1e-5, they would be tens of mV: they
    are taken off here.
    """

    def __call__(self, sto: Any) -> Any:
        """Potential at total stoichiometry ``sto`` [-] and the reference temperature, less the asymptotes."""
        return self._carbon.equilibrium_potential(sto, pybamm.Scalar(REFERENCE_TEMPERATURE)) - U_asymptotes(
            sto
        )


class EquilibriumEntropicChange(OfCarbon):
    """Its temperature derivative [V/K], PyBaMM's "... electrode OCP entropic change [V.K-1]"."""

    def __call__(self, sto: Any) -> Any:
        """Derivative at total stoichiometry ``sto`` [-]."""
        return self._carbon.entropic_change(sto)


class AdsorptionPotential(OfCarbon):
    """Potential of the adsorbed sodium [V]; the model reads its law, and refuses another function here."""

    def __call__(self, theta: Any, T: Any) -> Any:
        """Potential at occupancy ``theta`` [-] and ``T`` [K]."""
        return self._carbon.adsorption_potential(theta, T)


@dataclass(frozen=True)
class AdsorbedDiffusivity(OfElectrode):
    """Diffusivity of the adsorbed sodium [m2/s]: ``D_ref(theta)``, Arrhenius in temperature.

    ``D_ref`` as in :mod:`napore.parameters.diffusivity`: constant, times a smooth function, or a table.
    It is that of Fick's law, ``N = -D grad c_ads``, so that the thermodynamic factor of the sites is in it.

    Parameters
    ----------
    domain
        ``"negative"`` or ``"positive"``.
    coefficients
        Orders of the coefficients in use, whose values are parameters ("Positive particle diffusivity
        coefficient 1 [decades]").
    table
        Table in the place of the reference diffusivity.

    Examples
    --------
    >>> table = DiffusivityTable((0.0, 1.0), (1e-14, 1e-13))
    >>> values = pybamm.ParameterValues("Gu2025_FJH_half")
    >>> values["Positive particle diffusivity [m2.s-1]"] = AdsorbedDiffusivity("positive", table=table)
    """

    coefficients: tuple[int, ...] = ()
    table: DiffusivityTable | None = None

    def __call__(self, theta: Any, T: Any) -> Any:
        """Diffusivity at occupancy ``theta`` [-] and ``T`` [K]."""
        particle = f"{self.domain.capitalize()} particle"
        reference: Any = pybamm.Parameter(f"{particle} reference diffusivity [m2.s-1]")
        if self.table is not None:
            reference = self.table(theta)
        if self.coefficients:
            decades: Any = 0.0
            for order in self.coefficients:
                name = coefficient_name(order).replace("Carbon particle", particle, 1)
                decades = decades + pybamm.Parameter(name) * chebyshev(order, 2.0 * theta - 1.0)
            reference = reference * 10.0**decades
        barrier = pybamm.Parameter(f"{particle} adsorbed diffusivity activation energy [J.mol-1]")
        return reference * arrhenius(barrier, T)


class CarbonExchangeCurrentDensity(OfElectrode):
    """Exchange-current density of the carbon [A/m2], ``napore.models.interface``."""

    def __call__(self, c_e: Any, c_s_surf: Any, c_s_max: Any, T: Any) -> Any:
        """Value at salt concentration ``c_e`` [mol/m3] and adsorbed occupancy ``c_s_surf/c_s_max``."""
        return interface.exchange_current_density(
            c_s_surf / c_s_max,
            c_e,
            T,
            self._scalar("reference exchange-current density [A.m-2]"),
            self._scalar("exchange-current density activation energy [J.mol-1]"),
            (
                self._scalar("exchange-current occupancy end (empty)"),
                self._scalar("exchange-current occupancy end (full)"),
            ),
        )


@dataclass(frozen=True)
class TwoPhaseOCP(OfElectrode):
    """Potential of a two-phase electrode [V], :class:`napore.models.insertion.TwoPhasePotential`.

    Parameters
    ----------
    domain
        ``"negative"`` or ``"positive"``.
    branch
        Half widths of the hysteresis above the potential: 0, 1 (delithiation) or -1 (lithiation).
    """

    branch: int = 0

    @property
    def __name__(self) -> str:
        return f"{type(self).__name__}_{self.domain}_{self.branch}"

    def __call__(self, sto: Any) -> Any:
        """Potential at sodium content ``sto`` [-]."""
        law = TwoPhasePotential(**{key: self._scalar(name) for key, name in TWO_PHASE_PARAMETERS.items()})
        if self.branch == 0:
            return law.potential(sto)
        return law.potential(sto) + 0.5 * self.branch * self._scalar("OCP hysteresis [V]")


class InsertionDiffusivity(OfElectrode):
    """Diffusivity in an insertion electrode [m2/s], constant in content, Arrhenius in temperature."""

    def __call__(self, sto: Any, T: Any) -> Any:
        """Diffusivity at content ``sto`` [-] and ``T`` [K]."""
        particle = f"{self.domain.capitalize()} particle"
        reference = pybamm.Parameter(f"{particle} reference diffusivity [m2.s-1]")
        barrier = pybamm.Parameter(f"{particle} diffusivity activation energy [J.mol-1]")
        return reference * arrhenius(barrier, T)


class InsertionExchangeCurrentDensity(OfElectrode):
    """Exchange-current density of an insertion electrode [A/m2], ``napore.models.insertion``."""

    def __call__(self, c_e: Any, c_s_surf: Any, c_s_max: Any, T: Any) -> Any:
        """Value at salt concentration ``c_e`` [mol/m3] and surface content ``c_s_surf/c_s_max``."""
        return insertion_exchange_current_density(
            c_s_surf / c_s_max,
            c_e,
            T,
            self._scalar("reference exchange-current density [A.m-2]"),
            self._scalar("exchange-current density activation energy [J.mol-1]"),
        )


def electrolyte_conductivity(c_e: Any, T: Any) -> Any:
    """Conductivity of NaPF6 in diglyme [S/m], ``kappa_ref m exp(1 - m) Arrhenius``, m = c_e/1000.

    Greatest at 1 mol/L, as found for 1 M glyme electrolytes; the shape is assumed. Valid for ``c_e`` from 0
    to 2500 mol/m3 and 243 to 333 K (it drops abruptly below 243 K, DOI 10.1002/aenm.202301509).
    """
    m = c_e / 1000.0
    barrier = pybamm.Parameter("Electrolyte conductivity activation energy [J.mol-1]")
    reference = pybamm.Parameter("Electrolyte reference conductivity [S.m-1]")
    return reference * m * np.exp(1.0 - m) * arrhenius(barrier, T)


def electrolyte_diffusivity(c_e: Any, T: Any) -> Any:
    """Salt diffusivity in NaPF6/diglyme [m2/s], ``D_ref exp((1 - m)/2) Arrhenius``, m = c_e/1000.

    Falls with concentration as the viscosity rises, by as much as for 1 M NaPF6 in EC:PC
    (Chayambuka et al. 2022, DOI 10.1016/j.electacta.2021.139764); barrier of the conductivity.
    """
    barrier = pybamm.Parameter("Electrolyte conductivity activation energy [J.mol-1]")
    reference = pybamm.Parameter("Electrolyte reference diffusivity [m2.s-1]")
    return reference * np.exp(0.5 * (1.0 - c_e / 1000.0)) * arrhenius(barrier, T)


def metal_exchange_current_density(c_e: Any, c_metal: Any, T: Any) -> Any:
    """Exchange-current density of the sodium foil [A/m2], ``i0_ref (c_e/1000)^(1/2) Arrhenius``."""
    reference = pybamm.Parameter("Sodium metal reference exchange-current density [A.m-2]")
    barrier = pybamm.Parameter("Sodium metal exchange-current activation energy [J.mol-1]")
    return reference * np.sqrt(c_e / 1000.0) * arrhenius(barrier, T)


def plating_exchange_current_density(c_e: Any, c_plated: Any, T: Any) -> Any:
    """Exchange-current density of plating on the carbon [A/m2], ``F k c_e (s + c/(c + c_half))``.

    Metal grows on metal, at the rate of a foil; bare carbon nucleates on a share ``s`` of its surface. The
    metal is at 0 V for any amount well above ``c_half``, and hardly any stays above 0 V. PyBaMM's own law
    (OKane 2020) has ``F k c_e`` here and ``F k c`` on stripping, with which the potential of the metal would
    follow its amount.
    """
    share = pybamm.Parameter(NUCLEATION)
    return _metal_exchange(c_e) * (share + _covered(c_plated))


def stripping_exchange_current_density(c_e: Any, c_plated: Any, T: Any) -> Any:
    """Exchange-current density of stripping [A/m2], ``F k c_e c/(c + c_half)``: as plating on metal."""
    return _metal_exchange(c_e) * _covered(c_plated)


def _metal_exchange(c_e: Any) -> Any:
    return pybamm.constants.F * pybamm.Parameter("Lithium plating kinetic rate constant [m.s-1]") * c_e


def _covered(c_plated: Any) -> Any:
    """Share of the carbon's surface that metal covers [-]."""
    return c_plated / (c_plated + pybamm.Parameter("Typical plated lithium concentration [mol.m-3]"))


def dead_metal_decay_rate(L_sei: Any) -> Any:
    """Rate at which plated metal goes dead [1/s], ``lambda L_SEI0 / L_SEI`` (PyBaMM, OKane 2022)."""
    constant = pybamm.Parameter("Dead lithium decay constant [s-1]")
    return constant * pybamm.Parameter("Initial SEI thickness [m]") / L_sei


class LogNormalSizes(OfElectrode):
    """Area-weighted log-normal distribution of the particle radius [1/m].

    Its mean is the particle radius, its standard deviation over the mean a parameter.
    """

    def __call__(self, R: Any) -> Any:
        """Density at radius ``R`` [m]."""
        particle = f"{self.domain.capitalize()} particle"
        mean = pybamm.Parameter(f"{particle} radius [m]")
        deviation = pybamm.Parameter(f"{particle} size standard deviation")
        variance = np.log(1.0 + deviation**2)
        exponent = -((np.log(R / mean) + 0.5 * variance) ** 2) / (2.0 * variance)
        return np.exp(exponent) / (R * np.sqrt(2.0 * np.pi * variance))
