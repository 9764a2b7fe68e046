"""GITT of the carbons, of what could make its dip, and the bias of its formula. 15 minutes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import pybamm

from napore import half_cell
from napore.cells import Cell
from napore.experiments import Gitt, GittPulse, gitt, gitt_shape, share_below
from napore.experiments.gitt_steps import Conditions, logged_steps
from napore.experiments.solving import built_of
from napore.experiments.weppner_huggins import evaluate_pulses, sphere_bias

from .joint_free import DIFFUSIVITY, RATE, SPREAD, STRONG_RATE, STRONG_SPREAD

SETS = ("fjh", "fjh-b", "tf")
CARBONS = SETS
KEPT = (
    "direction",
    "voltage_V",
    "complete",
    "bound",
    "diffusivity_m2_s",
    "uncorrected_diffusivity_m2_s",
    "ceiling_m2_s",
    "input_diffusivity_m2_s",
    "adsorbed_share",
)

NO_RESISTANCE = {
    "Carbon electrode reference exchange-current density [A.m-2]": 1e4,
    "Sodium metal reference exchange-current density [A.m-2]": 1e5,
}
FAST_FILLING = {RATE: 1.0, SPREAD: 0.0}
FAST_EXCHANGE = {STRONG_RATE: 10.0, STRONG_SPREAD: 0.0}
EQUILIBRIUM = {"sodium storage": "equilibrium"}

ALTERNATIVES: dict[str, dict[str, Any]] = {
    "as in the laboratory": {},
    "(i) only the thermodynamic factor: all at equilibrium, no electrolyte, no resistance": {
        "model": "SPM",
        "options": EQUILIBRIUM,
        "parameters": NO_RESISTANCE,
    },
    "(i) the same at D 1e-13 m2/s": {
        "model": "SPM",
        "options": EQUILIBRIUM,
        "parameters": {**NO_RESISTANCE, DIFFUSIVITY: 1e-13},
    },
    "(ii) uncorrected: all resistance inside dE_t": {"skip_s": 0.0},
    "(ii) switched off: no electrolyte, no resistance": {"model": "SPM", "parameters": NO_RESISTANCE},
    "(iii) switched off: pulses of a tenth of the charge, 5 mA/g": {"current_mA_g": 5.0},
    "(iv) rests of 100 h": {"rest_s": 360000.0},
    "(iv) switched off: pores and strong sites at equilibrium": {"options": EQUILIBRIUM},
    "(iv) switched off: every pore fills in 1 s": {"parameters": FAST_FILLING},
    "(v) switched off: every strong site exchanges in 0.1 s": {"parameters": FAST_EXCHANGE},
}

BIAS_D = tuple(float(D) for D in np.geomspace(1e-17, 1e-11, 13))


PORES = {"start": 0.09, "current": 5.0, "least": 9e-16}
CASES: dict[str, dict[str, Any]] = {
    "one phase, small steps": {"storage": "single", "start": 0.45, "current": 2.0},
    "one phase, steps of 8.33 mAh/g": {"storage": "single", "start": 0.45, "current": None},
    "pores at equilibrium, 0.09 V": {**PORES, "storage": "equilibrium"},
    "pores at their own rates, 0.09 V": {**PORES, "storage": "kinetic"},
}


def shape_of(test: Gitt, direction: str = "sodiation") -> dict[str, Any]:
    """Numbers of the shape, of complete pulses and of all."""
    found: dict[str, Any] = {"pulses": len(test.table(direction)), "status": test.status}
    for name, complete in (("complete", True), ("all", False)):
        shape = gitt_shape(test.pulses, direction, complete=complete)
        found[name] = {**vars(shape), "dip": shape.dip_ratio, "end": shape.end_ratio}
    return found


def columns(pulses: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """What the page needs of pulses, by column."""
    return {name: [pulse[name] for pulse in pulses] for name in KEPT}


def carbons() -> dict[str, Any]:
    """GITT of the three sets in the DFN, both directions, corrected and not."""
    found: dict[str, Any] = {}
    tests = {name: gitt(half_cell(name)) for name in ("fjh", "fjh-b", "tf")}
    pulses: dict[str, dict[str, tuple[GittPulse, ...]]] = {"": {}, "uncorrected ": {}}
    for name, test in tests.items():
        whole = tuple(replace(p, diffusivity_m2_s=p.uncorrected_diffusivity_m2_s) for p in test.pulses)
        pulses[""][name], pulses["uncorrected "][name] = test.pulses, whole
        found[name] = {
            "pulses": columns(test.to_dict()["pulses"]),
            "ceiling": max(p.ceiling_m2_s for p in test.pulses if p.complete),
            **{d: shape_of(test, d) for d in ("sodiation", "desodiation")},
            "uncorrected sodiation": shape_of(replace(test, pulses=whole)),
        }
    for other in ("fjh", "fjh-b"):
        found[f"tf below {other}"] = {
            f"{kind}{direction}, {'complete' if complete else 'all'}": share_below(
                of["tf"], of[other], direction, complete=complete
            )
            for kind, of in pulses.items()
            for direction in ("sodiation", "desodiation")
            for complete in (True, False)
        }
    return found


def alternative(name: str, what: str) -> dict[str, Any]:
    """An explanation of the dip alone or switched off."""
    change = ALTERNATIVES[what]
    rest = {k: v for k, v in change.items() if k not in ("model", "options", "parameters")}
    built = {k: v for k, v in change.items() if k not in rest}
    return shape_of(gitt(half_cell(name, **built), direction="sodiation", **rest))


def bias(case: Mapping[str, Any]) -> list[dict[str, float | None]]:
    """Diffusivity found over put in, against tau D/R2; no resistance, rests that equilibrate."""
    return [bias_point(D, **case) for D in BIAS_D]


def bias_point(
    D: float, storage: str, start: float, current: float | None, least: float = 0.0
) -> dict[str, float | None]:
    """First pulse from equilibrium; small steps change the surface as little at every diffusivity.

    Below ``least`` the layer that the pulse reaches is thinner than the mesh.
    """
    cell = half_cell(
        "fjh",
        model="SPM",
        options={"sodium storage": storage},
        parameters={**NO_RESISTANCE, DIFFUSIVITY: D, "Upper voltage cut-off [V]": start},
    )
    radius = cell.number("Positive particle radius [m]")
    T = 600.0 * D / radius**2
    if least > D:
        return {"tau D/R2": T, "D found / D put in": None, "sphere": float(sphere_bias(T))}
    strength = 50.0 if current is None else max(0.05, current * min(1.0, T) ** 0.5)
    built = built_of(cell, points={"r_p": 200})
    conditions = Conditions(strength, 600.0, min(1e7, 2400.0 + 10.0 * radius**2 / D), 0.0)
    first, step = islice(logged_steps(cell, built, conditions, halves=1), 2)
    time, current_mA_g, voltage = (
        np.concatenate([getattr(first, name), getattr(step, name)])
        for name in ("time_s", "current_mA_g", "voltage_V")
    )
    (pulse,) = evaluate_pulses(time, current_mA_g, voltage, radius / 3.0, skip_s=0.0)
    known = pulse.diffusivity_m2_s is not None and not step.last
    return {
        "tau D/R2": T,
        "D found / D put in": (pulse.diffusivity_m2_s or 0.0) / D if known else None,
        "sphere": float(sphere_bias(T)),
    }


class Tight(Cell):
    """Cell whose solver is a thousand times more exact."""

    @property
    def solver(self) -> pybamm.IDAKLUSolver:
        return type(self.model.default_solver)(rtol=1e-8, atol=1e-9)


def accuracy() -> dict[str, float]:
    """Largest change of a diffusivity of fjh-b with tighter tolerances and a finer mesh, relative."""
    cell, found = half_cell("fjh-b"), {}
    usual = gitt(cell).table()["diffusivity_m2_s"]
    tight = gitt(Tight(**{f.name: getattr(cell, f.name) for f in fields(cell)})).table()
    fine = gitt(cell, points={"r_p": 60, "x_s": 40, "x_p": 40}).table()
    for name, other in (("tolerances", tight), ("mesh", fine)):
        found[name] = float((other["diffusivity_m2_s"] / usual - 1.0).abs().max())
    return found


PARTS: dict[str, Callable[[], Any]] = {
    "carbons": carbons,
    "accuracy": accuracy,
    **{f"{name}: {what}": partial(alternative, name, what) for name in CARBONS[:2] for what in ALTERNATIVES},
    **{f"bias: {what}": partial(bias, case) for what, case in CASES.items()},
}
