"""For all tests: a few solves are not worth a compiler, and a busy machine is no fault."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("NAPORE_COMPILE", "0")
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
