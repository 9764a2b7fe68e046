"""What the paper reports, and two priors from other carbons, each with an id and exactly one role.

The data are in ``data/gu2025_reported.toml``, which opens with their source and conventions.
Calibration may use :func:`fit_targets` only; validation reads :func:`reported`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Role = Literal["input", "fit", "predict", "shape", "literature"]


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One number or statement of the paper.

    Attributes
    ----------
    id : str
        Identifier, such as ``"H01.fjh"``; ``.fjh`` and ``.tf`` where both carbons have a value.
    quantity : str
        What is reported, with its condition (rate, temperature).
    sample : str
        The carbon or cell that it belongs to.
    role : {"input", "fit", "predict", "shape", "literature"}
        How it may be used.
    unit : str
        Unit of ``value``, ``lower``, ``upper`` and ``values``; ``"-"`` without one.
    where : str
        Section and figure of the paper.
    note : str
        What was converted, is assumed or is doubtful.
    value : float or bool or None
        The number; True for a statement that the paper asserts; None for a band or where the
        text has no number.
    lower, upper : float or None
        Ends of a band, where the paper gives two numbers for one quantity.
    values : tuple of float
        Several numbers of one statement, in the order that ``note`` says.
    statement : str
        The statement in words, for a shape and where the text has no number.
    ageing : bool
        True for what only a model with ageing can speak to.
    """

    id: str
    quantity: str
    sample: str
    role: Role
    unit: str
    where: str
    note: str
    value: float | bool | None = None
    lower: float | None = None
    upper: float | None = None
    values: tuple[float, ...] = ()
    statement: str = ""
    ageing: bool = False

    def __post_init__(self) -> None:
        if self.role not in get_args(Role):
            raise ValueError(f"{self.id}: role must be one of {', '.join(get_args(Role))}, not {self.role!r}")
        if (self.lower is None) != (self.upper is None):
            raise ValueError(f"{self.id}: a band needs both lower and upper")
        if self.lower is not None and self.upper is not None and not self.lower < self.upper:
            raise ValueError(
                f"{self.id}: lower ({self.lower} {self.unit}) must be below upper ({self.upper} {self.unit})"
            )


@cache
def reported() -> tuple[Reported, ...]:
    """Return everything that the paper reports, in the order of the ids.

    Returns
    -------
    tuple of Reported
    """
    text = files("napore.parameters").joinpath("data/gu2025_reported.toml").read_text("utf-8")
    entries = tomllib.loads(text)["entry"]
    return tuple(Reported(**{**e, "values": tuple(e.get("values", ()))}) for e in entries)


def fit_targets() -> tuple[Reported, ...]:
    """Return the entries that may be used to calibrate, and no others.

    Those with ``ageing`` set are for an ageing model only.

    Returns
    -------
    tuple of Reported

    Examples
    --------
    >>> [row.id for row in fit_targets() if not row.ageing]
    ['H01.fjh', 'H01.tf', 'H03', 'H04.fjh', 'H04.tf', 'H05.fjh', 'H06.fjh', 'H08', 'H10.tf', 'K03.fjh', ...]
    """
    return tuple(row for row in reported() if row.role == "fit")
