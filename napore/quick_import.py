"""PyBaMM imported without what napore does not need: 1.3 of 3 seconds, a sixth of a short command.

PyBaMM parses its list of references when it is imported, one second with pybtex. Here it does so when they
are printed (``pybamm.print_citations()``). Where telemetry is off its client, 0.3 seconds, is left out.
An interpreter that has PyBaMM already is left as it is.
"""

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

_PARSER: Final = "pybtex"
_CLIENT: Final = "posthog"


def on_import() -> None:
    """Have PyBaMM imported so the next time that it is."""
    if "pybamm" not in sys.modules and not any(isinstance(one, _Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    """Finds PyBaMM once, as Python does, and has it loaded by :class:`_Loader`."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "pybamm":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    """Loads a module as its own loader does, which it has again afterwards."""

    def __init__(self, own: Loader) -> None:
        self.own = own

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self.own
        module.__loader__ = self.own
        stand_ins: dict[str, Any] = {_PARSER: None}  # None is a module that is not there
        if os.environ.get("PYBAMM_DISABLE_TELEMETRY", "").lower() == "true":
            stand_ins[_CLIENT] = ModuleType(_CLIENT)
            stand_ins[_CLIENT].__dict__["Posthog"] = None
        with _standing_in({name: one for name, one in stand_ins.items() if name not in sys.modules}):
            self.own.exec_module(module)
        if importlib.util.find_spec(_PARSER) is not None:
            citations = module.__dict__["citations"]
            citations.print = partial(_print, citations)


@contextmanager
def _standing_in(modules: dict[str, Any]) -> Iterator[None]:
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)


def _print(citations: Any, *arguments: Any, **named: Any) -> None:
    """Print PyBaMM's citations, whose list is read the first time."""
    used = set(citations._unknown_citations)
    del citations.print
    citations._module_import_error = False
    citations.__init__()
    for key in used:
        citations.register(key)
    citations.print(*arguments, **named)
