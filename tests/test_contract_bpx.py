"""BPX files: a file by others comes back as it went in, cells run as PyBaMM's own, lithium is refused."""

import json
import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pybamm
import pytest
from click.testing import CliRunner

import napore
from napore.cells import CellError
from napore.cli import main
from napore.exchange import write_bpx
from napore.full_cells import FullCell
from napore.parameters.bpx_read import parsed
from napore.parameters.hosts import _of_file
from napore.parameters.provenance import ParameterFileError

HERE = Path(__file__).parent / "data"
OTHERS = ("lfp_18650_cell_BPX", "nmc_pouch_cell_BPX")
DENSITIES = {
    "Carbon electrode true density [kg.m-3]": 2200.0,
    "Cathode electrode true density [kg.m-3]": 3600.0,
}
OF_THE_CELL = {"External surface area [m2]", "Volume [m3]", "Density [kg.m-3]"}
START = tuple(f"Initial concentration in {side} electrode [mol.m-3]" for side in ("negative", "positive"))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """PyBaMM's cell of hard carbon and NVPF."""
    found = tmp_path_factory.mktemp("bpx") / "nvpf.json"
    lost = write_bpx(napore.full_cell("Chayambuka2022", "Chayambuka2022", model="SPM"), found).lost
    assert sum("rate constant" in text for text in lost) == 2
    return found


def copied(folder: Path, name: str, title: str) -> Path:
    """Copy of a file by others whose header says something else; for the format, not for the chemistry."""
    content = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    content["Header"] |= {"Title": title, "Description": ""}
    (folder / f"{name}.json").write_text(json.dumps(content), "utf-8")
    return folder / f"{name}.json"


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_by_others_comes_back(name: str, tmp_path: Path) -> None:
    source, back = copied(tmp_path, name, "sodium, for the test of the format"), tmp_path / "back.json"
    cell = napore.full_cell(source, source, model="SPM", parameters=DENSITIES, allow_unusual=True)
    write_bpx(cell, back)
    there, here = (parsed(path)["Parameterisation"] for path in (source, back))
    pairs = there["Cell"]["Number of electrode pairs connected in parallel to make a cell"]
    there["Cell"] |= {
        "Number of electrode pairs connected in parallel to make a cell": 1,
        "Nominal cell capacity [A.h]": there["Cell"]["Nominal cell capacity [A.h]"] / pairs,
    }
    for section, rows in there.items():
        for key, value in rows.items():
            if key in OF_THE_CELL or "heat" in key:
                continue
            if isinstance(value, str | dict):
                assert here[section][key] == value, key
            elif "stoichiometry" in key:  # ours keeps the cut-offs exactly, theirs within its rounding
                assert here[section][key] == pytest.approx(value, abs=1e-3), key
            else:
                assert here[section][key] == pytest.approx(value, rel=1e-9), key


def voltage(model: Any, values: pybamm.ParameterValues, rate: float) -> Any:
    theirs = pybamm.sodium_ion.BasicDFN()
    mesh = {"var_pts": theirs.default_var_pts, "submesh_types": theirs.default_submesh_types}
    charged, values = pybamm.ParameterValues("Chayambuka2022"), values.copy()
    values.update({name: charged[name] for name in START})
    solver = pybamm.IDAKLUSolver(rtol=1e-6, atol=1e-8)
    simulation = pybamm.Simulation(model, parameter_values=values, C_rate=rate, solver=solver, **mesh)
    return simulation.solve([0, 1.2 * 3600 / rate])


def apart_mV(one: Any, other: Any) -> float:
    end = min(float(solution.t[-1]) for solution in (one, other))
    times = np.linspace(0.0, 0.999 * end, 300)
    return float(1e3 * np.abs(one["Voltage [V]"](times) - other["Voltage [V]"](times)).max())


