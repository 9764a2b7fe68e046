"""Problems with known answers for the models: balances, limits, meshes, impedance, random draws.

``python -m napore.validation.verification`` prints what was found beside what must hold.
"""

from .finding import Finding, table
from .problems import PROBLEMS, run

__all__ = ["PROBLEMS", "Finding", "run", "table"]
