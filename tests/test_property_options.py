"""PyBaMM's options on the carbon: they work, or say what to do."""

import pickle
from functools import partial
from typing import Any

import numpy as np
import pybamm
import pytest

from napore import models
from napore.cells import half_cell
from napore.full_cells import full_cell
from napore.models.constants import FARADAY
from napore.parameters.carbon import carbon_parameters
from napore.parameters.half_cell import half_cell_values
from napore.parameters.sets import load_set

MODELS = ["SPM", "SPMe", "DFN"]
CARBON = load_set("fjh")
OWN = {"pore classes": str(CARBON.classes), "adsorption law": CARBON.law}


def full_cell_values() -> pybamm.ParameterValues:
    """Carbon of the set against the cathode of Chayambuka et al. 2022, about balanced."""
    values = pybamm.ParameterValues("Chayambuka2022")
    own = half_cell_values(CARBON.numbers, CARBON.classes, CARBON.law)
    shared = ("SEI", "ithium", "EC ", "plating", "stripping", "heat transfer", "olvent", "Cell ", "tab ")
    extra = {name: value for name, value in own.items() if any(word in name for word in shared)}
    extra |= {name.replace("Positive", "Negative"): value for name, value in extra.items() if "tab " in name}
    for name, value in own.items():
        if "current collector" in name and name.startswith("Positive"):
            extra |= {name: value, name.replace("Positive", "Negative"): value}
        if any(
            word in name for word in ("double-layer", "density [kg", "heat capacity", "thermal conductivity")
        ):
            extra[name] = value
    values.update(extra, check_already_exists=False)
    cathode = (
        values["Maximum concentration in positive electrode [mol.m-3]"]
        * values["Positive electrode active material volume fraction"]
        * values["Positive electrode thickness [m]"]
        * FARADAY
        / 3600
    )
    numbers = dict(CARBON.numbers)
    loading = 0.6 * cathode / 0.3 * 1e-3
    thickness = (
        numbers["Carbon electrode thickness [m]"]
        / numbers["Carbon electrode areal loading [kg.m-2]"]
        * loading
    )
    numbers |= {
        "Carbon electrode areal loading [kg.m-2]": loading,
        "Carbon electrode thickness [m]": thickness,
    }
    values.update(
        carbon_parameters(numbers, "negative", CARBON.classes, CARBON.law), check_already_exists=False
    )
    c_max = values["Maximum concentration in negative electrode [mol.m-3]"]
    area = values["Electrode height [m]"] * values["Electrode width [m]"]
    values.update(
        {
            "Initial concentration in negative electrode [mol.m-3]": 0.02 * c_max,
            "Initial concentration in positive electrode [mol.m-3]": 0.9
            * values["Maximum concentration in positive electrode [mol.m-3]"],
            "Initial temperature [K]": 298.15,
            "Lower voltage cut-off [V]": 1.5,
            "Upper voltage cut-off [V]": 4.3,
            "Current function [A]": 0.12 * cathode * area,
        },
        check_already_exists=False,
    )
    return values


def solve_full_cell(model: str, options: dict[str, Any], extra: dict[str, Any] | None = None) -> Any:
    values = full_cell_values()
    values.update(extra or {}, check_already_exists=False)
    current = values["Current function [A]"]
    built = getattr(models, model)({**OWN, **options})
    steps = (
        pybamm.step.current(-current, duration=3600, termination="4.25 V"),
        pybamm.step.current(current, duration=3600, termination="1.6 V"),
    )
    simulation = pybamm.Simulation(
        built,
        experiment=pybamm.Experiment([steps]),
        parameter_values=values,
        solver=pybamm.IDAKLUSolver(rtol=1e-6, atol=1e-8),
    )
    return simulation.solve()


@pytest.mark.parametrize("model", MODELS)
def test_full_cell_conserves_sodium(model: str) -> None:
    solution = solve_full_cell(model, {})
    inventory = solution["Total sodium [mol]"].data
    assert np.isfinite(solution["Voltage [V]"].data).all()
    assert abs(inventory / inventory[0] - 1).max() < 1e-9
    stored = solution["Average negative particle adsorbed concentration [mol.m-3]"].data
    assert stored.max() > 2 * stored[0]


FULL_CELL_OPTIONS: list[dict[str, Any]] = [
    {"SEI": "solvent-diffusion limited"},
    {"lithium plating": "irreversible"},
    {"contact resistance": "true"},
    {"thermal": "lumped"},
    {"thermal": "x-full"},
    {"surface form": "differential"},
    {"x-average side reactions": "true", "SEI": "solvent-diffusion limited"},
    {"sodium storage": ("equilibrium", "single")},
    {"particle size": ("distribution", "single")},
    {"open-circuit potential": ("single", "one-state hysteresis")},
]


@pytest.mark.parametrize("options", FULL_CELL_OPTIONS, ids=str)
def test_options_of_a_full_cell(options: dict[str, Any]) -> None:
    extra: dict[str, Any] = {}
    if "open-circuit potential" in options:
        potential = full_cell_values()["Positive electrode OCP [V]"]
        extra = {f"Positive electrode {way} OCP [V]": potential for way in ("lithiation", "delithiation")}
        extra |= {
            f"Positive particle {way} hysteresis decay rate": 1.0 for way in ("lithiation", "delithiation")
        }
        extra["Initial hysteresis state in positive electrode"] = 0.0
    solution = solve_full_cell("SPM", options, extra)
    assert np.isfinite(solution["Voltage [V]"].data).all()
    if "SEI" in options:
        assert solution["Loss of sodium to negative SEI [mol]"].data[-1] > 0


