"""Each kind of file that was once misread without a word, in ten variations that the test builds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_files import Record, clock, cycles, half, hold, neware_layers, potential, rest, sheets, table

from napore.measured import MeasuredDataError, MeasuredFile, read

TEN = pytest.mark.parametrize("k", range(10))
SEPARATORS = (",", ";", "\t", "|", ";", "\t", ",", ";", "\t", "|")
COMMAS = (False, True, True, False, False, False, False, True, False, True)
TIMES: tuple[tuple[str, float], ...] = (
    ("time [s]", 1.0),
    ("Test Time (Hours)", 3600.0),
    ("Test_Time(s)", 1.0),
    ("Zeit / min", 60.0),
    ("测试时间(s)", 1.0),
    ("TestTime/Sec", 1.0),
    ("test_time_millisecond", 1e-3),
    ("Total Time (Seconds)", 1.0),
    ("Laufzeit [h]", 3600.0),
    ("Cumulative Time, s", 1.0),
)
VOLTAGES: tuple[tuple[str, float], ...] = (
    ("voltage [V]", 1.0),
    ("Ewe/V", 1.0),
    ("Volts", 1.0),
    ("Spannung (mV)", 1e-3),
    ("电压(V)", 1.0),
    ("Potential (V vs. Na+/Na)", 1.0),
    ("<Ewe/V>", 1.0),
    ("U[V]", 1.0),
    ("Cell Voltage in V", 1.0),
    ("voltage_volt", 1.0),
)
CURRENTS: tuple[tuple[str, float], ...] = (  # mA/g per unit, for 1 mg
    ("current [mA/g]", 1.0),
    ("<I>/mA", 1e3),
    ("Amps", 1e6),
    ("Strom (µA)", 1.0),
    ("电流(mA)", 1e3),
    ("I / A g⁻¹", 1e3),
    ("Current#A", 1e6),
    ("specific current [mA g-1]", 1.0),
    ("Stromstärke/mA", 1e3),
    ("current_milliampere", 1e3),
)


def written(record: Record, folder: Path, k: int, more: dict[str, Any] | None = None, **how: Any) -> Path:
    """Time, current and voltage in the headings, units, separators and decimal marks of a variation."""
    (time, second), (volts, volt), (amps, per_gram) = TIMES[k], VOLTAGES[k], CURRENTS[k]
    current = np.abs(record.current) if how.pop("unsigned", False) else record.current
    columns: dict[str, Any] = {
        time: record.time / second,
        amps: how.pop("sign", 1.0) * current / per_gram,
        volts: record.voltage / volt,
    }
    if k % 3 == 1:
        columns = dict(reversed(columns.items()))
    comma = COMMAS[k] and SEPARATORS[k] != ","
    return table(folder / f"made{k}.csv", {**columns, **(more or {})}, SEPARATORS[k], comma, **how)


def capacities(found: MeasuredFile) -> list[tuple[str, float]]:
    return [(curve.direction, round(curve.capacity, 1)) for curve in found.half_cycles]


@TEN
def test_current_without_a_sign(tmp_path: Path, k: int) -> None:
    record = cycles(1 + k % 2)
    words = (
        {"rest": "R", "sodiation": "D", "desodiation": "C"},
        {"rest": "Rest", "sodiation": "CC DChg", "desodiation": "CC Chg"},
        {"rest": "Pause", "sodiation": "Entladen", "desodiation": "Laden"},
        {"rest": "静置", "sodiation": "恒流放电", "desodiation": "恒流充电"},
        {"rest": "PAU", "sodiation": "DCH", "desodiation": "CHA"},
    )[k % 5]
    label = ("Md", "Step Type", "Zustand", "工步类型", "Status")[k % 5]
    state = {label: [words[word] for word in record.state]}
    found = read(written(record, tmp_path, k, state, unsigned=True), mass_mg=1.0)
    assert capacities(found) == [("sodiation", 300.0), ("desodiation", 300.0)] * (1 + k % 2)
    with pytest.raises(MeasuredDataError, match=r"has no sign.*columns=\{'state'"):
        read(written(record, tmp_path, k, unsigned=True), mass_mg=1.0)


@TEN
def test_half_cycles_of_capacity_and_voltage(tmp_path: Path, k: int) -> None:
    """Counted on, started again with each, going to and fro, or negative on sodiation."""
    x = np.linspace(0.0, 1.0, 41)
    down, up, count = potential(x, True), potential(1 - x, False), 2 + k % 3
    parts, start = [], 0.0
    for n in range(count):
        q = 300.0 * x
        way = (start + q, q, q if n % 2 == 0 else 300.0 - q, -q if n % 2 == 0 else q)[k % 4]
        parts.append((way, down if n % 2 == 0 else up))
        start += 300.0
    label, unit = (("Capacity (mAh/g)", 1.0), ("Q / Ah g-1", 1e3), ("Kapazität [mAh/g]", 1.0))[k % 3]
    noise = 1e-3 * (k % 2) * np.random.default_rng(k).standard_normal(41 * count)
    columns = {
        label: np.concatenate([q for q, _ in parts]) / unit,
        VOLTAGES[k][0]: (np.concatenate([v for _, v in parts]) + noise) / VOLTAGES[k][1],
    }
    found = read(table(tmp_path / "curve.csv", columns, SEPARATORS[k], COMMAS[k] and SEPARATORS[k] != ","))
    assert found.kind == "curve"
    expected = [("sodiation", 300.0), ("desodiation", 300.0), ("sodiation", 300.0), ("desodiation", 300.0)]
    assert [direction for direction, _ in capacities(found)] == [
        direction for direction, _ in expected[:count]
    ]
    for curve in found.half_cycles:
        assert curve.capacity == pytest.approx(300.0, abs=8.0)


@TEN
def test_rests_between_half_cycles_are_no_gitt(tmp_path: Path, k: int) -> None:
    record = rest(Record(), 60.0)
    for n in range(3 + k % 3):
        half(record, True, 30.0 * (1 + n % (1 + k % 3)), points=31 + 10 * k)
        rest(record, 60.0 * (1 + k) ** 2, 0.04)
        half(record, False, 30.0 * (1 + n % (1 + k % 3)), points=31)
        rest(record, 60.0 * (1 + k), 1.4)
    found = read(written(record.noisy(2e-4 * (k % 2), k), tmp_path, k), mass_mg=1.0)
    assert found.kind == "cycling"
    assert capacities(found) == [("sodiation", 300.0), ("desodiation", 300.0)] * (3 + k % 3)
    assert found.half_cycles[1].rest_before_s == pytest.approx(60.0 * (1 + k) ** 2)


@TEN
def test_pulses_of_one_direction_are_a_gitt(tmp_path: Path, k: int) -> None:
    record, count = rest(Record(), 600.0), 6 + 3 * k
    for down in (True, False)[: 1 + k % 2]:
        for n in range(count):
            low, high = n / count, (n + 1) / count
            time = np.round(np.linspace(0.0, 3600.0 * 5.0 / count, 15), 3)
            x = low + (high - low) * time / time[-1]
            shift = -0.02 if down else 0.02
            record.add(
                time, np.full(15, -60.0 if down else 60.0), potential(x if down else 1 - x, down) + shift
            )
            rest(record, time[-1] * (0.5 + k), float(record.voltage[-1]) - shift)
    found = read(written(record, tmp_path, k), mass_mg=1.0)
    assert found.kind == "gitt"
    assert capacities(found) == [("sodiation", 300.0), ("desodiation", 300.0)][: 1 + k % 2]


@TEN
def test_a_hold_is_no_constant_current(tmp_path: Path, k: int) -> None:
    record = rest(Record(), 60.0)
    rate = 15.0 * (1 + k)
    for _ in range(1 + k % 3):
        half(record, True, rate)
        hold(record, 1800.0 * (1 + k % 4), 13 + 20 * k)
        if k % 2:
            rest(record, 300.0, 0.03)
        half(record, False, rate)
        if k % 3 == 2:
            hold(record, 900.0)
    found = read(written(record.noisy(3e-4 * (k % 2), k), tmp_path, k), mass_mg=1.0)
    for curve in found.half_cycles:
        assert curve.current_mA_g == pytest.approx(rate)
        held = curve.direction == "sodiation" or k % 3 == 2
        assert (curve.hold is not None) == held
        if curve.hold is not None:
            assert curve.constant_current_capacity == pytest.approx(300.0, rel=0.01)
            duration = 1800.0 * (1 + k % 4) if curve.direction == "sodiation" else 900.0
            exact = rate * duration / 3600.0 * 0.99 / np.log(100.0)
            assert curve.hold.capacity_mAh_g == pytest.approx(exact, rel=0.05, abs=0.01 * 300.0)


@TEN
def test_an_unfinished_half_cycle_is_marked(tmp_path: Path, k: int) -> None:
    record = cycles(2, rests=bool(k % 2))
    half(record, True, share=0.2 + 0.07 * k)
    if k % 3 == 0:
        record = cycles(2, rests=False)
        half(record, True)
        half(record, False, share=0.3 + 0.06 * k)
    found = read(written(record.noisy(5e-4 * (k % 2), k), tmp_path, k), mass_mg=1.0)
    complete = [curve.complete for curve in found.half_cycles]
    assert complete == [True] * (len(complete) - 1) + [False]
    assert any("not complete" in remark for remark in found.remarks)


@TEN
def test_the_wrong_sign_is_refused_through_noise(tmp_path: Path, k: int) -> None:
    record = rest(Record(), 60.0)
    for _ in range(1 + k % 3):
        half(record, True, points=(200, 3000)[k % 2])
        half(record, False, points=(200, 3000)[k % 2])
    noisy = record.noisy(2e-3 * (1 + k), k)
    file = written(noisy, tmp_path, k, sign=-1.0)
    with pytest.raises(MeasuredDataError, match="positive_on='sodiation'"):
        read(file, mass_mg=1.0)
    found = read(file, mass_mg=1.0, positive_on="sodiation")
    assert capacities(found)[:2] == [("sodiation", 300.0), ("desodiation", 300.0)]


@TEN
def test_spectra_are_apart(tmp_path: Path, k: int) -> None:
    """With a column of the cycle or without, falling or rising frequency."""
    frequency = np.geomspace(1e5, 0.01, 30 + k)[:: 1 if k % 2 else -1]
    resistances = [50.0 * (n + 1) for n in range(2 + k % 3)]
    parts = [5.0 + r / (1 + 1j * frequency * r * 1e-4) for r in resistances]
    z = np.concatenate(parts)
    columns: dict[str, Any] = {
        ("freq/Hz", "Frequency (Hz)", "Freq/Hz")[k % 3]: np.tile(frequency, len(parts)),
        ("Re(Z)/Ohm", "Z' (Ω)", "Zreal [ohm]")[k % 3]: z.real,
        ("-Im(Z)/Ohm", "-Z'' (Ω)", "-Zimag [ohm]")[k % 3]: -z.imag,
    }
    if k % 2:
        columns["cycle number"] = np.repeat(np.arange(1, len(parts) + 1), len(frequency))
    found = read(table(tmp_path / "eis.txt", columns, SEPARATORS[k]))
    assert (found.kind, len(found.spectra)) == ("impedance", len(parts))
    for one, r in zip(found.spectra, resistances, strict=True):
        assert float(np.max(one.impedance_ohm.real)) == pytest.approx(5.0 + r, rel=0.02)


@TEN
def test_columns_of_zeros_decide_nothing(tmp_path: Path, k: int) -> None:
    record = cycles(1)
    zeros = np.zeros(len(record.time))
    labels = (
        ("freq/Hz", "Re(Z)/Ohm", "-Im(Z)/Ohm"),
        ("Capacity(mAh)",),
        ("Power(W)", "C-rate"),
        ("rate [C]",),
    )
    found = read(written(record, tmp_path, k, dict.fromkeys(labels[k % 4], zeros)), mass_mg=1.0)
    assert capacities(found) == [("sodiation", 300.0), ("desodiation", 300.0)]


@TEN
def test_data_on_several_sheets_and_the_right_one(tmp_path: Path, k: int) -> None:
    pytest.importorskip("openpyxl")
    record = cycles(1)

    def part(rows: slice) -> dict[str, Any]:
        own = record.take(rows)
        return {
            TIMES[k][0]: list(own.time / TIMES[k][1]),
            CURRENTS[k][0]: list(own.current / CURRENTS[k][1]),
            VOLTAGES[k][0]: list(own.voltage / VOLTAGES[k][1]),
        }

    count, total = 1 + k % 3, len(record.time)
    edges = np.linspace(0, total, count + 1).astype(int)
    content: dict[str, dict[str, Any]] = {
        "Info": {"made by": ["x"]},
        "steps": {"Step Type": ["CC DChg"], "Capacity(mAh)": [0.3], "End Voltage(V)": [0.01]},
    }
    for n in range(count):
        content[f"record {n}"] = part(slice(edges[n], edges[n + 1]))
    if k % 2:
        content["cycle"] = {"Cycle Index": [1], "Chg. Cap.(mAh)": [0.3], "DChg. Cap.(mAh)": [0.3]}
    file = sheets(tmp_path / "book.xlsx", content, below=k % 4)
    found = read(file, mass_mg=1.0)
    assert found.cycling is not None
    assert len(found.cycling.time_s) == total
    assert capacities(found) == [("sodiation", 300.0), ("desodiation", 300.0)]
    with pytest.raises(MeasuredDataError, match="has no sheet 'nothing': it has 'Info'"):
        read(file, mass_mg=1.0, sheet="nothing")


IMPLAUSIBLE: tuple[tuple[Callable[[Record], Any], str], ...] = (
    (lambda r: {"voltage": np.where(r.time > 100, 0.0, 2.5)}, "stays at 0 V|exactly 0"),
    (lambda r: {"voltage": np.where(np.arange(len(r.time)) % 3 == 1, 0.0, r.voltage)}, "exactly 0"),
    (lambda r: {"voltage": 1e3 * r.voltage + 20}, "probably in mV"),
    (lambda r: {"voltage": 1e-3 * r.voltage}, "probably in V"),
    (lambda r: {"voltage": np.full(len(r.time), 1.234)}, r"stays at 1\.234 V"),
    (lambda r: {"current": 1e3 * r.current}, "more than anything stores"),
    (lambda r: {"time": 1e3 * r.time}, "more than anything stores"),
    (lambda r: {"voltage": np.where(np.arange(len(r.time)) == 50, 9.9, r.voltage)}, r"is 9\.9 V"),
    (lambda r: {"current": np.zeros(len(r.time))}, "no current flows"),
    (lambda r: {"time": np.zeros(len(r.time))}, "stays at 0"),
)


@TEN
def test_implausible_data_name_the_suspect(tmp_path: Path, k: int) -> None:
    record = cycles(1)
    change, sentence = IMPLAUSIBLE[k]
    for name, values in change(record).items():
        setattr(record, name, values)
    columns = {"time [s]": record.time, "current [mA/g]": record.current, "voltage [V]": record.voltage}
    with pytest.raises(MeasuredDataError, match=sentence) as caught:
        read(table(tmp_path / "odd.csv", columns))
    assert "odd.csv" in str(caught.value)


@TEN
def test_a_capacity_column_of_the_file_is_checked(tmp_path: Path, k: int) -> None:
    """A record whose own capacity says that time or current has another unit than its heading."""
    record = cycles(2)
    factor = (1e3, 60.0, 3600.0, 0.5, 2.0, 10.0, 0.1, 3.0, 1e-3, 1.0)[k]
    columns = {
        "time [s]": record.time / factor,
        "current [mA]": 1e-3 * record.current,
        "voltage [V]": record.voltage,
        "capacity [mAh]": 1e-3 * record.charge,
    }
    file = table(tmp_path / "own.csv", columns, SEPARATORS[k])
    if factor == 1.0:
        assert not any("times that of column" in remark for remark in read(file, mass_mg=1.0).remarks)
        return
    with pytest.raises(MeasuredDataError, match=r"times that of its own column 'capacity \[mAh\]'.*units="):
        read(file)


@TEN
def test_lines_around_the_headings_do_not_matter(tmp_path: Path, k: int) -> None:
    """Preamble that names quantities, blank lines, trailing separators, units in a row of their own."""
    record, mark = cycles(1), SEPARATORS[k]
    above = ["Cell 12", f"Operator{mark}A", f"Current range{mark}1 mA{mark}Voltage{mark}5 V", ""][: 1 + k % 4]
    columns = {"time [s]": record.time, "current [mA/g]": record.current, "voltage [V]": record.voltage}
    below: list[str] = []
    if k % 2:
        columns = {"Time": record.time, "Current": record.current, "Voltage": record.voltage}
        below = [mark.join(("s", "mA/g", "V"))]
    below += [""] * (k % 3)
    file = table(
        tmp_path / "lines.txt", columns, mark, above=above, below=below, end=mark if k % 5 < 2 else ""
    )
    if k % 4 == 3:
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n") + b"\r\n\r\n")
    assert capacities(read(file)) == [("sodiation", 300.0), ("desodiation", 300.0)]


@TEN
def test_the_mass_of_a_header(tmp_path: Path, k: int) -> None:
    lines = (
        "Mass of active material : 2.000 mg",
        "Active Material Mass: 0.002 g",
        "Active material, 2 mg",
        "Aktivmasse = 2,0 mg",
        "活性物质: 2 mg",
        "Mass 2 mg",
        "Mass of active material : 0.001 mg",
        "Active mass (mg): 2.0",
        "Mass: 2000 µg",
        "Total cell mass 2 g; Barcode 77",
    )
    record = cycles(1)
    columns = {"time [s]": record.time, "current [mA]": 2e-3 * record.current, "voltage [V]": record.voltage}
    file = table(tmp_path / "mass.txt", columns, "\t", above=["made", lines[k]])
    found = read(file)
    if k in (6, 9):
        assert (found.mass_mg, found.per_gram) == (None, False)
        assert found.to_dict()["half_cycles"][0]["capacity_mAh_g"] is None
        assert found.to_dict()["half_cycles"][0]["capacity_mAh"] == pytest.approx(0.6)
        with pytest.raises(MeasuredDataError, match=r"give the active mass, mass_mg=1\.2"):
            found.require_mass()
        return
    assert found.mass_mg == pytest.approx(2.0)
    assert found.mass_from == "header"
    assert capacities(found) == [("sodiation", 300.0), ("desodiation", 300.0)]
    assert any("is that of the header" in remark for remark in found.remarks)
    given = read(file, mass_mg=4.0)
    assert (given.mass_mg, given.mass_from) == (4.0, "option")
    assert any("not the 2 mg of the header" in remark for remark in given.remarks)


@TEN
def test_a_current_that_only_its_charge_tells(tmp_path: Path, k: int) -> None:
    """EC-Lab's charge increments, or net charge, over time; control is not the current during a hold."""
    record = rest(Record(), 60.0)
    for _ in range(2):
        hold(half(record, True, 20.0 * (1 + k)), 1800.0)
        half(record, False, 20.0 * (1 + k))
    signed = np.sign(record.current) * np.abs(record.charge)
    steps = np.diff(signed, prepend=0.0)
    steps[np.diff(np.array(record.step), prepend=1) != 0] = 0.0
    label, values = (("dq/mA.h", steps), ("(Q-Qo)/mA.h", np.cumsum(steps)))[k % 2]
    columns = {
        "time/s": record.time,
        label: 1e-3 * values,
        "control/V/mA": np.where(np.abs(record.current) < 20.0, 0.01, record.current),
        "Ewe/V": record.voltage,
        "Ece/V": 0.005 + 1e-3 * np.sign(record.current),
    }
    found = read(table(tmp_path / "made.mpt", columns, "\t"), mass_mg=1.0)
    assert found.electrodes == 3
    assert [curve.direction for curve in found.half_cycles] == ["sodiation", "desodiation"] * 2
    for curve in found.half_cycles:
        assert curve.constant_current_capacity == pytest.approx(300.0, rel=0.005)
        assert curve.current_mA_g == pytest.approx(20.0 * (1 + k), rel=0.01)


