"""Files of users: what is read, and one sentence for each way in which a file is broken."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from napore.measured import MeasuredCurve, MeasuredCycling, MeasuredDataError, read, read_table
from napore.measured import source as source_module
from napore.measured.units import label_of

HOURS = np.linspace(0.0, 4.0, 41)
CURRENT = np.where(HOURS < 2.0, -0.1, 0.1)  # mA
VOLTAGE = np.where(HOURS < 2.0, 1.0 - 0.45 * HOURS, 0.1 + 0.45 * (HOURS - 2.0))


def read_cycling(file: Path, **how: Any) -> MeasuredCycling:
    found = read(file, **how).cycling
    assert found is not None
    return found


def read_curve(file: Path, **how: Any) -> MeasuredCurve:
    (curve,) = read(file, **how).half_cycles
    return curve


def written(
    folder: Path, header: str = "time [h],current [mA],voltage [V]", rows: list[str] | None = None
) -> Path:
    if rows is None:
        rows = [f"{t:.6g},{i:.6g},{v:.6g}" for t, i, v in zip(HOURS, CURRENT, VOLTAGE, strict=True)]
    file = folder / "mine.csv"
    file.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return file


@pytest.mark.parametrize(
    ("label", "key", "unit"),
    [
        ("time/s", "time", "s"),
        ("Test_Time(s)", "time", "s"),
        ("Test Time / s", "time", "s"),
        ("test_time_second", "time", "s"),
        ("total_time_s", "time", "s"),
        ("Time(h:min:s.ms)", "time", "h:min:s"),
        ("Ewe/V", "voltage", "V"),
        ("<Ewe>/V", "voltage", "V"),
        ("voltage_volt", "voltage", "V"),
        ("Potential [V vs Na+/Na]", "voltage", "V"),
        ("<I>/mA", "current", "mA"),
        ("I / mA g-1", "current", "mA/g"),
        ("current_mA_g", "current", "mA/g"),
        ("Current(A)", "current", "A"),
        ("current_ampere", "current", "A"),
        ("Charging Capacity / Ah", "charge capacity", "Ah"),
        ("discharging_capacity_ah", "discharge capacity", "Ah"),
        ("Specific Capacity(mAh/g)", "capacity", "mAh/g"),
        ("Q / mA h g⁻¹", "capacity", "mAh/g"),
        ("capacity_mAh_g", "capacity", "mAh/g"),
        ("(Q-Qo)/mA.h", "net capacity", "mAh"),
        ("freq/Hz", "frequency", "Hz"),
        ("Re(Z)/Ohm", "real part", "ohm"),
        ("-Im(Z)/Ohm", "negative imaginary part", "ohm"),
        ("Z'' (Ω)", "imaginary part", "ohm"),
        ("rate [C]", "rate", "C"),
    ],
)
def test_labels_of_cyclers(label: str, key: str, unit: str) -> None:
    found = label_of(label)
    assert found is not None
    assert found.key == key
    assert found.unit is not None
    assert found.unit.name == unit


@pytest.mark.parametrize("label", ["control/V", "I Range", "Energy charge/W.h", "half cycle", "Index"])
def test_other_columns_are_no_quantity(label: str) -> None:
    assert label_of(label) is None


def test_cycling_is_read_in_base_units(tmp_path: Path) -> None:
    found = read_cycling(written(tmp_path), mass_mg=1.0)
    assert found.time_s[-1] == pytest.approx(4 * 3600.0)
    assert found.current_mA_g[0] == pytest.approx(-100.0)
    down, up = found.half_cycles()
    assert (down.direction, up.direction) == ("sodiation", "desodiation")
    assert down.capacity == pytest.approx(190.0, rel=0.03)
    assert up.capacity == pytest.approx(200.0, rel=0.03)
    assert up.current_mA_g == pytest.approx(100.0)


def test_two_sodiations_without_the_way_back_are_refused(tmp_path: Path) -> None:
    rows = [f"{60 * k},-100,{2.9 - 0.28 * (k % 10):.3f}" for k in range(20)]
    file = tmp_path / "twice.csv"
    file.write_text("\n".join(["time/s,I/mA g-1,Ewe/V", *rows]) + "\n", "utf-8")
    with pytest.raises(MeasuredDataError, match=r"no sign, or one direction is missing: .* stays negative"):
        read(file)


def test_biologic_text_with_preamble_and_comma(tmp_path: Path) -> None:
    lines = ["EC-Lab ASCII FILE", "Nb header lines : 4", "", "mode\ttime/s\t<I>/mA\tEwe/V"]
    rows = [f"1\t{60 * k}\t-0,5\t{1.0 - 0.1 * k:.3f}".replace(".", ",") for k in range(9)]
    file = tmp_path / "test.mpt"
    file.write_text("\r\n".join([*lines, *rows]) + "\r\n\r\n", "utf-8")
    found = read_cycling(file, mass_mg=2.0)
    assert found.current_mA_g == pytest.approx(np.full(9, -250.0))
    assert found.voltage_V[-1] == pytest.approx(0.2)
    assert read_table(file).place(0) == "line 5"


def test_biologic_text_in_the_encoding_of_windows(tmp_path: Path) -> None:
    head = ["EC-Lab ASCII FILE", "Nb header lines : 5", "Temperature : 25 \N{DEGREE SIGN}C", ""]
    rows = [f"{60 * k}\t-500\t{1.0 - 0.1 * k:.3f}\t25" for k in range(9)]
    lines = [*head, "time/s\tI/\N{MICRO SIGN}A\tEwe/V\tTemperature/\N{DEGREE SIGN}C", *rows]
    for encoding in ("cp1252", "utf-8"):
        file = tmp_path / f"{encoding}.mpt"
        file.write_bytes("\r\n".join(lines).encode(encoding))
        assert read_cycling(file, mass_mg=2.0).current_mA_g == pytest.approx(np.full(9, -250.0))


def test_battery_data_format(tmp_path: Path) -> None:
    columns = {
        "Test Time / s": HOURS * 3600,
        "Voltage / V": VOLTAGE,
        "Current / A": CURRENT / 1e3,
        "Unix Time / s": 1.7e9 + HOURS * 3600,
        "Cycle Count / 1": np.ones_like(HOURS),
        "Step Index / 1": np.ones_like(HOURS),
        "Charging Capacity / Ah": 1e-4 * np.maximum(HOURS - 2.0, 0.0),
        "Discharging Capacity / Ah": 1e-4 * np.minimum(HOURS, 2.0),
        "Charging Energy / Wh": HOURS,
        "Ambient Temperature / degC": np.full_like(HOURS, 25.0),
        "Internal Resistance / ohm": HOURS,
    }
    names = {
        "Test Time / s": "test_time_second",
        "Voltage / V": "voltage_volt",
        "Current / A": "current_ampere",
        "Charging Capacity / Ah": "charging_capacity_ah",
    }
    frame = pd.DataFrame(columns)
    for file, made in (("a.bdf.csv", frame), ("b.bdf", frame), ("c.bdf.csv", frame.rename(columns=names))):
        made.to_csv(tmp_path / file, index=False)
        found = read_cycling(tmp_path / file, mass_mg=1.0)
        assert found.current_mA_g == pytest.approx(1e3 * CURRENT)
        assert found.time_s[-1] == pytest.approx(4 * 3600.0)


def test_clock_times(tmp_path: Path) -> None:
    rows = [f"0:{k:02d}:30.5,-10,{1 - 0.1 * k:.2f}" for k in range(5)]
    file = written(tmp_path, "Time(h:min:s.ms),Current(mA/g),Voltage(V)", rows)
    assert read_cycling(file).time_s[-1] == pytest.approx(240.0)


def test_curve_counted_down_or_up(tmp_path: Path) -> None:
    rows = [f"{-q},{1 - q / 250}" for q in range(0, 250, 50)]
    curve = read_curve(written(tmp_path, "Q [mAh/g],E [V]", rows))
    assert curve.capacity == 200.0
    assert curve.direction == "sodiation"
    assert read_curve(written(tmp_path, "Q [mAh/g],E [V]", rows[::-1])).direction == "desodiation"


def test_curve_with_a_column_of_its_current(tmp_path: Path) -> None:
    def file(current: list[float], unit: str) -> Path:
        rows = [f"{50 * k},{1 - 0.2 * k},{current[k]}" for k in range(5)]
        return written(tmp_path, f"Q [mAh/g],E [V],I [{unit}]", rows)

    steady = [-30.0, -30.0, -30.1, -30.0, -29.9]
    assert read_curve(file(steady, "mA/g")).current_mA_g == pytest.approx(30.0)
    assert read_curve(file(steady, "mA"), mass_mg=2.0).current_mA_g == pytest.approx(15e3)
    assert read_curve(file(steady, "mA")).current_mA_g is None
    with pytest.raises(MeasuredDataError, match=r"its column says 30 mA/g, but current_mA_g=60 is given"):
        read_curve(file(steady, "mA/g"), current_mA_g=60.0)
    with pytest.raises(MeasuredDataError, match=r"goes from 0 to 30 mA per gram and there is no time"):
        read_curve(file([-30.0, -30.0, -30.0, 0.0, 0.0], "mA/g"))


def test_rates_by_current_or_rate(tmp_path: Path) -> None:
    file = written(tmp_path, "rate [C],capacity [mAh/g]", ["0.1,309", "5,202"])
    rates = read(file, one_C_mA_g=300.0).rates
    assert rates is not None
    assert rates.current_mA_g == pytest.approx([30.0, 1500.0])
    with pytest.raises(MeasuredDataError, match="say what 1 C is"):
        read(file)


def test_arguments_that_a_file_does_not_need_are_told(tmp_path: Path) -> None:
    curve = written(tmp_path, "capacity/mAh/g,Ewe/V", [f"{q},{1.0 - q / 400}" for q in range(0, 350, 25)])
    assert not [one for one in read(curve, current_mA_g=30.0).remarks if "needed" in one]
    said = [one for one in read(curve, current_mA_g=30.0, one_C_mA_g=300.0).remarks if "needed" in one]
    assert said == ["one_C_mA_g=300 was not needed: it is for a file of rates in C"]
    rows = [f"{t},{-30.0 if t else 0.0},{1.2 - 3e-5 * t}" for t in range(0, 36001, 600)]
    timed = read(written(tmp_path, "time/s,I/(mA/g),Ewe/V", rows), current_mA_g=30.0)
    assert [one for one in timed.remarks if "current_mA_g=30 was not needed" in one]
    rates = written(tmp_path, "C-rate,capacity (mAh/g)", ["0.1,300", "1,250"])
    assert not [one for one in read(rates, one_C_mA_g=300.0).remarks if "needed" in one]


def test_impedance_and_its_sign(tmp_path: Path) -> None:
    rows = [f"{f},{10 + 1 / f},{5 / f}" for f in (1000.0, 100.0, 10.0, 1.0)]
    (spectrum,) = read(written(tmp_path, "freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", rows)).spectra
    assert spectrum.impedance_ohm[-1] == pytest.approx(11.0 - 5.0j)
    with pytest.raises(MeasuredDataError, match="positive at 100 % of the frequencies"):
        read(written(tmp_path, "freq/Hz,Re(Z)/Ohm,Im(Z)/Ohm", rows))


@pytest.mark.parametrize(
    ("heading", "per_rad"),
    [
        ("freq/Hz,|Z|/Ohm,Phase(Z)/deg", 180.0 / np.pi),
        ("Frequency (Hz),|Z| (Ohm),Phase (rad)", 1.0),
        ("freq/Hz,Zmod/ohm,Zphz/°", 180.0 / np.pi),
        ("freq/Hz,|Z|/Ohm,-Phase(Z)/deg", -180.0 / np.pi),
    ],
)
def test_impedance_as_modulus_and_phase(tmp_path: Path, heading: str, per_rad: float) -> None:
    put = [(f, 10.0 + 1.0 / f - 5.0j / f) for f in (1000.0, 100.0, 10.0, 1.0)]
    rows = [f"{f},{abs(z)!r},{per_rad * float(np.angle(z))!r}" for f, z in put]
    (spectrum,) = read(written(tmp_path, heading, rows)).spectra
    np.testing.assert_allclose(spectrum.impedance_ohm, [z for _, z in put], rtol=1e-12)


@pytest.mark.parametrize(
    ("heading", "phase", "said"),
    [
        ("freq/Hz,|Z|/Ohm,Phase", -30.0, "column 'Phase' has no unit: write one of rad, deg"),
        ("freq/Hz,|Z|/Ohm,Phase/rad", -30.0, "reaches 30 rad, more than half a turn"),
        ("freq/Hz,|Z|/Ohm,Phase/deg", -0.5, "probably in rad; say so with units={'phase': 'rad'}"),
        ("freq/Hz,|Z|/Ohm,Phase/deg", 30.0, "probably holds -phase: say so with columns={'negative phase'"),
        ("freq/Hz,|Z|/Ohm,angle", 30.0, "phase of the impedance"),
    ],
)
def test_phase_that_cannot_be_meant(tmp_path: Path, heading: str, phase: float, said: str) -> None:
    rows = [f"{f},10,{phase}" for f in (1000.0, 100.0, 10.0, 1.0)]
    with pytest.raises(MeasuredDataError, match=re.escape(said)):
        read(written(tmp_path, heading, rows))


def test_spreadsheet_and_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"Test Time / s": HOURS * 3600, "Current / A": CURRENT / 1e3, "Voltage / V": VOLTAGE}
    )
    pytest.importorskip("pyarrow")
    frame.to_parquet(tmp_path / "mine.parquet")
    assert read_cycling(tmp_path / "mine.parquet", mass_mg=1.0).current_mA_g[0] == pytest.approx(-100.0)
    frame.to_excel(tmp_path / "mine.xlsx", index=False, startrow=3)
    assert read_cycling(tmp_path / "mine.xlsx", mass_mg=1.0).current_mA_g[0] == pytest.approx(-100.0)


def test_missing_reader_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("napore.measured.sheets.importlib.import_module", missing)
    (tmp_path / "mine.mpr").write_bytes(b"BIO-LOGIC MODULAR FILE")
    with pytest.raises(MeasuredDataError, match=r'pip install "napore\[biologic\]"'):
        read_table(tmp_path / "mine.mpr")


def test_units_and_columns_by_hand(tmp_path: Path) -> None:
    file = written(tmp_path, "clock,meter,cell")
    with pytest.raises(MeasuredDataError, match="no line that names its columns"):
        read_cycling(file, mass_mg=1.0)
    file = written(tmp_path, "time,I meas,voltage")
    with pytest.raises(MeasuredDataError, match=r"no column for the current: it has 'time', 'I meas'"):
        read_cycling(file, mass_mg=1.0)
    with pytest.raises(MeasuredDataError, match="column 'voltage' has no unit"):
        read_cycling(file, mass_mg=1.0, columns={"current": "I meas"})
    found = read_cycling(
        file,
        mass_mg=1.0,
        columns={"current": "I meas"},
        units={"time": "h", "current": "mA", "voltage": "V"},
    )
    assert found.current_mA_g[0] == pytest.approx(-100.0)


Break = Callable[[Path], Path]


def swapped(folder: Path) -> Path:
    rows = [f"{t:.6g},{-i:.6g},{v:.6g}" for t, i, v in zip(HOURS, CURRENT, VOLTAGE, strict=True)]
    return written(folder, rows=rows)


def raw(content: bytes) -> Break:
    def write(folder: Path) -> Path:
        file = folder / "mine.csv"
        file.write_bytes(content)
        return file

    return write


def rows_of(*rows: str) -> Break:
    return lambda folder: written(folder, rows=list(rows))


def headed(header: str) -> Break:
    return lambda folder: written(folder, header)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (
            headed("time [h],power [W],voltage [V]"),
            r"mine.csv has no column for the current: it has 'time \[h\]'",
        ),
        (
            headed("time [h],current [furlong],voltage [V]"),
            "has the unit 'furlong', which is none of the current",
        ),
        (rows_of("0,-1,1", "1,nan,0.9", "2,-1,0.8"), "mine.csv, line 3: the current .* is 'nan'"),
        (swapped, "falls while the current is positive.*positive_on='sodiation'"),
        (rows_of("0,-1,1", "1,-1,n/a", "2,-1,0.8"), "line 3: the voltage in column .* is 'n/a', which is no"),
        (raw(b""), "mine.csv is empty"),
        (
            raw("time [h],current [mA],voltage [V]\n0,1,2\nB\xe9,1,2\n3,1,2.1\n4,1,2.2".encode("latin-1")),
            "line 3: the time in column .* is 'Bé', which is no",
        ),
        (rows_of("0,-1,1", "2,-1,0.9", "1,-1,0.8"), "line 4: the time goes back, from 7200 to 3600"),
        (rows_of("0,-1,1"), "has a single point: a curve needs three or more"),
        (rows_of(), "has no rows below its header"),
        (rows_of("0,-1,1", "1,,0.9", "2,-1,0.8"), "line 3: the current in column 'current .*' is empty"),
        (rows_of("0,0,1", "1,0,0.9", "2,0,0.8"), "no current flows"),
        (
            lambda folder: written(
                folder,
                "time [h],current [mA],current [A],voltage [V]",
                [f"{k},-1,-2,{1 - k / 9}" for k in range(5)],
            ),
            "has 2 columns for the current that differ",
        ),
    ],
)
def test_broken_files_get_one_sentence(tmp_path: Path, make: Break, sentence: str) -> None:
    with pytest.raises(MeasuredDataError, match=sentence) as caught:
        read_cycling(make(tmp_path), mass_mg=1.0)
    assert "\n" not in str(caught.value)


def test_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.truncate(source_module.LARGEST_FILE + 1)  # sparse: takes no room
    with pytest.raises(MeasuredDataError, match="300 MB, more than the 300 MB that are read: export fewer"):
        read_table(file)


@pytest.mark.parametrize("mass", [None, 0.0, float("nan")])
def test_mass_is_asked_for(tmp_path: Path, mass: float | None) -> None:
    with pytest.raises(MeasuredDataError, match="mass_mg"):
        read(written(tmp_path), mass_mg=mass).require_mass()
