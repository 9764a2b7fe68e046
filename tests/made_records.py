"""Records of half cells as a cycler writes them, simulated step after step, for tests."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from napore.built import Built, Step
from napore.cells import Cell

NOISE_V = 1e-3


def record(cell: Cell, currents_mA_g: Sequence[float], path: Path, only: str = "", points: int = 300) -> Path:
    """File of time, current and voltage: a cycle at each current, with noise; one direction only if named."""
    low, high = cell.cut_offs
    built, steps = Built.of(cell), list[Step]()
    for current in currents_mA_g:
        size = current * cell.active_mass
        both = (
            Step("current", size, 3e6 / current, below=low),
            Step("current", -size, 3e6 / current, above=high),
        )
        steps += both if cell.kind == "carbon" else both[::-1]
    rows = []
    for step, solution in zip(steps, built.run(steps).solutions, strict=True):
        direction = "sodiation" if step.value > 0.0 else "desodiation"
        if only and direction != only:
            continue
        times = np.linspace(solution.t[0], solution.t[-1], points)
        current = -step.value / cell.active_mass
        rows += [(t, current, V) for t, V in zip(times, solution["Voltage [V]"](times), strict=True)]
    noise = NOISE_V * np.random.default_rng(3).standard_normal(len(rows))
    lines = [
        f"{t + 1e-3 * k:.4f},{i:.5f},{V + e:.5f}"
        for k, ((t, i, V), e) in enumerate(zip(rows, noise, strict=True))
    ]
    path.write_text("time/s,I/mA g-1,Ewe/V\n" + "\n".join(lines) + "\n", "utf-8")
    return path
