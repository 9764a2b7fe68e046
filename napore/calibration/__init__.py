"""Calibration of a carbon to data: what the data determine of its numbers, and what they do not.

A :class:`Fitted` names a parameter, its bounds and its prior; :class:`HalfCellModel` builds the half
cell once and solves it for any values; :func:`fit` is penalised least squares of residuals over
their tolerances and of the priors over their widths; :func:`identify` says what the data determine.
"""

from .fitted import Fitted
from .half_cell import HalfCellModel, SimulatedCurve
from .least_squares import Fit, Identified, Residuals, fit, identify
from .rates import RateModel, RatePoint

__all__ = [
    "Fit",
    "Fitted",
    "HalfCellModel",
    "Identified",
    "RateModel",
    "RatePoint",
    "Residuals",
    "SimulatedCurve",
    "fit",
    "identify",
]
