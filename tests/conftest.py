"""A few solves are not worth a compiler, a busy machine is no fault, and a module leaves nothing behind."""

import gc
import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("NAPORE_COMPILE", "0")
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


def pytest_collection_finish() -> None:
    """Keep what is imported out of the collector's way."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _nothing_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Close figures, and forget what a module's cached helpers and its models made."""
    yield
    for helper in vars(request.module).values():
        if hasattr(helper, "cache_clear") and helper.__module__ == request.module.__name__:
            helper.cache_clear()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
    gc.collect()
