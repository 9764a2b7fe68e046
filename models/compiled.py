"""CasADi functions compiled by the machine's C compiler, and kept between sessions.

The libraries lie in the user's own cache folder, which nobody else may read or write: a library is code.
A library is named by all that it is made from: the functions' text, CasADi, the compiler and the processor.
``NAPORE_COMPILE=0`` in the environment turns this off. Without a compiler nothing is compiled, or told.
"""

import hashlib
import os
import platform
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Final

import casadi
import pybamm

SWITCH: Final = "NAPORE_COMPILE"
"""Environment variable; ``0`` leaves functions to CasADi's interpreter."""

_FLAGS: Final = ("-O1", "-fPIC", "-shared", "-ffp-contract=off")
"""-O3 takes twice as long and is no faster; without contraction sums are rounded as interpreted ones are."""

_MOST_BYTES: Final = 256 * 2**20
"""Size of the cache folder above which its oldest libraries go."""

_MOST_INSTRUCTIONS: Final = 200_000
"""Above it a compiler takes minutes."""


@cache
def compiler() -> tuple[str, str] | None:
    """Path of the C compiler and what it says of its version; None where there is none."""
    if os.name != "posix":
        return None
    for name in (os.environ.get("CC", ""), "cc", "gcc", "clang"):
        path = shutil.which(name) if name else None
        if path is None:
            continue
        try:
            told = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        return path, told.stdout
    return None


def cache_folder() -> Path:
    """Folder of the libraries: ``napore/compiled`` in the user's cache."""
    usual = Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache")
    return Path(os.environ.get("XDG_CACHE_HOME") or usual) / "napore" / "compiled"


def compiled(functions: Sequence[casadi.Function]) -> list[casadi.Function]:
    """Functions from a compiled library; the same functions where they cannot be compiled.

    Parameters
    ----------
    functions
        With names that differ; of CasADi's scalar or matrix symbols, tables included.
    """
    given = list(functions)
    if os.environ.get(SWITCH) == "0" or not given:
        return given
    found = compiler()
    if found is None or sum(f.n_instructions() for f in given) > _MOST_INSTRUCTIONS:
        return given
    try:
        library = _library(given, *found)
        return [casadi.external(f.name(), str(library)) for f in given]
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        pybamm.logger.warning(f"functions are interpreted, not compiled: {error}")
        return given


def _library(functions: list[casadi.Function], path: str, version: str) -> Path:
    """Compiled library of some functions, made where it is not there."""
    folder = _own(cache_folder())
    text = [part for f in functions for part in (f.name(), f.serialize())]
    made_with = [version_of("casadi"), path, version, *_FLAGS, platform.machine(), platform.system()]
    key = hashlib.sha256("\0".join([*made_with, *text]).encode()).hexdigest()
    library = folder / f"{key}.so"
    if library.exists():
        os.utime(library)  # the oldest is the longest unused
        return library
    with tempfile.TemporaryDirectory(dir=folder, prefix="making-") as place:
        generator = casadi.CodeGenerator("functions.c", {"with_header": False})
        for function in functions:
            generator.add(function)
        source, made = Path(place, "functions.c"), Path(place, "functions.so")
        generator.generate(f"{place}/")
        subprocess.run(
            [path, *_FLAGS, str(source), "-o", str(made), "-lm"], check=True, capture_output=True, timeout=600
        )
        made.replace(library)
    _trim(folder, library)
    return library


def _own(folder: Path) -> Path:
    """Cache folder, made where it is not there.

    Raises
    ------
    OSError
        For a folder that is a link, belongs to someone else or lets others in.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is not a folder of yours alone: remove it, or set its mode to 0700")
    return folder


def _trim(folder: Path, newest: Path) -> None:
    """Remove the libraries that were not used for longest until the rest is small enough."""
    left = sorted(folder.glob("*.so"), key=lambda file: file.stat().st_mtime)
    size = sum(file.stat().st_size for file in left)
    for file in left:
        if size <= _MOST_BYTES or file == newest:
            return
        size -= file.stat().st_size
        file.unlink(missing_ok=True)
