"""Command line: ``napore COMMAND``. Only click is imported here; a command imports what it needs.

Exit status: 0 it ran; 1 a user's error or nothing could be solved, in one line on stderr;
2 arguments that cannot be parsed; 130 on Ctrl-C.

Everything of napore may be imported, inside a command. The next command is a ``@cell_command`` in
``experiments.py``, or in a file of its own, named below, where it prints more than a table; its options and
columns are in ``data/commands.toml``.
"""

import os

# before any command imports PyBaMM, which reads it on import
os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import click

from . import experiments
from .combine import combine
from .compare import compare
from .cv import cv
from .cycle import cycle
from .design import design
from .eis import eis
from .fit import fit
from .gitt import gitt
from .group import Commands
from .optimise import optimise
from .page import page
from .parameters import parameters
from .rate import rate
from .read import read
from .validate import validate

_OF_EXPERIMENTS = [one for one in vars(experiments).values() if isinstance(one, click.Command)]
_COMMANDS = (
    rate,
    cycle,
    cv,
    gitt,
    eis,
    *_OF_EXPERIMENTS,
    design,
    combine,
    optimise,
    read,
    fit,
    compare,
    validate,
    parameters,
    page,
)

__all__ = ["main"]

_GROUPS = {
    "Your files": ("read", "fit", "compare"),
    "A cell": ("rate", "cycle", "gitt", "eis", "cv", "pulse", "hold", "drive", "reference", "temperature"),
    "A full cell": ("energy", "design", "combine", "optimise", "formation"),
    "Numbers, claims, page": ("parameters", "validate", "page"),
}

main = Commands(
    name="napore",
    groups=_GROUPS,
    epilog="napore COMMAND --help tells the options of a command. Each writes --json, most --csv and --plot.",
    help="Sodium-ion cells with a pore-filling carbon anode, simulated on PyBaMM.",
    commands={command.name or "": command for command in _COMMANDS},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
