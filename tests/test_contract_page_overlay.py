"""Contract: what the page makes of an uploaded file, in the reader's words, and what it asks for."""

import http.client
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest

import napore
from napore.measured import read_bytes
from napore.page.app import HOST, LONGEST_UPLOAD
from napore.page.overlay import OPTIONS
from napore.page.server import PageServer
from napore.page.service import Service
from napore.page.strict import strict_labels

BYTES = {"Content-Type": "application/octet-stream"}
PAGE = Path(napore.__file__).parent / "page"


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer(Service({}), timeout_s=2) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made


def upload(
    server: PageServer, content: str | bytes, name: str = "mine.csv", headers: Any = None, **options: str
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(HOST, server.server_port, timeout=60)
    try:
        body = content.encode() if isinstance(content, str) else content
        path = f"/overlay?{urlencode({'name': name, **options})}"
        connection.request("POST", path, body, {**BYTES, **(headers or {})})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


CHARGE = (0.0, 120.0, 240.0, 300.0)
VOLTAGE = (1.4, 0.6, 0.08, 0.01)


def rows(heading: str, columns: Any, separator: str = ",", decimal: str = ".") -> str:
    lines = [
        separator.join(f"{cell:g}".replace(".", decimal) for cell in row)
        for row in zip(*columns, strict=True)
    ]
    return "\n".join([heading, *lines]) + "\n"


def workbook() -> bytes:
    stream = io.BytesIO()
    with pd.ExcelWriter(stream) as writer:
        pd.DataFrame({"Note": ["cell 7"]}).to_excel(writer, sheet_name="info", index=False)
        table = pd.DataFrame({"Specific Capacity(mAh/g)": CHARGE, "Voltage(V)": VOLTAGE})
        table.to_excel(writer, sheet_name="data", index=False)
    return stream.getvalue()


PREAMBLE = "Cell 7\nOperator: B\nMass, 1.3 mg\n"
ECLAB = (
    "EC-Lab ASCII FILE\nNb header lines : 5\n\nGalvanostatic Cycling with Potential Limitation\n"
    "Specific capacity/mA.h.g-1\tEwe/V\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", rows("Capacity (mAh/g),Voltage (V)", (CHARGE, VOLTAGE))),
        ("ahg.csv", rows("Capacity (Ah/g),Voltage (V)", (np.array(CHARGE) / 1e3, VOLTAGE))),
        ("mv.csv", rows("Capacity (mAh/g),Voltage (mV)", (CHARGE, np.array(VOLTAGE) * 1e3))),
        ("units.csv", rows("Capacity,Voltage\nmAh/g,V", (CHARGE, VOLTAGE))),
        ("units_mv.tsv", rows("Q\tEwe\nAh/kg\tmV", (CHARGE, np.array(VOLTAGE) * 1e3), "\t")),
        ("swapped.csv", rows("Voltage (V);Specific Capacity (mAh/g)", (VOLTAGE, CHARGE), ";", ",")),
        ("preamble.csv", PREAMBLE + rows("Capacity (mAh/g);Voltage (V)", (CHARGE, VOLTAGE), ";", ",")),
        ("preamble_comma.csv", PREAMBLE + rows("Capacity (mAh/g),Voltage (V)", (CHARGE, VOLTAGE))),
        ("eclab.txt", ECLAB + rows("", (CHARGE, VOLTAGE), "\t").lstrip("\n")),
        ("german.csv", rows("Spannung [V];Spezifische Kapazität [mAh/g]", (VOLTAGE, CHARGE), ";", ",")),
        ("chinese.csv", rows("比容量（mAh/g）,电压(V)", (CHARGE, VOLTAGE))),
        ("book.xlsx", workbook()),
    ],
    ids=lambda value: "workbook" if isinstance(value, bytes) else None,  # its bytes hold the time
)
def test_curves_are_read_as_the_reader_reads_them(
    server: PageServer, name: str, content: str | bytes
) -> None:
    status, found = upload(server, content, name)
    assert status == 200, found
    (curve,) = found["curves"]
    assert curve["direction"] == "sodiation"
    assert curve["capacity_mAh_g"] == pytest.approx(CHARGE)
    assert curve["voltage_V"] == pytest.approx(VOLTAGE)
    reader = read_bytes(content.encode() if isinstance(content, str) else content, name)
    assert found["points"] == len(reader.half_cycles[0].voltage_V)


