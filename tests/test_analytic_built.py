"""One build: charge is the current times time, and every step is that of PyBaMM's Experiment."""

from itertools import pairwise
from typing import Any

import numpy as np
import pybamm
import pytest

import napore
from napore.builds import Builds, sharing
from napore.built import Built, State, Step, longest_time, read
from napore.cells import Cell, CellError, half_cell
from napore.experiments import eis, rate_test
from napore.experiments.protocol import Protocol
from napore.experiments.solving import run_leg
from napore.experiments.steps import voltage_solver
from napore.full_cells import load_cell
from napore.models import CARBON_FULL
from napore.models.solver import CarbonSolver

CHARGE, VOLTAGE, CURRENT = "Discharge capacity [A.h]", "Voltage [V]", "Current [A]"


@pytest.fixture(scope="module")
def cell() -> Cell:
    return half_cell("fjh", model="SPM")


@pytest.fixture(scope="module")
def built(cell: Cell) -> Built:
    return Built.of(cell)


@pytest.mark.parametrize("rate", [0.3, 3.0])
def test_charge_is_current_times_time(cell: Cell, built: Built, rate: float) -> None:
    current = rate * cell.one_C_current
    (step,) = built.run([Step("current", current, longest_time(cell, rate), below=cell.cut_offs[0])]).ran
    found = read(step, (CHARGE, VOLTAGE, CURRENT))
    assert found[CHARGE] == pytest.approx(current * step.t / 3600.0, rel=1e-9, abs=1e-15)
    assert found[CURRENT] == pytest.approx(current, rel=1e-12)
    assert found[VOLTAGE][-1] == pytest.approx(cell.cut_offs[0], abs=1e-9)


@pytest.mark.parametrize("model", ["SPM", "SPMe", pytest.param("DFN", marks=pytest.mark.slow)])
def test_steps_are_those_of_pybamms_experiment(model: str) -> None:
    cell = half_cell("fjh", model=model)
    one_C, (low, high) = cell.one_C_current, cell.cut_offs
    ours = Built.of(cell).run(
        [
            Step("current", one_C, 1e5, below=low),
            Step("voltage", low, 1e5, least_current=0.2 * one_C),
            Step("current", 0.0, 600.0),
            Step("power", -0.5 * one_C, 1e5, above=1.0),
            Step("current", -one_C, 1e5, above=high),
        ]
    )
    theirs = cell.simulation(
        pybamm.Experiment(
            [
                (
                    pybamm.step.current(one_C, duration=1e5, termination=f"{low} V"),
                    pybamm.step.voltage(low, duration=1e5, termination=f"{0.2 * one_C} A"),
                    pybamm.step.rest(duration=600.0),
                    pybamm.step.power(-0.5 * one_C, duration=1e5, termination="1 V"),
                    pybamm.step.current(-one_C, duration=1e5, termination=f"{high} V"),
                )
            ]
        )
    ).solve(calc_esoh=False)
    assert ours.error is None
    assert ours.reached(4)
    for mine, other in zip(ours.ran, theirs.cycles[0].steps, strict=True):
        assert mine.t[-1] == pytest.approx(other.t[-1], rel=2e-4)
        # a second after its start, away from jumps
        assert mine[VOLTAGE](mine.t[0] + 1.0) == pytest.approx(other[VOLTAGE](other.t[0] + 1.0), abs=1e-3)
    held = read(ours.ran[1], (VOLTAGE, CURRENT))
    assert held[VOLTAGE] == pytest.approx(low, abs=1e-5)
    assert held[CURRENT][-1] == pytest.approx(0.2 * one_C, rel=1e-4)
    assert ours.ran[2].termination == "final time"
    power = read(ours.ran[3], (VOLTAGE, CURRENT))
    assert power[VOLTAGE] * power[CURRENT] == pytest.approx(-0.5 * one_C, rel=1e-3)


def test_a_ramp_and_a_profile_are_followed(cell: Cell, built: Built) -> None:
    (ramp,) = Built.of(cell, solver=voltage_solver(cell)).run([Step("voltage", 3.0, 1000.0, slope=-2e-3)]).ran
    assert read(ramp, (VOLTAGE,))[VOLTAGE] == pytest.approx(3.0 - 2e-3 * ramp.t, abs=1e-5)
    times, values = np.array([0.0, 100.0, 300.0]), cell.one_C_current * np.array([0.0, 1.0, 0.2])
    step = Step("current", 0.0, 300.0, profile=(times, values), period=50.0)
    (drive,) = built.run([step]).ran
    assert read(drive, (CURRENT,))[CURRENT] == pytest.approx(np.interp(drive.t, times, values), abs=1e-12)
    assert np.diff(drive.t) == pytest.approx(50.0)


