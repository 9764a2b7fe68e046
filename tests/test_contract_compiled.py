"""Functions that are expanded, and compiled into a folder that is the user's alone."""

import pickle
import time
from pathlib import Path

import casadi
import numpy as np
import pybamm
import pytest

from napore.cells import half_cell
from napore.models import compiled as compiled_module
from napore.models.compiled import SWITCH, cache_folder, compiled, compiler
from napore.models.solver import CarbonSolver, compiling

needs_compiler = pytest.mark.skipif(compiler() is None, reason="no C compiler")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(SWITCH, raising=False)
    return cache_folder()


def functions() -> list[casadi.Function]:
    x = casadi.SX.sym("x", 3)
    return [
        casadi.Function("one", [x], [casadi.exp(x) * x[0]]),
        casadi.Function("two", [x], [casadi.tanh(x)]),
    ]


def libraries(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.so"))


@needs_compiler
def test_compiled_functions_agree_and_are_made_once(folder: Path) -> None:
    plain, found = functions(), compiled(functions())
    assert [f.class_name() for f in found] == ["External", "External"]
    x = np.array([0.3, -0.7, 2.0])
    for a, b in zip(plain, found, strict=True):
        assert np.allclose(a(x), b(x), rtol=1e-15, atol=0.0)
    (library,) = libraries(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    made = library.stat().st_mtime_ns
    time.sleep(0.01)
    compiled(functions())
    assert libraries(folder) == [library]
    assert library.stat().st_mtime_ns > made  # used, so not the oldest
    assert [file for file in folder.iterdir() if file.suffix != ".so"] == []


@needs_compiler
@pytest.mark.parametrize("mode", [0o777, 0o750])
def test_a_folder_that_lets_others_in_is_refused(folder: Path, mode: int) -> None:
    folder.mkdir(parents=True)
    folder.chmod(mode)
    assert [f.class_name() for f in compiled(functions())] == ["SXFunction", "SXFunction"]
    assert libraries(folder) == []


@needs_compiler
def test_a_link_in_the_place_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    folder.parent.mkdir(parents=True)
    folder.symlink_to(other)
    assert compiled(functions())[0].class_name() == "SXFunction"
    assert libraries(other) == []


def test_the_switch_and_a_missing_compiler_leave_functions_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "0")
    assert compiled(functions())[0].class_name() == "SXFunction"
    monkeypatch.delenv(SWITCH)
    monkeypatch.setattr(compiled_module, "compiler", lambda: None)
    assert compiled(functions())[0].class_name() == "SXFunction"


@needs_compiler
def test_the_key_holds_compiler_and_text(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(functions())
    path, version = compiler() or ("", "")
    monkeypatch.setattr(compiled_module, "compiler", lambda: (path, version + " patched"))
    compiled(functions())
    compiled(functions()[:1])
    assert len(libraries(folder)) == 3


@needs_compiler
def test_the_oldest_libraries_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(functions())
    (old,) = libraries(folder)
    monkeypatch.setattr(compiled_module, "_MOST_BYTES", old.stat().st_size + 10)
    time.sleep(0.01)
    compiled(functions()[:1])
    (left,) = libraries(folder)
    assert left != old


def simulation(solver: pybamm.BaseSolver) -> pybamm.Simulation:
    cell = half_cell("fjh", "SPM")
    values = cell.parameter_values.copy()
    values["Current function [A]"] = "[input]"
    return pybamm.Simulation(cell.model, parameter_values=values, solver=solver)


def solved(solver: pybamm.BaseSolver) -> np.ndarray:
    inputs = {"Current function [A]": half_cell("fjh", "SPM").one_C_current}
    at = np.linspace(0.0, 1800.0, 31)
    solution = simulation(solver).solve([0.0, 1800.0], t_interp=at, inputs=inputs)
    return np.asarray(solution["Voltage [V]"].entries)


@needs_compiler
def test_compiled_expanded_and_pybammss_own_functions_solve_alike(folder: Path) -> None:
    own = solved(pybamm.IDAKLUSolver(rtol=1e-9, atol=1e-11))
    assert solved(CarbonSolver(rtol=1e-9, atol=1e-11)) == pytest.approx(own, abs=1e-7)
    assert libraries(folder) == []
    assert solved(CarbonSolver(rtol=1e-9, atol=1e-11, options={"compile": True})) == pytest.approx(
        own, abs=1e-7
    )
    assert len(libraries(folder)) == 1
    with compiling():
        assert solved(CarbonSolver(rtol=1e-9, atol=1e-11)) == pytest.approx(own, abs=1e-7)
    assert len(libraries(folder)) == 1  # the same text


def test_a_solver_is_copied_pickled_and_made_again_from_its_options() -> None:
    solver = CarbonSolver(rtol=1e-6, atol=1e-8, options={"compile": True, "max_order_bdf": 4})
    again = [solver.copy(), pickle.loads(pickle.dumps(solver)), CarbonSolver(options=solver.options)]
    for one in again:
        assert one.options["compile"] is True
        assert one.options["max_order_bdf"] == 4
    with pytest.raises(pybamm.SolverError, match="Unknown"):
        CarbonSolver(options={"no such option": 1})


def test_the_model_keeps_its_own_functions_and_a_solution_is_pickled() -> None:
    done = simulation(CarbonSolver())
    solution = done.solve([0.0, 60.0], inputs={"Current function [A]": 1e-4})
    names = ("rhs_algebraic_eval", "jac_rhs_algebraic_eval")
    assert [getattr(done.built_model, name).class_name() for name in names] == ["MXFunction", "MXFunction"]
    again = pickle.loads(pickle.dumps(solution))
    assert again["Voltage [V]"].entries == pytest.approx(solution["Voltage [V]"].entries, abs=1e-12)
