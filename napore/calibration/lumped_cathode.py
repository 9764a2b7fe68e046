"""A cathode's half cell as PyBaMM's SPM has it, in closed form, for fits: milliseconds for a cycle.

The diffusivity does not depend on the content, so that at constant current the surface follows from the modes
of a sphere at any time (:mod:`napore.models.sphere`), and the voltage from it::

    V = U(y_s) + h H/2 - (2RT/F) [asinh(j / 2 i0(y_s)) + asinh(i / 2 i0_foil)] - i R_film - i A R_contact

with ``j = I rho R/3`` per surface of the particles and ``i = I m`` per area ``A`` of the electrode, ``I`` per
mass of cathode, sodiation positive. ``h`` is PyBaMM's state of hysteresis, where that is asked for.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import optimize

from napore.models.constants import FARADAY, GAS_CONSTANT
from napore.models.foil import FILM, film_resistance
from napore.models.insertion import insertion_exchange_current_density
from napore.models.pore_filling import arrhenius
from napore.models.sphere import SphereLag
from napore.parameters.sets import ParameterSet

from .electrode import CONTACT, FOIL, OCP
from .fitted import Fitted, Tied
from .numbers import HalfCell
from .protocol import Protocol

Array = npt.NDArray[np.float64]

_ONE_STATE: Final = "one-state hysteresis"
_OPTIONS: Final[Mapping[str, Sequence[Any]]] = {
    "contact resistance": ("true", "false"),
    "sodium storage": ("single",),
    OCP: ("single", _ONE_STATE),
}
"""Options that the closed form has, and their values."""

_SCAN: Final = 100
_POINTS: Final = 120
_HOLD_STEPS: Final = 40
_BEYOND: Final = 1.3
"""Content that is passed at most."""

_LAST: Final = 0.2  # mAh/g: the slope with which a curve goes on


def is_closed_form(options: Mapping[str, Any] | None) -> bool:
    """Whether the closed form has what a fit asks for."""
    return all(value in _OPTIONS.get(name, ()) for name, value in (options or {}).items())


class _Particle:
    """State of a cathode and its voltage.

    Parameters
    ----------
    half_cell, values
        Numbers and equilibrium, and the fitted values.
    """

    def __init__(self, half_cell: "LumpedCathode", values: Mapping[str, float]) -> None:
        n = half_cell.numbers_at(values)
        self._equilibrium = half_cell.equilibrium(values)
        self.T = float(n["Ambient temperature [K]"])
        self.sites = float(n[half_cell.electrode.sites])
        radius, loading = n["Cathode particle radius [m]"], n[half_cell.electrode.loading]
        warm = arrhenius(n["Cathode particle diffusivity activation energy [J.mol-1]"], self.T)
        self.lag = SphereLag(radius**2 / (n["Cathode particle reference diffusivity [m2.s-1]"] * warm))
        self._per_surface = n["Cathode electrode true density [kg.m-3]"] * radius / 3.0
        self._loading = loading
        barrier = n["Sodium metal exchange-current activation energy [J.mol-1]"]
        salt = n["Initial concentration in electrolyte [mol.m-3]"]
        self._foil = n[FOIL] * np.sqrt(salt / 1000.0) * arrhenius(barrier, self.T)
        area = 0.25 * np.pi * n["Electrode disc diameter [m]"] ** 2
        contact = n[CONTACT] * loading * area if half_cell.touches else 0.0
        self._ohmic = loading * film_resistance(n.get(FILM, 0.0), barrier, self.T) + contact
        self._exchange = (
            salt,
            self.T,
            n["Cathode electrode reference exchange-current density [A.m-2]"],
            n["Cathode electrode exchange-current density activation energy [J.mol-1]"],
        )
        self._branch, self._decay = 0.0, 0.0
        if half_cell.has_hysteresis:
            self._branch = 0.5 * float(n["Cathode electrode OCP hysteresis [V]"])
            self._decay = float(n["Cathode particle hysteresis decay rate"])
        self.mean = half_cell.content_at_start(values)
        self.state = -1.0  # discharged

    def rate(self, current_mA_g: float) -> float:
        """Rise of the content [1/s]."""
        return current_mA_g / (3600.0 * self.sites)

    def voltage(self, current_mA_g: float, times_s: Any) -> Array:
        """Voltage [V] at times [s] at constant current from the present state."""
        rate, t = self.rate(current_mA_g), np.asarray(times_s, dtype=float)
        surface = self.mean + rate * t + self.lag.after(rate, t)
        return self._voltage(surface, current_mA_g, self._state_after(rate, t))

    def _voltage(self, surface: Any, current_mA_g: float, state: Any) -> Array:
        thermal = 2.0 * GAS_CONSTANT * self.T / FARADAY
        exchange = insertion_exchange_current_density(surface, *self._exchange)
        at_particles = np.arcsinh(0.5 * current_mA_g * self._per_surface / exchange)
        at_foil = np.arcsinh(0.5 * current_mA_g * self._loading / self._foil)
        U = self._equilibrium.potential(surface) + self._branch * state  # type: ignore[attr-defined]
        return np.asarray(U - thermal * (at_particles + at_foil) - current_mA_g * self._ohmic)

    def _state_after(self, rate: float, t: Any) -> Any:
        end = -1.0 if rate > 0.0 else 1.0
        return end + (self.state - end) * np.exp(-0.5 * self._decay * abs(rate) * t)

    def go_on(self, current_mA_g: float, time_s: float) -> None:
        """Pass a time [s] at constant current."""
        rate = self.rate(current_mA_g)
        self.state = float(self._state_after(rate, time_s))
        self.mean += rate * time_s
        self.lag.go_on(rate, time_s)

    def hold(self, current_mA_g: float, voltage_V: float, time_s: float) -> float:
        """Hold a voltage for a time [s] after a current; return the charge that passes [mAh/g]."""
        ends = np.concatenate([[0.0], np.geomspace(1e-3 * time_s, time_s, _HOLD_STEPS)])
        passed, current = 0.0, current_mA_g
        for step in np.diff(ends):

            def over(trial: float, step: float = step) -> float:
                return float(self.voltage(trial, step)) - voltage_V

            most = 1.5 * current
            if over(0.0) * over(most) > 0.0:
                current = 0.0
            else:
                current = float(optimize.brentq(over, 0.0, most, xtol=1e-9 * abs(current_mA_g)))
            self.go_on(current, step)
            passed += abs(current) * step / 3600.0
            if current == 0.0:
                break
        return passed


class CathodeCurve:
    """Half cycle in closed form; as :class:`.numbers.Curve`."""

    hold_mAh_g: float = 0.0

    def __init__(self, particle: _Particle, current_mA_g: float, time_s: float) -> None:
        self._start = (particle.mean, particle.lag.modes.copy(), particle.state)
        self._particle, self._current = particle, current_mA_g
        self._per_second = abs(current_mA_g) / 3600.0
        both = 0.5 * (1.0 - np.cos(np.pi * np.linspace(0.0, 1.0, _POINTS)))  # closer at both ends
        self.capacity_mAh_g = self._per_second * time_s * both
        self.voltage_V = self._at(self.capacity_mAh_g)

    @property
    def capacity(self) -> float:
        """Charge passed at constant current [mAh/g]."""
        return float(self.capacity_mAh_g[-1])

    @cached_property
    def _slope(self) -> float:
        before = max(self.capacity - _LAST, 0.0)
        return float((self.voltage_V[-1] - self._at(before)) / max(self.capacity - before, 1e-12))

    def at(self, capacity_mAh_g: Array) -> Array:
        """Voltage [V] at a capacity; beyond the end along the last slope, by at most 0.3 V."""
        inside = self._at(np.clip(capacity_mAh_g, 0.0, self.capacity))
        over = np.maximum(np.asarray(capacity_mAh_g) - self.capacity, 0.0)
        return np.asarray(inside + np.clip(self._slope * over, -0.3, 0.3))

    def _at(self, capacity_mAh_g: Any) -> Array:
        one = self._particle
        now = (one.mean, one.lag.modes, one.state)
        one.mean, one.lag.modes, one.state = self._start
        found = one.voltage(self._current, np.asarray(capacity_mAh_g) / self._per_second)
        one.mean, one.lag.modes, one.state = now
        return found


class LumpedCathode(HalfCell):
    """Half cell of a cathode in closed form.

    Parameters
    ----------
    source, fitted, fixed, options, allow_unusual
        As for :class:`.half_cell.HalfCellModel`; the salt does not count.
    """

    name = "lumped"

    def __init__(
        self,
        source: ParameterSet,
        fitted: Sequence[Fitted],
        fixed: Mapping[str, float | Tied] | None = None,
        *,
        options: Mapping[str, Any] | None = None,
        allow_unusual: bool = False,
    ) -> None:
        super().__init__(source, fitted, fixed, allow_unusual=allow_unusual)
        chosen = {**self.electrode.options, **(options or {})}
        self.touches = chosen["contact resistance"] == "true"
        self.has_hysteresis = chosen.get(OCP) == _ONE_STATE

    def half_cycles(
        self, protocol: Protocol, values: Mapping[str, float], count: int
    ) -> list[CathodeCurve] | None:
        """As :meth:`HalfCell.half_cycles`."""
        low, high = protocol.window_V or self.cut_offs
        particle, curves = _Particle(self, values), list[CathodeCurve]()
        for down, size in protocol.half_cycles(count, self.electrode.sodiated_first):
            current, end = (size, low) if down else (-size, high)
            time = _time_to(particle, current, end)
            if time is None:
                return None
            curves.append(CathodeCurve(particle, current, time))
            particle.go_on(current, time)
            held = protocol.sodiation_hold_s if down else protocol.desodiation_hold_s
            if held > 0.0:
                curves[-1].hold_mAh_g = particle.hold(current, end, held)
            rested = protocol.rest_after_sodiation_s if down else protocol.rest_after_desodiation_s
            if rested > 0.0:
                particle.go_on(0.0, rested)
        return curves

    def series(
        self, segments: Sequence[tuple[float, Array]], values: Mapping[str, float]
    ) -> list[Array] | None:
        """As :meth:`HalfCell.series`."""
        particle, found = _Particle(self, values), []
        for current, times in segments:
            found.append(particle.voltage(current, times))
            particle.go_on(current, float(times[-1]))
        return found


def _time_to(particle: _Particle, current_mA_g: float, end_V: float) -> float | None:
    """Time [s] at which a voltage is reached; None where it is not, or at once."""
    rate = particle.rate(current_mA_g)
    room = (_BEYOND - particle.mean) if rate > 0.0 else (particle.mean + _BEYOND - 1.0)
    longest = max(room, 0.0) / abs(rate)
    sign = -1.0 if rate > 0.0 else 1.0
    times = longest * np.linspace(0.0, 1.0, _SCAN) ** 1.5
    beyond = sign * (particle.voltage(current_mA_g, times) - end_V) >= 0.0
    if not beyond.any() or beyond[0]:
        return None
    k = int(np.argmax(beyond))

    def over(time: float) -> float:
        return float(particle.voltage(current_mA_g, time)) - end_V

    found = float(optimize.brentq(over, times[k - 1], times[k], xtol=1e-9 * longest))
    return found if found > 1e-6 * longest else None
