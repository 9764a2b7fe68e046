"""A carbon of nobody's to begin from, and what a fit says of numbers that its data did not see."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import napore
from napore.calibration import CurveData, Fitted, LumpedHalfCell, calibrate, free_parameters
from napore.calibration.fitted import acting
from napore.calibration.noise import between, explained, inflation, meets, scatter
from napore.calibration.own_start import started
from napore.calibration.profile import (
    DETERMINED,
    FROM_ABOVE,
    NOT_DETERMINED,
    NOT_MET,
    Profile,
    judged,
)
from napore.cli import main
from napore.designs.doubts import doubts_of
from napore.measured import MeasuredCurve, MeasuredFile
from napore.parameters.sets import load_set
from napore.parameters.short_names import long_name, short_name_of

SITES = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
WETTING = "Carbon electrode pore wetting energy [J.m-2]"
RATE = "Carbon electrode strong site median exchange rate [s-1]"


def measured(truth: dict[str, float], currents: tuple[float, ...], noise_V: float = 1e-3) -> CurveData:
    """Both directions at some currents of a carbon that differs from the generic one, with noise."""
    model = LumpedHalfCell(load_set("hard-carbon"), [], truth)
    generator = np.random.default_rng(7)
    curves = []
    for current in currents:
        both = model.cycles(current, {}, 2)
        assert both is not None
        for direction, curve in zip(("sodiation", "desodiation"), both, strict=True):
            q = np.linspace(0.0, curve.capacity, 250)
            V = curve.at(q) + noise_V * generator.normal(size=len(q))
            curves.append(MeasuredCurve("made", direction, q, V, current))
    return CurveData(tuple(curves), 2e-3, 0.3)


@pytest.mark.parametrize("name", ["hard-carbon", "soft-carbon"])
def test_no_number_of_a_generic_carbon_is_measured_or_fitted(name: str) -> None:
    kinds = {entry.kind for entry in load_set(name).entries.values()}
    assert kinds == {"assumed", "literature", "setting"}


@pytest.mark.parametrize("name", ["hard-carbon", "soft-carbon"])
def test_slope_of_a_generic_carbon_looks_like_a_carbons(name: str) -> None:
    both = LumpedHalfCell(load_set(name), []).cycles(30.0, {}, 1)
    assert both is not None
    q, V = both[0].capacity_mAh_g, both[0].voltage_V
    slope = np.interp(-0.1, -V, q)
    assert 0.28 < np.interp(0.5 * slope, q, V) < 0.46


@pytest.mark.parametrize("name", ["hard-carbon", "fjh", "nvp", "fjh-nvp"])
def test_short_names_are_of_one_parameter_each(name: str) -> None:
    names = list(load_set(name).entries)
    assert [long_name(short_name_of(one), names) for one in names] == names
    run = CliRunner().invoke(main, ["parameters", "show", name, "--short"])
    assert run.exit_code == 0
    assert all(short_name_of(one) in run.output for one in names)


def test_a_value_on_a_bound_or_a_wide_interval_is_not_called_determined() -> None:
    f = Fitted(WETTING, 0.02, 0.12, 0.07)

    def verdict(value: float, low: float, high: float) -> str:
        found = Profile(f.name, np.array([value]), np.array([0.0]), (low, high), DETERMINED)
        return judged(f, value, found).verdict

    assert verdict(0.07, 0.06, 0.08) == DETERMINED
    assert verdict(0.07, 0.03, 0.11) == NOT_DETERMINED
    assert verdict(0.02, 0.02, 0.03) == FROM_ABOVE
    assert verdict(0.0201, 0.0205, 0.03) == FROM_ABOVE
    assert verdict(0.12, 0.0201, 0.12) == NOT_DETERMINED


def test_noise_is_what_points_scatter_about_their_neighbours() -> None:
    q = np.sort(np.random.default_rng(2).uniform(0.0, 300.0, 600))
    bent = 0.1 + np.exp(-q / 20.0) + 0.02 * np.sin(q / 8.0)
    noise = 1e-3 * np.random.default_rng(3).normal(size=600)
    assert scatter(q, bent) < 1e-5
    assert scatter(q, bent + noise) == pytest.approx(1e-3, rel=0.15)
    assert scatter(q[:10], noise[:10]) == 0.0


def test_what_noise_does_not_explain_widens_intervals_until_the_law_does_not_meet_the_data() -> None:
    data = [measured({}, (30.0,))]  # noise of half the errors
    noise, size = explained(data, 2), data[0].size
    assert 0.2 * size < noise < 0.8 * size
    assert inflation(noise, data, 2) == 1.0
    # an interval ends where the misfit has risen by what is not explained
    assert 3.8415 * (inflation(noise + 100.0, data, 2) - 1.0) == pytest.approx(100.0)
    assert meets(1.4 * (size - 2), data, 2)
    assert not meets(1.6 * (size - 2), data, 2)
    noisy = [measured({}, (30.0,), 10e-3)]
    assert meets(1.6 * (size - 2), noisy, 2)
    assert inflation(0.0, noisy, 2) > 5.0


def test_ends_of_other_starts_widen_an_interval_as_few_of_them_can() -> None:
    assert not np.any(between(None))
    assert not np.any(between(np.array([[0.3, 0.4]])))
    two = between(np.array([[0.3, 0.4], [0.3, 0.5]]))
    assert two[0, 0] == 0.0
    many = between(np.tile([[0.3, 0.4], [0.3, 0.5]], (50, 1)))
    assert 1.96 * many[1, 1] ** 0.5 == pytest.approx(1.98 * 0.0503, rel=0.02)
    assert two[1, 1] > 30.0 * many[1, 1]


def test_a_fit_that_does_not_meet_its_data_determines_no_number() -> None:
    data = measured({"Carbon electrode pore radius spread": 0.6}, (30.0,), 0.0)
    source = load_set("hard-carbon")
    free = free_parameters(source, [SITES, WETTING])
    exact = measured({}, (30.0,), 1e-3)
    good = calibrate([exact], source, free, model="lumped", profiles=False)
    poor = calibrate([data], source, free, model="lumped", profiles=False)
    assert good.met
    assert not poor.met
    assert poor.standard_errors[WETTING] > 10.0 * good.standard_errors[WETTING]
    assert poor.remarks[0].startswith(
        "The law does not meet the data, and no number of it is called determined"
    )
    assert all(p.verdict == NOT_MET for p in poor.profiles)
    written = poor.fitted_set("mine", "2026-11-30")
    (doubt,) = doubts_of(written)
    assert doubt.startswith(
        "mine: the fit that made the carbon determined none of its 2 numbers (the law does"
    )
    assert doubts_of(good.fitted_set("mine", "2026-11-30")) == []
    assert good.found.values[SITES] == pytest.approx(320.0, rel=2e-3)


@pytest.mark.parametrize("name", ["fjh", "fjh-b", "tf"])
def test_a_fit_from_the_generic_carbon_can_end_at_a_shipped_one(name: str) -> None:
    shipped, generic = load_set(name), load_set("hard-carbon")
    free = {f.name: f for f in free_parameters(generic)}
    assert all(f.low <= shipped.numbers[f.name] <= f.high for f in free.values())
    fitted = {one for one, entry in shipped.entries.items() if entry.kind == "fitted"}
    assert fitted - set(free) == {"Carbon electrode formation film exchange-current density [A.m-2]"}
    assert shipped.classes == generic.classes


def test_a_number_without_effect_is_not_offered() -> None:
    source = load_set("hard-carbon")
    free = free_parameters(source)
    kept = acting(source, free, "SPM", {"pore filling": "relaxation"})
    left_out = {f.name for f in free} - {f.name for f in kept}
    assert left_out == {"Carbon electrode pore exchange symmetry"}
    assert acting(source, free, "SPM", None) == free


def test_cells_that_share_their_start_do_not_share_their_state() -> None:
    model = LumpedHalfCell(load_set("hard-carbon"), [])
    first = model.cycles(30.0, {}, 2)
    assert model.cycles(150.0, {}, 1) is not None
    again = model.cycles(30.0, {}, 2)
    assert first is not None
    assert again is not None
    assert [c.capacity for c in first] == [c.capacity for c in again]
    other = model.cycles(30.0, {SITES: 160.0}, 1)
    assert other is not None
    assert other[0].capacity < 0.6 * first[0].capacity


def test_data_set_the_bounds_and_the_cell() -> None:
    data = measured({SITES: 180.0}, (30.0,))
    file = MeasuredFile("mine.mpr", "cycling", {}, {}, mass_mg=4.0, mass_from="header", area_cm2=2.0)
    made = started(load_set("hard-carbon"), [file], [data]).entries
    low, high = made[SITES].allowed or (0.0, 0.0)
    assert low < 180.0 < high < 320.0
    assert made["Carbon electrode areal loading [kg.m-2]"].value == pytest.approx(0.02)
    assert made["Electrode disc diameter [m]"].value == pytest.approx(0.01596, rel=1e-3)
    assert made["Electrode disc diameter [m]"].kind == "measured"
    shipped = started(load_set("fjh"), [file], [data]).entries
    assert shipped["Carbon electrode areal loading [kg.m-2]"].value == 0.0125


def test_a_number_that_data_do_not_see_is_named_and_not_fitted() -> None:
    source = load_set("hard-carbon")
    names = [SITES, RATE, "Sodium metal reference exchange-current density [A.m-2]"]
    free = free_parameters(source, names, {names[2]: (9.99, 10.01)})
    data = measured({SITES: 300.0, RATE: 0.01}, (30.0, 150.0))
    found = calibrate([data], source, free, model="lumped", only_seen=True, profiles=False)
    assert [f.name for f in found.fitted] == [SITES, RATE]
    assert names[2] in found.not_fitted
    assert names[2] in found.trail[-1].unseen
    assert found.found.values[RATE] == pytest.approx(0.01, rel=0.05)
    draws = found.values(20)
    assert np.std([draw[RATE] for draw in draws]) > 0.0
    capacity = found.quantities()[0]
    assert capacity["verdict"] == DETERMINED
    assert capacity["interval_95"][0] < capacity["value"] < capacity["interval_95"][1]


def test_a_fit_is_carried_over_to_pybamms_model() -> None:
    source = load_set("hard-carbon")
    free = free_parameters(source, [SITES, "Carbon particle reference diffusivity [m2.s-1]"])
    slow = {"Carbon particle reference diffusivity [m2.s-1]": 1e-12}
    data = measured(slow, (150.0,))
    found = calibrate([data], source, free, profiles=False)
    at_end = np.concatenate([part.residuals(found.half_cell, found.found.values) for part in found.data])
    assert found.half_cell.name == "SPM"
    assert float(at_end @ at_end) == pytest.approx(found.found.misfit, rel=1e-6)


@pytest.fixture(scope="module")
def curve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of a sodiation of fjh at 150 mA/g, as it is simulated."""
    test = napore.rate_test(napore.half_cell("fjh", "SPM"), [0.5], cycles=2)
    half = test.curves[0.5].first
    file = tmp_path_factory.mktemp("data") / "curve.csv"
    rows = [f"{q:.5f},{v:.6f}" for q, v in zip(half.capacity_mAh_g, half.voltage_V, strict=True)]
    file.write_text("\n".join(["capacity [mAh/g],voltage [V]", *rows]) + "\n", "utf-8")
    return file


