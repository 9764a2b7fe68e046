"""Design of full cells: the balance at equilibrium with exact derivatives, and designs in simulation.

Imported are full cells and experiments, and the study of many cells. The next quantity that a design
varies is a column in ``variations.py``; the next that it reports is a field of ``result.DesignPoint``; the
next format of cells is a function in ``geometry.py`` and a file in ``data/formats``.
"""

from .checks import DesignError
from .equilibrium import EquilibriumDesign, EquilibriumPair
from .formats import CellFormat
from .optimisation import optimum
from .packaged import PackagedCell
from .prices import Prices
from .result import Design, DesignPoint
from .run import design
from .variations import LOADING_COLUMN, PRESODIATION_COLUMN

__all__ = [
    "LOADING_COLUMN",
    "PRESODIATION_COLUMN",
    "CellFormat",
    "Design",
    "DesignError",
    "DesignPoint",
    "EquilibriumDesign",
    "EquilibriumPair",
    "PackagedCell",
    "Prices",
    "design",
    "optimum",
]