@pytest.mark.filterwarnings("ignore:While solving", "ignore:'Open-circuit")
@pytest.mark.slow
@pytest.mark.parametrize("rate", [1.0, 0.1])
def test_nvpf_through_bpx_is_pybamms_basic_model(file: Path, rate: float, tmp_path: Path) -> None:
    ours = napore.full_cell(file, file, model="DFN")
    theirs = voltage(pybamm.sodium_ion.BasicDFN(), pybamm.ParameterValues("Chayambuka2022"), rate)
    assert apart_mV(voltage(ours.model, ours.parameter_values, rate), theirs) < 0.2
    # and both readers make the same of the file, where the rate constants are numbers
    content = json.loads(file.read_text("utf-8"))
    user = content["Parameterisation"]["User-defined"]
    for name in [name for name in user if "rate constant" in name]:
        del user[name]
    plain = tmp_path / "plain.json"
    plain.write_text(json.dumps(content), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = pybamm.ParameterValues.create_from_bpx(plain)
    both = napore.full_cell(plain, plain, model="DFN")
    read_by_theirs = voltage(pybamm.sodium_ion.BasicDFN(), values, rate)
    assert apart_mV(voltage(both.model, both.parameter_values, rate), read_by_theirs) < 0.2
    assert apart_mV(read_by_theirs, theirs) > 10.0  # what the missing table costs, which "lost" tells


def test_nvp_through_bpx_beside_our_carbon(tmp_path: Path) -> None:
    own = napore.full_cell("fjh", "nvp", model="SPM")
    lost = write_bpx(own, tmp_path / "nvp.json").lost
    assert any("pores" in text for text in lost)
    through = napore.full_cell("fjh", str(tmp_path / "nvp.json"), mass_ratio=0.4, model="SPM")
    one, other = (napore.energy_test(cell, 1, cycles=1).points[0] for cell in (own, through))
    assert other.capacity_mAh_g_cathode == pytest.approx(one.capacity_mAh_g_cathode, rel=1e-4)
    assert other.energy_Wh_kg_active == pytest.approx(one.energy_Wh_kg_active, rel=1e-4)
    assert through.name == "fjh-nvp"


def test_a_cell_of_a_file_is_pickled_and_known_by_its_content(file: Path, tmp_path: Path) -> None:
    cell = napore.full_cell("fjh", file, model="SPM")
    assert pickle.loads(pickle.dumps(cell)).sha256 == cell.sha256
    other = tmp_path / "nvpf.json"
    other.write_bytes(file.read_bytes())
    assert napore.full_cell("fjh", other, model="SPM").sha256 == cell.sha256
    made = napore.full_cell("fjh", other, model="SPM")
    other.write_text(file.read_text("utf-8").replace("Sodium", "Sodium "), "utf-8")
    _of_file.cache_clear()  # as another process, which has not read it yet
    with pytest.raises(ValueError, match="has changed since"):
        _ = FullCell.with_numbers(made, {"Mass ratio of carbon to cathode": 0.31}).balance


def broken(file: Path, folder: Path, change: Any) -> Path:
    content = json.loads(file.read_text("utf-8"))
    change(content["Parameterisation"], content)
    (folder / "broken.json").write_text(json.dumps(content), "utf-8")
    return folder / "broken.json"


def of_no_chemistry(parts: Any, content: Any) -> None:
    content["Header"] |= {"Title": "My cell", "Description": "", "References": ""}


CHANGES: list[tuple[Any, str]] = [
    (of_no_chemistry, "does not say that it is of a sodium cell"),
    (lambda p, c: p["Positive electrode"].update({"Porosity": 0.9}), "beside a porosity of 0.9"),
    (lambda p, c: p["Positive electrode"].update({"OCP [V]": "3 + log(x)"}), "function log is unknown"),
    (
        lambda p, c: p["Positive electrode"].update({"OCP [V]": {"x": [0, 0, 1], "y": [4, 3, 3]}}),
        "each once",
    ),
    (lambda p, c: p["Positive electrode"].pop("Particle radius [m]"), "no valid BPX file"),
    (lambda p, c: p["User-defined"].pop("Positive electrode true density [kg.m-3]"), "true density"),
    (lambda p, c: p["Cell"].update({"Reference temperature [K]": 290.0}), ""),
]


@pytest.mark.parametrize(("change", "words"), CHANGES)
def test_what_a_file_cannot_say(file: Path, tmp_path: Path, change: Any, words: str) -> None:
    path = broken(file, tmp_path, change)
    if not words:  # no entropic change: the reference temperature is of the barriers only
        assert napore.full_cell("fjh", path, model="SPM").balance.n_p_ratio > 0.0
        return
    with pytest.raises(CellError, match=words) as raised:
        napore.full_cell("fjh", path, model="SPM")
    assert str(raised.value).count("\n") == 0


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(ParameterFileError, match="cannot be read"):
        napore.full_cell("fjh", tmp_path / "none.json", model="SPM")
    (tmp_path / "list.json").write_text("[1]", "utf-8")
    with pytest.raises(CellError, match="no BPX file"):
        napore.full_cell("fjh", tmp_path / "list.json", model="SPM")
    with pytest.raises(CellError, match=r"end in \.json"):
        write_bpx(napore.half_cell("nvp", model="SPM"), tmp_path / "nvp.txt")


@pytest.mark.parametrize("name", OTHERS)
def test_a_lithium_cell_is_refused_in_one_sentence(name: str) -> None:
    with pytest.raises(CellError, match=r"is of a lithium cell .* sodium cells: give") as raised:
        napore.full_cell("fjh", HERE / f"{name}.json", model="SPM")
    assert str(raised.value).count(". ") == 0


def test_from_the_command_line(file: Path, tmp_path: Path) -> None:
    run = CliRunner()
    out = tmp_path / "out.json"
    told = [
        "parameters",
        "export",
        "fjh",
        str(tmp_path / "cell.json"),
        "--cathode",
        str(file),
        "--json",
        str(out),
    ]
    shown = run.invoke(main, told)
    assert shown.exit_code == 0, shown.output
    assert "Not in it: " in shown.output
    assert json.loads(out.read_text("utf-8"))["lost"]
    refused = run.invoke(
        main, ["design", "--cathode", str(HERE / "lfp_18650_cell_BPX.json"), "--model", "SPM"]
    )
    assert refused.exit_code == 1
    assert "lithium cell" in refused.output + refused.stderr
