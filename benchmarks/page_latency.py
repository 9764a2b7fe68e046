"""How long does the page take from a move of a slider to new figures in sight, in headless Chromium?

Prints median and 95th percentile over the moves, with the load of the machine. Needs chromium,
chromedriver and the test extra.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
import threading
from importlib.metadata import version

import numpy as np
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from napore.page.server import PageServer
from napore.page.solve import page_service

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync")
MOVE = """
const sliders = Array.from(document.querySelectorAll('#sliders input[type=range]'));
const one = sliders[Math.floor(arguments[0] * sliders.length)];
const at = Math.floor(arguments[1] * (Number(one.max) + 1));
one.value = at === Number(one.value) ? (at + 1) % Number(one.max) : at;
delete document.body.dataset.sequence;
one.dispatchEvent(new Event('input'));
"""


def measured(url: str, moves: int) -> np.ndarray:
    """Milliseconds from each move to its figures."""
    options = webdriver.ChromeOptions()
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, "--window-size=1440,1000", f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.binary_location = str(shutil.which("chromium"))
        browser = webdriver.Chrome(
            options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
        )
        wait = WebDriverWait(browser, 120, poll_frequency=0.02)
        ready = "return !document.body.classList.contains('waiting') && document.body.dataset.sequence"
        try:
            browser.get(url)
            wait.until(lambda _: browser.execute_script(ready))
            rng, times = random.Random(1), []
            for _ in range(moves):
                browser.execute_script(MOVE, rng.random(), rng.random())
                wait.until(lambda _: browser.execute_script(ready))
                times.append(float(browser.execute_script("return document.body.dataset.milliseconds")))
        finally:
            browser.quit()
    return np.array(times)


def main() -> None:
    """Half and full cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=50)
    parser.add_argument("--model", default="SPM")
    given = parser.parse_args()
    if shutil.which("chromium") is None or shutil.which("chromedriver") is None:
        print("no chromium here: nothing is measured")
        return
    print(
        f"napore {version('napore')}, PyBaMM {version('pybamm')}, {os.cpu_count()} processors, {sys.platform}"
    )
    with PageServer(page_service()) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for cathode in ("none", "nvp"):
            times = measured(f"{server.url}#cathode={cathode}&model={given.model}", given.moves)
            median, late = np.percentile(times, [50, 95])
            print(
                f"{given.model}, cathode {cathode}: {len(times)} moves, median {median:.0f} ms, "
                f"95th percentile {late:.0f} ms, largest {times.max():.0f} ms; load {os.getloadavg()[0]:.1f}"
            )


if __name__ == "__main__":
    main()
