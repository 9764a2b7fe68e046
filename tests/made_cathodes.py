"""A filled template with a generated potential, for tests."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from napore.parameters.cathode_template import write_fill_in

VALUES: Mapping[str, float] = {
    "areal loading": 0.12,
    "electrode thickness": 70e-6,
    "mass fraction": 0.93,
    "current of 1 C": 129.0,
    "Lower voltage": 2.0,
    "Upper voltage": 3.8,
    "usable specific capacity": 110.0,
    "particle radius": 0.3e-6,
    "reference diffusivity": 3e-15,
    "diffusivity activation": 3e4,
    "reference exchange": 0.3,
    "exchange-current density activation": 3e4,
}


def generated(x: float) -> float:
    """Potential of nothing measured: two steps and two ends."""
    ends = 1.0 * np.exp(-x / 0.01) - 1.2 * np.exp(-(1.0 - x) / 0.01)
    return float(3.0 - 0.15 * (x - 0.5) - 0.12 * np.tanh((x - 0.5) / 0.08) + ends)


def filled_template(
    folder: Path,
    values: Mapping[str, float] = VALUES,
    potential: Callable[[float], float] = generated,
    template: str = "nfpp",
) -> Path:
    """File that fills a template, with its table beside it."""
    path = folder / "mine.toml"
    write_fill_in(template, path)
    lines, key = [], ""
    for line in path.read_text("utf-8").splitlines():
        key = line if line.startswith('["') else key
        if line == "# value =":
            line = next(f"value = {value!r}" for word, value in values.items() if word in key)
        ranged = not any(word in key for word in list(VALUES)[:6])
        line = line.replace('class = "measured"', f'class = "{"assumed" if ranged else "setting"}"')
        lines.append(
            line.replace('source = ""', 'source = "made for a test"').replace(
                'source" = ""', 'source" = "made"'
            )
        )
    path.write_text("\n".join(lines) + "\n", "utf-8")
    rows = [f"{x:.6g},{potential(float(x)):.6g}" for x in np.linspace(0.0, 1.0, 61)]
    (folder / "curve.csv").write_text("content,potential_V\n" + "\n".join(rows) + "\n", "utf-8")
    return path
