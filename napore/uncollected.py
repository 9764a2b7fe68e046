"""Imports and builds without Python's search for cycles among objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Search for no cycles among objects inside, and go on with it afterwards.

    PyBaMM and a model are some 1e5 objects each that stay: to look through them all again and again is a
    sixth of the import, and a tenth of a build.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
