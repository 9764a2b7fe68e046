"""Files: whole or not at all, on the disk before they count, and one sentence where they cannot be."""

import errno
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import napore
from napore import files, study
from napore.cells import Cell
from napore.cli import main
from napore.experiments import ExperimentError
from napore.experiments.cycling import CycleTest
from napore.files import WriteError
from napore.plotting import figure, save_picture
from napore.study.results import Record, Study
from napore.validation import claims
from napore.validation.checks import CHECKS
from napore.validation.journal import Journal, JournalError

ROOT = Path(__file__).resolve().parents[1]
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def disk_that_is_full(patched: pytest.MonkeyPatch, after: int = 0) -> None:
    """Let files be brought to the disk so many times, folders always."""
    left = [after]
    fsync = os.fsync

    def full(handle: int) -> None:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(handle)

    patched.setattr(os, "fsync", full)


def one_line(text: str) -> bool:
    return "\n" not in text.strip()


# --- one file


def test_a_file_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def renamed(*names: Any) -> None:
        seen.append("rename")
        replace(*names)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", renamed)
    files.write_text(tmp_path / "a.txt", "one")
    assert seen == ["file", "rename", "folder"]
    seen.clear()
    files.append_text(tmp_path / "a.txt", " two")
    assert seen == ["file"]
    assert (tmp_path / "a.txt").read_text("utf-8") == "one two"


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_full_disk_leaves_the_file_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("before", "utf-8")

    def full(*given: Any) -> int:
        raise FULL

    for write in (files.write_text, files.append_text):
        with monkeypatch.context() as patched:
            patched.setattr(os, call, full)
            with pytest.raises(WriteError) as caught:
                write(file, "after")
        assert str(caught.value).startswith(f"{file} cannot be written: the disk is full; ")
        assert str(caught.value).endswith(" is unchanged")
        assert caught.value.errno == errno.ENOSPC
        assert file.read_text("utf-8") == "before"
        assert list(tmp_path.iterdir()) == [file]


