"""Half cells of a cathode are fitted as those of a carbon: by its law, or with the potential of the file."""

import json
from pathlib import Path

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner
from made_cathodes import VALUES, filled_template
from made_records import record

import napore
from napore.calibration import CurveData, HalfCellModel, calibrate
from napore.calibration.files import read_data
from napore.calibration.fitted import CalibrationError
from napore.calibration.free import set_to_fit
from napore.calibration.lumped_cathode import LumpedCathode
from napore.calibration.protocol import Protocol
from napore.calibration.slow_cycle import slow_cycle
from napore.cli import main
from napore.models.sphere import SphereLag
from napore.parameters.sets import load_set
from napore.parameters.template import write_set

USABLE = "Cathode electrode usable specific capacity [mA.h.g-1]"
DIFFUSIVITY = "Cathode particle reference diffusivity [m2.s-1]"
EXCHANGE = "Cathode electrode reference exchange-current density [A.m-2]"
TRUTH = {USABLE: 107.0, DIFFUSIVITY: 3e-16, EXCHANGE: 0.15}
CURRENTS = (11.76, 117.6)


def o3(x: float) -> float:
    """Potential of nothing measured: a slope with a step and two ends."""
    ends = 0.35 * np.exp(-x / 0.03) - 0.9 * np.exp(-(1.0 - x) / 0.02)
    return float(2.9 + 0.75 * (1.0 - x) ** 1.3 + 0.06 * np.tanh((0.55 - x) / 0.06) + ends)


O3 = {
    **VALUES,
    "areal loading": 0.05,
    "electrode thickness": 35e-6,
    "Lower voltage": 2.2,
    "Upper voltage": 3.9,
    "current of 1 C": 135.0,
    "usable specific capacity": 135.0,
    "particle radius": 1.3e-6,
    "reference diffusivity": 4e-15,
    "reference exchange": 0.4,
}


@pytest.fixture(scope="module")
def nvp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    cell = napore.half_cell("nvp", model="SPM", parameters=TRUTH)
    return record(cell, CURRENTS, tmp_path_factory.mktemp("nvp") / "nvp.csv")


@pytest.fixture(scope="module")
def layered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layered")
    cell = napore.half_cell(filled_template(folder, O3, o3, "nfm"), model="SPM")
    return record(cell, (13.5, 135.0), folder / "nfm.csv")


