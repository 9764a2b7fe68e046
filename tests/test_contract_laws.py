"""Every adsorption law in every place that takes one, and a law of a user's own in some of them."""

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner

import napore
from napore import study
from napore.calibration import (
    CalibrationError,
    CurveData,
    HalfCellModel,
    calibrate,
    free_parameters,
)
from napore.cells import Cell, CellError, half_cell
from napore.cli import main
from napore.designs.equilibrium import EquilibriumPair
from napore.experiments import occupancy_diffusivity
from napore.experiments.checks import ExperimentError
from napore.experiments.curves import HalfCycle
from napore.full_cells import full_cell
from napore.measured import MeasuredCurve
from napore.models.adsorption import BraggWilliams, MeanFieldSites, SiteEnergyDistribution
from napore.models.equilibrium import isotherm_of
from napore.models.laws import ADSORPTION_LAWS, FILLING_LAWS, register_adsorption_law, register_filling_law
from napore.models.pore_filling import relaxation_rate
from napore.models.three_kinds import SlopingThreeKinds, ThreeKinds
from napore.page import PageError, check_state
from napore.page.build import Build
from napore.page.python_lines import python_lines
from napore.parameters.law_numbers import with_law
from napore.parameters.provenance import Entry
from napore.parameters.sets import load_set, problems_of, read_set
from napore.parameters.template import write_template

LAWS: Final = {
    "mean field": MeanFieldSites,
    "Bragg-Williams": BraggWilliams,
    "site energy distribution": SiteEnergyDistribution,
    "three kinds": ThreeKinds,
    "three kinds, sloping": SlopingThreeKinds,
}
OWN_NUMBER: Final = {
    "mean field": ["Carbon electrode adsorption spread [V]"],
    "Bragg-Williams": ["Carbon electrode adsorption site energy [V]"],
    "site energy distribution": [],  # a table: its numbers are not fitted
    "three kinds": ["Carbon electrode strong site potential width [V]"],
    "three kinds, sloping": ["Carbon electrode mobile site slope [V]"],
}
FRACTION, RADIUS = "Carbon electrode adsorption capacity fraction", "Carbon electrode pore median radius [m]"
DIFFUSIVITY = "Carbon particle reference diffusivity [m2.s-1]"
PLACES: Final = [
    pytest.param(cell, model, storage, marks=[] if model == "SPM" else pytest.mark.slow)
    for cell in ("half", "full")
    for model in ("SPM", "SPMe", "DFN")
    for storage in ("kinetic", "equilibrium")
]
every_law = pytest.mark.parametrize("law", LAWS)
every_law_slowly = pytest.mark.parametrize(
    # the tests of each place have the default law already, and three kinds takes long
    "law",
    [
        pytest.param(law, marks=pytest.mark.slow) if law.startswith(("mean field", "three kinds")) else law
        for law in LAWS
    ],
)


def crossed(names: str, *ways: str) -> pytest.MarkDecorator:
    """Every law in both ways; fast are two of them, in which each way is taken once."""
    fast = {("Bragg-Williams", ways[0]), ("site energy distribution", ways[1])}
    pairs = [(law, way) for law in LAWS for way in ways]
    return pytest.mark.parametrize(
        names, [pytest.param(*pair, marks=[] if pair in fast else pytest.mark.slow) for pair in pairs]
    )


def made(cell: str, law: str, model: str = "SPM", **more: Any) -> Cell:
    options = {"adsorption law": law, **more}
    if cell == "half":
        return half_cell("fjh", model, options)
    return full_cell("fjh", "NVP", model=model, options=options)


def voltages(cell: Cell, rate: float = 0.2) -> np.ndarray[Any, Any]:
    """Voltage at even charges of the first half cycle."""
    curve = first_half_cycle(cell, rate)
    return np.asarray(np.interp(np.linspace(5.0, 60.0, 12), curve.capacity_mAh_g, curve.voltage_V))


def first_half_cycle(cell: Cell, rate: float) -> HalfCycle:
    test = napore.rate_test(cell, rate, cycles=1)
    assert test.points[0].status == "ok"
    found: HalfCycle = test.curves[rate].first
    return found


@cache
def with_mean_field(cell: str, model: str, storage: str) -> np.ndarray[Any, Any]:
    return voltages(made(cell, "mean field", model, **{"sodium storage": storage}))


def test_the_table_holds_every_shipped_law() -> None:
    assert list(ADSORPTION_LAWS)[: len(LAWS)] == list(LAWS)


