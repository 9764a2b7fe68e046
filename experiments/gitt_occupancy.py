"""Diffusivity of adsorbed sodium against occupancy, from the pulses of a GITT."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import optimize

from napore.cells import Cell
from napore.models import Isotherm
from napore.models.pore_filling import arrhenius
from napore.parameters import diffusivity
from napore.parameters.diffusivity import COEFFICIENTS, DiffusivityTable
from napore.parameters.provenance import Entry
from napore.parameters.template import write_set

from .base import AnyCell, Result, as_cell, header, table_of
from .checks import ExperimentError
from .gitt import Gitt
from .weppner_huggins import GittPulse, surface_rise

_SAME: Final = 1e-3
"""Occupancies that are one point of a table, such as those of both directions."""


_FREE: Final = 0.95
"""Share of the sites in a small change of the total, from which a point counts as free of filling."""

_EDGE: Final = 1e-4
"""Nearest to an empty and to a full surface that a pulse may come."""


@dataclass(frozen=True)
class OccupancyPoint:
    """Diffusivity of adsorbed sodium at one occupancy.

    Parameters
    ----------
    direction
        Of the pulse.
    occupancy
        Of the sites [-]: mean of those at the surface before and at the end of the pulse, in the layer that
        it reached; of a bound at the rest potentials before and after it.
    voltage_V
        At the end of the rest after the pulse.
    diffusivity_m2_s
        At 298.15 K; a lower bound where ``bound`` says so.
    bound
        ``""``; ``"ceiling"``: above half of what the formula can show; ``"filling"``: pores or strong sites
        fill; both as the formula returns them. ``"resistance"``: more polarisation than diffusion can make,
        which a slow resistance adds, and no number to use.
    adsorbed_share
        ``dq_ads/dq`` at this occupancy, at common potential.
    """

    direction: str
    occupancy: float
    voltage_V: float
    diffusivity_m2_s: float
    bound: str
    adsorbed_share: float


@dataclass(frozen=True, repr=False)
class OccupancyDiffusivity(Result):
    """Diffusivity of adsorbed sodium against occupancy, as far as a GITT shows it.

    Parameters
    ----------
    name
        GITT that it is from: a cell that was simulated, or a file.
    simulated
        Whether the pulses are those of a simulation.
    points
        In the order of the pulses, bounds among them.
    length_m, skip_s
        As in the GITT.
    header
        Versions, model and hash of the parameters of ``cell``.
    cell
        Cell whose isotherm gives the occupancy.
    """

    name: str
    simulated: bool
    points: tuple[OccupancyPoint, ...]
    length_m: float
    skip_s: float
    header: Mapping[str, str]
    cell: Cell

    @property
    def solved(self) -> bool:
        """Whether a point is no bound."""
        return any(not point.bound for point in self.points)

    def table(self) -> pd.DataFrame:
        """One row per pulse, units in the column names."""
        return table_of(map(asdict, self.points), list(OccupancyPoint.__dataclass_fields__))

    @property
    def _instead(self) -> str:
        """What to do where the formula shows too little."""
        if any(point.bound == "ceiling" and point.adsorbed_share >= _FREE for point in self.points):
            return "give shorter pulses, which show faster diffusion, or fit coefficients"
        return (
            "pores or strong sites fill at the others, with pulses of any length, so fit coefficients "
            f"instead, {COEFFICIENTS[0]!r} and the next ones, to measured curves"
        )

    def diffusivity_table(self) -> DiffusivityTable:
        """Table of the points that are no bounds, for a cell or for PyBaMM; geometric mean where two meet.

        Raises
        ------
        ExperimentError
            Where fewer than two are left.
        """
        kept = sorted((p.occupancy, math.log(p.diffusivity_m2_s)) for p in self.points if not p.bound)
        groups: list[list[tuple[float, float]]] = []
        for point in kept:
            if groups and point[0] - groups[-1][0][0] < _SAME:
                groups[-1].append(point)
            else:
                groups.append([point])
        if len(groups) < 2:
            raise ExperimentError(
                f"the GITT of {self.name} shows {len(groups)} occupancies where its formula holds, and a "
                f"table needs 2: {self._instead}"
            )
        means = [np.mean(group, axis=0) for group in groups]
        return DiffusivityTable(
            tuple(float(theta) for theta, _ in means), tuple(math.exp(decades) for _, decades in means)
        )

    def write_parameter_file(self, path: str | Path) -> None:
        """Write the cell's parameter file with the table in it; it is accepted wherever a cell is named.

        Raises
        ------
        ExperimentError
            Where too few points are left, or numbers of the cell were changed, which no file holds.
        ParameterFileError
            Where the file exists.
        """
        if self.cell.changed:
            raise ExperimentError(
                f"numbers of {self.cell.name} were changed: write a parameter file of one's own with them, "
                "and make the cell from it"
            )
        table, source = self.diffusivity_table(), self.cell.source
        low, high = min(table.diffusivity_m2_s), max(table.diffusivity_m2_s)
        entry = Entry(
            "",
            low,
            "derived",
            f"{'simulated' if self.simulated else 'measured'} GITT of {self.name}, Weppner-Huggins with L = "
            f"{self.length_m:.3g} m and dE_t from {self.skip_s:g} s, in spheres with "
            "the isotherm of this file",
            (0.1 * low, 10.0 * high),
            f"{sum(bool(p.bound) for p in self.points)} of {len(self.points)} points are lower bounds only "
            "and left out; held constant beyond the ends. Range: a decade around.",
        )
        before = diffusivity.table_of(source.numbers)
        gone = before.numbers if before else {}
        entries = {name: kept for name, kept in source.entries.items() if name not in gone}
        rows = {name: replace(entry, name=name, value=value) for name, value in table.numbers.items()}
        made = f"# Written by napore {version('napore')}: {source.title},\n"
        head = made + "# with a table of the diffusivity from GITT.\n\n"
        title = f"{source.title}, diffusivity from GITT of {self.name}"
        write_set(replace(source, entries=entries | rows), Path(path), head, title)

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.header,
            "gitt": self.name,
            "simulated": self.simulated,
            "cell": self.cell.name,
            "length_m": self.length_m,
            "skip_s": self.skip_s,
            "points": [asdict(point) for point in self.points],
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the diffusivity over the occupancy, lower bounds as open marks; return the axes."""
        from napore.plotting import DIFFUSIVITY_LABEL, new_axes

        ax = new_axes(ax)
        for number, direction in enumerate(dict.fromkeys(point.direction for point in self.points)):
            for bound, fill, name in ((False, "full", direction), (True, "none", None)):
                shown = [p for p in self.points if p.direction == direction and bool(p.bound) == bound]
                places, D = [p.occupancy for p in shown], [p.diffusivity_m2_s for p in shown]
                ax.plot(places, D, "o", color=f"C{number}", ms=4, fillstyle=fill, label=name)
        ax.legend(title="open: lower bound")
        ax.set(yscale="log", xlabel="occupancy of the sites", ylabel=DIFFUSIVITY_LABEL, title=self.name)
        return ax


