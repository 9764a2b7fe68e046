"""Models: laws of a carbon with closed nanopores, and PyBaMM models made from them.

No number of a material lives here; see :mod:`napore.parameters`. Nothing of napore is imported but
:mod:`napore.results`, :mod:`napore.uncollected` and other models. The next storage or filling law is a class
or function in ``adsorption.py`` or ``pore_filling.py`` and its name in the registry of ``laws.py``
(``docs/howto/maintain.md``); its numbers get rows in ``parameters/data/schema.toml``.
"""

from .adsorption import BraggWilliams, MeanFieldSites, SiteEnergyDistribution
from .battery_models import DFN, SPM, SPMe
from .events import CARBON_EMPTY, CARBON_FULL, SALT_DEPLETED, TOO_WARM, going_on
from .isotherm import Isotherm, Split
from .laws import register_adsorption_law, register_filling_law
from .options import CarbonOptions
from .pore_filling import PoreClasses

__all__ = [
    "CARBON_EMPTY",
    "CARBON_FULL",
    "DFN",
    "SALT_DEPLETED",
    "SPM",
    "TOO_WARM",
    "BraggWilliams",
    "CarbonOptions",
    "Isotherm",
    "MeanFieldSites",
    "PoreClasses",
    "SPMe",
    "SiteEnergyDistribution",
    "Split",
    "going_on",
    "register_adsorption_law",
    "register_filling_law",
]
