"""What it takes for a parameter to act, and why it does nothing where it does not."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from .rows import row_of


def _chosen(options: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    value = options.get(name)
    return value if isinstance(value, tuple) else (value,)


def _is_warm(options: Mapping[str, Any], model: str, values: Mapping[str, float]) -> bool:
    from napore.models.constants import REFERENCE_TEMPERATURE  # with PyBaMM, which a study does without

    ambient = values.get("Ambient temperature [K]", REFERENCE_TEMPERATURE)
    return "lumped" in _chosen(options, "thermal") or ambient != REFERENCE_TEMPERATURE


WHERE: Final[Mapping[str, tuple[Callable[[Mapping[str, Any], str, Mapping[str, float]], bool], str]]] = {
    "electrolyte": (
        lambda options, model, values: model != "SPM",
        "the SPM has no electrolyte: choose SPMe or DFN",
    ),
    "porous": (
        lambda options, model, values: model != "SPM",
        "the SPM has no electrolyte and no gradients in its electrodes: choose SPMe or DFN",
    ),
    "warm": (_is_warm, "its factor is 1 at 298.15 K, the temperature of the cell"),
    "entropic": (
        lambda options, model, values: (
            values.get("Cathode electrode OCP entropic change [V.K-1]", 0.0) != 0.0
        ),
        "it multiplies the entropic change of a cathode's potential, which is 0 or not there",
    ),
    "full cell": (
        lambda options, model, values: "positive" not in _chosen(options, "working electrode"),
        "it is the loss of the first cycle, which only the balance of a full cell counts",
    ),
    "first cycle": (
        lambda options, model, values: (
            values.get("Carbon electrode share of the first-cycle loss before assembly", 0.0) != 1.0
        ),
        "the carbon was cycled before assembly, and the cell loses nothing",
    ),
    "formation": (lambda *_: False, "only a simulated first cycle, napore.formation, reads it"),
    "stack": (lambda *_: False, "it counts in the mass of the stack only, in Wh/kg"),
    "format": (lambda *_: False, "it counts in the format of a cell only, such as a pouch"),
    "waterfall": (lambda *_: False, "it is the top of an energy waterfall only"),
    "state of charge": (
        lambda *_: False,
        "PyBaMM reads it only where a state of charge is given or asked for",
    ),
    "battery": (lambda *_: False, "it scales the voltage of a battery of several cells only"),
    "collectors": (
        lambda *_: False,
        "only PyBaMM's pouch cells with current collectors of one or two dimensions read it",
    ),
    "nothing": (lambda *_: False, "no equation of these models reads it"),
}
"""Words of ``acts``: whether a number acts with options, a model and the numbers; and why it does not."""


def inert_reason(
    name: str,
    options: Mapping[str, Any],
    model_name: str,
    values: Mapping[str, float] | None = None,
    cell: str = "",
) -> str:
    """Why a number does nothing in a model, in words; empty where it acts.

    Parameters
    ----------
    name
        Of the parameter.
    options
        Options of the model, PyBaMM's and napore's; a pair where they differ between the electrodes.
    model_name
        ``"SPM"``, ``"SPMe"`` or ``"DFN"``.
    values
        Numbers of the cell, of which temperatures and entropic changes decide; those at 298.15 K without
        entropic change where None.
    cell
        Kind of the cell, as for :func:`row_of`.

    Examples
    --------
    >>> inert_reason("Separator porosity", {}, "SPM")
    'the SPM has no electrolyte: choose SPMe or DFN'
    >>> inert_reason("Contact resistance [Ohm]", {"contact resistance": "false"}, "DFN")
    "it acts with the option 'contact resistance': 'true'"
    """
    row = row_of(name, cell)
    for needed in row.acts if row is not None else ():
        reasons = [_reason(one, options, model_name, values or {}) for one in needed.split(" or ")]
        if all(reasons):
            return reasons[0]
    return ""


_COMES_ON: Final = frozenset(
    {
        "warm",
        "entropic",
        "full cell",
        "formation",
        "stack",
        "waterfall",
        "state of charge",
        "surface form: differential",
    }
)
"""What an experiment, another temperature or the balance of a full cell brings by itself."""


def dead_reason(
    name: str,
    options: Mapping[str, Any],
    model_name: str,
    cell: str = "",
    values: Mapping[str, float] | None = None,
) -> str:
    """Why a number does nothing in a cell whatever is done with it; empty where something reads it.

    Arguments as for :func:`inert_reason`. A number that acts at another temperature, in an impedance, a first
    cycle or, in a full cell, the mass of the stack is not dead.

    Examples
    --------
    >>> dead_reason("Carbon electrode trapping rate [s-1]", {}, "DFN")
    "it acts with the option 'sodium trapping': 'true'"
    >>> dead_reason("Electrolyte density [kg.m-3]", {}, "DFN")
    ''
    """
    row = row_of(name, cell)
    comes_on = _COMES_ON - {"stack"} if cell in ("carbon", "cathode") else _COMES_ON
    for needed in row.acts if row is not None else ():
        alternatives = needed.split(" or ")
        reasons = [_reason(one, options, model_name, values or {}) for one in alternatives]
        first_cycle = needed.startswith("SEI: ")  # napore.formation chooses the film
        if all(reasons) and not first_cycle and comes_on.isdisjoint(alternatives):
            return reasons[0]
    return ""


def _reason(needed: str, options: Mapping[str, Any], model: str, values: Mapping[str, float]) -> str:
    if needed in WHERE:
        acts, reason = WHERE[needed]
        return "" if acts(options, model, values) else reason
    option, _, choices = needed.partition(": ")
    chosen = [one for one in _chosen(options, option) if one is not None]
    if choices == "*":
        off = all(one == "none" for one in chosen)
        return f"it acts with the option {option!r} other than 'none'" if off else ""
    allowed = choices.split("|")
    return "" if set(allowed) & set(chosen) else f"it acts with the option {option!r}: {allowed[0]!r}"
