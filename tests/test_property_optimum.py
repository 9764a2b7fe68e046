"""Optimum under limits: against dense grids, its front, bands and report, and what it refuses."""

import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

import napore
from napore.cli import main
from napore.designs import CellFormat, DesignError, EquilibriumPair, Optimum, Prices, optimise, write_report
from napore.designs.bands import uncertain
from napore.designs.static import STATIC, stack_numbers, static_optimum, static_value
from napore.experiments.checks import ExperimentError
from napore.experiments.masses import masses_from
from napore.full_cells import FullCell

BOUNDS = {
    "mass_ratio": (0.25, 0.8),
    "presodiation_mAh_g_carbon": (0.0, 60.0),
    "loading_mg_cm2": (3.0, 20.0),
    "Carbon electrode porosity": (0.3, 0.6),
    "Cathode electrode porosity": (0.3, 0.6),
}
THIN = {"Separator thickness [m]": 16e-6}


@pytest.fixture(scope="module")
def cell() -> FullCell:
    made: FullCell = napore.full_cell("fjh", "nvp", model="SPM")
    return made


@pytest.mark.parametrize("name", STATIC)
def test_static_optimum_against_a_dense_grid(cell: Any, name: str) -> None:
    pair, margin = EquilibriumPair.of(cell), 0.02
    found = static_optimum(cell, pair, name, BOUNDS, margin)
    value = static_value(cell, pair, name, found)
    assert pair.at(found["mass_ratio"], found["presodiation_mAh_g_carbon"]).plating_margin_V >= margin - 1e-6
    best = 0.0
    ends = {
        key: np.linspace(low, high, 2) for key, (low, high) in BOUNDS.items() if key not in list(BOUNDS)[:2]
    }
    for ratio, added in itertools.product(np.linspace(0.3, 0.5, 21), np.linspace(30.0, 60.0, 7)):
        try:
            at = pair.at(float(ratio), float(added))
        except DesignError:
            continue
        if at.plating_margin_V < margin:
            continue
        for others in itertools.product(*ends.values()):
            design = {
                "mass_ratio": ratio,
                "presodiation_mAh_g_carbon": added,
                **dict(zip(ends, others, strict=True)),
            }
            energy = at.energy_Wh_kg_active
            best = max(best, energy if name == STATIC[0] else static_value(cell, pair, name, design))
            if name == STATIC[0]:
                break
    assert best <= value * (1.0 + 1e-6)
    assert best >= 0.99 * value


def test_masses_of_a_static_design_are_those_of_its_cell(cell: Any) -> None:
    at = {key: 0.5 * (low + high) for key, (low, high) in BOUNDS.items()}
    numbers = stack_numbers(cell, at)
    made = cell.with_numbers(
        {
            "Mass ratio of carbon to cathode": at["mass_ratio"],
            "Cathode electrode areal loading [kg.m-2]": 0.01 * at["loading_mg_cm2"],
            "Cathode electrode thickness [m]": numbers["Positive electrode thickness [m]"],
            "Carbon electrode thickness [m]": numbers["Negative electrode thickness [m]"],
        }
    )
    for name, value in numbers.items():
        assert value == pytest.approx(made.number(name), rel=1e-9), name
    stack = CellFormat.of("stack").package(numbers, 10.0, 3.0)
    assert stack.mass_kg == pytest.approx(masses_from(numbers).stack, rel=1e-12)


def test_optimum_over_the_mass_ratio_against_a_dense_grid() -> None:
    found = optimise("fjh-nvp", "energy", mass_ratio=(0.3, 0.6), rate=1, model="SPM")
    grid = napore.design("fjh-nvp", (0.3, 0.6), 31, [1], "SPM", cycles=1)
    best = grid.best("energy")
    assert found.best.energy_Wh_kg_active is not None
    assert found.best.plating_margin_V is not None
    assert found.best.plating_margin_V >= 0.0
    # the search ends within 0.4 % of the range, beside a limit of plating 0.1 % of the energy
    assert found.best.energy_Wh_kg_active >= 0.999 * (best.energy_Wh_kg_active or 0.0)
    assert found.best.mass_ratio == pytest.approx(best.mass_ratio, abs=0.011)
    assert len(found.tried) < 60


GRIDS = {
    "energy of stack": "energy_Wh_kg_stack",
    "energy of stack per volume": "energy_Wh_L_stack",
    "cost": "cost_per_kWh",
}


