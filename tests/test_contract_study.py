"""The study engine: what it keeps, what it repeats, what it refuses."""

import functools
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from napore import study
from napore.results import Interrupted
from napore.study.keys import Identity

Case = Mapping[str, Any]


def area(case: Case) -> dict[str, Any]:
    """Area of a rectangle."""
    return {"area_m2": case["height_m"] * case["width_m"]}


def noted(case: Case) -> dict[str, Any]:
    """Double, with a line in a log for each call."""
    with open(case["log"], "a", encoding="utf-8") as log:
        log.write(f"{case['x']}\n")
    return {"double": 2 * case["x"]}


def picky(case: Case) -> dict[str, Any]:
    """Fail in the ways in which functions fail."""
    x = case["x"]
    if x == 1:
        raise RuntimeError("the solver\nstopped")
    if x == 2:
        return {"y": 1.0, "status": "no capacity: try a lower rate"}
    if x == 3:
        return {"y": object()}
    if x == 4:
        return 4.0  # type: ignore[return-value]
    if x == 5:
        return {"x": 6}
    return {"y": np.float64("nan"), "z": np.arange(2), "x": 0}


def deadly(case: Case) -> dict[str, Any]:
    """End the process of one case."""
    if case["x"] == 1:
        os._exit(3)
    return {"y": case["x"]}


def interrupted(case: Case) -> dict[str, Any]:
    """Ctrl-C in the third case."""
    if case["x"] == 2:
        raise KeyboardInterrupt
    return {"y": case["x"]}


def scaled(case: Case, factor: float) -> dict[str, Any]:
    """For functools.partial."""
    return {"y": factor * case["x"]}


def calls(log: Path) -> list[str]:
    return log.read_text("utf-8").split() if log.exists() else []


def test_key_is_stable() -> None:
    identity = Identity("module.function", "v", "", "0.1.0", "26.10")
    expected = "a1fe4607345e48b6edd111b2b6eb49c1d0eeb2603dd37d4ac2b2dc2a7da66c86"
    assert identity.key({"a": 1, "b": [0.1, "x"]}) == expected
    assert identity.key({"b": [0.1, "x"], "a": 1.0}) == expected
    others = [
        identity.key({"a": 2, "b": [0.1, "x"]}),
        identity.key({"a": True, "b": [0.1, "x"]}),
        *(
            Identity(*parts).key({"a": 1, "b": [0.1, "x"]})
            for parts in (
                ("module.other", "v", "", "0.1.0", "26.10"),
                ("module.function", "w", "", "0.1.0", "26.10"),
                ("module.function", "v", "text", "0.1.0", "26.10"),
                ("module.function", "v", "", "0.2.0", "26.10"),
                ("module.function", "v", "", "0.1.0", "26.11"),
            )
        ),
    ]
    assert len({expected, *others}) == 8


