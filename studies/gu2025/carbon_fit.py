"""The carbons of Gu et al. (2025) as a calibration: what is free, its priors, and the rows fitted to.

Only rows with role "fit" are read (:func:`napore.parameters.reported.fit_targets`); the charge-transfer
resistance K01 is an input. The comparison with PyBOP and the posterior use it; the shipped sets are
:mod:`studies.gu2025.joint`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from napore.calibration.numbers import HalfCell
from napore.parameters.half_cell import ONE_C_MA_G
from napore.parameters.reported import fit_targets

from .joint_free import COOPERATIVITY, DIFFUSIVITY, RATE, SITES, SPREAD, WETTING, Q
from .joint_free import FREE as JOINT

SLOWEST_RATE: Final = 3e-6
"""1/s: a slower class would not be seen by the slowest experiment."""

FREE: Final = {name: JOINT[name] for name in (Q, SITES, WETTING, COOPERATIVITY, RATE, SPREAD, DIFFUSIVITY)}
"""What is fitted to the rates of FJH, by name, with bounds, priors and starts of the joint calibration.

A positive start of the spread leads to small pores that fill fast, its opposite to large ones.
"""


@dataclass(frozen=True)
class RatePoint:
    """Capacities of the last cycle at one rate [mAh/g]; NaN where it could not be solved."""

    desodiation: float
    sodiation: float
    plateau: float

    @property
    def plateau_share(self) -> float:
        """Sodiation capacity below 0.1 V over sodiation capacity [-]."""
        return self.plateau / self.sodiation


def rate_points(
    model: HalfCell, values: Mapping[str, float], rates: Sequence[float], cycles: int = 3
) -> dict[float, RatePoint]:
    """Capacities by rate, of the last of symmetric cycles.

    Parameters
    ----------
    model
        Half cell of the carbon.
    values
        Its fitted values by name.
    rates
        C-rates, 1 C = 300 mA per gram of carbon.
    cycles
        Cycles at each rate.
    """
    found = {}
    for rate in rates:
        both = model.cycles(ONE_C_MA_G * rate, values, cycles)
        if both is None:
            found[rate] = RatePoint(np.nan, np.nan, np.nan)
            continue
        down, up = both
        above = float(np.interp(0.1, down.voltage_V[::-1], down.capacity_mAh_g[::-1]))
        found[rate] = RatePoint(up.capacity, down.capacity, down.capacity - above)
    return found


def targets() -> dict[str, float]:
    """Values to fit by id, ageing left to another model; a band by its middle."""
    return {
        row.id: float(row.value)
        if row.value is not None
        else 0.5 * (float(row.lower or 0) + float(row.upper or 0))
        for row in fit_targets()
        if not row.ageing and not isinstance(row.value, bool)
    }


def band() -> tuple[float, float]:
    """Capacity at 0.1 C, abstract and 80-cycle test [mAh/g]."""
    row = next(row for row in fit_targets() if row.id == "H05.fjh")
    return float(row.lower or 0.0), float(row.upper or 0.0)


@dataclass(frozen=True)
class FJHRates:
    """Rows of role "fit" of FJH: 0.02, 0.1, 0.5 and 5 C and the plateau at 0.1 C.

    Residuals are over tolerances that are a third to a half of what must be shown: 0.5 % at 0.02 C,
    1 % at 0.5 C, 0.75 % at 5 C; at 0.1 C the band 309 to 328 mAh/g and 19 mAh/g about its middle,
    1 point of plateau share, 5 % of the plateau; and the slowest class at least
    :data:`SLOWEST_RATE`.

    Parameters
    ----------
    fast
        Whether 5 C is among them.

    Examples
    --------
    >>> FJHRates().rates, FJHRates(fast=False).size
    ((0.02, 0.1, 0.5, 5.0), 7)
    """

    fast: bool = True

    @property
    def name(self) -> str:
        """Name for tables."""
        return "Gu et al. (2025), H01.fjh, H03, H04.fjh, H05.fjh, H06.fjh" + (", H08" if self.fast else "")

    @property
    def rates(self) -> tuple[float, ...]:
        """C-rates that are simulated."""
        return (0.02, 0.1, 0.5, 5.0) if self.fast else (0.02, 0.1, 0.5)

    @property
    def size(self) -> int:
        """Number of residuals."""
        return 8 if self.fast else 7

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Differences over the tolerances."""
        return self.differences(rate_points(model, values, self.rates), values)

    def differences(
        self, points: Mapping[float, RatePoint], values: Mapping[str, float]
    ) -> npt.NDArray[np.float64]:
        """Residuals of capacities that are simulated already."""
        aim = targets()
        slow, tenth, half = points[0.02], points[0.1], points[0.5]
        lower, upper = band()
        outside = max(0.0, lower + 2.0 - tenth.desodiation, tenth.desodiation - upper + 2.0)
        slowest = np.log10(values.get(RATE, 1.0)) - abs(values.get(SPREAD, 0.0)) / 2.0
        found = [
            (slow.desodiation / aim["H01.fjh"] - 1.0) / 0.005,
            (tenth.desodiation - aim["H05.fjh"]) / 19.0,
            outside,
            (tenth.plateau_share - aim["H03"] / 100.0) / 0.01,
            (tenth.plateau / aim["H04.fjh"] - 1.0) / 0.05,
            (half.desodiation / aim["H06.fjh"] - 1.0) / 0.01,
            max(0.0, np.log10(SLOWEST_RATE) - slowest) / 0.1,
        ]
        if self.fast:
            found.append((points[5.0].desodiation / aim["H08"] - 1.0) / 0.0075)
        return np.array(found)
