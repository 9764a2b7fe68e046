"""The mesh of a cell: that which fits its numbers, and finer ones."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Self, cast

from .models.meshes import SHORTEST, Mesh, fitted_mesh


class CellMesh:
    """What a cell can do about its mesh; a base of :class:`napore.cells.Cell`."""

    model: Any
    parameter_values: Any

    @property
    def edited(self) -> Mapping[str, Any]:
        """Values set after the cell was made."""
        raise NotImplementedError

    def meshed(self, shortest: float = SHORTEST, varied: Iterable[str] = ()) -> Any:
        """Model with the mesh that fits the present numbers, of which some may vary between solves.

        Of experiments that take ``shortest`` [s] or longer.
        """
        mesh = fitted_mesh(self.model, self.parameter_values, shortest, varied)
        mesh = mesh.finer(self.model.mesh.factor)
        return self.model if mesh == self.model.mesh else on_mesh(self.model, mesh)

    def finer(self, factor: int = 2) -> Self:
        """Return the same cell on a mesh with more points, particle sizes among them.

        Any experiment on it beside the one on the cell says what the mesh is good for: the error of a mesh of
        second order is 4/3 of the difference from one of twice the points.

        Examples
        --------
        >>> from napore.cells import half_cell
        >>> cell = half_cell("fjh", "SPM")
        >>> cell.finer().model.mesh.points["r_p"] == 2 * cell.model.mesh.points["r_p"]
        True
        """
        model = self.meshed() if self.edited else self.model
        return cast(Self, replace(cast(Any, self), model=on_mesh(model, model.mesh.finer(factor))))


def on_mesh(model: Any, mesh: Mesh) -> Any:
    """Return a copy of a model on another mesh."""
    found = model.new_copy()
    found.mesh = mesh
    return found