def occupancy_diffusivity(
    test: Gitt, cell: AnyCell, *, direction: str | None = None, least_share: float = _FREE
) -> OccupancyDiffusivity:
    """Diffusivity of adsorbed sodium against occupancy from a GITT, simulated or measured.

    Rest potentials and the adsorption isotherm of ``cell`` give the occupancies ``theta_0`` before and
    ``theta_1`` after a pulse. The diffusivity is the one with which the surface of a sphere of radius
    ``3 L`` under constant flux,

        theta(t) = theta_0 + (theta_1 - theta_0) b(t D/R^2)/(3 tau D/R^2),

    changes its potential by ``dE_t`` from ``skip_s`` to the end of the pulse, with ``b`` of
    :func:`napore.experiments.weppner_huggins.surface_rise`. That is the formula of Weppner and Huggins
    without its straight isotherm and short pulse; ``D`` is taken as constant in the layer that one pulse
    reaches.

    It holds for one phase, rests that equilibrate, and resistances that act before ``skip_s``. Where pores or
    strong sites fill the formula returns the apparent diffusivity, which is smaller: the point is a lower
    bound. So is a pulse that shows more than half of the formula's ceiling. Divided by the Arrhenius factor.

    Parameters
    ----------
    test, cell
        GITT, simulated or from :func:`napore.experiments.read_gitt`; half cell of the carbon.
    direction
        ``"sodiation"`` or ``"desodiation"``; both where None.
    least_share
        Share of the sites in a small change of the total, from which a point counts as free of filling.
        What pores at equilibrium do is then at most a factor of ``least_share``.

    Raises
    ------
    ExperimentError
        For a cell that is no half cell of a carbon with pores, a direction that there is not, a share outside
        0 to 1, and no pulse that can be evaluated.

    Examples
    --------
    >>> import napore
    >>> numbers = {"Carbon particle reference diffusivity [m2.s-1]": 1e-15, "Lower voltage cut-off [V]": 0.5}
    >>> law = {"adsorption law": "mean field"}  # no strong sites, which hide the diffusion as pores do
    >>> cell = napore.half_cell("fjh", "SPM", law, numbers)
    >>> test = napore.gitt(cell, 25, 600, 2 * 3600, direction="sodiation")
    >>> table = occupancy_diffusivity(test, cell).diffusivity_table()
    >>> f"{table(0.4):.0e}"
    '1e-15'
    """
    cell = as_cell(cell)
    _check(cell, direction, least_share)
    T = cell.number("Initial temperature [K]")
    warming = float(
        arrhenius(cell.number("Positive particle adsorbed diffusivity activation energy [J.mol-1]"), T)
    )
    points = []
    for pulse in test.pulses:
        if pulse.complete and pulse.diffusivity_m2_s is not None and direction in (None, pulse.direction):
            points.append(_point(pulse, cell.isotherm, T, test, least_share))
    if not points:
        raise ExperimentError(f"the GITT of {test.cell} has no complete pulse with a diffusivity")
    points = [replace(p, diffusivity_m2_s=p.diffusivity_m2_s / warming) for p in points]
    return OccupancyDiffusivity(
        test.cell, "model" in test.header, tuple(points), test.length_m, test.skip_s, header(cell), cell
    )


