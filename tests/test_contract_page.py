"""Contract: what the page's server answers, whom it refuses, and the newest request of each client."""

import asyncio
import base64
import gzip
import http.client
import itertools
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest

import napore
from napore.cli.kinds import is_ours
from napore.page import PageError, State, answer_key, check_state, export, export_page
from napore.page.answer import answer
from napore.page.app import HOST, LONGEST_BODY
from napore.page.assets import FILES
from napore.page.build import Build
from napore.page.choices import questions
from napore.page.export import DEFAULT_CELLS, FULL_GRID, HALF_GRID
from napore.page.python_lines import python_lines
from napore.page.server import PageServer
from napore.page.service import Busy, Service, Superseded
from napore.page.solve import page_service, simulate

JSON = {"Content-Type": "application/json"}
MANY = 1000


def echo(state: State, wanted: Callable[[], bool]) -> bytes | None:
    """Answer that costs nothing, for what is about the server and not about the cell."""
    return json.dumps({"state": state.to_dict()}).encode()


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer(Service({"simulate": echo, "waterfall": echo}), timeout_s=2) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made


def ask(
    server: PageServer,
    method: str = "POST",
    path: str = "/simulate",
    body: str | bytes | None = None,
    headers: dict[str, str] | None = None,
) -> tuple[int, Any, Message]:
    """Status, content (parsed if JSON) and headers of an answer."""
    connection = http.client.HTTPConnection(HOST, server.server_port, timeout=60)
    try:
        connection.request(method, path, body, JSON if headers is None else headers)
        answer = connection.getresponse()
        content = answer.read()
        kind = answer.headers.get_content_type()
        found = json.loads(content) if kind == "application/json" and content else content
        return answer.status, found, answer.headers
    finally:
        connection.close()


def request(state: Any, client: str = "one", sequence: int = 0) -> str:
    return json.dumps({"client": client, "sequence": sequence, "state": state})


def raw(server: PageServer, sent: bytes) -> bytes:
    with socket.create_connection((HOST, server.server_port), timeout=10) as line:
        line.sendall(sent)
        parts = []
        try:
            while part := line.recv(65536):
                parts.append(part)
        except ConnectionResetError:  # an answer given before everything was read
            pass
        return b"".join(parts)


def sentence(found: Any) -> str:
    """The one clear sentence of a refusal."""
    assert set(found) == {"error"}
    text = str(found["error"])
    assert 10 <= len(text) <= 300
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def test_page_is_served_with_its_headers(server: PageServer) -> None:
    for path in FILES:
        status, content, headers = ask(server, "GET", path, headers={})
        assert status == 200, path
        assert content
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'self'; style-src 'self';" in headers["Content-Security-Policy"]
        policy = headers["Content-Security-Policy"].replace("style-src-attr 'unsafe-inline'; ", "")
        assert "unsafe" not in policy  # but for attributes of style, which run nothing
    status, content, _ = ask(server, "GET", "/plotly.min.js", headers={})
    assert status == 200
    assert b"plotly.js" in content[:100]
    page = (Path(napore.__file__).parent / "page" / "page.html").read_text("utf-8")
    assert "http" not in page.replace("http-equiv", "")
    assert "<script>" not in page
    assert " on" + "click" not in page


def test_choices_hold_every_cell(server: PageServer) -> None:
    status, found, _ = ask(server, "GET", "/choices.json", headers={})
    assert status == 200
    carbons = ("fjh", "fjh-b", "tf", "hard-carbon", "soft-carbon")
    assert set(found["sliders"]) == {*carbons, *(f"{carbon}-nvp" for carbon in carbons)}
    for sliders in found["sliders"].values():
        for slider in sliders:
            assert slider["low"] <= slider["start"] <= slider["high"], slider["key"]


def test_listens_on_loopback_only(server: PageServer) -> None:
    assert server.socket.getsockname()[0] == "127.0.0.1"
    address = socket.gethostbyname(socket.gethostname())
    if not address.startswith("127."):
        with pytest.raises(OSError, match=r"."), socket.create_connection((address, server.server_port), 2):
            pass