def test_a_set_of_an_equilibrium_alone_makes_a_full_cell(tmp_path: Path) -> None:
    q = np.linspace(0.0, 180.0, 60)
    file, mine = tmp_path / "ocp.csv", tmp_path / "mine.toml"
    rows = [f"{a:.4f},{b:.6f}" for a, b in zip(q, 1.2 * np.exp(-q / 40.0) + 0.02, strict=True)]
    file.write_text("\n".join(["capacity [mAh/g],voltage [V]", *rows]) + "\n", "utf-8")
    words = ["fit", "--equilibrium", str(file), "--free", "sites,mobile-level", "--output", str(mine)]
    assert CliRunner().invoke(main, words).exit_code == 0
    again = CliRunner().invoke(main, words)
    assert again.exit_code == 1
    assert "exists already: give another name, or --overwrite" in again.output
    assert CliRunner().invoke(main, [*words, "--overwrite"]).exit_code == 0
    cell = napore.full_cell(mine, "nvp", model="SPM")
    assert cell.source.numbers["Carbon electrode reversible capacity [mA.h.g-1]"] == pytest.approx(
        180.0, rel=2e-3
    )


def test_a_cell_compared_with_itself_does_not_differ(curve: Path, tmp_path: Path) -> None:
    out, picture = tmp_path / "compare.json", tmp_path / "compare.png"
    words = ["compare", "fjh", str(curve), "--current", "150", "--model", "SPM"]
    run = CliRunner().invoke(main, [*words, "--json", str(out), "--plot", str(picture)])
    assert run.exit_code == 0, run.output
    content = json.loads(out.read_text("utf-8"))
    assert (content["cell"], content["model"]) == ("fjh", "SPM")
    (one,) = content["curves"]
    assert one["direction"] == "sodiation"
    assert one["deviation"] == pytest.approx(0.0, abs=1e-3)
    assert one["rms_mV"] < 1.5
    assert one["rms_scaled_mV"] < 1.5
    assert picture.stat().st_size > 1000