def test_a_step_at_its_end_is_passed_over_and_a_time_goes_on(cell: Cell, built: Built) -> None:
    low, high = cell.cut_offs
    down = Step("current", cell.one_C_current, 1e5, below=low)
    done = built.run([down, down, Step("current", 0.0, 60.0)])
    assert [done.reached(place) for place in range(3)] == [True, False, True]
    first, rest = done.ran
    assert rest.t[0] == pytest.approx(first.t[-1])
    assert done.state is not None
    assert done.state.time == pytest.approx(first.t[-1] + 60.0)
    nothing = built.run([Step("current", -cell.one_C_current, 1e5, above=high)])
    assert (nothing.ran, nothing.state, nothing.error) == ([], None, None)


def test_a_full_carbon_ends_a_step_and_the_next_goes_on() -> None:
    cell = napore.full_cell(model="SPM", mass_ratio=0.15, allow_unusual=True)
    low, high = cell.cut_offs
    current = 0.1 * cell.one_C_current
    up, down = Step("current", -current, 1e6, above=high), Step("current", current, 1e6, below=low)
    done = Built.of(cell).run([up, down])
    assert CARBON_FULL in done.ran[0].termination
    assert "Voltage <" in done.ran[1].termination


def test_numbers_geometry_start_and_temperature_are_inputs(cell: Cell) -> None:
    thickness, radius = "Positive electrode thickness [m]", "Positive particle radius [m]"
    start = cell.start_at(soc=0.3, T=313.15)
    built = Built.of(half_cell("fjh", model="SPMe"), inputs=(thickness, radius, *start))
    current, low = 2.0 * cell.one_C_current, cell.cut_offs[0]
    for changed in ({thickness: 1.3, radius: 1.0}, {thickness: 1.0, radius: 0.6}):
        numbers = {name: share * cell.number(name) for name, share in changed.items()}
        step = Step("current", current, 1e5, below=low)
        (one,) = built.run([step], inputs={**numbers, **start}).ran
        plain = half_cell("fjh", model="SPMe", parameters=numbers, allow_unusual=True)
        plain.parameter_values.update(start)
        (other,) = Built.of(plain).run([step]).ran
        assert one.t[-1] == pytest.approx(other.t[-1], rel=2e-4)


def test_many_are_each_alone_and_do_not_touch_another(cell: Cell) -> None:
    built = Built.of(cell, threads=2)
    low, high = cell.cut_offs
    rates, ends = (0.5, 5.0, 1.0, 2.0), (low, low, 3.5, low)  # the third is beyond its cut-off at once
    down = [
        Step("current", rate * cell.one_C_current, 1e5, below=end)
        for rate, end in zip(rates, ends, strict=True)
    ]
    many = built.run_many(down, [{}] * len(rates))
    for step, found in zip(down, many, strict=True):
        alone = built.run([step])
        assert [s.t[-1] for s in found.ran] == [s.t[-1] for s in alone.ran]
    assert many[2].ran == []
    up = [Step("current", -step.value, 1e5, above=high) for step in down]
    went = [k for k in range(len(rates)) if many[k].ran]
    back = built.run_many([up[k] for k in went], [{}] * len(went), [many[k].state for k in went])
    for k, found in zip(went, back, strict=True):
        (first,), (second,) = many[k].ran, found.ran
        assert second.t[0] == 0.0
        assert 0.9 < second.t[-1] / first.t[-1] < 1.0


def test_a_state_is_one_moment_and_goes_on_in_another_build(cell: Cell, built: Built) -> None:
    done = built.run([Step("current", cell.one_C_current, 600.0)])
    state = done.state
    assert isinstance(state, State)
    assert state.y.shape == (built.discretised("current").len_rhs_and_alg,)
    assert state.solution[VOLTAGE].entries[-1] == pytest.approx(done.ran[0][VOLTAGE].entries[-1])
    kept = State(state.y.copy(), 0.0, built.discretised("current"))
    (hold,) = built.run([Step("voltage", 0.5, 10.0)], kept).ran
    assert read(hold, (VOLTAGE,))[VOLTAGE] == pytest.approx(0.5, abs=1e-5)