@pytest.mark.slow
@pytest.mark.parametrize("model", ["SPMe", "DFN"])
@pytest.mark.parametrize("options", FULL_CELL_OPTIONS[:-2], ids=str)
def test_options_of_a_full_cell_in_every_model(model: str, options: dict[str, Any]) -> None:
    solution = solve_full_cell(model, options)
    assert np.isfinite(solution["Voltage [V]"].data).all()


@pytest.mark.parametrize(
    "options",
    [
        {"SEI": "solvent-diffusion limited"},
        {"lithium plating": "reversible"},
        {"contact resistance": "true"},
        {"thermal": "lumped"},
        {"surface form": "algebraic"},
        {"sodium storage": "equilibrium"},
    ],
    ids=str,
)
def test_options_of_a_half_cell(options: dict[str, Any]) -> None:
    cell = half_cell("fjh", "SPMe", options)
    solution = cell.simulation(pybamm.Experiment(["Discharge at 1C for 10 minutes"])).solve()
    assert np.isfinite(solution["Voltage [V]"].data).all()


@pytest.mark.parametrize(
    ("options", "advice"),
    [
        ({"particle": "quadratic profile"}, "'Fickian diffusion' only"),
        ({"open-circuit potential": "one-state hysteresis"}, "for the positive electrode"),
        ({"loss of active material": "stress-driven"}, "Option 'loss of active material'"),
        ({"particle mechanics": "swelling only"}, "Option 'particle mechanics'"),
        ({"heat of mixing": "true", "sodium storage": "equilibrium"}, "heat of mixing"),
        ({"sodium storage": "kinetics"}, "choose from 'kinetic'"),
        ({"pore filling": "linear"}, "choose from 'relaxation', 'sinh'"),
        ({"sodium storage": "equilibrium", "particle size": "distribution"}, "one size"),
        ({"pore class": "4"}, "not recognised"),
    ],
    ids=str,
)
def test_options_that_cannot_be_are_named(options: dict[str, Any], advice: str) -> None:
    with pytest.raises(pybamm.OptionError, match=advice):
        half_cell("fjh", "SPM", options)


@pytest.mark.parametrize("model", MODELS)
def test_entry_points(model: str) -> None:
    built = pybamm.Model(f"Napore{model}", {"working electrode": "positive"})
    values = pybamm.ParameterValues("Gu2025_FJH_half")
    assert type(built) is getattr(models, model)
    solution = pybamm.Simulation(built, parameter_values=values).solve([0, 600])
    assert np.isfinite(solution["Voltage [V]"].data).all()


def test_sodium_names_stand_beside_those_of_lithium() -> None:
    variables = half_cell("fjh", "SPM").model.variables
    assert variables["Total sodium in electrolyte [mol]"] is variables["Total lithium in electrolyte [mol]"]
    assert "Sodium metal interface electrolyte potential [V]" in variables


@pytest.mark.parametrize("model", MODELS)
def test_a_model_can_be_pickled_and_copied(model: str) -> None:
    cell = half_cell("fjh", model)
    model_back, values_back = pickle.loads(pickle.dumps((cell.model, cell.parameter_values)))
    found = []
    for each in (cell.model, model_back, cell.model.new_copy()):
        values = values_back if each is model_back else cell.parameter_values
        found.append(pybamm.Simulation(each, parameter_values=values).solve([0, 300])["Voltage [V]"].data[-1])
    assert found[0] == pytest.approx(found[1], abs=1e-12)
    assert found[0] == pytest.approx(found[2], abs=1e-12)


def test_shares_say_where_the_sodium_is() -> None:
    cell = half_cell("fjh", "SPM")
    solution = cell.simulation(pybamm.Experiment(["Discharge at 0.1C until 0.01 V"])).solve()
    slope = solution["Positive electrode slope share"].data
    plateau = solution["Positive electrode plateau share"].data
    np.testing.assert_allclose(slope + plateau, 1.0, atol=1e-12)
    assert slope[0] > 0.99
    assert 0.4 < plateau[-1] < 0.9
    classes = [
        solution[f"Average positive particle pore class {k + 1} filling"].data[-1]
        for k in range(cell.pore_classes)
    ]
    assert np.dot(cell.isotherm.pores.shares, classes) == pytest.approx(
        solution["Average positive particle pore filling"].data[-1], rel=1e-9
    )


@pytest.mark.parametrize("option", [{"pore classes": "3"}, {"adsorption law": "mean field"}])
def test_options_of_a_carbon_are_refused_where_there_is_none(option: dict[str, str]) -> None:
    for make in (partial(half_cell, "nvp", "SPM"), partial(full_cell, "Chayambuka2022", "nvp", model="SPM")):
        make(options={})
        with pytest.raises(pybamm.OptionError, match="is no carbon, in which alone it acts: leave it out"):
            make(options=option)


@pytest.mark.parametrize("option", [{"lithium plating": "reversible"}, {"particle size": "distribution"}])
def test_options_of_the_metal_of_a_half_cell_are_refused(option: dict[str, str]) -> None:
    ((name, value),) = option.items()
    half_cell("fjh", "SPM", option)
    usual = "none" if value == "reversible" else "single"
    with pytest.raises(pybamm.OptionError, match="for the metal of a half cell, which has none"):
        half_cell("fjh", "SPM", {name: (value, usual)})


def test_metal_that_goes_dead_leaves_the_foil_of_a_half_cell_as_it_is() -> None:
    asked = ("partially reversible", ("none", "partially reversible"))
    cells = [half_cell("fjh", "SPM", {"lithium plating": one}) for one in asked]
    assert [cell.model.options["SEI"] for cell in cells] == [("none", "constant")] * 2
