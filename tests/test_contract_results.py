"""Every result has status, table, files and a short repr; every experiment takes a cell or its name."""

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import napore
from napore import experiments
from napore.cells import Cell, half_cell
from napore.experiments import AnyCell, ExperimentError, Interrupted, Result
from napore.full_cells import FullCell, full_cell
from napore.results import OK, Part, keeping, table_of

HEADER = {"napore", "pybamm", "model", "parameters_sha256"}


@pytest.fixture(scope="module")
def carbon() -> Cell:
    return half_cell("fjh", "SPM")


@pytest.fixture(scope="module")
def full() -> FullCell:
    return full_cell(model="SPM")


MADE: dict[str, Callable[[Cell, FullCell], Result]] = {
    "rate": lambda c, f: experiments.rate_test(c, 1.0, cycles=1),
    "directions": lambda c, f: experiments.direction_test(c, 5.0, slow_rate=4.0, hold=4.0, cycles=1),
    "sequence": lambda c, f: experiments.rate_sequence(c, 1.0, cycles_each=1),
    "temperature": lambda c, f: experiments.temperature_test(c, 1.0, 0.0, cycles=1),
    "energy": lambda c, f: experiments.energy_test(f, 1.0, cycles=1),
    "waterfall": lambda c, f: experiments.energy_waterfall(f, 1.0, cycles=1),
    "formation": lambda c, f: experiments.formation(c, 0.5),
    "cycling": lambda c, f: experiments.cycle_test(c, 1.0, 1),
    "cv": lambda c, f: experiments.cv(c, 1.0, cycles=1),
    "eis": lambda c, f: experiments.eis(c, 0.5, frequencies_Hz=(100.0, 1.0)),
    "gitt": lambda c, f: experiments.gitt(c, 200.0, 1800.0, 600.0, direction="sodiation"),
    "pulse": lambda c, f: experiments.pulse_test(c, 0.5, times=(1.0,)),
    "hold": lambda c, f: experiments.hold(c, 0.5, 60.0),
    "drive": lambda c, f: experiments.drive(c, ([0, 10, 20], [0, 1, 0]), unit="C", soc=0.5),
    "reference": lambda c, f: experiments.reference_test(c, 2.0, cycles=1),
    "design": lambda c, f: napore.design(f, 0.4, rates=1.0, cycles=1),
}

CURVES = {"rate", "energy", "formation", "cycling", "cv", "eis", "gitt", "hold", "drive", "reference"}


@pytest.mark.parametrize("name", MADE)
def test_results_are_alike(name: str, carbon: Cell, full: FullCell, tmp_path: Path) -> None:
    found = MADE[name](carbon, full)
    curves = found.curves_table()
    assert (len(curves) > 1) == (name in CURVES)
    assert isinstance(found, Result)
    assert (found.status, found.solved) == (OK, True)
    table = found.table()
    assert len(table) > 0
    found.to_csv(tmp_path / "r.csv")
    assert (tmp_path / "r.csv").read_text("utf-8") == table.to_csv(index=False)
    found.to_json(tmp_path / "r.json")
    assert set(json.loads((tmp_path / "r.json").read_text("utf-8"))) >= HEADER
    assert len(repr(found)) < 120
    assert type(found).__name__ in repr(found)
    assert "SPM" in repr(found)
    assert str(table.columns[-1]) in found._repr_html_()
    assert hasattr(found.plot(), "lines")
    assert all(callable(panel) for panel in found.panels)


def test_a_sequence_of_a_full_cell_speaks_of_charge(full: FullCell) -> None:
    found = experiments.rate_sequence(full, 1.0, cycles_each=1)
    assert "charge_capacity_mAh_g" in found.table()
    assert not any("sodiation" in name for name in found.to_dict()["cycles"][0])
    assert {line.get_label() for line in found.plot().lines} == {"charge", "discharge"}


def test_the_slowest_part_names_itself() -> None:
    cell = half_cell("fjh", "SPM", parameters={"Contact resistance [Ohm]": 1e4}, allow_unusual=True)
    found = experiments.temperature_test(cell, (1.0, 2.0), 25.0, cycles=1)
    assert not found.solved
    assert found.status == found.parts[0].status != OK
    assert [part.name for part in found.parts] == ["at 25 C, rate 1 C", "at 25 C, rate 2 C"]
    assert "no capacity" in repr(found)


