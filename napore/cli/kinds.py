"""Kinds of values that options and arguments take, by their names in ``data/commands.toml``."""

import os
from pathlib import Path
from typing import Any, Final

import click

from .group import Failure


class Numbers(click.ParamType[tuple[float, ...]]):
    """Numbers with commas between them; whether they are allowed is for the experiment to say."""

    name = "X,Y,..."

    def convert(self, value: Any, *asked: Any) -> tuple[float, ...]:
        """Parse."""
        if not isinstance(value, str):
            return tuple(value)
        try:
            return tuple(float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"{value!r} is not a list of numbers such as 0.02,0.1,1", *asked)


class Words(click.ParamType[tuple[str, ...]]):
    """Names with commas between them."""

    name = "NAME,NAME,..."

    def convert(self, value: Any, *asked: Any) -> tuple[str, ...]:
        """Split."""
        names = value.split(",") if isinstance(value, str) else value
        found = tuple(name.strip() for name in names)
        if not all(found):
            self.fail(f"{value!r} is not a list of names such as fjh,tf", *asked)
        return found


class Range(click.ParamType[tuple[float, float, int]]):
    """Lowest and highest value and the number of points, 8 where it is left out; or one value."""

    name = "LO:HI:N"

    def convert(self, value: Any, *asked: Any) -> tuple[float, float, int]:
        """Parse; whether the numbers are allowed is for the design to say."""
        if not isinstance(value, str):
            low, high, count = value
            return low, high, count
        low, *others = value.split(":")
        high, count, *more = others + [low, "8"][len(others) :]
        try:
            if not more:
                return float(low), float(high), int(count)
            raise ValueError
        except ValueError:
            self.fail(f"{value!r} is neither a range such as 0.25:0.6:8 nor a number such as 0.4", *asked)


class Ends(click.ParamType[tuple[float, float]]):
    """Lowest and highest value."""

    name = "LO:HI"

    def convert(self, value: Any, *asked: Any) -> tuple[float, float]:
        """Parse; whether they are allowed is for the design to say."""
        if not isinstance(value, str):
            low, high = value
            return low, high
        try:
            low, high = (float(part) for part in value.split(":"))
        except ValueError:
            self.fail(f"{value!r} is no range such as 0.3:0.8", *asked)
        return low, high


class Varied(click.ParamType[tuple[str, tuple[float, ...]]]):
    """Name of a number of the cell and its values; whether it has such a number is for the design to say."""

    name = "NAME=X,Y,..."

    def convert(self, value: Any, *asked: Any) -> tuple[str, tuple[float, ...]]:
        """Parse."""
        name, equals, numbers = str(value).partition("=")
        if not equals:
            self.fail(f"{value!r} has no '=': give a name and values", *asked)
        return name.strip(), Numbers().convert(numbers, *asked)


class Pair(click.ParamType[tuple[str, str]]):
    """A quantity and words for it."""

    name = "QUANTITY=..."

    def convert(self, value: Any, *asked: Any) -> tuple[str, str]:
        """Split at the first sign of equality."""
        key, _, words = str(value).partition("=")
        if not key.strip() or not words.strip():
            self.fail(f"{value!r} is not of the form current=mA", *asked)
        return key.strip(), words.strip()


def check_output(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """Refuse a file that cannot be written, or is another's, before anything is computed."""
    if check_writable(context, parameter, value) is None or value is None:
        return None
    if value.is_file() and not context.meta.get("napore.overwrite") and not is_ours(value):
        raise Failure(f"{value} exists and is no earlier result of napore: give another name, or --overwrite")
    return value


def is_ours(file: Path) -> bool:
    """Whether a file is empty or an earlier result: all of ours but tables have the name in them."""
    with file.open("rb") as opened:
        start = opened.read(_MARKED_WITHIN)
        opened.seek(max(len(start), file.stat().st_size - _MARKED_WITHIN))
        end = opened.read()
    if file.suffix.lower() == ".csv":
        headings = start.decode("utf-8", "replace").partition("\n")[0].strip().split(",")
        return not start or (all(one.isidentifier() for one in headings) and bool(_OF_TABLES & {*headings}))
    return not start or b"napore" in start or b"napore" in end


def check_writable(context: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    """Refuse a file that cannot be written before anything is computed."""
    if value is None:
        return None
    folder = value.absolute().parent
    if value.is_dir():
        raise Failure(f"{value} is a folder; give the name of a file")
    if not folder.is_dir():
        raise Failure(f"{value} cannot be written: the folder {folder} does not exist")
    if not os.access(value if value.exists() else folder, os.W_OK):
        raise Failure(f"{value} cannot be written: no permission")
    return value


_MARKED_WITHIN: Final = 8192
_OF_TABLES: Final = {"capacity_mAh_g", "current_mA_g", "z_real_ohm", "resistance_ohm", "current_A_g"}
"""Bytes at both ends of a file of ours that hold our name, and columns of our tables."""

PATH = click.Path(path_type=Path)
KINDS: Final[dict[str, dict[str, Any]]] = {
    "text": {},
    "number": {"type": float},
    "whole": {"type": int},
    "flag": {"is_flag": True},
    "path": {"type": PATH},
    "output": {"type": PATH, "callback": check_output},
    "resumed": {"type": PATH, "callback": check_writable},
    "folder": {"type": click.Path(path_type=Path, file_okay=False)},
    "numbers": {"type": Numbers()},
    "words": {"type": Words()},
    "range": {"type": Range()},
    "ends": {"type": Ends()},
    "varied": {"type": Varied()},
    "pair": {"type": Pair()},
}
"""What click is told of each kind."""
