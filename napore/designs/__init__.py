"""Design of full cells: the balance at equilibrium with exact derivatives, and designs in simulation.

Imported are full cells and experiments, and the study of many cells. The next quantity that a design
varies is a column in ``variations.py``; the next that it reports is a field of ``result.DesignPoint``; the
next format of cells is a function in ``geometry.py`` and a file in ``data/formats``.
"""

from .checks import DesignError
from .combine import Combination, Combinations, combine
from .equilibrium import EquilibriumDesign, EquilibriumPair
from .formats import CellFormat
from .limits import optimise
from .optimisation import optimum
from .optimum_result import Band, Optimum
from .packaged import PackagedCell
from .prices import Prices
from .report import write_report
from .result import Design, DesignPoint
from .run import design
from .sources import sources_of
from .variations import LOADING_COLUMN, PRESODIATION_COLUMN

__all__ = [
    "LOADING_COLUMN",
    "PRESODIATION_COLUMN",
    "Band",
    "CellFormat",
    "Combination",
    "Combinations",
    "Design",
    "DesignError",
    "DesignPoint",
    "EquilibriumDesign",
    "EquilibriumPair",
    "Optimum",
    "PackagedCell",
    "Prices",
    "combine",
    "design",
    "optimise",
    "optimum",
    "sources_of",
    "write_report",
]
