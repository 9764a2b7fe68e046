"""Why a figure looks as it does: short sentences from the numbers that it shows, true for each state."""

from collections.abc import Mapping
from typing import Any, Final

LITTLE: Final = 0.05
"""Share of a capacity below which there is no plateau to speak of, and pores count as nearly empty."""
NEAR: Final = 0.03
"""Share of a capacity within which plateau and pores are called about the same."""
SPREAD: Final = 0.05
"""Difference of occupancies that is told as one."""
PLATEAU_V: Final = 0.1
_CUT = "The steps of the cathode at its two ends leave its panel."


def reasons(found: Mapping[str, Any]) -> dict[str, str]:
    """Sentences by figure, from an answer of the page."""
    texts = {"voltage": _voltage(found), "particle": _particle(found), "differential": _differential(found)}
    if found["potentials"] is not None:
        texts["potentials"] = _potentials(found)
    return texts


def _gained(found: Mapping[str, Any]) -> tuple[float, float]:
    """Sodium that went to adsorption sites and into pores in the first half cycle [mAh/g]."""
    first = found["curves"][0]
    one, other = (first[f"{kind}_mAh_g"] for kind in ("adsorbed", "filled"))
    return one[-1] - one[0], other[-1] - other[0]


def _voltage(found: Mapping[str, Any]) -> str:
    adsorbed, filled = _gained(found)
    total = adsorbed + filled
    split = (
        f"Of {total:.0f} mAh/g that the carbon takes up, {adsorbed:.0f} go to sites, {filled:.0f} into pores."
    )
    if found["potentials"] is not None:
        return f"{split} The cell's voltage is that of the cathode less the carbon's: the slope shows in it."
    below = found["point"]["below_mAh_g"] or 0.0
    said = f"{split} {below:.0f} mAh/g are taken up below {PLATEAU_V:g} V: that part is the plateau."
    if filled < LITTLE * total:
        return f"{said} Hardly any of it is in pores: the lower cut-off comes before they fill."
    if below < LITTLE * total:
        return f"{said} Hardly any plateau is left: what the pores hold, they took up above {PLATEAU_V:g} V."
    if abs(below - filled) < NEAR * total:
        return f"{said} Plateau and pores are about the same here."
    if below > filled:
        return f"{said} It is more than the pores hold, since sites are still taking sodium there."
    return f"{said} It is less than the pores hold: some of them fill above {PLATEAU_V:g} V."


def _particle(found: Mapping[str, Any]) -> str:
    particle = found["particle"]
    end = len(particle["time_h"]) // 2 - 1
    sites, *others = particle["fields"]
    full = {field["label"]: field["mean"][end] for field in others}
    strong = full.pop("strongly bound sites", None)
    profile = sites["occupancy"][end]
    spread = abs(profile[-1] - profile[0])
    text = (
        f"At the end of {particle['direction'][0]} the pore classes, smallest first, are filled to "
        f"{', '.join(f'{100 * share:.0f} %' for share in full.values())}. "
    )
    shares = list(full.values())
    if shares and max(shares) < LITTLE:
        text += "The pores are nearly empty. "
    elif shares and max(shares) - min(shares) > SPREAD:
        text += "Small pores fill at a higher potential than large ones, and each class at its own rate. "
    if strong is not None:
        text += f"Strongly bound sites are filled to {100 * strong:.0f} %. "
    verdict = "diffusion limits too" if spread > SPREAD else "diffusion keeps up"
    size = f"{100 * spread:.1f} %" if spread >= 1e-3 else "less than 0.1 %"
    return f"{text}The occupancy of the {sites['label']} differs by {size} from centre to surface: {verdict}."


def _differential(found: Mapping[str, Any]) -> str:
    peaks = []
    for half in found["differential"]:
        values = [abs(value or 0.0) for value in half["dQ_dV_mAh_g_V"]]
        at = half["voltage_V"][max(range(len(values)), key=values.__getitem__)]
        peaks.append((half["direction"], at))
    (one, low), (other, high) = peaks
    gap = 1e3 * abs(high - low)
    said = f"Largest at {low:.3f} V on {one} and {high:.3f} V on {other}, {gap:.0f} mV apart."
    if found["potentials"] is not None:
        return f"{said} Both electrodes shape these peaks; what current costs moves them apart."
    _, filled = _gained(found)
    first = found["curves"][0]
    if max(low, high) < 1.5 * PLATEAU_V and filled > LITTLE * first["capacity_mAh_g"][-1]:
        return (
            f"{said} Pores take and give sodium there at nearly one potential. Current and slow filling move "
            "the peaks apart."
        )
    return (
        f"{said} Not both are peaks of the pores: where pores do not fill, or not in time, the sites shape "
        "the curve."
    )


def _potentials(found: Mapping[str, Any]) -> str:
    margin = found["potentials"]["plating_margin_V"]
    if margin is None:
        return "The carbon's potential on charge is not known."
    if margin < 0.0:
        return (
            f"On charge the carbon falls {-1e3 * margin:.0f} mV below sodium metal: plating is possible. "
            f"More carbon, a lower rate or faster filling raises it. {_CUT}"
        )
    return (
        f"On charge the carbon stays at least {1e3 * margin:.0f} mV above sodium metal: no plating. A faster "
        f"charge or less carbon uses this margin up. {_CUT}"
    )
