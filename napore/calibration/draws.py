"""Samples of uncertain numbers: from a posterior, from ranges, and what is not drawn at all.

:func:`conditioned` is the usual source: fitted numbers from the posterior of their data, assumed and
literature numbers of the cell from their ranges, independently of the posterior. The fit is not done again
for each draw of what it held fixed: where that matters, free it in the fit.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from scipy.stats import qmc

from napore.parameters.provenance import nearest
from napore.parameters.sets import ParameterSet

from .data import CalibrationError

UNCERTAIN: Final = ("assumed", "literature", "fitted")
"""Classes of numbers that are drawn from their ranges."""

PROTOCOL: Final[Mapping[str, str]] = {
    "Lower voltage cut-off [V]": "set on the cycler; another window is another experiment",
    "Upper voltage cut-off [V]": "set on the cycler; another window is another experiment",
    "Ambient temperature [K]": "set on the chamber; for another, simulate it",
    "Initial temperature [K]": "that of the chamber, in which the cell rests before the test",
    "Mass ratio of carbon to cathode": "weighed by who builds the cell; a design study varies it",
    "Carbon electrode areal loading [kg.m-2]": "chosen by who coats; a design study varies it",
    "Cathode electrode areal loading [kg.m-2]": "chosen by who coats; a design study varies it",
    "Electrode disc diameter [m]": "punched by who builds the cell",
    "Carbon electrode presodiation [mA.h.g-1]": "chosen by who builds the cell",
    "Initial concentration in electrolyte [mol.m-3]": "weighed by who mixes the electrolyte",
}
"""Inputs that an experimenter chooses and knows, with the reason: their ranges say what else might be
chosen, not what is unknown, and they are drawn only where they are named."""

_DECADES: Final = 10.0
"""Ratio of the ends of a positive range from which on it is drawn on a logarithmic scale."""


class Samples(Protocol):
    """Posterior that samples are taken from.

    :class:`napore.calibration.posterior.Posterior` of walkers and
    :class:`napore.calibration.importance.WeightedPosterior` of weighted draws are such.
    """

    def values(self, count: int, seed: int = 1) -> list[Mapping[str, float]]:
        """Samples by name."""


def conditioned(
    posterior: Samples,
    source: ParameterSet,
    count: int,
    *,
    kinds: Sequence[str] = ("assumed", "literature"),
    seed: int = 1,
) -> list[dict[str, float]]:
    """Samples of a posterior with the other uncertain numbers of a cell drawn from their ranges.

    Parameters
    ----------
    posterior
        Of the fitted numbers, conditioned on their data.
    source
        Parameter set of the cell to predict, such as ``cell.source`` of a full cell.
    count
        Number of samples.
    kinds
        Classes of numbers drawn from their ranges; none for the posterior alone.
    seed
        Of the random numbers.

    Raises
    ------
    CalibrationError
        For a fitted number that the set does not have, and a posterior of fewer samples than asked for.
    """
    fitted = posterior.values(count, seed)
    if len(fitted) < count:
        raise CalibrationError(f"the posterior has {len(fitted)} samples, {count} are asked for: take fewer")
    for name in fitted[0]:
        if name not in source.entries:
            raise CalibrationError(f"{source.name} has no {name!r}{nearest(name, source.entries)}")
    names = [
        name
        for name, entry in source.entries.items()
        if entry.kind in kinds and name not in PROTOCOL and name not in fitted[0]
    ]
    return joined(fitted, from_ranges(source, count, names, seed=seed) if names else [{}] * count)


def joined(*parts: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
    """Independent samples of different numbers as samples of all of them.

    Examples
    --------
    >>> joined([{"a": 1.0}, {"a": 2.0}], [{"b": 3.0}, {"b": 4.0}])
    [{'a': 1.0, 'b': 3.0}, {'a': 2.0, 'b': 4.0}]
    """
    found = []
    for cases in zip(*parts, strict=True):
        merged: dict[str, float] = {}
        for case in cases:
            twice = sorted(merged.keys() & case.keys())
            if twice:
                raise CalibrationError(f"{twice[0]!r} is drawn twice: leave it out of one of the sources")
            merged |= case
        found.append(merged)
    return found


def from_ranges(
    source: ParameterSet,
    count: int,
    names: Iterable[str] | None = None,
    *,
    kinds: Sequence[str] = UNCERTAIN,
    seed: int = 1,
) -> list[dict[str, float]]:
    """Latin hypercube inside the ranges of a parameter file.

    Uniform, and uniform in the logarithm where the range is positive and spans a decade or more. The range
    of a fitted number is what the fit searched, wider than what the data leave of it. Each number is spread
    evenly and paired with the others by chance: of a hundred points of a Sobol sequence in as many
    dimensions some pairs would correlate by 0.8, and what makes a quantity vary could not be told.

    Parameters
    ----------
    source
        Parameter set, such as ``cell.source``.
    count
        Number of samples.
    names
        Inputs; where None those of the classes ``kinds`` that have a range and are not :data:`PROTOCOL`.
    kinds
        Classes of numbers.
    seed
        Of the random numbers.

    Raises
    ------
    CalibrationError
        For an unknown name, and where no number has a range.
    """
    entries = source.entries
    chosen = (
        [n for n, e in entries.items() if e.kind in kinds and n not in PROTOCOL]
        if names is None
        else list(names)
    )
    for name in chosen:
        if name not in entries:
            raise CalibrationError(f"unknown parameter {name!r}{nearest(name, entries)}")
    spans: dict[str, tuple[float, float]] = {}
    for name in chosen:
        allowed = entries[name].allowed
        if allowed is not None and allowed[0] < allowed[1]:
            spans[name] = (allowed[0], allowed[1])
    if not spans:
        raise CalibrationError(f"{source.name} has no uncertain number with a range")
    places = qmc.LatinHypercube(len(spans), seed=seed).random(count)
    return [
        {name: _between(*spans[name], float(place)) for name, place in zip(spans, row, strict=True)}
        for row in places
    ]


def _between(low: float, high: float, place: float) -> float:
    if low > 0.0 and high / low >= _DECADES:
        return float(low * (high / low) ** place)
    return low + place * (high - low)
