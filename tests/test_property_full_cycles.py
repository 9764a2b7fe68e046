"""Full cells of one build are the cells that each build for itself, for any order, workers and compiler."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import napore
from napore import study
from napore.cell_numbers import CellError
from napore.derived import Derived
from napore.full_cell_batch import FullCells
from napore.full_cells import FullCell, full_cell
from napore.models.compiled import SWITCH, compiler
from napore.parameters.balance import Balance, Side, balance, balances
from napore.study import full_cycles

RATIO = "Mass ratio of carbon to cathode"
LOADING = "Cathode electrode areal loading [kg.m-2]"
SEPARATOR = "Separator thickness [m]"
RADIUS = "Carbon electrode pore median radius [m]"


@pytest.fixture(scope="module")
def cell() -> FullCell:
    return full_cell(model="SPM")


def test_cases_are_energy_tests(cell: FullCell) -> None:
    base, tests = full_cell(model="SPMe"), {}
    cases = study.grid({RATIO: [0.2, 0.45], SEPARATOR: [25e-6, 60e-6], "rate_C": [0.5, 4.0]})
    done = study.run(study.FullCycles(base, cycles=2, compiled=False), cases)
    for record in done.records:
        case = dict(record.inputs)
        rate = case.pop("rate_C")
        alone = base.with_numbers(case)
        if alone.sha256 not in tests:
            tests[alone.sha256] = napore.energy_test(alone, [0.5, 4.0], cycles=2)
        point = next(one for one in tests[alone.sha256].points if one.rate_C == rate)
        assert record.status == point.status == "ok"
        found = record.outputs
        for name in ("capacity_mAh_g_cathode", "energy_Wh_kg_stack", "mean_voltage_V"):
            assert found[name] == pytest.approx(getattr(point, name), rel=1e-3)
        assert found["plating_margin_V"] == pytest.approx(point.plating_margin_V, abs=1e-3)
        assert found["current_mA_g_cathode"] == point.current_mA_g_cathode
        assert found["n_p_ratio"] == pytest.approx(alone.balance.n_p_ratio, rel=1e-12)
        assert found["limiting"] == alone.balance.limiting


def test_a_derived_number_is_varied(cell: FullCell) -> None:
    porosity = "Carbon electrode porosity"
    base = full_cell(model="SPMe")
    function = study.FullCycles(base, varied=[porosity], cycles=1, compiled=False)
    found = [
        case["mean_voltage_V"] for case in function.batch([{porosity: p, "rate_C": 5.0} for p in (0.2, 0.5)])
    ]
    for share, mean in zip((0.2, 0.5), found, strict=True):
        alone = napore.energy_test(base.with_numbers({porosity: share}), [5.0], cycles=1).points[0]
        assert mean == pytest.approx(alone.mean_voltage_V, abs=1e-3)
    assert abs(found[1] - found[0]) > 1e-3


def test_records_are_the_same_for_any_order_and_workers(cell: FullCell, tmp_path: Path) -> None:
    cases = study.grid({RATIO: [0.18, 0.3, 0.4], "rate_C": [0.5, 2.0]})
    function = study.FullCycles(cell, cycles=1, threads=1)
    plain = [record.outputs for record in study.run(function, cases).records]
    turned = [record.outputs for record in study.run(function, cases[::-1]).records][::-1]
    threads = [r.outputs for r in study.run(study.FullCycles(cell, cycles=1, threads=2), cases).records]
    again = pickle.loads(pickle.dumps(function))
    apart = [study.run(again, [case]).records[0].outputs for case in cases]
    assert plain == turned == threads == apart
    # stopped after two cases and gone on with
    study.run(function, cases[:2], folder=tmp_path)
    resumed = study.run(function, cases, folder=tmp_path)
    assert (resumed.reused, [record.outputs for record in resumed.records]) == (2, plain)


@pytest.mark.slow
def test_records_are_the_same_in_two_processes(cell: FullCell) -> None:
    cases = study.grid({RATIO: np.linspace(0.2, 0.5, 60).tolist(), "rate_C": [1.0]})
    function = study.FullCycles(cell, cycles=1, threads=1)
    here, there = (study.run(function, cases, executor=workers).records for workers in (1, 2))
    assert [record.outputs for record in here] == [record.outputs for record in there]


def test_a_compiled_batch_is_the_interpreted_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    cell = full_cell(model="SPM", parameters={"Separator porosity": 0.41})  # which no test has built yet
    cases = study.grid({RATIO: [0.3], "rate_C": [1.0]})
    one, other = (
        study.run(study.FullCycles(cell, cycles=1, compiled=compiled), cases).records[0].outputs
        for compiled in (True, False)
    )
    assert one["compiled"] is (compiler() is not None)
    assert other["compiled"] is False
    for name in ("capacity_mAh_g_cathode", "energy_Wh_kg_active"):
        assert one[name] == pytest.approx(other[name], rel=1e-4)


def test_what_no_cell_can_have_is_a_status_and_touches_no_other(cell: FullCell) -> None:
    cases = [{RATIO: 0.4, LOADING: loading, "rate_C": 1.0} for loading in (0.03125, -1.0)]
    cases += [{RATIO: 4.0, LOADING: 0.03125, "rate_C": 1.0}, {RATIO: 0.4, LOADING: 0.03125, "rate_C": -1.0}]
    good, negative, starved, backwards = study.run(study.FullCycles(cell, cycles=1), cases).records
    assert good.status == "ok"
    assert "give a positive value" in negative.status
    assert starved.status.startswith("no sodium is left to cycle")
    assert backwards.status == "rate is -1 C: give a number from 0.0001 to 1000 C"


def test_a_number_of_the_cell_itself_may_stand_beside_others(cell: FullCell) -> None:
    # the thickness follows the loading in one case, and is the cell's own in the other
    cases = [
        {RATIO: 0.4, LOADING: loading, "rate_C": 1.0}
        for loading in (cell.number("Positive electrode areal loading [kg.m-2]"), 0.05)
    ]
    for order in (cases, cases[::-1]):
        full_cycles._STARTS.clear()
        done = study.run(study.FullCycles(cell, cycles=1), order).records
        assert [record.status for record in done] == ["ok", "ok"]


def test_what_one_build_cannot_have_is_solved_case_by_case(cell: FullCell) -> None:
    resistance = "Contact resistance [Ohm]"
    with pytest.raises(CellError, match="may switch an option on"):
        FullCells(cell, {resistance: 10.0})
    (record,) = study.run(study.FullCycles(cell, cycles=1), [{resistance: 10.0, "rate_C": 1.0}]).records
    alone = napore.energy_test(cell.with_numbers({resistance: 10.0}), 1.0, cycles=1).points[0]
    assert record.outputs["energy_Wh_kg_stack"] == alone.energy_Wh_kg_stack


@pytest.mark.parametrize("varied", [{RATIO: 0.33}, {RATIO: 0.3, LOADING: 0.02}, {RADIUS: 0.9e-9}])
def test_numbers_and_balances_are_those_of_cells_made_alone(cell: FullCell, varied: dict[str, float]) -> None:
    wanted = ("Nominal cell capacity [A.h]", "Negative electrode porosity")
    many = FullCells(cell, varied, wanted)
    factors = (0.9, 1.0, 1.15)
    cases = [{name: factor * value for name, value in varied.items()} for factor in factors]
    for case, found in zip(cases, many.cells(cases), strict=True):
        assert not isinstance(found, ValueError)
        alone = cell.with_numbers(case)
        for name in (*many.inputs, *wanted):
            assert {**found.inputs, **found.numbers}[name] == pytest.approx(alone.number(name), rel=1e-12)
        assert found.balance.anode_window == pytest.approx(alone.balance.anode_window, rel=1e-11)


def test_a_number_outside_its_bounds_is_told_of_its_own_cell(cell: FullCell) -> None:
    many = FullCells(cell, {"Carbon electrode thickness [m]": 40e-6})
    thin, usual = many.cells(
        [{"Carbon electrode thickness [m]": 6e-6}, {"Carbon electrode thickness [m]": 4e-5}]
    )
    assert isinstance(thin, CellError)
    assert "porosity" in str(thin)
    assert not isinstance(usual, ValueError)


def straight(slope: Any, name: str) -> Side:
    return Side(name, 1.0, np.array([1.0, 2.0, 1.5]), lambda x: 1.0 - slope * np.asarray(x))


def test_many_balances_are_single_ones() -> None:
    anode, cathode = straight(0.8, "anode"), straight(0.5, "cathode")
    cathode = Side("cathode", 1.0, 2.0, lambda y: 4.0 - np.asarray(y))
    many = balances(anode, cathode, (2.4, 3.2), inventory=1.8, count=3)
    for k, found in enumerate(many):
        own = Side("anode", 1.0, float(anode.capacity[k]), anode.potential)
        one = balance(own, cathode, (2.4, 3.2), inventory=1.8)
        assert isinstance(found, Balance)
        assert found == one
        for x, y, V in zip(one.anode_window, one.cathode_window, (2.4, 3.2), strict=True):
            assert (4.0 - y) - (1.0 - 0.8 * x) == pytest.approx(V, abs=1e-12)


def test_derived_numbers_follow_all_cells_at_once(cell: FullCell) -> None:
    import pybamm

    derived = Derived(
        cell.parameter_values, (RATIO,), [pybamm.Parameter("Negative electrode areal loading [kg.m-2]")]
    )
    found, problems = derived.table([[0.2], [0.4]])
    assert found[0] == pytest.approx([0.2 * 0.03125, 0.4 * 0.03125])
    assert problems == [None, None]


def test_a_name_that_no_cell_has_is_refused_before_anything_is_solved() -> None:
    with pytest.raises(
        study.StudyError, match=r"unknown parameter 'Separator porosty'; did you mean 'Separator"
    ):
        study.FullCycles(napore.full_cell("fjh", model="SPM"), varied=["Separator porosty"])
