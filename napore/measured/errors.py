"""What is wrong with a user's file, in the words of Python and in those of the command line."""

import re
from typing import Final


class MeasuredDataError(ValueError):
    """A file that cannot be used; the message names the file, the column or line, and the remedy."""


_OPTIONS: Final = (
    (r"columns=\{'([^']*)': '([^']*)'\}", r"--column '\1=\2'", r"Columns: \1=\2"),
    (r"units=\{'([^']*)': '([^']*)'\}", r"--unit '\1=\2'", r"Units: \1=\2"),
    (r"positive_on='(\w+)'", r"--positive-on \1", r"Positive current: \1"),
    (r"sheet='([^']*)'", r"--sheet '\1'", r"Sheet: \1"),
    (r"\bmass_mg=([\d.]+)", r"--mass \1", r"Active mass: \1 mg"),
    (r"\barea_cm2=([\d.]+)", r"--area \1", r"Electrode area: \1 cm²"),
    (r"\bcurrent_mA_g=([\d.]+)", r"--current \1", r"Current: \1 mA/g"),
    (r"\bone_C_mA_g=([\d.]+)", r"--one-c \1", None),
    (r"\bspectrum=(\d+)", r"--spectrum \1", None),
    (r"\bstarts=(\d+)", r"--starts \1", None),
    (r"\bcell='([\w-]+)'", r"--cell \1", None),
    (r"\bmass_mg is\b", r"--mass is", "Active mass is"),
    (r"\barea_cm2 is\b", r"--area is", "Electrode area is"),
    (r"\bcurrent_mA_g is\b", r"--current is", "Current is"),
    (r"\bone_C_mA_g is\b", r"--one-c is", None),
)
"""Of Python, of commands, and of the page, which has not all of them."""


def in_words_of_the_command_line(text: str) -> str:
    """A sentence of the reader with the options of commands for the arguments of Python.

    Examples
    --------
    >>> in_words_of_the_command_line("give the mass, mass_mg=1.2, or say units={'current': 'mA'}")
    "give the mass, --mass 1.2, or say --unit 'current=mA'"
    """
    for python, command, _ in _OPTIONS:
        text = re.sub(python, command, text)
    return text


def in_words_of_the_page(text: str) -> str:
    """A sentence of the reader with the fields of the page for the arguments of Python.

    Examples
    --------
    >>> in_words_of_the_page("give the active mass, mass_mg=1.2, or say units={'current': 'mA'}")
    'give the active mass, “Active mass: 1.2 mg”, or say “Units: current=mA”'
    """
    for python, _, field in _OPTIONS:
        if field is not None:
            text = re.sub(python, field if field.endswith(" is") else f"“{field}”", text)
    return text
