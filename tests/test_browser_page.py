"""Browser: the page in headless Chromium, against the server and as an exported file."""

import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element
from selenium.webdriver.support.ui import Select, WebDriverWait

from napore.measured import read_bytes
from napore.page import export_page
from napore.page.server import PageServer
from napore.page.solve import page_service

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,1000",
)
LONGEST = 180.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        (CHROMIUM is None or DRIVER is None) and os.environ.get("CI") != "true", reason="no Chromium here"
    ),
]


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    with PageServer(page_service()) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    assert CHROMIUM is not None
    assert DRIVER is not None
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(tmp_path)})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield made
    made.quit()


def until(browser: webdriver.Chrome, what: Callable[[], Any]) -> Any:
    return WebDriverWait(browser, LONGEST, poll_frequency=0.05).until(lambda _: what())


def text(browser: webdriver.Chrome, name: str) -> str:
    return browser.find_element(By.ID, name).text


def drawn(browser: webdriver.Chrome) -> int:
    """Sequence number of the state that the page shows; 0 before the first and while it waits."""
    script = (
        "return document.body.classList.contains('waiting') ? 0 : Number(document.body.dataset.sequence || 0)"
    )
    return int(browser.execute_script(script))


def opened(browser: webdriver.Chrome, url: str) -> None:
    browser.get("about:blank")  # a change of the fragment alone loads nothing
    browser.get(url)
    until(browser, lambda: drawn(browser) >= 1)


def move(browser: webdriver.Chrome, key: str, *keys: str) -> None:
    browser.find_element(By.ID, f"slider-{key}").send_keys(*keys)


def field(browser: webdriver.Chrome, key: str) -> Any:
    return browser.find_element(By.CSS_SELECTOR, f"#slider-{key}").find_element(
        By.XPATH, "./ancestor::div[@class='slider']//input[@type='text']"
    )


def summary(browser: webdriver.Chrome) -> dict[str, str]:
    script = """
    return Array.from(document.querySelectorAll('#summary div')).map(
      (box) => [box.querySelector('dt').textContent, box.querySelector('dd').textContent]);
    """
    return dict(browser.execute_script(script))


