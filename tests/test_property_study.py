"""Many designs from one build are the designs that each build for itself."""

import pickle
from typing import Any, Literal

import pytest

from napore import study
from napore.cells import half_cell
from napore.experiments.curves import read_half_cycle
from napore.parameters.sets import load_set

LOADING = "Carbon electrode areal loading [kg.m-2]"
THICKNESS = "Carbon electrode thickness [m]"
FILLING = "Carbon electrode pore median filling rate [s-1]"
SEPARATOR = "Separator thickness [m]"


def built_alone(case: dict[str, Any], direction: str) -> Any:
    numbers = dict(case)
    rate = numbers.pop("rate_C")
    cell = half_cell("fjh", "SPMe", parameters=numbers)
    values = cell.parameter_values
    values["Current function [A]"] = cell.one_C_current * rate
    if direction == "desodiation":
        values["Current function [A]"] *= -1.0
        start = float(cell.isotherm.stoichiometry(cell.cut_offs[0]))
        c_max = values["Maximum concentration in positive electrode [mol.m-3]"]
        values["Initial concentration in positive electrode [mol.m-3]"] = start * c_max
    solution = cell.simulation().solve([0.0, 6.0 * 3600.0 / rate])
    return read_half_cycle(cell, direction, [solution])


@pytest.mark.parametrize("direction", ["sodiation", "desodiation"])
def test_one_build_is_many_builds(direction: Literal["sodiation", "desodiation"]) -> None:
    own = half_cell("fjh", "SPMe").source.numbers
    cases = [
        {
            LOADING: a * own[LOADING],
            THICKNESS: b * own[THICKNESS],
            FILLING: c * own[FILLING],
            SEPARATOR: d * own[SEPARATOR],
            "rate_C": r,
        }
        for a, b, c, d, r in ((1.2, 1.4, 0.3, 0.8, 0.1), (0.8, 1.0, 3.0, 1.2, 1.0))
    ]
    done = study.run(study.ConstantCurrent("fjh", "SPMe", direction=direction), cases)
    for case, record in zip(cases, done.records, strict=True):
        assert record.status == "ok"
        alone = built_alone(case, direction)
        capacity, below, voltage, _ = record.outputs.values()
        assert capacity == pytest.approx(alone.capacity, abs=0.1)  # mAh/g
        level = 0.1 if direction == "sodiation" else 0.2
        assert below == pytest.approx(alone.capacity_below(level), abs=0.1)
        assert voltage == pytest.approx(alone.mean_voltage, abs=0.5e-3)  # V


def test_one_bad_design_does_not_stop_the_others() -> None:
    function = study.ConstantCurrent("fjh", "SPM", rate=1.0)
    own = half_cell("fjh", "SPM").source.numbers[LOADING]
    cases = study.grid({LOADING: [own, -own, 10.0 * own, 0.9 * own], "rate_C": [1.0, 900.0]})
    done = study.run(pickle.loads(pickle.dumps(function)), cases)
    statuses = done.table()["status"].tolist()
    assert statuses[0] == statuses[6] == "ok"
    assert "give a positive value" in statuses[2]
    assert "porosity" in statuses[4]
    assert len(done.records) == 8


def test_a_cathode_is_refused() -> None:
    with pytest.raises(study.StudyError, match="'nvp' is a half cell of a cathode: give a carbon"):
        study.ConstantCurrent("nvp", "SPM")


def test_a_name_that_is_refused() -> None:
    function = study.ConstantCurrent("fjh", "SPM")
    sentence = "did you mean 'Carbon electrode thickness \\[m\\]'"
    with pytest.raises(study.StudyError, match=sentence):
        study.run(function, study.grid({"Carbon electrode thicknes [m]": [1e-9]}))


@pytest.mark.parametrize("direction", ["sodiation", "desodiation"])
def test_a_number_of_the_equilibrium_is_that_of_a_cell_made_anew(direction: Any) -> None:
    name = "Carbon electrode pore median radius [m]"
    own = load_set("fjh").numbers[name]
    fields = {name: [0.8 * own, own, 1.3 * own]}
    one_build = study.run(
        study.ConstantCurrent("fjh", "SPM", direction=direction, rate=0.5), study.grid(fields)
    )
    for case, record in zip(fields[name], one_build.table().to_dict("records"), strict=True):
        alone = study.ConstantCurrent("fjh", "SPM", direction=direction, rate=0.5, parameters={name: case})
        found = study.run(alone, study.grid({"rate_C": [0.5]})).table().to_dict("records")[0]
        key = "sodiation_capacity_mAh_g" if direction == "sodiation" else "capacity_mAh_g"
        # the mesh of a build is that of a cell whose radius is not known
        assert record[key] == pytest.approx(found[key], abs=0.1)  # mAh/g


def test_a_number_that_no_half_cycle_reads_is_refused() -> None:
    barrier = "Carbon electrode pore filling activation energy [J.mol-1]"
    with pytest.raises(study.StudyError, match="only a simulated first cycle"):
        study.ConstantCurrent("fjh", "SPM", parameters={"Carbon electrode BET area [m2.kg-1]": 5e3})
    half_cycle = study.ConstantCurrent("fjh", "SPM", rate=2.0, compiled=False)
    with pytest.raises(study.StudyError, match=r"its factor is 1 at 298\.15 K"):
        half_cycle.check([{barrier: 3e4}])
    half_cycle.check([{barrier: 3e4, "Ambient temperature [K]": 288.15}])
