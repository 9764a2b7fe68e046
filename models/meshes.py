"""Meshes that fit a cell: graded to the surface of a particle, as fine as diffusion is slow.

The error of a particle's mesh is that of the concentration at its surface. It grows with
``F = R^2/(D t)``, the time of diffusion over that of the shortest experiment, here 720 s, a sodiation at 5 C.
Shells that are thin at the surface resolve the first seconds of a pulse and a thin layer of slow diffusion,
where even ones need twice to ten times as many. The electrolyte's mesh follows from the relative
change of the salt over a layer at 5 C, ``w = (1 - t+) i L / (F D_eff c)``, and that of an electrode also from
its thickness over the depth to which the reaction reaches.

Errors of the points chosen here, against 60 shells or 30 points a coordinate, at 0.1 to 5 C and after the
first ten seconds: for NVP in the DFN 0.003 mAh/g and 0.25 mV, in both directions; for the shipped carbons at
most 0.05 mAh/g and 0.15 mV on sodiation (a steep end of a desodiation is as much earlier as its capacity is
smaller); with a diffusivity 100 times lower 0.5 mAh/g. Shells that shrink more than those chosen here err
more where a potential is steep, 2.7 in the place of 1.6 costs NVP 0.45 mV at 1 C, and where pores fill
in all of a particle: beside strong sites ten shells with 0.8 are as good as fifteen with 1.5.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pybamm

from .constants import FARADAY, GAS_CONSTANT
from .laws import adsorption_law
from .parameters import CarbonParameters

SHORTEST: Final = 720.0
"""Time of the shortest experiment that a mesh is chosen for [s]: a half cycle at 5 C."""

_FLAT: Final = 0.00625
"""``F`` of a particle that is all but flat at 5 C: 5 um at 5.6e-12 m2/s; the shipped carbons lie below."""

_UNKNOWN: Final = (20, 2.5)
"""Shells and stretch of a particle whose numbers are inputs."""

_BESIDE_SIZES: Final = 2.0 / 3.0
"""Share of the shells that particles of many sizes need.

Their sizes, ten in a DFN, err by 0.1 to 0.9 mAh/g at 5 C, a third fewer shells by 0.003 mAh/g.
"""

_SLOWER: Final = 3.0
_THICKER: Final = 1.5
"""How much slower diffusion in a particle, and larger the change of the salt over a layer, may be where
numbers vary between solves."""

_SLOWED_BY_PORES: Final = 30.0
"""How much slower sodium diffuses where pores are at equilibrium with it, on a plateau."""

_USUAL_FLOW: Final = 0.04
"""``f_m theta (1 - theta)`` of mobile sodium that carries all: what a gradient of the potential moves."""

_BY_THE_SALT: Final = 20.0
_AT_THE_METAL: Final = 34.0
"""Points of a layer by the root of the change of the salt over it; of the separator of a half-cell DFN."""

_THROUGH_UNKNOWN: Final = 20
_MOST_THROUGH: Final = 40
_WITH_DOUBLE_LAYERS: Final = 20
"""Points at the least with double layers.

With them PyBaMM's salt drifts by an error of second order in this mesh, 5e-6 of the inventory in a cycle at
1 C with 9 points, and the current of high frequencies stays near the separator.
"""

_CONTENTS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Contents at which the diffusivity is looked at; the slowest counts."""


class GradedSubMesh(pybamm.SubMesh1D):
    """Mesh of a particle whose shells shrink towards the surface by the same factor.

    Edges ``r_k = R [1 - (exp(s (1 - k/n)) - 1)/(exp(s) - 1)]``, as PyBaMM's Exponential1DSubMesh on the right
    side; here the radius may be an input.

    Parameters
    ----------
    lims, npts
        Limits of the domain and points, as PyBaMM gives them.
    stretch
        ``s``, the logarithm of the ratio of the thickest to the thinnest shell.
    """

    def __init__(self, lims: Any, npts: Any, stretch: float) -> None:
        variable, limits, _ = self.read_lims(lims)
        low, length = limits["min"], limits["max"] - limits["min"]
        outward = np.linspace(1.0, 0.0, npts[variable.name] + 1)
        edges = 1.0 - np.expm1(stretch * outward) / math.expm1(stretch)
        if isinstance(length, pybamm.Symbol):
            super().__init__(edges, variable.coord_sys)
            self.length, self.min = length, low
        else:
            super().__init__(low + length * edges, variable.coord_sys)