def test_cells_and_balances_are_short(carbon: Cell, full: FullCell) -> None:
    changed = half_cell("tf", "SPMe", parameters={"Carbon particle radius [m]": 4e-6})
    assert repr(changed) == "<Cell tf, SPMe, half cell of a carbon, 1 number changed>"
    assert "4e-06" in changed._repr_html_()
    assert "<script" not in carbon._repr_html_()
    for thing in (carbon, full, full.balance, carbon.source):
        assert len(repr(thing)) < 120
    assert f"{full.balance.n_p_ratio:.6g}" in full.balance._repr_html_()


EXPERIMENTS = [
    name
    for name in napore.__all__
    if getattr(getattr(napore, name), "__module__", "").startswith("napore.experiments")
]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_cell_may_be_named(name: str) -> None:
    function = getattr(napore, name)
    assert get_type_hints(function)["cell"] == AnyCell
    required = [
        parameter
        for parameter in list(inspect.signature(function).parameters.values())[1:]
        if parameter.default is parameter.empty
    ]
    values = {"profile": ([0.0, 1.0], [0.0, 0.0]), "rate": 1.0, "cycles": 1}
    given = [values[parameter.name] for parameter in required]
    with pytest.raises(ValueError, match="did you mean 'fjh'"):
        function("fjhh", *given)
    with pytest.raises(ExperimentError, match="cell is 3: give a cell, such as"):
        function(3, *given)


def test_a_name_is_its_cell() -> None:
    assert experiments.masses("fjh-nvp") == experiments.masses(full_cell())
    with pytest.raises(ExperimentError, match="fjh is a half cell"):
        napore.energy_test("fjh")


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_quantities_have_their_unit_in_the_name(name: str) -> None:
    # a rate is in C, times are in s as in PyBaMM's steps; state of charge, position and shares have no unit
    bare = {"rate", "rates", "charge_rate", "discharge_rate", "sodiation_rate", "desodiation_rate"}
    bare |= {"duration", "times", "slow_rate", "hold", "soc", "position", "tolerance", "unit"}
    units = ("_V", "_s", "_C", "_Hz", "_mV_s", "_mA_g", "_mAh_g", "_A_m2", "_m", "_m2_g")
    for parameter, kind in get_type_hints(getattr(napore, name)).items():
        # the numbers of a mapping have theirs in its keys
        if "float" in str(kind) and "Mapping" not in str(kind) and parameter not in ("return", "profile"):
            assert parameter in bare or parameter.endswith(units), parameter


def test_interruption_keeps_and_the_caller_adds() -> None:
    found: list[int] = []

    def begun() -> None:
        with keeping(lambda: tuple(found)):
            found.append(1)
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as inner:
        begun()
    assert isinstance(inner.value, KeyboardInterrupt)
    assert inner.value.result == (1,)
    assert inner.value.holding({"of": inner.value.result}).result == {"of": (1,)}


def test_numbers_that_do_not_exist_are_no_words() -> None:
    table = table_of([{"n": 1, "x": None, "word": None}, {"n": 2, "x": 3, "word": "a"}], ["n"])
    assert list(table.columns) == ["n", "x", "word"]
    assert [str(kind) for kind in table.dtypes[:2]] == ["int64", "float64"]
    assert table["word"].isna().tolist() == [True, False]
    assert table_of([], ["a", "b"]).columns.tolist() == ["a", "b"]
    assert Part("a", OK).status == OK


@pytest.mark.parametrize("value", [True, "1", None, float("nan"), -1.0, 2.0])
def test_one_check_of_numbers(value: Any) -> None:
    with pytest.raises(ExperimentError, match=r"x is .*: give a number from 0 to 1 V"):
        experiments.checks.check_number(value, "x", "V", 0.0, 1.0)
    with pytest.raises(ExperimentError, match="x is"):
        experiments.checks.check_numbers([0.5, value], "x", "V", 0.0, 1.0)
