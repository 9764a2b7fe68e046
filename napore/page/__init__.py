"""The interactive page: a half or full cell under sliders, served on this machine only.

:mod:`.quantities` says what can be set and checks it; :mod:`.build` solves a state from one build per
cell and model; :mod:`.answer` is what the page draws; :mod:`.service` answers the newest request of
each client; :mod:`.server` speaks HTTP on 127.0.0.1; :mod:`.export` writes a page with a grid of
answers that needs no server.
"""

from .export import export_page
from .quantities import PageError, State, check_state
from .server import PageServer

__all__ = ["PageError", "PageServer", "State", "check_state", "export_page"]
