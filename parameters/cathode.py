"""A cathode's entries as PyBaMM parameters of the positive electrode."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pybamm
from scipy import optimize

from napore.models.constants import FARADAY
from napore.models.insertion import TWO_PHASE_PARAMETERS, TwoPhasePotential
from napore.models.live import Guard, LiveNode, NumberError, plain_number, root

from . import functions
from .balance import END
from .bpx_read import Curve
from .coating import coating
from .numbered import PotentialTable
from .numbers import number
from .optional import PHASES

_TABLE_END: Final = 1e-4
"""Distance from empty and from full that a start by a table keeps [-]."""

_OF_LAW: Final = (
    *TWO_PHASE_PARAMETERS.values(),
    "solid-solution share",
    "radius spread of the phases",
)
"""Ends of names of the law of the potential, whose place a table takes."""


def is_of_law(name: str) -> bool:
    """Whether a number is of the law of a cathode's potential, with its phases and hysteresis."""
    return name.endswith(_OF_LAW) or any(word in name for word in ("phase", "hysteresis", "lithiation OCP"))


def two_phase(values: Mapping[str, Any] | pybamm.ParameterValues) -> TwoPhasePotential:
    """Equilibrium of the cathode of a set of parameter values."""
    return TwoPhasePotential(
        **{key: number(values, f"Positive electrode {name}") for key, name in TWO_PHASE_PARAMETERS.items()}
    )


class Content(LiveNode):
    """Sodium content of a two-phase cathode at rest at a potential [V] [-]."""

    __slots__ = ()

    @classmethod
    def law_value(cls, key: str, *arguments: Any) -> Any:
        """Exact content, in CasADi symbols."""
        V, *numbers = arguments
        law = TwoPhasePotential(*numbers)
        return root(lambda y: -law.potential(y), -V, END, 1.0 - END)

    @classmethod
    def settled(cls, key: str, arguments: Sequence[pybamm.Symbol], numbers: tuple[float, ...]) -> Any:
        """Number, where the potential is known too."""
        V = plain_number(arguments[0])
        if V is None:
            return None
        law = TwoPhasePotential(*numbers)
        bottom, top = float(law.potential(1.0 - END)), float(law.potential(END))
        if not bottom < V < top:
            raise NumberError(
                f"cut-off {V:g} V cannot be reached: the cathode lies between {bottom:.2f} and {top:.2f} V "
                "vs Na+/Na"
            )
        return float(optimize.brentq(lambda y: law.potential(y) - V, END, 1.0 - END))


def two_phase_numbers() -> list[pybamm.Parameter]:
    """Numbers of the cathode's equilibrium, in the order of :class:`TwoPhasePotential`."""
    return [pybamm.Parameter(f"Positive electrode {name}") for name in TWO_PHASE_PARAMETERS.values()]


def content_at(potential: Any, table: PotentialTable | None = None) -> pybamm.Symbol:
    """Content at rest [-] of the cathode in the positive electrode at a potential [V], by law or table."""
    if table is not None:
        V, y = np.array(table.potential_V[::-1]), np.array(table.content[::-1])
        found = pybamm.Interpolant(V, y, potential, "content of a table", "linear")
        return pybamm.minimum(pybamm.maximum(found, _TABLE_END), 1.0 - _TABLE_END)
    return with_own_potential(Content.made("", potential, *two_phase_numbers()))


def with_own_potential(start: pybamm.Symbol) -> pybamm.Symbol:
    """A start that is refused beside another open-circuit potential than that of the cathode's numbers."""
    name = "Positive electrode OCP [V]"
    own = functions.TwoPhaseOCP("positive")
    checks = [
        pybamm.FunctionParameter(name, {"Positive particle stoichiometry": y}) - own(y)
        for y in (pybamm.Scalar(place) for place in (0.1, 0.5, 0.9))
    ]
    message = (
        f"{name!r} is not that of the plateau and its ends, from which the start at rest is computed: change "
        "their numbers, or give 'Initial concentration in positive electrode [mol.m-3]' too"
    )
    return Guard(start, *checks, messages=[message] * len(checks))


def cathode_parameters(numbers: Mapping[str, Any], table: PotentialTable | None = None) -> dict[str, Any]:
    """PyBaMM parameters of the cathode from the numbers of its file.

    Parameters
    ----------
    numbers
        Values by name; names begin with "Cathode electrode" or "Cathode particle".
    table
        Potential in the place of the law, which then has no hysteresis.

    Returns
    -------
    dict
        Every name with "Positive" in the place of "Cathode", what PyBaMM needs derived from them,
        and the functions. The branches of the hysteresis are there whether or not an option uses them.
    """
    density = pybamm.Parameter("Positive electrode true density [kg.m-3]")
    capacity = pybamm.Parameter("Positive electrode usable specific capacity [mA.h.g-1]")
    values: dict[str, Any] = {
        name.replace("Cathode", "Positive", 1): value
        for name, value in {**PHASES, **numbers}.items()
        if name.startswith("Cathode")
    }
    decay = pybamm.Parameter("Positive particle hysteresis decay rate")
    values |= {
        "Maximum concentration in positive electrode [mol.m-3]": capacity * (3600.0 / FARADAY) * density,
        **coating("cathode", "Positive"),
        "Positive electrode OCP [V]": functions.TwoPhaseOCP("positive"),
        "Positive electrode lithiation OCP [V]": functions.TwoPhaseOCP("positive", -1),
        "Positive electrode delithiation OCP [V]": functions.TwoPhaseOCP("positive", 1),
        "Positive particle lithiation hysteresis decay rate": decay,
        "Positive particle delithiation hysteresis decay rate": decay,
        "Initial hysteresis state in positive electrode": -1.0,  # discharged
        "Positive electrode exchange-current density [A.m-2]": functions.InsertionExchangeCurrentDensity(
            "positive"
        ),
        "Positive particle diffusivity [m2.s-1]": functions.InsertionDiffusivity("positive"),
        "Positive electrode reaction-driven LAM factor [m3.mol-1]": 0.0,
    }
    if table is not None:
        own = Curve("potential of a table", x=table.content, y=table.potential_V)
        values = {name: value for name, value in values.items() if not is_of_law(name)}
        values["Positive electrode OCP [V]"] = own
    return values
