"""GITT of half and full cells: charge, order, the shape of the diffusivity, and what is kept when it ends."""

from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest

from napore.built import Built, Steps
from napore.cells import Cell, half_cell
from napore.experiments import (
    ExperimentError,
    Gitt,
    GittPulse,
    Interrupted,
    gitt,
    gitt_shape,
    read_gitt,
    share_below,
)
from napore.full_cells import load_cell


@pytest.fixture(scope="module")
def fjh() -> Gitt:
    return gitt(half_cell("fjh", model="SPM"))


@pytest.fixture(scope="module", params=["fjh", "nvp", "fjh-nvp"])
def test(request: pytest.FixtureRequest) -> tuple[Cell, Gitt]:
    cell = load_cell(request.param, model="SPM")
    return cell, gitt(cell)


def test_charge_is_current_times_duration(test: tuple[Cell, Gitt]) -> None:
    cell, found = test
    assert found.status == "ok"
    assert tuple(dict.fromkeys(pulse.direction for pulse in found.pulses)) == cell.directions
    sums = []
    for direction in cell.directions:
        table = found.table(direction)
        expected = 50.0 * table["duration_s"].cumsum() / 3600.0
        assert np.allclose(table["capacity_mAh_g"], expected, rtol=1e-6)
        assert np.allclose(table["duration_s"].iloc[:-1], 600.0)
        assert table["complete"].iloc[:-1].all()
        sums.append(table["capacity_mAh_g"].iloc[-1])
    # what went in comes out, but for what the cut-offs leave behind
    assert sums[1] == pytest.approx(sums[0], rel=0.1)


def test_voltage_goes_one_way_and_keeps_to_the_cut_offs(test: tuple[Cell, Gitt]) -> None:
    cell, found = test
    low, high = cell.cut_offs
    assert found.voltage_V.min() > low - 1e-3
    assert found.voltage_V.max() < high + 1e-3
    assert (np.diff(found.time_s) > 0.0).all()
    falls = {"sodiation": True, "discharge": True, "desodiation": False, "charge": False}
    for direction in cell.directions:
        steps = np.diff(found.table(direction)["voltage_V"].to_numpy())
        assert ((steps < 0.0) == falls[direction]).all()


def test_what_went_in_and_the_thermodynamic_factor(fjh: Gitt) -> None:
    alike = gitt(half_cell("fjh", "SPM", {"adsorption law": "mean field"}))  # all adsorbed sodium is mobile
    D = half_cell("fjh", model="SPM").source.numbers["Carbon particle reference diffusivity [m2.s-1]"]
    for table in (fjh.table(), alike.table()):
        assert np.allclose(table["input_diffusivity_m2_s"], D, rtol=1e-4)
        assert np.allclose(table["equilibrium_diffusivity_m2_s"], D * table["adsorbed_share"], rtol=1e-4)
    slope = table["voltage_V"] > 0.3
    assert np.allclose(table["adsorbed_share"][slope], 1.0, atol=1e-3)
    plateau = (table["voltage_V"] < 0.09) & (table["voltage_V"] > 0.07)
    assert (table["adsorbed_share"][plateau] < 0.05).all()


def test_bounds_lie_above_half_of_the_ceiling(fjh: Gitt) -> None:
    table = fjh.table()
    assert (table["bound"] == (table["diffusivity_m2_s"] > 0.5 * table["ceiling_m2_s"])).all()
    assert table["bound"].any()
    assert not table["bound"].all()


def test_directions(fjh: Gitt) -> None:
    cell = half_cell("fjh", model="SPM")
    down = gitt(cell, direction="sodiation")
    assert down.table()["voltage_V"].tolist() == fjh.table("sodiation")["voltage_V"].tolist()
    up = gitt(cell, pulse_s=3600.0, direction="desodiation")
    assert {pulse.direction for pulse in up.pulses} == {"desodiation"}
    with pytest.raises(
        ExperimentError, match=r"direction is 'charge': fjh has 'sodiation' and 'desodiation'"
    ):
        gitt(cell, direction="charge")


def test_lengths_scale_the_diffusivity(fjh: Gitt) -> None:
    cell = half_cell("fjh", model="SPM")
    short = gitt(cell, 50.0, direction="sodiation", specific_area_m2_g=8.1)
    assert short.length_m == pytest.approx(1.0 / (1580.0 * 8100.0), rel=1e-3)
    ratio = (short.length_m / fjh.length_m) ** 2
    for one, other in zip(short.pulses, fjh.pulses, strict=False):
        assert one.diffusivity_m2_s == pytest.approx((other.diffusivity_m2_s or 0.0) * ratio)
    with pytest.raises(ExperimentError, match="both given"):
        gitt(cell, length_m=1e-6, specific_area_m2_g=8.1)


def test_a_measured_file_goes_the_same_way(fjh: Gitt, tmp_path: Path) -> None:
    file = tmp_path / "measured.csv"
    table = fjh.curves_table()
    table.columns = ["time [s]", "current [mA/g]", "Ewe [V]"]
    table.to_csv(file, index=False)
    measured = read_gitt(file, fjh.length_m)
    assert len(measured.pulses) == len(fjh.pulses)
    for one, other in zip(measured.pulses, fjh.pulses, strict=True):
        assert one.direction == other.direction
        assert one.diffusivity_m2_s == pytest.approx(other.diffusivity_m2_s)
        assert one.capacity_mAh_g == pytest.approx(other.capacity_mAh_g)
        assert one.bound == other.bound
        assert one.input_diffusivity_m2_s is None