@dataclass(frozen=True)
class Mesh:
    """Points by PyBaMM's names ("x_s"), stretch of each particle by domain, and by what it was made finer."""

    points: Mapping[str, int]
    stretch: Mapping[str, float]
    factor: int = 1

    def submeshes(self) -> dict[str, pybamm.MeshGenerator]:
        """Submesh of each particle by domain."""
        return {
            domain: pybamm.MeshGenerator(GradedSubMesh, {"stretch": stretch})
            for domain, stretch in self.stretch.items()
        }

    def finer(self, factor: int) -> "Mesh":
        """Return the same mesh with more points."""
        more = {name: factor * points for name, points in self.points.items()}
        return Mesh(more, self.stretch, factor * self.factor)


def fitted_mesh(
    model: Any, values: pybamm.ParameterValues, shortest: float = SHORTEST, varied: Iterable[str] = ()
) -> Mesh:
    """Mesh for a cell and for experiments that take ``shortest`` [s] or longer.

    Parameters
    ----------
    model
        PyBaMM lithium-ion model, or one of ours.
    values
        Its numbers. What depends on an input gets a mesh that suits most cells.
    shortest
        Shortest time that matters [s], such as that of a pulse.
    varied
        Names of numbers that vary between solves about their values here: diffusion may be three times as
        slow, and the salt may change 1.5 times as much over a layer.
    """
    points, stretch = {}, {}
    cell = _Numbers(model, values, tuple(varied))
    for domain in ("negative", "separator", "positive"):
        name = domain[0]
        if domain != "separator":
            if model.options.electrode_types[domain] != "porous":
                continue
            points[f"r_{name}"], stretch[f"{domain} particle"] = cell.shells(domain, shortest)
        points[f"x_{name}"] = cell.layers(domain)
    return Mesh(points, stretch)


