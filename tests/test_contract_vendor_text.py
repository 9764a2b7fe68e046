"""Text of further cyclers and impedance analysers, as their manuals and users show it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from made_files import WORDS, Record, clock, cycles, table

from napore.measured import read

Make = Callable[[Record, Path], Path]


def novonix(r: Record, folder: Path) -> Path:
    above = [
        "[Summary]",
        "Novonix UHPC data file",
        "Cell: 12",
        "Capacity (Ah): 0.001",
        "[End Summary]",
        "[Data]",
    ]
    columns = {
        "Date and Time": ["2024-01-01 3:00:00 PM"] * len(r.time),
        "Cycle Number": r.cycle,
        "Step Type": [{"R": 0, "D": 2, "C": 1}[WORDS[word]] for word in r.state],
        "Run Time (h)": r.time / 3600.0,
        "Step Time (h)": r.step_time / 3600.0,
        "Current (A)": 1e-6 * r.current,
        "Potential (V)": r.voltage,
        "Capacity (Ah)": 1e-6 * r.charge,
        "Temperature (°C)": np.full(len(r.time), 25.0),
    }
    return table(folder / "novonix.csv", columns, ",", above=above)


def digatron(r: Record, folder: Path) -> Path:
    columns = {
        "Step": r.step,
        "Status": [{"R": "PAU", "D": "DCH", "C": "CHA"}[WORDS[word]] for word in r.state],
        "Prog Time": [clock(t) for t in r.time],
        "Step Time": [clock(t) for t in r.step_time],
        "Cycle": r.cycle,
        "Voltage": r.voltage,
        "Current": 1e-6 * r.current,
        "AhStep": 1e-6 * r.charge,
    }
    return table(folder / "digatron.csv", columns, ",", below=[",,,,,V,A,Ah"])


def digatron_marks(r: Record, folder: Path) -> Path:
    columns = {
        "Step": r.step,
        "Program Duration#s": r.time,
        "Step Duration#s": r.step_time,
        "Voltage#V": r.voltage,
        "Current#A": 1e-6 * r.current,
    }
    return table(folder / "digatron2.csv", columns, ",")


def pec(r: Record, folder: Path) -> Path:
    above = ["Test:,12", "TestRegime,carbon", "Cell,1", "TestRegime Remarks,"]
    columns = {
        "Step": r.step,
        "Cycle": r.cycle,
        "Total Time (Seconds)": r.time,
        "Step Time (Seconds)": r.step_time,
        "Real Time": ["01/02/2024 10:00"] * len(r.time),
        "Voltage (mV)": 1e3 * r.voltage,
        "Current (mA)": 1e-3 * r.current,
    }
    return table(folder / "pec.csv", columns, ",", above=above)


def landt_blanks(r: Record, folder: Path) -> Path:
    """Columns between blanks, the unit in the heading's own word."""
    lines = ["  Rec#   Cycle   Step   Test(Sec)   Amp-hr   Amps   Volts   State"]
    for k in range(len(r.time)):
        numbers = (r.time[k], 1e-6 * r.charge[k], 1e-6 * abs(r.current[k]), r.voltage[k])
        lines.append(f"  {k + 1}   1   {r.step[k]}   " + "   ".join(map(repr, map(float, numbers))))
        lines[-1] += f"   {WORDS[r.state[k]]}"
    file = folder / "landt.txt"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def gamry(r: Record, folder: Path) -> Path:
    """A table with an empty column in front and units in a row of their own."""
    lines = ["EXPLAIN", "TAG\tPWRCHARGE", "TITLE\tLABEL\tCharge\tTest &Identifier", "CURVE\tTABLE\t300"]
    lines += ["\tPt\tT\tVf\tIm\tTemp", "\t#\ts\tV vs. Ref.\tA\tdeg C"]
    for k in range(len(r.time)):
        numbers = (r.time[k], r.voltage[k], 1e-6 * r.current[k], 25.0)
        lines.append(f"\t{k}\t" + "\t".join(map(repr, map(float, numbers))))
    file = folder / "charge.DTA"
    file.write_text("\r\n".join(lines) + "\r\n", "latin-1")
    return file


def unicode_of_windows(r: Record, folder: Path) -> Path:
    columns = {"时间/s": r.time, "电流/mA": 1e-3 * r.current, "电压/V": r.voltage}
    return table(folder / "utf16.txt", columns, "\t", encoding="utf-16")


def dates_only(r: Record, folder: Path) -> Path:
    """Time as dates, day first: the other order would run backwards."""
    stamps = np.datetime64("2024-01-29T22:00:00") + np.round(r.time).astype("timedelta64[s]")
    columns = {
        "Datum/Uhrzeit": [stamp.astype(object).strftime("%d.%m.%Y %H:%M:%S") for stamp in stamps],
        "Strom [mA]": 1e-3 * r.current,
        "Spannung [V]": r.voltage,
    }
    return table(folder / "dates.csv", columns, ";", comma=True)


def per_area(r: Record, folder: Path) -> Path:
    columns = {
        "time/h": r.time / 3600.0,
        "j / mA cm-2": 1e-3 * r.current / 1.13,
        "E / V vs. Na+/Na": r.voltage,
    }
    return table(folder / "area.csv", columns, ";")


