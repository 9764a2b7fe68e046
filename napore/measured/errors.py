"""What is wrong with a user's file, in the words of Python and in those of the command line."""

import re
from typing import Final

__all__ = ["MeasuredDataError", "in_words_of_the_command_line"]


class MeasuredDataError(ValueError):
    """A file that cannot be used; the message names the file, the column or line, and the remedy."""


_OPTIONS: Final = (
    (r"columns=\{'([^']*)': '([^']*)'\}", r"--column '\1=\2'"),
    (r"units=\{'([^']*)': '([^']*)'\}", r"--unit '\1=\2'"),
    (r"positive_on='(\w+)'", r"--positive-on \1"),
    (r"sheet='([^']*)'", r"--sheet '\1'"),
    (r"\bmass_mg=([\d.]+)", r"--mass \1"),
    (r"\barea_cm2=([\d.]+)", r"--area \1"),
    (r"\bcurrent_mA_g=([\d.]+)", r"--current \1"),
    (r"\bone_C_mA_g=([\d.]+)", r"--one-c \1"),
    (r"\bspectrum=(\d+)", r"--spectrum \1"),
    (r"\bmass_mg is\b", r"--mass is"),
    (r"\barea_cm2 is\b", r"--area is"),
)


def in_words_of_the_command_line(text: str) -> str:
    """A sentence of the reader with the options of commands for the arguments of Python.

    Examples
    --------
    >>> in_words_of_the_command_line("give the mass, mass_mg=1.2, or say units={'current': 'mA'}")
    "give the mass, --mass 1.2, or say --unit 'current=mA'"
    """
    for python, command in _OPTIONS:
        text = re.sub(python, command, text)
    return text
