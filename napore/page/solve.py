"""Questions of the page and how they are answered: builds are kept, answers become JSON."""

import json
from collections.abc import Callable
from functools import lru_cache

from .answer import answer
from .build import Build
from .pulses import pulses
from .quantities import State
from .service import KINDS, Service
from .waterfall import waterfall


@lru_cache(maxsize=18)
def build_of(carbon: str, cathode: str, model: str, adsorption_law: str) -> Build:
    """Build of a cell, model and law, made when it is first asked for."""
    return Build(carbon, cathode, model, adsorption_law)


def simulate(state: State, wanted: Callable[[], bool] = lambda: True) -> bytes | None:
    """Answer to a state as JSON; None where it is not wanted any more."""
    run = build_of(state.carbon, state.cathode, state.model, state.adsorption_law).run(state, wanted)
    return None if run is None else _json(answer(run))


def _waterfall(state: State, wanted: Callable[[], bool]) -> bytes | None:
    return _json(waterfall(state)) if wanted() else None


def _pulses(state: State, wanted: Callable[[], bool]) -> bytes | None:
    return _json(pulses(state)) if wanted() else None


def page_service() -> Service:
    """Service of the page; the curves of any client come before the waterfall or the pulses of another."""
    return Service(dict(zip(KINDS, (simulate, _waterfall, _pulses), strict=True)))


def _json(found: object) -> bytes:
    return json.dumps(found, allow_nan=False, separators=(",", ":")).encode()
