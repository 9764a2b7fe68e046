"""Fit the ageing of the FJH carbon to H07 and F06 and write parameters/data/fitted/gu2025_ageing*.toml.

    python -m studies.gu2025 calibrate ageing

Two numbers of the paper, two values for each ageing: the growth of the film from the full cell (F06),
whose sodium is finite, and what takes capacity from the half cell (H07). H11, no decay over 80 cycles
at 0.1 C, is not used. SPMe; about five minutes.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import napore
from napore.parameters.reported import fit_targets

from .fitted_files import PARAMETERS

FITTED = PARAMETERS / "fitted"
MODEL = "SPMe"
CLOSE = 2e-4  # of the retention
TARGETS = {row.id: row.value / 100.0 for row in fit_targets() if row.ageing and row.value is not None}

RESISTIVITY = "SEI resistivity [Ohm.m]"
DIFFUSIVITY = "SEI solvent diffusivity [m2.s-1]"
EXCHANGE = "SEI reaction exchange current density [A.m-2]"
LOSS = "Carbon electrode active material lost per charge passed [kg.A-1.h-1]"


@dataclass(frozen=True)
class Explanation:
    """An ageing to fit: its file, its mechanisms, and the value that each number determines."""

    file: str
    title: str
    options: dict[str, str]
    growth: tuple[str, float, tuple[float, float]]
    fade: tuple[str, float, tuple[float, float]]
    remark: str


EXPLANATIONS = (
    Explanation(
        "gu2025_ageing",
        "Film that grows by diffusion of solvent and resists, Gu et al. 2025",
        {"SEI": "solvent-diffusion limited", "SEI film resistance": "distributed"},
        (DIFFUSIVITY, 6.7e-20, (1e-22, 1e-18)),
        (RESISTIVITY, 5.5e4, (1e3, 2e6)),
        "One film: the sodium in it fades the full cell, its resistance the half cell.",
    ),
    Explanation(
        "gu2025_ageing_b",
        "Film that grows by reaction and resists, Gu et al. 2025",
        {"SEI": "reaction limited", "SEI film resistance": "distributed"},
        (EXCHANGE, 6.1e-10, (1e-12, 1e-6)),
        (RESISTIVITY, 5.5e4, (1e3, 2e6)),
        "As gu2025_ageing with growth at a rate that does not fall as the film thickens.",
    ),
    Explanation(
        "gu2025_ageing_lam",
        "Film without resistance and loss of active carbon, Gu et al. 2025",
        {
            "SEI": "solvent-diffusion limited",
            "SEI film resistance": "none",
            "loss of active material": "current-driven",
        },
        (DIFFUSIVITY, 6.7e-20, (1e-22, 1e-18)),
        (LOSS, 5e-7, (1e-9, 5e-6)),
        "Fits the same two numbers but not H11; kept to show what the film's resistance is chosen over.",
    ),
)

HEADER = """# Written by studies/gu2025/calibrate_ageing.py; do not edit.
# {remark}
# Two values for two numbers: they are met by construction; what chooses between the mechanisms is H11.

[set]
title = "{title}"

[set.options]
{options}
"""

ENTRY = """
["{name}"]
value = {value:.6g}
class = "fitted"
source = "{source}"
range = [{low:g}, {high:g}]
verdict = "determined by one number, for the mechanism that is assumed; not known apart from it"
"""


def write(explanation: Explanation, growth: float, fade: float) -> None:
    """Write the file of an explanation with the two values."""
    options = "\n".join(f'"{name}" = "{value}"' for name, value in explanation.options.items())
    text = HEADER.format(remark=explanation.remark, title=explanation.title, options=options)
    for (name, _, (low, high)), value, source in (
        (explanation.growth, growth, "F06: 64.5 % after 100 cycles of the full cell at 0.2 C, SPMe"),
        (explanation.fade, fade, "H07: 93.2 % after 200 cycles of the half cell at 0.5 C, SPMe"),
    ):
        if not low <= value <= high:
            raise SystemExit(f"{explanation.file}: {name} = {value:g} is outside {low:g} to {high:g}")
        text += ENTRY.format(name=name, value=value, source=source, low=low, high=high)
    (FITTED / f"{explanation.file}.toml").write_text(text, encoding="utf-8")


def secant(function: Callable[[float], float], start: float, target: float) -> float:
    """Positive value at which the function is the target within :data:`CLOSE`."""
    points = [(math.log(start), function(start) - target)]
    step = math.log(1.1)
    while abs(points[-1][1]) > CLOSE:
        x, y = points[-1]
        if len(points) > 1:
            step = -y * (x - points[-2][0]) / (y - points[-2][1])
        x += max(-0.5, min(0.5, step))
        points.append((x, function(math.exp(x)) - target))
        if len(points) > 12:
            raise SystemExit(f"no value found near {start:g}: {points}")
    return math.exp(points[-1][0])


def fit(explanation: Explanation) -> None:
    """Fit both values in turn until neither moves the other's number."""
    path = FITTED / f"{explanation.file}.toml"
    growth, fade = explanation.growth[1], explanation.fade[1]

    def full(value: float) -> float:
        write(explanation, value, fade)
        cell = napore.full_cell("fjh", "NVP", model=MODEL, ageing=path)
        return napore.cycle_test(cell, 0.2, 100, curves_at=()).retention or 0.0

    def half(value: float) -> float:
        write(explanation, growth, value)
        cell = napore.half_cell("fjh", model=MODEL, ageing=path)
        return napore.cycle_test(cell, 0.5, 200, curves_at=()).retention or 0.0

    for _ in range(4):
        growth = secant(full, growth, TARGETS["F06"])
        fade = secant(half, fade, TARGETS["H07"])
        if abs(full(growth) - TARGETS["F06"]) <= CLOSE:
            break
    write(explanation, growth, fade)
    print(f"{explanation.file}: {explanation.growth[0]} = {growth:.4g}, {explanation.fade[0]} = {fade:.4g}")


def write_ageings() -> None:
    """Fit every ageing and replace its file."""
    for chosen in EXPLANATIONS:
        fit(chosen)