def bars(browser: webdriver.Chrome) -> list[Any]:
    """Bars of the waterfall, which is drawn when it comes into sight."""
    browser.execute_script("document.getElementById('waterfall').scrollIntoView();")
    found: list[Any] = until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#waterfall .point"))
    return found


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Messages of the console; a refusal, which the page shows, is 400 or 422 there."""
    return [
        entry["message"]
        for entry in browser.get_log("browser")  # type: ignore[no-untyped-call]
        if not re.search(r"Failed to load resource: .* status of (400|422) ", entry["message"])
    ]


def hosts(browser: webdriver.Chrome) -> set[str | None]:
    """Hosts that the page asked for anything."""
    found: set[str | None] = set()
    for entry in browser.get_log("performance"):  # type: ignore[no-untyped-call]
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            address = urlsplit(message["params"]["request"]["url"])
            if address.scheme in (
                "http",
                "https",
                "ws",
                "wss",
            ):  # not the browser's own pages, data and blobs
                found.add(address.hostname)
    return found


def test_page_moves_and_stays_on_this_machine(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, server.url)
    slow = summary(browser)
    assert browser.find_elements(By.CSS_SELECTOR, "#voltage .scatterlayer .trace")
    before = drawn(browser)
    move(browser, "rate_C", *[Keys.PAGE_UP] * 3)
    until(browser, lambda: drawn(browser) > before)
    fast = summary(browser)
    assert float(fast["Desodiation capacity"].split()[0]) < float(slow["Desodiation capacity"].split()[0])
    assert "rate_C=" in browser.current_url
    assert "rate_test(cell, [" in text(browser, "python")

    Select(browser.find_element(By.ID, "adsorption_law")).select_by_value("Bragg-Williams")
    until(browser, lambda: summary(browser) != fast)
    assert '{"adsorption law": "Bragg-Williams"}' in text(browser, "python")
    assert "adsorption_law=Bragg-Williams" in browser.current_url
    Select(browser.find_element(By.ID, "adsorption_law")).select_by_value("three kinds")
    until(browser, lambda: summary(browser) == fast)

    Select(browser.find_element(By.ID, "cathode")).select_by_value("nvp")
    until(browser, lambda: "Plating margin" in summary(browser))
    assert bars(browser)
    assert "% of the theoretical energy" in text(browser, "waterfall-why")
    browser.find_element(By.ID, "moment").send_keys(Keys.END)
    until(browser, lambda: "discharge" in text(browser, "moment-text"))
    assert complaints(browser) == []
    assert hosts(browser) == {"127.0.0.1"}


def test_address_holds_the_state(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, f"{server.url}#carbon=tf&rate_C=0.5")
    assert summary(browser)
    assert field(browser, "rate_C").get_attribute("value") == "0.5"
    assert 'half_cell("anthracite-TF"' in text(browser, "python")


def test_bad_input_is_one_sentence(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, server.url)
    before = summary(browser)
    for wrong, said in (("-1", "Rate is -1 C"), ("many<b>", "Rate is 'many<b>'"), ("1e999", "Rate is")):
        box = field(browser, "rate_C")
        box.clear()
        box.send_keys(wrong, Keys.TAB)
        WebDriverWait(browser, LONGEST).until(text_to_be_present_in_element((By.ID, "error"), said))
        assert "give a number from 0.02 to 10 C" in text(browser, "error")
        assert box.get_attribute("aria-invalid") == "true"
    assert summary(browser) == before
    box.clear()
    box.send_keys("1", Keys.TAB)
    until(browser, lambda: text(browser, "error") == "" and summary(browser) != before)
    for comma in ("0,5", " 0.5 "):  # decimal commas are read
        box.clear()
        box.send_keys(comma, Keys.TAB)
        until(browser, lambda: "[0.5]" in text(browser, "python"))
    assert complaints(browser) == []


def test_what_an_address_cannot_mean_is_left_out(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, f"{server.url}#carbon=<img src=x>&rat_C=1&mass_ratio=0.4&rate_C=0,5")
    note = text(browser, "address-note")
    assert note.endswith("does not know or hold: carbon=<img src=x>, rat_C=1, mass_ratio=0.4.")
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert text(browser, "error") == ""
    assert field(browser, "rate_C").get_attribute("value") == "0.5"
    assert "rat_C" not in browser.current_url
    assert complaints(browser) == []


def traces(browser: webdriver.Chrome, plot: str) -> list[str]:
    script = "return (document.getElementById(arguments[0]).data ?? []).map((one) => one.name);"
    found: list[str] = browser.execute_script(script, plot)
    return found


def test_kept_curves_are_named_and_in_the_address(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, f"{server.url}#rate_C=0.1")
    browser.find_element(By.ID, "keep").click()
    name = until(browser, lambda: browser.find_element(By.CSS_SELECTOR, "#kept input"))
    assert name.get_attribute("value") == "fjh, 0.1 C"
    name.send_keys(Keys.CONTROL, "a", Keys.NULL, "slow; <b>one</b>", Keys.TAB)
    before = drawn(browser)
    move(browser, "rate_C", Keys.END)
    until(browser, lambda: drawn(browser) > before)
    browser.find_element(By.ID, "keep").click()
    until(browser, lambda: len(browser.find_elements(By.CSS_SELECTOR, "#kept li")) == 2)
    names = ["slow  <b>one</b>", "fjh, 10 C"]
    assert [one for one in traces(browser, "voltage") if one in names] == names
    address = browser.current_url
    opened(browser, address)
    until(browser, lambda: [one for one in traces(browser, "voltage") if one in names] == names)
    assert len(browser.find_elements(By.CSS_SELECTOR, "#kept li")) == 2
    browser.execute_script("document.getElementById('capacity').scrollIntoView();")
    until(browser, lambda: {"reported", *names} <= set(traces(browser, "capacity")))
    browser.find_element(By.CSS_SELECTOR, "#kept button").click()
    until(browser, lambda: names[0] not in traces(browser, "voltage"))
    Select(browser.find_element(By.ID, "cathode")).select_by_value("nvp")
    until(browser, lambda: "Plating margin" in summary(browser))
    assert names[1] not in traces(browser, "voltage")  # of another kind of cell
    assert complaints(browser) == []


def test_questions_and_pulses(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, server.url)
    links = {one.text: one for one in browser.find_elements(By.CSS_SELECTOR, "#questions a")}
    assert len(links) == 4
    links["Why does the plateau vanish?"].click()
    until(browser, lambda: "before the pores fill" in text(browser, "look"))
    until(browser, lambda: "0.1 C" in traces(browser, "voltage"))
    assert "Hardly any of it is in pores" in text(browser, "voltage-why")
    assert "question=plateau" in browser.current_url
    browser.execute_script("document.getElementById('run-pulses').scrollIntoView();")
    browser.find_element(By.ID, "run-pulses").click()
    until(browser, lambda: "Put in: 6.4e-12" in text(browser, "pulses-why"))
    until(browser, lambda: browser.find_elements(By.CSS_SELECTOR, "#pulses .points path"))
    assert complaints(browser) == []


def test_newest_of_quick_moves_is_shown(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, server.url)
    script = """
    const range = document.getElementById('slider-rate_C');
    for (const at of [20, 180, 60, 140]) {
      range.value = at;
      range.dispatchEvent(new Event('input'));
    }
    return Number(document.body.dataset.sequence);
    """
    before = browser.execute_script(script)
    until(browser, lambda: drawn(browser) == before + 4)
    shown = summary(browser)
    rate = float(field(browser, "rate_C").get_attribute("value"))
    time.sleep(1.0)  # in which a late answer would come
    assert summary(browser) == shown
    assert f"[{rate:g}]" in text(browser, "python")
    assert complaints(browser) == []


OWN = "return (document.getElementById('voltage').data ?? []).findLast((one) => one.meta === 'yours')"


def test_overlay_and_downloads(browser: webdriver.Chrome, server: PageServer, tmp_path: Path) -> None:
    opened(browser, server.url)
    good, bad, grams = (tmp_path / name for name in ("mine <b>.csv", "bad.csv", "grams.csv"))
    good.write_text("Cell 7\nEwe/V;Capacity/mAh g-1\n1,2;0,0\n0,1;100,5\n0,02;250,0\n", encoding="utf-8")
    bad.write_text("a,b\nc,d\ne,f\n", encoding="utf-8")
    grams.write_text(
        "time/s\tEwe/V\tI/mA\n0\t1.2\t-0.1\n3600\t0.1\t-0.1\n7200\t0.02\t-0.1\n", encoding="utf-8"
    )
    chooser = browser.find_element(By.ID, "overlay")

    def of_file(number: int, what: str) -> Any:
        return browser.find_element(By.CSS_SELECTOR, f"#overlays > :nth-child({number}) {what}")

    chooser.send_keys(str(bad))
    until(browser, lambda: "bad.csv" in text(browser, "error"))
    assert not of_file(1, "[data-ask=mass_mg] input").is_displayed()
    assert of_file(1, "[data-ask=columns] input").is_displayed()
    chooser.send_keys(str(grams))
    until(browser, lambda: "'I/mA' is not per gram: give the active mass" in text(browser, "error"))
    of_file(2, "[data-ask=mass_mg] input").send_keys("0,5", Keys.TAB)
    until(browser, lambda: of_file(2, ".overlay-name").text == "grams.csv: 3 points, 1 half cycle")
    assert text(browser, "error") == ""
    assert browser.execute_script(f"{OWN}.x") == [0, 200, 400]
    chooser.send_keys(str(good))
    until(browser, lambda: of_file(3, ".overlay-name").text == "mine <b>.csv: 3 points, 1 half cycle")
    assert not of_file(3, "[data-ask=mass_mg] input").is_displayed()
    assert browser.execute_script(f"{OWN}.x") == [0, 100.5, 250]
    assert browser.execute_script(f"{OWN}.y") == [1.2, 0.1, 0.02]
    marks = "#voltage .points path"
    until(browser, lambda: len(browser.find_elements(By.CSS_SELECTOR, marks)) == 6)  # of both files
    for _ in range(3):
        of_file(1, "button").click()
    until(browser, lambda: not browser.execute_script(OWN))
    assert browser.find_elements(By.CSS_SELECTOR, "#overlays > *") == []
    browser.find_element(By.ID, "download").click()
    saved = tmp_path / "napore_page.csv"
    until(browser, saved.exists)
    lines = saved.read_text("utf-8").splitlines()
    assert lines[1].startswith("direction,time_h,capacity_mAh_g,voltage_V")
    assert len(lines) > 100
    browser.find_element(By.CSS_SELECTOR, ".png[data-plot=voltage]").click()
    until(browser, (tmp_path / "napore_voltage.png").exists)
    assert complaints(browser) == []


def test_phone_has_one_column(browser: webdriver.Chrome, server: PageServer) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    opened(browser, f"{server.url}#cathode=nvp")
    width = browser.execute_script("return document.documentElement.scrollWidth")
    assert width == 390
    first, controls, rest = (browser.find_element(By.ID, name).rect for name in ("first", "controls", "rest"))
    rounding = 1.0
    assert controls["y"] > first["y"] + first["height"] - rounding  # a figure before the sliders
    assert rest["y"] > controls["y"] + controls["height"] - rounding
    unnamed = """
    return Array.from(document.querySelectorAll('input, select, button')).filter(
      (one) => !one.textContent && !one.labels?.length && !one.getAttribute('aria-label')).length;
    """
    assert browser.execute_script(unnamed) == 0


STRICT = """
const labels = JSON.parse(document.getElementById('grid').textContent).labels;
Strict.read(new File([arguments[0]], 'mine.csv'), labels).then(arguments[1]);
"""
READ = (
    "Capacity (mAh/g),Voltage (V)\n0,1.4\n120.5,.6\n300,1e-2\n",
    "Ewe/V;Spezifische Kapazität/mAh g-1\n1,4;0\n0,6;120,5\n0,01;300\n",
    "capacity_Ah_g\tvoltage_mV\n0\t10\n0.1\t600\n0.3\t1400\n",
    "比容量（mAh/g）,电压(V)\n0,1.4\n100,0.5\n300,0.01\n",
)
REFUSED = {
    "Capacity (mAh),Voltage (V)\n0,1.4\n1,0.6\n3,0.01\n": "line 1",
    "Capacity,Voltage\nmAh/g,V\n0,1.4\n1,0.6\n3,0.01\n": "line 1",
    "Cell 7\nCapacity (mAh/g),Voltage (V)\n0,1.4\n1,0.6\n3,0.01\n": "line 1",
    "Time (s),Capacity (mAh/g),Voltage (V)\n0,0,1.4\n1,1,0.6\n2,3,0.01\n": "line 1",
    "Capacity (mAh/g),Voltage (V)\n0,1.4\n1,000,0.6\n3,0.01\n": "line 3",
    "Capacity (mAh/g);Voltage (V)\n0;1,4\n1.000,5;0,6\n3;0,01\n": "line 3",
    "Capacity (mAh/g),Voltage (V)\n0,1400\n1,600\n3,10\n": "a voltage is outside",
    "Capacity (mAh/g),Voltage (V)\n0,1.4\n300,0.01\n0,0.01\n300,1.4\n": "the capacity falls",
    "Capacity (mAh/g),Voltage (V)\n0,1.4\n300,0.01\n600,1.4\n": "one way",
    "Capacity (mAh/g),Voltage (V)\n0,1.4\n300,0.6\n3600,0.01\n": "above 700",
    "": "line 1",
}


def agrees_with_the_reader(browser: webdriver.Chrome) -> None:
    """The strict reader of an exported page gives the reader's numbers, or refuses in a sentence."""
    for content in READ:
        answer = browser.execute_async_script(STRICT, content)
        assert answer["status"] == 200, answer
        (own,) = answer["found"]["curves"]
        (curve,) = read_bytes(content.encode(), "mine.csv").half_cycles
        assert own["direction"] == curve.direction
        assert own["capacity_mAh_g"] == pytest.approx(list(curve.capacity_mAh_g))
        assert own["voltage_V"] == pytest.approx(list(curve.voltage_V))
    for content, said in REFUSED.items():
        answer = browser.execute_async_script(STRICT, content)
        assert answer["status"] == 422, content
        assert said in answer["found"]["error"]
        assert "napore page and napore read take the rest" in answer["found"]["error"]


