"""Diffusivity of adsorbed sodium against occupancy: names, a smooth factor and a table.

    D_ref(theta) = D_0 10^(sum_k c_k T_k(2 theta - 1)),      k = 1..6

with ``D_0`` the reference diffusivity, or a table of ``theta`` in its place, the Chebyshev
polynomials ``T_k``, and ``c_k`` in decades. It holds at 298.15 K; Arrhenius multiplies it. Without
coefficients and without a table it is ``D_0``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pybamm
from scipy import interpolate

from .schema import ParameterError, number, shown

REFERENCE: Final = "Carbon particle reference diffusivity [m2.s-1]"

TABLE: Final = "Carbon particle diffusivity against occupancy [m2.s-1]"
"""Name of a table, in a parameter file and among the parameters that a user changes."""

BOUNDS: Final = (-2.0, 2.0)
"""Bounds of a coefficient in a fit [decades]: one alone spans four decades."""

PRIOR: Final = (0.0, 1.0)
"""Expected value and standard deviation of a coefficient in a fit [decades]; assumed."""

_MOST: Final = 4.0
"""Largest sum of the magnitudes of all coefficients [decades]."""

_NODE = re.compile(r"Carbon particle diffusivity at occupancy (\S+) \[m2\.s-1\]")


def coefficient_name(order: int) -> str:
    """Name of the coefficient of ``T_k``, as in a parameter file.

    Examples
    --------
    >>> coefficient_name(1)
    'Carbon particle diffusivity coefficient 1 [decades]'
    """
    return f"Carbon particle diffusivity coefficient {order} [decades]"


COEFFICIENTS: Final = tuple(coefficient_name(k) for k in range(1, 7))
"""Names of the coefficients; those that a set does not have are zero."""


def node_name(occupancy: float) -> str:
    """Name of the number of a table at an occupancy."""
    return f"Carbon particle diffusivity at occupancy {float(occupancy)!r} [m2.s-1]"


def occupancy_of(name: str) -> float | None:
    """Occupancy in the name of a number of a table; None where it is no such name."""
    found = _NODE.fullmatch(name)
    try:
        return float(found[1]) if found else None
    except ValueError:
        return None


def orders(numbers: Iterable[str]) -> tuple[int, ...]:
    """Orders ``k`` of the coefficients among the names of a set."""
    names = set(numbers)
    return tuple(k for k, name in enumerate(COEFFICIENTS, start=1) if name in names)


def check_coefficients(numbers: Mapping[str, Any]) -> None:
    """Refuse coefficients that no diffusivity can have; symbols pass.

    Raises
    ------
    ValueError
        Where their magnitudes add up to more than four decades.
    """
    found = [numbers[name] for name in COEFFICIENTS if name in numbers]
    size = sum(abs(value) for value in found if isinstance(value, int | float))
    if not size <= _MOST:
        raise ValueError(
            f"the coefficients of the diffusivity add up to {size:g} decades in magnitude: give values whose "
            f"magnitudes add up to at most {_MOST:g}"
        )


def chebyshev(order: int, z: Any) -> Any:
    """Chebyshev polynomial ``T_k(z)`` by its recurrence, of floats, arrays or PyBaMM symbols.

    Examples
    --------
    >>> [chebyshev(k, 0.5) for k in (1, 2, 3)]
    [0.5, -0.5, -1.0]
    """
    before, here = 1.0, z
    for _ in range(order - 1):
        before, here = here, 2.0 * z * here - before
    return here


@dataclass(frozen=True)
class DiffusivityTable:
    """Diffusivity at 298.15 K over occupancy, by PCHIP in its logarithm; held beyond both ends.

    The curve meets the ends with zero slope. In a model it is a ``pybamm.Interpolant``.

    Parameters
    ----------
    occupancy
        Of the adsorption sites [-], increasing, from 0 to 1; at least two.
    diffusivity_m2_s
        At each occupancy [m2/s], positive.

    Raises
    ------
    ValueError
        With the value, what is allowed and how to mend it.

    Examples
    --------
    >>> table = DiffusivityTable((0.1, 0.5, 0.9), (1e-14, 1e-13, 1e-14))
    >>> [f"{table(theta):.2e}" for theta in (0.0, 0.1, 0.3, 1.0)]
    ['1.00e-14', '1.00e-14', '3.16e-14', '1.00e-14']
    """

    occupancy: tuple[float, ...]
    diffusivity_m2_s: tuple[float, ...]

    def __post_init__(self) -> None:
        for name in ("occupancy", "diffusivity_m2_s"):
            object.__setattr__(self, name, _column(name, getattr(self, name)))
        theta, D = self.occupancy, self.diffusivity_m2_s
        if len(theta) != len(D):
            raise ParameterError(
                f"a table of the diffusivity has {len(theta)} occupancies and {len(D)} values: give as many"
            )
        if len(theta) < 2:
            raise ParameterError(
                f"a table of the diffusivity has {len(theta)} point: give two or more, or the reference "
                "diffusivity, which is constant"
            )
        for value in theta:
            if not 0.0 <= value <= 1.0:
                raise ParameterError(
                    f"occupancy {value:g} of a table of the diffusivity is not allowed: give 0 to 1"
                )
        for value in D:
            if not 0.0 < value < np.inf:
                raise ParameterError(
                    f"diffusivity {value:g} of a table is not allowed: give positive numbers in m2/s"
                )
        for one, other in pairwise(theta):
            if not one < other:
                raise ParameterError(
                    f"occupancy {other:g} of a table of the diffusivity comes after {one:g}: give increasing "
                    "occupancies, each once"
                )

    @property
    def numbers(self) -> dict[str, float]:
        """Values by name, as a set of parameters holds them."""
        return {node_name(theta): D for theta, D in zip(self.occupancy, self.diffusivity_m2_s, strict=True)}

    @cached_property
    def _nodes(self) -> tuple[Any, Any]:
        """Occupancies, one beyond each end, and decimal logarithms."""
        theta, decades = np.asarray(self.occupancy), np.log10(self.diffusivity_m2_s)
        beyond = np.concatenate([[theta[0] - 1.0], theta, [theta[-1] + 1.0]])
        return beyond, np.concatenate([decades[:1], decades, decades[-1:]])

    def __call__(self, theta: Any) -> Any:
        """Diffusivity [m2/s] at an occupancy [-]."""
        x, decades = self._nodes
        if isinstance(theta, pybamm.Symbol):
            return 10.0 ** pybamm.Interpolant(
                x, decades, theta, name="adsorbed_diffusivity_decades", interpolator="pchip"
            )
        return 10.0 ** interpolate.PchipInterpolator(x, decades)(np.clip(theta, 0.0, 1.0))


def _column(name: str, values: Any) -> tuple[float, ...]:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ParameterError(
            f"{name} of a table of the diffusivity is {shown(values)}: give a list of numbers"
        )
    return tuple(number(f"{name} of a table of the diffusivity", value) for value in values)


def table_of(numbers: Mapping[str, Any]) -> DiffusivityTable | None:
    """Table among the numbers of a set; None where it has none.

    Raises
    ------
    ValueError
        For a single number, and for symbols: a table is no parameter of a fit.
    """
    nodes = sorted((theta, name) for name in numbers if (theta := occupancy_of(name)) is not None)
    if not nodes:
        return None
    for _, name in nodes:
        if isinstance(numbers[name], pybamm.Symbol):
            raise ValueError(f"{name!r} cannot be an input: fit coefficients, which multiply the table")
    return DiffusivityTable(
        tuple(theta for theta, _ in nodes), tuple(float(numbers[name]) for _, name in nodes)
    )
