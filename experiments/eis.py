"""Electrochemical impedance at states of rest, by states of charge and temperatures."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pybamm
from numpy.typing import NDArray

from napore.cells import Cell, CellError
from napore.parameters.arguments import typed

from .base import AnyCell, as_cell, header, keeping, label, progress_bar
from .checks import TEMPERATURE_LIMITS_C, ExperimentError, check_numbers
from .circuits import Circuit, fit_circuit
from .eis_cells import ARRANGEMENTS, contributions, ends_between, symmetric_cell, with_double_layers
from .eis_results import ImpedanceTest, Spectrum
from .linearised import LinearModel
from .solving import refuse_inputs

FREQUENCIES_HZ: Final = tuple(float(f"{f:.6g}") for f in np.logspace(5, -2, 71))
"""100 kHz to 0.01 Hz, ten to a decade (range: Gu et al. 2025, section 2.4)."""

SOC: Final = (0.2, 0.5, 0.8)
ZERO_CELSIUS: Final = 273.15
_VOLTAGE: Final = "Voltage [V]"


@typed(ExperimentError)
def eis(
    cell: AnyCell,
    soc: Iterable[float] | float | None = None,
    voltages_V: Iterable[float] | float | None = None,
    temperatures_C: Iterable[float] | float = 25.0,
    frequencies_Hz: Iterable[float] = FREQUENCIES_HZ,
    *,
    arrangement: str = "two-electrode",
    states: Sequence[pybamm.Solution] | None = None,
    progress: bool = False,
) -> ImpedanceTest:
    """Impedance of a cell at equilibrium, and the resistances that a circuit reads from it.

    The model gets double layers, is linearised about each state and solved at each frequency. At other
    temperatures the stoichiometry is that of the state at 25 C.

    Parameters
    ----------
    cell
        Half or full cell.
    soc
        States of charge, 0 to 1 between the cut-offs at equilibrium; 0 is a desodiated carbon in its
        half cell, else a discharged cell. (0.2, 0.5, 0.8) where nothing is given.
    voltages_V
        Equilibrium voltages at 25 C in the place of ``soc``.
    temperatures_C
        Temperatures [C], from -123.15 to 226.85.
    frequencies_Hz
        Frequencies [Hz]; 100 kHz to 0.01 Hz by default.
    arrangement
        ``"two-electrode"``; ``"three-electrode"``: the carbon (a cathode in its half cell) against a
        reference in the separator; ``"symmetric"``: two electrodes of a half cell's carbon.
    states
        Solutions of this cell whose last state, at rest, is taken in the place of ``soc``, such as the
        cycles of a GITT; at the temperature that they were solved at.
    progress
        Whether to show a bar, on a terminal and after two seconds.

    Raises
    ------
    ExperimentError, Interrupted
        For conditions that are no numbers or out of range; on Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> test = eis(napore.half_cell("fjh", model="SPM"), voltages_V=0.3)
    >>> round(test.spectra[0].charge_transfer_resistance_ohm)
    20
    """
    cell = as_cell(cell)
    if arrangement not in ARRANGEMENTS:
        raise ExperimentError(f"arrangement is {arrangement!r}: choose from {', '.join(ARRANGEMENTS)}")
    f = np.array(check_numbers(frequencies_Hz, "frequency", "Hz", 1e-9, 1e9))
    celsius = check_numbers(temperatures_C, "temperature", "C", *TEMPERATURE_LIMITS_C)
    prepared = with_double_layers(symmetric_cell(cell) if arrangement == "symmetric" else cell)
    todo, count = _asked(prepared, soc, voltages_V, states, celsius, f, arrangement)
    finished: list[Spectrum] = []

    def result() -> ImpedanceTest:
        return ImpedanceTest(cell.name, arrangement, tuple(finished), header(cell))

    with keeping(result):
        for empty, linear in progress_bar(label(cell), "spectrum", todo, show=progress, total=count):
            finished.append(_solved(empty, linear, arrangement))
    return result()


def _asked(
    cell: Cell,
    soc: Iterable[float] | float | None,
    voltages_V: Iterable[float] | float | None,
    states: Sequence[pybamm.Solution] | None,
    celsius: Sequence[float],
    f: NDArray[np.float64],
    arrangement: str,
) -> "tuple[Iterator[tuple[Spectrum, _Linear]], int]":
    """States to linearise about, and how many there are."""
    asked = {"soc": soc, "voltages_V": voltages_V, "states": states}
    given = [name for name, value in asked.items() if value is not None]
    if len(given) > 1:
        raise ExperimentError(f"{' and '.join(given)} are given: give one of them")
    if states is not None:
        _check_states(cell, states, celsius, arrangement)
        return _from_states(cell, states, f, arrangement), len(states)
    charged: Sequence[float] = SOC
    if soc is not None:
        charged = check_numbers(soc, "soc", "", 0.0, 1.0)
    elif voltages_V is not None:
        charged = _socs(cell, arrangement, check_numbers(voltages_V, "voltage", "V", -10.0, 10.0))
    kelvin = [T + ZERO_CELSIUS for T in celsius]
    return _at_rest(cell, charged, kelvin, f, arrangement), len(charged) * len(kelvin)


def _socs(cell: Cell, arrangement: str, voltages: Iterable[float]) -> tuple[float, ...]:
    """States of charge at equilibrium voltages [V]."""
    ends = ends_between(cell, arrangement)
    try:
        return tuple(ends.soc(V) for V in voltages)
    except CellError as error:
        raise ExperimentError(str(error)) from None


@dataclass(frozen=True)
class _Linear:
    """A linear model with the inputs of one state."""

    cell: Cell
    model: LinearModel
    inputs: Mapping[str, float]


def _linear_model(cell: Cell, arrangement: str, values: pybamm.ParameterValues) -> LinearModel:
    outputs = {_VOLTAGE: cell.model.variables[_VOLTAGE], **contributions(cell, arrangement)}
    return LinearModel(cell.model, values, outputs)


def _at_rest(
    cell: Cell, charged: Sequence[float], kelvin: Sequence[float], f: NDArray[np.float64], arrangement: str
) -> Iterator[tuple[Spectrum, _Linear]]:
    """States of rest, of one build: concentrations and temperature are its inputs."""
    refuse_inputs(cell)
    ends = ends_between(cell, arrangement)
    temperatures = ("Ambient temperature [K]", "Initial temperature [K]")
    values = cell.parameter_values.copy()
    most = {d: cell.number(f"Maximum concentration in {d} electrode [mol.m-3]") for d in ends.windows}
    names = {d: f"Initial concentration in {d} electrode [mol.m-3]" for d in ends.windows}
    values.update(dict.fromkeys((*names.values(), *temperatures), "[input]"))
    model = _linear_model(cell, arrangement, values)
    for soc in charged:
        content = {names[d]: x * most[d] for d, x in ends.stoichiometries(soc).items()}
        for T in kelvin:
            yield (
                Spectrum(soc, None, T, f),
                _Linear(cell, model, {**content, **dict.fromkeys(temperatures, T)}),
            )


def _from_states(
    cell: Cell, states: Sequence[pybamm.Solution], f: NDArray[np.float64], arrangement: str
) -> Iterator[tuple[Spectrum, _Linear]]:
    """Last states of solutions, each of its own build."""
    own = cell.number("Ambient temperature [K]")
    for state in states:
        model = cell.model.set_initial_conditions_from(state, inplace=False)
        at = replace(cell, model=model)
        yield (
            Spectrum(None, None, own, f),
            _Linear(at, _linear_model(at, arrangement, cell.parameter_values), {}),
        )


def _check_states(
    cell: Cell, states: Sequence[pybamm.Solution], celsius: Sequence[float], arrangement: str
) -> None:
    """Refuse states that are not those of the cell."""
    if arrangement == "symmetric":
        raise ExperimentError("states are given: a symmetric cell has none of its own, give soc or voltages")
    if not len(states):
        raise ExperimentError("no state is given: give at least one solution")
    own = cell.number("Ambient temperature [K]") - ZERO_CELSIUS
    for T in celsius:
        if abs(T - own) > 0.1:
            raise ExperimentError(
                f"temperature is {T:g} C: states are taken at the temperature of their cell, {own:g} C"
            )


def _solved(empty: Spectrum, linear: _Linear, arrangement: str) -> Spectrum:
    """The spectrum with its impedances and circuits, or with the reason why not."""
    f, kind = empty.frequency_Hz, linear.cell.kind
    try:
        rest, moved = linear.model.respond(f, linear.inputs)
    except (ArithmeticError, RuntimeError, ValueError, pybamm.SolverError) as error:
        reason = " ".join(str(error).split())[:160]
        return replace(empty, status=f"solver failed: {reason}; usually caused by extreme parameters")
    # the discharge current lowers the voltage
    Z = {name: -response for name, response in moved.items()}
    if not all(np.isfinite(part).all() for part in Z.values()):
        return replace(empty, status="solver failed: the response is not finite; try the model SPM")
    total, reference = Z.pop(_VOLTAGE), Z.pop("reference")
    shown = reference if arrangement == "three-electrode" else total
    has_carbon = "carbon" in Z
    return replace(
        empty,
        voltage_V=rest["reference"] if arrangement == "three-electrode" else rest[_VOLTAGE],
        impedance_ohm=shown,
        parts_ohm=Z,
        carbon_ohm=reference if has_carbon else None,
        circuit=_circuit(f, shown, 2 if arrangement == "two-electrode" else 1),
        carbon_circuit=_circuit(f, reference, 1) if has_carbon and kind != "cathode" else None,
    )


def _circuit(f: NDArray[np.float64], Z: NDArray[np.complex128], arcs: int) -> Circuit | None:
    """Circuit where there are frequencies enough for one."""
    return fit_circuit(f, Z, arcs) if f.size >= 12 else None
