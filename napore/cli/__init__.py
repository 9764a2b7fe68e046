"""Command line: ``napore COMMAND``. Only click is imported here; a command imports what it needs.

Exit status: 0 it ran; 1 a user's error or nothing could be solved, in one line on stderr;
2 arguments that cannot be parsed; 130 on Ctrl-C.
"""

import os

# before any command imports PyBaMM, which reads it on import
os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

from .cv import cv
from .cycle import cycle
from .design import design
from .eis import eis
from .fit import fit
from .gitt import gitt
from .group import Commands
from .page import page
from .parameters import parameters
from .rate import rate
from .read import read
from .validate import validate

__all__ = ["main"]

main = Commands(
    name="napore",
    help="Sodium-ion cells with a pore-filling carbon anode, simulated on PyBaMM.",
    commands={
        command.name or "": command
        for command in (rate, cycle, cv, gitt, eis, design, read, fit, validate, parameters, page)
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