def pulse(voltage: float, D: float | None, complete: bool = True) -> GittPulse:
    return GittPulse("sodiation", voltage, 1.0, D, False, D, -0.1, -0.1, -0.1, 600.0, 1e-14, complete)


def test_shape_of_a_made_up_dip() -> None:
    slope = [pulse(0.5, 4e-15), pulse(0.4, 6e-15), pulse(0.3, 5e-15)]
    plateau = [pulse(0.15, 4e-15), pulse(0.08, 1e-15), pulse(0.07, None), pulse(0.05, 1.5e-15)]
    last = pulse(0.02, 5e-16, complete=False)
    found = gitt_shape([*slope, *plateau, last])
    assert (found.dip_ratio, found.end_ratio) == pytest.approx((5.0, 1.5))
    assert (found.least_voltage_V, found.last_voltage_V) == (0.08, 0.05)
    assert found.flat
    assert found.falls
    assert found.rises
    whole = gitt_shape([*slope, *plateau, last], complete=False)
    assert not whole.rises
    assert whole.last == 5e-16
    half = [pulse(p.voltage_V, (p.diffusivity_m2_s or 2e-15) / 2) for p in (*slope, *plateau)]
    assert share_below(half, slope + plateau) == 1.0
    assert share_below(slope + plateau, half) == 0.0
    with pytest.raises(ExperimentError, match=r"no pulse of the sodiation rests between 0.2 and 0.6 V"):
        gitt_shape(plateau)
    with pytest.raises(ExperimentError, match="no voltage in common"):
        share_below(slope, [last], complete=False)


def failing(monkeypatch: pytest.MonkeyPatch, end: BaseException | Steps) -> None:
    """What becomes of the solve of the third pulse."""
    solve, calls = Built.run, iter(range(1000))

    def third(*arguments: Any, **options: Any) -> Any:
        if next(calls) == 3:  # a rest and two pulses went before
            if isinstance(end, Steps):
                return end
            raise end
        return solve(*arguments, **options)

    monkeypatch.setattr(Built, "run", third)


def test_ctrl_c_keeps_the_pulses_that_are_finished(monkeypatch: pytest.MonkeyPatch, fjh: Gitt) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    with pytest.raises(Interrupted) as stopped:
        gitt(half_cell("fjh", model="SPM"))
    result = stopped.value.result
    assert [p.voltage_V for p in result.pulses] == [p.voltage_V for p in fjh.pulses[:2]]
    assert result.status == "interrupted"


def test_a_failed_solve_is_a_named_status(monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, Steps((), None, pybamm.SolverError("IDA failed\nat t = 3")))
    found = gitt(half_cell("fjh", model="SPM"))
    assert found.status.startswith("solver failed: IDA failed at t = 3; usually caused by")
    assert len(found.pulses) == 2


def test_a_current_without_capacity_is_a_named_status() -> None:
    cell = half_cell(
        "fjh",
        model="SPM",
        options={"contact resistance": "true"},
        parameters={"Contact resistance [Ohm]": 1e6},
        allow_unusual=True,
    )
    found = gitt(cell)
    assert found.status.startswith("no capacity: ")
    assert found.pulses == ()


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"current_mA_g": 0.0}, "current_mA_g is 0 mA/g: give a number from 0.01 to 100000 mA/g"),
        ({"current_mA_g": float("nan")}, "current_mA_g is nan mA/g: give"),
        ({"pulse_s": -1.0}, "pulse_s is -1 s: give"),
        ({"rest_s": "long"}, "rest_s is 'long': give"),
        ({"skip_s": 400.0}, "skip_s is 400 s: give a number from 0 to 300 s"),
        ({"pulse_s": 0.1, "skip_s": 0.0}, "pulses of 50 mA/g for 0.1 s would be 295937 for 411 mAh/g"),
        ({"length_m": -1.0}, "length_m is -1 m: give a number from 1e-12"),
    ],
)
def test_bad_conditions(conditions: dict[str, Any], message: str) -> None:
    with pytest.raises(ExperimentError, match=message):
        gitt(half_cell("fjh", model="SPM"), **conditions)


@pytest.mark.parametrize(
    "options",
    [
        {"sodium storage": "equilibrium"},
        {"sodium storage": "single"},
        {"pore filling": "sinh"},
        {"particle size": "distribution", "surface form": "algebraic"},
    ],
)
def test_options_of_the_carbon(options: dict[str, str]) -> None:
    cell = half_cell("fjh", model="SPM", options=options)
    found = gitt(cell, pulse_s=3600.0, direction="sodiation")
    assert found.status == "ok"
    D = cell.source.numbers["Carbon particle reference diffusivity [m2.s-1]"]
    table = found.table()
    assert np.allclose(table["input_diffusivity_m2_s"], D, rtol=1e-3)
    assert table["adsorbed_share"].isna().all() == ("single" in options.values())


@pytest.mark.slow
def test_shapes_of_the_carbons_in_the_DFN() -> None:
    """What docs/gitt.md says of the shipped sets."""
    found = {name: gitt(half_cell(name), direction="sodiation") for name in ("fjh", "fjh-b", "tf")}
    shapes = {name: gitt_shape(test.pulses) for name, test in found.items()}
    assert all(shape.flat and shape.falls for shape in shapes.values())
    assert all(shapes[name].rises for name in ("fjh", "fjh-b"))
    assert 3.0 < shapes["fjh-b"].dip_ratio < 5.0 < 15.0 < shapes["fjh"].dip_ratio
    assert share_below(found["tf"].pulses, found["fjh"].pulses) > 0.5