TIME_S = np.array([0.0, 3600.0, 7200.0, 10800.0])
NOT_PER_GRAM = [
    ("bdf.csv", rows("test_time_second,voltage_volt,current_ampere", (TIME_S, VOLTAGE, [-1e-4] * 4))),
    (
        "eclab.mpt",
        rows(
            "mode\ttime/s\tEwe/V\tI/mA\tCapacity/mA.h",
            ([1] * 4, TIME_S, VOLTAGE, [-0.1] * 4, 1e-4 * TIME_S / 3.6),
            "\t",
        ),
    ),
    ("mah.csv", rows("Capacity(mAh),Voltage(V)", (TIME_S / 3.6e4, VOLTAGE))),
    (
        "maccor.txt",
        rows(
            "Rec#\tCyc#\tStep\tTest (Sec)\tAmp-hr\tAmps\tVolts",
            ([1, 2, 3, 4], [0] * 4, [1] * 4, TIME_S, TIME_S / 3.6e7, [-1e-4] * 4, VOLTAGE),
            "\t",
        ),
    ),
]


@pytest.mark.parametrize(("name", "content"), NOT_PER_GRAM)
def test_mass_is_asked_for_and_used(server: PageServer, name: str, content: str) -> None:
    status, found = upload(server, content, name)
    assert status == 422
    assert "Active mass: 1.2 mg" in found["error"]
    assert "mass_mg" not in found["error"]
    assert found["asks"] == ["mass_mg"]
    for text, mass in (("1", 1.0), ("0,5", 0.5)):
        status, found = upload(server, content, name, mass_mg=text)
        assert status == 200, found
        assert found["curves"][0]["capacity_mAh_g"][-1] == pytest.approx(300.0 / mass)
    for wrong in ("much", "0", "-1", "nan"):
        status, found = upload(server, content, name, mass_mg=wrong)
        assert status == 422
        assert "ctive mass is" in found["error"], found
        assert "mass_mg" in found["asks"]


