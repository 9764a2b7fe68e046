"""Design of full cells: the balance at equilibrium with exact derivatives, and designs in simulation."""

from .checks import DesignError
from .equilibrium import EquilibriumDesign, EquilibriumPair
from .optimisation import optimum
from .result import Design, DesignPoint
from .run import design
from .variations import LOADING_COLUMN, PRESODIATION_COLUMN

__all__ = [
    "LOADING_COLUMN",
    "PRESODIATION_COLUMN",
    "Design",
    "DesignError",
    "DesignPoint",
    "EquilibriumDesign",
    "EquilibriumPair",
    "design",
    "optimum",
]
