"""Contract: the Python of the how-to pages runs as it is written."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

PAGES = Path(__file__).resolve().parent.parent / "docs" / "howto"

pytestmark = pytest.mark.checkout


@pytest.mark.parametrize("name", ["overlay"])
def test_howto_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (PAGES / f"{name}.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert blocks
    monkeypatch.chdir(tmp_path)
    scope: dict[str, object] = {}
    exec("\n".join(blocks), scope)
    plt.close("all")
    assert len(scope["measured"].voltage_V) == 6  # type: ignore[attr-defined]
    assert scope["simulated"].direction == "sodiation"  # type: ignore[attr-defined]
