"""6 C as a band: what the literature's ranges allow, with metal as a state. Some minutes.

The ranges below were written down before anything was run with them; F04's verdict stays that of the central
cell. The draws are independent: the carbon is not fitted again to each, and its own numbers are held.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
from scipy.stats import qmc

from napore import full_cell, study
from napore.experiments.base import OK
from napore.full_cells import FORMATIONS, FormationName
from napore.validation.bench import WITH_PLATING

from .energy_check import WITH_CONTACT
from .full_cell_predictions import FAST, SLOW, reported_value

SETS = ("fjh", "fjh-nvp", "gu2025_reported.toml")
DRAWS, SEED = 64, 1
STORAGES: Final = ("single", "phases")
CONTACT: Final = "Contact resistance [Ohm]"
CONTACTS = 4
"""Values that the contact resistance is drawn from, at the middles of as many parts of its range."""

RANGES: Final[Mapping[str, tuple[float, float, bool]]] = {
    # two-phase GITT of NVP, 1e-16 to 1e-14 m2/s; primary particles and their clusters
    "Cathode particle reference diffusivity [m2.s-1]": (1e-16, 1e-14, True),
    "Cathode particle radius [m]": (0.2e-6, 1.5e-6, True),
    # the other ranges are those of the sets, with their sources there
    "Cathode electrode reference exchange-current density [A.m-2]": (0.05, 1.0, True),
    "Cathode electrode thickness [m]": (20e-6, 40e-6, False),
    "Cathode electrode conductivity [S.m-1]": (0.17, 114.0, True),
    CONTACT: (0.0, 5.0, False),
    "Separator thickness [m]": (300e-6, 675e-6, False),
    "Electrolyte reference conductivity [S.m-1]": (0.5, 1.5, False),
    "Electrolyte reference diffusivity [m2.s-1]": (0.8e-10, 3.0e-10, False),
    "Cation transference number": (0.3, 0.5, False),
}
"""Lowest and highest value, and whether it is drawn on a logarithmic scale."""


def drawn(ranges: Mapping[str, tuple[float, float, bool]], count: int = DRAWS) -> list[dict[str, float]]:
    """Draws of Sobol's sequence over ranges such as :data:`RANGES`."""
    places = qmc.Sobol(len(ranges), rng=np.random.default_rng(SEED)).random(count)
    found = []
    for place in places:
        one = {}
        for share, (name, (low, high, logarithmic)) in zip(place, ranges.items(), strict=True):
            if name == CONTACT:
                share = (np.floor(CONTACTS * share) + 0.5) / CONTACTS
            one[name] = float(low * (high / low) ** share if logarithmic else low + (high - low) * share)
        found.append(one)
    return found


def band(
    reading: FormationName, storage: str, count: int = DRAWS, model: str = "SPMe"
) -> list[dict[str, Any]]:
    """Capacity at 6 C of each draw, charged at 6 C and at 0.2 C, and what is plated; first cycle."""
    options = {**WITH_PLATING, **WITH_CONTACT, "sodium storage": ("kinetic", storage)}
    cell = full_cell("fjh", "NVP", reported_value("F01"), model=model, options=options, formation=reading)
    found: list[dict[str, Any]] = []
    # a contact resistance is no input of one build: a cell for each of its values
    cases = dict(enumerate(drawn(RANGES, count)))
    for contact in sorted({case[CONTACT] for case in cases.values()}):
        made = cell.with_numbers({CONTACT: contact})
        some = [k for k, case in cases.items() if case[CONTACT] == contact]
        at = [{**{n: v for n, v in cases[k].items() if n != CONTACT}, "rate_C": FAST} for k in some]
        both, late = (
            study.run(study.FullCycles(made, charge_rate=slow, cycles=1, compiled=False), at).records
            for slow in (None, SLOW)
        )
        found += [
            {
                "draw": k,
                "capacity_mAh_g": delivered(one),
                "capacity_charged_slowly_mAh_g": delivered(other),
                "plated_mAh_g": one.outputs.get("plated_mAh_g"),
                "status": one.status,
            }
            for k, one, other in zip(some, both, late, strict=True)
        ]
    return found


def delivered(record: study.Record) -> float | None:
    """Capacity; 0 where the voltage passes its cut-off at once, None where nothing was solved."""
    if record.status == OK:
        return float(record.outputs["capacity_mAh_g_cathode"])
    return 0.0 if record.status.startswith("no capacity") else None


PARTS: dict[str, Callable[[], Any]] = {
    f"{reading}, {storage}": partial(band, reading, storage) for storage in STORAGES for reading in FORMATIONS
}
