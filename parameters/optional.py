"""Numbers that a set of a carbon may have but need not."""

from typing import Final

from napore.models.foil import FILM

from .diffusivity import COEFFICIENTS, occupancy_of

NUCLEATION: Final = "Sodium plating nucleation share"

CYCLED: Final = "Carbon electrode share of the first-cycle loss before assembly"
LEFT: Final = "Carbon electrode sodium left by the first cycle [mA.h.g-1]"

_ZERO: Final = (
    "Carbon electrode barrier share of the rate spread",
    "Carbon electrode pore exchange symmetry",
    "Carbon electrode pore emptying asymmetry",
    CYCLED,
    LEFT,
)
"""Numbers that are zero where a set has none."""

PLATING: Final = {NUCLEATION: 5e-4}
"""Number of the plating on any electrode where a set has none: that of the shipped sets."""

PHASES: Final = {
    "Cathode electrode solid-solution share": 0.03,
    "Cathode electrode phase potential difference [V]": 0.005,
    "Cathode electrode phase cooperativity": 10.0,
    "Cathode electrode phase exchange symmetry": 0.0,
    "Cathode electrode phase hysteresis [V]": 0.02,
    "Cathode particle radius spread of the phases": 0.4,
}
"""Numbers of a cathode's phases where a set has none: those of the shipped set."""

DEFAULTS: Final = {**dict.fromkeys(_ZERO, 0.0), **PLATING}
"""Numbers where a set has none."""


def is_optional(name: str, kind: str = "carbon") -> bool:
    """Whether a set may have a number of this name but need not; ``kind`` as of a set.

    Examples
    --------
    >>> is_optional("Carbon electrode pore exchange symmetry")
    True
    """
    if name == FILM:
        return kind != "full"
    return kind != "cathode" and (name in COEFFICIENTS or name in DEFAULTS or occupancy_of(name) is not None)
