"""Cyclic voltammetry of both carbons: ``run`` simulates and writes the data, ``page`` draws and writes.

python scripts/voltammetry_page.py run     # docs/data/cv_gu2025.json; resumed after a stop
python scripts/voltammetry_page.py page    # docs/cv.md and its pictures
"""

import argparse
import os
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

from resumable import Records
from voltammetry_text import draw, page

import napore
from napore.cells import Cell
from napore.experiments import SCAN_RATES

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "docs" / "data" / "cv_gu2025.json"
SETS: Final = ("fjh", "fjh-b", "tf")
SLOW: Final = (0.01, 0.02, 0.05, 0.1)
POTENTIALS: Final = (0.15, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5)

FAST: Final = {
    "Sodium metal reference exchange-current density [A.m-2]": 5e3,
    "Carbon electrode reference exchange-current density [A.m-2]": 4e2,
}
"""Charge transfer a hundred times faster, for the limiting cases."""


def voltammograms(cell: Cell) -> dict[str, Any]:
    """Scans with b values, splits and thinned curves."""
    found = napore.cv(cell, SCAN_RATES, progress=True)
    record: dict[str, Any] = found.to_dict()
    record.pop("parameters_sha256")
    for direction in ("anodic", "cathodic"):
        split = found.surface_split(direction)
        record[f"{direction}_surface_share"] = {f"{v:g}": share for v, share in split.surface_share.items()}
        record[f"{direction}_b_by_potential"] = found.b_by_potential(direction).to_dict("list")
    record["b_at"] = found.b_by_potential("anodic", POTENTIALS).to_dict("list")
    record["curves"] = {
        f"{scan.scan_rate_mV_s:g}": {
            sweep.direction: {
                "potential_V": [round(float(v), 5) for v in sweep.potential_V[::8]],
                "current_A_g": [round(float(i), 6) for i in sweep.current_A_g[::8]],
            }
            for sweep in (scan.cathodic, scan.anodic)
            if sweep is not None
        }
        for scan in found.scans
    }
    return record


def slow_scans(cell: Cell) -> dict[str, Any]:
    """Peaks at scan rates below those that are assumed."""
    record: dict[str, Any] = napore.cv(cell, SLOW, progress=True).to_dict()
    record.pop("parameters_sha256")
    return record


def limit(diffusivity: float) -> dict[str, Any]:
    """A model without double layers, film or electrolyte: SPM, equilibrium storage, fast transfer."""
    cell = napore.half_cell(
        "fjh",
        "SPM",
        {"sodium storage": "equilibrium"},
        {**FAST, "Carbon particle reference diffusivity [m2.s-1]": diffusivity},
    )
    found = napore.cv(cell, SCAN_RATES)
    split = found.surface_split("anodic")
    return {
        "anodic_b": found.anodic_b,
        "cathodic_b": found.cathodic_b,
        "surface_share": {f"{v:g}": share for v, share in split.surface_share.items()},
        "lowest_r_squared": float(split.coefficients["r_squared"].min()),
        "median_r_squared": float(split.coefficients["r_squared"].median()),
    }


def run() -> None:
    """Simulate what is missing."""
    records = Records(DATA)
    for name in SETS:
        cell = napore.half_cell(name)
        records.get(name, cell.sha256, lambda cell=cell: voltammograms(cell))  # type: ignore[misc]
    for name in SETS:
        cell = napore.half_cell(name)
        records.get(f"slow: {name}", cell.sha256, lambda cell=cell: slow_scans(cell))  # type: ignore[misc]
    no_electrolyte = napore.half_cell("fjh", "SPM")
    records.get("fjh, SPM", no_electrolyte.sha256, lambda: voltammograms(no_electrolyte))
    for name, diffusivity in {"thin film": 1e-10, "slow diffusion": 3e-14}.items():
        records.get(
            f"limit: {name}",
            no_electrolyte.sha256,
            lambda diffusivity=diffusivity: limit(diffusivity),  # type: ignore[misc]
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("run", "page"))
    if parser.parse_args().what == "run":
        run()
        return
    content = Records(DATA).content
    draw(content, ROOT / "docs" / "images")
    (ROOT / "docs" / "cv.md").write_text(page(content), encoding="utf-8")


if __name__ == "__main__":
    main()