def test_half_cycles_and_remarks_are_those_of_the_reader(server: PageServer) -> None:
    time_s = np.arange(0.0, 48.0) * 600.0
    phase = (time_s // 7200.0).astype(int) % 2
    current = np.where(phase == 0, -60.0, 60.0)
    along = (time_s % 7200.0) / 7200.0
    voltage = np.where(phase == 0, 1.5 - 1.45 * along, 0.05 + 1.45 * along)
    content = rows("Time [s];I [mA/g];U [V]", (time_s, current, voltage), ";")
    status, found = upload(server, content)
    assert status == 200, found
    reader = read_bytes(content.encode(), "mine.csv")
    assert [curve["direction"] for curve in found["curves"]] == [c.direction for c in reader.half_cycles]
    assert len(found["curves"]) == 4
    assert len(found["remarks"]) == len(reader.remarks)
    # the sign is the user's to say, and asked for
    status, found = upload(server, rows("Time [s];I [mA/g];U [V]", (time_s, -current, voltage), ";"))
    assert status == 422
    assert "Positive current: sodiation" in found["error"]
    assert "positive_on" in found["asks"]
    turned = rows("Time [s];I [mA/g];U [V]", (time_s, -current, voltage), ";")
    assert upload(server, turned, positive_on="sodiation")[0] == 200


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"", {}, "is empty"),
        ("a,b\nc,d\ne,f\n", {}, "mine.csv"),
        ("%PDF-1.4 and more", {}, "is a PDF"),
        (b"PK\x03\x04" + bytes(100), {}, "damaged"),
        (
            rows("freq/Hz,Re(Z)/Ohm,-Im(Z)/Ohm", ((1e3, 1e2, 10, 1), (5, 6, 8, 9), (1, 2, 2, 1))),
            {},
            "impedance",
        ),
        (rows("Capacity (mAh/g),Voltage (V)", (CHARGE, VOLTAGE)), {"colour": "red"}, "unknown option"),
        (rows("Capacity (mAh/g),Voltage (V)", (CHARGE, VOLTAGE)), {"columns": "x"}, "capacity=..."),
        (
            rows("t [s],I [mA/g],U [V]", ((0, 3600, 7200, 9000), [-100] * 4, VOLTAGE)),
            {"positive_on": "left"},
            "left",
        ),
        (rows("Capacity (mAh/g),Voltage (V)", (CHARGE, np.array(VOLTAGE) * 1e3)), {}, "Units: voltage=mV"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(
    server: PageServer, content: str | bytes, options: dict[str, str], said: str
) -> None:
    status, found = upload(server, content, **options)
    assert status == 422
    assert said in found["error"]
    assert "\n" not in found["error"]
    assert "Traceback" not in found["error"]


def test_columns_and_units_can_be_said(server: PageServer) -> None:
    content = rows("x;y", (CHARGE, VOLTAGE), ";")
    assert upload(server, content)[0] == 422
    said = {"columns": "capacity=x; voltage=y", "units": "capacity=mAh/g;voltage=V"}
    status, found = upload(server, content, **said)
    assert status == 200, found
    assert found["curves"][0]["capacity_mAh_g"] == pytest.approx(CHARGE)


def test_many_points_are_thinned_with_their_ends(server: PageServer) -> None:
    count = 60_000
    content = rows(
        "Capacity (mAh/g),Voltage (V)", (np.linspace(0, 300, count), np.linspace(1.5, 0.01, count))
    )
    status, found = upload(server, content)
    assert status == 200, found
    assert found["points"] == count
    (curve,) = found["curves"]
    assert len(curve["voltage_V"]) == 20_000
    assert (curve["capacity_mAh_g"][-1], curve["voltage_V"][-1]) == (300.0, 0.01)


def test_uploads_are_guarded_like_everything_else(server: PageServer) -> None:
    content = rows("Capacity (mAh/g),Voltage (V)", (CHARGE, VOLTAGE))
    assert upload(server, content, headers={"Origin": "https://napore.example"})[0] == 403
    assert upload(server, content, headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert upload(server, content, headers={"Content-Type": "text/plain"})[0] == 415
    assert upload(server, content, headers={"Content-Length": str(LONGEST_UPLOAD + 1)})[0] == 413
    assert upload(server, content, headers={"Content-Length": "5000"})[0] == 408
    assert upload(server, content)[0] == 200
    largest = re.search(r"LARGEST = (\S+);", (PAGE / "backend.js").read_text("utf-8"))
    assert largest is not None
    assert float(largest[1]) == LONGEST_UPLOAD


def test_page_has_a_field_for_each_option() -> None:
    page = (PAGE / "page.html").read_text("utf-8")
    assert tuple(re.findall(r'data-ask="(\w+)"', page)) == OPTIONS


def test_strict_table_is_that_of_the_reader() -> None:
    labels = strict_labels()
    for name in labels["capacity"]["names"]:
        for unit, factor in labels["capacity"]["units"].items():
            content = rows(f"{name} [{unit}];Ewe [V]", (np.array(CHARGE) / factor, VOLTAGE), ";")
            found = read_bytes(content.encode(), "mine.csv")
            assert found.half_cycles[0].capacity == pytest.approx(300.0), (name, unit)
    for name in labels["voltage"]["names"]:
        for unit, factor in labels["voltage"]["units"].items():
            content = rows(f"Q [mAh/g];{name} [{unit}]", (CHARGE, np.array(VOLTAGE) / factor), ";")
            found = read_bytes(content.encode(), "mine.csv")
            assert found.half_cycles[0].voltage_V[0] == pytest.approx(1.4), (name, unit)