def test_table(tmp_path: Path) -> None:
    done = study.run(area, study.grid(height_m=[1, 2.5], width_m=[3]))
    table = done.table()
    assert list(table) == ["height_m", "width_m", "area_m2", "status", "seconds"]
    assert table["area_m2"].tolist() == [3, 7.5]
    assert done.complete
    assert not done.failed
    done.to_csv(tmp_path / "study.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "study.csv"), table)
    done.to_json(tmp_path / "study.json")
    content = json.loads((tmp_path / "study.json").read_text("utf-8"))
    assert list(content) == ["napore", "pybamm", "function", "version", "cases"]
    assert list(content["cases"][0]) == ["inputs", "outputs", "status", "seconds"]


def test_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = study.run(area, study.grid(height_m=[1, 2.5], width_m=[3]))
    with monkeypatch.context() as patch:
        patch.setattr("napore.study.results.find_spec", lambda name: None)
        with pytest.raises(study.StudyError, match=r"napore\[parquet\]"):
            done.to_parquet(tmp_path / "study.parquet")
    pytest.importorskip("pyarrow")
    done.to_parquet(tmp_path / "study.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "study.parquet"), done.table())


def test_failures_are_records(tmp_path: Path) -> None:
    done = study.run(picky, study.grid(x=range(6)), folder=tmp_path / "records")
    statuses = done.table()["status"].tolist()
    assert statuses[:3] == ["ok", "RuntimeError: the solver stopped", "no capacity: try a lower rate"]
    assert [status.partition(":")[0] for status in statuses[3:]] == ["TypeError", "TypeError", "ValueError"]
    assert [record.inputs["x"] for record in done.failed] == [1, 2, 3, 4, 5]
    assert done.records[0].outputs == {"y": None, "z": [0, 1]}
    assert done.table()["y"].dtype == float
    again = study.run(picky, study.grid(x=range(6)), folder=tmp_path / "records")
    assert again.reused == 6
    assert again.records == done.records
    retried = study.run(picky, study.grid(x=range(6)), folder=tmp_path / "records", retry_failed=True)
    assert retried.reused == 1


def test_resume_repeats_none_and_torn_files(tmp_path: Path) -> None:
    log, folder = tmp_path / "log", tmp_path / "records"
    cases = study.grid(x=[0, 1, 2, 3, 1.0], log=str(log))
    first = study.run(noted, cases[:2], folder=folder)
    done = study.run(noted, cases, folder=folder)
    assert calls(log) == ["0", "1", "2", "3"]
    assert (first.reused, done.reused) == (0, 3)
    assert done.table()["double"].tolist() == [0, 2, 4, 6, 2]
    files = sorted(file for file in folder.iterdir() if file.name != "study.json")
    assert len(files) == 4
    texts = [file.read_bytes() for file in files]
    files[0].write_bytes(texts[0][: len(texts[0]) // 2])
    files[1].write_bytes(b"")
    files[2].write_bytes(texts[3])  # of another case
    study.run(noted, cases, folder=folder)
    assert len(calls(log)) == 4 + 3
    assert [json.loads(file.read_bytes())["status"] for file in files] == ["ok"] * 4
    (folder / "study.json").write_text('{"function": "te', "utf-8")
    assert study.run(noted, cases, folder=folder).reused == 5


def test_version_and_text_are_part_of_the_key(tmp_path: Path) -> None:
    cases = study.grid(x=[1])
    assert study.run(picky, cases, folder=tmp_path, version="a").reused == 0
    assert study.run(picky, cases, folder=tmp_path, version="b").reused == 0
    assert study.run(picky, cases, folder=tmp_path, version="b").reused == 1
    for factor, reused in ((2.0, 0), (2.0, 1)):
        partial = functools.partial(scaled, factor=factor)
        done = study.run(partial, cases, folder=tmp_path / "partial")
        assert done.reused == reused
    with pytest.raises(study.StudyError, match="holds a study of"):
        study.run(functools.partial(scaled, factor=3.0), cases, folder=tmp_path / "partial")


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path) -> None:
    cases = study.grid(x=range(5))
    with pytest.raises(Interrupted) as caught:
        study.run(interrupted, cases, folder=tmp_path)
    assert [record.outputs["y"] for record in caught.value.result.records] == [0, 1]
    assert not caught.value.result.complete
    with ThreadPoolExecutor(1) as executor, pytest.raises(Interrupted) as caught:
        study.run(interrupted, cases, folder=tmp_path, executor=executor)
    assert caught.value.result.reused == 2


@pytest.mark.parametrize("processes", [None, 2])
def test_sigkill_loses_nothing(tmp_path: Path, processes: int | None) -> None:
    """Killed half way and run again: what was on file is not solved again, all is there."""
    script = tmp_path / "sweep.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import os, time
            from napore import study

            def slow(case):
                with open("log", "a") as log:
                    log.write(f"{{case['x']}}\\n")
                with open("pids", "a") as pids:
                    pids.write(f"{{os.getpid()}}\\n")
                time.sleep(0.02)
                return {{"double": 2 * case["x"]}}

            if __name__ == "__main__":
                done = study.run(slow, study.grid(x=range(60)), folder="records", executor={processes})
                print(done.reused, len(done.records), done.table()["double"].sum())
            """
        ),
        "utf-8",
    )

    def finished() -> set[str]:
        return {file.name for file in (tmp_path / "records").glob("*.json") if file.name != "study.json"}

    command = [sys.executable, str(script)]
    victim = subprocess.Popen(command, cwd=tmp_path)
    deadline = time.monotonic() + 60.0
    while len(finished()) < 20 and time.monotonic() < deadline:
        time.sleep(0.005)
    victim.kill()
    assert victim.wait() == -signal.SIGKILL
    kept = {
        json.loads((tmp_path / "records" / name).read_text("utf-8"))["inputs"]["x"] for name in finished()
    }
    assert 20 <= len(kept) < 60
    workers = {int(pid) for pid in calls(tmp_path / "pids")}
    while any(map(alive, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, workers))  # no worker outlives its parent
    begun = len(calls(tmp_path / "log"))
    again = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert again.stdout.split() == [str(len(kept)), "60", str(2 * sum(range(60)))]
    repeated = {int(x) for x in calls(tmp_path / "log")[begun:]}
    assert repeated == set(range(60)) - kept


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text("utf-8").rpartition(")")[2].split()[0] == "Z")


def test_processes_and_a_worker_that_dies() -> None:
    done = study.run(deadly, study.grid(x=range(4)), executor=2)
    assert [record.outputs.get("y") for record in done.records] == [0, None, 2, 3]
    assert done.records[1].status.startswith("WorkerLost: the process ended")
    with pytest.raises(study.StudyError, match="top level of a module"):
        study.run(lambda case: {}, study.grid(x=[1]), executor=2)


def test_dask() -> None:
    pytest.importorskip("distributed")
    with study.dask_executor(n_workers=1, processes=False) as executor:
        done = study.run(area, study.grid(height_m=[1, 2], width_m=range(5)), executor=executor)
    assert done.table()["area_m2"].tolist() == [0, 1, 2, 3, 4, 0, 2, 4, 6, 8]


def test_dask_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(study.StudyError, match=r"napore\[cluster\]"), study.dask_executor():
        pass


@pytest.mark.parametrize("method", ["sobol", "latin"])
def test_sample(method: Any) -> None:
    bounds = {"x": (-1.0, 3.0), "k": (1e-3, 1e3, "log")}
    cases = study.sample(bounds, 50, seed=3, method=method)
    assert cases == study.sample(bounds, 50, seed=3, method=method)
    assert cases != study.sample(bounds, 50, seed=4, method=method)
    x, k = (np.array([case[name] for case in cases]) for name in bounds)
    assert -1.0 <= x.min() < -0.7 < 2.7 < x.max() <= 3.0
    assert 20 <= np.count_nonzero(k < 1.0) <= 30
    if method == "sobol":
        assert cases == study.sample(bounds, 100, seed=3)[:50]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: study.run(area, []), "there are no cases"),
        (lambda: study.run(area, {"x": [1]}), "give a list, each a dictionary of values by name"),  # type: ignore[dict-item]
        (lambda: study.run(area, [{"x": 1}, {"y": 1}]), "case 2 differs from case 1 in the input 'x'"),
        (lambda: study.run(area, [{"status": 1}]), "name of a column"),
        (lambda: study.run(area, [{"x": float("nan")}]), "case 1, input 'x' is nan: give a finite number"),
        (lambda: study.run(area, [{"x": object()}]), "a object cannot be kept"),
        (lambda: study.run(area, [{}]), "has no inputs"),
        (lambda: study.run(area, [{"x": 1}], executor=0), "executor is 0"),
        (lambda: study.run(3, [{"x": 1}]), "give a function"),  # type: ignore[arg-type]
        (lambda: study.grid({"a": [1]}, a=[2]), "'a' is given twice"),
        (lambda: study.grid(), "no input"),
        (lambda: study.grid(a=[]), "'a' has no values"),
        (lambda: study.sample({"x": (2, 1)}, 4), "the lower one comes first"),
        (lambda: study.sample({"x": (0, 1, "log")}, 4), "begins above zero"),
        (lambda: study.sample({"x": (0, 1)}, 0), "whole number"),
        (lambda: study.sample({"x": (0, 1)}, 2, method="halton"), "choose 'sobol'"),  # type: ignore[arg-type]
    ],
)
def test_bad_input_is_one_sentence(call: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(study.StudyError) as caught:
        call()
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_folders_that_are_refused(tmp_path: Path) -> None:
    cases = study.grid(x=[1])
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(study.StudyError, match="is a file"):
        study.run(picky, cases, folder=tmp_path / "file")
    with pytest.raises(study.StudyError, match="cannot be written"):
        study.run(picky, cases, folder=tmp_path / "file" / "below")
    with pytest.raises(study.StudyError, match="no study's, such as file"):
        study.run(picky, cases, folder=tmp_path)
    study.run(picky, cases, folder=tmp_path / "records")
    with pytest.raises(study.StudyError, match=r"holds a study of .*picky, not of .*deadly"):
        study.run(deadly, cases, folder=tmp_path / "records")
    with pytest.raises(study.StudyError, match="study of the inputs"):
        study.run(picky, study.grid(x=[1], y=[2]), folder=tmp_path / "records")
    with pytest.raises(study.StudyError, match="cannot be told from another"):
        study.run(lambda case: {"y": 1}, cases, folder=tmp_path / "other")
