"""Records of a cycler that are known to the last digit, and files of them as cyclers write them."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]
WORDS = {"rest": "R", "sodiation": "D", "desodiation": "C"}


@dataclass
class Record:
    """Steps put together: time [s], current [mA/g, desodiation positive], voltage [V], charge of the step."""

    time: Array = field(default_factory=lambda: np.empty(0))
    step_time: Array = field(default_factory=lambda: np.empty(0))
    current: Array = field(default_factory=lambda: np.empty(0))
    voltage: Array = field(default_factory=lambda: np.empty(0))
    charge: Array = field(default_factory=lambda: np.empty(0))
    state: list[str] = field(default_factory=list)
    step: list[int] = field(default_factory=list)
    cycle: list[int] = field(default_factory=list)

    def add(self, time: Array, current: Array, voltage: Array) -> "Record":
        """One more step, times from 0."""
        start = self.time[-1] if len(self.time) else 0.0
        sign = float(np.sign(np.sum(current)))
        number = (self.step[-1] if self.step else 0) + 1
        cycle = self.cycle[-1] if self.cycle else 1
        if sign < 0.0 and "desodiation" in self.state and self._last_direction() == "desodiation":
            cycle += 1
        passed = (
            np.concatenate([[0.0], np.cumsum(0.5 * (current[1:] + current[:-1]) * np.diff(time))]) / 3600.0
        )
        for name, values in (
            ("time", start + time),
            ("step_time", time),
            ("current", current),
            ("voltage", voltage),
            ("charge", np.abs(passed)),
        ):
            setattr(self, name, np.concatenate([getattr(self, name), values]))
        word = "rest" if sign == 0.0 else "desodiation" if sign > 0.0 else "sodiation"
        self.state += [word] * len(time)
        self.step += [number] * len(time)
        self.cycle += [cycle] * len(time)
        return self

    def _last_direction(self) -> str:
        return next(word for word in reversed(self.state) if word != "rest")

    def take(self, rows: slice) -> "Record":
        arrays = ("time", "step_time", "current", "voltage", "charge", "state", "step", "cycle")
        return Record(*(getattr(self, name)[rows] for name in arrays))

    def noisy(self, volts: float, seed: int) -> "Record":
        made = replace(self)
        made.voltage = self.voltage + volts * np.random.default_rng(seed).standard_normal(len(self.voltage))
        return made


def potential(x: Array, down: bool) -> Array:
    """Something like a carbon: a slope, a plateau, and a tail to 0.01 V at x = 1."""
    shift = 0.0 if down else 0.03 * (1 - x) + 0.005
    return np.asarray(0.01 + 1.6 * (np.exp(-9 * x) - np.exp(-9.0)) + 0.09 * (1 - x**3) + shift)


def half(record: Record, down: bool, rate: float = 60.0, share: float = 1.0, points: int = 81) -> Record:
    """A half cycle of 300 mAh/g, or a share of it, at constant current."""
    hours = share * 300.0 / rate
    time = np.round(np.linspace(0.0, 3600.0 * hours, points), 3)
    x = np.linspace(0.0, share, points) if down else 1.0 - np.linspace(0.0, share, points)
    return record.add(time, np.full(points, -rate if down else rate), potential(x, down))


def rest(record: Record, seconds: float = 600.0, to: float | None = None, points: int = 9) -> Record:
    """A rest in which the potential relaxes a little."""
    time = np.round(np.linspace(0.0, seconds, points), 3)
    start = record.voltage[-1] if len(record.voltage) else 2.5
    end = start if to is None else to
    return record.add(time, np.zeros(points), start + (end - start) * (1 - np.exp(-5 * time / seconds)))


def hold(record: Record, seconds: float = 3600.0, points: int = 61) -> Record:
    """A hold at the last potential, from the last current down to a hundredth."""
    time = np.round(np.linspace(0.0, seconds, points), 3)
    current = record.current[-1] * np.exp(-np.log(100.0) * time / seconds)
    return record.add(time, current, np.full(points, record.voltage[-1]))


def cycles(count: int = 2, rests: bool = True) -> Record:
    """Cycles at 60 mA/g with rests."""
    record = rest(Record(), 60.0, points=3)
    for _ in range(count):
        half(record, True)
        if rests:
            rest(record, 600.0, 0.03)
        half(record, False)
        if rests:
            rest(record, 600.0, 1.5)
    return record


def table(
    file: Path, columns: Mapping[str, Any], separator: str = ",", comma: bool = False, **how: Any
) -> Path:
    """Text with headings; numbers to the last digit.

    ``above`` and ``below`` are lines before the headings and after them; ``end`` ends each line of numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    rows = zip(*columns.values(), strict=True)

    def text(cell: Any) -> str:
        made = cell if isinstance(cell, str) else repr(float(cell)) if isinstance(cell, float) else str(cell)
        return made.replace(".", ",") if comma and not isinstance(cell, str) else made

    for line in how.get("above", ()):
        out.write(line + "\n")
    writer.writerow(columns)
    for line in how.get("below", ()):
        out.write(line + "\n")
    body = io.StringIO()
    csv.writer(body, delimiter=separator, lineterminator=how.get("end", "") + "\n").writerows(
        [text(cell) for cell in row] for row in rows
    )
    file.write_bytes((out.getvalue() + body.getvalue()).encode(how.get("encoding", "utf-8")))
    return file