def test_reading_all_at_once_is_reading_one_by_one(cell: Cell, built: Built) -> None:
    names = (VOLTAGE, CHARGE, "Positive particle surface stoichiometry")
    (step,) = built.run([Step("current", cell.one_C_current, 3000.0)]).ran
    times = np.linspace(0.0, 3000.0, 301)
    found = read(step, names, times)
    assert found[VOLTAGE] == pytest.approx(step[VOLTAGE](times), abs=1e-12)
    assert found[CHARGE] == pytest.approx(step[CHARGE](times), abs=1e-15)
    assert found[names[2]].shape[-1] == len(times)
    with pytest.raises(KeyError):
        read(step, ("No such variable",))


def test_reading_goes_on_from_one_part_of_a_solution_to_the_next(cell: Cell, built: Built) -> None:
    """As PyBaMM's own variables, before and after the joint, at more moments than a reader takes at once."""
    first, second = built.run([Step("current", cell.one_C_current, 600.0), Step("current", 0.0, 900.0)]).ran
    whole, times = first + second, np.linspace(1.0, 1499.0, 300)
    found = read(whole, (VOLTAGE, CHARGE), times)
    for name in (VOLTAGE, CHARGE):
        assert found[name] == pytest.approx(whole[name](times), abs=1e-9)
        assert read(whole, (name,))[name] == pytest.approx(whole[name].entries, abs=1e-12)


@pytest.mark.parametrize("name", ["fjh", "nvp"])
def test_start_at_a_voltage_rests_there(name: str) -> None:
    made, socs = half_cell(name, model="SPM"), []
    for voltage in np.linspace(*made.cut_offs, 5)[1:-1] if made.kind == "carbon" else (3.3, 3.372, 3.5):
        start = made.start_at(voltage=float(voltage))
        (rest,) = Built.of(made, inputs=start).run([Step("current", 0.0, 60.0)], inputs=start).ran
        assert read(rest, (VOLTAGE,))[VOLTAGE] == pytest.approx(voltage, abs=2e-5)
        socs.append(start["Initial concentration in positive electrode [mol.m-3]"])
    assert all(b < a for a, b in pairwise(socs))


def test_start_of_a_full_cell_between_its_cut_offs() -> None:
    cell = napore.full_cell(model="SPM")
    empty, full = cell.start_at(soc=0.0), cell.start_at(soc=1.0)
    for domain, window in (
        ("negative", cell.balance.anode_window),
        ("positive", cell.balance.cathode_window),
    ):
        name = f"Initial concentration in {domain} electrode [mol.m-3]"
        most = cell.number(f"Maximum concentration in {domain} electrode [mol.m-3]")
        assert (empty[name] / most, full[name] / most) == pytest.approx(window, rel=1e-9)
    between = cell.start_at(voltage=3.3)
    (rest,) = Built.of(cell, inputs=between).run([Step("current", 0.0, 60.0)], inputs=between).ran
    assert read(rest, (VOLTAGE,))[VOLTAGE][-1] == pytest.approx(3.3, abs=1e-4)
    with pytest.raises(CellError, match="voltage is 9 V: give one between"):
        cell.start_at(voltage=9.0)
    with pytest.raises(CellError, match=r"soc is 1.5: give a number from 0 to 1"):
        cell.start_at(soc=1.5)
    with pytest.raises(CellError, match="one of the two"):
        cell.start_at()


@pytest.mark.parametrize("name", ["fjh", "nvp", "soft-carbon"])
@pytest.mark.parametrize("start", [-0.2, 5.0, float("nan"), True, "1.9", [1.9]])
def test_a_half_cell_starts_between_its_cut_offs(name: str, start: Any) -> None:
    with pytest.raises(CellError, match="voltage"):
        half_cell(name, model="SPM").start_at(voltage=start)


@pytest.mark.parametrize("T", [20.0, float("nan"), True, "298"])
def test_a_start_has_a_temperature(T: Any) -> None:
    with pytest.raises(CellError, match="Ambient temperature"):
        half_cell("fjh", model="SPM").start_at(soc=0.5, T=T)


