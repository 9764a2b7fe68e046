"""Pictures of docs/design.md, most of them as a design draws itself."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from napore.designs import Design, DesignPoint, EquilibriumPair
from napore.full_cells import full_cell

from ..design import CARBONS

TITLES = {"fjh": "FJH", "fjh-b": "FJH, second set", "tf": "TF"}
ADDED = "presodiation_mAh_g_carbon"

Found = Mapping[str, Any]


def design_of(points: list[dict[str, Any]], carbon: str = "fjh") -> Design:
    """The design that points were kept of."""
    known = DesignPoint.__dataclass_fields__
    made = tuple(
        DesignPoint(
            **{key: value for key, value in point.items() if key in known},
            varied={key: value for key, value in point.items() if key not in known},
        )
        for point in points
    )
    return Design(
        TITLES[carbon],
        "NVP",
        made,
        {"model": "SPMe"},
        EquilibriumPair.of(full_cell(carbon, "nvp", model="SPM")),
    )


def mass_ratio(found: Found) -> Figure:
    """Energy above, plating margin below, one column per carbon."""
    made = Figure(figsize=(9.6, 5.6))
    panels = made.subplots(2, len(CARBONS), sharex=True, sharey="row")
    for column, carbon in enumerate(CARBONS):
        design = design_of(found[carbon]["points"], carbon)
        design.plot(panels[0, column]).set_xlabel("")
        design.plot_margin(panels[1, column]).set_title("")
    for ax in panels.flat:
        ax.label_outer()
        if ax is not panels[1, 0]:
            ax.legend().remove()
    return made


def ragone(found: Found) -> Figure:
    """Energy over mean power of discharge."""
    made = Figure(figsize=(5.0, 3.8))
    design_of(found["ragone"]).plot_ragone(made.subplots()).set_ylim(165.0, 235.0)
    return made


def presodiation(found: Found) -> Figure:
    """Energy and plating margin over presodiation at 2 : 5."""
    made = Figure(figsize=(7.4, 3.4))
    design = design_of(found["presodiation"])
    for draw, ax in zip((design.plot, design.plot_margin), made.subplots(1, 2), strict=True):
        draw(ax)
    return made


def loading(found: Found) -> Figure:
    """Energy on three masses over the loading of the cathode, at the slower rate."""
    made = Figure(figsize=(7.4, 3.4))
    table = pd.DataFrame(found["loading"])
    table = table[table["rate_C"] == table["rate_C"].min()].sort_values("loading_mg_cm2")
    by_separator = table.groupby("Separator thickness [m]")
    for ax, (value, rows) in zip(made.subplots(1, 2, sharey=True), by_separator, strict=True):
        for name, mark in (("active", "o"), ("electrodes", "s"), ("stack", "^")):
            ax.plot(rows["loading_mg_cm2"], rows[f"energy_Wh_kg_{name}"], f"{mark}-", label=name)
        ax.set(title=f"separator of {1e6 * value:.0f} µm", xlabel="Loading of NVP / mg cm$^{-2}$")
        ax.set(ylim=(0.0, 260.0), ylabel="Energy / Wh kg$^{-1}$")
        ax.label_outer()
        ax.legend(title="per kg of")
    return made


PICTURES = {
    "design_mass_ratio": mass_ratio,
    "design_ragone": ragone,
    "design_presodiation": presodiation,
    "design_loading": loading,
}
