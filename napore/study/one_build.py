"""Many designs of one PyBaMM model, solved from one build.

Building a simulation takes far longer than solving it. Here the numbers in which the designs differ
become inputs of a single build, and lists of inputs are solved by IDAKLU's threads. PyBaMM takes
lists of inputs without an Experiment only: the current is a parameter, the end is a cut-off.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pybamm

from napore.models.live import inputs_of
from napore.parameters.numbers import is_derived, number

__all__ = ["OneBuild"]

_THROUGH: Final = ("negative electrode", "separator", "positive electrode")


class OneBuild:
    """Solves designs of ``model`` that differ in plain numbers, geometry included.

    Parameters
    ----------
    model
        PyBaMM model.
    parameter_values
        Values of the parameters, of which a design replaces some.
    outputs
        Variables to keep; the state is not kept.
    threads
        Threads of the solver; None: as many as the process may use.
    compiled
        Whether to compile the model, which takes a C compiler and some seconds and halves the time
        of each design.

    Examples
    --------
    >>> model, values = pybamm.lithium_ion.SPM(), pybamm.ParameterValues("Marquis2019")
    >>> build = OneBuild(model, values, ["Voltage [V]"])
    >>> radius = "Negative particle radius [m]"
    >>> fine, coarse = build.solve([{radius: 5e-6}, {radius: 10e-6}], 600.0)
    >>> bool(fine["Voltage [V]"].entries[-1] > coarse["Voltage [V]"].entries[-1])
    True
    """

    def __init__(
        self,
        model: pybamm.BaseModel,
        parameter_values: pybamm.ParameterValues,
        outputs: Sequence[str],
        threads: int | None = None,
        *,
        compiled: bool = False,
    ) -> None:
        self.model = model
        self.parameter_values = parameter_values
        self.outputs = list(outputs)
        self.threads = threads or _processors()
        self.compiled = compiled
        self._names: tuple[str, ...] = ()
        self._simulation: pybamm.Simulation | None = None

    def solve(
        self, designs: Sequence[Mapping[str, float]], longest: float
    ) -> list[pybamm.Solution | pybamm.SolverError]:
        """Solution of each design, to a cut-off or for ``longest`` [s]; the error where it has none.

        Parameters
        ----------
        designs
            Numbers that replace those of the parameter values, by name. A name that was not varied
            before costs a new build.
        longest
            Time of the solution [s].
        """
        base = self.parameter_values
        varied = {
            name
            for design in designs
            for name in design
            if is_derived(base[name]) or design[name] != base[name]
        }
        if self._simulation is None or not varied <= set(self._names):
            self._names = tuple(sorted({*self._names, *varied}))
            self._simulation = self._build()
        own = {name: number(base, name) for name in self._names}
        inputs = [{name: float(design.get(name, own[name])) for name in self._names} for design in designs]
        return self._solved(inputs, longest)

    def _solved(self, inputs: list[dict[str, float]], longest: float) -> list[Any]:
        assert self._simulation is not None
        try:
            # without inputs PyBaMM would solve a list once
            many = inputs if self._names else [{}]
            found = self._simulation.solve([0.0, longest], inputs=many)
        except pybamm.SolverError as error:
            if len(inputs) == 1:
                return [error]
            return [result for one in inputs for result in self._solved([one], longest)]
        solutions = found if isinstance(found, list) else [found] * len(inputs)
        return [
            pybamm.SolverError("the solver stopped before the end") if s.termination == "failure" else s
            for s in solutions
        ]

    def _build(self) -> pybamm.Simulation:
        values = self.parameter_values.copy()
        values.update(dict.fromkeys(self._names, "[input]"))
        usual = self.model.default_solver
        solver = type(usual)(
            rtol=usual.rtol,
            atol=usual.atol,
            output_variables=self.outputs,
            on_failure="ignore",
            options={
                "num_threads": self.threads,
                "compile": self.compiled,
                "silence_sundials_errors": True,
            },
        )
        return pybamm.Simulation(
            self.model, parameter_values=values, solver=solver, submesh_types=self._submeshes(values)
        )

    def _submeshes(self, values: pybamm.ParameterValues) -> dict[str, Any]:
        """Submeshes of the model; symbolic where the geometry depends on an input.

        Electrodes and separator go together: PyBaMM joins them, and is wrong where they are of two kinds.
        """
        submeshes = dict(self.model.default_submesh_types)
        moved = {
            domain
            for domain, coordinates in self.model.default_geometry.items()
            if _depends_on_input(coordinates, values)
        }
        if moved & set(_THROUGH):
            moved |= set(_THROUGH)
        for domain in moved:
            if submeshes.get(domain) is pybamm.Uniform1DSubMesh:
                submeshes[domain] = pybamm.SymbolicUniform1DSubMesh
        return submeshes


def _depends_on_input(coordinates: Mapping[Any, Any], values: pybamm.ParameterValues) -> bool:
    """Whether a limit of a domain depends on an input."""
    limits = [limit for ends in coordinates.values() if isinstance(ends, Mapping) for limit in ends.values()]
    symbols = [values.process_symbol(limit) for limit in limits if isinstance(limit, pybamm.Symbol)]
    return bool(inputs_of(symbols))


def _processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on every system
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
