"""What a GITT of a state would read, beside the diffusivity that was put in, for the page."""

from statistics import median
from typing import Any, Final

from napore.cells import half_cell
from napore.experiments import ExperimentError, gitt
from napore.results import OK

from .answer import numbers
from .build import INITIAL_TEMPERATURE
from .quantities import QUANTITIES, PageError, State, check_state, default_of, limits_of

SLOPE_V: Final = 0.2
"""Above it a point is one of the slope [V vs Na+/Na]."""

KEY: Final = "adsorbed_diffusivity_m2_s"
DECADES: Final = (1.0, 0.1, 0.01, 1e-3)
"""Diffusivities that the page offers, over the carbon's own."""


def diffusivities(carbon: str) -> list[float]:
    """Diffusivities that the pulses of a carbon can be run for, its own first [m2/s]."""
    quantity = next(one for one in QUANTITIES if one.key == KEY)
    own = default_of(quantity, carbon, "none")
    low, high = limits_of(quantity, carbon, "none")
    return [check_state({"carbon": carbon, KEY: own * f})[KEY] for f in DECADES if low <= own * f <= high]


def pulses(state: State) -> dict[str, Any]:
    """Diffusivity that pulses of 50 mA/g and 10 min with rests of 40 min read on sodiation.

    Raises
    ------
    PageError
        For a full cell, and a state that cannot be solved.
    """
    if state.full:
        raise PageError("the pulses are those of a half cell: choose no cathode")
    parameters = state.parameters()
    if "Ambient temperature [K]" in parameters:
        parameters[INITIAL_TEMPERATURE] = parameters["Ambient temperature [K]"]
    try:
        options = {"adsorption law": state.adsorption_law}
        found = gitt(
            half_cell(state.carbon, state.model, options, parameters=parameters), direction="sodiation"
        )
    except (ExperimentError, ValueError) as error:
        raise PageError(str(error)) from None
    if found.status != OK:
        raise PageError(found.status)
    read = [(one.voltage_V, float(one.diffusivity_m2_s), one) for one in found.pulses if one.diffusivity_m2_s]
    slope = [value for voltage, value, _ in read if voltage > SLOPE_V]
    least_V, least, _ = min(read, key=lambda row: row[1])
    bounds = sum(one.bound for _, _, one in read)
    return {
        "put_in_m2_s": state[KEY],
        "voltage_V": numbers([voltage for voltage, _, _ in read]),
        "read_m2_s": numbers([value for _, value, _ in read], 4),
        "bound": [one.bound for _, _, one in read],
        "slope_m2_s": median(slope) if slope else None,
        "least_m2_s": least,
        "least_voltage_V": least_V,
        "why": (
            f"Put in: {state[KEY]:.2g} m²/s, the same at every potential. Read: "
            + (f"{median(slope):.2g} m²/s in the slope (median above {SLOPE_V:g} V), " if slope else "")
            + f"{least:.2g} m²/s at {least_V:.3f} V, where it is least. Of {len(read)} points {bounds} are "
            "lower bounds only: there the particle was even before the pulse ended, and faster diffusion "
            "would read the same."
        ),
    }
