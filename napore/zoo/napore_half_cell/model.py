"""The half cell with defaults of its own: the zoo makes and solves a model without options or values."""

from pathlib import Path
from typing import Any

import pybamm

from napore.models import DFN, CarbonOptions

_CITATION = Path(__file__).with_name("CITATION.bib").read_text("utf-8")


class NaporeHalfCell(DFN):
    """DFN of a carbon with closed nanopores against sodium metal.

    It is :class:`napore.models.DFN` with the option ``"working electrode": "positive"`` and the parameter
    set ``Gu2025_FJH_half`` by default; discharge is sodiation.

    Parameters
    ----------
    options
        Further options of :class:`napore.models.DFN`.
    name
        Name of the model.
    build
        Whether to build it at once.

    Examples
    --------
    >>> NaporeHalfCell().default_parameter_values["Lower voltage cut-off [V]"]
    0.01
    """

    def __init__(
        self, options: dict[str, Any] | None = None, name: str = "Napore half cell", build: bool = True
    ) -> None:
        pybamm.citations.register(_CITATION)
        if not isinstance(options, CarbonOptions):
            options = {"working electrode": "positive", **(options or {})}
        super().__init__(options, name, build)
