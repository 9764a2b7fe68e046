"""Lines per room, of code, docstrings, comments and blanks: ``python scripts/count_lines.py``.

Counts ``*.py``, ``*.j2``, ``*.js``, ``*.html`` and ``*.css`` of what git tracks, links not followed
(the folders at the top are linked into ``napore/``). Docstrings and comments are told apart in
Python only; a template's or a script's lines that are not blank count as code.
"""

import ast
import io
import subprocess
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ENDINGS = {".py", ".j2", ".js", ".html", ".css"}
DEEP = {"napore", "studies", "docs"}
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
KINDS = ("lines", "code", "docstring", "comment", "blank")


def python_kinds(text: str) -> dict[int, str]:
    """Line number -> "docstring" or "comment", for those lines that are nothing else."""
    kinds: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#"):
            kinds[token.start[0]] = "comment"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            kinds |= dict.fromkeys(range(first.lineno, (first.end_lineno or 0) + 1), "docstring")
    return kinds


def count(path: Path) -> Counter[str]:
    """How many lines of each kind a file has; a blank line in a docstring is the docstring's."""
    text = path.read_text(encoding="utf-8")
    known = python_kinds(text) if path.suffix == ".py" else {}
    lines = enumerate(text.splitlines(), start=1)
    counts = Counter(known.get(n, "code" if line.strip() else "blank") for n, line in lines)
    counts["lines"] = sum(counts.values())
    return counts


def room(path: Path) -> str:
    """The folder a file counts for: the one at the top, or the one below it where those differ."""
    folders = path.parts[:-1]
    if not folders:
        return "top"
    return "/".join(folders[: 2 if folders[0] in DEEP else 1])


def main() -> None:
    """Print the table: one row a room, then all of it without the tests, then the tests."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    rooms: dict[str, Counter[str]] = {}
    for path in sorted(map(Path, names)):
        whole = ROOT / path
        if path.suffix in ENDINGS and whole.is_file() and not whole.is_symlink():
            rooms.setdefault(room(path), Counter()).update(count(whole))
    tests = {name: rooms.pop(name) for name in list(rooms) if name == "tests"}
    rooms["without tests"] = sum(rooms.values(), Counter())
    paper = ("studies", "scripts", "docs")
    rooms["of it studies, scripts, docs"] = sum(
        (each for name, each in rooms.items() if name.startswith(paper)), Counter()
    )
    print(f"{'room':30}" + "".join(f"{kind:>11}" for kind in (*KINDS, "told")))
    for name, counts in (rooms | tests).items():
        told = (counts["docstring"] + counts["comment"]) / counts["lines"]
        print(f"{name:30}" + "".join(f"{counts[kind]:>11,}" for kind in KINDS) + f"{told:>11.1%}")


if __name__ == "__main__":
    main()