def test_taken_port_is_replaced(server: PageServer) -> None:
    with PageServer(Service({"simulate": echo}), server.server_port) as other:
        assert other.server_port != server.server_port


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({"Host": "napore.example"}, "Host header"),
        ({"Host": "127.0.0.1:1"}, "Host header"),
        ({"Origin": "https://napore.example"}, "another site"),
        ({"Origin": "null"}, "another site"),
        ({"Sec-Fetch-Site": "cross-site"}, "another site"),
        ({"Sec-Fetch-Site": "same-site"}, "another site"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_sites_are_refused(server: PageServer, method: str, headers: dict[str, str], said: str) -> None:
    path = "/" if method == "GET" else "/simulate"
    body = None if method == "GET" else request({})
    status, found, answered = ask(server, method, path, body, {**JSON, **headers})
    assert status == 403
    assert said in sentence(found)
    assert "Access-Control-Allow-Origin" not in answered


def test_own_origin_is_accepted(server: PageServer) -> None:
    own = {"Origin": f"http://{HOST}:{server.server_port}", "Sec-Fetch-Site": "same-origin"}
    assert ask(server, body=request({}), headers={**JSON, **own})[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/server.py",
        "/..%2fserver.py",
        "/%2e%2e/server.py",
        "//etc/passwd",
        "/page.html/../service.py",
        "/\\..\\server.py",
        "/page.css%00.py",
        "/data/",
    ],
)
def test_only_packaged_files_can_be_read(server: PageServer, path: str) -> None:
    status, found, _ = ask(server, "GET", path, headers={})
    assert status == 404
    sentence(found)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH", "FOO"])
def test_other_methods_are_refused(server: PageServer, method: str) -> None:
    status, found, headers = ask(server, method, "/simulate", request({}))
    assert status == 405
    assert headers["Allow"] == "POST"
    if method != "HEAD":
        sentence(found)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"rate_C": 0}, "Rate is 0 C: give a number from 0.02 to 10 C"),
        ({"rate_C": 1e300}, "Rate is 1e+300 C"),
        ({"rate_C": 10**400}, "Rate is a whole number of 401 digits: give a number from 0.02 to 10 C"),
        ({"rate_C": True}, "Rate is True"),
        ({"rate_C": "1"}, "Rate is '1'"),
        ({"rate_C": [1]}, "Rate is [1]"),
        ({"carbon": "fhj"}, "did you mean 'fjh'?"),
        ({"carbon": ["fjh"]}, "choose from fjh"),
        ({"model": "P2D"}, "choose from SPM, SPMe, DFN"),
        ({"adsorption_law": "Bragg"}, "three kinds, sloping; did you mean 'Bragg-Williams'?"),
        ({"adsorption_law": 1}, "adsorption_law is 1: choose from three kinds, mean field"),
        ({"mass_ratio": 0.4}, "a half cell has none: choose a cathode"),
        ({"cathode": "nvp", "foil_current_A_m2": 5}, "a full cell has none: choose no cathode"),
        ({"cathode": "nvp", "mass_ratio": 0.0}, "give a number from 0.2 to 0.8"),
        ({"pore_radius_nm": 100}, "give a number from 0.5 to 2 nm"),
        ({"carbon": "tf", "exchange_current_A_m2": 10}, "give a number from 0.2 to 3 A/m²"),
        ({"rat_C": 1}, "unknown input 'rat_C'; did you mean 'rate_C'?"),
        ({"x" * 5000: 1}, "unknown input"),
        ([], "the state is no object"),
        (None, "the state is no object"),
    ],
)
def test_bad_state_is_one_sentence(server: PageServer, given: Any, said: str) -> None:
    with pytest.raises(PageError) as caught:
        check_state(given)
    assert said in str(caught.value)
    status, found, _ = ask(server, body=request(given))
    assert status == 400
    if len(json.dumps(given)) < 1000:
        assert said in sentence(found)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("", JSON, 400),
        ("{", JSON, 400),
        ("[]", JSON, 400),
        ("[" * 10_000, JSON, 400),
        (b"\xff\xfe", JSON, 400),
        ('{"client": "a", "client": "b"}', JSON, 400),
        ('{"client": "a", "sequence": 0, "state": {"rate_C": NaN}}', JSON, 400),
        ('{"client": "a", "sequence": 0, "state": {"rate_C": 1' + "0" * 5000 + "}}", JSON, 400),
        ('{"client": "a", "sequence": 0.5, "state": {}}', JSON, 400),
        ('{"client": "", "sequence": 0, "state": {}}', JSON, 400),
        ('{"client": "a", "sequence": 0, "state": {}, "more": 1}', JSON, 400),
        ("x" * (LONGEST_BODY + 1), JSON, 413),
        (request({}), {"Content-Type": "text/plain"}, 415),
        (request({}), {}, 415),
        (request({}), {**JSON, "Content-Length": "-1"}, 400),
        (request({}), {**JSON, "Content-Length": "9" * 40}, 400),
        (request({}), {**JSON, "Content-Length": "9" * 20}, 413),
        (request({}), {**JSON, "Transfer-Encoding": "chunked"}, 411),
        (request({}), {**JSON, "Content-Length": "500"}, 408),
    ],
)
def test_bad_body_is_one_sentence(
    server: PageServer, body: str | bytes, headers: dict[str, str], status: int
) -> None:
    found_status, found, _ = ask(server, body=body, headers=headers)
    assert found_status == status
    sentence(found)


