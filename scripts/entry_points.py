"""Write the entry points of pyproject.toml from the catalogue of what is shipped (`make entry-points`)."""

from pathlib import Path

from napore.files import write_text
from napore.parameters.entry_points import section

HEAD = "[project.entry-points.pybamm_parameter_sets]\n"


def with_entry_points(text: str) -> str:
    """Text of pyproject.toml with the present entry points in place of the old ones."""
    before, _, rest = text.partition(HEAD)
    after = rest.partition("\n\n")[2]
    return f"{before}{HEAD}{section()}\n{after}"


if __name__ == "__main__":
    file = Path(__file__).resolve().parents[1] / "pyproject.toml"
    write_text(file, with_entry_points(file.read_text("utf-8")))
