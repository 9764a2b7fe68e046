"""What docs/howto/maintain.md says is added in so many files works after these, in a copy of the package."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import napore
from napore.cli import main

ROW = """
[cell.mine]
long_name = "peach stone"
pybamm_set = "Mine_half"
kind = "carbon"
files = ["mine"]
source = "this test"
"""

USE = """
import napore
from napore.page.choices import choices
from napore.parameters import entry_points
from napore.parameters.sets import load_set

cell = napore.half_cell("peach stone", model="SPM")
assert cell.name == "mine" and cell.source.classes == 3, cell.source
assert cell.source.title == "peach stone against sodium, this test"
assert napore.full_cell("mine", "NVP", model="SPM").balance.n_p_ratio > 0.0
assert len(entry_points.Mine_half()) == len(load_set("mine").values())
assert "Mine_half" in entry_points.section()
assert choices()["carbons"]["mine"] == "peach stone"
"""

LAW = '''

def halved_rate(rate: Any, phi: Any, equilibrium: Any, affinity: Any) -> Any:
    """Filling half as fast as with relaxation_rate."""
    return 0.5 * relaxation_rate(rate, phi, equilibrium, affinity)
'''
KNOWN = """
from .pore_filling import halved_rate

register_filling_law("halved", halved_rate)
"""
FILLED = """
import napore

capacity = {}
slow = {
    "Carbon electrode pore median filling rate [s-1]": 1e-3,
    "Carbon electrode pore filling rate spread [decades]": 0.0,
}
for law in ("relaxation", "halved"):
    cell = napore.half_cell("fjh", "SPM", {"pore filling": law}, slow)
    capacity[law] = napore.rate_test(cell, [5], cycles=1).points[0].capacity_mAh_g
assert 0.5 * capacity["relaxation"] < capacity["halved"] < capacity["relaxation"], capacity
"""

EXPERIMENT = '''"""How far one sodiation goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .base import OK, RowResult, as_cell, header
from .checks import check_rates
from .protocol import Protocol
from .solving import built_of, run_leg


@dataclass(frozen=True)
class Reach:
    """One rate."""

    rate_C: float
    first_mAh_g: float | None = None
    status: str = OK


@dataclass(frozen=True, repr=False)
class ReachTest(RowResult):
    """First half cycle at each rate."""

    row_key = "reaches"

    cell: str
    points: tuple[Reach, ...]
    header: Mapping[str, str]

    def plot(self, ax: Any = None) -> Any:
        """Draw it."""
        return self.table().plot("rate_C", "first_mAh_g", ax=ax)


def reach_test(cell: Any, rates: Any = (1.0,)) -> ReachTest:
    """Charge of the first half cycle."""
    cell = as_cell(cell)
    built, points = built_of(cell), []
    for rate in check_rates(rates):
        leg = run_leg(cell, Protocol(1), rate, built=built)
        points.append(Reach(rate, leg.cycles[0].first.capacity if leg.cycles else None, leg.status))
    return ReachTest(cell.name, tuple(points), header(cell))
'''
COMMAND = '''

@cell_command
def reach(run: Run, rates: Values) -> None:
    """How far one sodiation of CELL goes."""
    from napore.experiments.reach import reach_test

    cell = run.cell()
    run(lambda: reach_test(cell, rates))
'''
ASKED = """
[reach]
columns = [["C", "rate_C", "g"], ["mAh/g", "first_mAh_g", ".1f"], ["status", "status", ""]]
[reach.options]
rates = { kind = "numbers", default = "1", help = "Rates in C." }
"""

CLAIM = """
[[entry]]
id = "Q01"
quantity = "this test's own"
sample = "anthracite-FJH"
value = 300.0
unit = "mAh/g"
role = "predict"
where = "this test"
note = ""
"""
CHECK = """    "Q01": Check(lambda b: b.at("fjh", 1.0, _CAPACITY), 0.5, "wide: this test's own"),
}
"""


TOLD = """
import json
from click.testing import CliRunner
from napore.cli import main


def command(*words):
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0, found.output
    return found.stdout


told = {
    "reach": command("reach", "fjh", "--model", "SPM", "--rates", "2", "--json", "reach.json"),
    "status": napore.reach_test(napore.half_cell("fjh", "SPM"), 5).points[0].status,
    "claims": command("validate", "--only", "Q", "--model", "SPM"),
}
print(json.dumps(told))
"""


def append(file: Path, text: str) -> None:
    file.write_text(file.read_text("utf-8") + text, encoding="utf-8")


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, (file, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def add_a_carbon(package: Path) -> None:
    data = package / "parameters" / "data"
    asked = ["parameters", "new", "--from", "fjh", str(data / "mine.toml")]
    assert CliRunner().invoke(main, asked).exit_code == 0
    replace(data / "mine.toml", '"pore classes" = 5', '"pore classes" = 3')
    append(data / "catalogue.toml", ROW)


def add_a_law(package: Path) -> None:
    append(package / "models" / "pore_filling.py", LAW)
    append(package / "models" / "laws.py", KNOWN)


def add_an_experiment(package: Path) -> None:
    (package / "experiments" / "reach.py").write_text(EXPERIMENT, encoding="utf-8")
    append(package / "cli" / "experiments.py", COMMAND)
    append(package / "cli" / "data" / "commands.toml", ASKED)
    append(package / "__init__.py", '\n_HOME["reach_test"] = "napore.experiments.reach"\n')


def add_a_claim(package: Path) -> None:
    append(package / "parameters" / "data" / "gu2025_reported.toml", CLAIM)
    checks = package / "validation" / "checks.py"
    text = checks.read_text("utf-8")
    assert text.endswith("}\n")
    checks.write_text(text.removesuffix("}\n") + CHECK, encoding="utf-8")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one Python says of a copy of the package that a reader has changed in all these ways."""
    place = tmp_path_factory.mktemp("changed")
    package = place / "napore"
    shutil.copytree(Path(napore.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    for add in (add_a_carbon, add_a_law, add_an_experiment, add_a_claim):
        add(package)
    environment = {**os.environ, "PYTHONPATH": str(place)}
    command = [sys.executable, "-c", USE + FILLED + TOLD]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return {**found, **json.loads((place / "reach.json").read_text("utf-8"))}


def test_a_carbon_is_its_file_and_one_row_and_a_law_itself_and_its_name(told: dict[str, Any]) -> None:
    assert told  # USE and FILLED hold what must be true of them


def test_an_experiment_is_its_file_a_command_and_its_name(told: dict[str, Any]) -> None:
    assert told["reach"].splitlines()[1].split() == ["C", "mAh/g", "status"]
    (row,) = told["reaches"]
    assert f"{row['first_mAh_g']:.1f}" in told["reach"]
    assert told["status"] == "ok"


def test_a_claim_is_an_entry_and_a_check(told: dict[str, Any]) -> None:
    assert "Q01" in told["claims"]
    assert "predict: 1 met" in told["claims"]