@every_law
@pytest.mark.parametrize(("cell", "model", "storage"), PLACES)
def test_cells(cell: str, model: str, storage: str, law: str) -> None:
    one = made(cell, law, model, **{"sodium storage": storage})
    assert isinstance(one.isotherm.adsorption, LAWS[law])
    difference = np.max(np.abs(voltages(one) - with_mean_field(cell, model, storage)))
    assert difference == 0.0 if law == "mean field" else 2e-3 < difference < 0.3


@every_law
def test_a_slow_curve_is_the_isotherm(law: str) -> None:
    cell = made("half", law, **{"sodium storage": "equilibrium"})
    curve = first_half_cycle(cell, 0.01)
    start = float(cell.isotherm.stoichiometry(cell.cut_offs[1]))
    x = start + curve.capacity_mAh_g * cell.carbon_mass / cell.site_capacity  # mAh/g is A.h/kg
    inside = (x > 0.05) & (x < 0.9)
    assert inside.sum() > 20
    assert np.max(np.abs(cell.isotherm.potential(x[inside]) - curve.voltage_V[inside])) < 3e-3


@pytest.mark.parametrize("cell", ["half", "full"])
def test_hashes_and_keys_tell_laws_apart(cell: str) -> None:
    cells = [made(cell, law) for law in LAWS]
    assert len({one.sha256 for one in cells}) == len({one.source.sha256 for one in cells}) == len(LAWS)
    if cell == "half":
        versions = {
            study.ConstantCurrent("fjh", "SPM", options={"adsorption law": law}).version for law in LAWS
        }
        assert len(versions) == len(LAWS)


@every_law_slowly
def test_studies_vary_the_pores_and_the_share_of_the_sites(law: str) -> None:
    half_cycle = study.ConstantCurrent("fjh", "SPM", rate=0.2, options={"adsorption law": law}, threads=1)
    case = {RADIUS: 8e-10, FRACTION: 0.6}
    row = study.run(half_cycle, [case, {RADIUS: 7e-10, FRACTION: 0.7}]).table().iloc[0]
    cell = half_cell("fjh", "SPM", {"adsorption law": law}, case)
    expected = napore.rate_test(cell, 0.2, cycles=1).points[0].sodiation_capacity_mAh_g
    assert row["status"] == "ok"
    assert row["sodiation_capacity_mAh_g"] == pytest.approx(expected, rel=2e-4)


@every_law_slowly
def test_designs_and_formation(law: str) -> None:
    full = full_cell("fjh", "NVP", model="SPM", options={"adsorption law": law})
    assert isinstance(EquilibriumPair.of(full).carbon.adsorption, LAWS[law])
    found = napore.formation(made("half", law), 0.1)
    formed = full_cell("fjh", "NVP", model="SPM", options={"adsorption law": law}, formation=found)
    assert found.loss_mAh_g > 0.0
    assert formed.source.law == law
    other = full.with_numbers({"Mass ratio of carbon to cathode": 0.45})
    assert isinstance(other.isotherm.adsorption, LAWS[law])


def run(*words: str) -> str:
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 0, found.output
    return found.output


@every_law_slowly
@pytest.mark.parametrize("start", ["fjh", "fjh-nvp"])
def test_files(law: str, start: str, tmp_path: Path) -> None:
    file, shown = tmp_path / "mine.toml", tmp_path / "shown.json"
    run("parameters", "new", "--from", start, "--law", law, str(file))
    assert "OK" in run("parameters", "check", str(file))
    assert f"adsorption law {law}" in run("parameters", "show", str(file), "--json", str(shown))
    found = json.loads(shown.read_text("utf-8"))
    names = {entry["name"] for entry in found["entries"]}
    assert found["adsorption_law"] == law
    assert {f"Carbon electrode {name}" for name in ADSORPTION_LAWS[law].parameters.values()} <= names
    cell = napore.load_cell(file, "SPM")
    same = made("half" if start == "fjh" else "full", law)
    np.testing.assert_allclose(voltages(cell), voltages(same), rtol=0.0, atol=1e-9)
    if start == "fjh":
        pair = full_cell(file, "NVP", model="SPM")
        np.testing.assert_allclose(voltages(pair), voltages(made("full", law)), rtol=0.0, atol=1e-9)


