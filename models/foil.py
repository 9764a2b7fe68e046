"""Sodium foil of a half cell: the drop in its own film, beside the charge transfer of PyBaMM's kinetics."""

from typing import Any, Final

import pybamm

from .pore_filling import arrhenius

FILM: Final = "Sodium metal film resistance [Ohm.m2]"
"""Resistance of the film on the foil at 298.15 K."""

_BARRIER: Final = "Sodium metal exchange-current activation energy [J.mol-1]"
_DIFFERENCE: Final = "Lithium metal interface surface potential difference [V]"
_DROP: Final = "Negative electrode SEI film overpotential [V]"


def film_resistance(resistance: Any, barrier: Any, T: Any) -> Any:
    """Resistance of the foil's film [ohm m2] at ``T`` [K], with the barrier of the foil's charge transfer.

    What limits sodium in carbonates is the film, through which 64 kJ/mol were measured (DOI
    10.1002/adma.202209511); the barrier of the foil's exchange current is of that kind.

    Examples
    --------
    >>> float(film_resistance(5.9e-4, 3e4, 298.15))
    0.00059
    """
    return resistance / arrhenius(barrier, T)


class _Film:
    """Kinetics of the metal whose overpotential is without the drop ``i R`` in its film.

    As with PyBaMM's own films the double layer lies beside film and charge transfer together.
    """

    def get_coupled_variables(self, variables: dict[str, Any]) -> dict[str, Any]:
        current = variables["Current collector current density [A.m-2]"]
        T = variables["X-averaged cell temperature [K]"]
        drop = current * film_resistance(pybamm.Parameter(FILM), pybamm.Parameter(_BARRIER), T)
        across = variables.get(_DIFFERENCE)
        if across is None:  # kinetics inverted for a known current
            found = super().get_coupled_variables(variables)  # type: ignore[misc]
            across = found[_DIFFERENCE] + drop
        else:
            found = super().get_coupled_variables({**variables, _DIFFERENCE: across - drop})  # type: ignore[misc]
        own: dict[str, Any] = {**found, _DIFFERENCE: across, _DROP: found[_DROP] - drop}
        return own


_KINETICS: dict[str, type[Any]] = {}


def with_film(kinetics: type[Any]) -> type[Any]:
    """Kinetics submodel of PyBaMM for the metal, with the film's drop."""
    name = f"Filmed{kinetics.__name__}"
    if name not in _KINETICS:
        own = {"__module__": __name__, "__qualname__": name}
        _KINETICS[name] = type(name, (_Film, kinetics), own)
    return _KINETICS[name]


def __getattr__(name: str) -> Any:
    """Classes of :func:`with_film` by name, so that a model can be unpickled."""
    kinetics = getattr(pybamm.kinetics, name.removeprefix("Filmed"), None)
    if not name.startswith("Filmed") or kinetics is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return with_film(kinetics)
