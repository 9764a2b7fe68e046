"""A carbon cycled before assembly: balance, window, start and hash follow; nothing is counted twice."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from napore import design, full_cell, rate_test
from napore.cell_numbers import CellError
from napore.cli import main
from napore.designs import DesignError, EquilibriumPair
from napore.full_cell_electrodes import EFFICIENCY
from napore.full_cells import FORMATIONS, RATIO, FormationName, FullCell, load_cell
from napore.parameters.reported import reported
from napore.validation.checks import CHECKS
from napore.validation.claims import UnknownClaimError, judged, validate

LEFT = "Carbon electrode sodium left by the first cycle [mA.h.g-1]"
SHARE = "Carbon electrode share of the first-cycle loss before assembly"


def test_a_cycled_anode_takes_no_sodium() -> None:
    stated = full_cell(model="SPM")
    cycled = full_cell(model="SPM", formation="precycled")
    loss = stated.balance.first_cycle_loss_mAh_g_carbon
    assert loss > 10.0
    assert cycled.balance.first_cycle_loss_mAh_g_carbon == 0.0
    gained = cycled.balance.inventory_mAh_g_cathode - stated.balance.inventory_mAh_g_cathode
    assert gained == pytest.approx(0.4 * loss)
    assert cycled.balance.cathode_window[0] > stated.balance.cathode_window[0]
    # sodium added to the loss's amount is the same cell at equilibrium
    added = full_cell(model="SPM", presodiation_mAh_g=loss)
    assert cycled.balance.anode_window == pytest.approx(added.balance.anode_window)
    assert cycled.sha256 != stated.sha256
    assert "cycled before assembly" in repr(cycled)
    assert (cycled.formation, stated.formation) == ("precycled", "stated")


def test_half_of_the_loss_before_assembly_lies_between() -> None:
    found = [full_cell(model="SPM", parameters={SHARE: s}).balance for s in (0.0, 0.5, 1.0)]
    ends = [one.inventory_mAh_g_cathode for one in found]
    assert ends[1] == pytest.approx(0.5 * (ends[0] + ends[2]))


@pytest.mark.parametrize("formation", FORMATIONS)
def test_sodium_left_in_the_carbon_counts_once(formation: FormationName) -> None:
    made = [
        full_cell(model="SPM", formation=formation, parameters={LEFT: left}).balance for left in (0.0, 12.0)
    ]
    # it is in the carbon, whose contents are counted from empty: not in the loss too
    gained = made[1].inventory_mAh_g_cathode - made[0].inventory_mAh_g_cathode
    assert gained == pytest.approx(0.4 * 12.0)
    assert made[0].first_cycle_loss_mAh_g_carbon == made[1].first_cycle_loss_mAh_g_carbon


def test_more_left_than_the_first_cycle_takes_is_refused() -> None:
    with pytest.raises(CellError, match="more than all that the first cycle takes"):
        full_cell(model="SPM", parameters={LEFT: 100.0})


def test_other_numbers_and_the_static_design_keep_the_reading() -> None:
    cell = full_cell(model="SPM", formation="precycled", parameters={LEFT: 5.0})
    other = cell.with_numbers({RATIO: 0.5})
    assert other.formation == "precycled"
    assert EquilibriumPair.of(cell).at(0.5).inventory_mAh_g_cathode == pytest.approx(
        other.balance.inventory_mAh_g_cathode
    )
    named = load_cell("fjh-nvp", "SPM", formation="precycled")
    assert isinstance(named, FullCell)
    assert named.balance == full_cell(model="SPM", formation="precycled").balance


def test_designs_of_a_reading() -> None:
    (point,) = design("fjh-nvp", 0.4, rates=1, model="SPM", cycles=1, formation="precycled").points
    (plain,) = design("fjh-nvp", 0.4, rates=1, model="SPM", cycles=1).points
    assert point.capacity_mAh_g_cathode is not None
    assert plain.capacity_mAh_g_cathode is not None
    assert point.capacity_mAh_g_cathode > plain.capacity_mAh_g_cathode + 10.0
    with pytest.raises(DesignError, match="the cell is stated, not precycled"):
        design(full_cell(model="SPM"), 0.4, formation="precycled")
    with pytest.raises(DesignError, match="does nothing in this cell: the carbon was cycled before"):
        design("fjh-nvp", 0.4, model="SPM", formation="precycled", vary={EFFICIENCY: [0.5, 0.6]})


@pytest.mark.parametrize(
    ("name", "numbers", "says"),
    [
        ("fjh", {}, "is a half cell"),
        ("fjh-nvp", {SHARE: 1.0}, "give one of them"),
        ("fjh-nvp", {EFFICIENCY: 0.5}, "does nothing in this cell: the carbon was cycled before"),
    ],
)
def test_what_is_no_reading_of_a_cell_is_refused(name: str, numbers: dict[str, float], says: str) -> None:
    with pytest.raises(CellError, match=says):
        load_cell(name, "SPM", formation="precycled", parameters=numbers)
    with pytest.raises(CellError, match="give 'stated' or 'precycled'"):
        full_cell(model="SPM", formation="cycled")


def test_an_efficiency_that_does_nothing_is_refused_as_an_edit_too() -> None:
    cell = full_cell(model="SPM", formation="precycled")
    # draws over the ranges of a set may hold what does nothing
    assert cell.with_numbers({EFFICIENCY: 0.5}).balance == cell.balance
    cell.parameter_values[EFFICIENCY.replace("Carbon", "Negative")] = 0.5
    with pytest.raises(CellError, match="does nothing in this cell: the carbon was cycled before"):
        rate_test(cell, 1.0, cycles=1)


def test_verdicts_by_reading() -> None:
    rows = {row.id: row for row in reported()}
    assert judged(rows["F05"], 108.0, reading="stated").verdict == "inconsistent"
    assert judged(rows["F05"], 108.0, reading="precycled").verdict == "met"
    assert judged(rows["F03"], 3.2, reading="precycled").verdict == "inconsistent"
    assert judged(rows["H01.fjh"], 340.0, reading="precycled").reading is None
    energy = judged(rows["F02"], 226.0, on_coatings=150.0)
    assert (energy.verdict, energy.reading, energy.simulated_on_coatings) == ("met", "stated", 150.0)
    assert CHECKS["F02"].on_coatings is not None
    with pytest.raises(UnknownClaimError, match="give 'stated' or 'precycled'"):
        validate("F01", reading="other")  # type: ignore[arg-type]


def test_command_of_a_reading(tmp_path: Path) -> None:
    file = tmp_path / "claims.json"
    asked = ["validate", "--only", "F01", "--model", "SPM", "--reading", "precycled", "--json", str(file)]
    assert CliRunner().invoke(main, asked).exit_code == 0
    (claim,) = json.loads(file.read_text("utf-8"))["claims"]
    assert (claim["id"], claim["reading"], claim["verdict"]) == ("F01", "precycled", "met")
    asked = ["energy", "fjh-nvp", "--model", "SPM", "--rates", "1", "--cycles", "1", "--json", str(file)]
    found = []
    for formation in ("stated", "precycled"):
        assert CliRunner().invoke(main, [*asked, "--formation", formation]).exit_code == 0
        found.append(json.loads(file.read_text("utf-8")))
    plain, cycled = (one["energies"][0] for one in found)
    assert found[0]["parameters_sha256"] != found[1]["parameters_sha256"]
    assert cycled["capacity_mAh_g_cathode"] > plain["capacity_mAh_g_cathode"] + 10.0
    for row in (plain, cycled):
        lower, upper = row["mean_voltage_V"], row["mean_charge_voltage_V"]
        assert lower < upper
        assert 2.0 < row["midpoint_voltage_V"] < 4.0
        assert row["peak_voltage_V"] > lower  # most charge flows on the plateau, the tail lowers the mean
