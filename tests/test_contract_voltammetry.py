"""Cyclic voltammetry: JSON, command line, refusals, Ctrl-C."""

import json
from pathlib import Path
from typing import Any

import pybamm
import pytest
from click.testing import CliRunner

import napore
from napore.cli import main
from napore.experiments import ExperimentError, Interrupted, voltammetry


def test_json_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    file, picture = tmp_path / "cv.json", tmp_path / "cv.png"
    options = ["--model", "SPM", "--scan-rates", "0.5,1", "--json", str(file), "--plot", str(picture)]
    run = CliRunner().invoke(main, ["cv", "fjh", *options])
    assert run.exit_code == 0, run.output
    assert "anodic b = " in run.output
    content = json.loads(file.read_text())
    assert {"napore", "pybamm", "model", "parameters_sha256", "cell", "scans"} <= set(content)
    assert {"cathodic_b", "anodic_b"} <= set(content)
    assert content["cell"] == "fjh"
    assert [scan["scan_rate_mV_s"] for scan in content["scans"]] == [0.5, 1.0]
    for scan in content["scans"]:
        assert {"cathodic_peak_A_g", "anodic_peak_A_g", "anodic_peak_V"} <= set(scan)
        assert scan["cathodic_peak_A_g"] is None  # at the vertex
    assert picture.stat().st_size > 1000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"scan_rates_mV_s": 0.0}, "scan rate is 0 mV/s"),
        ({"scan_rates_mV_s": [0.1, -1.0]}, "scan rate is -1 mV/s"),
        ({"scan_rates_mV_s": float("nan")}, "scan rate is nan"),
        ({"scan_rates_mV_s": []}, "no scan rate is given"),
        ({"window_V": (3.0, 0.01)}, "give the lower vertex first"),
        ({"window_V": (0.01, 3.5)}, "cut-offs at 0.01 and 3 V"),
        ({"window_V": (-0.1, 3.0)}, "cut-offs at 0.01 and 3 V"),
        ({"window_V": (0.01,)}, "give two numbers"),
        ({"cycles": 0}, "cycles is 0"),
    ],
)
def test_bad_conditions_are_refused_in_one_sentence(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ExperimentError, match=words) as caught:
        napore.cv(napore.half_cell("fjh", model="SPM"), **arguments)
    assert "\n" not in str(caught.value)


def test_the_command_line_refuses_in_one_line() -> None:
    for options in (["fjh", "--scan-rates", "0"], ["fjh", "--window", "3,0.01"], ["fjh-nvp"]):
        run = CliRunner().invoke(main, ["cv", "--model", "SPM", *options])
        assert run.exit_code == 1
        assert len(run.output.strip().splitlines()) == 1


def test_ctrl_c_keeps_what_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    real = voltammetry._scan

    def stop_at_second(cell: Any, built: Any, rate: float, *more: Any) -> Any:
        if rate == 1.0:
            raise KeyboardInterrupt
        return real(cell, built, rate, *more)

    monkeypatch.setattr(voltammetry, "_scan", stop_at_second)
    with pytest.raises(Interrupted) as caught:
        napore.cv(napore.half_cell("fjh", model="SPM"), [0.5, 1.0], cycles=1)
    assert [scan.scan_rate_mV_s for scan in caught.value.result.scans] == [0.5]


def test_a_scan_that_fails_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    from napore.built import Built, Steps

    failed = Steps((), None, pybamm.SolverError("a reason"))
    monkeypatch.setattr(Built, "run", lambda self, steps: failed)
    found = napore.cv(napore.half_cell("fjh", model="SPM"), [0.5])
    assert found.scans[0].status.startswith("solver failed: a reason; usually")
    assert (found.solved, found.anodic_b) == (False, None)
    assert found.to_dict()["scans"][0]["anodic_peak_A_g"] is None