def arbin_text(r: Record, folder: Path) -> Path:
    down = np.array([word == "sodiation" for word in r.state])
    steps = np.diff(r.charge, prepend=0.0)
    steps[np.diff(np.array(r.step), prepend=1) != 0] = 0.0
    columns = {
        "Data_Point": range(len(r.time)),
        "Date_Time": ["01/02/2024 10:00:00.000"] * len(r.time),
        "Test_Time(s)": r.time,
        "Step_Time(s)": r.step_time,
        "Current(A)": 1e-6 * r.current,
        "Voltage(V)": r.voltage,
        "Charge_Capacity(Ah)": 1e-6 * np.cumsum(np.where(down, 0.0, steps)),
        "Discharge_Capacity(Ah)": 1e-6 * np.cumsum(np.where(down, steps, 0.0)),
        "dV/dt(V/s)": np.zeros(len(r.time)),
    }
    return table(folder / "arbin.csv", columns, ",")


def two_capacities_and_no_sign(r: Record, folder: Path) -> Path:
    file = arbin_text(r, folder)
    text = file.read_text("utf-8").replace("-6e-05", "6e-05").replace("-5.9999999999999995e-05", "6e-05")
    file.write_text(text, "utf-8")
    return file


MAKERS: tuple[Make, ...] = (
    novonix,
    digatron,
    digatron_marks,
    pec,
    landt_blanks,
    gamry,
    unicode_of_windows,
    dates_only,
    per_area,
    arbin_text,
    two_capacities_and_no_sign,
)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_a_record_of_two_cycles(make: Make, tmp_path: Path) -> None:
    found = read(make(cycles(2), tmp_path), mass_mg=1.0, area_cm2=1.13)
    assert found.kind == "cycling"
    assert [curve.direction for curve in found.half_cycles] == ["sodiation", "desodiation"] * 2
    for curve in found.half_cycles:
        assert curve.capacity == pytest.approx(300.0, rel=2e-3)
        assert curve.current_mA_g == pytest.approx(60.0, rel=1e-3)


def spectrum() -> tuple[np.ndarray, np.ndarray]:
    frequency = np.geomspace(1e5, 0.1, 31)
    return frequency, 5.0 + 50.0 / (1 + 1j * frequency * 5e-3)


def chi(folder: Path) -> Path:
    f, z = spectrum()
    lines = ["Nov. 23, 2024   17:47:14", "A.C. Impedance", "Instrument Model:  CHI660E", "Init E (V) = 0.848"]
    lines += [
        "High Frequency (Hz) = 1e+5",
        "Low Frequency (Hz) = 0.1",
        "",
        "Freq/Hz, Z'/ohm, Z\"/ohm, Z/ohm, Phase/deg",
        "",
    ]
    lines += [
        f"{a:.3e}, {b.real:.6e}, {b.imag:.6e}, {abs(b):.3e}, {np.angle(b, deg=True):.1f}"
        for a, b in zip(f, z, strict=True)
    ]
    file = folder / "chi.txt"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def gamry_spectrum(folder: Path) -> Path:
    f, z = spectrum()
    lines = ["EXPLAIN", "TAG\tEISPOT", "FREQINIT\tQUANT\t1.0E+005\tInitial Fre&q. (Hz)", "ZCURVE\tTABLE"]
    lines += ["\tPt\tTime\tFreq\tZreal\tZimag\tZsig\tZmod\tZphz", "\t#\ts\tHz\tohm\tohm\tV\tohm\t°"]
    lines += [
        f"\t{k}\t{k}\t{a!r}\t{b.real!r}\t{b.imag!r}\t1\t{abs(b)!r}\t0"
        for k, (a, b) in enumerate(zip(f.tolist(), z.tolist(), strict=True))
    ]
    file = folder / "eis.DTA"
    file.write_bytes("\r\n".join(lines).encode("latin-1"))
    return file


def eclab_spectrum(folder: Path) -> Path:
    f, z = spectrum()
    above = [
        "EC-Lab ASCII FILE",
        "Nb header lines : 4",
        "Electrode surface area : 1.131 cm\N{SUPERSCRIPT TWO}",
    ]
    columns = {
        "freq/Hz": f,
        "Re(Z)/Ohm": z.real,
        "-Im(Z)/Ohm": -z.imag,
        "|Z|/Ohm": np.abs(z),
        "time/s": np.arange(31.0),
        "<Ewe>/V": np.full(31, 0.1),
        "<I>/mA": np.full(31, 1e-4),
        "cycle number": np.ones(31),
    }
    return table(folder / "eis.mpt", columns, "\t", above=above, encoding="cp1252")


@pytest.mark.parametrize("make", [chi, gamry_spectrum, eclab_spectrum], ids=lambda make: make.__name__)
def test_a_spectrum(make: Callable[[Path], Path], tmp_path: Path) -> None:
    found = read(make(tmp_path))
    assert (found.kind, len(found.spectra)) == ("impedance", 1)
    frequency, z = spectrum()
    (one,) = found.spectra
    assert one.frequency_Hz == pytest.approx(frequency, rel=1e-3)
    assert one.impedance_ohm == pytest.approx(z, abs=1e-3)
