"""Building without Python's search for cycles among objects."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Search for no cycles among objects inside, and go on with it afterwards.

    A model is some 1e5 nodes that stay: looking through them all again and again is a tenth of a build.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
