"""Contract: the Python of the how-to pages runs as it is written."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

from napore.models.laws import ADSORPTION_LAWS, FILLING_LAWS

PAGES = Path(__file__).resolve().parent.parent / "docs" / "howto"

pytestmark = pytest.mark.checkout

Scope = Mapping[str, Any]


def determined(found: Scope) -> bool:
    row = found["table"].iloc[0]
    return bool(row["low_95"] <= 355.0 <= row["high_95"]) and row["verdict"] == "determined"


CASES: dict[str, Callable[[Scope], bool]] = {
    "five_minutes": lambda found: list(found["table"]["status"]) == ["ok", "ok"],
    "overlay": lambda found: (
        len(found["measured"].voltage_V) == 6 and found["simulated"].direction == "sodiation"
    ),
    "files": lambda found: [round(half.capacity) for half in found["found"].half_cycles] == [300, 300],
    "my_carbon": determined,
    "plain_pybamm": lambda found: abs(found["filling"].min()) < 1e-6 and 0.5 < found["filling"].max() <= 1.0,
    "cathode": lambda found: list(found["table"]["status"]) == ["ok"] and found["own"].name != "",
    "electrolyte": lambda found: (
        found["second"].capacity_mAh_g < 0.5 * found["first"].capacity_mAh_g
        and found["own"].number("Cation transference number") == 0.45
    ),
    "design": lambda found: (
        found["best"].flags == ()
        and found["best"].mass_ratio in (0.3, 0.4, 0.5)
        and found["shares"].rows[0].parameter.startswith("Cathode particle")
    ),
    "long_study": lambda found: list(found["table"]["status"]) == ["ok"] * 4,
    "laws": lambda found: (
        found["own"].source.law == found["mine"].source.law == "exponential"
        and found["own"].isotherm.potential(0.3) == found["mine"].isotherm.potential(0.3)
        and found["cell"].source.law == "Bragg-Williams"
    ),
    "options": lambda found: found["status"] == "ok" and found["cell"].pore_classes == 3,
    "maintain": lambda found: "relaxation" in found["FILLING_LAWS"],
}
FAST = {"files", "overlay", "laws", "maintain", "options"}


def test_every_page_with_python_is_run() -> None:
    assert {page.stem for page in PAGES.glob("*.md") if "```python" in page.read_text("utf-8")} == set(CASES)


@pytest.mark.parametrize(
    "name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in CASES]
)
def test_howto_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (PAGES / f"{name}.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {}
    shipped = {*ADSORPTION_LAWS, *FILLING_LAWS}
    exec("\n".join(blocks), scope)
    plt.close("all")
    assert CASES[name](scope)
    for own in {*ADSORPTION_LAWS, *FILLING_LAWS} - shipped:
        ADSORPTION_LAWS.pop(own, None)
        FILLING_LAWS.pop(own, None)
