"""Joint calibration of the shipped sets: its starts, what is kept of a run, and its leave-outs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napore.validation.journal import Journal
from studies.gu2025 import joint, joint_search
from studies.gu2025.joint_free import SPREAD
from studies.gu2025.left_out import AIMS, WITHOUT
from studies.gu2025.pages.calibration import left

pytestmark = pytest.mark.checkout


def nearness(values: Mapping[str, float]) -> Any:
    """Residuals that are least in the middle of the bounds."""
    return np.array([one.place(values[one.name]) - 0.5 for one in joint.free_of("fjh") if one.name in values])


@pytest.mark.parametrize(("carbon", "sign"), [("fjh", 1.0), ("fjh-b", -1.0)])
def test_starts_differ_and_keep_the_sign_of_the_set(carbon: str, sign: float) -> None:
    free = {one.name: one for one in joint.free_of(carbon)}
    starts = [joint_search.start_of(joint.free_of(carbon), seed, nearness) for seed in (1, 2, 1)]
    assert starts[0] == starts[2] != starts[1]
    for start in starts:
        assert start[SPREAD] * sign > 0.0
        assert all(one.low <= start[name] <= one.high for name, one in free.items())


def test_a_start_is_the_best_of_its_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    many = float(np.sum(nearness(joint_search.start_of(joint.free_of("fjh"), 3, nearness)) ** 2))
    monkeypatch.setattr(joint_search, "DRAWS", 1)
    assert many <= float(np.sum(nearness(joint_search.start_of(joint.free_of("fjh"), 3, nearness)) ** 2))


def test_finished_work_is_not_done_again(tmp_path: Path) -> None:
    done: list[str] = []

    def make() -> dict[str, Any]:
        done.append("")
        return {"objective": 2.0, "values": {"a": 1.0}}

    path = tmp_path / "finished.jsonl"
    first = joint_search.Kept(Journal(path, {"code": "1"}))("start 1", make)
    again = joint_search.Kept(Journal(path, {"code": "1"}))("start 1", make)
    assert (len(done), again["values"]) == (1, first["values"])
    joint_search.Kept(Journal(path, {"code": "2"}))("start 1", make)
    assert len(done) == 2


def test_a_row_left_out_is_no_residual() -> None:
    values = {one.name: joint.source("fjh").numbers[one.name] for one in joint.free_of("fjh")}
    every = len(joint.residuals_of_fjh("fjh")(values))
    for row, fewer in (("5 C", 2), ("K03", 5)):
        assert len(joint.residuals_of_fjh("fjh", **WITHOUT[row])(values)) == every - fewer


def test_ranges_of_what_was_left_out() -> None:
    rows = [
        {"row": row, "pulled to": aim, "allowed": aim is None or k < 2, "grows by": 0.0, key: value}
        for row, key, values in (
            ("5 C", "capacity at 5 C [mAh/g]", (200.0, 180.0, 150.0)),
            ("K03", "dip", (5.0, 3.0, 1.0)),
        )
        for k, (aim, value) in enumerate(zip((None, *AIMS[row][:2]), values, strict=True))
    ]
    assert [(one["low"], one["high"]) for one in left(rows)] == [(180.0, 200.0), (3.0, 5.0)]