@TEN
def test_time_that_starts_again_with_each_step(tmp_path: Path, k: int) -> None:
    record = cycles(1 + k % 3)
    if k % 2:
        columns: dict[str, Any] = {"Time(h:min:s.ms)": [clock(t) for t in record.step_time]}
    else:
        columns = {"Step Time (s)": record.step_time}
    columns |= {"Current(mA)": 1e-3 * record.current, "Voltage(V)": record.voltage}
    if k % 4 < 2:
        columns["Step ID"] = record.step
    file = table(tmp_path / "steps.csv", columns, SEPARATORS[k])
    expected = [("sodiation", 300.0), ("desodiation", 300.0)] * (1 + k % 3)
    found = read(file, mass_mg=1.0)
    assert capacities(found) == expected
    assert any("starts again with each step" in remark for remark in found.remarks)
    assert capacities(read(neware_layers(record, tmp_path, 1.0), mass_mg=1.0)) == expected


@TEN
def test_rates_in_words_and_numbers(tmp_path: Path, k: int) -> None:
    rates = (["C/10", "1C", "2 C"], [0.1, 1.0, 2.0], ["0.1C", "C/1", "2C"])[k % 3]
    label = ("rate [C]", "C-rate", "rate", "倍率", "Rate (C)")[k % 5]
    columns = {label: rates, ("capacity [mAh/g]", "比容量(mAh/g)")[k % 2]: [300.0, 250.0, 200.0]}
    found = read(table(tmp_path / "rates.csv", columns, SEPARATORS[k]), one_C_mA_g=300.0)
    assert found.rates is not None
    assert found.rates.current_mA_g == pytest.approx([30.0, 300.0, 600.0])


