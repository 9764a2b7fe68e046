"""Sodium-ion cells with a pore-filling carbon anode, simulated on PyBaMM.

The public names are resolved on first use (PEP 562), so that ``import napore`` stays light:
PyBaMM is imported only by what needs it.

Examples
--------
>>> import napore
>>> {"half_cell", "full_cell", "rate_test", "design"} <= set(napore.__all__)
True
"""

from importlib import import_module
from typing import Any

from .uncollected import uncollected as _uncollected

_HOME = {
    "half_cell": "napore.cells",
    "full_cell": "napore.full_cells",
    "load_cell": "napore.full_cells",
    "rate_test": "napore.experiments",
    "rate_sequence": "napore.experiments",
    "direction_test": "napore.experiments",
    "temperature_test": "napore.experiments.temperature",
    "energy_test": "napore.experiments",
    "cv": "napore.experiments",
    "cycle_test": "napore.experiments",
    "eis": "napore.experiments",
    "energy_waterfall": "napore.experiments",
    "formation": "napore.experiments",
    "drive": "napore.experiments",
    "hold": "napore.experiments",
    "pulse_test": "napore.experiments",
    "reference_test": "napore.experiments",
    "gitt": "napore.experiments",
    "mesh_error": "napore.experiments.mesh_error",
    "design": "napore.designs",
    "combine": "napore.designs",
    "optimise": "napore.designs",
    "sensitivity": "napore.designs.sensitivity",
    "calibrate": "napore.calibration",
    "compare": "napore.calibration.compare",
    "validate": "napore.validation.claims",
    "study": "napore.study",
    "rebuild": "napore.parameters.rebuild",
    "read": "napore.measured",
    "write_bpx": "napore.exchange",
}

__all__ = ["__version__", *_HOME]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value = import_module("importlib.metadata").version("napore")
    elif name in _HOME:
        with _uncollected():
            home = import_module(_HOME[name])
        value = getattr(home, name, home)  # a study is a module
    else:
        raise AttributeError(f"module 'napore' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
