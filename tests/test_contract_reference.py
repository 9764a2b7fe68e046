"""Test with a reference electrode: files, refusals, Ctrl-C."""

import json
from pathlib import Path
from typing import Any

import pybamm
import pytest

import napore
from napore.built import Built, Steps
from napore.experiments import ExperimentError, Interrupted, reference


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"position": 1.5}, "position is 1.5: give a number from 0 to 1"),
        ({"position": -0.1}, "position is -0.1"),
        ({"position": float("nan")}, "position is nan"),
        ({"rates": [-1.0]}, "rate is -1 C"),
        ({"cycles": 0}, "cycles is 0"),
    ],
)
def test_bad_conditions_are_refused_in_one_sentence(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ExperimentError, match=words) as caught:
        napore.reference_test(napore.half_cell("fjh", model="SPM"), **arguments)
    assert "\n" not in str(caught.value)


def test_a_full_cell_is_refused() -> None:
    with pytest.raises(ExperimentError, match="give a half cell"):
        napore.reference_test(napore.full_cell("fjh", "NVP", model="SPM"))


def test_results_are_written_and_drawn(tmp_path: Path) -> None:
    found = napore.reference_test(napore.half_cell("fjh", model="SPM"), [2.0], cycles=1)
    found.to_json(tmp_path / "found.json")
    found.to_csv(tmp_path / "found.csv")
    content = json.loads((tmp_path / "found.json").read_text())
    assert {"napore", "pybamm", "model", "parameters_sha256", "cell", "position", "rates"} <= set(content)
    row = content["rates"][0]
    assert row["status"] == "ok"
    parts = [
        row[key] for key in row if key.startswith("end_") and key not in ("end_total_mV", "end_separator_mV")
    ]
    assert sum(parts) == pytest.approx(row["end_total_mV"], abs=1.0)
    assert found.plot().lines


def test_a_rate_that_fails_is_a_row_with_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Steps((), None, pybamm.SolverError("a reason"))
    monkeypatch.setattr(Built, "run", lambda self, steps: failed)
    found = napore.reference_test(napore.half_cell("fjh", model="SPM"), [2.0], cycles=1)
    assert found.points[0].capacity_mAh_g is None
    assert found.points[0].status.startswith("solver failed: a reason; usually")
    assert not found.solved
    with pytest.raises(ExperimentError, match="nothing was solved"):
        found.plot()


def test_ctrl_c_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    real = reference._last_cycle

    def stop(cell: Any, model: Any, rate: float, cycles: int) -> Any:
        if rate == 5.0:
            raise KeyboardInterrupt
        return real(cell, model, rate, cycles)

    monkeypatch.setattr(reference, "_last_cycle", stop)
    with pytest.raises(Interrupted) as caught:
        napore.reference_test(napore.half_cell("fjh", model="SPM"), [2.0, 5.0], cycles=1)
    assert [point.rate_C for point in caught.value.result.points] == [2.0]
    assert len(caught.value.result.halves) == 1