def test_thousand_malformed_requests(server: PageServer) -> None:
    rng = np.random.default_rng(1)
    good = (
        f"POST /simulate HTTP/1.1\r\nHost: {HOST}:{server.server_port}\r\n"
        "Content-Type: application/json\r\nContent-Length: 47\r\nConnection: close\r\n\r\n"
        '{"client": "a", "sequence": 0, "state": {"a":1}}'
    ).encode()

    def malformed(kind: int) -> bytes:
        if kind % 4 == 0:  # bytes of any kind, then the end of a head
            return bytes(rng.integers(0, 256, 60, dtype=np.uint8)) + b"\r\n\r\n"
        if kind % 4 == 1:  # a good request with bytes changed
            parts = bytearray(good)
            for place in rng.integers(0, 16, 4):
                parts[place] = int(rng.integers(128, 256))
            return bytes(parts)
        if kind % 4 == 2:  # a body that is no state
            body = bytes(rng.integers(32, 127, 40, dtype=np.uint8))
            head = good.partition(b"\r\n\r\n")[0].replace(b"Content-Length: 47", b"Content-Length: 40")
            return head + b"\r\n\r\n" + body
        return good[: int(rng.integers(20, 120))] + b"\r\n\r\n"  # a request that ends too early

    sent = [malformed(kind) for kind in range(MANY)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda one: raw(server, one), sent))
    for one, found in zip(sent, answers, strict=True):
        head, _, body = found.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 4"), (one, found[:200])
        sentence(json.loads(body))
    assert ask(server, body=request({}))[0] == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"POST /simulate HTTP/1.1\r\n",
        b"GET /choices.json HTTP/1.1\r\nHost: HERE\r\n\r\nGET / HTT",  # the second request of a connection
    ],
)
def test_silent_client_is_dropped(server: PageServer, sent: bytes) -> None:
    with socket.create_connection((HOST, server.server_port), timeout=30) as line:
        line.sendall(sent.replace(b"HERE", f"{HOST}:{server.server_port}".encode()))
        with suppress(ConnectionResetError):
            while line.recv(65536):
                pass


def test_dripping_client_is_dropped(server: PageServer) -> None:
    """A byte now and then does not keep a connection: the deadline is that of the whole head."""

    def drip(line: socket.socket) -> None:
        for _ in range(150):
            line.sendall(b"a")
            time.sleep(0.1)

    with (
        socket.create_connection((HOST, server.server_port), timeout=30) as line,
        pytest.raises(OSError, match=r"Broken pipe|reset"),
    ):
        drip(line)