def eclab(record: Record, folder: Path, mass: float, comma: bool = False) -> Path:
    """EC-Lab text: header with mass and area, current in mA."""
    scale = 1e-3 * mass
    head = [
        "EC-Lab ASCII FILE",
        "Nb header lines : 8",
        "",
        "Galvanostatic Cycling with Potential Limitation",
        f"Mass of active material : {mass:.3f} mg".replace(".", "," if comma else "."),
        "Electrode surface area : 1,540 cm\N{SUPERSCRIPT TWO}",
        "Is  -0.060  mA ; E range min (V) 0.000",
    ]
    mode = {"R": 3, "D": 1, "C": 1}
    columns: dict[str, Iterable[Any]] = {
        "mode": [mode[WORDS[word]] for word in record.state],
        "time/s": record.time,
        "control/V/mA": record.current * scale,
        "Ewe/V": record.voltage,
        "<I>/mA": record.current * scale,
        "Q charge/discharge/mA.h": record.charge * scale * np.sign(record.current),
        "half cycle": record.step,
    }
    return table(folder / "made.mpt", columns, "\t", comma, above=head, encoding="cp1252", end="\t")


def clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3600000}:{whole // 60000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def neware_layers(record: Record, folder: Path, mass: float) -> Path:
    """Neware's layered export: cycles, their steps, their records, with the time within the step."""
    names = {"R": "Rest", "D": "CC DChg", "C": "CC Chg"}
    lines = [
        "Cycle ID,Cap_Chg(mAh),Cap_DChg(mAh)",
        ",Step ID,Step Name,Step Time(h:min:s.ms),Capacity(mAh)",
        ",,Record ID,Time(h:min:s.ms),Vol(mV),Cur(mA),Cap(mAh)",
    ]
    last: tuple[int, int] = (0, 0)
    for k, key in enumerate(zip(record.cycle, record.step, strict=True)):
        if key[0] != last[0]:
            lines.append(f"{key[0]},0.1,0.1")
        if key[1] != last[1]:
            lines.append(f",{key[1]},{names[WORDS[record.state[k]]]},0:10:00.000,0.1")
        last = key
        numbers = (1e3 * record.voltage[k], 1e-3 * mass * record.current[k], 1e-3 * mass * record.charge[k])
        cells = ",".join(repr(float(number)) for number in numbers)
        lines.append(f",,{k + 1},{clock(record.step_time[k])},{cells}")
    file = folder / "layers.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def sheets(file: Path, content: dict[str, dict[str, Sequence[Any]]], below: int = 0) -> Path:
    """A workbook, its tables some rows down."""
    with pd.ExcelWriter(file) as writer:
        for name, columns in content.items():
            pd.DataFrame(columns).to_excel(writer, sheet_name=name, index=False, startrow=below)
    return file


def neware_sheets(record: Record, folder: Path, mass: float) -> Path:
    """Neware's workbook: sheets of cycles and steps beside that of records."""
    names = {"R": "Rest", "D": "CC DChg", "C": "CC Chg"}
    scale = 1e-3 * mass
    return sheets(
        folder / "neware.xlsx",
        {
            "test": {"Start step ID": [1]},
            "cycle": {"Cycle Index": [1, 2], "Chg. Cap.(mAh)": [0.3, 0.3], "DChg. Cap.(mAh)": [0.3, 0.3]},
            "step": {"Step Index": [1], "Step Type": ["Rest"], "Step Time(h)": [1.0], "Capacity(mAh)": [0.3]},
            "record": {
                "DataPoint": list(range(1, len(record.time) + 1)),
                "Cycle Index": record.cycle,
                "Step Index": record.step,
                "Step Type": [names[WORDS[word]] for word in record.state],
                "Time": [clock(t) for t in record.step_time],
                "Total Time": [clock(t) for t in record.time],
                "Current(mA)": list(record.current * scale),
                "Voltage(V)": list(record.voltage),
                "Capacity(mAh)": list(record.charge * scale),
                "Spec. Cap.(mAh/g)": list(record.charge),
            },
        },
    )


def arbin_sheets(record: Record, folder: Path, mass: float) -> Path:
    """Arbin's workbook: a channel on two sheets, beside one of settings."""

    def part(rows: slice) -> dict[str, Sequence[Any]]:
        own = record.take(rows)
        return {
            "Test_Time(s)": list(own.time),
            "Step_Time(s)": list(own.step_time),
            "Step_Index": own.step,
            "Cycle_Index": own.cycle,
            "Current(A)": list(own.current * 1e-6 * mass),
            "Voltage(V)": list(own.voltage),
        }

    middle = len(record.time) // 2
    return sheets(
        folder / "arbin.xlsx",
        {
            "Global_Info": {"TEST REPORT": ["x"]},
            "Channel_1-001_1": part(slice(0, middle)),
            "Channel_1-001_2": part(slice(middle, None)),
        },
    )


def maccor(record: Record, folder: Path, mass: float) -> Path:
    """Maccor's text: current without a sign, the direction a letter."""
    columns: dict[str, Iterable[Any]] = {
        "Rec": range(1, len(record.time) + 1),
        "Cycle C": record.cycle,
        "Step": record.step,
        "Test Time (sec)": record.time,
        "Step Time (sec)": record.step_time,
        "Cap. [Ah]": record.charge * 1e-6 * mass,
        "Current [A]": np.abs(record.current) * 1e-6 * mass,
        "Voltage [V]": record.voltage,
        "Md": [WORDS[word] for word in record.state],
    }
    return table(
        folder / "maccor.txt", columns, "\t", above=["Today's Date:\t1 January 2024", "Barcode:\t12"]
    )


def lanhe(record: Record, folder: Path, mass: float) -> Path:
    """LANHE's text with Chinese headings in the encoding of Windows."""
    modes = {"R": "静置", "D": "恒流放电", "C": "恒流充电"}
    columns: dict[str, Iterable[Any]] = {
        "记录": range(1, len(record.time) + 1),
        "工作模式": [modes[WORDS[word]] for word in record.state],
        "测试时间/Sec": record.time,
        "电流/mA": np.abs(record.current) * 1e-3 * mass,
        "电压/V": record.voltage,
        "比容量/mAh/g": record.charge,
    }
    return table(folder / "lanhe.csv", columns, ",", encoding="gb18030")


def basytec(record: Record, folder: Path, mass: float) -> Path:
    """Basytec's text: hours, a ~ before each line above the numbers."""
    columns: dict[str, Iterable[Any]] = {
        "~Time[h]": record.time / 3600.0,
        "DataSet": range(1, len(record.time) + 1),
        "t-Step[h]": record.step_time / 3600.0,
        "Command": [{"R": "Pause", "D": "Entladen", "C": "Laden"}[WORDS[word]] for word in record.state],
        "U[V]": record.voltage,
        "I[A]": record.current * 1e-6 * mass,
        "Ah-Step": record.charge * 1e-6 * mass,
    }
    head = ["~Resultfile from Basytec Battery Test System", "~Date: 1.1.2024", "~", "~Battery: 12"]
    return table(folder / "basytec.txt", columns, "\t", above=head, encoding="cp1252")


def bdf(record: Record, folder: Path, mass: float) -> Path:
    """Battery Data Format, as parquet."""
    frame = pd.DataFrame(
        {
            "test_time_second": record.time,
            "voltage_volt": record.voltage,
            "current_ampere": record.current * 1e-6 * mass,
            "cycle_count": record.cycle,
            "step_index": record.step,
        }
    )
    file = folder / "made.bdf.parquet"
    frame.to_parquet(file)
    return file


Writer = Callable[[Record, Path, float], Path]
WRITERS: dict[str, Writer] = {
    "EC-Lab": eclab,
    "Neware layers": neware_layers,
    "Neware sheets": neware_sheets,
    "Arbin": arbin_sheets,
    "Maccor": maccor,
    "LANHE": lanhe,
    "Basytec": basytec,
    "BDF": bdf,
}