def test_export_opens_without_a_server(browser: webdriver.Chrome, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    rates = (0.1, 0.2, 5.0)
    export_page(path, ("tf", "fjh-nvp"), {"rate_C": rates}, {"rate_C": rates[1:], "mass_ratio": (0.3, 0.4)})
    opened(browser, path.as_uri())
    slow = summary(browser)
    move(browser, "rate_C", Keys.END)
    until(browser, lambda: summary(browser) != slow)
    assert "rate_test(cell, [5]" in text(browser, "python")
    assert not browser.find_element(By.ID, "adsorption_law").is_enabled()
    assert "adsorption law 'three kinds'" in text(browser, "note")
    browser.find_element(By.ID, "run-pulses").click()
    until(browser, lambda: "Put in: 6.4e-12" in text(browser, "pulses-why"))
    browser.find_element(By.CSS_SELECTOR, "#exercises summary").click()
    browser.find_element(By.CSS_SELECTOR, "#exercises a").click()
    until(browser, lambda: "question=plateau" in browser.current_url and drawn(browser))
    browser.execute_script("document.getElementById('voltage').scrollIntoView();")  # drawn where it is seen
    until(browser, lambda: "0.1 C" in traces(browser, "voltage"))
    Select(browser.find_element(By.ID, "carbon")).select_by_value("fjh")
    until(browser, lambda: "does not hold fjh: it has tf, fjh-nvp" in text(browser, "error"))
    Select(browser.find_element(By.ID, "cathode")).select_by_value("nvp")
    until(browser, lambda: "Plating margin" in summary(browser))
    assert text(browser, "error") == ""
    assert bars(browser)
    assert complaints(browser) == []
    assert hosts(browser) == set()
    agrees_with_the_reader(browser)
    opened(browser, f"{path.as_uri()}#adsorption_law=Bragg-Williams")
    assert "adsorption_law=Bragg-Williams" in text(browser, "address-note")
