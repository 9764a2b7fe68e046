"""Sobol's indices against functions whose indices are known."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from napore import study

A, B = 7.0, 0.1
ENDS = (-np.pi, np.pi)


def ishigami(case: Mapping[str, Any]) -> dict[str, Any]:
    x, y, z = (case[name] for name in "xyz")
    return {"f": float(np.sin(x) + A * np.sin(y) ** 2 + B * z**4 * np.sin(x)), "name": "f"}


def test_indices_of_the_ishigami_function() -> None:
    """Ishigami and Homma 1990: x and z act together, z has nothing alone, y is by itself."""
    found = study.sobol(ishigami, dict.fromkeys("xyz", ENDS), "f", 1024)
    shared = 8.0 * B**2 * np.pi**8 / 225.0
    alone = {"x": 0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2, "y": A**2 / 8.0, "z": 0.0}
    variance = sum(alone.values()) + shared
    for row in found.rows:
        together = 0.0 if row.parameter == "y" else shared
        assert row.first == pytest.approx(alone[row.parameter] / variance, abs=0.03)
        assert row.total == pytest.approx((alone[row.parameter] + together) / variance, abs=0.03)
        assert row.total_low <= row.total <= row.total_high
        assert row.first_low <= row.first <= row.first_high
    assert found.rows[0].parameter == "x"
    assert found.standard_deviation == pytest.approx(np.sqrt(variance), rel=0.03)
    assert found.mean == pytest.approx(A / 2.0, rel=0.03)
    assert (found.failures, found.status) == ({}, "ok")
    assert len(found.plot().patches) == 6


def test_points_that_fail_are_replaced_and_counted(tmp_path: Any) -> None:
    def fails(case: Mapping[str, Any]) -> dict[str, Any]:
        if case["x"] > 0.97:
            return {"status": "too far"}
        return {"f": 3.0 * case["x"] + case["y"]}

    unit = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
    found = study.sobol(fails, unit, "f", 128)
    assert found.points == 128
    assert found.failures["too far"] >= 2
    assert [row.parameter for row in found.rows] == ["x", "y"]
    assert found.rows[1].total == pytest.approx(0.1, abs=0.05)
    with pytest.raises(
        study.StudyError, match=r"of 32 points have 'f', of 16 that are needed: \d+ x too far"
    ):
        study.sobol(fails, {"x": (0.95, 1.0), "y": (0.0, 1.0)}, "f", 16)

    def zero(record: study.Record) -> float:
        return float(record.outputs.get("f", 0.0))

    taken = study.sobol(fails, {"x": (0.0, 1.0), "z": (0.0, 1.0)}, zero, 128, held={"y": 1.0})
    assert taken.rows[1].total == 0.0
    assert (taken.failures, taken.output) == ({}, "zero")


@pytest.mark.parametrize(
    ("output", "n", "says"),
    [
        ("f", 100, "n is 100: give a power of two"),
        ("f", True, "n is True"),
        ("g", 2, "no output 'g': choose from f, name"),
        ("name", 2, "output 'name' is 'f': give the name of a number"),
    ],
)
def test_what_has_no_indices_is_refused(output: str, n: int, says: str) -> None:
    with pytest.raises(study.StudyError, match=says):
        study.sobol(ishigami, dict.fromkeys("xyz", ENDS), output, n)


def test_bounds_are_refused_in_their_own_names_and_a_constant_has_no_indices() -> None:
    unit = {"x": (0.0, 1.0), "y": (0.0, 1.0)}
    with pytest.raises(study.StudyError, match="bounds of 'x' are 2 and 1"):
        study.sobol(ishigami, {**unit, "x": (2.0, 1.0)}, "f", 2)
    with pytest.raises(study.StudyError, match="'one' is 1 everywhere: give inputs that move it"):
        study.sobol(lambda case: {"one": 1.0}, unit, "one", 4)
    with pytest.raises(study.StudyError, match="one input has all of the variance"):
        study.sobol(ishigami, {"x": (0.0, 1.0)}, "f", 4)
