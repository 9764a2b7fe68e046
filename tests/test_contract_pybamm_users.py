"""Contract: what PyBaMM's users do first works on our models and sets as they are."""

import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pybamm
import pytest
from pybamm.expression_tree.operations.serialise import Serialise

from napore.models.live import NumberError

HALF = {"working electrode": "positive"}


@pytest.mark.parametrize("options", [HALF, {}], ids=["half cell", "full cell"])
def test_a_model_without_values_runs(options: dict[str, str]) -> None:
    model = pybamm.Model("NaporeSPM", options)
    solution = pybamm.Simulation(model).solve([0.0, 600.0])
    assert float(solution.t[-1]) == 600.0
    low, high = (0.01, 3.0) if options else (2.0, 4.0)
    assert np.all((solution["Voltage [V]"].entries > low) & (solution["Voltage [V]"].entries < high + 0.1))
    experiment = pybamm.Experiment([("Charge at 1 C for 5 minutes", "Rest for 1 minute")])
    started = pybamm.Simulation(model, experiment=experiment).solve(initial_soc=0.5, calc_esoh=False)
    assert [step.termination for step in started.cycles[0].steps] == ["final time", "final time"]


@pytest.mark.parametrize("voltage", [2.9, 1.0, 0.2, 0.05])
def test_a_half_cell_rests_at_the_voltage_that_it_is_given(voltage: float) -> None:
    simulation = pybamm.Simulation(
        pybamm.Model("NaporeSPM", HALF), experiment=pybamm.Experiment(["Rest for 1 minute"])
    )
    solution = simulation.solve(initial_soc=f"{voltage} V", calc_esoh=False)
    assert solution["Voltage [V]"].entries == pytest.approx(voltage, abs=1e-5)


@pytest.mark.filterwarnings("ignore:Initial")
@pytest.mark.parametrize(
    ("options", "start"),
    [(HALF, "3.2 V"), (HALF, "-1 V"), (HALF, 1.5), ({}, "4.2 V"), ({}, "1 V"), ({}, 2.0)],
)
def test_a_start_outside_the_window_is_refused(options: dict[str, str], start: Any) -> None:
    simulation = pybamm.Simulation(
        pybamm.Model("NaporeSPM", options), experiment=pybamm.Experiment(["Rest for 1 minute"])
    )
    with pytest.raises(NumberError, match="would start at rest outside its voltage cut-offs"):
        simulation.solve(initial_soc=start, calc_esoh=False)


@pytest.mark.parametrize(
    ("options", "name", "step"),
    [
        (HALF, "Gu2025_FJH_half", "Discharge at C/2 for 20 minutes"),
        ({}, "Gu2025_FJH_NVP", "Charge at C/2 for 20 minutes"),
    ],
    ids=["half cell", "full cell"],
)
def test_models_and_values_survive_the_serialiser(
    options: dict[str, str], name: str, step: str, tmp_path: Path
) -> None:
    model, values = pybamm.Model("NaporeSPM", options), pybamm.ParameterValues(name)
    # the file that PyBaMM writes is the same with a line for each number, which takes half a minute
    whole = Serialise.serialise_custom_model(model)
    written = json.dumps(whole, default=Serialise._json_encoder)
    back = Serialise.load_custom_model(json.loads(written))
    assert type(back) is type(model)
    assert back.options["sodium storage"] == model.options["sodium storage"]
    values.to_json(str(tmp_path / "values.json"))
    read = pybamm.ParameterValues.from_json(str(tmp_path / "values.json"))

    def end(one: pybamm.BaseModel, numbers: pybamm.ParameterValues) -> float:
        simulation = pybamm.Simulation(
            one, parameter_values=numbers, experiment=pybamm.Experiment([step]), solver=model.default_solver
        )
        return float(simulation.solve(calc_esoh=False)["Voltage [V]"].entries[-1])

    voltage = end(model, values)
    assert end(back, values) == pytest.approx(voltage, abs=1e-6)
    assert end(back, read) == pytest.approx(voltage, abs=1e-6)
    # what was read is as live as what was written
    side = "Positive" if options else "Negative"
    for numbers in (values, read):
        sites = f"{side} electrode specific capacity of all sites [mA.h.g-1]"
        numbers[sites] = 0.8 * numbers[sites]
    changed = end(back, read)
    assert changed == pytest.approx(end(model, values), abs=1e-6)
    assert abs(changed - voltage) > 1e-3


def test_batch_study_and_quick_plot() -> None:
    models = {name: pybamm.Model(f"Napore{name}", HALF) for name in ("SPM", "SPMe")}
    sets = {name: pybamm.ParameterValues(name) for name in ("Gu2025_FJH_half", "Gu2025_TF_half")}
    study = pybamm.BatchStudy(
        models=models,
        parameter_values=sets,
        experiments={"sodiation": pybamm.Experiment(["Discharge at 1C for 5 minutes"])},
        permutations=True,
    )
    study.solve(calc_esoh=False)
    assert len(study.sims) == 4
    plot = pybamm.QuickPlot(
        [simulation.solution for simulation in study.sims],
        ["Voltage [V]", "Average positive particle pore filling"],
    )
    plot.plot(0)
    plt.close("all")
