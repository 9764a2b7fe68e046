"""Pages from templates and data: one Jinja2 environment, one way to save a picture.

A template sees ``found`` (the datum), the public names of the page's module, what its ``facts`` return, and
the functions and filters below. Words that rest on a condition stand beside it,
``{% do guard(low < high, "it is higher") %}``, or in ``said`` of the page's module. Where one does not hold,
nothing is written.
"""

import importlib
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
import matplotlib.pyplot as plt
from PIL import Image

from napore.files import write_bytes, write_text
from napore.parameters.reported import reported
from napore.parameters.sets import load_set
from napore.plotting import style

from . import data, evidence

TEMPLATES = data.ROOT / "docs" / "evidence"
PICTURES = data.ROOT / "docs" / "images"
README = data.ROOT / "README.md"
TRUST = ("<!-- what to trust: from docs/evidence/trust.md.j2 -->\n", "\n<!-- end -->")
"""Between these the README says what to trust."""
COLOURS = 128
LONG = 14
"""Rows of a table that a reader takes in; a longer one is folded."""
STALE = (
    "> **Older than the shipped sets.** Some or all of these numbers are of earlier sets or code, "
    "most of them before the carbons had three kinds of sodium. What the present sets show is in "
    "[validation](validation.md) and [calibration](calibration.md); `make study` computes this page again."
)
"""What the renderer puts under the title of a page whose datum is stale."""


class WordsError(ValueError):
    """A page says what its numbers do not."""


def text(name: str, found: Mapping[str, Any] | None = None) -> str:
    """Text of a page.

    Raises
    ------
    WordsError
        Where its words contradict its numbers.
    """
    kept = data.read_all(name)
    found = kept["found"] if found is None else found
    shown = page(name)
    said: dict[str, bool] = shown.said(found) if hasattr(shown, "said") else {}
    wrong = [what for what, holds in said.items() if not holds]
    if wrong:
        raise WordsError(f"docs/{name}.md says, but the numbers do not: {'; '.join(wrong)}")
    seen = {key: value for key, value in vars(shown).items() if not key.startswith("_")}
    seen |= shown.facts(found) if hasattr(shown, "facts") else {}
    template = environment(name).get_template(f"{name}.md.j2")
    made = template.render({**seen, "found": found, "origin": origin(name, kept["made"])}).strip() + "\n"
    made = folded(made)
    return dated(made) if evidence.pending(name) else made


def dated(text: str) -> str:
    """Text of a page with :data:`STALE` under its title.

    Examples
    --------
    >>> dated("# A\\n\\nB.\\n").splitlines()[2][:8]
    '> **Olde'
    """
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{STALE}\n{rest}"


def folded(text: str) -> str:
    """Text with every table of more than :data:`LONG` rows under a title that opens, where it is not yet.

    Examples
    --------
    >>> rows = "\\n".join(["## All", "", "| a |", "| --- |", *["| 1 |"] * 20, "", "B."])
    >>> folded(rows).splitlines()[:5]
    ['## All', '', '<details><summary>All: 20 rows</summary>', '', '| a |']
    """
    found: list[str] = []
    heading, inside = "", False
    for is_table, lines in itertools.groupby(text.split("\n"), key=lambda line: line.startswith("|")):
        part = list(lines)
        if is_table and not inside and len(part) - 2 > LONG:
            title = f"<details><summary>{heading}: {len(part) - 2} rows</summary>"
            part = [title, "", *part, "", "</details>"]
        for line in () if is_table else part:
            heading = line.lstrip("# ") if line.startswith("#") else heading
            inside = (inside or "<details>" in line) and "</details>" not in line
        found += part
    return "\n".join(found)


def render(name: str) -> None:
    """Write a page and its pictures."""
    write_text(page_path(name), text(name))
    draw(name)


def readme() -> str:
    """README with what to trust, from the claims and both readings of the full cell."""
    readings = data.read("readings")["claims"]
    before, rest = README.read_text("utf-8").split(TRUST[0])
    template = environment("trust").get_template("trust.md.j2")
    made = template.render(
        claims=data.read("validation")["claims"]["claims"], energy=_energy, **readings
    ).strip()
    return "".join([before, TRUST[0], made, TRUST[1], rest.split(TRUST[1], 1)[1]])


def _energy(claims: Sequence[Mapping[str, Any]]) -> str:
    energy, capacity = one(claims, id="F02"), one(claims, id="F05")
    return (
        f"{energy['simulated']:.0f} Wh/kg of active masses ({energy['simulated_on_coatings']:.0f} of "
        f"coatings) and {capacity['simulated']:.1f} mAh/g at 0.2 C"
    )


