"""Cyclers' own formats: bytes that the test builds, against readers that are not ours."""

import struct
from pathlib import Path

import numpy as np
import pytest
from made_files import Record, cycles

from napore.measured import MeasuredDataError, read, read_bytes
from napore.measured.binary import ec_lab_settings

MASS, AREA = 1.37, 1.54
COLUMNS = {4: ("time/s", "<f8"), 6: ("Ewe/V", "<f4"), 9: ("Ece/V", "<f4"), 7: ("dq/mA.h", "<f8")}


def module(name: str, content: bytes, version: int, long: bool) -> bytes:
    head = b"MODULE" + name.encode().ljust(10) + b"made by a test".ljust(25)
    if long:
        head += struct.pack("<IIII", 0xFFFFFFFF, len(content), version, 0)
    else:
        head += struct.pack("<II", len(content), version)
    return head + b"01/02/24" + content


def mpr(record: Record, mass: float = MASS, area: float = AREA, long: bool = False) -> bytes:
    """An EC-Lab file without a column of the current, as its GCPL writes it."""
    settings = bytearray(2000)
    struct.pack_into("<f", settings, 0x107, mass)
    struct.pack_into("<f", settings, 0x211, area)
    charge = np.sign(record.current) * record.charge * 1e-3 * MASS
    steps = np.diff(charge, prepend=0.0)
    steps[np.diff(np.array(record.step), prepend=1) != 0] = 0.0
    data = np.zeros(len(record.time), dtype=list(COLUMNS.values()))
    data["time/s"], data["Ewe/V"], data["dq/mA.h"] = record.time, record.voltage, steps
    data["Ece/V"] = 0.004 - 0.02 * np.sign(record.current)
    head = struct.pack("<IB", len(data), len(COLUMNS)) + struct.pack(f"<{len(COLUMNS)}H", *COLUMNS)
    magic = b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4)
    return (
        magic
        + module("VMP Set", bytes(settings), 0, long)
        + module("VMP data", head.ljust(405, b"\0") + data.tobytes(), 2, long)
    )


@pytest.mark.parametrize("long", [False, True])
def test_mass_and_area_by_our_own_code(long: bool) -> None:
    content = mpr(cycles(1), long=long)
    mass, area = ec_lab_settings(content)
    assert mass == pytest.approx(MASS, rel=1e-5)
    assert area == pytest.approx(AREA, rel=1e-5)
    for damaged in (content[:300], content[60:], b"", bytes(3000)):
        assert ec_lab_settings(damaged) == (None, None)


@pytest.mark.parametrize("long", [False, True])
def test_mpr_without_a_column_of_the_current(long: bool, tmp_path: Path) -> None:
    galvani = pytest.importorskip("galvani.BioLogic")
    record = cycles(2)
    file = tmp_path / "made.mpr"
    file.write_bytes(mpr(record, long=long))
    found = read(file)
    assert found.mass_mg == pytest.approx(MASS, rel=1e-5)
    assert found.area_cm2 == pytest.approx(AREA, rel=1e-5)
    assert found.mass_from == "header"
    assert found.electrodes == 3
    assert any("an exchange current of" in remark for remark in found.remarks)
    assert [(c.direction, round(c.capacity, 2)) for c in found.half_cycles] == [
        ("sodiation", 300.0),
        ("desodiation", 300.0),
    ] * 2
    assert [c.current_mA_g for c in found.half_cycles] == pytest.approx([60.0] * 4, rel=1e-3)
    theirs = galvani.MPRfile(str(file)).data
    assert found.cycling is not None
    assert np.max(np.abs(found.cycling.voltage_V - theirs["Ewe/V"])) == 0.0
    ours = np.diff(found.cycling.charge) * MASS / 1e3
    assert ours == pytest.approx(theirs["dq/mA.h"][1:], abs=1e-7)
    assert read(file, mass_mg=2 * MASS).half_cycles[0].capacity == pytest.approx(150.0, rel=1e-4)


def test_mass_that_nobody_entered() -> None:
    pytest.importorskip("galvani.BioLogic")
    found = read_bytes(mpr(cycles(1), mass=0.001, area=0.001), "made.mpr")
    assert (found.mass_mg, found.area_cm2, found.per_gram) == (None, None, False)
    with pytest.raises(MeasuredDataError, match=r"mass_mg=1\.2"):
        found.require_mass()


def test_neware_through_its_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns that fastnda gives: direction in words, current with its sign."""
    fastnda, polars = pytest.importorskip("fastnda"), pytest.importorskip("polars")
    record = cycles(2)
    words = {"rest": "rest", "sodiation": "cc_dchg", "desodiation": "cc_chg"}
    frame = polars.DataFrame(
        {
            "index": range(len(record.time)),
            "voltage_V": record.voltage.astype(np.float32),
            "current_mA": (record.current * 1e-3).astype(np.float32),
            "total_time_s": record.time,
            "step_time_s": record.step_time,
            "step_type": [words[word] for word in record.state],
            "capacity_mAh": (record.charge * 1e-3 * np.sign(record.current)).astype(np.float32),
        }
    )
    monkeypatch.setattr(fastnda, "read", lambda path: frame)
    found = read_bytes(b"NEWARE" + bytes(100), "made.nda", mass_mg=1.0)
    assert [(c.direction, round(c.capacity, 1)) for c in found.half_cycles] == [
        ("sodiation", 300.0),
        ("desodiation", 300.0),
    ] * 2
