"""A sweep of 500 designs: killed half way and resumed, and on a local Dask cluster."""

import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

SCRIPT = """
import sys
from napore import study

BOUNDS = {
    "Carbon electrode areal loading [kg.m-2]": (0.01, 0.016),
    "Carbon electrode pore median filling rate [s-1]": (0.005, 0.05, "log"),
    "rate_C": (0.2, 2.0),
}
CASES = study.sample(BOUNDS, 500, seed=7)

if __name__ == "__main__":
    function = study.ConstantCurrent("fjh", "SPMe", threads=1 if "dask" in sys.argv else None)
    if "dask" in sys.argv:
        with study.dask_executor(n_workers=2) as executor:
            done = study.run(function, CASES, executor=executor)
    else:
        done = study.run(function, CASES, folder="records")
    done.to_csv(sys.argv[1])
    print(done.reused, len(done.records), len(done.failed))
"""


def sweep(folder: Path, *words: str) -> list[str]:
    command = [sys.executable, str(folder / "sweep.py"), *words]
    run = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return run.stdout.split()


@pytest.mark.slow
def test_killed_and_resumed_and_on_dask(tmp_path: Path) -> None:
    (tmp_path / "sweep.py").write_text(textwrap.dedent(SCRIPT), "utf-8")

    def finished() -> list[Path]:
        return [file for file in (tmp_path / "records").glob("*.json") if file.name != "study.json"]

    victim = subprocess.Popen([sys.executable, "sweep.py", "unused.csv"], cwd=tmp_path)
    deadline = time.monotonic() + 300.0
    while len(finished()) < 225 and time.monotonic() < deadline:
        time.sleep(0.01)
    victim.kill()
    victim.wait()
    kept = {file: (file.stat().st_mtime_ns, json.loads(file.read_text("utf-8"))) for file in finished()}
    assert 225 <= len(kept) < 500
    assert sweep(tmp_path, "resumed.csv") == [str(len(kept)), "500", "0"]
    assert len(finished()) == 500
    assert all(file.stat().st_mtime_ns == when for file, (when, _) in kept.items())

    pytest.importorskip("distributed")
    assert sweep(tmp_path, "cluster.csv", "dask") == ["0", "500", "0"]
    here, there = (
        pd.read_csv(tmp_path / f"{name}.csv").drop(columns=["status", "seconds"])
        for name in ("resumed", "cluster")
    )
    np.testing.assert_allclose(here, there, rtol=1e-6)
