"""Least squares of expensive residuals on problems with a known answer."""

import numpy as np
import numpy.typing as npt
import pytest

from napore.calibration.levenberg_marquardt import differences, minimise

Array = npt.NDArray[np.float64]


def valley(place: Array) -> Array:
    """Floor on a bent line whose bottom is at 0.4, a hundred times flatter than its walls, with noise."""
    wall = place[0] - 0.2 - 0.5 * place[1] ** 2
    noise = 2e-3 * np.sin(1e7 * (place[0] + np.sqrt(2.0) * place[1]) + np.arange(3.0))
    smooth: Array = np.array([1e4 * (wall + 20.0 * wall**2), 8e3 * wall, 100.0 * (place[1] - 0.4)])
    return np.asarray(smooth + noise)


def test_the_floor_of_a_narrow_bent_valley_is_followed_to_its_bottom() -> None:
    for start in ([0.3, 0.9], [0.9, 0.05], [0.65, 0.95]):
        found = minimise(valley, np.array(start), evaluations=60)
        assert found.place[1] == pytest.approx(0.4, abs=2e-3)
        assert found.misfit < 0.03


def test_derivatives_along_the_floor_do_not_drown_in_those_across() -> None:
    place = np.array([0.2 + 0.5 * 0.7**2, 0.7])
    exact = np.array([[1e4, -7e3], [8e3, -0.7 * 8e3], [0.0, 100.0]])
    floor = np.array([0.7, 1.0]) / np.hypot(0.7, 1.0)
    base = valley(place)
    axes = differences(valley, place, base)
    turned = differences(valley, place, base, axes)
    error = np.linalg.norm((turned - exact) @ floor)
    assert error < 0.3 * np.linalg.norm((axes - exact) @ floor)
    # a step of at most 1e-2, above what a solver's chosen steps move, leaves a quarter of this valley's bend
    assert error < 0.3 * np.linalg.norm(exact @ floor)


def test_differences_stay_in_the_cube_at_its_corners() -> None:
    tried = []

    def function(place: Array) -> Array:
        tried.append(place)
        return np.array([3.0 * place[0] - place[1], place[1] + 2.0 * place[2]])

    known = np.array([[3.0, -1.0, 0.0], [0.0, 1.0, 2.0]])
    for place in ([0.0, 1.0, 0.5], [1.0, 0.0, 0.001], [0.5, 0.9995, 0.003], [0.0, 0.0, 0.0]):
        at = np.array(place)
        assert differences(function, at, function(at), known) == pytest.approx(known, abs=1e-8)
    assert np.min(tried) >= 0.0
    assert np.max(tried) <= 1.0