def draw(name: str) -> None:
    """Write the pictures of a page, in a palette of :data:`COLOURS` colours."""
    found = data.read(name)
    pictures: Mapping[str, Callable[..., Any]] = getattr(page(name), "PICTURES", {})
    for title, make in pictures.items():
        with style():
            figure, drawn = make(found), io.BytesIO()
            figure.savefig(drawn, format="png", metadata={"Software": None})
            plt.close(figure)
        small = io.BytesIO()
        colours = Image.open(drawn).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        colours.save(small, format="png", optimize=True)
        write_bytes(PICTURES / f"{title}.png", small.getvalue())


def page(name: str) -> Any:
    """Module with the facts and pictures of a page."""
    return importlib.import_module(f"studies.gu2025.pages.{name}")


def page_path(name: str) -> Path:
    """File of a page."""
    return data.ROOT / "docs" / f"{name}.md"


def origin(name: str, made: Mapping[str, Any]) -> str:
    """What a page is rendered from, for its last line."""
    with_ = sorted(
        {f"napore {one['napore']} after {one['after']}, PyBaMM {one['pybamm']}" for one in made.values()}
    )
    return (
        f"Rendered by `make study` from `docs/evidence/{name}.md.j2` and `docs/data/{name}.json`, which "
        f"`studies/gu2025/{name}.py` computes. Data made with {'; '.join(with_)}."
    )


def environment(name: str) -> jinja2.Environment:
    """Where templates are read; a name that is not there is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.do"],
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # Markdown, from our own data
    )

    def guard(holds: bool, says: str) -> None:
        if not holds:
            raise WordsError(f"docs/{name}.md says, but the numbers do not: {says}")

    made.globals |= {"abs": abs, "all": all, "any": any, "enumerate": enumerate, "len": len, "max": max}
    made.globals |= {"min": min, "round": round, "sorted": sorted, "sum": sum, "zip": _zip}
    made.globals |= {"guard": guard, "table": table, "listing": listing, "fold": fold, "one": one}
    made.globals |= {"parameter": parameter, "claim": claim}
    made.filters |= {"f": number, "percent": percent, "words": words, "value": value}
    made.filters["line"] = lambda rows: " | ".join(map(str, rows))
    return made


def parameter(cell: str, name: str) -> float:
    """Number of a set."""
    return load_set(cell).numbers[name]


def claim(id: str) -> Any:
    """Row of the paper's claims."""
    return next(row for row in reported() if row.id == id)


def number(value: float | None, form: str = ".4g") -> str:
    """A number in Python's format; a dash where there is none."""
    return "-" if value is None else format(value, form)


def value(found: float | bool | None) -> str:
    """A number, yes or no, or a dash."""
    return ("yes" if found else "no") if isinstance(found, bool) else number(found)


def percent(value: float | None, digits: int = 0, sign: str = "") -> str:
    """A share as a percentage."""
    return "-" if value is None else f"{100.0 * value:{sign}.{digits}f} %"


def words(parts: Sequence[Any], last: str = "and") -> str:
    """Parts as words: "a, b and c"."""
    *first, end = map(str, parts)
    return f"{', '.join(first)} {last} {end}" if first else end


def table(head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> str:
    """Markdown table; a bar inside a cell is escaped."""
    lines = [list(head), ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)


def listing(rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str, str]]) -> str:
    """Markdown table of dictionaries: heading, key, and format of each column.

    A key goes deeper at each ``/``. A format may have a factor before it and a unit behind: ``"100 .1f %"``.

    Examples
    --------
    >>> print(listing([{"of": {"share": 0.5}}], [("share", "of/share", "100 .1f %")]))
    | share |
    | --- |
    | 50.0 % |
    """
    return table(
        [head for head, _, _ in columns], [[_cell(row, *how) for _, *how in columns] for row in rows]
    )


def _cell(row: Any, key: str, form: str) -> str:
    for part in key.split("/"):
        row = None if row is None else row[int(part) if isinstance(row, list) else part]
    if row is None or isinstance(row, str | bool):
        return row if isinstance(row, str) else value(row)
    factor, _, rest = form.partition(" ") if form[:1].isdigit() else ("1", "", form)
    spec, _, unit = rest.partition(" ")
    return f"{float(factor) * row:{spec}} {unit}".rstrip()


def one(rows: Iterable[Mapping[str, Any]], **known: Any) -> Any:
    """The first of the rows that has these values."""
    return next(row for row in rows if all(row[key] == value for key, value in known.items()))


def fold(title: str, caller: Callable[[], str]) -> str:
    """What is called, under a title that opens: ``{% call fold("All rows") %} ... {% endcall %}``."""
    return f"<details><summary>{title}</summary>\n\n{caller().strip()}\n\n</details>\n"


def _zip(*parts: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    return zip(*parts, strict=True)
