"""``napore validate`` that is stopped goes on where it was."""

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
from napore.validation.journal import Journal, JournalError


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
