"""Design of full cells: the balance at equilibrium with exact derivatives, and designs in simulation."""

from .checks import DesignError
from .equilibrium import EquilibriumDesign, EquilibriumPair
from .optimisation import optimum
from .result import Design, DesignPoint
from .run import DesignInterrupted, design

__all__ = [
    "Design",
    "DesignError",
    "DesignInterrupted",
    "DesignPoint",
    "EquilibriumDesign",
    "EquilibriumPair",
    "design",
    "optimum",
]