def test_dripping_body_is_dropped(server: PageServer) -> None:
    head = (
        f"POST /simulate HTTP/1.1\r\nHost: {HOST}:{server.server_port}\r\n"
        "Content-Type: application/json\r\nContent-Length: 16000\r\n\r\n"
    )
    with socket.create_connection((HOST, server.server_port), timeout=0.1) as line:
        line.sendall(head.encode())
        found = b""
        for _ in range(150):
            with suppress(TimeoutError):
                found = line.recv(65536)
                break
            line.sendall(b" ")
    assert found.startswith(b"HTTP/1.1 408")


def test_two_hundred_at_once_are_answered() -> None:
    rates = (0.5, 1.0, 2.0, 5.0)
    with PageServer(page_service()) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        gate = threading.Barrier(200)

        def one(number: int) -> tuple[int, Any]:
            gate.wait()
            status, found, _ = ask(
                made, body=request({"rate_C": rates[number % len(rates)]}, f"client {number}")
            )
            return status, found

        with ThreadPoolExecutor(200) as pool:
            answers = list(pool.map(one, range(200)))
    assert [status for status, _ in answers] == [200] * 200
    for number, (_, found) in enumerate(answers):
        assert found["state"]["rate_C"] == rates[number % len(rates)]


def test_newest_request_of_a_client_is_answered() -> None:
    begun, go_on = threading.Event(), threading.Event()
    solved = []

    def slow(state: State, wanted: Callable[[], bool]) -> bytes | None:
        begun.set()
        assert go_on.wait(20.0)
        if not wanted():
            return None
        solved.append(state["rate_C"])
        return b"{}"

    async def scenario() -> None:
        service = Service({"simulate": slow})

        def later(client: str, sequence: int, rate: float) -> "asyncio.Task[bytes]":
            state = check_state({"rate_C": rate})
            return asyncio.create_task(service.ask(client, sequence, "simulate", state))

        first = later("a", 1, 0.1)
        assert await asyncio.to_thread(begun.wait, 20.0)
        second = later("a", 2, 0.2)
        await asyncio.sleep(0)
        third = later("a", 3, 0.3)
        with pytest.raises(Superseded):
            await second  # answered at once, while the first is still being solved
        other = later("b", 1, 0.5)
        await asyncio.sleep(0)
        go_on.set()
        assert await third == b"{}"
        assert await other == b"{}"
        with pytest.raises(Superseded):
            await first
        with pytest.raises(Superseded):
            await service.ask("a", 2, "simulate", check_state({}))

    asyncio.run(scenario())
    assert solved == [0.3, 0.5]


def test_curves_come_before_the_waterfall_of_another() -> None:
    go_on = threading.Event()
    solved = []

    def solve(name: str) -> Callable[[Any, Callable[[], bool]], bytes]:
        def solved_by(question: str, wanted: Callable[[], bool]) -> bytes:
            assert go_on.wait(20.0)
            solved.append(name + question)
            return b"{}"

        return solved_by

    async def scenario() -> None:
        service = Service({"simulate": solve("curves "), "waterfall": solve("waterfall ")})
        asked = (("a", "simulate"), ("b", "waterfall"), ("c", "simulate"))
        tasks = []
        for client, kind in asked:
            tasks.append(asyncio.create_task(service.ask(client, 0, kind, client)))
            await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
    assert solved == ["curves a", "curves c", "waterfall b"]


def test_queue_is_bounded_and_outlives_errors() -> None:
    go_on = threading.Event()

    def slow(state: State, wanted: Callable[[], bool]) -> bytes | None:
        assert go_on.wait(20.0)
        if state["rate_C"] == 1.0:
            raise RuntimeError("an error that nobody foresaw")
        return b"{}"

    async def scenario() -> None:
        service = Service({"simulate": slow}, waiting=2)
        jobs = []
        for number, rate in enumerate((1.0, 2.0, 3.0)):
            state = check_state({"rate_C": rate})
            jobs.append(asyncio.create_task(service.ask(f"c{number}", 0, "simulate", state)))
            for _ in range(3):  # the first is being solved, and waits no more
                await asyncio.sleep(0)
        with pytest.raises(Busy):
            await service.ask("late", 0, "simulate", check_state({"rate_C": 4.0}))
        go_on.set()
        with pytest.raises(PageError, match="cannot be simulated: RuntimeError"):
            await jobs[0]
        assert await asyncio.gather(*jobs[1:]) == [b"{}"] * 2

    asyncio.run(scenario())


