"""Random cells: no exception that is not ours, no NaN, nothing over-full, sodium and charge conserved."""

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest

from napore.built_model import BuiltModel
from napore.cells import Cell
from napore.experiments import hold
from napore.full_cell_electrodes import FORMATIONS
from napore.full_cells import FullCell, full_cell
from napore.models import CARBON_EMPTY, CARBON_FULL, solver
from napore.models.constants import FARADAY
from napore.parameters.catalogue import AGEING, CATALOGUE, ELECTROLYTES
from napore.validation.verification import random_code, random_runs, watched
from napore.validation.verification.random_cells import ADSORPTION as LAWS
from napore.validation.verification.random_cells import FILLING, MODELS, Case, draw
from napore.validation.verification.random_protocols import PROTOCOLS, Ran
from napore.validation.verification.random_runs import Outcome, outcome, outcomes, summary, table

CELLS = 400
PARTS = 2
FORTY = (
    2, 3, 14, 17, 24, 25, 26, 31, 38, 39, 42, 43, 44, 51, 64, 67, 75, 80, 90, 94, 95, 99, 101, 142,
    166, 315, 425, 556, 560, 591, 667, 967, 984, 998, 1077, 1094, 1524, 1658, 1664, 1905,
)  # fmt: skip
"""Cheap seeds that have among them all that is drawn."""


def check(found: list[Outcome]) -> None:
    faulty = [one for one in found if one.faults]
    failed = [one for one in found if one.status == "solver"]
    refused = [one for one in found if one.status == "refused"]
    words = f"\n{table(faulty + failed + refused)}\n{summary(found)}"
    assert not faulty, words
    # of forty one may fail by name
    assert len(failed) <= max(1, 0.01 * len(found)), words
    assert len(refused) <= 0.05 * len(found), words
    assert not [one for one in refused if "does nothing" in one.cause], words


def test_forty_random_cells() -> None:
    check([outcome(draw(seed)) for seed in FORTY])


def test_pores_that_came_out_beyond_full_are_solved_again() -> None:
    """Of four thousand states one may be off by more than a tolerance: 4.2e-6 at the usual one."""
    found = outcome(draw(287))
    assert (found.status, found.faults) == ("ok", ()), table([found])
    assert found.filled < random_runs.OCCUPANCY


def past(seed: int) -> Case:
    """A cell of an earlier draw that had a fault or failed, by its seed there."""
    rows = json.loads((Path(__file__).parent / "random_cells_past.json").read_text(encoding="utf-8"))
    row = next(row for row in rows if row["seed"] == seed)
    options = {key: tuple(one) if isinstance(one, list) else one for key, one in row["options"].items()}
    return Case(**{**row, "options": options})


@pytest.mark.parametrize("seed", [8, 68, 122, 130, 165, 192, 300, 374])
def test_cells_that_had_a_fault(seed: int) -> None:
    """Salt of a collector, round-off, pores and a surface beyond full, lost material, a fast class."""
    found = outcome(past(seed))
    assert (found.status, found.faults) == ("ok", ()), table([found])


def test_sodium_at_equilibrium_in_a_full_carbon_is_on_its_isotherm() -> None:
    """A hold that fills it: 7e-6 beyond full with the solver's usual criterion for algebraic states."""
    found = outcome(past(45))
    assert (found.status, found.faults) == ("cut-off", ()), table([found])


def test_pores_whose_law_grows_with_the_affinity_stay_within_full_beside_strong_sites() -> None:
    """The law "exchange", a hold of a full cell with little carbon: 1.6e-5 at three times the tolerance."""
    numbers = {
        "Carbon electrode pore exchange symmetry": 0.2858,
        "Carbon electrode pore filling cooperativity": 5.791,
        "Carbon electrode pore filling rate spread [decades]": 4.802,
        "Mass ratio of carbon to cathode": 0.2239,
    }
    options = {"pore filling": "exchange", "strong sites": ("local", "averaged")}
    conditions = {"rates": 0.745, "cycles": 1, "hold": 0.0593}
    case = Case(0, "tf-nvp", "SPM", options, None, numbers, "rate_test", conditions)
    found = outcome(case)
    assert found.faults == (), table([found])


@pytest.mark.parametrize("seeds", [range(200), FORTY], ids=["two hundred", "forty"])
def test_all_that_is_shipped_is_drawn(seeds: Iterable[int]) -> None:
    cases = [draw(seed) for seed in seeds]
    assert {case.name for case in cases} == set(CATALOGUE)
    assert {case.options.get("adsorption law") for case in cases} - {None} == {law for law, _ in LAWS}
    assert {case.options.get("pore filling") for case in cases} - {None} == set(FILLING)
    assert {case.electrolyte for case in cases} == {None, *ELECTROLYTES}
    assert {case.formation for case in cases} == set(FORMATIONS)
    assert {case.protocol for case in cases} == set(PROTOCOLS)
    assert {case.model for case in cases} == {model for model, _ in MODELS}
    assert {case.ageing for case in cases} == {None, *AGEING}
    assert {name for case in cases for name in case.options} == {
        name for seed in range(200) for name in draw(seed).options
    }
    told = {f"{name}: {value}" for case in cases for name, value in case.options.items()}
    for option in ("sodium storage: phases", "foil film: true", "strong sites: ('local', 'averaged')"):
        assert option in told


