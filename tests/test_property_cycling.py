"""Sodium is conserved with every mechanism; fast and resumed cycling are the cycling that they shorten."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import napore
from napore.built import Built, read
from napore.cells import Cell
from napore.experiments import Interrupted
from napore.experiments.cycle_folder import CyclingFolder
from napore.experiments.cycle_states import Cycler
from napore.experiments.protocol import Protocol
from napore.models.constants import FARADAY

SIDE_REACTIONS: dict[str, Any] = {
    "sodium trapping": ("false", "true"),
    "lithium plating": ("none", "irreversible"),
}
LOSS: dict[str, Any] = {"loss of active material": ("none", "current-driven")}


def made_or_lost(cell: Cell, rate: float, losses: tuple[str, ...], stored: tuple[str, ...]) -> float:
    """Sodium made or lost over two cycles, over the charge passed [-]; of a half cell in its carbon."""
    steps = Built.of(cell).run(Protocol(1).steps(cell, rate) * 2).ran
    assert len(steps) == 4

    def change(name: str) -> float:
        first, last = (read(step, (name,))[name] for step in (steps[0], steps[-1]))
        return float(last[-1] - first[0])

    sodium = sum(change(f"Total lithium in {part} [mol]") for part in stored)
    sodium += sum(change(name) for name in losses)
    charge = 3600.0 * change("Discharge capacity [A.h]") if cell.kind == "carbon" else 0.0
    return (FARADAY * sodium - charge) / (3600.0 * change("Throughput capacity [A.h]"))


def losses_of(domain: str, material: bool) -> tuple[str, ...]:
    names = [
        f"Loss of sodium to trapping in {domain} electrode [mol]",
        f"Loss of lithium to {domain} SEI [mol]",
        f"Loss of lithium to {domain} lithium plating [mol]",
    ]
    if material:
        names.append(f"Loss of lithium due to loss of active material in {domain} electrode [mol]")
    return tuple(names)


@pytest.mark.parametrize("ageing", ["gu2025", "gu2025-b"])
@pytest.mark.parametrize("model", ["SPM", "SPMe", pytest.param("DFN", marks=pytest.mark.slow)])
def test_half_cell_conserves_sodium_with_every_side_reaction(model: str, ageing: str) -> None:
    cell = napore.half_cell("fjh", model=model, ageing=ageing, options=SIDE_REACTIONS)
    error = made_or_lost(cell, 0.5, losses_of("positive", False), ("positive electrode",))
    assert abs(error) < 1e-8


@pytest.mark.parametrize("model", ["SPM", pytest.param("DFN", marks=pytest.mark.slow)])
def test_half_cell_conserves_sodium_with_loss_of_material(model: str) -> None:
    # sodium is then the product of two states, which the solver keeps to its tolerance only
    cell = napore.half_cell("fjh", model=model, ageing="gu2025", options={**SIDE_REACTIONS, **LOSS})
    error = made_or_lost(cell, 0.5, losses_of("positive", True), ("positive electrode",))
    assert abs(error) < 1e-7


@pytest.mark.parametrize("model", ["SPM", "SPMe", pytest.param("DFN", marks=pytest.mark.slow)])
def test_full_cell_conserves_sodium_with_film_and_traps(model: str) -> None:
    options = {"sodium trapping": ("true", "false")}
    cell = napore.full_cell(model=model, ageing="gu2025", options=options)
    stored = ("negative electrode", "positive electrode", "electrolyte")
    names = losses_of("negative", False)[:2]
    assert abs(made_or_lost(cell, 0.2, names, stored)) < 1e-8


def test_traps_and_their_account_agree() -> None:
    cell = napore.half_cell("fjh", model="SPMe", ageing="gu2025", options={"sodium trapping": "true"})
    end = Cycler(cell, 1.0).run(None)
    steps = Built.of(cell).run(Protocol(1).steps(cell, 1.0)).ran
    field = steps[-1]["Average positive particle trapped concentration [mol.m-3]"].entries[-1]
    in_traps = field * cell.carbon_volume * FARADAY / 3600.0 / cell.active_mass
    assert end.readings["trapped_mAh_g"] == pytest.approx(in_traps, rel=1e-9)


def test_what_takes_sodium_hurts_only_the_full_cell() -> None:
    options = {"SEI film resistance": "none"}
    half = napore.half_cell("fjh", model="SPM", ageing="gu2025", options=options)
    full = napore.full_cell(model="SPM", ageing="gu2025", options=options)
    kept = napore.cycle_test(half, 0.5, 20, curves_at=()).retention
    faded = napore.cycle_test(full, 0.2, 20, curves_at=()).retention
    assert kept is not None
    assert kept > 0.999
    assert faded is not None
    assert faded < 0.9


def test_loss_of_material_hurts_both() -> None:
    options = {"SEI": "none"}
    ageing = {"ageing": "gu2025-lam", "model": "SPM", "options": options}
    tests = (
        napore.cycle_test(napore.half_cell("fjh", **ageing), 0.5, 20, curves_at=()),
        napore.cycle_test(napore.full_cell(**ageing), 0.2, 20, curves_at=()),
    )
    assert all(test.retention is not None and test.retention < 0.9985 for test in tests)


def test_resumed_cycles_are_those_of_one_run(tmp_path: Path) -> None:
    cell = napore.half_cell("fjh", model="SPMe", ageing="gu2025")
    straight = napore.cycle_test(cell, 1.0, 5, curves_at=(2, 5))
    napore.cycle_test(cell, 1.0, 3, curves_at=(2, 5), folder=tmp_path)
    resumed = napore.cycle_test(cell, 1.0, 5, curves_at=(2, 5), folder=tmp_path)
    assert resumed.points == straight.points
    for number in (2, 5):
        one, other = straight.curves[number].second, resumed.curves[number].second
        np.testing.assert_array_equal(one.voltage_V, other.voltage_V)


def test_resumed_fast_cycles_are_those_of_one_run(tmp_path: Path) -> None:
    cell = napore.full_cell(model="SPM", ageing="gu2025")
    straight = napore.cycle_test(cell, 0.5, 24, fast=True, curves_at=())

    class Stop(Exception):
        pass

    original, calls = CyclingFolder.write, 0

    def write(self: Any, content: Any) -> None:
        nonlocal calls
        original(self, content)
        calls += 1
        if calls == 9:
            raise Stop

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CyclingFolder, "write", write)
        with pytest.raises(Stop):
            napore.cycle_test(cell, 0.5, 24, fast=True, curves_at=(), folder=tmp_path)
    resumed = napore.cycle_test(cell, 0.5, 24, fast=True, curves_at=(), folder=tmp_path)
    assert resumed.points == straight.points
    assert resumed.simulated_cycles < 24


def test_interrupted_cycling_keeps_what_is_finished() -> None:
    original, calls = Cycler.run, 0

    def run(self: Cycler, *arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return original(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cycler, "run", run)
        with pytest.raises(Interrupted) as stop:
            napore.cycle_test(napore.half_cell("fjh", model="SPM"), 1.0, 5)
    assert [point.cycle for point in stop.value.result.points] == [1, 2]


KILLED = """
import sys, napore
cell = napore.half_cell("fjh", model="SPM", ageing="gu2025")
napore.cycle_test(cell, 1.0, {cycles}, curves_at=({cycles},), folder=sys.argv[1])
"""


def run_until_killed(folder: Path, cycles: int, finished: int) -> int:
    """Start cycling in a process of its own and kill it after a few cycles; cycles on file."""
    code = KILLED.format(cycles=cycles)
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], env=dict(os.environ))
    checkpoint = folder / "cycling.json"
    deadline = time.monotonic() + 300.0
    done = 0
    while time.monotonic() < deadline and process.poll() is None:
        if checkpoint.exists():
            done = json.loads(checkpoint.read_text())["done"]
            if done >= finished:
                process.send_signal(signal.SIGKILL)
                break
        time.sleep(0.02)
    assert process.wait() == -signal.SIGKILL
    return int(json.loads(checkpoint.read_text())["done"])


def test_killed_and_resumed_cycles_end_in_the_same_curve(tmp_path: Path) -> None:
    cycles = 24
    done = run_until_killed(tmp_path / "killed", cycles, 4)
    assert 4 <= done < cycles
    cell = napore.half_cell("fjh", model="SPM", ageing="gu2025")
    resumed = napore.cycle_test(cell, 1.0, cycles, curves_at=(cycles,), folder=tmp_path / "killed")
    straight = napore.cycle_test(cell, 1.0, cycles, curves_at=(cycles,))
    assert [p.cycle for p in resumed.points] == list(range(1, cycles + 1))
    one, other = straight.curves[cycles].second, resumed.curves[cycles].second
    np.testing.assert_allclose(other.capacity_mAh_g, one.capacity_mAh_g, atol=1e-6)
    np.testing.assert_allclose(other.voltage_V, one.voltage_V, atol=1e-6)


def test_fast_mode_agrees_with_every_cycle() -> None:
    cell = napore.full_cell(model="SPM", ageing="gu2025")
    every = napore.cycle_test(cell, 0.5, 40, curves_at=())
    fast = napore.cycle_test(cell, 0.5, 40, curves_at=(), fast=True)
    assert fast.simulated_cycles < 30
    assert fast.points[-1].capacity_mAh_g == pytest.approx(every.points[-1].capacity_mAh_g, rel=5e-3)
    assert [p.cycle for p in fast.points] == [p.cycle for p in every.points]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "rate", "cycles"), [("half", 0.5, 200), ("full", 0.2, 100)])
@pytest.mark.parametrize("ageing", ["gu2025", "gu2025-b", "gu2025-lam"])
def test_fast_mode_agrees_over_the_whole_length(kind: str, rate: float, cycles: int, ageing: str) -> None:
    cell = napore.load_cell({"half": "fjh", "full": "fjh-nvp"}[kind], model="SPMe", ageing=ageing)
    every = napore.cycle_test(cell, rate, cycles, curves_at=())
    fast = napore.cycle_test(cell, rate, cycles, curves_at=(), fast=True)
    assert fast.simulated_cycles < 0.6 * cycles
    assert fast.points[-1].capacity_mAh_g == pytest.approx(every.points[-1].capacity_mAh_g, rel=5e-3)


def resident_MB() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.slow
@pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="reads the memory of the process from /proc"
)
def test_memory_does_not_grow_with_the_cycles() -> None:
    cycler, state, after = Cycler(napore.half_cell("fjh", model="DFN", ageing="gu2025"), 0.5), None, {}
    for cycle in range(1, 81):
        state = cycler.run(state).state
        after[cycle] = resident_MB()
    # 60 more cycles hold no more than 60 MB, where keeping every solution takes 5 MB each
    assert after[80] - after[20] < 60.0
