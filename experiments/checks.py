"""Conditions of an experiment, refused where they enter."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from napore.parameters.schema import shown

RATE_LIMITS: Final = (1e-4, 1e3)
"""Lowest and highest rate [C] that an experiment accepts."""

TEMPERATURE_LIMITS_C: Final = (-123.15, 226.85)
"""Lowest and highest temperature [C] of a cell, those of "Ambient temperature [K]"."""


class ExperimentError(ValueError):
    """Conditions that no experiment can have; the message names the value and what is allowed."""


def check_number(value: Any, name: str, unit: str, low: float, high: float) -> float:
    """Number inside bounds that belong to the range.

    Raises
    ------
    ExperimentError
        For what is not a number, NaN or out of range.

    Examples
    --------
    >>> check_number(-1, "scan rate", "mV/s", 1e-4, 1e3)
    Traceback (most recent call last):
    napore.experiments.checks.ExperimentError: scan rate is -1 mV/s: give a number from 0.0001 to 1000 mV/s
    """
    allowed = f"give a number from {low:g} to {high:g} {unit}".rstrip()
    try:
        number = float(None if isinstance(value, bool | str | bytes) else value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise ExperimentError(f"{name} is {shown(value)}: {allowed}") from None
    if not low <= number <= high:
        raise ExperimentError(f"{name} is {number:g} {unit}".rstrip() + f": {allowed}")
    return number


def check_numbers(
    values: Iterable[Any] | float, name: str, unit: str, low: float, high: float
) -> tuple[float, ...]:
    """Numbers inside bounds as a tuple, in the given order; one number stands for itself.

    Raises
    ------
    ExperimentError
        As :func:`check_number`, and where there is none.
    """
    several = values if isinstance(values, Iterable) and not isinstance(values, str | bytes) else (values,)
    checked = tuple(check_number(value, name, unit, low, high) for value in several)
    if not checked:
        raise ExperimentError(f"no {name} is given: give at least one, {low:g} to {high:g} {unit}".rstrip())
    return checked


def check_rate(rate: Any, name: str = "rate") -> float:
    """Rate inside :data:`RATE_LIMITS` [C], as :func:`check_number`."""
    return check_number(rate, name, "C", *RATE_LIMITS)


def check_charge_rate(rate: Any) -> float | None:
    """Rate of charge as :func:`check_rate`; None, that of the discharge, stays None."""
    return None if rate is None else check_rate(rate, "charge rate")


def check_rates(rates: Iterable[Any] | float) -> tuple[float, ...]:
    """Rates inside :data:`RATE_LIMITS` [C], as :func:`check_numbers`."""
    return check_numbers(rates, "rate", "C", *RATE_LIMITS)


def check_count(count: Any, name: str) -> int:
    """Whole number of repeats, from 1 to 1000."""
    # compared before it becomes a float, which 10**400 cannot
    allowed = (
        isinstance(count, int | float | np.number) and not isinstance(count, bool) and 1 <= count <= 1000
    )
    if not allowed or int(count) != count:
        raise ExperimentError(f"{name} is {shown(count)}: give a whole number from 1 to 1000")
    return int(count)