def prices(folder: Path) -> Path:
    """Prices of nothing bought, for the arithmetic."""
    parts = ("carbon", "cathode", "anode binder and conductor", "cathode binder and conductor", "electrolyte")
    rows = [f'["{part}"]\nprice = {k + 3.0}\nper = "kg"' for k, part in enumerate(parts)]
    rows += [f'["{part}"]\nprice = 0.5\nper = "m2"' for part in ("anode foil", "cathode foil", "separator")]
    path = folder / "prices.toml"
    path.write_text('currency = "EUR"\n' + "\n".join(rows) + "\n", "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("objective", GRIDS)
def test_optimum_over_ratio_and_loading_against_a_dense_grid(objective: str, tmp_path: Path) -> None:
    given = Prices.read(prices(tmp_path))
    asked: dict[str, Any] = {"model": "SPMe", "charge_rate": 0.5, "vary": THIN, "prices": given, "cycles": 1}
    found = optimise("fjh-nvp", objective, mass_ratio=(0.3, 0.6), loading_mg_cm2=(5.0, 45.0), rate=3, **asked)
    grid = napore.design(
        "fjh-nvp", (0.3, 0.6), 16, [3], loading_mg_cm2=np.linspace(5.0, 45.0, 21).tolist(), **asked
    )
    sign = -1.0 if objective == "cost" else 1.0
    safe = [p for p in grid.points if p.status == "ok" and (p.plating_margin_V or 0.0) >= 0.0]
    best = max(sign * getattr(p, GRIDS[objective]) for p in safe)
    ours = sign * getattr(found.best, GRIDS[objective])
    assert ours >= best - 2e-3 * abs(best)
    assert 5.0 < found.best.varied["loading_mg_cm2"] < 45.0  # a limit of the rate, not of the bounds


@pytest.fixture(scope="module")
def front() -> Optimum:
    return optimise(
        "fjh-nvp",
        "energy",
        against="energy of stack",
        mass_ratio=(0.35, 0.6),
        loading_mg_cm2=(5.0, 45.0),
        rate=3,
        charge_rate=0.5,
        model="SPMe",
        vary=THIN,
        batches=3,
        points=4,
        draws=8,
    )


def test_front_is_of_designs_that_no_other_beats(front: Optimum) -> None:
    assert len(front.front) >= 3
    pairs = [(p.energy_Wh_kg_active or 0.0, p.energy_Wh_kg_stack or 0.0) for p in front.front]
    kept = [p for p in front.tried if p.status == "ok" and (p.plating_margin_V or 0.0) >= 0.0]
    for one in pairs:
        assert not any(
            (p.energy_Wh_kg_active or 0.0) > one[0] and (p.energy_Wh_kg_stack or 0.0) > one[1] for p in kept
        )
    assert front.best == front.front[0]
    assert pairs == sorted(pairs, key=lambda pair: -pair[0])


def test_bands_of_the_front(front: Optimum) -> None:
    assert len(front.bands) == len(front.front)
    names = uncertain(napore.full_cell("fjh", "nvp", model="SPMe"))
    for bands in front.bands:
        assert [band.quantity for band in bands] == ["energy_Wh_kg_active", "energy_Wh_kg_stack"]
        for band in bands:
            assert band.low <= band.median <= band.high
            assert (band.draws, band.solved <= 8) == (8, True)
            assert band.dominant[0] in names
            assert -1.0 <= band.dominant[1] <= 1.0


def test_report_has_all_parts_and_can_be_made_again(front: Optimum, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(front, path, rates=(0.5, 3))
    text = path.read_text("utf-8")
    for title in (
        "Balance",
        "Where the energy goes",
        "Energy and power",
        "Pareto front",
        "Bands",
        "Parts",
        "class",
    ):
        assert title in text
    assert text.count("data:image/png;base64,") == 4
    assert "http" not in re.sub(r"data:[^']*", "", text).replace("https://doi.org", "")
    lines = re.search(r"<pre>(.*)</pre>", text, re.DOTALL)
    assert lines is not None
    assert "napore.optimise(" in lines.group(1)
    assert "loading_mg_cm2=(5.0, 45.0)" in lines.group(1)
    with pytest.raises(DesignError, match=r"end in \.html"):
        write_report(front, tmp_path / "report.pdf")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"objective": "cost"}, "the cost needs prices"),
        ({"objective": "energy of cell"}, "a stack has no energy_Wh_kg_cell"),
        ({"objective": "beauty"}, "quantity 'beauty' is unknown"),
        ({"mass_ratio": (0.4, 0.4)}, "nothing is free"),
        ({"mass_ratio": (0.6, 0.3)}, "the lower value comes first"),
        (
            {"mass_ratio": (0.3, 0.4), "plating_margin_V": 0.2, "batches": 1},
            "no design keeps a plating margin of 200 mV",
        ),
        (
            {"cell": ("fjh", "nvpf"), "cathode_porosity": (0.3, 0.5)},
            "is that of PyBaMM's set 'Chayambuka2022', which keeps its own",
        ),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {"cell": "fjh-nvp", "objective": "energy", "rate": 1, "model": "SPM", **asked}
    with pytest.raises(DesignError, match=words):
        optimise(**given)


def test_from_the_command_line(tmp_path: Path) -> None:
    out, report = tmp_path / "out.json", tmp_path / "report.html"
    told = ["optimise", "--objective", "energy", "--mass-ratio", "0.35:0.6", "--rate", "1", "--model", "SPM"]
    shown = CliRunner().invoke(main, [*told, "--json", str(out), "--report", str(report)])
    assert shown.exit_code == 0, shown.output
    assert "At equilibrium: " in shown.output
    assert '"best"' in out.read_text("utf-8")
    assert report.is_file()


@pytest.mark.parametrize("asked", [{"points": 0}, {"draws": -1}, {"draws": 1.5}])
def test_counts_are_counts(asked: dict[str, Any]) -> None:
    (name,) = asked
    with pytest.raises(ExperimentError, match=f"{name} is .* give a whole number from 1"):
        optimise("fjh-nvp", "energy", rate=1, model="SPM", **asked)
