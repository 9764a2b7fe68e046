"""What each datum was computed from, what is stale, and the computing of it."""

import ast
import hashlib
import importlib
import io
import json
import shutil
import subprocess
import time
import tokenize
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from tqdm import tqdm

from napore.files import write_text
from napore.parameters.ageing import load_ageing
from napore.parameters.catalogue import AGEING
from napore.parameters.sets import load_set

from . import data

RESULTS = 5
"""Raised by hand when napore computes other numbers than before from the same sets.

``tests/test_regression_evidence.py`` holds the numbers that belong to it and fails where they have moved.
With it every datum is stale; a change of a set or of a producer makes stale what rests on that alone.
"""

PAGES: tuple[str, ...] = (
    "pybop",
    "eis",
    "temperature",
    "cv",
    "validation",
    "verdicts",
    "polarisation",
    "ageing",
    "calibration",
    "gitt",
    "own_carbon",
    "structure",
    "design",
    "energy_check",
    "verification",
)
"""Pages of evidence by name of template, producer and datum."""

DATA: tuple[str, ...] = (
    *PAGES,
    *("posterior", "joint", "left_out", "readings", "reading_studies", "fast_band", "mass_ratios"),
)
"""All data: those of the pages, and those that only producers and other pages read."""

HERE = Path(__file__).resolve().parent
FORGOTTEN = data.ROOT / "build" / "study" / "forgotten"
"""Data that a run from the start has made stale so far."""


def scratch(name: str) -> Path:
    """Folder of what a producer keeps to go on with after a stop; another for other :data:`RESULTS`."""
    return FORGOTTEN.parent / str(RESULTS) / name


def producer(name: str) -> ModuleType:
    """Module that computes a datum."""
    return importlib.import_module(f"studies.gu2025.{name}")


def set_hash(name: str) -> str:
    """Hash of the numbers of a set, of an ageing, or of what a file among the parameters holds."""
    if name in AGEING:
        entries = load_ageing(name).entries
        numbers: Any = sorted((key, entry.value) for key, entry in entries.items())
    elif name.endswith(".toml"):
        path = data.ROOT / "parameters" / "data" / name
        numbers = tomllib.loads(path.read_text("utf-8"))
    else:
        return load_set(name).sha256
    return hashlib.sha256(json.dumps(numbers, sort_keys=True, default=str).encode()).hexdigest()


def fingerprint(name: str, hash_of: Callable[[str], str] = set_hash) -> str:
    """Hash of all that a datum rests on: its sets, its producer's code, data it needs, :data:`RESULTS`."""
    rests_on = {one: hash_of(one) for one in producer(name).SETS}
    rests_on |= {one: fingerprint(one, hash_of) for one in getattr(producer(name), "NEEDS", ())}
    code = [bare_source(path.read_text("utf-8")) for path in _sources(HERE / f"{name}.py")]
    text = json.dumps([rests_on, code, RESULTS], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def pending(name: str) -> list[str]:
    """Parts of a datum that are missing or stale."""
    made, now = data.read_all(name)["made"], fingerprint(name)
    return [part for part in producer(name).PARTS if made.get(part, {}).get("hash") != now]


def lacking() -> list[str]:
    """A sentence for each datum that lacks a part, without which pages cannot be rendered."""
    found = []
    for name in DATA:
        on_file = data.read_all(name)["found"]
        if parts := [part for part in producer(name).PARTS if part not in on_file]:
            found.append(f"docs/data/{name}.json lacks {', '.join(parts)}: run make study")
    return found


def forget(names: Iterable[str]) -> None:
    """Make every part of data stale, once: where a run that forgot was stopped, the next goes on with it."""
    done = FORGOTTEN.read_text("utf-8").split() if FORGOTTEN.exists() else []
    for name in names:
        if name not in done:
            kept = data.read_all(name)
            made = {part: {**one, "hash": ""} for part, one in kept["made"].items()}
            data.write(name, made, kept["found"])
            done.append(name)
            shutil.rmtree(scratch(name), ignore_errors=True)
            FORGOTTEN.parent.mkdir(parents=True, exist_ok=True)
            write_text(FORGOTTEN, " ".join(done))


def compute(names: Iterable[str], *, force: bool = False, processes: int = 2) -> list[str]:
    """Compute what is stale, parts side by side; each is on file as soon as it is found.

    Data that need others (``NEEDS`` of a producer) wait for them. A part that fails stays stale, and is
    among the sentences that are returned.
    """
    names, failed = list(names), []
    if force:
        forget(names)
    for wave in _waves(names):
        work = [(name, part) for name in wave for part in pending(name)]
        if not work:
            continue
        with ProcessPoolExecutor(min(processes, len(work))) as pool, tqdm(total=len(work)) as bar:
            futures = {pool.submit(_part, *one): one for one in work}
            for future in as_completed(futures):
                name, part = futures[future]
                bar.set_postfix_str(f"{name}: {part}")
                bar.update()
                try:
                    found, seconds = future.result()
                except Exception as error:
                    failed.append(f"{name}: {part}: {error!r}")
                    continue
                keep(name, {part: found}, {part: stamp(name, seconds)})
    FORGOTTEN.unlink(missing_ok=True)
    return failed


def keep(name: str, found: Mapping[str, Any], made: Mapping[str, Any]) -> None:
    """Put parts on file, in the order of the producer; what it no longer has goes.

    ``RECORDS`` of a producer are parts that another command finds: kept, and never stale.
    """
    old = data.read_all(name)
    known = (*getattr(producer(name), "RECORDS", ()), *producer(name).PARTS)
    parts = [part for part in known if part in found or part in old["found"]]
    data.write(
        name,
        {part: made.get(part) or old["made"].get(part) for part in parts},
        {part: found[part] if part in found else old["found"][part] for part in parts},
    )


def stamp(name: str, seconds: float) -> dict[str, Any]:
    """What a part is computed from, now."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True, check=False
    ).stdout.strip()
    versions = {one: version(one) for one in ("napore", "pybamm")}
    return {"hash": fingerprint(name), "after": commit, **versions, "seconds": round(seconds)}


def bare_source(text: str) -> str:
    """Source without docstrings, strings that stand alone, comments and blank lines.

    Examples
    --------
    >>> bare_source('"A module."\\n\\nx = 1  # one\\n')
    'x = 1'
    """
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            continue
        if isinstance(node.value.value, str):
            for row in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                lines[row - 1] = ""
    return "\n".join(line.rstrip() for line in lines if line.strip())


def _part(name: str, part: str) -> tuple[Any, float]:
    import pybamm

    pybamm.set_logging_level("CRITICAL")
    began = time.perf_counter()
    return producer(name).PARTS[part](), time.perf_counter() - began


def _sources(path: Path, seen: tuple[Path, ...] = ()) -> Iterator[Path]:
    """A producer's file and those of the study that it imports, the machinery apart."""
    if path in seen or path.stem in ("data", "evidence"):
        return
    yield path
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                yield from _sources(HERE / f"{name}.py", (*seen, path))


def _waves(names: list[str]) -> Iterator[list[str]]:
    done: set[str] = set()
    while names:
        ready = [n for n in names if not (set(getattr(producer(n), "NEEDS", ())) & (set(names) - done - {n}))]
        yield ready
        done |= set(ready)
        names = [name for name in names if name not in ready]
