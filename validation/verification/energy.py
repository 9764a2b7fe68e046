"""Energy balance of a half or full cell, from stored states alone.

First law at constant temperature, discharge power positive:

    integral I V dt + integral T (entropy production) dt + change of Gibbs energy = 0
    integral I V dt + integral (heat) dt + change of enthalpy = 0

Nothing of the model's own heat is used: Gibbs energy and entropy are integrals of the laws over
the stored concentrations; each dissipation is a flux times its force. Potentials vs Na+/Na, so a
mole of sodium in the carbon holds ``-F E`` over the metal, and grad(phi_e) is the force on Na+ in
the electrolyte. Salt: Newman and Balsara, Electrochemical Systems, 4th ed. (2021), ch. 12.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from napore.cells import Cell
from napore.models.constants import FARADAY, GAS_CONSTANT

from .energy_electrode import CarbonBudget, InsertionBudget, Laws, overpotential
from .states import History

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
    model_heat
        Integral of the model's own total heating; None of a model that computes none.
    """

    work: float
    throughput: float
    dissipation: dict[str, float]
    gibbs: float
    enthalpy: float
    heat: float
    model_heat: float | None = None

    @property
    def gibbs_error(self) -> float:
        """Imbalance of the first law with the entropy production, over the throughput [-]."""
        return (self.work + sum(self.dissipation.values()) + self.gibbs) / self.throughput

    @property
    def enthalpy_error(self) -> float:
        """Imbalance of the first law with the heat, over the throughput [-]."""
        return (self.work + self.heat + self.enthalpy) / self.throughput

    @property
    def model_error(self) -> float:
        """Imbalance of the first law with the model's own heat, over the throughput [-]."""
        heat = float("nan") if self.model_heat is None else self.model_heat
        return (self.work + heat + self.enthalpy) / self.throughput


def energy_balance(cell: Cell, steps: Iterable[History]) -> EnergyBalance:
    """Energy balance over consecutive steps of an isothermal solution with ``kinetic`` storage."""
    budget = Budget(cell)
    work = throughput = heat = own = 0.0
    dissipation: dict[str, float] = {}
    stored: list[tuple[float, float]] = []
    anions = 0.0
    for step in steps:
        power = step.current * step.voltage
        own += float("nan") if step.heat is None else float(step.weights @ step.heat)
        work += float(step.weights @ power)
        throughput += float(step.weights @ np.abs(power))
        for cause, (irreversible, reversible) in budget.rates(step).items():
            lost = float(step.weights @ irreversible)
            dissipation[cause] = dissipation.get(cause, 0.0) + lost
            heat += lost + float(step.weights @ reversible)
        stored += [budget.stored(step, 0), budget.stored(step, -1)]
        anions += budget.anions_in_layers(step)
    return EnergyBalance(
        work,
        throughput,
        dissipation,
        gibbs=stored[-1][0] - stored[0][0] + anions,
        enthalpy=stored[-1][1] - stored[0][1],
        heat=heat,
        model_heat=None if np.isnan(own) else own,
    )


