"""Evidence: what is stale, what a page may say, and data that stay small."""

import ast
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.checkout
if not (Path(__file__).resolve().parents[1] / "studies").is_dir():
    pytest.skip("the study is in the checkout only", allow_module_level=True)

from studies.gu2025 import data, evidence, render  # noqa: E402 (the checkout only)

PAGES = evidence.PAGES


@pytest.mark.parametrize("changed", ["fjh", "fjh-b", "tf"])
def test_a_changed_set_makes_stale_what_rests_on_it_and_nothing_else(changed: str) -> None:
    def hash_of(name: str) -> str:
        return evidence.set_hash(name) + ("changed" if name == changed else "")

    stale = {name for name in PAGES if evidence.fingerprint(name, hash_of) != evidence.fingerprint(name)}
    assert stale == {name for name in PAGES if changed in evidence.producer(name).SETS}


def test_a_set_hash_follows_a_single_number(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from napore.parameters.sets import load_set

    source = load_set("fjh")
    name, entry = next(iter(source.entries.items()))
    other = replace(source, entries={**source.entries, name: replace(entry, value=entry.value * 1.001)})
    before = evidence.set_hash("fjh")
    monkeypatch.setattr(evidence, "load_set", lambda _: other)
    assert evidence.set_hash("fjh") != before


def test_comments_and_docstrings_do_not_make_stale() -> None:
    plain = "A = 1\ndef f(x):\n    return x + 1\n"
    said = '"""A module."""\n\nA = 1\n"""What A is."""\n\n\ndef f(x):\n    """One more."""\n'
    said += "    # why\n    return x + 1  # so\n"
    assert evidence.bare_source(said) == evidence.bare_source(plain)
    assert evidence.bare_source(plain.replace("+ 1", "+ 2")) != evidence.bare_source(plain)


def test_a_stopped_run_goes_on_with_the_parts_that_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data.read_all, "__defaults__", (tmp_path,))
    monkeypatch.setattr(data.write, "__defaults__", (tmp_path,))
    name = PAGES[0]
    first, *others = evidence.producer(name).PARTS
    assert evidence.pending(name) == [first, *others]
    evidence.keep(name, {first: {"x": [1.0, 2.0]}}, {first: evidence.stamp(name, 1.0)})
    assert evidence.pending(name) == others
    assert evidence.lacking()[0] == f"docs/data/{name}.json lacks {', '.join(others)}: run make study"
    monkeypatch.setattr(evidence, "RESULTS", evidence.RESULTS + 1)
    assert evidence.pending(name) == [first, *others]


def test_a_run_from_the_start_forgets_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for function in (data.read_all, data.write):
        monkeypatch.setattr(function, "__defaults__", (tmp_path,))
    monkeypatch.setattr(evidence, "FORGOTTEN", tmp_path / "forgotten")
    name = PAGES[0]
    parts = evidence.producer(name).PARTS
    evidence.keep(name, dict.fromkeys(parts, 1.0), dict.fromkeys(parts, evidence.stamp(name, 1.0)))
    assert evidence.pending(name) == []
    evidence.forget([name])
    assert evidence.pending(name) == list(parts)
    first = next(iter(parts))
    evidence.keep(name, {first: 2.0}, {first: evidence.stamp(name, 1.0)})
    evidence.forget([name])  # the run was stopped, and is started again
    assert evidence.pending(name) == list(parts)[1:]


def test_data_come_back_rounded(tmp_path: Path) -> None:
    long = [k / 7.0 for k in range(40)]
    found: dict[str, Any] = {
        "a, b": {"curve [mAh/g]": long, "count": list(range(30)), "gaps": [None, *long]},
        "rows": [{"name": str(k), "value": k / 3.0, "pair": [k, 0.5]} for k in range(5)],
        "nested": [{"of": [{"k": k, "j": j} for j in range(3)]} for k in range(4)],
        "deep": [[1, 2], {"x": None, "yes": True}],
    }
    data.write("one", {}, found, tmp_path)
    back = data.read("one", tmp_path)
    assert back["a, b"]["curve [mAh/g]"] == pytest.approx(long, rel=1e-4)
    assert back["a, b"]["count"] == list(range(30))
    assert back["a, b"]["gaps"][0] is None
    assert back["rows"][4] == {"name": "4", "value": pytest.approx(4 / 3), "pair": [4, 0.5]}
    assert back["deep"] == found["deep"]
    assert back["nested"] == found["nested"]
    text = (tmp_path / "one.json").read_text("utf-8")
    data.write("one", {}, back, tmp_path)
    assert (tmp_path / "one.json").read_text("utf-8") == text
    assert len(text.splitlines()) < 30


def test_thinned_columns_keep_their_ends() -> None:
    x, y = data.thinned(50, range(1000), [v**2 for v in range(1000)])
    assert (x[0], x[-1], y[-1]) == (0.0, 999.0, 999.0**2)
    assert len(x) == len(y) <= 50


@pytest.mark.parametrize("name", PAGES)
def test_a_page_and_its_data_are_small_and_its_pictures_there(name: str) -> None:
    page = render.page_path(name).read_text("utf-8")
    for title in getattr(render.page(name), "PICTURES", {}):
        assert f"images/{title}.png" in page or title == "rates"
        assert (render.PICTURES / f"{title}.png").is_file()
    made = data.read_all(name)["made"]
    known = [*getattr(evidence.producer(name), "RECORDS", ()), *evidence.producer(name).PARTS]
    assert list(made) == [part for part in known if part in made]
    assert set(made) <= set(known)
    assert all(one["hash"] and one["after"] for one in made.values())


def test_words_that_numbers_do_not_support_are_refused() -> None:
    found = json.loads(json.dumps(data.read("pybop")))
    assert render.text("pybop", found)
    for one in found.values():
        one["misfit"], one["priors"] = 1.0, 1.0
    with pytest.raises(render.WordsError, match="one start is not enough"):
        render.text("pybop", found)


def test_data_are_small() -> None:
    files = [file for file in data.DATA.iterdir() if file.is_file()]
    assert sum(len(file.read_text("utf-8").splitlines()) for file in files) < 10_000
    assert sum(file.stat().st_size for file in files) < 1e6


def test_rendering_twice_gives_the_same() -> None:
    assert render.text("pybop") == render.text("pybop")


@pytest.mark.parametrize("name", ["ageing", "cv", "gitt", "polarisation"])
def test_other_numbers_are_refused(name: str) -> None:
    random = Random(1)

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: other(one) for key, one in value.items()}
        if isinstance(value, list):
            return [other(one) for one in value]
        return value * random.uniform(0.3, 3.0) if isinstance(value, float) else value

    with pytest.raises(render.WordsError, match=f"docs/{name}.md says"):
        render.text(name, other(data.read(name)))


def test_the_library_does_not_import_the_study() -> None:
    for folder in ("napore", "models", "parameters", "experiments", "validation"):
        for file in (data.ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(one.partition(".")[0] == "studies" for one in names), file