@TEN
def test_files_between_which_numbers_move(tmp_path: Path, k: int) -> None:
    """What a page is given: capacity per gram or not, swapped columns, record numbers and seconds."""
    x = np.linspace(0.0, 1.0, 21)
    capacity, volts = 300.0 * x, potential(x, True)
    made = (
        {"Capacity (Ah/g)": capacity / 1e3, "Voltage (V)": volts},
        {"Voltage (V)": volts, "Specific Capacity (mAh/g)": capacity},
        {"Capacity (mAh/g)": capacity, "Voltage (mV)": 1e3 * volts},
        {"Rec#": range(21), "Amp-hr": 1e-6 * capacity, "Amps": np.full(21, 6e-5), "Volts": volts},
        {"mode": [1] * 21, "Ewe/V": volts, "Capacity/mA.h": 1e-3 * capacity},
        {"test_time_second": 60 * capacity, "voltage_volt": volts, "current_ampere": np.full(21, -6e-5)},
        {"Specific capacity/mA.h.g-1": capacity, "Ewe/V": volts},
        {"Index": range(21), "Charge [C]": 3.6e-3 * capacity, "E/V": volts},
        {"x": x, "Q (µAh)": capacity, "U (V)": volts},
        {"Capacity": capacity, "Voltage": volts},
    )[k]
    file = table(tmp_path / "page.csv", made, SEPARATORS[k])
    if k == 9:
        with pytest.raises(MeasuredDataError, match="'Voltage' has no unit"):
            read(file)
        found = read(file, units={"voltage": "V", "capacity": "mAh/g"})
    else:
        found = read(file, mass_mg=1.0)
        assert read(file).per_gram == (k in (0, 1, 2, 6))
    assert capacities(found) == [("sodiation", 300.0)]


@TEN
def test_pauses_and_spikes_are_remarked_on(tmp_path: Path, k: int) -> None:
    record = cycles(1)
    rows = np.ones(len(record.time), dtype=bool)
    if k % 2:
        middle = int(np.flatnonzero(np.array(record.state) == "sodiation")[40])
        rows[middle : middle + 25 + k] = False
        for name in ("time", "current", "voltage"):
            setattr(record, name, getattr(record, name)[rows])
        sentence = "s pass without a point while current flows"
    else:
        record.current[int(np.flatnonzero(np.array(record.state) == "sodiation")[30 + k])] *= 10.0
        sentence = "times that of the rows before and after"
    columns = {"time [s]": record.time, "current [mA/g]": record.current, "voltage [V]": record.voltage}
    found = read(table(tmp_path / "odd.csv", columns, SEPARATORS[k]))
    assert any(sentence in remark for remark in found.remarks), found.remarks