def test_slow_answer_is_a_sentence_and_kept_for_later() -> None:
    go_on = threading.Event()

    def slow(state: State, wanted: Callable[[], bool]) -> bytes | None:
        assert go_on.wait(20.0)
        return b"{}"

    with PageServer(Service({"simulate": slow}, longest=0.2)) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        status, found, _ = ask(made, body=request({}))
        assert status == 504
        assert "try the model SPM" in sentence(found)
        go_on.set()
        deadline = time.monotonic() + 20.0
        while ask(made, body=request({}, "one", 2))[0] != 200:
            assert time.monotonic() < deadline


@pytest.mark.parametrize(
    "given",
    [
        {"rate_C": 2.0, "pore_capacity_mAh_g": 200.0, "temperature_C": 5.0, "loading_mg_cm2": 3.0},
        {"cathode": "nvp", "rate_C": 1.0, "mass_ratio": 0.35, "pore_capacity_mAh_g": 200.0},
    ],
)
def test_python_lines_give_what_the_page_shows(given: dict[str, Any]) -> None:
    state = check_state(given)
    shown = json.loads(simulate(state) or b"")
    scope: dict[str, Any] = {}
    lines = [line for line in python_lines(state).splitlines() if "plot" not in line and "print" not in line]
    exec("\n".join(lines), scope)
    test = scope["energies"].rates if state.full else scope["test"]
    cycle = test.curves[state["rate_C"]]
    assert shown["curves"][1]["capacity_mAh_g"][-1] == pytest.approx(cycle.second.capacity, rel=1e-3)
    first = shown["curves"][0]
    charge, voltage = (np.asarray(first[name]) for name in ("capacity_mAh_g", "voltage_V"))
    rising = 1.0 if state.full else -1.0
    off_V = np.abs(voltage - np.interp(charge, cycle.first.capacity_mAh_g, cycle.first.voltage_V))
    at = np.interp(rising * voltage, rising * cycle.first.voltage_V, cycle.first.capacity_mAh_g)
    off_charge = np.abs(charge - at) / charge[-1]
    # where the voltage is steep, the same charge to four digits is many millivolts off
    assert np.all((off_V < 2e-3) | (off_charge < 2e-3))


def answer_of(build: Build, state: State) -> dict[str, Any]:
    run = build.run(state)
    assert run is not None
    return answer(run)


@pytest.mark.parametrize(
    ("carbon", "rate", "said"),
    [
        (
            "tf",
            5.0,
            ("Hardly any of it is in pores", "The pores are nearly empty", "Not both are peaks of the pores"),
        ),
        (
            "fjh",
            0.1,
            ("It is less than the pores hold", "Small pores fill at a higher", "Pores take and give"),
        ),
    ],
)
def test_words_are_true_of_the_state(carbon: str, rate: float, said: tuple[str, str, str]) -> None:
    found = json.loads(simulate(check_state({"carbon": carbon, "rate_C": rate})) or b"")
    first, point = found["curves"][0], found["point"]
    filled = first["filled_mAh_g"][-1] - first["filled_mAh_g"][0]
    for name, text in zip(("voltage", "particle", "differential"), said, strict=True):
        assert text in found["why"][name]
    taken = first["capacity_mAh_g"][-1]
    assert (filled < 0.05 * taken) == (carbon == "tf")
    assert (filled - point["below_mAh_g"] > 0.03 * taken) == (carbon == "fjh")


@pytest.mark.parametrize("cathode", ["none", "nvp"])
def test_build_follows_every_slider(cathode: str) -> None:
    build = Build("fjh", cathode, "SPM")
    start = check_state({"cathode": cathode, "rate_C": 5.0})
    base = answer_of(build, start)
    for key, value in dict(start.values).items():
        moved = answer_of(build, check_state({**start.to_dict(), key: 0.8 * value}))
        assert moved["summary"] != base["summary"], key


