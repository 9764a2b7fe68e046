"""Why a figure looks as it does: short sentences from the numbers that it shows."""

from collections.abc import Mapping
from typing import Any

_CUT = "The steps of the cathode at its two ends leave its panel."


def reasons(found: Mapping[str, Any]) -> dict[str, str]:
    """Sentences by figure, from an answer of the page."""
    texts = {
        "voltage": _voltage(found),
        "particle": _particle(found),
        "differential": _differential(found),
    }
    if found["potentials"] is not None:
        texts["potentials"] = _potentials(found)
    return texts


def _voltage(found: Mapping[str, Any]) -> str:
    first = found["curves"][0]
    stored = [first[f"{kind}_mAh_g"] for kind in ("adsorbed", "filled")]
    adsorbed, filled = (content[-1] - content[0] for content in stored)
    total = adsorbed + filled
    share = 100.0 * filled / total if total > 0.0 else 0.0
    split = (
        f"Of {total:.0f} mAh/g taken up by the carbon, {adsorbed:.0f} went to adsorption sites (the slope) "
        f"and {filled:.0f}, {share:.0f} %, into pores (the plateau)."
    )
    if found["potentials"] is None:
        return split + (
            " Sodiation ends at 0.01 V: the plateau is so near that what current costs there takes capacity."
        )
    return f"{split} The cell's voltage is that of the cathode less the carbon's: the slope shows in it."


def _particle(found: Mapping[str, Any]) -> str:
    particle = found["particle"]
    end = len(particle["time_h"]) // 2 - 1
    sites, *others = particle["fields"]
    full = {field["label"]: f"{100 * field['mean'][end]:.0f} %" for field in others}
    strong = full.pop("strongly bound sites", None)
    profile = sites["occupancy"][end]
    spread = 100.0 * abs(profile[-1] - profile[0])
    text = (
        f"At the end of {particle['direction'][0]} the pore classes, smallest first, are filled to "
        f"{', '.join(full.values())}; each follows its equilibrium at its own rate, so a slow class lags. "
    )
    if strong is not None:
        text += f"Strongly bound sites are filled to {strong}. "
    verdict = "diffusion limits too" if spread > 5.0 else "diffusion keeps up"
    size = f"{spread:.1f} %" if spread >= 0.1 else "less than 0.1 %"
    return f"{text}The occupancy of the {sites['label']} differs by {size} from centre to surface: {verdict}."


def _differential(found: Mapping[str, Any]) -> str:
    peaks = []
    for half in found["differential"]:
        values = [abs(value or 0.0) for value in half["dQ_dV_mAh_g_V"]]
        at = half["voltage_V"][max(range(len(values)), key=values.__getitem__)]
        peaks.append((half["direction"], at))
    (one, low), (other, high) = peaks
    gap = 1e3 * abs(high - low)
    what = "the pores take and give" if found["potentials"] is None else "both electrodes exchange"
    return (
        f"Largest at {low:.3f} V on {one} and {high:.3f} V on {other}: there {what} sodium at "
        f"nearly one potential. The distance of {gap:.0f} mV is what current and slow filling cost."
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
        f"On charge the carbon stays {1e3 * margin:.0f} mV above sodium metal: no plating. The plateau lies "
        f"only tens of mV above it, so a faster charge or less carbon soon uses the margin up. {_CUT}"
    )
