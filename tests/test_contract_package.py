"""The package: what is installed is what is tracked, and importing it is light."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

import napore

ROOT = Path(__file__).resolve().parents[1]
LINKED = ("models", "parameters", "experiments", "validation")


def pyproject() -> dict[str, dict[str, object]]:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    return {str(k): dict(v) for k, v in tool.items()}


def tracked() -> list[str]:
    """Tracked and not yet tracked, but not ignored, files that exist."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [f for f in listed.split("\0") if f and (ROOT / f).is_file()]


def installed_name(file: str) -> str | None:
    """Path in the wheel of a file of the checkout; None for what is not installed."""
    folder = file.partition("/")[0]
    if folder in LINKED:
        return f"napore/{file}"
    return file if folder == "napore" else None


def test_import_is_light() -> None:
    heavy = ("pybamm", "casadi", "scipy", "pandas", "matplotlib", "numpy")
    code = f"import sys, napore; print([m for m in {heavy!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "[]"


def test_public_names() -> None:
    assert napore.__version__ == version("napore")
    assert set(napore.__all__) <= set(dir(napore))
    with pytest.raises(AttributeError, match="no attribute 'half_sell'"):
        _ = napore.half_sell


@pytest.mark.checkout
def test_packages_are_the_folders_with_an_init() -> None:
    files = [f for f in tracked() if f.endswith("/__init__.py")]
    found = {
        str(Path(name).parent).replace("/", ".") for name in map(installed_name, files) if name is not None
    }
    setuptools = pyproject()["setuptools"]
    packages = setuptools["packages"]
    assert isinstance(packages, list)
    assert set(packages) == found


@pytest.mark.checkout
@pytest.mark.parametrize("folder", LINKED)
def test_folder_is_linked_into_the_package(folder: str) -> None:
    link = ROOT / "napore" / folder
    assert link.is_symlink()
    assert link.readlink() == Path("..") / folder
    directories = pyproject()["setuptools"]["package-dir"]
    assert isinstance(directories, dict)
    assert directories[f"napore.{folder}"] == folder


@pytest.mark.checkout
@pytest.mark.parametrize("folder", LINKED)
def test_folder_does_not_import_top_level_names(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module or ""]
            wrong = [n for n in names if n.partition(".")[0] in LINKED]
            assert not wrong, f"{file}: write napore.{wrong[0]}"


@pytest.mark.checkout
def test_functions_have_70_lines_and_modules_350_at_most() -> None:
    """Docstrings and decorators count. Tests of one subject stay in one module, however many they are."""
    long = []
    for file in (f for f in tracked() if f.endswith(".py")):
        text = (ROOT / file).read_text("utf-8")
        if len(text.splitlines()) > 350 and not file.startswith("tests/"):
            long.append(f"{file}: {len(text.splitlines())} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                if (lines := (node.end_lineno or 0) - first + 1) > 70:
                    long.append(f"{file}: {node.name} has {lines} lines")
    assert not long, "split them: " + "; ".join(long)


@pytest.mark.checkout
def test_contract_tests_run_without_the_study() -> None:
    """The wheel is tested by them, away from the checkout: who needs the study skips before importing it."""
    for file in sorted((ROOT / "tests").glob("test_contract_*.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if "allow_module_level" in ast.unparse(node):
                break
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            assert module.partition(".")[0] != "studies", f"{file.name}: skip the module first, or rename it"


@pytest.mark.checkout
def test_wheel_holds_what_is_tracked(tmp_path: Path) -> None:
    for file in tracked():
        target = tmp_path / "source" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, target)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    run = subprocess.run(
        [*build, "--outdir", str(tmp_path), str(tmp_path / "source")],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        inside = {n for n in archive.namelist() if not n.partition("/")[0].endswith(".dist-info")}
    assert inside == {name for f in tracked() if (name := installed_name(f)) is not None}


@pytest.mark.checkout
def test_no_file_points_outside_the_project() -> None:
    forbidden = ["../" + "shared", "/" + "work/", "." + "library"]
    for file in tracked():
        text = (ROOT / file).read_text("utf-8", errors="ignore")
        found = [word for word in forbidden if word in text]
        assert not found, f"{file} mentions {found}"


@pytest.mark.checkout
def test_nothing_in_the_wheel_imports_a_study() -> None:
    for file in tracked():
        if file.endswith(".py") and installed_name(file) is not None:
            for node in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                assert not any(name.partition(".")[0] == "studies" for name in names), file


@pytest.mark.checkout
def test_version_is_the_newest_of_the_changelog() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    citation = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert citation is not None
    assert project["version"] == versions[0] == citation[1] == version("napore")


@pytest.mark.checkout
def test_commands_of_the_readme_exist() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("README.md is not written yet")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"^\s*\$? ?make ([a-z]+)\s*$", readme.read_text("utf-8"), re.M))
    assert {"reproduce", "test"} <= named <= targets
