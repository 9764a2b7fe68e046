"""The command and the interface of a fit to files of a user."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from napore.calibration import (
    CalibrationError,
    CurveData,
    HalfCellModel,
    RateData,
    ResistanceData,
    SeriesData,
    calibrate,
    free_parameters,
)
from napore.calibration.data import Data
from napore.calibration.equilibrium import EquilibriumData
from napore.calibration.files import Reading, read_data
from napore.calibration.information import pulses
from napore.calibration.resistance import charge_transfer_resistance
from napore.cli import main
from napore.measured import (
    MeasuredCycling,
    MeasuredDataError,
    MeasuredRates,
    in_words_of_the_command_line,
)
from napore.parameters.sets import load_set

CAPACITY = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
RATE = "Carbon electrode pore median filling rate [s-1]"


@pytest.fixture(scope="module")
def half_cell() -> HalfCellModel:
    return HalfCellModel(load_set("fjh"), [], "SPM")


@pytest.fixture(scope="module")
def curves(half_cell: HalfCellModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cycler's file of the second cycle at 150 mA/g."""
    both = half_cell.cycles(150.0, {}, 2)
    assert both is not None
    rows, start = [], 0.0
    for curve, sign in zip(both, (-1.0, 1.0), strict=True):
        q = np.linspace(0.0, curve.capacity, 200)[1 if start else 0 :]
        for charge, voltage in zip(q, curve.at(q), strict=True):
            rows.append(f"{start + 3600 * charge / 150.0:.6f},{sign * 150.0:g},{voltage:.6f}")
        start += 3600 * curve.capacity / 150.0
    file = tmp_path_factory.mktemp("data") / "cycle.csv"
    file.write_text("\n".join(["time/s,I/mA g-1,Ewe/V", *rows]) + "\n", "utf-8")
    return file


def test_kind_of_a_file_is_told_by_its_columns(curves: Path, tmp_path: Path) -> None:
    cycling = read_data(curves)
    assert isinstance(cycling, CurveData)
    assert [curve.direction for curve in cycling.curves] == ["sodiation", "desodiation"]
    rates = tmp_path / "rates.csv"
    rates.write_text("rate [C],capacity [mAh/g]\n0.1,309\n5,202\n", "utf-8")
    assert isinstance(read_data(rates), RateData)
    single = tmp_path / "slow.csv"
    single.write_text("Q [mAh/g],E [V]\n0,1\n100,0.1\n200,0.01\n", "utf-8")
    with pytest.raises(CalibrationError, match="but not the current"):
        read_data(single)
    assert isinstance(read_data(single, Reading(current_mA_g=30.0)), CurveData)
    single.write_text("Q [mAh/g],E [V],I [mA/g]\n0,1,-20\n100,0.1,-20\n200,0.01,-20\n", "utf-8")
    own = read_data(single)
    assert isinstance(own, CurveData)
    assert own.curves[0].current_mA_g == pytest.approx(20.0)
    with pytest.raises(MeasuredDataError, match="no such file"):
        read_data(tmp_path / "absent.csv")


def test_pulses_are_fitted_over_time(half_cell: HalfCellModel, tmp_path: Path) -> None:
    segments = [
        part for _ in range(6) for part in ((50.0, np.array([1.0, 60.0])), (0.0, np.array([1.0, 120.0])))
    ]
    voltages = half_cell.series(segments, {})
    assert voltages is not None
    rows, start = ["time/s,I/mA g-1,Ewe/V", "0,0,2.9"], 0.0
    for (current, times), values in zip(segments, voltages, strict=True):
        rows += [f"{start + t:.6f},{-current:g},{v:.7f}" for t, v in zip(times, values, strict=True)]
        start += times[-1]
    file = tmp_path / "gitt.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    data = read_data(file)
    assert isinstance(data, SeriesData)
    assert np.max(np.abs(data.differences_V(half_cell, {}))) < 1e-4


def test_small_currents_beside_large_ones_are_segments_of_their_own(half_cell: HalfCellModel) -> None:
    """Pulses of 1500 mA/g after a slow sodiation at 30 mA/g and a rest: 2 % of the largest is no noise."""
    data = pulses(half_cell, {}, steps_mAh_g=(60.0, 60.0))
    assert np.max(np.abs(data.differences_V(half_cell, {}))) < 1e-4


def test_every_kind_of_data_has_its_picture(half_cell: HalfCellModel) -> None:
    source = load_set("fjh")
    q = np.linspace(0.0, 300.0, 12)
    data: list[Data] = [
        EquilibriumData(q, 1.0 - q / 310.0),
        RateData(MeasuredRates("rates", np.array([1500.0, 300.0]), np.array([180.0, 260.0]))),
        SeriesData(
            MeasuredCycling(
                "pulse", np.linspace(0.0, 5.0, 6), np.array([0.0, *[-50.0] * 5]), np.linspace(2.9, 2.5, 6)
            )
        ),
        ResistanceData(20.0, 1.0),
    ]
    free = free_parameters(source, [CAPACITY])
    found = calibrate(data, source, free, staged=False, evaluations=1, profiles=False)
    drawn = [panel(None) for panel in found.panels]
    assert [ax.get_xlabel() for ax in drawn] == ["Q / mAh g$^{-1}$", "Current / mA g$^{-1}$", "Time / h"]
    for ax, points in zip(drawn, (12, 2, 5), strict=True):
        measured, fitted = ax.get_lines()
        assert len(measured.get_xdata()) == len(fitted.get_xdata()) == points
        assert not np.allclose(measured.get_ydata(), fitted.get_ydata())
    table = found.misfits()
    assert list(table["residuals"]) == [12, 2, 5, 1]
    assert float((table["residuals"] * table["rms_over_error"] ** 2).sum()) == pytest.approx(
        found.found.misfit
    )
    assert found.rms_mV is not None
    alone = calibrate(data[3:], source, free, staged=False, evaluations=1, profiles=False)
    assert alone.panels == []
    with pytest.raises(CalibrationError, match="single numbers have no picture"):
        alone.plot()