def held_of(path: Path) -> dict[str, Any]:
    """What an exported page holds."""
    packed = path.read_text("utf-8").partition('id="grid">')[2].partition("</script>")[0]
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(packed)))
    return found


def test_export_is_one_file(tmp_path: Path) -> None:
    path, key, said = tmp_path / "page.html", tmp_path / "key.md", list[str]()
    rates, ratios = (0.1, 5.0), (0.3, 0.4)
    cells, half, full = ("tf", "fjh-nvp"), {"rate_C": rates}, {"rate_C": (1.0,), "mass_ratio": ratios}
    export_page(path, cells, half, full, answers=key, say=said.append)
    text, held = path.read_text("utf-8"), held_of(path)
    assert path.stat().st_size < 2.5e6
    assert said[0] == "6 simulations of tf, fjh-nvp"  # two rates, two ratios, two diffusivities
    assert float(said[1].split()[-2]) == pytest.approx(path.stat().st_size / 1e6, rel=0.1)
    assert [row["simulate"]["state"]["rate_C"] for row in held["answers"]["tf"]] == [0.1, 5.0]
    assert held["choices"]["adsorption_laws"] == ["three kinds"]
    assert "with the adsorption law 'three kinds'" in held["choices"]["note"]
    assert held["answers"]["fjh-nvp"][0]["waterfall"]["terms"][-1]["name"] == "delivered"
    assert [one["key"] for one in held["choices"]["questions"]] == ["plateau"]
    assert "src=" not in text
    assert text.count("<link") == 1  # the empty icon
    assert is_ours(path)  # and may be written over
    assert is_ours(key)
    plateau_follows_a_rate_test(held, key.read_text("utf-8"))
    ratios_follow_an_energy_test(held)
    readings_follow_a_gitt(held)


def ratios_follow_an_energy_test(held: dict[str, Any]) -> None:
    """Energy, margin and best ratio of the key, as an energy test finds them."""
    key = "\n".join(answer_key.ratios(held))
    energy = {}
    for ratio in (0.3, 0.4):
        full = napore.full_cell("fjh", "NVP", mass_ratio=ratio, model="SPM")
        (point,) = napore.energy_test(full, 1.0).points
        energy[ratio] = point.energy_Wh_kg_active
        (row,) = [row.split("|") for row in key.splitlines() if row.startswith(f"| 1 | {ratio:g} |")]
        assert float(row[3]) == pytest.approx(point.energy_Wh_kg_active, rel=2e-3)
        assert point.plating_margin_V is not None
        assert float(row[4]) == pytest.approx(1e3 * point.plating_margin_V, abs=0.5)
        if point.plating_margin_V < 0.0:
            energy[ratio] = 0.0
    best = max(energy, key=lambda ratio: energy[ratio] or 0.0)
    assert f"Best without plating: 1 C: {best:g} (" in key
    assert "A faster charge pulls" not in key  # the page holds one rate


def readings_follow_a_gitt(held: dict[str, Any]) -> None:
    """What the pulses of the key read, as napore.gitt reads it."""
    key = "\n".join(answer_key.readings(held))
    for row in (row.split("|") for row in key.splitlines() if re.match(r"\| \d", row)):
        numbers = {"Carbon particle reference diffusivity [m2.s-1]": float(row[1])}
        cell = napore.half_cell("tf", "SPM", parameters=numbers)
        found = [one for one in napore.gitt(cell, direction="sodiation").pulses if one.diffusivity_m2_s]
        least = min(found, key=lambda one: one.diffusivity_m2_s or 1.0)
        assert float(row[4].split(" at ")[0]) == pytest.approx(least.diffusivity_m2_s, rel=0.05)
        assert float(row[4].split(" at ")[1].split()[0]) == pytest.approx(least.voltage_V, abs=2e-3)
        slope = sorted(one.diffusivity_m2_s or 0.0 for one in found if one.voltage_V > 0.2)
        assert slope[0] <= float(row[2]) * 1.05
        assert float(row[2]) <= slope[-1] * 1.05
        assert float(row[3]) == pytest.approx(float(row[2]) / float(row[1]), rel=0.06)


