"""Studies: a function of named inputs over many cases, each case a record that is kept.

The public names are resolved on first use (PEP 562): a worker process that only runs a function
imports neither PyBaMM nor pandas.

Imported are experiments and cells, by the functions that need them only. The next function that many cases
run through is a file like ``constant_current.py``, named in ``_HOME``; the next way to run is an executor.

Examples
--------
>>> from napore import study
>>> def area(case):
...     return {"area_m2": case["height_m"] * case["width_m"]}
>>> done = study.run(area, study.grid(height_m=[1, 2], width_m=[3]))
>>> done.table()["area_m2"].tolist()
[3, 6]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batches import BatchFunction
    from .cases import StudyError, grid, sample
    from .constant_current import ConstantCurrent
    from .engine import StudyStopped, run
    from .executors import dask_executor
    from .full_cycles import FullCycles
    from .results import Record, Study
    from .variance import Sobol, sobol

_HOME = {
    "run": "engine",
    "grid": "cases",
    "sample": "cases",
    "Study": "results",
    "Record": "results",
    "StudyError": "cases",
    "StudyStopped": "engine",
    "dask_executor": "executors",
    "BatchFunction": "batches",
    "ConstantCurrent": "constant_current",
    "FullCycles": "full_cycles",
    "sobol": "variance",
    "Sobol": "variance",
}

__all__ = [
    "BatchFunction",
    "ConstantCurrent",
    "FullCycles",
    "Record",
    "Sobol",
    "Study",
    "StudyError",
    "StudyStopped",
    "dask_executor",
    "grid",
    "run",
    "sample",
    "sobol",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'napore.study' has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
