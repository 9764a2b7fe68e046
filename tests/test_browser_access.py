"""Browser: anyone can use the page and the report: axe finds nothing serious, keys suffice, A4 prints."""

import base64
import os
import re
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from test_browser_page import LONGEST, browser, complaints, drawn, opened, pytestmark, server, text, until
from test_browser_report import report

from napore.page.server import PageServer

__all__ = ["browser", "pytestmark", "report", "server"]

AXE = Path(__file__).resolve().parent.parent / "build" / "axe" / "node_modules" / "axe-core" / "axe.min.js"
"""Installed by .ci/browser with npm; the project does not hold it."""
needs_axe = pytest.mark.skipif(
    not AXE.exists() and os.environ.get("CI") != "true",
    reason="axe-core is not here: .ci/browser installs it",
)
DARK = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
A4 = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": True}


def findings(browser: webdriver.Chrome) -> list[str]:
    """Serious and critical findings of axe, with what they are about."""
    browser.set_script_timeout(LONGEST)
    browser.execute_script(AXE.read_text("utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1]; axe.run().then((found) => done(found.violations));"
    )
    return [
        f"{one['id']}: {node['html'][:120]} {node['failureSummary'][:300]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@needs_axe
@pytest.mark.parametrize("cell", ["", "#cathode=nvp&mass_ratio=0.3"])
@pytest.mark.parametrize("media", [{}, DARK], ids=["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: webdriver.Chrome, server: PageServer, tmp_path: Path, cell: str, media: dict[str, Any]
) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    opened(browser, server.url + cell)
    grams = tmp_path / "grams.csv"
    grams.write_text(
        "time/s\tEwe/V\tI/mA\n0\t1.2\t-0.1\n3600\t0.1\t-0.1\n7200\t0.02\t-0.1\n", encoding="utf-8"
    )
    browser.find_element(By.ID, "overlay").send_keys(str(grams))
    browser.find_element(By.ID, "keep").click()
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; });")
    until(browser, lambda: "give the active mass" in text(browser, "error"))
    assert findings(browser) == []


@needs_axe
@pytest.mark.parametrize("device", [{}, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing_serious_in_the_report(
    browser: webdriver.Chrome, report: Path, device: dict[str, Any]
) -> None:
    if device:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", device)
    browser.get(report.as_uri())
    assert findings(browser) == []


def test_keys_suffice(browser: webdriver.Chrome, server: PageServer) -> None:
    opened(browser, f"{server.url}#rate_C=0.5")
    reached = set()
    for _ in range(80):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        one = browser.switch_to.active_element
        reached.add(one.get_attribute("id") or one.text)
        if one.get_attribute("id") == "keep":
            one.send_keys(Keys.ENTER)
        if one.get_attribute("id") == "slider-rate_C":
            before = drawn(browser)
            one.send_keys(Keys.ARROW_RIGHT)
            until(browser, lambda: drawn(browser) > before)  # noqa: B023 - called at once
    assert {
        "carbon",
        "cathode",
        "keep",
        "overlay",
        "slider-rate_C",
        "moment",
        "run-pulses",
        "copy",
    } <= reached
    assert browser.find_elements(By.CSS_SELECTOR, "#kept li")
    outline = browser.execute_script(
        "const one = document.getElementById('keep'); one.focus(); return getComputedStyle(one).outlineStyle;"
    )
    assert outline != "none"
    assert complaints(browser) == []


def pages_of(printed: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", printed))


@pytest.mark.parametrize("cell", ["#rate_C=5", "#cathode=nvp"])
def test_page_prints_on_a4(browser: webdriver.Chrome, server: PageServer, cell: str) -> None:
    """Every figure is on paper, none is wider than the sheet, and no control is."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", DARK)
    opened(browser, server.url + cell)
    if "nvp" in cell:
        until(browser, lambda: "% of the theoretical energy" in text(browser, "waterfall-why"))
    sizes = browser.execute_script(
        """
        window.dispatchEvent(new Event('beforeprint'));
        return Array.from(document.querySelectorAll('.plot')).filter((one) => one.offsetParent).map(
          (one) => [one.id, one.querySelector('svg')?.clientWidth ?? 0]);
        """
    )
    assert all(0 < width <= 680 for _, width in sizes), sizes
    browser.execute_script("window.dispatchEvent(new Event('afterprint'));")
    printed = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", A4)["data"])
    assert printed.startswith(b"%PDF")
    assert 1 < pages_of(printed) <= 6
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    for name in ("controls", "questions", "keep", "run-pulses", "copy"):
        assert not browser.find_element(By.ID, name).is_displayed(), name
