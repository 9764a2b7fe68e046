"""Best cell under limits, by simulation: batches of designs around the best so far, led by a quadratic model.

Each batch has designs on both sides of the best one along every axis, and the best that a quadratic model of
objective and plating margin promises in the region around it. The region shrinks where nothing is gained.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from napore.results import OK

from .checks import DesignError
from .result import DesignPoint

Array = npt.NDArray[np.float64]
Evaluate = Callable[[Sequence[Mapping[str, float]]], list[DesignPoint]]
Value = Callable[[DesignPoint], float | None]

_RADIUS: Final = 0.25
_LEAST_RADIUS: Final = 0.004
_PROMISED: Final = 3
_CANDIDATES: Final = 4096
_GAIN: Final = 2e-4


@dataclass
class Archive:
    """Designs that were simulated, in a unit cube over the bounds.

    Parameters
    ----------
    bounds
        Lowest and highest value of each variable, lowest below highest.
    evaluate
        Points of designs, given by variable.
    margin
        Least plating margin [V].
    """

    bounds: Mapping[str, tuple[float, float]]
    evaluate: Evaluate
    margin: float
    places: list[Array] = field(default_factory=list)
    points: list[DesignPoint] = field(default_factory=list)

    def unit(self, at: Mapping[str, float]) -> Array:
        """Place in the cube."""
        ends = self.bounds.items()
        return np.array([np.clip((at[name] - low) / (high - low), 0.0, 1.0) for name, (low, high) in ends])

    def values(self, place: Array) -> dict[str, float]:
        """Variables at a place."""
        ends = zip(self.bounds.items(), place.tolist(), strict=True)
        return {name: float(f"{low + u * (high - low):.9g}") for (name, (low, high)), u in ends}

    def add(self, places: Sequence[Array]) -> None:
        """Simulate designs at places that are not known yet."""
        new: list[Array] = []
        for place in (np.clip(one, 0.0, 1.0) for one in places):
            if all(np.max(np.abs(place - known)) > 1e-6 for known in (*self.places, *new)):
                new.append(place)
        if new:
            self.points += self.evaluate([self.values(place) for place in new])
            self.places += new

    def feasible(self, point: DesignPoint) -> bool:
        """Whether a design was solved and keeps the margin."""
        if point.status != OK:
            return False
        return point.plating_margin_V is None or point.plating_margin_V >= self.margin

    def best(self, value: Value) -> int | None:
        """Place of the feasible design of the largest value."""
        kept = [(value(p), k) for k, p in enumerate(self.points) if self.feasible(p) and value(p) is not None]
        return max(kept)[1] if kept else None


def search(archive: Archive, value: Value, start: Mapping[str, float], batches: int) -> DesignPoint:
    """Design of the largest value that keeps the limits; the archive keeps all that was simulated.

    Raises
    ------
    DesignError
        Where no design keeps the limits.
    """
    from scipy.stats import qmc  # a second, which designs without a search do not need

    count = len(archive.bounds)
    centre, radius, generator = archive.unit(start), _RADIUS, qmc.Sobol(count, seed=0)
    archive.add([centre, *generator.random(4 * count), *_around(centre, radius)])
    best = archive.best(value)
    reached = -np.inf if best is None else float(value(archive.points[best]) or -np.inf)
    for _ in range(batches):
        if best is not None:
            centre = archive.places[best]
        archive.add([*_promised(archive, value, centre, radius), *_around(centre, radius)])
        best = archive.best(value)
        now = -np.inf if best is None else float(value(archive.points[best]) or -np.inf)
        gained = now - reached > _GAIN * abs(now) if np.isfinite(reached) else np.isfinite(now)
        reached = max(now, reached)
        radius = radius if gained else 0.5 * radius
        if radius < _LEAST_RADIUS:
            break
    if best is None:
        margins = [p.plating_margin_V for p in archive.points if p.plating_margin_V is not None]
        said = (
            f"the largest margin found is {1e3 * max(margins):.0f} mV"
            if margins
            else archive.points[0].status
        )
        raise DesignError(
            f"no design keeps a plating margin of {1e3 * archive.margin:g} mV at this rate: {said}; widen "
            "the bounds, lower the rate of charge or the margin"
        )
    return archive.points[best]


def _around(centre: Array, radius: float) -> list[Array]:
    """Places on both sides along every axis."""
    steps = radius * np.eye(len(centre))
    return [centre + step for step in (*steps, *-steps)]


def _promised(archive: Archive, value: Value, centre: Array, radius: float) -> list[Array]:
    """Places of the largest value that a quadratic model promises within the region and the margin."""
    found = _model(archive, value, centre, radius)
    margins = _model(archive, lambda point: point.plating_margin_V, centre, radius)
    if found is None:
        return []
    from scipy.stats import qmc

    count = len(centre)
    cube = qmc.Sobol(count, seed=1).random(_CANDIDATES)
    trial = np.clip(centre + radius * (2.0 * cube - 1.0), 0.0, 1.0)
    worth = found(trial)
    if margins is not None:
        worth = np.where(margins(trial) >= archive.margin, worth, -np.inf)
    chosen: list[Array] = []
    for k in np.argsort(-worth):
        if len(chosen) == _PROMISED or not np.isfinite(worth[k]):
            break
        if all(np.max(np.abs(trial[k] - one)) > 0.2 * radius for one in chosen):
            chosen.append(trial[k])
    return chosen


def _model(archive: Archive, value: Value, centre: Array, radius: float) -> Callable[[Array], Array] | None:
    """Quadratic model through the designs near a place; None where too few were solved."""
    places, values, weights = [], [], []
    for place, point in zip(archive.places, archive.points, strict=True):
        found: Any = value(point) if point.status == OK else None
        if found is not None:
            places.append(place)
            values.append(float(found))
            distance = float(np.max(np.abs(place - centre)))
            weights.append(1.0 if distance <= 2.0 * radius else 0.02)
    if len(values) < len(centre) + 2:
        return None
    w, y = np.array(weights), np.array(values)
    offset, spread = float(np.average(y, weights=w)), float(np.ptp(y)) or 1.0
    A = _terms((np.array(places) - centre) / radius) * w[:, None]
    penalty = 1e-4 * np.eye(A.shape[1])
    coefficients = np.linalg.solve(A.T @ A + penalty, A.T @ (w * (y - offset) / spread))
    return lambda at: offset + spread * (_terms((at - centre) / radius) @ coefficients)


def _terms(z: Array) -> Array:
    """One, the coordinates, and their products."""
    count = z.shape[1]
    pairs = [z[:, i] * z[:, j] for i in range(count) for j in range(i, count)]
    return np.column_stack([np.ones(len(z)), z, *pairs])