def curve_of(source: Any, truth: dict[str, float]) -> CurveData:
    """Second cycle at 150 mA/g of a carbon with these values, as a measurement."""
    both = HalfCellModel(source, free_parameters(source, truth)).cycles(150.0, truth, 2)
    assert both is not None
    charges = [np.linspace(0.0, one.capacity, 150) for one in both]
    return CurveData(
        tuple(
            MeasuredCurve("synthetic", direction, q, one.at(q), 150.0)
            for direction, q, one in zip(("sodiation", "desodiation"), charges, both, strict=True)
        )
    )


def truth_of(source: Any, names: list[str]) -> dict[str, float]:
    return {f.name: f.start + 0.1 * (f.high - f.start) for f in free_parameters(source, names)}


def check_fit(source: Any, found: Any, truth: dict[str, float], file: Path) -> None:
    for name, value in truth.items():
        assert found.found.values[name] == pytest.approx(value, rel=5e-3), name
    found.write_parameter_file(file)
    assert problems_of(file) == []
    written = read_set(file)
    assert written.law == source.law
    assert written.entries[next(iter(truth))].kind == "fitted"


@crossed("law,way", "options", "file")
def test_fits(law: str, way: str, tmp_path: Path) -> None:
    source = with_law(load_set("fjh"), law)
    names = [FRACTION, *OWN_NUMBER[law]]
    truth = truth_of(source, names)
    how: dict[str, Any] = {"staged": False, "profiles": False, "free": free_parameters(source, names)}
    data = [curve_of(source, truth)]
    if way == "options":
        found = calibrate(data, "fjh", options={"adsorption law": law}, **how)
    else:
        write_template(source, tmp_path / "start.toml")
        found = calibrate(data, tmp_path / "start.toml", **how)
    check_fit(source, found, truth, tmp_path / "fitted.toml")


def test_a_fit_refuses_numbers_that_its_law_does_not_read_or_take() -> None:
    source = with_law(load_set("fjh"), "site energy distribution")
    data = [curve_of(source, {FRACTION: source.numbers[FRACTION]})]
    chosen = {"adsorption law": "site energy distribution"}
    for free, said in (
        (
            free_parameters(with_law(load_set("fjh"), "mean field"), OWN_NUMBER["mean field"]),
            "unknown parameter 'Carbon electrode adsorption spread",
        ),
        (
            free_parameters(source, ["Carbon electrode adsorption stage 1 potential [V]"]),
            "'site energy distribution' is a table",
        ),
    ):
        with pytest.raises(CalibrationError, match=said):
            calibrate(data, "fjh", free, options=chosen, profiles=False)


@every_law_slowly
def test_gitt_tables(law: str) -> None:
    cell = half_cell(
        "fjh", "SPM", {"adsorption law": law}, {DIFFUSIVITY: 1e-15, "Lower voltage cut-off [V]": 0.5}
    )
    test = napore.gitt(cell, 25, 600, 2 * 3600, direction="sodiation")
    if law.startswith("three kinds"):  # most sodium of a pulse goes to sites that do not diffuse
        with pytest.raises(ExperimentError, match="where its formula holds"):
            occupancy_diffusivity(test, cell).diffusivity_table()
        return
    table = occupancy_diffusivity(test, cell).diffusivity_table()
    assert table(0.4) == pytest.approx(1e-15, rel=0.15)


@crossed("law,cathode", "none", "nvp")
def test_page(law: str, cathode: str) -> None:
    moved = {"pore_radius_nm": 0.8, "rate_C": 0.5, "pore_capacity_mAh_g": 260}
    state = check_state({"cathode": cathode, "adsorption_law": law, **moved})
    run = Build("fjh", cathode, "SPM", law).run(state)
    assert run is not None
    scope: dict[str, Any] = {}
    exec(python_lines(state).partition("\nprint")[0].partition("\nenergies")[0].partition("\ntest")[0], scope)
    assert scope["cell"].source.law == law
    point = napore.rate_test(scope["cell"], 0.5, cycles=3).points[0]
    assert run.cycle.second.capacity == pytest.approx(point.capacity_mAh_g, rel=1e-4)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda law: made("half", law), "choose from mean field"),
        (lambda law: made("full", law), "choose from mean field"),
        (
            lambda law: calibrate([], "fjh", options={"adsorption law": law}),
            "choose from mean field|give a dictionary of texts by name",
        ),
        (lambda law: check_state({"adsorption_law": law}), "choose from three kinds, mean field"),
        (lambda law: with_law(load_set("fjh"), law), "choose from mean field"),
        (lambda law: napore.models.SPM({"adsorption law": law}), "choose from 'mean field'"),
    ],
)
@pytest.mark.parametrize("law", ["Brag-Williams", 3, ["mean field"], ("mean field",)])
def test_what_is_no_law_is_refused_in_a_sentence(make: Callable[[Any], Any], said: str, law: Any) -> None:
    with pytest.raises((ValueError, pybamm.OptionError)) as caught:
        make(law)
    assert any(words in str(caught.value) for words in said.split("|"))
    if law == "Brag-Williams" and "'mean" not in said:
        assert "did you mean 'Bragg-Williams'?" in str(caught.value)