def plateau_follows_a_rate_test(held: dict[str, Any], key: str) -> None:
    """The key's plateau at each rate and the share that is lost, as a rate test finds them."""
    table = napore.rate_test(napore.half_cell("tf", model="SPM"), [0.1, 5.0]).table()
    slow, fast = table["plateau_capacity_mAh_g"]
    rows = [row for row in key.splitlines() if row.startswith("| 5 |")]
    _, _, plateau, lost, _ = rows[0].split("|")
    assert float(plateau) == pytest.approx(fast, abs=0.3)
    assert float(lost.strip(" %")) == pytest.approx(100 * (1 - fast / slow), abs=0.7)
    assert "Half of it is lost at 5 C" in key


@pytest.mark.parametrize(
    ("filling", "exchange", "said"),
    [
        (40.0, 12.0, "Of the two filling limits."),
        (12.0, 40.0, "Of the two charge transfer limits."),
        (10.5, 10.2, "Neither limits."),
    ],
)
def test_key_says_what_limits_the_plateau(filling: float, exchange: float, said: str) -> None:
    left = {(0.02, 1, 1): 110.0, (0.1, 1, 1): 100.0, (5.0, 1, 1): 10.0}
    left |= {(5.0, 9, 1): filling, (5.0, 1, 9): exchange}
    values = {"rate_C": (0.02, 0.1, 5.0), "filling_rate_per_s": (1, 9), "exchange_current_A_m2": (1, 9)}
    sliders = [{"key": key, "values": grid, "start": grid[0]} for key, grid in values.items()]
    answers = [
        {"simulate": {"point": {"below_mAh_g": left[at]}} if at in left else {"error": "not held"}}
        for at in itertools.product(*values.values())
    ]
    held = {"choices": {"carbons": ["fjh"], "sliders": {"fjh": sliders}}, "answers": {"fjh": answers}}
    key = "\n".join(answer_key.plateaus(held))
    assert said in key
    assert "| 0.02 | 110.0 | none |" in key
    assert "| 5 | 10.0 | 90 % |" in key


def test_default_grids_hold_every_question() -> None:
    grid = {cell: export._grid_of(cell, HALF_GRID, FULL_GRID) for cell in DEFAULT_CELLS}
    assert all(export._holds(grid, question) for question in questions().values())
    assert sum(len(list(export._states(cell, values))) for cell, values in grid.items()) <= 150


@pytest.mark.parametrize(
    ("cells", "sliders", "said"),
    [
        (("fjhh",), {}, "carbon is 'fjhh'"),
        (("fjh-nvpp",), {}, "choose from none, nvp"),
        (("fjh",), {"mass_ratio": (0.4,)}, "'mass_ratio' is no slider of fjh"),
        (("fjh",), {"rate_C": (99.0,)}, "Rate is 99 C: give a number from 0.02 to 10 C"),
        ((), {}, "no cell is given"),
    ],
)
def test_export_refuses_in_a_sentence(
    cells: tuple[str, ...], sliders: dict[str, tuple[float, ...]], said: str, tmp_path: Path
) -> None:
    with pytest.raises(PageError) as caught:
        export_page(tmp_path / "page.html", cells, *export.grids(cells, sliders))
    assert said in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_command_says_where_it_is() -> None:
    command = [sys.executable, "-m", "napore.cli", "page", "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("napore page: http://127.0.0.1:")
        with urlopen(line.split()[2], timeout=60) as page:  # it is served, and listens to signals
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        left, said = process.communicate(timeout=60)
    assert left == ""
    assert "Traceback" not in said


def test_command_needs_its_extra() -> None:
    """Without Starlette or uvicorn one sentence says so, and an export needs neither."""
    lines = [
        "import sys",
        "sys.modules['starlette'] = sys.modules['uvicorn'] = None",
        "import napore.page.export",
        "from napore.cli import main",
        "sys.exit(main(['page', '--no-browser']))",
    ]
    command = [sys.executable, "-c", "\n".join(lines)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert 'pip install "napore[page]"' in found.stderr
    assert found.stderr.count("\n") == 1
