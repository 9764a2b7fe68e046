"""Calibration of a carbon to data: what the data determine of its numbers, and what they do not.

:func:`calibrate` fits curves, rates, series and resistances of a half cell, which
:func:`napore.calibration.files.read_data` reads from files, and profiles each value. Below it a
:class:`Fitted` names a parameter, its bounds and its prior; :class:`HalfCellModel` builds the half
cell once and solves it for any values; :func:`fit` is penalised least squares of residuals over
their tolerances and of the priors over their widths. :func:`pybop_problem` gives the same
objective to PyBOP's optimisers.

Imported are cells, experiments and measured data. The next kind of data is a class with ``name``, ``size``
and ``residuals`` (``data.py``) and its place in ``files.py``; how the shipped carbons were fitted is
``studies/gu2025/carbon_fit.py`` in the checkout.
"""

from .calibrate import calibrate
from .data import CalibrationError, CurveData, RateData, ResistanceData, SeriesData
from .fitted import Fitted, Tied
from .free import free_parameters
from .half_cell import HalfCellModel, SimulatedCurve
from .least_squares import Fit, Residuals, fit
from .lumped import LumpedHalfCell
from .numbers import HalfCell
from .profile import Profile, profile
from .pybop_problems import pybop_parameter_values, pybop_problem
from .result import Calibration

__all__ = [
    "Calibration",
    "CalibrationError",
    "CurveData",
    "Fit",
    "Fitted",
    "HalfCell",
    "HalfCellModel",
    "LumpedHalfCell",
    "Profile",
    "RateData",
    "Residuals",
    "ResistanceData",
    "SeriesData",
    "SimulatedCurve",
    "Tied",
    "calibrate",
    "fit",
    "free_parameters",
    "profile",
    "pybop_parameter_values",
    "pybop_problem",
]