def test_resistance_counts_carbon_and_foil(half_cell: HalfCellModel) -> None:
    known = charge_transfer_resistance(half_cell.numbers)
    assert known == pytest.approx(20.0, abs=0.1)  # what the set was derived from
    data = ResistanceData(known + 3.0, 1.0)
    assert data.residuals(half_cell, {}) == pytest.approx([-3.0])


def test_command_writes_json_set_report_and_picture(curves: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(
        main,
        [
            *("fit", str(curves), "--cell", "fjh", "--free", f"sites,{RATE}"),
            *("--output", str(tmp_path / "mine.toml"), "--json", str(tmp_path / "fit.json")),
            *("--report", str(tmp_path / "fit.html"), "--plot", str(tmp_path / "fit.png")),
        ],
    )
    assert run.exit_code == 0, run.output
    assert "the loading stays 1.25 mg/cm2, that of fjh" in run.stdout
    assert f"napore design --anode {tmp_path / 'mine.toml'} --cathode nvp" in run.stdout
    efficiency = load_set("fjh").entries["Carbon electrode initial coulombic efficiency"]
    assert f"'{efficiency.name}' is {efficiency.value:g} ({efficiency.kind})" in run.stdout
    content = json.loads((tmp_path / "fit.json").read_text("utf-8"))
    assert {"napore", "pybamm", "model", "parameters_sha256", "parameters", "rms_mV"} <= set(content)
    assert content["parameter_file"] == str(tmp_path / "mine.toml")
    capacity = content["parameters"][0]
    keys = {"name", "short", "value", "unit", "class", "standard_error", "interval_95", "verdict"}
    assert set(capacity) == keys
    assert (capacity["short"], capacity["class"], content["cell"]) == ("sites", "fitted", "fjh")
    assert [one["kind"] for one in content["files"]] == ["cycling"]
    half_cycles = content["rms_mV_per_half_cycle"]
    assert [one["direction"] for one in half_cycles] == ["sodiation", "desodiation"]
    assert max(one["rms_mV"] for one in half_cycles) < 5.0  # the first mAh/g falls by two volts
    assert "Carbon electrode pore wetting energy [J.m-2]" in content["not_fitted"]
    truth = load_set("fjh").numbers[CAPACITY]
    assert capacity["verdict"] == "determined"
    low, high = capacity["interval_95"]
    assert low < truth < high
    assert high - low < 20.0
    made = load_set(tmp_path / "mine.toml")
    assert made.entries[CAPACITY].kind == "fitted"
    assert "cycle.csv" in made.entries[CAPACITY].source
    assert made.entries[CAPACITY].standard_error is not None
    others = made.entries["Carbon electrode pore wetting energy [J.m-2]"]
    assert (others.kind, others.verdict, others.standard_error) == ("assumed", "", None)
    assert others.allowed == load_set("hard-carbon").entries[others.name].allowed
    page = (tmp_path / "fit.html").read_text("utf-8")
    assert page.count("<svg") == 3
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    ).replace("https://matplotlib.org", "")


def test_remarks_name_the_option() -> None:
    assert in_words_of_the_command_line("Give it starts=4.") == "Give it --starts 4."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--cell", "nvp"], "nvp is run from 2 to 4 V: give the file of such a cell, or"),
        (["--cell", "fjh-nvp"], "fjh-nvp is a full cell: a fit takes a half cell against sodium"),
        (["--cell", "fjx"], "did you mean 'fjh'"),
        (["--free", "Carbon electrode nonsense"], "unknown parameter 'Carbon electrode nonsense'"),
        (["--starts", "0"], "starts is 0: give 1 or more"),
        (["--bounds", "sites=400"], "'sites=400' is not of the form NAME=LO:HI"),
        (["--bounds", "sites=400:300"], "the lower one comes first"),
        (["--fix", "wetting=-1"], "give zero or more"),
        (["--fix", "sites=300", "--bounds", "sites=200:400"], "leave it out of one of them"),
        (["--fix", "wetingg=0.1"], "did you mean 'wetting'"),
        (["--fix", "sites=300", "--fix", "sites=310"], "is given to --fix twice"),
        (["--bounds", "sites=200:300", "--bounds", "sites=300:400"], "is given to --bounds twice"),
        (["--fix", "Sodium plating nucleation share=0.01"], "does nothing in this fit: it acts with"),
        (["--bounds", "Carbon electrode BET area [m2.kg-1]=1e3:1e4"], "only a simulated first cycle"),
        (["--free", "Separator thickness [m]"], "the SPM has no electrolyte"),
        (["--output", "mine.txt"], "let it end in .toml"),
        (["--unit", "curent=mA"], "quantity 'curent' is unknown"),
    ],
)
def test_errors_are_one_line(curves: Path, words: list[str], sentence: str) -> None:
    run = CliRunner().invoke(main, ["fit", str(curves), *words])
    assert run.exit_code == 1
    assert sentence in run.output
    assert len(run.output.strip().splitlines()) == 1


def test_more_parameters_than_numbers_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("rate [C],capacity [mAh/g]\n0.5,275\n", "utf-8")
    with pytest.raises(CalibrationError, match="1 numbers are measured, but 2 parameters are free"):
        calibrate([read_data(file)], "fjh", free_parameters(load_set("fjh"), [CAPACITY, RATE]))
