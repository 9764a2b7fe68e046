"""Equilibrium balance of two electrodes that share an inventory of sodium."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scipy import optimize

__all__ = ["END", "Balance", "Side", "balance"]

END: Final = 1e-7
"""Distance from a stoichiometry of 0 and of 1 that a window keeps [-]."""


@dataclass(frozen=True)
class Side:
    """One electrode of a balance.

    Parameters
    ----------
    name
        What it is called in messages.
    loading
        Active material [kg/m2].
    capacity
        Of all sites [A.h/m2].
    potential
        Equilibrium potential [V vs Na+/Na] at a stoichiometry in (0, 1), decreasing.
    """

    name: str
    loading: float
    capacity: float
    potential: Callable[[float], float]


@dataclass(frozen=True)
class Balance:
    """What two electrodes and the sodium between them give at equilibrium.

    Parameters
    ----------
    anode_capacity_mAh_cm2, cathode_capacity_mAh_cm2
        Capacity of all sites.
    n_p_ratio
        Capacity of the anode over that of the cathode, all sites [-] (PyBaMM's definition).
    mass_ratio
        Active mass of the anode over that of the cathode [-].
    first_cycle_loss_mAh_g_carbon, presodiation_mAh_g_carbon
        Sodium lost on formation and sodium added, per gram of the anode's active material.
    inventory_mAh_g_cathode
        Cyclable sodium per gram of the cathode's active material.
    anode_window, cathode_window
        Stoichiometry at the lower and at the upper cut-off [-].
    anode_potential_charged_V
        Equilibrium potential of the anode in the charged cell; below zero, metal is stable.
    capacity_mAh_g_cathode
        Charge between the cut-offs per gram of the cathode's active material.
    charge_limited_by, discharge_limited_by
        Electrode whose potential moves the voltage to the cut-off: ``"anode"`` or ``"cathode"``.
    """

    anode_capacity_mAh_cm2: float
    cathode_capacity_mAh_cm2: float
    n_p_ratio: float
    mass_ratio: float
    first_cycle_loss_mAh_g_carbon: float
    presodiation_mAh_g_carbon: float
    inventory_mAh_g_cathode: float
    anode_window: tuple[float, float]
    cathode_window: tuple[float, float]
    anode_potential_charged_V: float
    capacity_mAh_g_cathode: float
    charge_limited_by: str
    discharge_limited_by: str


def balance(
    anode: Side,
    cathode: Side,
    cut_offs: tuple[float, float],
    *,
    loss: float = 0.0,
    presodiation: float = 0.0,
    inventory: float | None = None,
) -> Balance:
    """Balance of a cell whose cathode was full of sodium when it was assembled.

    ``inventory = Q_cathode - m_anode (loss - presodiation)``; the windows solve
    ``U_cathode(y) - U_anode(x) = V`` with ``x Q_anode + y Q_cathode = inventory`` at both cut-offs.
    Where the anode is full before the upper cut-off is met, the charged cell is that with a full anode.

    Parameters
    ----------
    anode, cathode
        The two electrodes.
    cut_offs
        Lower and upper voltage cut-off [V].
    loss, presodiation
        Sodium lost on formation and sodium added [A.h per kg of anode].
    inventory
        Cyclable sodium [A.h/m2]; computed from the three above where None.

    Raises
    ------
    ValueError
        Where no sodium is left, where it does not fit into both electrodes, or where a cut-off is
        beyond what the pair can reach.
    """
    low, high = cut_offs
    if inventory is None:
        inventory = cathode.capacity - anode.loading * (loss - presodiation)
    _check_inventory(anode, cathode, inventory)

    def content(x: float) -> float:
        return (inventory - x * anode.capacity) / cathode.capacity

    def voltage(x: float) -> float:
        return cathode.potential(content(x)) - anode.potential(x)

    empty = max(END, (inventory - (1.0 - END) * cathode.capacity) / anode.capacity)
    full = min(1.0 - END, (inventory - END * cathode.capacity) / anode.capacity)
    _check_cut_offs(anode, cathode, cut_offs, voltage(empty), voltage(full))
    x_0 = _root(voltage, low, empty, full)
    x_100 = full if voltage(full) <= high else _root(voltage, high, empty, full)
    charge = (x_100 - x_0) * anode.capacity

    def limiting(x: float, inward: float) -> str:
        moved = x + inward * 0.01 * (x_100 - x_0)
        of_anode = abs(anode.potential(moved) - anode.potential(x))
        of_cathode = abs(cathode.potential(content(moved)) - cathode.potential(content(x)))
        return "anode" if of_anode > of_cathode else "cathode"

    return Balance(
        anode_capacity_mAh_cm2=0.1 * anode.capacity,
        cathode_capacity_mAh_cm2=0.1 * cathode.capacity,
        n_p_ratio=anode.capacity / cathode.capacity,
        mass_ratio=anode.loading / cathode.loading,
        first_cycle_loss_mAh_g_carbon=loss,
        presodiation_mAh_g_carbon=presodiation,
        inventory_mAh_g_cathode=inventory / cathode.loading,
        anode_window=(x_0, x_100),
        cathode_window=(content(x_0), content(x_100)),
        anode_potential_charged_V=anode.potential(x_100),
        capacity_mAh_g_cathode=charge / cathode.loading,
        charge_limited_by="anode" if x_100 == full else limiting(x_100, -1.0),
        discharge_limited_by=limiting(x_0, 1.0),
    )


def _check_inventory(anode: Side, cathode: Side, inventory: float) -> None:
    if inventory <= 0.01 * cathode.capacity:
        raise ValueError(
            f"no sodium is left to cycle: the first cycle takes {(cathode.capacity - inventory) / 10:.3g} of "
            f"the {cathode.capacity / 10:.3g} mAh/cm2 of {cathode.name}; lower the mass ratio or presodiate"
        )
    if inventory >= 0.99 * (anode.capacity + cathode.capacity):
        raise ValueError(
            f"{inventory / 10:.3g} mAh/cm2 of sodium do not fit: {anode.name} and {cathode.name} hold "
            f"{(anode.capacity + cathode.capacity) / 10:.3g} mAh/cm2 together; lower the presodiation"
        )


def _check_cut_offs(
    anode: Side, cathode: Side, cut_offs: tuple[float, float], bottom: float, charged: float
) -> None:
    """Refuse cut-offs beyond the voltages of the discharged and of the charged pair."""
    (low, high), top = cut_offs, cathode.potential(END)
    if high >= top:
        raise ValueError(
            f"upper cut-off {high:g} V cannot be reached: {cathode.name} ends at {top:.2f} V vs Na+/Na; "
            "lower the cut-off"
        )
    if low <= bottom:
        raise ValueError(
            f"lower cut-off {low:g} V cannot be reached: the discharged pair of {anode.name} and "
            f"{cathode.name} lies at {bottom:.2f} V; raise the cut-off"
        )
    if low >= charged:
        raise ValueError(
            f"lower cut-off {low:g} V lies above the voltage of the charged pair, {charged:.2f} V; "
            "lower the cut-off"
        )


def _root(voltage: Callable[[float], float], level: float, low: float, high: float) -> float:
    return float(optimize.brentq(lambda x: voltage(x) - level, low, high, xtol=1e-14, rtol=1e-14))
