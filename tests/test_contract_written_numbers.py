"""Numbers, times, rows and units as people and programs write them: read right, or one sentence."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from made_files import Record, clock, cycles, table

import napore
from napore.calibration import CalibrationError, calibrate
from napore.calibration.files import Reading, read_data
from napore.cli import main
from napore.measured import MeasuredDataError, read

START = datetime(2024, 3, 30, 21, 0, 0)
RECORD = cycles(2)
BASE = {"Time [s]": RECORD.time, "Current [mA/g]": RECORD.current, "Voltage [V]": RECORD.voltage}


def right(file: Path, **how: Any) -> tuple[str, ...]:
    found = read(file, **how)
    assert found.per_gram
    assert [curve.direction for curve in found.half_cycles] == ["sodiation", "desodiation"] * 2
    for curve in found.half_cycles:
        assert curve.capacity == pytest.approx(300.0, rel=2e-3)
        assert curve.current_mA_g == pytest.approx(60.0, rel=1e-3)
    return found.remarks


def german(value: float, form: str) -> str:
    return format(value, form).translate(str.maketrans(",.", ".,"))


MARKS: Mapping[str, tuple[Callable[[float, float, float], tuple[str, str, str]], str]] = {
    "English": (lambda t, i, v: (f"{t:,.1f}", f"{i:,.3f}", f"{v:,.2f}"), "\t"),
    "English, whole": (lambda t, i, v: (f"{t:,.0f}", f"{i:,.0f}", f"{v:,.0f}"), "\t"),
    "English in quotes": (lambda t, i, v: (f"{t:,.1f}", f"{i:,.3f}", f"{v:,.2f}"), ","),
    "German": (lambda t, i, v: (german(t, ",.1f"), german(i, ",.0f"), german(v, ",.2f")), ";"),
    "German, whole": (lambda t, i, v: (german(t, ",.0f"), german(i, ",.0f"), german(v, ",.0f")), ";"),
    "Swiss": (lambda t, i, v: (f"{t:,.1f}".replace(",", "'"), f"{i}", f"{v}"), ";"),
    "blanks": (lambda t, i, v: (f"{t:,.1f}".replace(",", "\u202f"), f"{i}", f"{v}"), ";"),
    "sign of mathematics": (lambda t, i, v: (f"{t}", f"{i}".replace("-", "\u2212"), f"{v}"), ";"),
    "Fortran": (lambda t, i, v: (f"{t}", f"{i:.6E}".replace("E", "D"), f"{v}"), ";"),
}


@pytest.mark.parametrize("name", MARKS)
def test_marks_of_numbers(name: str, tmp_path: Path) -> None:
    write, separator = MARKS[name]
    cells = [write(t, 1e3 * i, 1e3 * v) for t, i, v in zip(*BASE.values(), strict=True)]
    headings = ("Time [s]", "Current [uA]", "Voltage [mV]")
    file = table(
        tmp_path / "marks.csv", dict(zip(headings, zip(*cells, strict=True), strict=True)), separator
    )
    right(file, mass_mg=1000.0)


def test_a_mark_that_may_be_either_is_asked_about(tmp_path: Path) -> None:
    volts = [f"{v + 1.0:.3f}" for v in RECORD.voltage]
    columns = {**BASE, "Time [s]": [f"{t:.1f}".replace(".", ",") for t in RECORD.time], "Voltage [V]": volts}
    columns["Current [mA/g]"] = [f"{i:.1f}".replace(".", ",") for i in RECORD.current]
    with pytest.raises(MeasuredDataError, match=r"'3\.500', which is no finite number"):
        read(table(tmp_path / "either.csv", columns, ";"))


def stamps(form: str) -> list[str]:
    return [(START + timedelta(seconds=float(t))).strftime(form) for t in RECORD.time]


CLOCKS: Mapping[str, dict[str, Any]] = {
    "time of day": {"Time": stamps("%H:%M:%S")},
    "twelve hours": {"Time": stamps("%I:%M:%S %p")},
    "day and time apart": {"Date": stamps("%d.%m.%Y"), "Time": stamps("%H:%M:%S")},
    "days in front": {"TestTime": [f"  {int(t // 86400)}d {clock(t % 86400)}" for t in RECORD.time]},
    "days of a spreadsheet": {"Date": 45381.875 + RECORD.time / 86400.0},
    "seconds since 1970": {"Timestamp": 1711832400.0 + RECORD.time},
    "head of a date": {"Datum Uhrzeit": stamps("%d.%m.%Y %H:%M:%S")},
    "minutes": {"Minutes": RECORD.time / 60.0},
}


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks_and_dates(name: str, tmp_path: Path) -> None:
    columns = {**CLOCKS[name], "Current [mA/g]": RECORD.current, "Voltage [V]": RECORD.voltage}
    right(table(tmp_path / "clock.csv", columns, ";"))


LINES = [",".join(BASE), *(",".join(map(repr, map(float, row))) for row in zip(*BASE.values(), strict=True))]
ROWS: Mapping[str, list[str]] = {
    "headings again": [*LINES[:180], LINES[0], *LINES[180:]],
    "headings and units again": [*LINES[:180], "Time,Current,Voltage", "s,mA/g,V", *LINES[180:]],
    "a remark between": [*LINES[:180], "# pause of the cycler", *LINES[180:]],
    "lines below": [*LINES, "", "End of test", "Mean,60,0.3"],
    "a line of dashes": [LINES[0], "---,---,---", *LINES[1:]],
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_words(name: str, tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_text("\n".join(ROWS[name]) + "\n", "utf-8")
    assert any("words in place of numbers" in remark for remark in right(file))


def test_lines_in_quotes_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "quoted.csv"
    file.write_text("\n".join(f'"{line}"' for line in LINES), "utf-8")
    right(file)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "padded"])
def test_letters_of_several_bytes(encoding: str, tmp_path: Path) -> None:
    file = table(tmp_path / "wide.csv", BASE, encoding="utf-8" if encoding == "padded" else encoding)
    if encoding == "padded":
        file.write_bytes(file.read_bytes() + bytes(512))
    right(file)


def test_a_unit_that_changes_on_the_way(tmp_path: Path) -> None:
    middle = RECORD.time[179]
    time = np.where(np.arange(len(RECORD.time)) < 180, RECORD.time, middle + (RECORD.time - middle) / 60.0)
    found = read(table(tmp_path / "switch.csv", {**BASE, "Time [s]": time}))
    assert any("half cycle 3 passes 0.0167 times the charge of half cycle 1" in r for r in found.remarks)
    signs = np.where(np.arange(len(RECORD.time)) < 180, RECORD.current, np.abs(RECORD.current))
    with pytest.raises(MeasuredDataError, match="while the current keeps its sign"):
        read(table(tmp_path / "sign.csv", {**BASE, "Current [mA/g]": signs}))


def test_a_sign_of_the_west_is_not_chinese(tmp_path: Path) -> None:
    columns = {"Time [s]": RECORD.time, "Current(µA)": RECORD.current, "Voltage(V)": RECORD.voltage}
    right(table(tmp_path / "west.csv", columns, encoding="latin-1"), mass_mg=1.0)


@pytest.mark.parametrize(
    "label", ["Current mA/g", "current_mA_per_g", "Current (uA/mg)", "Courant [mA/g]", "% Current [mA/g]"]
)
def test_headings(label: str, tmp_path: Path) -> None:
    columns = {
        label: RECORD.current,
        "Zeit [h]": RECORD.time / 3600.0,
        "Terminal voltage (V)": RECORD.voltage,
    }
    right(table(tmp_path / "heads.csv", columns))


def with_header(line: str, folder: Path, record: Record = RECORD) -> Path:
    columns = {"Time [s]": record.time, "j [mA/cm2]": 1.5e-3 * record.current / 1.13, "E [V]": record.voltage}
    return table(folder / "head.csv", columns, ";", above=[line, "Electrode area (cm2): 1.13"])


@pytest.mark.parametrize(
    "line", ["Mass;1.5;mg", "Aktivmasse [mg];1,5", "Active mass: 1.5e-6 kg", "Active mass (g): 0.0015 (dry)"]
)
def test_mass_and_area_of_a_header(line: str, tmp_path: Path) -> None:
    right(with_header(line, tmp_path))


@pytest.mark.parametrize(
    "line",
    [
        "Mass of active material : 1.5 mg/cm²",
        "Active material: 1.5 mg cm-2",
        "Mass: 1.5 mg per cm2",
        "Mass (mg/cm2): 1.5",
    ],
)
def test_a_loading_is_no_mass(line: str, tmp_path: Path) -> None:
    found = read(with_header(line, tmp_path))
    assert found.mass_mg is None
    with pytest.raises(MeasuredDataError, match="give the active mass"):
        found.require_mass()


def test_numbers_per_gram_are_taken_where_no_mass_is_known(tmp_path: Path) -> None:
    columns = {"Time [s]": RECORD.time, "I [mA]": 2e-3 * RECORD.current, "I [mA/g]": RECORD.current}
    right(table(tmp_path / "both.csv", {**columns, "E [V]": RECORD.voltage}))
    remarks = right(table(tmp_path / "gram.csv", BASE), mass_mg=2.0)
    assert any("mass of 2 mg does not change them" in remark for remark in remarks)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({**BASE, "Time [s]": RECORD.time / 3600.0}, "within 5 s, as nothing does"),
        ({"Current [mA/g]": [30.0, 300.0], "Capacity [mAh/g]": [3e5, 2e5]}, "more than anything stores"),
        (
            {"Current [A/g]": [30.0, 300.0], "Capacity [mAh/g]": [300.0, 200.0]},
            "line 3: the electrode passes",
        ),
        ({**BASE, "Voltage [V].1": 2.0 * RECORD.voltage}, "has columns 'Voltage .V.' and 'Voltage .V..1'"),
    ],
)
def test_what_no_cell_does_is_refused(columns: Any, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(MeasuredDataError, match=sentence):
        read(table(tmp_path / "odd.csv", columns))


@pytest.mark.parametrize("name", ["mass_mg", "area_cm2", "current_mA_g", "one_C_mA_g"])
@pytest.mark.parametrize("value", [0.0, -0.0, -30.0, float("nan"), float("inf"), 5e-324, True, "30"])
def test_numbers_of_the_user(name: str, value: Any, tmp_path: Path) -> None:
    columns = {"Capacity [mAh/g]": RECORD.charge[3:84], "Voltage [V]": RECORD.voltage[3:84]}
    with pytest.raises(MeasuredDataError, match=f"^{name} is .*: give a positive number"):
        read(table(tmp_path / "curve.csv", columns), **{name: value})


@pytest.mark.parametrize("order", ["down and up", "by turns"])
def test_spectra_are_kept_apart(order: str, tmp_path: Path) -> None:
    frequency = np.logspace(5.0, -2.0, 50)
    one = 5.0 + 50.0 / (1.0 + 2j * np.pi * frequency * 5e-4)
    if order == "by turns":
        f, z = np.repeat(frequency, 2), np.column_stack([one, 2.0 * one]).ravel()
        marks = {"SOC": np.tile([0.2, 0.8], 50)}
    else:
        f, z = np.concatenate([frequency, frequency[::-1]]), np.concatenate([one, 2.0 * one[::-1]])
        marks = {}
    columns = {"freq/Hz": f, "Re(Z)/Ohm": z.real, "-Im(Z)/Ohm": -z.imag, **marks}
    found = read(table(tmp_path / "spectra.csv", columns))
    assert [len(spectrum.frequency_Hz) for spectrum in found.spectra] == [50, 50]
    assert [max(spectrum.impedance_ohm.real) for spectrum in found.spectra] == pytest.approx([55.0, 110.0])


@pytest.mark.parametrize(
    "given",
    [
        {"voltage_error_V": "1"},
        {"voltage_error_V": None},
        {"relative_error": -0.0},
        {"capacity_error_mAh_g": float("nan")},
        {"cycle": 0},
        {"cycle": True},
        {"spectrum": 1.5},
        {"cycles": "first"},
        {"mean": "yes"},
    ],
)
def test_how_files_are_used(given: dict[str, Any]) -> None:
    with pytest.raises(CalibrationError, match=f"^{next(iter(given))} is .*: give "):
        Reading(**given)


def test_a_file_of_another_kind_of_cell(tmp_path: Path) -> None:
    own = table(tmp_path / "carbon.csv", BASE)
    full = {**BASE, "Current [mA/g]": -RECORD.current, "Voltage [V]": 3.8 - RECORD.voltage}
    other = table(tmp_path / "full.csv", full)
    for cell, file, side in (("nvp", own, "below"), ("fjh-nvp", own, "below"), ("fjh", other, "above")):
        with pytest.raises(CalibrationError, match=f"half of its points lie {side} .* V, and {cell} is run"):
            napore.compare(cell, file, model="SPM")
    with pytest.raises(
        CalibrationError, match=r"lie above 3\.69 V, and hard-carbon is run from 0\.01 to 2 V"
    ):
        calibrate([read_data(other)])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("gitt fjh --length 1e-6", "--length is for a file: give --data FILE, or leave out --length"),
        ("gitt fjh --mass nan", "--mass is for a file"),
        ("gitt --data FILE --rest 3", "--rest needs a simulated cell"),
        ("compare fjh FILE --one-c -0.0", "--one-c is -0: give a positive number"),
        ("fit FILE --one-c 0", "--one-c is 0: give a positive number"),
    ],
)
def test_options_that_would_do_nothing(words: str, sentence: str, tmp_path: Path) -> None:
    file = table(tmp_path / "mine.csv", BASE)
    result = CliRunner().invoke(main, [word.replace("FILE", str(file)) for word in words.split()])
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
