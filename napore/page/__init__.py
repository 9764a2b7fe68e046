"""The interactive page: a half or full cell under sliders, served on this machine only.

:mod:`.quantities` says what can be set and checks it; :mod:`.build` solves a state from one build per
cell and model; :mod:`.answer` is what the page draws, :mod:`.overlay` what it draws of a user's file;
:mod:`.service` answers the newest request of each client; :mod:`.app` says what may be asked and by whom,
:mod:`.server` serves it on 127.0.0.1 (these two need the extra ``page``, nothing else here imports them);
:mod:`.export` writes a page with a grid of answers that needs no server, and reads files of the strict
kind that :mod:`.strict` describes.

Everything but the commands may be imported. The next slider is a row of :data:`.quantities.QUANTITIES`;
carbons and cathodes come from the catalogue.
"""

from .export import export_page
from .quantities import PageError, State, check_state

__all__ = ["PageError", "State", "check_state", "export_page"]
