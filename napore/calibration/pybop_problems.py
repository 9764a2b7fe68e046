"""A carbon's half cell for PyBOP (https://pybop-docs.readthedocs.io), whose optimisers then do the fit.

:func:`pybop_problem` has the objective of :func:`napore.calibration.calibrate`: any data, with tolerances
and priors. :func:`pybop_parameter_values` is for PyBOP's own simulator, datasets and costs.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pybamm

from napore.parameters.half_cell import half_cell_values
from napore.parameters.sets import ParameterSet

from .data import CalibrationError, Data
from .fitted import Fitted
from .free import carbon_set, free_parameters
from .half_cell import HalfCellModel


def pybop_problem(
    data: Sequence[Data],
    cell: str | Path | ParameterSet = "fjh",
    free: Iterable[Fitted | str] | None = None,
    *,
    model: str = "SPM",
    options: Mapping[str, str] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> Any:
    """PyBOP problem with the objective of :func:`napore.calibration.calibrate`.

    The cost is the sum of the squared residuals of the data over their errors and of the priors over
    their widths. PyBOP searches the places between the bounds, from 0 to 1 on the scale of the fit;
    inputs and results are in the units of the parameters. Derivatives, for the optimisers that ask for
    them, are the differences that ``calibrate`` takes.

    PyBOP's optimisers with a population begin at the mean of the bounds, not at the start values.

    Parameters
    ----------
    data
        Curves, rates, series and resistances.
    cell
        Set or file; what is not free stays as it is there.
    free
        Parameters to fit, or their names for the ranges of the set as bounds and no priors; those of
        :func:`~napore.calibration.free_parameters` where None.
    model, options, fixed
        As for :class:`napore.calibration.HalfCellModel`.

    Returns
    -------
    pybop.Problem
        To be given to any of PyBOP's optimisers.

    Raises
    ------
    CalibrationError
        Where PyBOP is not installed; for no data, unknown parameters, and a start that cannot be solved.
    """
    pybop = _pybop()
    from .pybop_simulator import RESIDUAL, ResidualSimulator

    source = carbon_set(cell, options)
    if not data:
        raise CalibrationError("no data is given: give one or more measured curves, rates or series")
    half_cell = HalfCellModel(source, _fitted(source, free), model, options, fixed)
    simulator = ResidualSimulator(data, half_cell)
    size = simulator.size()
    targets = pybop.Dataset(
        {"Residual number": np.arange(size), RESIDUAL: np.zeros(size)}, domain="Residual number"
    )
    return pybop.Problem(simulator, pybop.SumSquaredError(targets, target=RESIDUAL))


def pybop_parameter_values(
    cell: str | Path | ParameterSet = "fjh",
    free: Iterable[Fitted | str] | None = None,
    *,
    fixed: Mapping[str, float] | None = None,
) -> pybamm.ParameterValues:
    """Parameter values of a half cell whose free numbers are PyBOP parameters.

    For ``pybop.pybamm.Simulator`` with the model of :func:`napore.half_cell`; what PyBaMM's parameters
    are derived from, such as "Carbon electrode pore wetting energy [J.m-2]", keeps its name.

    Bounds and starts are carried over. Priors are not: a PyBOP parameter has either bounds or a
    distribution, and PyBOP uses the distribution only with a likelihood.

    Parameters
    ----------
    cell, free, fixed
        As for :func:`pybop_problem`.

    Raises
    ------
    CalibrationError
        Where PyBOP is not installed, and for unknown parameters.
    """
    _pybop()
    from .pybop_simulator import as_parameter

    source = carbon_set(cell)
    fitted = _fitted(source, free)
    numbers = {**source.numbers, **(fixed or {}), **{f.name: f.start for f in fitted}}
    symbols = {f.name: pybamm.Parameter(f.name) for f in fitted}
    values = pybamm.ParameterValues(half_cell_values({**numbers, **symbols}, source.classes, source.law))
    values.update({f.name: as_parameter(f) for f in fitted})
    return values


def _fitted(source: ParameterSet, free: Iterable[Fitted | str] | None) -> list[Fitted]:
    if free is None:
        return free_parameters(source)
    return [f if isinstance(f, Fitted) else free_parameters(source, [f])[0] for f in free]


def _pybop() -> Any:
    try:
        return importlib.import_module("pybop")
    except ImportError:
        raise CalibrationError('PyBOP is not installed: pip install "napore[pybop]"') from None
