"""Insertion in two phases: near-flat potential with steep bounded ends, and its exchange current.

For cathodes such as Na3V2(PO4)3. The laws take floats, numpy arrays or PyBaMM symbols.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from .adsorption import exact_root, positive_part
from .pore_filling import arrhenius

TWO_PHASE_PARAMETERS: Final = {
    "plateau": "plateau potential [V]",
    "slope": "plateau slope [V]",
    "rise": "potential rise at the empty end [V]",
    "fall": "potential fall at the full end [V]",
    "end_width": "end width",
}
"""Name of each field's parameter, without the electrode in front."""


@dataclass(frozen=True)
class TwoPhasePotential:
    """Potential of a two-phase insertion electrode against its sodium content.

    ``U(y) = U0 + s (1/2 - y) + H exp(-y/w) - L exp(-(1 - y)/w)``: a plateau with a slight slope, a
    rise to ``U0 + H`` at the empty end and a fall to ``U0 - L`` at the full end. Strictly decreasing
    and finite for every ``y``, without a logarithm: an end that is passed in a trial step of a
    solver is steep, not undefined.

    Phenomenological: coexistence of the two phases is a constant potential, here with a slope that
    keeps the current distribution in a thick electrode determined. No nucleation, no phase boundary
    in the particle (sodium diffuses as in one phase); the path by Na2V2(PO4)3 is not told apart.

    Parameters
    ----------
    plateau
        ``U0``, potential at half content [V vs Na+/Na].
    slope
        ``s``, fall over the whole content [V], > 0.
    rise, fall
        ``H`` and ``L``, height of the empty and depth of the full end [V], > 0.
    end_width
        ``w`` of both ends, in content [-], > 0.
    """

    plateau: Any
    slope: Any
    rise: Any
    fall: Any
    end_width: Any

    def potential(self, y: Any) -> Any:
        """Equilibrium potential [V vs Na+/Na] at content ``y`` [-], in (0, 1)."""
        empty = self.rise * np.exp(-y / self.end_width)
        full = self.fall * np.exp((y - 1.0) / self.end_width)
        return self.plateau + self.slope * (0.5 - y) + empty - full


def insertion_exchange_current_density(
    y: Any, c_e: Any, T: Any, reference: Any, activation_energy: Any, softness: float = 1e-4
) -> Any:
    """Exchange-current density of an insertion electrode [A/m2 of particle surface].

    ``i0 = i0_ref (c_e/1000)^(1/2) 2 [y (1 - y)]^(1/2) exp[E_a/R (1/T_ref - 1/T)]``: Butler-Volmer with
    equal coefficients, with the smooth positive part of ``y`` and ``1 - y``. Equals ``i0_ref`` at
    half content. The mean content stands for both phases: no law of a moving boundary.

    Parameters
    ----------
    y
        Sodium content at the surface [-].
    c_e
        Salt concentration [mol/m3].
    T
        Temperature [K].
    reference
        ``i0`` at 1 mol/L, 298.15 K and half content [A/m2].
    activation_energy
        [J/mol].
    softness
        Content below which the root is bounded [-].
    """
    both = positive_part(y, softness, exact_root) * positive_part(1.0 - y, softness, exact_root)
    return reference * np.sqrt(c_e / 1000.0) * 2.0 * exact_root(both) * arrhenius(activation_energy, T)
