"""Outcome of a calibration: a table, a parameter file and pictures."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.files import write_json
from napore.parameters.provenance import Entry
from napore.parameters.schema import problem, split_unit
from napore.parameters.sets import ParameterSet
from napore.parameters.short_names import short_name_of
from napore.parameters.template import write_set
from napore.results import Result

from .data import CalibrationError, Data
from .farther import Farther
from .fitted import Fitted, Tied, places_of, values_at
from .least_squares import Fit
from .noise import beyond_noise, noise_V
from .numbers import HalfCell
from .profile import Profile
from .rms import rms_per_half_cycle_mV
from .stages import Stage
from .stock import assumed
from .written import assumed_rest, not_fitted

_TRIES: Final = 50
"""Draws inside the bounds are looked for so often, each."""

_WIDENED: Final = 2.25
"""Variance from which on it is told that the intervals are wider than the errors make them."""

_LOWER: Final = 0.4
"""Rise of a profile below zero that is told: a tenth of what ends an interval."""


@dataclass(frozen=True, repr=False)
class Calibration(Result):
    """Fitted values with what the data say of each.

    Parameters
    ----------
    source
        Set that the fit began from.
    fitted
        Parameters that were free.
    found
        Outcome of the fit.
    profiles
        One per parameter.
    standard_errors
        By name, in the unit of the parameter.
    shares
        By name, share of the information that is the data's, not the prior's.
    covariance
        Of the places of the values between their bounds; rows and columns in their order.
    data
        Data that was fitted to.
    half_cell
        Half cell that was fitted.
    rms_mV
        Root mean square of the differences of voltage; None where no curve was fitted.
    variance
        Sum of squared residuals over their number less that of the parameters.
    met
        Whether the law meets the data: a fit is as near to them as their errors, or their noise, say, those
        that the points of a curve share included.
    inflated
        Variance of the residuals, in errors of the data, that the intervals are made with.
    trail
        Stages that the fit went through.
    ends, farther
        Places that other starts find allowed, one a row, the result's first, or None; :mod:`.farther` fits.
    """

    source: ParameterSet
    fitted: tuple[Fitted, ...]
    found: Fit
    profiles: tuple[Profile, ...]
    standard_errors: Mapping[str, float]
    shares: Mapping[str, float]
    covariance: npt.NDArray[np.float64]
    data: tuple[Data, ...]
    half_cell: HalfCell
    rms_mV: float | None
    variance: float
    met: bool = True
    inflated: float = 1.0
    trail: tuple[Stage, ...] = ()
    ends: npt.NDArray[np.float64] | None = None
    farther: tuple[Farther, ...] = ()

    @property
    def correlation(self) -> npt.NDArray[np.float64]:
        """Of the fitted values, on the scale of the fit; rows and columns in their order."""
        deviations = np.sqrt(np.diag(self.covariance))
        return np.asarray(self.covariance / np.outer(deviations, deviations))

    @property
    def name(self) -> str:
        """Set and data."""
        return f"{self.source.name} fitted to {self.data_names}"

    @property
    def solved(self) -> bool:
        """True: what cannot be fitted is refused."""
        return True

    def table(self) -> pd.DataFrame:
        """One row per parameter, units in a column."""
        shares = [self.shares[f.name] for f in self.fitted]
        return pd.DataFrame([_flat(row) for row in self.rows()]).assign(share_of_data=shares)

    @property
    def remarks(self) -> list[str]:
        """What to know before believing the table: size of the residuals, bounds reached, lower minima."""
        found, noise = ["Residuals are as large as the errors of the data allow."], noise_V(self.data)
        size = "less than 0.1" if (noise or 0.0) < 1e-4 else f"{1e3 * (noise or 0.0):.1f}"
        shown = "" if noise is None else f" (the points of the curves scatter by {size} mV)"
        ratio = f"Residuals are {self.variance**0.5:.1f} times the errors of the data{shown}"
        if not self.met:
            found = [
                "The law does not meet the data, and no number of it is called determined: "
                f"{ratio[0].lower()}{ratio[1:]}. Compare with starts=4."
            ]
        elif self.inflated > _WIDENED:
            found = [
                f"{ratio}: more than noise makes, so the intervals are {self.inflated**0.5:.0f} times those "
                "of the errors."
            ]
        if self.ends is not None and len(self.ends) == 1 and beyond_noise(self.inflated, self.data):
            found.append("No other start found a fit as good: a number is called determined by none.")
        if self.half_cell.beside is not None:
            found.append(assumed(self.half_cell.beside, self.found.values))
        if self.found.on_bounds:
            names = ", ".join(split_unit(name)[0] for name in self.found.on_bounds)
            found.append(f"Ended on a bound: {names}. Widen the range unless the bound is a physical one.")
        lowest = min((float(np.min(p.rise)) for p in self.profiles), default=0.0)
        if lowest < -_LOWER:
            found.append(
                f"A refit beside the result has a misfit lower by {-lowest * self.inflated:.0f}: "
                "the fit stopped short of the minimum, its intervals are too narrow. Give it starts=4."
            )
        return found

    def rows(self) -> list[dict[str, Any]]:
        """One object per parameter: names, value, unit, class, standard error, interval and verdict."""
        found = []
        for f, limits in zip(self.fitted, self.profiles, strict=True):
            name, unit = split_unit(f.name)
            found.append(
                {
                    "name": name,
                    "short": short_name_of(f.name),
                    "value": self.found.values[f.name],
                    "unit": unit,
                    "class": "fitted",
                    "standard_error": self.standard_errors[f.name],
                    "interval_95": list(limits.interval_95),
                    "verdict": limits.verdict,
                }
            )
        return found

    def fitted_set(self, name: str, when: str) -> ParameterSet:
        """Set with the fitted values, each of class "fitted" with its data, date and version.

        Parameters
        ----------
        name
            Name of the set.
        when
            Date of the fit, such as ``"2026-11-22"``.
        """
        rms = "" if self.rms_mV is None else f", rms {self.rms_mV:.1f} mV"
        model = self.half_cell.name
        text = f"{self.data_names}; fitted on {when} by napore {version('napore')} in the {model}{rms}"
        entries = assumed_rest(self.source, self._touched)
        for f, limits in zip(self.fitted, self.profiles, strict=True):
            low, high = limits.interval_95
            error = self.standard_errors[f.name]
            entries[f.name] = Entry(
                f.name,
                float(f"{self.found.values[f.name]:.8g}"),
                "fitted",
                text,
                (f.low, f.high),
                standard_error=float(f"{error:.3g}") if math.isfinite(error) else None,
                verdict=f"{limits.verdict}; 95 % interval {low:.4g} to {high:.4g}",
                unusual=f.allow_unusual,
            )
        for held, number in self.half_cell.fixed.items():
            entries[held] = self._held(held, number)
        return replace(self.source, name=name, title=f"{name}, fitted to {self.data_names}", entries=entries)

    @property
    def _touched(self) -> set[str]:
        return {*(f.name for f in self.fitted), *self.half_cell.fixed}

    @property
    def not_fitted(self) -> list[str]:
        """Names that a prediction rests on and the data did not see."""
        return not_fitted(assumed_rest(self.source, self._touched), self._touched, self.source.kind)

    def values(self, count: int, seed: int = 1) -> list[Mapping[str, float]]:
        """Draws of the fitted values from the normal distribution of the fit, inside the bounds.

        For :func:`napore.calibration.draws.conditioned`. Where a profile is far from a parabola take a
        posterior in its place.
        """
        generator = np.random.default_rng(seed)
        centre = places_of(self.fitted, self.found.values)
        width, axes = np.linalg.eigh(self.covariance)
        root = axes * np.sqrt(np.maximum(width, 0.0))
        kept: list[npt.NDArray[np.float64]] = []
        for _ in range(_TRIES * count):
            if len(kept) == count:
                break
            place = centre + root @ generator.normal(size=len(centre))
            inside = bool(np.all((place >= 0.0) & (place <= 1.0)))
            kept += [place] if inside else []
        while len(kept) < count:  # a corner: beyond a bound is on it
            kept.append(np.clip(centre + root @ generator.normal(size=len(centre)), 0.0, 1.0))
        return [values_at(self.fitted, place) for place in kept]

    def quantities(self) -> list[dict[str, Any]]:
        """Capacities and a potential at equilibrium, with what the errors of the fit make of them."""
        from .quantities import quantities

        return quantities(self)

    def _held(self, name: str, number: float | Tied) -> Entry:
        """Entry of a number that the fit held, or tied to another."""
        value = float(self.half_cell.numbers_at(self.found.values)[name])
        before = self.source.entries.get(name)
        kind, text = "assumed", f"held in the fit to {self.data_names}"
        if isinstance(number, Tied):
            kind, text = "derived", f"{number.factor:g} times {number.to!r} in the fit"
        if before is None or before.allowed is None:
            return Entry(name, value, "setting", text, unusual=problem(name, value) is not None)
        low, high = before.allowed
        note = "" if low <= value <= high else f"outside the range of {self.source.name}, {low:g} to {high:g}"
        ends = (min(low, value), max(high, value))
        return Entry(name, value, kind, text, ends, note, unusual=problem(name, value) is not None)

    @property
    def data_names(self) -> str:
        """Names of the data in one line."""
        return "; ".join(dict.fromkeys(part.name for part in self.data))

    def write_parameter_file(self, path: str | Path, when: str | None = None) -> None:
        """Write a complete parameter file that is accepted wherever a cell is named.

        Parameters
        ----------
        path
            File that ends in ``.toml`` and does not exist yet.
        when
            Date of the fit; today where None.

        Raises
        ------
        ParameterFileError
            Where the file exists.
        """
        made = self.fitted_set(Path(path).stem, when or date.today().isoformat())
        names = "".join(f"#   {f.name}\n" for f in self.fitted)
        head = (
            f"# Written by napore {version('napore')}: {len(self.fitted)} numbers fitted to\n"
            f"# {self.data_names}, the others as in {self.source.title}. Fitted:\n{names}\n"
        )
        write_set(made, Path(path), head, made.title)

    def to_dict(self, parameter_file: str | Path | None = None) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            "napore": version("napore"),
            "pybamm": version("pybamm"),
            "model": self.half_cell.name,
            "parameters_sha256": self.fitted_set(self.source.name, "").sha256,
            "cell": self.source.name,
            "data": [part.name for part in self.data],
            "parameters": self.rows(),
            "quantities": self.quantities(),
            "not_fitted": self.not_fitted,
            "rms_mV_per_half_cycle": rms_per_half_cycle_mV(self.data, self.half_cell, self.found.values),
            "shares_of_data": [self.shares[f.name] for f in self.fitted],
            "correlation": self.correlation.tolist(),
            "stages": [
                {"stage": s.name, "freed": list(s.freed), "not_seen": list(s.unseen)} for s in self.trail
            ],
            "rms_mV": self.rms_mV,
            "misfit": self.found.misfit,
            "variance": self.variance,
            "remarks": self.remarks,
            "parameter_file": None if parameter_file is None else str(parameter_file),
        }

    def to_json(self, path: str | Path, parameter_file: str | Path | None = None) -> None:
        """Write versions, hash, and every parameter with its interval and verdict."""
        write_json(path, self.to_dict(parameter_file))

    def plot(self, ax: Any = None) -> Any:
        """Draw what was measured and what is fitted, of the first of :attr:`panels`; return the axes.

        Raises
        ------
        CalibrationError
            Where all data are single numbers, which have no picture.
        """
        if not self.panels:
            raise CalibrationError(f"{self.data_names}: single numbers have no picture; see table()")
        return self.panels[0](ax)

    @property
    def panels(self) -> list[Callable[[Any], Any]]:
        """Functions that draw the data on axes: all curves together, every other file for itself."""
        from .pictures import panels

        return panels(self.data, self.half_cell, self.found.values)

    def misfits(self) -> pd.DataFrame:
        """One row per file: number of residuals, and their root mean square over the errors of the data."""
        values = self.found.values
        rows = []
        for part in self.data:
            residuals = part.residuals(self.half_cell, values)
            rms = float(np.sqrt(np.mean(residuals**2)))
            rows.append({"data": part.name, "residuals": part.size, "rms_over_error": rms})
        return pd.DataFrame(rows)

    def plot_profile(self, name: str, ax: Any = None) -> Any:
        """Draw the profile of a parameter with its 95 % threshold; return the axes."""
        from .pictures import draw_profile

        k = [f.name for f in self.fitted].index(name)
        return draw_profile(self.fitted[k], self.found.values[name], self.profiles[k], ax)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    low, high = row["interval_95"]
    return {**{k: v for k, v in row.items() if k != "interval_95"}, "low_95": low, "high_95": high}
