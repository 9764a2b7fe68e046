"""Impedance spectra at states of charge as data of a fit: the model's own impedance, no circuit.

At each state the model is linearised about rest. The states are shares of the charge between the cut-offs at
equilibrium, 0 as the half cell is put together (a carbon desodiated, a cathode full of sodium), as in
:func:`napore.experiments.eis`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pybamm

from napore import models
from napore.cell_mesh import on_mesh
from napore.experiments.linearised import LinearModel
from napore.measured import MeasuredImpedance
from napore.models.meshes import SHORTEST, fitted_mesh
from napore.parameters.half_cell import LEAST_CONTENT

from .electrode import CONTACT, Electrode
from .fitted import CalibrationError
from .half_cell import options_of
from .numbers import HalfCell

Array = npt.NDArray[np.float64]

OPTIONS: Final = {"surface form": "differential", "contact resistance": "true"}
"""Options of the model of which the impedance is taken."""

_FINER: Final = 4
"""Factor on the points of a mesh that fits the first numbers: 0.6 % of an impedance at a 30 times lower D."""

_CONTENT: Final = "Content at the spectrum"
_INITIAL: Final = "Initial concentration in positive electrode [mol.m-3]"
_MOST: Final = pybamm.Parameter("Maximum concentration in positive electrode [mol.m-3]")
_DOUBLE_LAYER: Final = "electrode double-layer capacity [F.m-2]"
_VOLTAGE: Final = "Voltage [V]"


def seen_by_spectra(electrode: Electrode) -> tuple[str, ...]:
    """Numbers that spectra alone speak of, beside those of charge transfer and diffusion."""
    return CONTACT, electrode.named(_DOUBLE_LAYER), f"Negative {_DOUBLE_LAYER}"


def with_impedance(
    data: Sequence[Any], model: str, options: Mapping[str, str] | None
) -> tuple[list[Any], Mapping[str, str] | None, Mapping[str, str] | None]:
    """Data whose spectra are of this model, options of the half cell, and those in which numbers act.

    Beside spectra the half cell has a contact resistance, so that theirs counts in curves as well.
    """
    if not any(isinstance(part, SpectrumData) for part in data):
        return list(data), options, options
    chosen = {"contact resistance": "true", **(options or {})}
    linear = "SPM" if model == "lumped" else model
    own = [
        replace(part, model=linear, options=chosen) if isinstance(part, SpectrumData) else part
        for part in data
    ]
    return own, chosen, {**chosen, **OPTIONS}


@dataclass(frozen=True)
class SpectrumData:
    """Impedance at states of rest.

    A residual is the difference of the real or of the imaginary part over ``relative_error |Z|`` of the
    measured impedance.

    Parameters
    ----------
    spectra
        Frequencies and impedances between the terminals [ohm].
    soc
        State of charge of each, 0 to 1.
    relative_error
        Standard error of each part over the magnitude.
    model, options
        Model that is linearised, and options that it has beside :data:`OPTIONS`.

    Raises
    ------
    CalibrationError
        For no spectrum, another number of states, and a state that is no share.
    """

    spectra: tuple[MeasuredImpedance, ...]
    soc: tuple[float, ...]
    relative_error: float = 0.01
    model: str = "SPM"
    options: Mapping[str, str] = field(default_factory=dict)
    _built: dict[Any, LinearModel] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.spectra or len(self.soc) != len(self.spectra):
            raise CalibrationError(
                f"{len(self.spectra)} spectra and {len(self.soc)} states are given: give one of each"
            )
        for one in self.soc:
            if not 0.0 < one < 1.0:
                raise CalibrationError(
                    f"a state of charge of {self.name} is {one:g}: give a share between 0 (a carbon "
                    "desodiated, a cathode full of sodium) and 1"
                )

    @property
    def name(self) -> str:
        """Names of the files."""
        return ", ".join(dict.fromkeys(one.source for one in self.spectra))

    @property
    def size(self) -> int:
        """Number of residuals."""
        return 2 * sum(len(one.frequency_Hz) for one in self.spectra)

    def residuals(self, model: HalfCell, values: Mapping[str, float]) -> Array:
        """Differences of both parts over their error."""
        found = []
        for spectrum, Z in zip(self.spectra, self.simulated_ohm(model, values), strict=True):
            off = (Z - spectrum.impedance_ohm) / (self.relative_error * np.abs(spectrum.impedance_ohm))
            found += [off.real, off.imag]
        return np.concatenate(found)

    def simulated_ohm(self, model: HalfCell, values: Mapping[str, float]) -> list[npt.NDArray[np.complex128]]:
        """Impedance of the model at each state [ohm]; NaN where it has no state of rest."""
        linear, found = self._linear(model, values), []
        first, last = model.cut_offs[:: -1 if model.electrode.sodiated_first else 1]
        ends = np.asarray(model.equilibrium(values).stoichiometry(np.array([first, last])))
        for spectrum, soc in zip(self.spectra, self.soc, strict=True):
            content = max(float(ends[0] + soc * (ends[1] - ends[0])), LEAST_CONTENT)
            try:
                _, moved = linear.respond(spectrum.frequency_Hz, {**values, _CONTENT: content})
            except (ArithmeticError, RuntimeError, ValueError, pybamm.SolverError):
                moved = {_VOLTAGE: np.full(len(spectrum.frequency_Hz), np.nan + 0j)}
            found.append(-moved[_VOLTAGE])  # the discharge current lowers the voltage
        return found

    def _linear(self, model: HalfCell, values: Mapping[str, float]) -> LinearModel:
        """Linearised model of which these numbers and the content are inputs; built once."""
        numbers = model.numbers_at({name: pybamm.InputParameter(name) for name in values})
        held = {name: value for name, value in numbers.items() if not isinstance(value, pybamm.Symbol)}
        key = (tuple(values), tuple(held.values()), model.source.potential)
        if key not in self._built:
            source = replace(model.source, classes=model.classes)
            made = getattr(models, self.model)(options_of(model, {**self.options, **OPTIONS}))
            mesh = fitted_mesh(
                made, pybamm.ParameterValues(source.values_of(model.numbers_at(values))), SHORTEST, ()
            )
            # for diffusion layers of other numbers too
            made = on_mesh(made, mesh.finer(_FINER))
            parameters = pybamm.ParameterValues(source.values_of(numbers))
            parameters.update({_CONTENT: "[input]"})
            parameters[_INITIAL] = pybamm.Parameter(_CONTENT) * _MOST
            self._built.clear()
            self._built[key] = LinearModel(made, parameters, {_VOLTAGE: made.variables[_VOLTAGE]})
        return self._built[key]
