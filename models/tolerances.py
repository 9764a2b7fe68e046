"""Tolerances of the solver that a model's options need."""

from typing import Any, Final

from .heat import computes_heat
from .laws import adsorption_law

_DRIVEN: Final = ("sinh", "exchange", "emptying")
"""Laws of pore filling whose rate grows with the affinity."""


def tolerances(options: Any) -> tuple[float, float]:
    """Relative and absolute tolerance, the latter over the scale of a state.

    Pores that fill fast stay so near equilibrium that their rate, and with it their heat, is a small
    difference of states times a large constant. The states do not feel it, but the little heat of the shipped
    carbons at 0.1 C has at 1e-8 a noise of up to twelve times its largest value, and an integral that errs by
    a third; at 1e-11 both err by 9 and 0.1 %, at 1 C by 0.8 and 0.003 %.
    Where it only warms the cell, or there are no pores, 1e-8 is enough: the temperature errs by 0.5 mK,
    beside strong sites and with sizes at 1e-7 by 2 mK (without strong sites by 35, where the law of filling
    grows with the affinity).
    With loss of active material the sodium is a product of two states, which 1e-5 conserves to 1e-6 only.
    Laws of filling that grow with the affinity are so fast far from equilibrium that at 1e-5 full pores end
    up to 1e-4 above full.
    An absolute tolerance of 1e-8 is no more exact than 1e-7 (0.1 to 5 C against 1e-8 and 1e-10) and takes a
    sixth longer. Mobile sodium beside strong sites is nearly full on the plateau, where 1e-5 of it is a
    millivolt, and is never nearly empty: its tolerance is as good as absolute. The solver holds the mean
    error of all states: that of one pore whose law grows with the affinity is larger. So pores alone have a
    smaller absolute tolerance (:mod:`.solver`): for all states it takes up to three times as many steps.
    """
    own = (options.negative, options.positive)
    sizes = any(each["particle size"] == "distribution" for each in own)
    fills = any(each["sodium storage"] == "kinetic" for each in own)
    isothermal = options["thermal"] == "isothermal"
    if fills and isothermal and options["calculate heat source for isothermal models"] == "true":
        return 1e-11, 1e-12
    strong = any(adsorption_law(each["adsorption law"]).has_strong_sites for each in own)
    if loses_material(options) or (computes_heat(options) and not (sizes and strong)):
        return 1e-8, 1e-9
    if computes_heat(options):
        return 1e-7, 1e-6
    if strong and any(each["sodium storage"] == "equilibrium" for each in own):
        return 1e-6, 1e-7  # of 18 holds that fill a carbon 5 fail at 5e-6, and 2 at 3e-6
    driven = any(each["pore filling"] in _DRIVEN for each in own)
    if not driven:
        return (3e-6, 3e-6) if strong else (1e-5, 1e-7)
    many = sizes or any(each["strong sites"] == "local" for each in own)
    if not strong:
        return 3e-7, 1e-8
    return (3e-7 if many else 1e-6), 5e-6


def loses_material(options: Any) -> bool:
    """Whether an electrode of a model with these options loses active material."""
    return any(own["loss of active material"] != "none" for own in (options.negative, options.positive))