def _check(cell: Cell, direction: str | None, least_share: float) -> None:
    if cell.kind != "carbon":
        raise ExperimentError(
            f"{cell.name} is no half cell of a carbon: its voltage is not that of the sites"
        )
    if direction not in (None, *cell.directions):
        raise ExperimentError(
            f"direction is {direction!r}: give one of {', '.join(cell.directions)}, or None"
        )
    if not 0.0 < least_share <= 1.0:
        raise ExperimentError(f"least_share is {least_share!r}: give a share above 0 and up to 1")


def _point(pulse: GittPulse, curve: Isotherm, T: float, test: Gitt, least_share: float) -> OccupancyPoint:
    """Point of one pulse at its own temperature."""
    before, after = curve.occupancy(np.array([pulse.voltage_V - pulse.dE_s_V, pulse.voltage_V]), T)
    theta, D = 0.5 * float(before + after), float(pulse.diffusivity_m2_s or np.nan)
    share = float(curve.adsorbed_share(curve.stoichiometry(curve.adsorption.potential(theta, T), T)))
    bound = "ceiling" if pulse.bound else "filling" if share < least_share else ""
    if not bound:
        found = _in_sphere(pulse, curve, T, (float(before), float(after)), test)
        theta, D, bound = (theta, D, found) if isinstance(found, str) else (*found, "")
    return OccupancyPoint(pulse.direction, theta, pulse.voltage_V, D, bound, share)


def _in_sphere(
    pulse: GittPulse, curve: Isotherm, T: float, rests: tuple[float, float], test: Gitt
) -> tuple[float, float] | str:
    """Occupancy and diffusivity with which a sphere would show the pulse, or why none does."""
    tau, before, change = pulse.duration_s, rests[0], rests[1] - rests[0]
    shares = np.array([min(test.skip_s / tau, 1.0), 1.0])

    def surface(decades: float) -> Any:
        """Occupancy of the surface when ``dE_t`` begins and ends."""
        duration = 10.0**decades
        return before + change * surface_rise(shares * duration) / (3.0 * duration)

    def excess(decades: float) -> float:
        start, end = curve.adsorption.potential(surface(decades), T)
        return abs(float(end - start)) - abs(pulse.dE_t_V)

    def room(decades: float) -> float:
        """What is left of the sites at the surface at the end of the pulse."""
        end = float(surface(decades)[1])
        return min(end, 1.0 - end) - _EDGE

    low, high = -6.0, 0.5
    if room(low) < 0.0:
        if room(high) < 0.0:
            return "ceiling"
        low = float(optimize.brentq(room, low, high))
    if not excess(low) > 0.0:
        return "resistance"
    if not excess(high) < 0.0:
        return "ceiling"
    decades = float(optimize.brentq(excess, low, high))
    radius = 3.0 * test.length_m
    return 0.5 * (before + float(surface(decades)[1])), 10.0**decades * radius**2 / tau
