"""Cases of a study: a grid, a sampled space, or a list; plain values only."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from napore.parameters.schema import number, row_of, shown

Case = dict[str, Any]
"""Inputs by name."""

RESERVED: Final = ("status", "seconds")
"""Columns of the table that are neither inputs nor outputs."""


class StudyError(ValueError):
    """A study that cannot be run; the message names the value and the remedy."""


def grid(factors: Mapping[str, Any] | None = None, /, **more: Any) -> list[Case]:
    """Every combination of the values of each input, the last one fastest.

    Parameters
    ----------
    factors
        Values by name, for names that are no Python names.
    **more
        Values by name. One number or text stands for itself.

    Raises
    ------
    StudyError
        For no input, an input without values, or a name that is given twice.

    Examples
    --------
    >>> grid({"Separator porosity": 0.9}, rate_C=[0.1, 1])
    [{'Separator porosity': 0.9, 'rate_C': 0.1}, {'Separator porosity': 0.9, 'rate_C': 1}]
    """
    twice = sorted({*(factors or {})} & {*more})
    if twice:
        raise StudyError(f"input {twice[0]!r} is given twice: give each name once")
    values = {
        name: list(given) if isinstance(given, Iterable) and not isinstance(given, str | Mapping) else [given]
        for name, given in {**(factors or {}), **more}.items()
    }
    if not values:
        raise StudyError("the grid has no input: give at least one name with its values")
    for name, given in values.items():
        if not given:
            raise StudyError(f"input {name!r} has no values: give at least one")
    return [dict(zip(values, point, strict=True)) for point in itertools.product(*values.values())]


def sample(
    bounds: Mapping[str, Sequence[Any]], n: int, seed: int = 0, method: Literal["sobol", "latin"] = "sobol"
) -> list[Case]:
    """Space-filling sample of ``n`` cases inside ``bounds``, the same for the same seed.

    Parameters
    ----------
    bounds
        ``(low, high)`` or ``(low, high, "log")`` by name.
    n
        Number of cases. A longer Sobol sample begins with the shorter one.
    seed
        Seed of the scrambling.
    method
        ``"sobol"`` (scrambled Sobol sequence) or ``"latin"`` (Latin hypercube).

    Raises
    ------
    StudyError
        For bounds that span nothing, a count below 1 or an unknown method.

    Examples
    --------
    >>> [round(case["x"], 1) for case in sample({"x": (1e-3, 1e3, "log")}, 3, seed=1)]
    [0.1, 267.7, 1.4]
    """
    import numpy as np
    from scipy.stats import qmc  # half a second, and of no use to a worker process

    scales = {name: _scale(name, given) for name, given in bounds.items()}
    if not scales:
        raise StudyError("the space has no input: give at least one name with its bounds")
    if isinstance(n, bool) or int(n) != n or n < 1:
        raise StudyError(f"n is {n!r}: give a whole number from 1")
    rng = np.random.default_rng(seed)
    if method == "sobol":
        # a whole power of two, as the sequence is balanced then
        points = qmc.Sobol(len(scales), seed=rng).random_base2(math.ceil(math.log2(n)))[:n]
    elif method == "latin":
        points = qmc.LatinHypercube(len(scales), seed=rng).random(n)
    else:
        raise StudyError(f"method is {method!r}: choose 'sobol' or 'latin'")
    columns = []
    for k, (low, high, logarithmic) in enumerate(scales.values()):
        if logarithmic:
            columns.append(low * (high / low) ** points[:, k])
        else:
            columns.append(low + (high - low) * points[:, k])
    return [dict(zip(scales, map(float, point), strict=True)) for point in zip(*columns, strict=True)]


def _scale(name: str, given: Sequence[Any]) -> tuple[float, float, bool]:
    ends = given[:2] if isinstance(given, Sequence) and not isinstance(given, str | bytes) else ()
    logarithmic = len(ends) == 2 and len(given) == 3 and given[2] == "log"
    if len(ends) < 2 or (len(given) != 2 and not logarithmic):
        raise StudyError(f"bounds of {name!r} are {shown(given)}: give (low, high) or (low, high, 'log')")
    low, high = (number(f"bound of {name}", end, StudyError) for end in ends)
    if not low < high:
        raise StudyError(f"bounds of {name!r} are {low:g} and {high:g}: the lower one comes first")
    if logarithmic and low <= 0.0:
        raise StudyError(f"bounds of {name!r} begin at {low:g}: a logarithmic scale begins above zero")
    return low, high, logarithmic


def check_cases(cases: Iterable[Mapping[str, Any]]) -> list[Case]:
    """Cases with plain values, all of the same names.

    Raises
    ------
    StudyError
        For no case, for names that differ, and for what is no number, text, truth value or list.
    """
    if isinstance(cases, Mapping):
        raise StudyError("the cases are one mapping: give a list of mappings, or a grid")
    checked: list[Case] = []
    for place, case in enumerate(cases, start=1):
        if not isinstance(case, Mapping):
            raise StudyError(f"case {place} is {case!r}: give a mapping of inputs by name")
        checked.append(_checked(place, case))
        if checked[-1].keys() != checked[0].keys():
            odd = sorted(checked[-1].keys() ^ checked[0].keys())
            raise StudyError(f"case {place} differs from case 1 in the input {odd[0]!r}: give all cases all")
    if not checked:
        raise StudyError("there are no cases: give at least one")
    return checked


def _checked(place: int, case: Mapping[str, Any]) -> Case:
    found: Case = {}
    for name, value in case.items():
        if not isinstance(name, str) or not name:
            raise StudyError(f"case {place} has an input named {name!r}: a name is a text")
        if name in RESERVED:
            raise StudyError(f"input {name!r} has the name of a column of the table: give it another")
        try:
            found[name] = plain(value)
        except TypeError as error:
            raise StudyError(f"case {place}, input {name!r}: {error}") from None
        if not _finite(found[name]):
            raise StudyError(f"case {place}, input {name!r} is {value}: give a finite number")
        if row_of(name) is not None:
            # whether a cell can have it is for the function to say: one bad case does not stop the others
            number(name, value, StudyError)
    if not found:
        raise StudyError(f"case {place} has no inputs: give at least one")
    return found


def plain(value: Any) -> Any:
    """Value as JSON has it: arrays become lists, numpy's numbers become Python's.

    Raises
    ------
    TypeError
        For what JSON does not have.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, Mapping):
        return {str(name): plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if hasattr(value, "tolist"):  # numpy's arrays and numbers
        return plain(value.tolist())
    raise TypeError(f"a {type(value).__name__} cannot be kept; give a number, a text, or a list of them")


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    return all(map(_finite, value)) if isinstance(value, list) else True


def without_nan(value: Any) -> Any:
    """Plain value with None for numbers that do not exist."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: without_nan(entry) for name, entry in value.items()}
    return [without_nan(entry) for entry in value] if isinstance(value, list) else value
