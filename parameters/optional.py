"""Numbers that a set of a carbon may have but need not."""

from typing import Final

from napore.models.foil import FILM

from .diffusivity import COEFFICIENTS, occupancy_of

ZERO: Final = (
    "Carbon electrode barrier share of the rate spread",
    "Carbon electrode pore exchange symmetry",
    "Carbon electrode pore emptying asymmetry",
)
"""Numbers of the kinetics that are zero where a set has none."""


def is_optional(name: str, kind: str = "carbon") -> bool:
    """Whether a set may have a number of this name but need not; ``kind`` as of a set.

    Examples
    --------
    >>> is_optional("Carbon electrode pore exchange symmetry")
    True
    """
    if name == FILM:
        return kind != "full"
    return kind != "cathode" and (name in COEFFICIENTS or name in ZERO or occupancy_of(name) is not None)