def test_a_cathode_has_no_law(tmp_path: Path) -> None:
    with pytest.raises(CellError, match="a cathode, which has none"):
        half_cell("nvp", "SPM", {"adsorption law": "Bragg-Williams"})
    file = tmp_path / "nvp.toml"
    write_template(load_set("nvp"), file)
    text = file.read_text("utf-8").replace("[set]", '[set]\n"adsorption law" = "Bragg-Williams"')
    file.write_text(text, "utf-8")
    assert [p for p in problems_of(file) if "a cathode, which has none" in p] == problems_of(file)


def test_a_file_with_a_law_it_has_not_the_numbers_of_says_where_they_are(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    write_template(with_law(load_set("fjh"), "mean field"), file)
    plain = file.read_text("utf-8")
    file.write_text(plain.replace("[set]", '[set]\n"adsorption law" = "Bragg-Williams"'), "utf-8")
    problems = problems_of(file)
    assert any("site energy [V]' is missing" in p and '--law "Bragg-Williams"' in p for p in problems)
    file.write_text(plain.replace("[set]", '[set]\n"adsorption law" = "Brag-Williams"'), "utf-8")
    (problem,) = problems_of(file)
    assert "did you mean 'Bragg-Williams'?" in problem


MODULE = '''
"""Sites whose energies are spread evenly, and a filling law."""
from dataclasses import dataclass
from typing import Any
import numpy as np
import napore
from napore.models import register_adsorption_law, register_filling_law
from napore.models.adsorption import positive_part

@dataclass(frozen=True)
class EvenSites:
    top: Any
    width: Any
    tail: Any
    tail_share: Any

    def potential(self, theta, T):
        even = self.top - self.width * theta + self.tail * np.exp(-theta / self.tail_share)
        return even + T * self.entropic_change(theta, T)

    def entropic_change(self, theta, T):
        return 8.617e-5 * np.log(positive_part(1.0 - theta, 1e-4) / positive_part(theta, 1e-4))

def linear(rate, phi, equilibrium, affinity):
    return 0.5 * rate * (equilibrium - phi)

register_adsorption_law("even", EvenSites, {
    "top": "adsorption top [V]", "width": "adsorption width [V]",
    "tail": "adsorption tail [V]", "tail_share": "adsorption tail share",
})
register_filling_law("half as fast", linear)

def capacity(case):
    cell = napore.half_cell(case["file"], "SPM", {"pore filling": "half as fast"})
    return {"capacity_mAh_g": napore.rate_test(cell, case["rate_C"], cycles=1).points[0].capacity_mAh_g}
'''
NUMBERS: Final = {"Carbon electrode adsorption top [V]": 0.8, "Carbon electrode adsorption width [V]": 0.7}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Module of a user that registers a law."""
    (tmp_path / "my_sites.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield importlib.import_module("my_sites")
    del ADSORPTION_LAWS["even"], FILLING_LAWS["half as fast"], sys.modules["my_sites"]


def own_file(folder: Path) -> Path:
    entries = {
        name: Entry(name, value, "assumed", "of this test", (0.5 * value, 1.5 * value))
        for name, value in NUMBERS.items()
    }
    file = folder / "mine.toml"
    write_template(with_law(load_set("fjh"), "even", entries), file)
    return file


def test_own_law_in_cells_and_files(own: ModuleType, tmp_path: Path) -> None:
    chosen = {"adsorption law": "even", "pore filling": "half as fast"}
    cell = half_cell("fjh", "SPM", chosen, NUMBERS)
    assert isinstance(cell.isotherm.adsorption, own.EvenSites)
    file = own_file(tmp_path)
    assert problems_of(file) == []
    same = half_cell(file, "SPM", {"pore filling": "half as fast"})
    np.testing.assert_allclose(voltages(same), voltages(cell), rtol=0.0, atol=1e-9)
    lower = {**NUMBERS, "Carbon electrode adsorption top [V]": 0.7}
    assert np.max(np.abs(voltages(half_cell("fjh", "SPM", chosen, lower)) - voltages(cell))) > 0.05
    assert full_cell(file, "NVP", model="SPM").source.law == "even"
    with pytest.raises(
        PageError, match="choose from three kinds, mean field"
    ):  # the page has no numbers for it
        check_state({"adsorption_law": "even"})
    with pytest.raises(CellError, match="needs 'Carbon electrode adsorption top"):
        half_cell("fjh", "SPM", chosen)


@pytest.mark.usefixtures("own")
def test_own_law_in_a_fit(tmp_path: Path) -> None:
    source = read_set(own_file(tmp_path))
    truth = truth_of(source, list(NUMBERS))
    free = free_parameters(source, NUMBERS)
    found = calibrate([curve_of(source, truth)], source, free, staged=False, profiles=False)
    check_fit(source, found, truth, tmp_path / "fitted.toml")


def test_own_law_in_processes(own: ModuleType, tmp_path: Path) -> None:
    file = str(own_file(tmp_path))
    cases = [{"file": file, "rate_C": rate} for rate in (0.2, 0.5)]
    there = study.run(own.capacity, cases, executor=1).table()
    here = study.run(own.capacity, cases).table()
    assert there["status"].tolist() == ["ok", "ok"]
    assert there["capacity_mAh_g"].tolist() == here["capacity_mAh_g"].tolist()


def _law(shift: float) -> type:
    """A class of one module and name, written again with another shift of the potential."""

    class Own(BraggWilliams):
        def potential(self, theta: Any, T: Any) -> Any:
            return super().potential(theta, T) + shift

    return Own


def test_a_law_written_again_replaces_the_earlier_one() -> None:
    """As in a notebook; what was kept of the earlier one is forgotten."""
    name, parameters = "written again", ADSORPTION_LAWS["Bragg-Williams"].parameters
    numbers = (0.5, 0.5, -0.5, 1.0, 1.0, 0.5, 0.1, 0.1, 3.0, 2.0, 0.0, 0.0, 1e-9, 1.0)
    try:
        found = []
        for shift in (0.0, 0.25):
            register_adsorption_law(name, _law(shift), parameters)
            found.append(isotherm_of(name, numbers).adsorption.potential(0.5, 298.15))
        assert found[1] - found[0] == pytest.approx(0.25)
        with pytest.raises(ValueError, match="'written again' exists already: give another name"):
            register_adsorption_law(name, BraggWilliams, parameters)
    finally:
        ADSORPTION_LAWS.pop(name, None)


def test_a_filling_law_written_again_replaces_the_earlier_one() -> None:
    def law(factor: float) -> Callable[..., Any]:
        def own(rate: Any, phi: Any, equilibrium: Any, affinity: Any) -> Any:
            return factor * rate * (equilibrium - phi)

        return own

    try:
        found = []
        for factor in (1.0, 1e-3):
            register_filling_law("written again", law(factor))
            assert FILLING_LAWS["written again"](1.0, 0.0, 1.0, 0.0) == factor
            found.append(first_half_cycle(half_cell("fjh", "SPM", {"pore filling": "written again"}), 1.0))
        assert found[1].capacity < found[0].capacity - 10.0
        for other in (lambda *_: 0.0, relaxation_rate):
            with pytest.raises(ValueError, match="'written again' exists already"):
                register_filling_law("written again", other)
    finally:
        FILLING_LAWS.pop("written again", None)


@pytest.mark.parametrize("slope", [0.5, 0.0, float("nan")])
def test_a_law_whose_potential_does_not_fall_is_refused(slope: float) -> None:
    class Rising:
        def __init__(self, lowest: Any) -> None:
            self.lowest = lowest

        def potential(self, theta: Any, T: Any) -> Any:
            return self.lowest + slope * theta

        def entropic_change(self, theta: Any, T: Any) -> Any:
            return 0.0 * theta

    name, number = "rising", "adsorption lowest potential [V]"
    register_adsorption_law(name, Rising, {"lowest": number})
    try:
        for make in (half_cell, full_cell):
            with pytest.raises(CellError, match="law 'rising' is not finite and strictly decreasing"):
                make(
                    "fjh",
                    model="SPM",
                    options={"adsorption law": name},
                    parameters={f"Carbon electrode {number}": 0.1},
                )
    finally:
        ADSORPTION_LAWS.pop(name, None)
