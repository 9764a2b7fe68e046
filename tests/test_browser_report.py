"""Browser: the report of a validation as the file that it is."""

import base64
import json
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from test_browser_page import browser, complaints, hosts, pytestmark

from napore.validation.claims import validate
from napore.validation.report import write_report

__all__ = ["browser", "pytestmark"]

PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Report of two claims with a picture of one panel and one of two."""
    folder = tmp_path_factory.mktemp("report")
    files = write_report(validate("K01", model="SPM"), folder)
    assert all(file.stat().st_size > 0 for file in files)
    return folder / "report.html"


def requested(browser: webdriver.Chrome) -> set[str]:
    found = set()
    for entry in browser.get_log("performance"):  # type: ignore[no-untyped-call]
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.add(message["params"]["request"]["url"].partition(":")[0])
    return found


def test_report_is_one_file_with_every_picture(browser: webdriver.Chrome, report: Path) -> None:
    browser.get(report.as_uri())
    pictures = browser.execute_script(
        "return Array.from(document.images).map((one) => [one.complete, one.naturalWidth, one.alt]);"
    )
    assert len(pictures) == len(list(report.parent.glob("*.svg"))) == 2
    assert all(complete and width > 0 and alt for complete, width, alt in pictures)
    head = browser.find_elements(By.CSS_SELECTOR, "h2 + .scroll thead th")
    assert [cell.text for cell in head][:2] == ["Id", "Role"]
    columns = "return Array.from(document.querySelectorAll('table')).every((table) => "
    columns += "new Set(Array.from(table.rows).map((row) => row.cells.length)).size === 1);"
    assert browser.execute_script(columns)
    assert complaints(browser) == []
    assert requested(browser) <= {"file", "data", "about", "chrome"}


def test_report_fits_a_phone(browser: webdriver.Chrome, report: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    browser.get(report.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach((one) => { one.open = true; });")
    assert browser.execute_script("return document.documentElement.scrollWidth") == PHONE["width"]
    assert hosts(browser) == set()


def test_report_prints(browser: webdriver.Chrome, report: Path) -> None:
    browser.get(report.as_uri())
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
    content = base64.b64decode(printed["data"])
    assert content.startswith(b"%PDF")
    assert len(content) > 20_000