def test_half_a_line_is_taken_off_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lines"
    files.append_text(file, "first\n")
    write, calls = os.write, []

    def half(handle: int, content: Any) -> int:
        calls.append(len(content))
        if len(calls) > 1:
            raise FULL
        return write(handle, content[: len(content) // 2])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", half)
        with pytest.raises(WriteError):
            files.append_text(file, "second\n")
    assert calls == [7, 4]
    files.append_text(file, "third\n")
    assert file.read_text("utf-8") == "first\nthird\n"


def test_reasons_are_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    told = {
        tmp_path / "nowhere" / "a.json": f"the folder {tmp_path / 'nowhere'} does not exist",
        tmp_path: "it is a folder; give the name of a file",
        tmp_path / "file" / "a.json": f"{tmp_path / 'file'} is a file, not a folder",
    }
    for path, reason in told.items():
        with pytest.raises(WriteError) as caught:
            files.write_json(path, {})
        assert str(caught.value) == f"{path} cannot be written: {reason}"
    for number, reason in {errno.EROFS: "the disk is read-only", errno.EACCES: "no permission"}.items():

        def refused(number: int = number, **given: Any) -> Any:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patched:
            patched.setattr(tempfile, "mkstemp", refused)
            patched.setattr(tempfile, "TemporaryFile", refused)
            with pytest.raises(WriteError, match=reason):
                files.write_text(tmp_path / "b.txt", "text")
            with pytest.raises(ExperimentError, match=f"{reason}; give another folder"):
                napore.cycle_test(napore.half_cell("fjh", model="SPM"), 1.0, 1, folder=tmp_path / "c")
            with pytest.raises(study.StudyError, match=f"{reason}; give another folder"):
                study.run(doubled, study.grid(x=[1.0]), folder=tmp_path / "s")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_device_is_written_to() -> None:
    with pytest.raises(WriteError, match="/dev/full cannot be written: the disk is full"):
        files.write_text("/dev/full", "text")
    files.write_text("/dev/null", "text")


@pytest.mark.checkout
def test_nothing_writes_by_another_way() -> None:
    other = re.compile(
        r"\.write_(text|bytes)\(|\bsavefig\((?!buffer)|open\([^)]*[\"'][wax]b?[\"']|os\.replace"
    )
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for folder in ("napore", "models", "parameters", "experiments", "validation")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file != ROOT / "napore" / "files.py"
        for line in file.read_text("utf-8").splitlines()
        if other.search(line) and not line.strip().startswith((">>>", "..."))
    ]
    assert found == []


# --- cycling


@pytest.fixture(scope="module")
def cell() -> Cell:
    made: Cell = napore.half_cell("fjh", model="SPM", ageing="gu2025")
    return made


@pytest.fixture(scope="module")
def cycled(cell: Cell, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cycles") / "two"
    napore.cycle_test(cell, 1.0, 2, folder=folder)
    return folder


def bent(change: Callable[[dict[str, Any]], None]) -> Callable[[str], str]:
    """Text of a JSON object that was changed."""

    def changed(text: str) -> str:
        content = json.loads(text)
        change(content)
        return json.dumps(content)

    return changed


def lost(name: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        del content[name]

    return change


DAMAGES: Mapping[str, Callable[[str], str]] = {
    "cut off": lambda text: text[: len(text) // 2],
    "empty": lambda text: "",
    "zeros": lambda text: "\0" * len(text),
    "a list": lambda text: "[1]",
    "of another program": lambda text: '{"rides": 3}',
    **{f"without {name}": bent(lost(name)) for name in ("identity", "points", "state", "done")},
    "points a text": bent(lambda c: c.update(points="none")),
    "done a text": bent(lambda c: c.update(done="2")),
    "state of three": bent(lambda c: c.update(state=c["state"][:3])),
    "state of words": bent(lambda c: c.update(state=["a"])),
    "one number of the state": bent(lambda c: c["state"].__setitem__(5, c["state"][5] * 1.001)),
    "one capacity": bent(lambda c: c["points"][0].update(capacity_mAh_g=999.0)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_cycles_are_named(
    cell: Cell, cycled: Path, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    folder = tmp_path / "cycles"
    shutil.copytree(cycled, folder)
    file = folder / "cycling.json"
    text = damage(file.read_text("utf-8"))
    file.write_text(text, "utf-8")
    with pytest.raises(ExperimentError) as caught:
        napore.cycle_test(cell, 1.0, 3, folder=folder)
    said = str(caught.value)
    assert said.startswith(f"{file} is damaged: ")
    assert said.endswith("put back a copy of it, or give a new folder to cycle from the start")
    assert one_line(said)
    assert file.read_text("utf-8") == text  # what is left of it stays


def test_damaged_curves_are_named_and_can_be_done_without(cell: Cell, cycled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cycles"
    shutil.copytree(cycled, folder)
    file = folder / "curve-00001.json"
    file.write_text('{"halves": 1}', "utf-8")
    with pytest.raises(
        ExperimentError, match=r"curve-00001\.json is damaged: .*; remove it to go on without"
    ):
        napore.cycle_test(cell, 1.0, 2, folder=folder)
    file.unlink()
    assert 1 not in napore.cycle_test(cell, 1.0, 2, folder=folder).curves


def test_curves_of_removed_cycles_are_not_read(cell: Cell, cycled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "cycles"
    shutil.copytree(cycled, folder)
    (folder / "cycling.json").unlink()
    napore.cycle_test(cell, 2.0, 1, curves_at=[2], folder=folder)
    assert (folder / "curve-00001.json").exists()
    assert napore.cycle_test(cell, 2.0, 1, curves_at=[1], folder=folder).curves == {}


def test_a_full_disk_stops_cycling_and_nothing_is_lost(
    cell: Cell, cycled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cycles"
    shutil.copytree(cycled, folder)
    before = (folder / "cycling.json").read_bytes()
    with monkeypatch.context() as patched:
        disk_that_is_full(patched)
        with pytest.raises(WriteError) as caught:
            napore.cycle_test(cell, 1.0, 4, folder=folder)
    assert str(caught.value).endswith(
        f"cannot be written: the disk is full; cycles 1 to 2 are kept in {folder}: make room, and run the "
        "same again to go on"
    )
    stopped = caught.value.result
    assert isinstance(stopped, CycleTest)
    assert len(stopped.points) == 3  # the cycle that does not fit is in the result
    assert (folder / "cycling.json").read_bytes() == before
    again = napore.cycle_test(cell, 1.0, 4, folder=folder)
    assert again.points[:3] == stopped.points
    assert again.points == napore.cycle_test(cell, 1.0, 4).points


def test_cycle_on_a_full_disk_prints_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [
        "cycle",
        "fjh",
        "--rate",
        "1",
        "--cycles",
        "4",
        "--model",
        "SPM",
        "--folder",
        str(tmp_path / "c"),
    ]
    more = ["--json", str(tmp_path / "cycle.json")]
    with monkeypatch.context() as patched:
        disk_that_is_full(patched, after=4)  # the curves of cycle 1 and 2 and what follows each
        result = CliRunner().invoke(main, [*words, *more])
    assert result.exit_code == 1
    assert "3 cycles simulated" in result.stdout
    json_line, line = result.stderr.splitlines()
    assert json_line.startswith(f"napore: {tmp_path / 'cycle.json'} cannot be written: the disk is full")
    assert f"the disk is full; cycles 1 to 2 are kept in {tmp_path / 'c'}: make room" in line
    assert not (tmp_path / "cycle.json").exists()


# --- studies


def doubled(case: Mapping[str, Any]) -> dict[str, Any]:
    return {"y": 2.0 * case["x"]}


@pytest.mark.parametrize("executor", [None, pytest.param(2, marks=pytest.mark.slow)])
def test_a_full_disk_stops_a_study_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: int | None
) -> None:
    cases = study.grid(x=[float(k) for k in range(8)])
    with monkeypatch.context() as patched:
        disk_that_is_full(patched, after=4)  # the study's file and three records
        with pytest.raises(WriteError) as caught:
            study.run(doubled, cases, folder=tmp_path / "s", executor=executor)
    assert f"the disk is full; 3 of 8 cases are kept in {tmp_path / 's'}: make room" in str(caught.value)
    stopped = caught.value.result
    assert isinstance(stopped, Study)
    assert len(stopped.records) >= 4
    assert all(record.outputs == doubled(record.inputs) for record in stopped.records)
    again = study.run(doubled, cases, folder=tmp_path / "s")
    assert (again.reused, again.complete) == (3, True)


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    cases = study.grid(x=[1.0])
    study.run(doubled, cases, folder=tmp_path / "s")
    (record,) = (file for file in (tmp_path / "s").iterdir() if file.name != "study.json")
    record.unlink()
    record.mkdir()
    with pytest.raises(study.StudyError, match=rf"{record.name} cannot be read: .*; remove it"):
        study.run(doubled, cases, folder=tmp_path / "s")


def test_a_design_on_a_full_disk_prints_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["design", "--mass-ratio", "0.4:0.5:2", "--rates", "1", "--model", "SPM", "--folder"]
    with monkeypatch.context() as patched:
        disk_that_is_full(patched, after=2)
        result = CliRunner().invoke(main, [*words, str(tmp_path / "d")])
    assert result.exit_code == 1
    assert f"1 of 2 cases are kept in {tmp_path / 'd'}" in result.stderr
    assert one_line(result.stderr)
    assert len(re.findall(r"^ *0\.[45] ", result.stdout, re.MULTILINE)) == 2


# --- validation


def test_a_full_disk_stops_a_validation_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "finished.jsonl"
    simulated: list[str] = []

    def check(name: str) -> Any:
        def simulate(bench: object) -> float:
            simulated.append(name)
            return 1.0

        return CHECKS[name].__class__(simulate, None, "no reason")

    monkeypatch.setattr(claims, "CHECKS", {**CHECKS, **{n: check(n) for n in ("S02.fjh", "S02.tf")}})
    with monkeypatch.context() as patched:
        disk_that_is_full(patched, after=3)  # the first line twice, and the first claim
        with pytest.raises(WriteError) as caught:
            claims.validate("S02", model="SPM", resume=file)
    assert f"{file} cannot be written: the disk is full; what it held is kept" in str(caught.value)
    assert [claim.id for claim in caught.value.result.claims] == simulated == ["S02.fjh", "S02.tf"]
    again = claims.validate("S02", model="SPM", resume=file)
    assert again.reused == 1
    assert simulated == ["S02.fjh", "S02.tf", "S02.tf"]


def test_a_journal_knows_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "finished.jsonl"
    kept = Journal(file, {"model": "SPM"})
    kept.update({"a": {"simulated": 1.5}, "b": {"simulated": 2.5}})
    head, first, second = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text(head + first.replace("1.5", "1.6") + second, "utf-8")
    changed = Journal(file, {"model": "SPM"})
    assert (changed.get("a"), changed.get("b")) == (None, {"simulated": 2.5})
    file.write_text(head[:30] + "\n" + first, "utf-8")
    with pytest.raises(
        JournalError, match=r"its first line, .*, is damaged or .*: put back a copy"
    ) as caught:
        Journal(file, {"model": "SPM"})
    assert one_line(str(caught.value))
    assert file.read_text("utf-8") == head[:30] + "\n" + first


# --- what commands and results write


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        disk_that_is_full(patched)
        yield


@pytest.mark.usefixtures("full_disk")
def test_options_that_write_end_in_one_sentence(tmp_path: Path) -> None:
    for option, name in (("--json", "rate.json"), ("--plot", "rate.png")):
        (tmp_path / name).write_text("before", "utf-8")
        words = ["rate", "fjh", "--rates", "1", "--model", "SPM", option, str(tmp_path / name), "--overwrite"]
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 1
        assert result.stderr == (
            f"napore: {tmp_path / name} cannot be written: the disk is full; the file that was there is "
            "unchanged\n"
        )
        assert len(result.stdout.splitlines()) > 1  # the table
        assert (tmp_path / name).read_text("utf-8") == "before"
    file = tmp_path / "mine.toml"
    result = CliRunner().invoke(main, ["parameters", "new", "--from", "fjh", str(file)])
    assert result.stderr == f"napore: {file} cannot be written: the disk is full\n"
    assert not file.exists()  # or a second try would find that it exists
    assert sorted(f.name for f in tmp_path.iterdir()) == ["rate.json", "rate.png"]


@pytest.mark.usefixtures("full_disk")
def test_results_that_write_end_in_one_sentence(tmp_path: Path) -> None:
    done = Study((Record({"x": 1.0}, {"y": 2.0}, "ok", 0.0),), 1, 0, {})
    made, _ = figure()
    writers: dict[str, Callable[[Path], None]] = {
        "a.json": done.to_json,
        "a.csv": done.to_csv,
        "a.svg": lambda path: save_picture(made, path),
    }
    if find_spec("pyarrow") is not None:
        writers["a.parquet"] = done.to_parquet
    for name, write in writers.items():
        with pytest.raises(WriteError) as caught:
            write(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name} cannot be written: the disk is full"
        with pytest.raises(WriteError, match=f"the folder {tmp_path / 'none'} does not exist"):
            write(tmp_path / "none" / name)
    assert list(tmp_path.iterdir()) == []