class _Numbers:
    """What a mesh must know of a cell; None where it depends on an input or is a field."""

    def __init__(self, model: Any, values: pybamm.ParameterValues, varied: tuple[str, ...]) -> None:
        self.options, self.param, self.values = model.options, model.param, values
        self.resolved = not model.x_average
        self.free = values.copy()
        self.free.update(dict.fromkeys(varied, "[input]"))
        self.varies = False

    def _of(self, symbol: Any) -> float | None:
        symbol = pybamm.convert_to_symbol(symbol)
        found = self.free.process_symbol(symbol)
        if not found.is_constant():
            self.varies, found = True, self.values.process_symbol(symbol)
        return float(np.mean(found.evaluate())) if found.is_constant() else None

    def _margin(self, most: float) -> float:
        """Factor ``most`` where a number that was looked at since the last time varies, else 1."""
        margin, self.varies = most if self.varies else 1.0, False
        return margin

    def _share(self, name: str) -> float | None:
        """Volume fraction, which may be a function of the place."""
        return None if callable(self.values.get(name)) else self._of(pybamm.Parameter(name))

    def shells(self, domain: str, shortest: float) -> tuple[int, float]:
        """Shells and stretch of a particle."""
        phase, T = self.param.domain_params[domain].prim, self.param.T_init
        radius = self._of(phase.R_typ)
        speeds = [self._of(phase.D(content * phase.c_max, T)) for content in _CONTENTS]
        known = [speed for speed in speeds if speed is not None]
        if radius is None or len(known) < len(speeds):
            return _UNKNOWN
        slowness = self._margin(_SLOWER) * radius**2 / (min(known) * shortest) / _FLAT
        storage = getattr(self.options, domain)["sodium storage"]
        if storage == "equilibrium":
            slowness *= _SLOWED_BY_PORES
        decades = min(max(math.log10(slowness), 0.0), 4.0)
        shells, even, more = 15 + 5 * decades, 1.5, 0.8
        if storage in ("single", "phases"):
            # a nearly full carbon diffuses fast at its surface alone, which a plain particle never does
            even, more = 1.4, 0.15
        elif self._has_strong_sites(domain):
            # beside few free mobile sites pores fill unevenly in all of the particle, not at its surface only
            narrow = min(max(math.log10(slowness * self._narrowness(domain)), 0.0), 4.0)
            shells, even = 10 + max(5 * decades, 6 * narrow), 0.8 + 0.25 * narrow
        if getattr(self.options, domain)["particle size"] == "distribution":
            shells *= _BESIDE_SIZES
        return round(shells), even + more * decades

    def _has_strong_sites(self, domain: str) -> bool:
        own = getattr(self.options, domain)
        return own["sodium storage"] == "kinetic" and adsorption_law(own["adsorption law"]).has_strong_sites

    def _narrowness(self, domain: str) -> float:
        """How much less mobile sodium beside strong sites moves on the plateau than without them [-]."""
        own = getattr(self.options, domain)
        carbon = CarbonParameters(domain, int(own["pore classes"]), law=own["adsorption law"])
        flow = self._of(carbon.mobile_flow(self.param.T_init))
        return _USUAL_FLOW / flow if flow else 1.0

    def layers(self, domain: str) -> int:
        """Points through an electrode or the separator."""
        param, part = self.param, self.param.domain_params[domain]
        T, c = param.T_init, param.c_e_init_av
        electrode = f"{domain.capitalize()} electrode"
        pores = self._share("Separator porosity" if domain == "separator" else f"{electrode} porosity")
        current = self._of(5.0 * param.Q / param.A_cc)
        thickness = self._of(part.L)
        salt = self._of((1 - param.t_plus(c, T)) / (FARADAY * param.D_e(c, T) * c))
        if pores is None or current is None or thickness is None or salt is None:
            return _THROUGH_UNKNOWN
        reach = 0.0 if domain == "separator" else self._reach(domain, pores, thickness)
        if reach is None:
            return _THROUGH_UNKNOWN
        margin = self._margin(_THICKER)
        # a DFN reads the potential at the metal off the separator, whose salt changes most there
        metal = domain == "separator" and self.options["working electrode"] == "positive" and self.resolved
        per_change = _AT_THE_METAL if metal else _BY_THE_SALT
        points = 4.0 + per_change * math.sqrt(margin * salt * current * thickness / pores**1.5)
        if self.options["surface form"] == "differential":
            points = max(points, _WITH_DOUBLE_LAYERS)
        if domain != "separator":
            points = max(points, 10.0, 6.0 + 4.0 * math.sqrt(margin) * reach)
        return min(math.ceil(points), _MOST_THROUGH)

    def _reach(self, domain: str, pores: float, thickness: float) -> float | None:
        """Thickness of an electrode over the depth to which its reaction reaches from the separator [-]."""
        param, part = self.param, self.param.domain_params[domain]
        phase, T, c = part.prim, param.T_init, param.c_e_init_av
        solid = self._share(f"{domain.capitalize()} electrode active material volume fraction")
        half = 0.5 * phase.c_max
        exchange = self._of(phase.j0(c, half, T) * FARADAY / (GAS_CONSTANT * T) / phase.R_typ)
        resistivity = self._of(1.0 / (param.kappa_e(c, T) * pores**1.5) + 1.0 / part.sigma(None, T))
        if solid is None or exchange is None or resistivity is None:
            return None
        return thickness * math.sqrt(3.0 * solid * exchange * resistivity)