def test_a_full_cell_is_compared_per_gram_of_cathode(tmp_path: Path) -> None:
    cell = napore.full_cell("fjh", "nvp", model="SPM")
    half = napore.rate_test(cell, [1.0], cycles=2).curves[1.0].second
    file = tmp_path / "discharge.csv"
    rows = [f"{1.1 * q:.5f},{v:.6f}" for q, v in zip(half.capacity_mAh_g, half.voltage_V, strict=True)]
    file.write_text("\n".join(["capacity [mAh/g],voltage [V]", *rows]) + "\n", "utf-8")
    current = 117.6 * cell.source.numbers["Cathode electrode areal loading [kg.m-2]"] / 10.0
    found = napore.compare(cell, file, current_mA_cm2=current).curves[0].row()
    assert found["direction"] == "discharge"
    assert found["current_mA_g"] == pytest.approx(117.6, rel=1e-6)
    assert found["deviation"] == pytest.approx(1.0 / 1.1 - 1.0, abs=2e-3)
    assert found["rms_scaled_mV"] < 3.0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fjh"], "no file is given"),
        (["fjx", "CURVE", "--current", "150"], "did you mean 'fjh'"),
        (["fjh", "CURVE"], "but not the current"),
        (["fjh", "CURVE", "--current", "150", "--mass-ratio", "0.4"], "mass ratio"),
    ],
)
def test_what_cannot_be_compared_is_said_in_one_line(curve: Path, words: list[str], sentence: str) -> None:
    run = CliRunner().invoke(main, ["compare", *(str(curve) if w == "CURVE" else w for w in words)])
    assert run.exit_code == 1
    assert sentence.lower() in run.output.lower()
    assert len(run.output.strip().splitlines()) == 1