@pytest.fixture(scope="module")
def carbon(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record(
        napore.half_cell("fjh", model="SPM"), (30.0,), tmp_path_factory.mktemp("c") / "carbon.csv", points=120
    )


def test_the_surface_of_a_sphere_lags_as_it_must() -> None:
    rate, time = 1e-4, 1000.0
    late, early = SphereLag(time), SphereLag(time)
    assert float(late.after(rate, 5.0 * time)) == pytest.approx(rate * time / 15.0, rel=1e-9)
    short, flux = 2e-3, rate * time / 3.0  # of a half space, the curvature, and less what the mean rises
    known = flux * (2.0 * np.sqrt(short / np.pi) + short - 3.0 * short)
    assert float(early.after(rate, short * time)) == pytest.approx(known, rel=0.005)
    early.go_on(rate, 300.0)
    assert float(early.after(rate, 200.0)) == pytest.approx(float(late.after(rate, 500.0)), rel=1e-9)
    early.go_on(0.0, 10.0 * time)
    assert float(early.after(0.0, 0.0)) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize("hysteresis", [False, True])
def test_the_closed_form_is_the_single_particle_model(hysteresis: bool) -> None:
    fixed = {"Contact resistance [Ohm]": 3.0, DIFFUSIVITY: 1e-15}
    options = {"open-circuit potential": "one-state hysteresis"} if hysteresis else None
    fast = LumpedCathode(load_set("nvp"), [], fixed, options=options)
    model = HalfCellModel(load_set("nvp"), [], options=options, fixed=fixed)
    protocol = Protocol(110.0, 110.0, None, 600.0, 0.0, 100.0, 300.0, 11.0)
    found, true = fast.half_cycles(protocol, {}, 4), model.half_cycles(protocol, {}, 4)
    assert found is not None
    assert true is not None
    for one, other in zip(found, true, strict=True):
        assert one.capacity == pytest.approx(other.capacity, abs=0.02)
        assert one.hold_mAh_g == pytest.approx(other.hold_mAh_g, abs=0.01)
        q = np.linspace(0.5, other.capacity - 1.0, 50)
        assert np.max(np.abs(one.at(q) - other.at(q))) < 1.5e-3


def test_a_record_of_a_cathode_is_charged_first(nvp: Path) -> None:
    data = read_data(nvp)
    assert isinstance(data, CurveData)
    assert data.protocols is not None
    slow, _, fast, _ = data.protocols
    assert slow is not None
    assert fast is not None
    assert (slow.window_V, slow.before_mA_g) == ((2.0, 4.0), 0.0)
    assert (fast.sodiation_mA_g, fast.desodiation_mA_g, fast.before_mA_g) == (117.6, 117.6, 11.76)
    orders = list(fast.half_cycles(4, sodiated_first=False))
    assert orders == [(False, 117.6), (True, 11.76), (False, 117.6), (True, 117.6)]


def test_capacity_diffusivity_and_exchange_are_found(nvp: Path) -> None:
    found = calibrate([read_data(nvp)], "nvp", model="lumped", profiles=False)
    assert found.found.values[USABLE] == pytest.approx(107.0, rel=0.01)
    assert found.found.values[DIFFUSIVITY] == pytest.approx(3e-16, rel=0.1)
    assert found.found.values[EXCHANGE] == pytest.approx(0.15, rel=0.1)
    names = [row["name"] for row in found.quantities()]
    assert names == ["capacity", "mean potential"]


@pytest.mark.slow
def test_a_cathode_is_fitted_from_the_command_line(nvp: Path, tmp_path: Path) -> None:
    mine, written = tmp_path / "mine.toml", tmp_path / "fit.json"
    words = ["fit", str(nvp), "--cell", "nvp", "--mass", "5", "--area", "1.13"]
    run = CliRunner().invoke(main, [*words, "--output", str(mine), "--json", str(written)])
    assert run.exit_code == 0, run.output
    assert f"napore design --anode fjh --cathode {mine}" in run.stdout
    assert "is it a cell with a cathode" not in run.output
    content = json.loads(written.read_text("utf-8"))
    assert content["rms_mV"] == pytest.approx(1.0, abs=0.4)
    truth = {**load_set("nvp").numbers, **TRUTH}
    rows = {f"{row['name']} [{row['unit']}]": row for row in content["parameters"]}
    for name in TRUTH:
        assert rows[name]["verdict"] == "determined"
    for name, row in rows.items():
        low, high = row["interval_95"]
        known = truth.get(name, truth.get(name.removesuffix(" [-]")))
        assert row["verdict"] != "determined" or low <= known <= high, name
    made = load_set(mine)
    assert (made.kind, made.entries[USABLE].kind) == ("cathode", "fitted")
    assert made.numbers["Cathode electrode areal loading [kg.m-2]"] == pytest.approx(5e-6 / 1.13e-4, rel=1e-4)
    assert made.entries["Cathode electrode mass fraction in the coating"].kind == "assumed"
    cell = napore.full_cell("fjh", mine, mass_ratio=0.4, model="SPM")
    assert cell.balance.capacity_mAh_g_cathode < 107.0


@pytest.mark.slow
def test_a_template_takes_its_potential_from_the_file(layered: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    words = ["fit", str(layered), "--cell", "nfm", "--mass", "5.65", "--area", "1.13", "--output", str(mine)]
    run = CliRunner().invoke(main, words)
    assert run.exit_code == 0, run.output
    assert "which no fit can tell" in run.stdout
    made = load_set(mine)
    assert made.potential is not None
    assert (made.potential.template, made.potential.kind) == ("nfm", "derived")
    assert made.numbers[DIFFUSIVITY] == pytest.approx(4e-15, rel=0.25)
    assert made.numbers[EXCHANGE] == pytest.approx(0.4, rel=0.25)
    # the potential from 10 to 90 % of the charge, whose origin is not that of the truth
    x = np.linspace(0.1, 0.9, 33)
    V = np.interp(x, made.potential.content, made.potential.potential_V)
    place = np.linspace(0.0, 1.0, 4001)
    true = np.interp(-V, -np.array([o3(float(one)) for one in place]), place)
    off = true * 135.0 - x * made.numbers[USABLE]
    assert np.ptp(off) < 1.5
    half, known = (napore.half_cell(cell, model="SPM") for cell in (mine, layered.parent / "mine.toml"))
    found, true = (napore.rate_test(one, [0.1, 1.0]).table()["capacity_mAh_g"] for one in (half, known))
    assert list(found) == pytest.approx(list(true), rel=0.01)
    full = napore.full_cell("fjh", mine, mass_ratio=0.45, model="SPM")
    assert napore.energy_test(full, 0.1, cycles=1).points[0].status == "ok"


def test_a_filled_template_has_a_half_cell_and_is_written_again(tmp_path: Path) -> None:
    path = filled_template(tmp_path)
    source = load_set(path)
    assert source.kind == "cathode"
    assert "Cathode electrode plateau potential [V]" not in source.numbers
    cell = napore.half_cell(path, model="SPM")
    (point,) = napore.rate_test(cell, [0.1], cycles=1).points
    assert point.status == "ok"
    assert point.capacity_mAh_g == pytest.approx(109.0, abs=2.0)
    write_set(source, tmp_path / "again.toml", "# again\n\n", "again")
    again = load_set(tmp_path / "again.toml")
    assert again.numbers == source.numbers
    assert again.sha256 == source.sha256
    with pytest.raises(pybamm.OptionError, match="lacks 'Positive electrode end width'"):
        napore.half_cell(path, model="SPM", options={"sodium storage": "phases"})
    with pytest.raises(ValueError, match=r"again\.toml exists already"):
        write_set(source, tmp_path / "again.toml", "", "again")


def test_every_number_of_a_template_to_fit_is_assumed() -> None:
    source = set_to_fit("O3-NaNi1/3Fe1/3Mn1/3O2")
    assert source.is_open
    assert source.name == "nfm"
    assert source.entries[DIFFUSIVITY].kind == "assumed"
    assert source.entries[DIFFUSIVITY].value == pytest.approx(1e-16)
    with pytest.raises(CalibrationError, match="fjh-nvp is a full cell: a fit takes a half cell"):
        set_to_fit("fjh-nvp")


def refused(file: Path, cell: str, *words: str) -> str:
    """The one line of a fit that is refused."""
    run = CliRunner().invoke(main, ["fit", str(file), "--cell", cell, *words])
    assert run.exit_code == 1
    (line,) = run.output.strip().splitlines()
    return line


def test_the_file_of_another_kind_of_cell_is_refused(nvp: Path, carbon: Path, tmp_path: Path) -> None:
    for cell in ("nvp", "nfm"):
        assert "give the file of such a cell, or begin from a carbon, --cell hard-carbon" in refused(
            carbon, cell
        )
    assert "or begin from a cathode, --cell nvp or a template such as --cell nfm" in refused(
        nvp, "hard-carbon"
    )
    full = record(napore.load_cell("fjh-nvp", model="SPM"), (11.76,), tmp_path / "full.csv", points=150)
    assert "of its charge lies within 0.1 V of the plateau of nvp" in refused(full, "nvp")
    assert "check the mass, and that it is a half cell of this cathode, no full cell" in refused(full, "nfm")
    assert "a full cell is compared, not fitted" in refused(full, "hard-carbon")


def test_one_direction_and_a_wrong_mass_are_refused(nvp: Path, tmp_path: Path) -> None:
    cell = napore.half_cell("nvp", model="SPM")
    for only, missing in (("desodiation", "discharge"), ("sodiation", "charge")):
        file = record(cell, (11.76,), tmp_path / f"{only}.csv", only=only, points=100)
        for name in ("nvp", "nfm"):
            assert f"there is no {missing} at constant current" in refused(file, name)
    lines = nvp.read_text("utf-8").splitlines()
    rows = [line.split(",") for line in lines[1:]]
    heavy = tmp_path / "heavy.csv"
    text = [f"{t},{1.4 * float(i):.5f},{V}" for t, i, V in rows]
    heavy.write_text("\n".join([lines[0], *text]) + "\n", "utf-8")
    assert "passes 148.9" in refused(heavy, "nvp")
    assert "and nvp holds 102 to 117.6: check the mass" in refused(heavy, "nvp")


def test_a_table_is_not_written_over_the_data(layered: Path) -> None:
    written = str(layered.with_suffix(".toml"))
    assert f"{layered} exists already" in refused(layered, "nfm", "--output", written)


def test_a_slow_cycle_has_one_current(nvp: Path) -> None:
    data = read_data(nvp)
    assert isinstance(data, CurveData)
    cycle = slow_cycle([data])
    assert (cycle.sodiation.current_mA_g, cycle.desodiation.current_mA_g) == pytest.approx((11.76, 11.76))
    with pytest.raises(CalibrationError, match=r"slowest discharge is at 118 mA/g .* at 11.8"):
        slow_cycle([data.take([True, False, False, True])])
