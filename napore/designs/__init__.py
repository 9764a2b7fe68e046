"""Design of full cells: the balance at equilibrium with exact derivatives, and designs in simulation."""

from .checks import DesignError
from .equilibrium import EquilibriumDesign, EquilibriumPair
from .optimisation import optimum

__all__ = ["DesignError", "EquilibriumDesign", "EquilibriumPair", "optimum"]
