"""Pulses, holds, drives and the split of overpotential: ``run`` simulates, ``page`` draws and writes.

python scripts/polarisation_page.py run     # docs/data/polarisation_gu2025.json; resumed after a stop
python scripts/polarisation_page.py page    # docs/polarisation.md and its pictures
"""

import argparse
import os
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")

import numpy as np
from polarisation_text import draw, page
from resumable import Records

import napore
from napore.cells import Cell
from napore.experiments import ReferenceTest

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "docs" / "data" / "polarisation_gu2025.json"
SETS: Final = ("fjh", "fjh-b", "tf")
RATES: Final = (0.5, 1.0, 2.0, 5.0)
SLOW: Final = 0.02
PLACES: Final = {"foil": None, "at the foil": 0.0, "middle": 0.5, "at the carbon": 1.0}
"""What the cut-off counts from, and the position of the reference electrode."""


def one_rate(cell: Cell, rate: float, position: float | None) -> dict[str, Any]:
    """Capacities and the split of overpotential over the last sodiation."""
    found = napore.reference_test(cell, [rate], position)
    record: dict[str, Any] = {"rate": found.to_dict()["rates"][0]}
    if found.halves[0] is not None:
        record["sodiation"] = _curve(found, rate == RATES[-1])
    return record


def _curve(found: ReferenceTest, with_columns: bool) -> dict[str, Any]:
    pair = found.halves[0]
    assert pair is not None
    first = pair[0]
    missed = max(float(np.abs(half.overpotentials.unexplained_V).max()) for half in pair)
    if not with_columns:
        return {"largest_unexplained_V": missed}
    table = first.table()
    # a few points less: even in charge
    keep = np.unique(np.searchsorted(first.capacity_mAh_g, np.linspace(0, first.capacity_mAh_g[-1], 150)))
    thin = table.iloc[np.minimum(keep, len(table) - 1)]
    columns = {str(name): [float(f"{x:.6g}") for x in column] for name, column in thin.items()}
    return {"largest_unexplained_V": missed, "columns": columns}


def reversals(cell: Cell, soc: float, rate: float) -> dict[str, Any]:
    """An hour of current that changes its sign every second."""
    seconds = np.arange(3601.0)
    values = np.where(seconds % 2 == 0, rate, -rate)
    found = napore.drive(cell, (seconds, values), unit="C", soc=soc, interpolation="previous")
    voltage = found.voltage_V
    return {
        "status": found.status,
        "time_s": float(found.time_s[-1]) if len(found.time_s) else None,
        "lowest_voltage_V": float(voltage.min()) if len(voltage) else None,
        "highest_voltage_V": float(voltage.max()) if len(voltage) else None,
    }


def run() -> None:
    """Simulate what is missing, the shortest first."""
    records = Records(DATA)
    cells = {name: napore.half_cell(name) for name in SETS}
    for name, cell in cells.items():

        def pulses(cell: Cell = cell) -> dict[str, Any]:
            return {"pulses": napore.pulse_test(cell, (0.02, 0.1, 0.3, 0.5, 0.7, 0.9)).to_dict()["pulses"]}

        records.get(f"{name}: pulses", cell.sha256, pulses)
    full = napore.full_cell("fjh", "nvp")
    records.get(
        "fjh-nvp: pulses",
        full.sha256,
        lambda: {"pulses": napore.pulse_test(full, (0.1, 0.3, 0.5, 0.7, 0.9)).to_dict()["pulses"]},
    )
    for name, cell in cells.items():

        def held(cell: Cell = cell) -> dict[str, Any]:
            found = napore.hold_test(cell, 0.01, 7200.0, rate=1.0)
            columns = {str(name): column.tolist() for name, column in found.table().items()}
            before = found.capacity_before_mAh_g
            return {"status": found.status, "capacity_before_mAh_g": before, "columns": columns}

        records.get(f"{name}: hold", cell.sha256, held)
    for what, position in PLACES.items():
        for name, cell in cells.items():
            rates = (5.0,) if what == "middle" else (SLOW, *RATES) if what == "foil" else RATES
            for rate in rates:

                def solved(cell: Cell = cell, rate: float = rate, at: float | None = position) -> Any:
                    return one_rate(cell, rate, at)

                records.get(f"{name}: {rate:g} C against {what}", cell.sha256, solved)
    for soc in (0.001, 0.98):
        for rate in (1.0, 5.0):

            def driven(soc: float = soc, rate: float = rate) -> dict[str, Any]:
                return reversals(cells["fjh"], soc, rate)

            records.get(f"fjh: reversals at {rate:g} C from SOC {soc:g}", cells["fjh"].sha256, driven)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("run", "page"))
    if parser.parse_args().what == "run":
        run()
        return
    content = Records(DATA).content
    draw(content, ROOT / "docs" / "images")
    (ROOT / "docs" / "polarisation.md").write_text(page(content), encoding="utf-8")


if __name__ == "__main__":
    main()
