"""Equilibrium balance of two electrodes that share an inventory of sodium."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ..results import html_of, named_repr

Array = npt.NDArray[np.float64]

END: Final = 1e-7
"""Distance from a stoichiometry of 0 and of 1 that a window keeps [-]."""


_HALVINGS: Final = 60


@dataclass(frozen=True)
class Side:
    """One electrode of a balance, or that electrode in many cells.

    Parameters
    ----------
    name
        What it is called in messages.
    loading
        Active material [kg/m2], one number or one per cell.
    capacity
        Of all sites [A.h/m2], likewise.
    potential
        Equilibrium potential [V vs Na+/Na] at stoichiometries in (0, 1), decreasing.
    path
        Stoichiometry and potential at places along the equilibrium, both explicit, for an electrode whose
        potential takes a root at each stoichiometry; the stoichiometry itself is the place where None.
    places
        Ends of the path: an empty electrode first.
    """

    name: str
    loading: Any
    capacity: Any
    potential: Callable[[Any], Any]
    path: Callable[[Any], tuple[Any, Any]] | None = None
    places: tuple[float, float] = (0.0, 1.0)

    def at(self, place: Array) -> tuple[Array, Array]:
        """Stoichiometry and potential at places of the path."""
        return (place, self.potential(place)) if self.path is None else self.path(place)


@dataclass(frozen=True, repr=False)
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
        Sodium lost on formation in the cell and sodium added, per gram of the anode's active material.
    left_by_first_cycle_mAh_g_carbon
        Part of the first-cycle loss that is in the carbon and so in the inventory.
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
    left_by_first_cycle_mAh_g_carbon: float
    inventory_mAh_g_cathode: float
    anode_window: tuple[float, float]
    cathode_window: tuple[float, float]
    anode_potential_charged_V: float
    capacity_mAh_g_cathode: float
    charge_limited_by: str
    discharge_limited_by: str

    def __repr__(self) -> str:
        ratios = f"mass ratio {self.mass_ratio:.4g}", f"N/P {self.n_p_ratio:.3g}"
        return named_repr(self, *ratios, f"{self.capacity_mAh_g_cathode:.4g} mAh per g of cathode")

    def _repr_html_(self) -> str:
        return html_of(self, asdict(self))

    @property
    def limiting(self) -> str:
        """``"anode"`` (full when charged), ``"inventory"`` (cathode empty, then anode) or ``"cathode"``."""
        if self.charge_limited_by == "anode":
            return "anode"
        return "inventory" if self.discharge_limited_by == "anode" else "cathode"


def balance(
    anode: Side,
    cathode: Side,
    cut_offs: tuple[float, float],
    *,
    loss: float = 0.0,
    presodiation: float = 0.0,
    left: float = 0.0,
    inventory: float | None = None,
) -> Balance:
    """Balance of a cell whose cathode was full of sodium when it was assembled.

    ``inventory = Q_cathode - m_anode (loss - left - presodiation)``; the windows solve
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
    left
        Sodium that the first cycle leaves in the anode [A.h/kg]. A measured loss counts it, and so do the
        contents here: it is in the inventory, also of an anode that was cycled before assembly.
    inventory
        Sodium in both electrodes [A.h/m2]; computed from the others where None.

    Raises
    ------
    ValueError
        Where no sodium is left, where it does not fit into both electrodes, or where a cut-off is
        beyond what the pair can reach.
    """
    (found,) = balances(
        anode,
        cathode,
        cut_offs,
        loss=loss,
        presodiation=presodiation,
        left=left,
        inventory=inventory,
        count=1,
    )
    if isinstance(found, ValueError):
        raise found
    return found


def balances(
    anode: Side,
    cathode: Side,
    cut_offs: tuple[Any, Any],
    *,
    loss: Any = 0.0,
    presodiation: Any = 0.0,
    left: Any = 0.0,
    inventory: Any = None,
    count: int,
) -> list[Balance | ValueError]:
    """Balances of many cells at once, as :func:`balance`; each number may be one per cell.

    Returns
    -------
    list
        Of ``count`` cells the balance, or the error of :func:`balance`.
    """
    if inventory is None:
        inventory = cathode.capacity - anode.loading * (loss - left - presodiation)
    given = (*cut_offs, anode.capacity, cathode.capacity, inventory)
    low, high, Q_a, Q_c, inventory = (np.broadcast_to(np.asarray(x, dtype=float), (count,)) for x in given)

    pairs = _rest(anode, cathode, (low, high), (Q_a, Q_c), inventory)
    bottom, charged, top = pairs.voltages
    per_cell = [
        np.broadcast_to(np.asarray(x, dtype=float), (count,))
        for x in (anode.loading, cathode.loading, loss, presodiation, left)
    ]
    found: list[Balance | ValueError] = []
    for k in range(count):
        error = _refusal(anode, cathode, (Q_a[k], Q_c[k]), inventory[k]) or _unreachable(
            anode, cathode, (low[k], high[k]), (bottom[k], charged[k], top[k])
        )
        if error:
            found.append(ValueError(error))
            continue
        m_a, m_c, lost, added, kept = (float(x[k]) for x in per_cell)
        x, y = pairs.anode_contents[:, k], pairs.cathode_contents[:, k]
        found.append(
            Balance(
                anode_capacity_mAh_cm2=0.1 * float(Q_a[k]),
                cathode_capacity_mAh_cm2=0.1 * float(Q_c[k]),
                n_p_ratio=float(Q_a[k] / Q_c[k]),
                mass_ratio=m_a / m_c,
                first_cycle_loss_mAh_g_carbon=lost,
                presodiation_mAh_g_carbon=added,
                left_by_first_cycle_mAh_g_carbon=kept,
                inventory_mAh_g_cathode=float(inventory[k]) / m_c,
                anode_window=(float(x[0]), float(x[1])),
                cathode_window=(float(y[0]), float(y[1])),
                anode_potential_charged_V=float(pairs.charged_anode_V[k]),
                capacity_mAh_g_cathode=float((x[1] - x[0]) * Q_a[k]) / m_c,
                charge_limited_by=str(pairs.charge_limited_by[k]),
                discharge_limited_by=str(pairs.discharge_limited_by[k]),
            )
        )
    return found


class _Rest(NamedTuple):
    """Pairs at rest at both cut-offs, a cell each; without meaning where a cell has no balance."""

    anode_contents: Array
    cathode_contents: Array
    charged_anode_V: Array
    voltages: tuple[Array, Array, Array]
    """Of the discharged pair, the charged pair and the empty cathode [V]."""
    charge_limited_by: Any
    discharge_limited_by: Any


def _rest(
    anode: Side,
    cathode: Side,
    cut_offs: tuple[Array, Array],
    capacities: tuple[Array, Array],
    inventory: Array,
) -> _Rest:
    """Contents at both cut-offs by bisection along the path of the anode, on which the voltage rises."""
    (low, high), (Q_a, Q_c), count = cut_offs, capacities, len(inventory)

    def content(x: Array) -> Array:
        return np.asarray((inventory - x * Q_a) / Q_c)

    empty = np.maximum(END, (inventory - (1.0 - END) * Q_c) / Q_a)
    full = np.minimum(1.0 - END, (inventory - END * Q_c) / Q_a)
    with np.errstate(all="ignore"):  # where no balance exists, numbers mean nothing
        ends = np.stack([empty, full])
        bottom, top_of_pair = cathode.potential(content(ends)) - anode.potential(ends)
        top = np.broadcast_to(cathode.potential(np.asarray(END)), (count,))

        left, right = (np.full((2, count), end) for end in anode.places)
        for _ in range(_HALVINGS):
            middle = 0.5 * (left + right)
            x, U = anode.at(middle)
            below = cathode.potential(content(np.clip(x, empty, full))) - U < np.stack([low, high])
            left, right = np.where(below, middle, left), np.where(below, right, middle)
        x_0, x_100 = np.clip(anode.at(0.5 * (left + right))[0], empty, full)
        x_100 = np.where(top_of_pair <= high, full, x_100)

        step = 0.01 * (x_100 - x_0)
        x = np.stack([x_0, x_0 + step, x_100, x_100 - step])
        U_a, U_c = anode.potential(x), cathode.potential(content(x))
        of_anode, of_cathode = np.abs(np.diff(U_a, axis=0)), np.abs(np.diff(U_c, axis=0))
    names = np.where(of_anode > of_cathode, "anode", "cathode")
    x = np.stack([x_0, x_100])
    charge = np.where(x_100 == full, "anode", names[2])
    return _Rest(x, content(x), U_a[2], (bottom, top_of_pair, top), charge, names[0])


def _refusal(anode: Side, cathode: Side, capacities: tuple[float, float], inventory: float) -> str:
    """Why there is no such inventory; empty where there is."""
    Q_a, Q_c = capacities
    if inventory <= 0.01 * Q_c:
        return (
            f"no sodium is left to cycle: the first cycle takes {(Q_c - inventory) / 10:.3g} of "
            f"the {Q_c / 10:.3g} mAh/cm2 of {cathode.name}; lower the mass ratio or presodiate"
        )
    if inventory >= 0.99 * (Q_a + Q_c):
        return (
            f"{inventory / 10:.3g} mAh/cm2 of sodium do not fit: {anode.name} and {cathode.name} hold "
            f"{(Q_a + Q_c) / 10:.3g} mAh/cm2 together; lower the presodiation"
        )
    return ""


def _unreachable(
    anode: Side, cathode: Side, cut_offs: tuple[float, float], voltages: tuple[float, float, float]
) -> str:
    """Which cut-off is beyond the discharged pair, the charged pair or the empty cathode [V]; else empty."""
    low, high = cut_offs
    bottom, charged, top = voltages
    if high >= top:
        return (
            f"upper cut-off {high:g} V cannot be reached: {cathode.name} ends at {top:.2f} V vs Na+/Na; "
            "lower the cut-off"
        )
    if low <= bottom:
        return (
            f"lower cut-off {low:g} V cannot be reached: the discharged pair of {anode.name} and "
            f"{cathode.name} lies at {bottom:.2f} V; raise the cut-off"
        )
    if low >= charged:
        return (
            f"lower cut-off {low:g} V lies above the voltage of the charged pair, {charged:.2f} V; "
            "lower the cut-off"
        )
    return ""
