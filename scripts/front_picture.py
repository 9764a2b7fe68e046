"""Write docs/images/front.png, the picture of the README, and docs/data/front.json, its numbers.

The half-cell potential of a hard carbon as PyBaMM ships it, Chayambuka et al. 2022, is written to a file,
and ``napore fit --equilibrium`` fits the generic hard carbon to it: half a minute. Drawn are the points, the
fitted equilibrium and where the sodium then is, of its three kinds.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pybamm

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from napore.cli import main as napore_command  # noqa: E402
from napore.models.constants import REFERENCE_TEMPERATURE  # noqa: E402
from napore.parameters.carbon import isotherm_of_carbon  # noqa: E402
from napore.parameters.sets import load_set  # noqa: E402
from napore.plotting import CAPACITY_LABEL, VOLTAGE_LABEL, figure, style  # noqa: E402

KEPT = ROOT / "docs" / "data" / "front.json"
PICTURE = ROOT / "docs" / "images" / "front.png"
DOI = "10.1016/j.electacta.2021.139764"
CAPACITY_MAH_G = 200.0
"""Of that carbon: its 14540 mol/m3 at 1950 kg/m3 (parameters/data/host_electrodes.toml)."""
SITES = "Carbon electrode specific capacity of all sites [mA.h.g-1]"
BEGUN = "hard-carbon"
FLAT_V = 1.0
"""Misfits are told below this potential, where a point is not within 2 % of an empty carbon."""


def measured() -> tuple[Any, Any]:
    """Capacity [mAh/g] and potential [V] of PyBaMM's table."""
    curve = pybamm.ParameterValues("Chayambuka2022")["Negative electrode OCP [V]"]
    share, potential = curve.__globals__["U_n_data"][1]
    return CAPACITY_MAH_G * np.ravel(share), np.ravel(potential)


def equilibrium(changed: dict[str, float], first_V: float) -> dict[str, Any]:
    """Capacity since a potential [mAh/g] and what of it is strongly bound, mobile and in pores."""
    source = load_set(BEGUN)
    numbers = {**source.numbers, **changed}
    isotherm: Any = isotherm_of_carbon(numbers, source.classes, source.law)
    V = np.concatenate([np.linspace(first_V, 0.2, 60), np.linspace(0.2, 0.015, 81)[1:]])
    adsorbed, share = isotherm.adsorption_fraction, isotherm.adsorption.strong_share
    strong = adsorbed * share * isotherm.adsorption.strong.filled(V, REFERENCE_TEMPERATURE)
    mobile = adsorbed * (1.0 - share) * isotherm.occupancy(V)
    kinds = {"strong": strong, "mobile": mobile, "pores": isotherm.stoichiometry(V) - strong - mobile}
    parts = {f"{kind}_mAh_g": numbers[SITES] * (x - x[0]) for kind, x in kinds.items()}
    return {"voltage_V": V, "capacity_mAh_g": sum(parts.values()), **parts}


def fit(q: Any, V: Any) -> dict[str, float]:
    """Numbers that ``napore fit --equilibrium`` changes in the generic hard carbon."""
    with tempfile.TemporaryDirectory() as folder:
        curve, made = Path(folder) / "ocp.csv", Path(folder) / "made.toml"
        rows = (f"{one:.6g},{other:.9g}" for one, other in zip(q, V, strict=True))
        curve.write_text("\n".join(["Capacity (mAh/g),Voltage (V)", *rows]) + "\n", encoding="utf-8")
        command = ["fit", "--equilibrium", str(curve), "--output", str(made)]
        napore_command(command, standalone_mode=False)
        begun, found = load_set(BEGUN).numbers, load_set(made).numbers
    return {name: value for name, value in found.items() if value != begun[name]}


def misfit_mV(q: Any, V: Any, found: dict[str, Any]) -> float:
    """Root mean square of fitted less measured potential below :data:`FLAT_V` [mV]."""
    flat = V < FLAT_V
    fitted = np.interp(q[flat] - q[0], found["capacity_mAh_g"], found["voltage_V"])
    return float(1e3 * np.sqrt(np.mean((fitted - V[flat]) ** 2)))


def draw(q: Any, V: Any, found: dict[str, Any]) -> None:
    """Points over the fitted curve, and beside it where the sodium is."""
    names = {"strong": "bound strongly", "mobile": "on mobile sites", "pores": "in pores"}
    colours = {"strong": "#004c7a", "mobile": "#56b4e9", "pores": "#d55e00"}
    charge = found["capacity_mAh_g"]
    with style():
        made, (left, right) = figure(2)
        left.plot(charge, found["voltage_V"], color="0.2", label="napore, generic hard carbon fitted")
        left.plot(q - q[0], V, "o", color="#d55e00", mfc="none", label="measured, Chayambuka et al. 2022")
        left.set(xlabel=CAPACITY_LABEL, ylabel=VOLTAGE_LABEL, title="A hard carbon and its model")
        right.stackplot(
            charge,
            *(found[f"{kind}_mAh_g"] for kind in names),
            labels=names.values(),
            colors=colours.values(),
        )
        right.set(xlabel=CAPACITY_LABEL, ylabel="stored / mAh g$^{-1}$", title="Where the sodium is")
        for ax in (left, right):
            ax.set(xlim=(0.0, 205.0), ylim=(0.0, None))
        left.legend(loc="upper right")
        right.legend(loc="upper left")
        made.tight_layout()
        made.savefig(PICTURE, dpi=110, metadata={"Software": None})


def main() -> None:
    """Fit, write the numbers, draw."""
    q, V = measured()
    changed = fit(q, V)
    found = equilibrium(changed, V[0])
    curve = {name: [float(f"{one:.5g}") for one in column] for name, column in found.items()}
    kept = {"doi": DOI, "changed": changed, "misfit_mV": misfit_mV(q, V, found), "curve": curve}
    lines = (f" {json.dumps(name)}: {json.dumps(value)}" for name, value in kept.items())
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    draw(q, V, found)


if __name__ == "__main__":
    main()
