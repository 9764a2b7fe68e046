"""What follows from the paper's numbers by arithmetic: thirteen items, each computed from the data.

Inputs are the reported numbers, the entries of the shipped sets and the equilibrium isotherm; nothing is
simulated over time, and no figure is typed that could be computed.
"""

# ruff: noqa: E501 (sentences)
from collections.abc import Callable
from typing import Final

import numpy as np

from .audit_carbon import barrier, diffusivity, polarisation, pores, porosity, repeatability, scattering
from .audit_sources import AuditItem, isotherm_of, numbers_of, range_of, rows

__all__ = ["AuditItem", "audit", "first_cycle_loss", "inventory_left"]

_LEAST_USABLE: Final = 110.0
"""Lower end of the usable capacity of NVP that predictions are given for [mAh/g]; theory is the upper."""


def first_cycle_loss(carbon: str) -> float:
    """Charge lost in the first cycle [mAh per gram of carbon], ``Q (1/ICE - 1)``.

    Examples
    --------
    >>> round(first_cycle_loss("fjh"), 1), round(first_cycle_loss("tf"), 1)
    (47.4, 42.4)
    """
    return rows()[f"H01.{carbon}"] * (100.0 / rows()[f"H02.{carbon}"] - 1.0)


def inventory_left() -> float:
    """Sodium that the first-cycle loss leaves of NVP's theoretical capacity [mAh per gram of NVP]."""
    theory = numbers_of("fjh-nvp")["Cathode electrode theoretical specific capacity [mA.h.g-1]"]
    return theory - rows()["F01"] * first_cycle_loss("fjh")


def _cathode_share() -> float:
    return 1.0 / (1.0 + rows()["F01"])


def _plateau_share() -> AuditItem:
    r = rows()
    share = r["H04.fjh"] / r["H05.fjh.lower"]
    top = 0.01 * r["H03"] * r["H01.fjh"]
    return AuditItem(
        1,
        f"{r['H04.fjh']:g}/{r['H05.fjh.lower']:g} = {share:.3f}: the {r['H03']:g} % belong to the data at 0.1 C; "
        f"at 0.02 C the plateau is {r['H04.fjh']:.0f} to {top:.0f} mAh/g.",
        {"plateau_share": share, "largest_plateau_0.02_C_mAh_g": top},
    )


def _loss() -> AuditItem:
    r = rows()
    loss = {c: first_cycle_loss(c) for c in ("fjh", "tf")}
    per_area = {c: loss[c] / r[f"S02.{c}"] for c in loss}
    return AuditItem(
        2,
        f"The first cycle loses {loss['fjh']:.1f} (FJH) and {loss['tf']:.1f} mAh/g (TF), per BET area "
        f"{per_area['fjh']:.2f} and {per_area['tf']:.2f} mAh/m2: the area alone does not explain the efficiency.",
        {f"loss_{c}_mAh_g": loss[c] for c in loss} | {f"loss_{c}_mAh_m2": per_area[c] for c in loss},
    )


def _inventory() -> AuditItem:
    left = inventory_left()
    theory = numbers_of("fjh-nvp")["Cathode electrode theoretical specific capacity [mA.h.g-1]"]
    return AuditItem(
        3,
        f"Without presodiation the loss leaves {theory:g} - {rows()['F01']:g} x {first_cycle_loss('fjh'):.1f} "
        f"= {left:.1f} mAh per gram of NVP.",
        {"left_mAh_g_cathode": left},
    )


def _energy() -> AuditItem:
    r = rows()
    scale = r["F02"] / _cathode_share()
    charges = {V: scale / V for V in (r["F03"], 3.2, 3.1)}
    per_carbon = r["F05"] * (1.0 - _cathode_share()) * r["F03"]
    per_both = r["F05"] * r["F03"]
    needs = ", ".join(f"{V:.2f} V needs {q:.1f}" for V, q in charges.items())
    return AuditItem(
        4,
        f"{r['F02']:g} Wh/kg on both masses is Q x {_cathode_share():.3f} x V: {needs} mAh per gram of NVP. "
        f"{r['F05']:g} mAh/g read per gram of carbon gives {per_carbon:.0f} Wh/kg, per gram of both {per_both:.0f}.",
        {f"needed_at_{V:.2f}_V_mAh_g_cathode": q for V, q in charges.items()}
        | {"per_carbon_Wh_kg": per_carbon, "per_both_Wh_kg": per_both},
    )


def _mean_voltage() -> AuditItem:
    """Mean of a discharge between equilibrium potentials, over the carbon's whole reversible range."""
    curve, low = isotherm_of("fjh"), numbers_of("fjh")["Lower voltage cut-off [V]"]
    x = np.linspace(1e-3, float(curve.stoichiometry(low)), 2001)
    carbon = float(np.trapezoid(curve.potential(x), x) / (x[-1] - x[0]))
    cathode = range_of("nvp", "Cathode electrode plateau potential [V]")
    highest = cathode[1] - low
    theory = numbers_of("fjh-nvp")["Cathode electrode theoretical specific capacity [mA.h.g-1]"]
    mean = cathode[0] - carbon, cathode[1] - carbon
    loss = rows()["F01"] * first_cycle_loss("fjh")
    energy = [_cathode_share() * (q - loss) * V for q, V in ((_LEAST_USABLE, mean[0]), (theory, mean[1]))]
    return AuditItem(
        5,
        f"{rows()['F03']:g} V as a mean of discharge would exceed {highest:.2f} V, the top of NVP's plateau less the "
        f"carbon's cut-off. The isotherm of FJH has a mean of {carbon:.3f} V: {mean[0]:.2f} to {mean[1]:.2f} V at "
        f"equilibrium, which with {_LEAST_USABLE:g} to {theory:g} mAh/g of NVP, less the loss, is {energy[0]:.0f} to "
        f"{energy[1]:.0f} Wh/kg.",
        {
            "highest_mean_V": highest,
            "carbon_mean_V": carbon,
            "lowest_mean_cell_V": mean[0],
            "highest_mean_cell_V": mean[1],
            "lowest_energy_Wh_kg": energy[0],
            "highest_energy_Wh_kg": energy[1],
        },
    )


def _basis() -> AuditItem:
    r = rows()
    last = 0.01 * r["F06"] * r["F05"]
    return AuditItem(
        6,
        f"{r['F05']:g} mAh/g fits only as the capacity at the start, per gram of NVP (then {last:.1f} at the end); it "
        f"exceeds the {inventory_left():.1f} of item 3 by {r['F05'] - inventory_left():.1f}: a cycled or presodiated "
        "anode.",
        {"last_mAh_g_cathode": last, "above_inventory_mAh_g_cathode": r["F05"] - inventory_left()},
    )


_ITEMS: Final[tuple[Callable[[], AuditItem], ...]] = (
    _plateau_share,
    _loss,
    _inventory,
    _energy,
    _mean_voltage,
    _basis,
    pores,
    porosity,
    polarisation,
    diffusivity,
    scattering,
    repeatability,
    barrier,
)


def audit() -> tuple[AuditItem, ...]:
    """All items, in order; less than a second.

    Examples
    --------
    >>> audit()[6].values["volume_cm3_g"]  # doctest: +ELLIPSIS
    0.191...
    """
    return tuple(item() for item in _ITEMS)
