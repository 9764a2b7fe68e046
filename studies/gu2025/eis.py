"""Impedance of both carbons over voltage and temperature, and how many arcs a double layer gives.

About two minutes.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pybamm

from napore.cells import half_cell
from napore.experiments import eis
from napore.experiments.circuits import has_sloping_line
from napore.full_cells import full_cell
from napore.models.constants import FARADAY, GAS_CONSTANT, REFERENCE_TEMPERATURE
from napore.parameters.reported import reported
from napore.parameters.sets import load_set

SETS = ("fjh", "fjh-b", "tf", "fjh-nvp")
MODEL = "DFN"
CARBONS = ("fjh", "tf")
VOLTAGES_V = (0.02, 0.05, 0.1, 0.3, 0.6, 1.0)
WARMED_V = 0.3
TEMPERATURES_C = (5.0, 15.0, 25.0, 35.0, 45.0)
CAPACITY = "Carbon electrode double-layer capacity [F.m-2]"
PER_BET_F_M2 = (0.005, 0.01, 0.03, 0.05, 0.1, 0.2)
FREQUENCIES_Hz = (1e3, 10.0, 0.1)


def per_bet_area(carbon: str) -> float:
    """BET area over the surface of the model's spheres [-]."""
    bet = next(float(row.value or 0.0) for row in reported() if row.id == f"S02.{carbon}")
    numbers = load_set(carbon).numbers
    density, radius = numbers["Carbon electrode true density [kg.m-3]"], numbers["Carbon particle radius [m]"]
    return 1000.0 * bet * density * radius / 3.0


def expected_ohm(carbon: str) -> float:
    """RT/(F A i0) of carbon and foil with the set's exchange-current densities [ohm], 25 C."""
    n = load_set(carbon).numbers
    disc = np.pi * (n["Electrode disc diameter [m]"] / 2) ** 2
    volume = n["Carbon electrode areal loading [kg.m-2]"] / n["Carbon electrode true density [kg.m-3]"] * disc
    surface = 3.0 * volume / n["Carbon particle radius [m]"]
    carbon_current = n["Carbon electrode reference exchange-current density [A.m-2]"] * surface
    foil_current = n["Sodium metal reference exchange-current density [A.m-2]"] * disc
    return float(GAS_CONSTANT * REFERENCE_TEMPERATURE / FARADAY * (1 / carbon_current + 1 / foil_current))


def spectra(carbon: str) -> dict[str, Any]:
    """Spectra of a carbon over voltage; of the shipped two also over temperature."""
    cell = half_cell(carbon, MODEL)
    rows = []
    for spectrum in eis(cell, voltages_V=VOLTAGES_V).spectra:
        row = {name: value for name, value in spectrum.to_dict().items() if name != "parts_ohm"}
        row["sloping_line"] = has_sloping_line(spectrum.frequency_Hz, spectrum.impedance_ohm)
        if carbon not in CARBONS:  # not drawn
            row = {name: row[name] for name in ("voltage_V", "charge_transfer_resistance_ohm")}
        rows.append(row)
    found: dict[str, Any] = {"spectra": rows, "expected_ohm": expected_ohm(carbon)}
    if carbon in CARBONS:
        test = eis(cell, voltages_V=WARMED_V, temperatures_C=TEMPERATURES_C)
        found["temperatures"] = [
            {
                "temperature_K": s.temperature_K,
                "total_ohm": s.charge_transfer_resistance_ohm,
                "carbon_ohm": s.carbon_charge_transfer_resistance_ohm,
            }
            for s in test.spectra
        ]
        found["activation_energy_J_mol"] = test.activation_energy_J_mol
        found["apparent_activation_energy_J_mol"] = test.apparent_activation_energy_J_mol
    return found


def arcs(carbon: str) -> list[dict[str, Any]]:
    """Number of arcs at each voltage by the double layer of the carbon."""
    area, counts = per_bet_area(carbon), []
    for per_bet in PER_BET_F_M2:
        made = half_cell(carbon, "SPMe", parameters={CAPACITY: per_bet * area})
        seen = [len(s.arcs_Hz) for s in eis(made, voltages_V=VOLTAGES_V).spectra]
        counts.append({"per_bet_F_m2": per_bet, "capacity_F_m2": per_bet * area, "arcs": seen})
    return counts


def beside_pybamm(model: str) -> dict[str, Any]:
    """A discharged full cell by PyBaMM's impedance and by ours."""
    made = full_cell("fjh", "NVP", 0.4, model=model, options={"surface form": "differential"})
    frequencies = list(FREQUENCIES_Hz)
    theirs = pybamm.EISSimulation(made.model, parameter_values=made.parameter_values).solve(frequencies)
    ours = eis(made, soc=0.0, frequencies_Hz=frequencies).spectra[0].impedance_ohm
    return {
        "frequency_Hz": frequencies,
        "pybamm_ohm": [abs(Z) for Z in theirs.impedance],
        "napore_ohm": np.abs(np.asarray(ours)).tolist(),
    }


PARTS: dict[str, Callable[[], Any]] = {
    **{carbon: partial(spectra, carbon) for carbon in ("fjh", "tf", "fjh-b")},
    **{f"{carbon}, arcs": partial(arcs, carbon) for carbon in CARBONS},
    **{f"full cell, {model}": partial(beside_pybamm, model) for model in ("SPMe", "DFN")},
}