class Budget:
    """Laws of one cell, evaluated with numpy at its temperature."""

    def __init__(self, cell: Cell) -> None:
        self.cell, self.laws = cell, Laws(cell)
        self.half = cell.kind != "full"
        self.T = self.laws.T
        self.t_plus = self.laws.number("Cation transference number")
        self.factor = self.laws.number("Thermodynamic factor")
        self.electrodes = [
            (CarbonBudget if side == cell.carbon_domain else InsertionBudget)(cell, side, self.laws)
            for side in (("positive",) if self.half else ("negative", "positive"))
        ]

    def rates(self, step: History) -> dict[str, tuple[Array, Array]]:
        """Power lost and reversible heat [W] by cause at the stored times."""
        i_e = self._electrolyte_current(step)
        lost = np.zeros_like(step.t)
        found: dict[str, tuple[Array, Array]] = {}
        for budget, electrode, places in zip(
            self.electrodes, step.electrodes, self._places(step), strict=True
        ):
            for cause, rates in budget.rates(electrode, step.salt[:, places]).items():
                found[f"{cause}, {electrode.domain}"] = rates
            edges = slice(places.start, places.stop + 1)
            lost = lost + budget.solid(electrode, step.current[:, None] / self.cell.area - i_e[:, edges])
        lost = lost + step.current**2 * self.laws.number("Contact resistance [Ohm]")
        if self.half:
            found["charge transfer at the foil"] = self._foil(step)
            L = self.laws.number("Negative electrode thickness [m]")
            sigma = self.laws.number("Negative electrode conductivity [S.m-1]")
            lost = lost + step.current**2 * L / sigma / self.cell.area
        found["solid"] = (lost, np.zeros_like(lost))
        if self.cell.model_name != "SPM":
            found |= self._electrolyte(step, i_e)
        return found

    def _places(self, step: History) -> list[slice]:
        """Places of each electrode among those of the electrolyte."""
        sizes = [electrode.place.size - 1 for electrode in step.electrodes]
        whole = step.whole.size - 1
        last = slice(whole - sizes[-1], whole)
        return [last] if self.half else [slice(0, sizes[0]), last]

    def _over_domains(self, step: History, name: str) -> Array:
        """A parameter of separator and electrodes at every place of the electrolyte."""
        found = np.full(step.whole.size - 1, self.laws.number(f"Separator {name}"))
        for electrode, places in zip(step.electrodes, self._places(step), strict=True):
            found[places] = self.laws.number(f"{electrode.domain.capitalize()} electrode {name}")
        return found

    def _foil(self, step: History) -> tuple[Array, Array]:
        area = self.cell.area
        j = step.current / area
        i0 = self.laws.law(
            "Exchange-current density for lithium metal electrode [A.m-2]",
            _left(step),
            np.asarray(0.0),
            np.asarray(self.T),
        )
        return j * overpotential(j / i0, self.T) * area, np.zeros_like(j)

    def _electrolyte_current(self, step: History) -> Array:
        """Current density in the electrolyte [A/m2] at every edge, from the charge given off."""
        given = np.zeros((step.t.size, step.whole.size - 1))
        for electrode, places in zip(step.electrodes, self._places(step), strict=True):
            given[:, places] = electrode.reaction * np.diff(electrode.place)
        first = step.current[:, None] / self.cell.area if self.half else np.zeros((step.t.size, 1))
        return np.concatenate([first, first + np.cumsum(given, axis=1)], axis=1)

    def _electrolyte(self, step: History, i_e: Array) -> dict[str, tuple[Array, Array]]:
        area, T = self.cell.area, np.asarray(self.T)
        exponent = self._over_domains(step, "Bruggeman coefficient (electrolyte)")
        efficiency = self._over_domains(step, "porosity") ** exponent
        kappa = self.laws.law("Electrolyte conductivity [S.m-1]", step.salt, T) * efficiency
        widths = np.diff(step.whole)
        # each half cell with its own properties; the current is known at the edges
        middle = 0.5 * (i_e[:, 1:] + i_e[:, :-1])
        curved = middle**2 + (i_e[:, 1:] - i_e[:, :-1]) ** 2 / 12
        ohmic = np.einsum("tx,x->t", curved / kappa, widths) * area
        D = self.laws.law("Electrolyte diffusivity [m2.s-1]", step.salt, T) * efficiency
        conductance = 1.0 / (0.5 * widths[:-1] / D[:, :-1] + 0.5 * widths[1:] / D[:, 1:])
        diffusion = -conductance * np.diff(step.salt, axis=1)
        mu = 2 * GAS_CONSTANT * self.T * self.factor * np.log(step.salt)
        jump = np.diff(mu, axis=1)
        salt = -np.sum(diffusion * jump, axis=1) * area
        # half a cell at the foil, which the anion does not leave: its diffusion meets migration
        # and no salt crosses the current collector of a full cell, where no current is in the electrolyte
        first = np.log(step.salt[:, 0] / _left(step)) * 2 * GAS_CONSTANT * self.T * self.factor
        salt -= (1 - self.t_plus) * i_e[:, 0] / FARADAY * first * area
        # entropic: the whole of the salt's chemical potential, carried by the anion
        anion = diffusion - (1 - self.t_plus) * i_e[:, 1:-1] / FARADAY
        reversible = np.sum(anion * jump, axis=1) * area
        nothing = np.zeros_like(ohmic)
        return {"ohmic in the electrolyte": (ohmic, nothing), "diffusion of the salt": (salt, reversible)}

    def stored(self, step: History, at: int) -> tuple[float, float]:
        """Gibbs energy and enthalpy [J] at one of the stored times."""
        G = S = 0.0
        layers = self.cell.model.options["surface form"] == "differential"
        for budget, electrode in zip(self.electrodes, step.electrodes, strict=True):
            gibbs, entropy = budget.stored(electrode, at)
            G, S = G + gibbs, S + entropy
            if layers:
                # energy of a charge, without entropy
                G += budget.double_layers(electrode, at)
        if self.cell.model_name != "SPM":
            c = step.salt[at]
            salt = 2 * GAS_CONSTANT * self.factor * float(self.volumes(step) @ (c * np.log(c) - c))
            G, S = G + self.T * salt, S - salt
        if layers and self.half:
            foil = self.laws.number("Negative electrode double-layer capacity [F.m-2]")
            G += 0.5 * foil * self.cell.area * float(np.ravel(step.foil[at])[0]) ** 2
        return G, G + self.T * S

    def anions_in_layers(self, step: History) -> float:
        """Gibbs energy [J] that anions bring into the carbon's double layers over a step.

        PyBaMM charges a layer without taking cations from the electrolyte, so that anions hold its charge:
        they bring the chemical potential of the salt at the time, all of it entropic as in :meth:`stored`.
        """
        if self.cell.model_name == "SPM" or self.cell.model.options["surface form"] != "differential":
            return 0.0
        found = 0.0
        for budget, electrode, places in zip(
            self.electrodes, step.electrodes, self._places(step), strict=True
        ):
            capacity = self.laws.number(f"{budget.side} electrode double-layer capacity [F.m-2]")
            amount = capacity / FARADAY * electrode.double_layer * budget.surfaces(electrode)
            mu = 2 * GAS_CONSTANT * self.T * self.factor * np.log(step.salt[:, places])
            found += float(np.sum(0.5 * (mu[1:] + mu[:-1]) * np.diff(amount, axis=0)))
        return found

    def volumes(self, step: History) -> Array:
        """Volume of electrolyte at each place [m3]."""
        return np.asarray(self._over_domains(step, "porosity") * np.diff(step.whole) * self.cell.area)


def _left(step: History) -> Array:
    """Salt concentration at the foil, extrapolated linearly."""
    return 1.5 * step.salt[:, 0] - 0.5 * step.salt[:, 1]