@pytest.mark.parametrize(("ageing", "solved"), [(None, 2), ("gu2025", 3)])
def test_cycles_after_one_that_ended_where_it_began_are_left_out_of_a_cell_that_does_not_age(
    ageing: str | None, solved: int
) -> None:
    cell = half_cell("fjh", model="SPM", ageing=ageing)
    built, began = Built.of(cell), []

    class Counted(Built):
        def run(self, *arguments: Any, **named: Any) -> Any:
            began.append(arguments)
            return built.run(*arguments, **named)

        between = built.between

    leg = run_leg(cell, Protocol(3), 0.2, built=Counted(cell.model, cell.parameter_values))
    assert len(began) == solved
    every = run_leg(cell, Protocol(3), 0.2, last_only=False, built=built)
    assert [len(each.cycles) for each in (leg, every)] == [1, 3]
    assert leg.cycles[0].second.capacity == pytest.approx(every.cycles[2].second.capacity, abs=5e-3)


def test_a_looser_build_goes_on_from_states_and_to_nearly_the_same(cell: Cell, built: Built) -> None:
    """One model for both: the charge of a second half cycle moves by less than a hundredth of a percent."""
    steps, looser = Protocol(1).steps(cell, 1.0), built.looser("current", 10.0)
    exact = built.run(steps)
    mixed = built.run(steps[1:], looser.run(steps[:1]).state)
    assert looser.discretised("current") is built.discretised("current")
    charges = [abs(float(np.ptp(read(run.ran[-1], (CHARGE,))[CHARGE]))) for run in (exact, mixed)]
    assert charges[1] == pytest.approx(charges[0], rel=1e-4)
    assert len(looser.run(steps[:1]).ran[0].t) < len(exact.ran[0].t)


def test_a_solver_gives_up_what_creeps() -> None:
    """As with extreme numbers; a user's own limits stay."""
    usual = CarbonSolver()._options
    assert usual["num_steps_no_progress"] > 1000
    assert 0.0 < usual["t_no_progress"] < 1.0
    assert CarbonSolver(options={"t_no_progress": 2.0})._options["t_no_progress"] == 2.0


SIZE = "Carbon particle radius [m]"


def changed_cell(factor: float, name: str = SIZE, cell: str = "fjh") -> Cell:
    return load_cell(cell, "SPM", parameters={name: factor * load_cell(cell, "SPM").source.numbers[name]})


@pytest.mark.parametrize(
    ("cell_name", "number", "factors"),
    [
        ("fjh", "Carbon electrode specific capacity of all sites [mA.h.g-1]", (0.95, 1.05)),
        ("fjh-nvp", "Mass ratio of carbon to cathode", (0.95, 1.05)),
    ],
)
def test_a_shared_build_gives_what_a_build_of_its_own_gives(
    cell_name: str, number: str, factors: tuple[float, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napore.builds._FEW", 0)
    cells = [changed_cell(factor, number, cell_name) for factor in factors]

    def found(cell: Cell) -> tuple[float, complex]:
        (point,) = rate_test(cell, 1.0, cycles=1).points
        (spectrum,) = eis(cell, soc=0.5, frequencies_Hz=[1.0]).spectra
        assert point.capacity_mAh_g is not None
        assert spectrum.impedance_ohm is not None
        return point.capacity_mAh_g, complex(spectrum.impedance_ohm[0])

    with sharing(Builds()):
        shared = [found(one) for one in cells]
        assert len({id(Built.of(one)._kinds) for one in cells}) == 1
    for one, (capacity, impedance) in zip(cells, shared, strict=True):
        own = found(one)
        assert capacity == pytest.approx(own[0], rel=1e-4)
        assert impedance == pytest.approx(own[1], rel=1e-5)
    assert abs(shared[0][0] / shared[1][0] - 1.0) > 0.01


def test_a_few_cells_are_built_one_by_one() -> None:
    name = "Sodium metal reference exchange-current density [A.m-2]"
    with sharing(Builds()):
        own = [Built.of(changed_cell(factor, name)) for factor in (0.8, 0.9, 1.1, 1.2)]
    assert [bool(built.inputs) for built in own] == [False, False, False, True]
    assert own[3].numbers[name] == pytest.approx(1.2 * half_cell("fjh", model="SPM").source.numbers[name])


def test_experiments_on_one_cell_share_its_build_and_no_other_structure_does(cell: Cell) -> None:
    with sharing(Builds()):
        first, again = Built.of(cell), Built.of(half_cell("fjh", model="SPM"))
        others = [
            Built.of(half_cell("fjh", model="SPMe")),
            Built.of(half_cell("fjh", model="SPM", ageing="gu2025")),
            Built.of(cell, points={"r_p": 40}),
            Built.of(cell, solver=voltage_solver(cell)),
            Built.of(changed_cell(3.0)),
        ]
    assert again is first
    assert len({id(one) for one in [first, *others]}) == 6
    assert Built.of(cell) is not first
