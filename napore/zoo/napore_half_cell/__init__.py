"""Half cell of a carbon with closed nanopores against sodium, as an entry of PyBaMM's model zoo."""

from .model import NaporeHalfCell

__all__ = ["NaporeHalfCell"]
