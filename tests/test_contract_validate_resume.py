"""``napore validate`` that is stopped goes on where it was; verdicts at the ends of the ranges."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from napore.cli import main
from napore.validation import claims
from napore.validation.bench import Bench
from napore.validation.checks import CHECKS
from napore.validation.inputs import Input, feels, uncertain_inputs
from napore.validation.journal import Journal, JournalError
from napore.validation.sensitivity import verdict_sensitivity
from napore.validation.verdict_text import turned_by
from napore.validation.verdicts import VerdictSensitivity


def test_journal_keeps_whole_lines_of_its_identity(tmp_path: Path) -> None:
    file = tmp_path / "finished.jsonl"
    first = Journal(file, {"model": "SPM"})
    first.add("a", {"simulated": 1.5})
    first.add("b", {"simulated": True})
    with file.open("a", encoding="utf-8") as torn:
        torn.write('{"key": "c", "simu')
    again = Journal(file, {"model": "SPM"})
    assert (again.stale, len(again)) == ((), 2)
    assert again.get("a") == {"simulated": 1.5}
    assert again.get("c") is None
    again.add("c", {"simulated": None})
    assert Journal(file, {"model": "SPM"}).get("c") == {"simulated": None}
    other = Journal(file, {"model": "DFN"})
    assert (other.stale, len(other)) == (("model",), 0)


def test_journal_refuses_what_it_did_not_write(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("mine\n", encoding="utf-8")
    with pytest.raises(JournalError, match=r"notes\.txt holds something else"):
        Journal(file, {})
    assert file.read_text("utf-8") == "mine\n"
    result = CliRunner().invoke(main, ["validate", "--only", "S02", "--resume", str(file)])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_interrupted_validation_keeps_what_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "finished.jsonl"
    whole = claims.validate("S02", model="SPM").claims

    def stop(bench: object) -> float:
        raise KeyboardInterrupt

    broken = {**CHECKS, "S02.tf": CHECKS["S02.tf"].__class__(stop, None, "stopped")}
    with monkeypatch.context() as patched:
        patched.setattr(claims, "CHECKS", broken)
        result = CliRunner().invoke(
            main, ["validate", "--only", "S02", "--model", "SPM", "--resume", str(file)]
        )
    assert result.exit_code == 130
    assert "run the same command again" in result.stderr
    assert "S02.fjh" in result.stdout
    assert "S02.tf" not in result.stdout
    seen: list[str] = []
    for name in ("S02.fjh", "S02.tf"):
        check = CHECKS[name]

        def counted(bench: Bench, name: str = name) -> float | bool:
            seen.append(name)
            return CHECKS[name].simulate(bench)

        broken[name] = check.__class__(counted, check.tolerance, check.reason, check.contradiction)
    monkeypatch.setattr(claims, "CHECKS", broken)
    again = claims.validate("S02", model="SPM", resume=file)
    assert again.claims == whole
    assert seen == ["S02.tf"]
    assert again.reused == 1
    assert claims.validate("S02", model="SPMe", resume=file).journal.stale == ("model",)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_killed_process_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    file, out = tmp_path / "finished.jsonl", tmp_path / "claims.json"
    command = [sys.executable, "-m", "napore.cli", "validate", "--only", "H", "--model", "SPM"]
    command += ["--resume", str(file)]
    environment = {**os.environ, "PYBAMM_DISABLE_TELEMETRY": "true"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until = time.monotonic() + 240.0
    while time.monotonic() < until and (not file.exists() or file.read_text("utf-8").count("\n") < 3):
        time.sleep(0.05)
    process.send_signal(how)
    _, said = process.communicate(timeout=120)
    assert process.returncode == (130 if how is signal.SIGINT else -signal.SIGKILL)
    if how is signal.SIGINT:
        assert b"run the same command again" in said
    finished = file.read_text("utf-8").splitlines()
    assert len(finished) >= 3
    done = subprocess.run(
        [*command, "--json", str(out)], env=environment, capture_output=True, text=True, check=True
    )
    assert "claims read back" in done.stderr
    assert file.read_text("utf-8").splitlines()[: len(finished)] == finished
    found = {claim["id"]: claim["simulated"] for claim in json.loads(out.read_text("utf-8"))["claims"]}
    whole = {claim.id: claim.simulated for claim in claims.validate("H", model="SPM").claims}
    assert found == whole


def test_inputs_have_a_range_and_are_felt_by_what_reads_them() -> None:
    inputs = {one.key: one for one in uncertain_inputs()}
    assert all(one.low < one.high and one.low <= one.value <= one.high for one in inputs.values())
    # the window of the half cells is the paper's, that of the full cell is assumed
    assert "Lower voltage cut-off [V] (half cells)" not in inputs
    assert "Lower voltage cut-off [V] (full cell)" in inputs
    foil = inputs["Sodium metal reference exchange-current density [A.m-2] (half cells)"]
    assert foil.sets == ("fjh", "fjh-b", "tf")
    layer = inputs["Carbon electrode double-layer capacity [F.m-2] (TF)"]
    assert not feels(layer, [("tf", "current")])
    assert feels(layer, [("tf", "impedance")])
    assert not feels(layer, [("fjh", "impedance")])
    cathode = inputs["Cathode electrode usable specific capacity [mA.h.g-1] (NVP)"]
    assert feels(cathode, [("fjh-nvp", "current")])
    assert not feels(cathode, [("fjh", "current")])
    warm = inputs["Carbon electrode pore filling activation energy [J.mol-1] (FJH)"]
    assert not feels(warm, [("fjh", "current")])
    assert feels(warm, [("fjh", "impedance at temperatures")])


def test_a_double_layer_turns_the_area_that_it_was_made_with(tmp_path: Path) -> None:
    layer = "Carbon electrode double-layer capacity [F.m-2]"
    inputs = [one for one in uncertain_inputs() if one.name == layer or one.sample == "structure"]
    file = tmp_path / "rows.jsonl"
    found = verdict_sensitivity("S02", model="SPM", reference="SPM", inputs=inputs, resume=file)
    assert [claim.claim for claim in found.claims] == ["S02.fjh", "S02.tf"]
    turning = [row for row in found.turning("S02.fjh") if row.parameter == layer]
    assert [row.sample for row in turning] == ["FJH"]
    row = turning[0]
    assert row.turned == ("low", "high")
    texts = turned_by(found, "S02.fjh")
    assert len(texts) == len(found.turning("S02.fjh"))
    told = next(text for text in texts if text.startswith(f"{layer} (FJH, assumed): unmet from "))
    assert told.endswith(f" down to {row.low:.3g} and from {row.turns_above:.3g} up to {row.high:.3g}")
    assert turned_by(found, "S02.fjh", shown=0) == [f"{len(texts)} more"]
    assert row.turns_above == pytest.approx(row.value * 1.01 * 8.1 / float(row.nominal or 0), rel=1e-6)
    assert found.stale == ()
    lines = file.read_text("utf-8")
    again = verdict_sensitivity("S02", model="SPM", reference="SPM", inputs=inputs, resume=file)
    assert file.read_text("utf-8") == lines
    assert again == found
    found.to_json(tmp_path / "verdicts.json")
    assert VerdictSensitivity.from_json(tmp_path / "verdicts.json") == found
    content = json.loads((tmp_path / "verdicts.json").read_text("utf-8"))
    content["set fjh"] = "another"
    (tmp_path / "verdicts.json").write_text(json.dumps(content), encoding="utf-8")
    assert VerdictSensitivity.from_json(tmp_path / "verdicts.json").stale == ("set fjh",)
    assert found.plot() is not None


def test_an_end_that_no_cell_can_have_is_a_row_with_a_status() -> None:
    name = "Carbon electrode thickness [m]"
    thin = Input(name, "assumed", "FJH", 1e-6, 18e-6, 19e-6, ("fjh",))
    (row,) = verdict_sensitivity("S03.fjh", model="SPM", reference="SPM", inputs=[thin]).rows
    assert row.status_low.startswith("not simulated: ")
    assert row.status_high == "ok"
    assert row.turned == ()
