"""What of an electrode is free in a fit, where its values may lie, and what is held."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from napore.models.laws import SLOPING
from napore.parameters.arguments import typed
from napore.parameters.catalogue import TEMPLATES
from napore.parameters.diffusivity import BOUNDS, COEFFICIENTS, PRIOR, REFERENCE, table_of
from napore.parameters.law_numbers import with_law
from napore.parameters.provenance import nearest
from napore.parameters.sets import ParameterSet, load_set, template_set

from .data import CalibrationError, CurveData, Data, SeriesData
from .electrode import ELECTRODES, FOIL, UNSEEN_BESIDE_A_SLOPE
from .fitted import Fitted
from .spectrum_data import SpectrumData, seen_by_spectra

_DECADES: Final = 30.0
"""Ratio of the bounds above which a parameter is fitted on a logarithmic scale."""

_SHIPPED: Final = (
    "Carbon electrode specific capacity of all sites [mA.h.g-1]",
    "Carbon electrode adsorption capacity fraction",
    "Carbon electrode pore wetting energy [J.m-2]",
    "Carbon electrode pore filling cooperativity",
    "Carbon electrode pore median filling rate [s-1]",
    "Carbon electrode pore filling rate spread [decades]",
    "Carbon particle reference diffusivity [m2.s-1]",
    "Carbon electrode reference exchange-current density [A.m-2]",
)
"""Parameters that are free by default in a set without strongly bound sites."""

_STRONG: Final = "Carbon electrode strong site share"

_FAST: Final = 1e5
"""Of a foil that does not polarise [A/m2]: the largest that is plausible."""


def set_to_fit(cell: str | Path | ParameterSet, options: Mapping[str, Any] | None = None) -> ParameterSet:
    """Parameter set of a half cell; of a carbon with the adsorption law and pore classes of the options.

    A template of a cathode stands for itself: a fit takes its potential from the data.
    """
    if isinstance(cell, ParameterSet):
        source = cell
    else:
        names = {long.lower(): short for short, row in TEMPLATES.items() for long in (short, row.long_name)}
        template = names.get(str(cell).lower())
        source = load_set(cell) if template is None else template_set(template)
    if source.kind not in ELECTRODES:
        raise CalibrationError(
            f"{source.name} is a full cell: a fit takes a half cell against sodium; give a carbon such as "
            "fjh, or a cathode such as nvp"
        )
    return _with_options(source, options) if source.kind == "carbon" else source


def carbon_set(cell: str | Path | ParameterSet, options: Mapping[str, Any] | None = None) -> ParameterSet:
    """As :func:`set_to_fit`, of a carbon alone."""
    source = set_to_fit(cell, options)
    if source.kind != "carbon":
        raise CalibrationError(f"{source.name} is no half cell of a carbon: give one, such as fjh")
    return source


def _with_options(source: ParameterSet, options: Mapping[str, Any] | None) -> ParameterSet:
    try:
        found = with_law(source, (options or {}).get("adsorption law", source.law))
        return replace(found, classes=int((options or {}).get("pore classes", found.classes)))
    except ValueError as error:
        raise CalibrationError(str(error)) from None


@typed(CalibrationError)
def free_parameters(
    source: ParameterSet,
    names: Iterable[str] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
) -> list[Fitted]:
    """Parameters to fit, with the ranges of the set as bounds and its values as start.

    A coefficient of the diffusivity against occupancy need not be in the set: it starts from zero, within
    2 decades, and has a prior of 0 with a standard deviation of 1 decade (assumed).

    Parameters
    ----------
    source
        Parameter set.
    names
        Names; where None all that half cells can speak of, and of a carbon without the law "three kinds"
        eight.
    bounds
        Bounds by name, in the place of the set's range; what is named here is free as well. A start
        outside is moved inside.

    Raises
    ------
    CalibrationError
        For a name that the set does not have, that has no range to search, or that has no effect.
    """
    tabulated = table_of(source.numbers) is not None
    own = dict(bounds or {})
    names = default_names(source) if names is None else names
    return [_free(source, name, own.get(name), tabulated) for name in dict.fromkeys((*names, *own))]


def default_names(source: ParameterSet, data: Sequence[Data] = ()) -> list[str]:
    """Names that are free where none is asked for: all that half cells can speak of, and these data."""
    every = ELECTRODES[source.kind].names
    if source.kind == "carbon" and _STRONG not in source.entries:
        every = _SHIPPED
    if source.law == SLOPING:
        every = tuple(n for n in every if n not in UNSEEN_BESIDE_A_SLOPE)
    spectra = [isinstance(part, SpectrumData) for part in data]
    if spectra and all(spectra):  # which say nothing of capacities, and each number costs as many of them
        every = tuple(n for n in every if n not in ELECTRODES[source.kind].equilibrium)
    if any(spectra):
        every += seen_by_spectra(ELECTRODES[source.kind])
    tabulated = table_of(source.numbers) is not None
    return [n for n in every if n in source.entries and not (tabulated and n == REFERENCE)]


def _free(source: ParameterSet, name: str, bounds: tuple[float, float] | None, tabulated: bool) -> Fitted:
    entry = source.entries.get(name)
    if name in COEFFICIENTS:
        low, high = bounds or (BOUNDS if entry is None or entry.allowed is None else entry.allowed)
        start, unusual = (entry.value, entry.unusual) if entry else (0.0, False)
        return Fitted(name, low, high, min(max(start, low), high), PRIOR, allow_unusual=unusual)
    if name == REFERENCE and tabulated:
        raise CalibrationError(f"{name!r} has no effect beside a table: free coefficients, such as the first")
    if entry is None:
        raise CalibrationError(f"unknown parameter {name!r}{nearest(name, source.entries)}")
    allowed = bounds or entry.allowed
    if allowed is None or (bounds is None and not allowed[0] < allowed[1]):
        raise CalibrationError(f"{name!r} has no range in {source.name}: there is nothing to search")
    low, high = allowed
    logarithmic = low > 0.0 and high / low > _DECADES
    start = entry.value if bounds is None or not low < high else min(max(entry.value, low), high)
    return Fitted(name, low, high, start, logarithmic=logarithmic, allow_unusual=entry.unusual)


def fixed_foil(data: Sequence[Data]) -> dict[str, float]:
    """Numbers that take the foil out of the voltage where the data are those against a reference electrode.

    Raises
    ------
    CalibrationError
        For data with and without the foil together.
    """
    electrodes = {part.electrodes for part in data if isinstance(part, CurveData | SeriesData)}
    if len(electrodes) > 1:
        raise CalibrationError(
            "some files have two electrodes and some three: the foil is in the voltage of the first only; "
            "fit them apart"
        )
    return {FOIL: _FAST} if electrodes == {3} else {}
