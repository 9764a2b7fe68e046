"""Five hundred damaged files: each ends in a sentence of ours, or is read with the right numbers."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from made_files import WRITERS, cycles

from napore.measured import MeasuredDataError, MeasuredFile, read, read_bytes

Damage = Callable[[bytes, random.Random], bytes]


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flipped(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 5, 50))):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def swapped_blocks(content: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.sample(range(len(content)), 2))
    return content[b:] + content[a:b] + content[:a]


def with_zeros(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes(chance.choice((1, 100, 5000))) + content[at:]


def without_a_column_mark(content: bytes, chance: random.Random) -> bytes:
    mark = chance.choice((b",", b"\t", b".", b"\n", b"e", b"-"))
    parts = content.split(mark)
    if len(parts) < 3:
        return b""
    at = chance.randrange(1, len(parts))
    return mark.join(parts[:at]) + mark.join(parts[at:])


def in_lines(change: Callable[[list[bytes], random.Random], None]) -> Damage:
    def damaged(content: bytes, chance: random.Random) -> bytes:
        lines = content.split(b"\n")
        change(lines, chance)
        return b"\n".join(lines)

    damaged.__name__ = change.__name__
    return damaged


def a_word_for_a_number(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines) // 2, len(lines) - 1)
    cells = lines[at].split(b"\t" if b"\t" in lines[at] else b",")
    cells[chance.randrange(len(cells))] = chance.choice(
        (b"n/a", b"overflow", b"1e999", b"--", b"1.2.3", b"NaN", b"")
    )
    lines[at] = (b"\t" if b"\t" in lines[at] else b",").join(cells)


def a_huge_field(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(chance.randrange(len(lines)), b"x" * 200_000)


def lines_shuffled(lines: list[bytes], chance: random.Random) -> None:
    middle = lines[len(lines) // 2 :]
    chance.shuffle(middle)
    lines[len(lines) // 2 :] = middle


def a_line_lost_in_a_cell(lines: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(lines) // 2, len(lines) - 1)
    lines[at] = b'"' + lines[at]


TEXT: tuple[Damage, ...] = (
    cut,
    flipped,
    swapped_blocks,
    with_zeros,
    without_a_column_mark,
    *map(in_lines, (a_word_for_a_number, a_huge_field, lines_shuffled, a_line_lost_in_a_cell)),
)
BINARY: tuple[Damage, ...] = (cut, flipped, swapped_blocks, with_zeros)
TEXTS = ("EC-Lab", "Neware layers", "Maccor", "LANHE", "Basytec")
BOOKS = ("Arbin", "BDF")


def right(found: list[float]) -> bool:
    """Whether capacities are those of the record, or of one that ends early."""
    return all(abs(q - 300.0) < 3.0 for q in found[:-1]) and all(0.0 < q < 303.0 for q in found[-1:])


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, bytes]]:
    pytest.importorskip("openpyxl")
    pytest.importorskip("pyarrow")
    folder, record = tmp_path_factory.mktemp("sound"), cycles(2)
    files = {name: WRITERS[name](record, folder, 1.0) for name in (*TEXTS, *BOOKS)}
    return {name: (file.name, file.read_bytes()) for name, file in files.items()}


@pytest.mark.parametrize("damage", TEXT, ids=lambda damage: damage.__name__)
def test_damaged_text(damage: Damage, contents: dict[str, tuple[str, bytes]]) -> None:
    for name in TEXTS:
        _try_all(damage, *contents[name], name, 10)


@pytest.mark.parametrize("damage", BINARY, ids=lambda damage: damage.__name__)
def test_damaged_workbook_and_parquet(damage: Damage, contents: dict[str, tuple[str, bytes]]) -> None:
    for name in BOOKS:
        _try_all(damage, *contents[name], name, 7)


def _outcome(content: bytes, file: str) -> tuple[MeasuredFile | None, str]:
    try:
        return read_bytes(content, file, mass_mg=1.0), ""
    except MeasuredDataError as error:
        return None, str(error)


def _try_all(damage: Damage, file: str, content: bytes, name: str, count: int) -> None:
    for seed in range(count):
        chance = random.Random(f"{damage.__name__} {name} {seed}")
        damaged = damage(content, chance)
        found, sentence = _outcome(damaged, file)
        if found is None:
            assert file in sentence, seed
            assert "\n" not in sentence, seed
            assert len(sentence) < 700, seed
            continue
        assert found.kind == "cycling", (name, seed)
        capacities = [curve.capacity for curve in found.half_cycles]
        assert right(capacities) or found.remarks, (name, seed, capacities)


def test_bombs_and_stray_cells(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    with pytest.raises(MeasuredDataError, match="unpacks to 60 MB from"):
        read(bomb)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["time [s]", "current [mA/g]", "voltage [V]"])
    for k in range(61):
        sheet.append([60.0 * k, -300.0, 1.0 - 0.015 * k])
    sheet["ZZ1048576"] = "stray"
    book.save(tmp_path / "stray.xlsx")
    found = read(tmp_path / "stray.xlsx")
    assert found.half_cycles[0].capacity == pytest.approx(300.0)
    assert any("far away" in remark for remark in found.remarks)
    for name, content in (
        ("old.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("text.mpr", b"hello"),
        ("zeros.csv", bytes(5000)),
        ("zip.csv", b"PK\x03\x04" + bytes(60)),
        ("made.parquet", b"PAR1" + bytes(60) + b"PAR1"),
        ("one.nda", b"NEWARE" + bytes(60)),
        ("one.mpr", b"BIO-LOGIC MODULAR FILE\x1a" + bytes(60)),
    ):
        with pytest.raises(MeasuredDataError) as caught:
            read_bytes(content, name)
        assert name in str(caught.value)