def test_an_outcome_belongs_to_what_solves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code without words, numbers without sources; nothing of the page, the commands or the fits."""
    names = {path.relative_to(path.parents[1]).as_posix() for path in random_code.code_files()}
    assert {"models/solver.py", "data/schema.toml", "napore/built.py", "verification/watched.py"} <= names
    assert not {name for name in names if name.startswith(("page", "cli", "calibration", "designs"))}
    read = Path.read_text
    before = random_code.code_hash()

    def with_line(name: str, line: str) -> str:
        def changed(self: Path, *args: Any, **kwargs: Any) -> str:
            return read(self, *args, **kwargs) + (line if self.name == name else "")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "read_text", changed)
            return random_code.code_hash()

    assert with_line("solver.py", '\n# a word\n"""Another."""\n') == before
    assert with_line("solver.py", "\nRTOL = 1\n") != before
    assert with_line("hard_carbon.toml", '\nnote = "a word"\n') == before
    assert with_line("hard_carbon.toml", "\n[more]\nvalue = 1\n") != before
    assert with_line("gu2025_fjh.toml", "\n[more]\nvalue = 1\n") != before


@pytest.mark.slow
def test_sodium_of_lost_material_is_pybamms_own() -> None:
    case = past(389)
    own = {name: case.options[name] for name in ("SEI", "loss of active material")}
    numbers = {n: v for n, v in case.parameters.items() if "interaction" not in n and "adsorption" not in n}
    single = replace(case, options={**own, "sodium storage": "single"}, parameters=numbers)
    ours, theirs = outcome(case), outcome(single)
    assert random_runs.SODIUM < ours.sodium < theirs.sodium < random_runs.LOST


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_four_hundred_random_cells(part: int) -> None:
    folder = Path(os.environ.get(random_runs.FOLDER, "build/random_cells"))
    check(list(outcomes(range(part, CELLS, PARTS), folder)))


def plain(**conditions: float) -> Case:
    return Case(0, "fjh", "SPM", {}, None, {}, "rate_test", {"rates": 5.0, "cycles": 1, **conditions})


def test_a_plain_cell_has_no_fault() -> None:
    found = outcome(plain())
    assert (found.status, found.faults) == ("ok", ())


def test_sodium_that_is_made_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "FARADAY", FARADAY * (1 + 1e-5))
    assert set(outcome(plain()).faults) == {"sodium", "passed"}


def without_events(cell: FullCell) -> FullCell:
    """A cell whose carbon may take more than its sites hold."""
    bare = cell.model.new_copy()
    bare.events = [event for event in bare.events if event.name not in (CARBON_FULL, CARBON_EMPTY)]
    return replace(cell, model=bare)


def small_anode() -> FullCell:
    return full_cell("tf", model="SPM", mass_ratio=0.25, parameters={"Upper voltage cut-off [V]": 4.2})


def test_a_carbon_beyond_full_is_seen_in_an_experiment() -> None:
    for cell, over in ((small_anode(), False), (without_events(small_anode()), True)):
        with watched.watch(cell) as seen:
            hold(cell, 4.2, 3600.0, rate=0.2)
        assert seen.solutions > 0
        assert (seen.highest[0] > 1.0 + 1e-6) == over, seen.highest


def test_sodium_that_is_made_between_two_steps_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    own = BuiltModel._own

    def fuller(*arguments: Any) -> Any:
        state = own(*arguments)
        return replace(state, y=state.y + 1e-6)

    monkeypatch.setattr(BuiltModel, "_own", fuller)
    assert {"sodium", "passed"} & set(outcome(plain()).faults)


def test_a_voltage_that_jumps_where_the_carbon_overfills_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "_BEYOND", np.inf)  # nothing is solved again
    for cell, jumps in ((small_anode(), False), (without_events(small_anode()), True)):
        with watched.watch(cell) as seen:
            steps = ("Charge at 0.2C until 4.2 V", "Hold at 4.2 V for 1 hour")
            cell.simulation(pybamm.Experiment([steps])).solve(calc_esoh=False)
        assert (seen.jump > watched.LEAST_JUMP) == jumps
        assert (seen.highest[0] > 1.0 + 1e-6) == jumps


def lost(cell: Cell, **_: float) -> Ran:
    raise KeyError(cell.name)


def test_what_is_refused_and_what_is_no_sentence_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcome(plain(hold=-1.0)).status == "refused"
    monkeypatch.setitem(PROTOCOLS, "rate_test", lost)
    found = outcome(plain())
    assert (found.status, found.faults) == ("exception", ("exception",))
    assert "KeyError" in found.cause


def test_a_curve_with_nan_or_another_charge_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PROTOCOLS, "rate_test", lambda cell, **_: Ran(("ok",), (np.array([np.nan]),)))
    assert outcome(plain()).faults == ("not a number",)
    monkeypatch.setitem(PROTOCOLS, "rate_test", lambda cell, **_: Ran(("ok",), (), ((1.0, 1.001),)))
    assert outcome(plain()).faults == ("charge of the curve",)


def test_a_finished_seed_is_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random_runs, "draw", lambda seed: plain())
    first = list(outcomes([0], tmp_path))
    monkeypatch.setattr(random_runs, "draw", lambda seed: pytest.fail("run again"))
    assert list(outcomes([0], tmp_path)) == first


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of processor time")
def test_a_case_that_takes_too_long_is_ended() -> None:
    slow = {"rates": [0.02, 0.05, 0.1, 0.2], "cycles": 9}
    case = Case(0, "fjh", "SPM", {}, None, {}, "rate_test", slow)
    found = random_runs.Worker(1.0).outcome(case)
    assert (found.status, found.faults) == ("too long", ("too long",))


def test_a_seed_decides_alone() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)
