"""Designs in simulation: keys of the JSON, the best point, failures as statuses, refusals."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

import napore
from napore.cells import CellError
from napore.designs import Design, DesignError, DesignPoint, design
from napore.designs.variations import numbers_of, variations
from napore.experiments.checks import ExperimentError
from napore.full_cells import full_cell
from napore.parameters.sets import UnknownCellError

POINT = [
    "mass_ratio",
    "n_p_ratio",
    "rate_C",
    "current_mA_g_cathode",
    "capacity_mAh_g_cathode",
    "mean_voltage_V",
    "energy_Wh_kg_active",
    "energy_Wh_kg_electrodes",
    "energy_Wh_kg_stack",
    "energy_Wh_L_stack",
    "energy_Wh_kg_cell",
    "energy_Wh_L_cell",
    "cost_per_kWh",
    "plating_margin_V",
    "plated_mAh_g",
    "limiting",
    "status",
    "flags",
]
HEAD = ["napore", "pybamm", "model", "parameters_sha256"]


@pytest.fixture(scope="module")
def found() -> Design:
    return design(("fjh", "nvp"), (0.2, 0.45), 2, (1.0, 0.2), "SPM", cycles=1)


def test_json(found: Design, tmp_path: Path) -> None:
    found.to_json(tmp_path / "design.json")
    content = json.loads((tmp_path / "design.json").read_text("utf-8"))
    assert list(content) == [*HEAD, "anode", "cathode", "format", "points", "best", "cell", "best_per_rate"]
    assert (content["anode"], content["cathode"], content["model"]) == ("fjh", "nvp", "SPM")
    assert len(content["points"]) == 4
    for point in (*content["points"], content["best"], *content["best_per_rate"]):
        assert list(point) == POINT
        assert point["status"] == "ok"
    assert content["best"]["rate_C"] == 0.2
    assert [point["rate_C"] for point in content["best_per_rate"]] == [0.2, 1.0]


def test_points_are_those_of_an_energy_test(found: Design) -> None:
    cell = full_cell("fjh", "nvp", mass_ratio=0.45, model="SPM")
    alone = napore.energy_test(cell, 0.2, cycles=1).points[0]
    (point,) = (p for p in found.points if (p.mass_ratio, p.rate_C) == (0.45, 0.2))
    assert point.energy_Wh_kg_active == pytest.approx(alone.energy_Wh_kg_active, rel=1e-5)
    assert point.energy_Wh_kg_stack == pytest.approx(alone.energy_Wh_kg_stack, rel=1e-5)
    assert point.plating_margin_V == pytest.approx(alone.plating_margin_V, abs=1e-5)
    assert point.n_p_ratio == pytest.approx(cell.balance.n_p_ratio)
    assert point.limiting == "inventory"
    assert point.current_mA_g_cathode == pytest.approx(23.52)


def test_a_small_anode_limits_and_plates(found: Design) -> None:
    small = [point for point in found.points if point.mass_ratio == 0.2]
    assert {point.limiting for point in small} == {"anode"}
    assert all(point.flags == ("plating",) for point in small)
    assert found.best("energy").mass_ratio == 0.45


def test_table_and_pictures(found: Design, tmp_path: Path) -> None:
    found.to_csv(tmp_path / "design.csv")
    assert (tmp_path / "design.csv").read_text("utf-8").splitlines()[0] == ",".join(POINT)
    axes = found.plot()
    assert [line.get_label() for line in axes.lines if "C" in str(line.get_label())] == ["0.2 C", "1 C"]
    assert "margin" in found.plot_margin().get_ylabel()
    assert "Power" in found.plot_ragone().get_xlabel()


def made(*points: DesignPoint) -> Design:
    return Design("fjh", "nvp", points, dict.fromkeys(HEAD, ""))


def test_best_has_no_plating_unless_all_have() -> None:
    def point(ratio: float, energy: float, margin: float, rate: float = 0.2) -> DesignPoint:
        flags = ("plating",) if margin < 0.0 else ()
        return DesignPoint(ratio, 1.0, rate, energy_Wh_kg_active=energy, plating_margin_V=margin, flags=flags)

    one, two, three = point(0.3, 250.0, -0.1), point(0.4, 210.0, 0.0), point(0.5, 300.0, 0.1, 1.0)
    assert made(one, two, three).best() == two
    assert made(one, two, three).best(rate=1.0) == three
    assert made(one).best().flags == ("plating",)
    failed = DesignPoint(0.3, None, 0.2, status="solver failed")
    content = made(failed).to_dict()
    assert content["best"] is None
    assert content["best_per_rate"] == []
    with pytest.raises(DesignError, match=r"nothing could be solved at 0.2 C"):
        made(failed).best()
    with pytest.raises(DesignError, match="quantity 'price' is unknown"):
        made(one).best("price")


def test_a_point_that_no_cell_can_have_is_a_status() -> None:
    found = design("fjh-nvp", (0.4, 3.0), 2, 1.0, "SPM", cycles=1)
    assert [point.status == "ok" for point in found.points] == [True, False]
    assert "no sodium is left" in found.points[1].status
    assert found.points[1].energy_Wh_kg_active is None


def test_a_given_cell_keeps_its_numbers_and_stand_ins() -> None:
    cell = full_cell("fjh", "Chayambuka2022", model="SPM", presodiation_mAh_g=20.0)
    other = cell.with_numbers({"Mass ratio of carbon to cathode": 0.7})
    assert other.balance.mass_ratio == pytest.approx(0.7)
    assert other.balance.presodiation_mAh_g_carbon == 20.0
    same = full_cell("fjh", "Chayambuka2022", mass_ratio=0.7, model="SPM", presodiation_mAh_g=20.0)
    assert other.balance.capacity_mAh_g_cathode == pytest.approx(same.balance.capacity_mAh_g_cathode)
    found = napore.design(cell, 0.7, rates=1, cycles=1)
    assert (found.anode, found.cathode, found.pair) == ("fjh", "chayambuka2022", None)
    assert found.solved


def test_finished_points_are_read_back(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"mass_ratio": 0.4, "rates": 1.0, "model": "SPM", "cycles": 1}
    first = design("fjh-nvp", **arguments, folder=tmp_path)
    assert design("fjh-nvp", **arguments, folder=tmp_path).points == first.points
    assert len(list(tmp_path.glob("**/*.json"))) >= 1


def test_varied_numbers_are_columns_and_what_follows_follows() -> None:
    cell = full_cell("fjh", "nvp", model="SPM")
    porosity, thickness = "Cathode electrode porosity", "Cathode electrode thickness [m]"

    def changed(**case: float) -> Any:
        return cell.with_numbers(numbers_of(cell, case)).number

    def solid(values: Any) -> float:
        return float(
            values("Positive electrode thickness [m]") * (1.0 - values("Positive electrode porosity"))
        )

    own = cell.number
    loaded = changed(loading_mg_cm2=6.25)
    assert loaded("Positive electrode porosity") == pytest.approx(own("Positive electrode porosity"))
    assert solid(loaded) == pytest.approx(2.0 * solid(own))
    for values in (changed(**{porosity: 0.3}), changed(**{thickness: 20e-6})):
        assert solid(values) == pytest.approx(solid(own))
        loading = "Positive electrode areal loading [kg.m-2]"
        assert values(loading) == pytest.approx(own(loading))
    assert changed(**{porosity: 0.3})("Positive electrode porosity") == pytest.approx(0.3)
    carbon = changed(**{"Negative electrode porosity": 0.35, "mass_ratio": 0.5, "loading_mg_cm2": 5.0})
    assert carbon("Negative electrode porosity") == pytest.approx(0.35)
    assert carbon("Negative electrode areal loading [kg.m-2]") == pytest.approx(0.025)


def test_a_coating_without_pores_is_a_status() -> None:
    name = "Cathode electrode thickness [m]"
    found = design("fjh-nvp", 0.4, rates=1.0, model="SPM", cycles=1, vary={name: (25e-6, 5e-6)})
    assert [point.varied for point in found.points] == [{name: 25e-6}, {name: 5e-6}]
    assert [point.status == "ok" for point in found.points] == [True, False]
    assert "a porosity above 0.05 is needed" in found.points[1].status
    assert list(found.table().columns[:2]) == ["mass_ratio", name]
    assert found.plot().get_xlabel() == "Mass ratio carbon / cathode"  # one point was solved


def test_pictures_over_what_is_varied() -> None:
    found = design("fjh-nvp", 0.4, rates=6.0, model="SPM", cycles=1, loading_mg_cm2=(3.0, 6.0))
    assert "Loading" in found.plot().get_xlabel()
    assert found.pair is not None
    capacity = "Cathode electrode usable specific capacity [mA.h.g-1]"
    other = design("fjh-nvp", 0.4, rates=6.0, model="SPM", cycles=1, vary={capacity: 110.0})
    assert other.pair is None  # the balance is another at each value


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"mass_ratio": 0.0}, "is 0: give a positive value"),
        ({"mass_ratio": (-0.1, 0.4)}, "is -0.1: give a positive value"),
        ({"mass_ratio": (0.6, 0.2)}, "from 0.6 to 0.2: the lower value comes first"),
        ({"mass_ratio": math.nan}, "'Mass ratio of carbon to cathode' is nan: give a finite number"),
        ({"points": 0}, "number of points is 0: give a whole number from 1"),
        ({"rates": -1.0}, "rate is -1 C"),
        ({"rates": ()}, "no rate is given"),
        ({"charge_rate": 0.0}, "charge rate is 0 C"),
        ({"presodiation_mAh_g": 500.0}, "the carbon takes at most"),
        ({"presodiation_mAh_g": -1.0}, "presodiation .* is -1 "),
        ({"loading_mg_cm2": 0.0}, "loading .* is 0"),
        ({"presodiation_mAh_g": math.nan}, "presodiation .* is nan"),
        ({"loading_mg_cm2": ()}, "'loading_mg_cm2' has no values"),
        ({"vary": {"Separator porosity": "high"}}, "'Separator porosity' is 'high': give a finite number"),
        ({"vary": {"Separator porosity": ()}}, "'Separator porosity' has no values"),
        ({"vary": {"Separator thikness [m]": 1e-4}}, "did you mean 'Separator thickness"),
        (
            {"vary": {"Carbon particle radius [m]": 1e-6, "Negative particle radius [m]": 2e-6}},
            "are the same number: give one of them",
        ),
        (
            {"vary": {"Carbon electrode porosity": 0.5, "Negative electrode thickness [m]": 1e-5}},
            "porosity and thickness of the carbon electrode are both varied",
        ),
        ({"cell": "fjh"}, "'fjh' is no full cell"),
        ({"cell": ("fjh", "nvq")}, "unknown electrode 'nvq'"),
    ],
)
def test_refusals(changed: dict[str, Any], message: str) -> None:
    with pytest.raises((DesignError, CellError, ExperimentError, UnknownCellError), match=message):
        design(**{"cell": "fjh-nvp", "model": "SPM", **changed})


NO_DESIGN_READS = {
    "Carbon electrode BET area [m2.kg-1]": (5e3, "only a simulated first cycle"),
    "Cathode electrode theoretical specific capacity [mA.h.g-1]": (110.0, "top of an energy waterfall"),
    "Carbon electrode pore filling activation energy [J.mol-1]": (3e4, "its factor is 1 at 298.15 K"),
    "Cathode electrode double-layer capacity [F.m-2]": (0.3, "'surface form': 'differential'"),
}


@pytest.mark.parametrize("name", NO_DESIGN_READS)
def test_what_no_design_reads_is_refused(name: str) -> None:
    value, says = NO_DESIGN_READS[name]
    with pytest.raises(DesignError, match=rf"does nothing in this cell: .*{says}"):
        variations(full_cell(model="SPM"), None, None, {name: [value]})
    if "[J.mol-1]" in name:
        warm = {name: [value], "Ambient temperature [K]": [288.15]}
        assert variations(full_cell(model="SPM"), None, None, warm)[1][name] == (value,)
