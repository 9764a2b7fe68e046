"""Problems with known answers for the models: balances, limits, meshes, impedance; and random cells.

``python -m napore.validation.verification`` prints what was found beside what must hold;
``python -m napore.validation.verification.random_runs`` runs random cells.
The next problem is a function that returns findings, in the file of its kind and in ``problems.py``.
"""

from .finding import Finding, table
from .problems import PROBLEMS, run

__all__ = ["PROBLEMS", "Finding", "run", "table"]
