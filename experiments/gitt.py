"""GITT: pulses of current with rests, simulated as in the laboratory and evaluated the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from napore.cells import Cell
from napore.models.constants import REFERENCE_TEMPERATURE
from napore.parameters.arguments import typed

from .base import OK, AnyCell, RowResult, as_cell, header, keeping, label, progress_bar, table_of
from .checks import ExperimentError, check_count, check_number
from .gitt_steps import Conditions, LoggedStep, StepError, electrode, logged_steps
from .solving import built_of
from .weppner_huggins import GittPulse, evaluate_pulses

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Gitt(RowResult):
    """Diffusivity of each pulse, with the curve that it was evaluated from.

    Parameters
    ----------
    cell
        Name of the cell, or of the file.
    pulses
        In order; those of a measured file have no diffusivity that went in.
    length_m, length_basis
        Volume over area ``L`` of the formula, and what it was taken from.
    skip_s
        Time after switching from which ``dE_t`` counts.
    time_s, current_mA_g, voltage_V
        The curve; current is positive on desodiation of a carbon in its half cell, else on charge.
    header
        Versions, and of a simulation model and hash of the parameters.
    status
        ``"ok"``, or why the simulation ended before the cut-off, with advice.
    """

    row_field = row_key = "pulses"
    facts = ("cell", "length_m", "length_basis", "skip_s", "status")

    cell: str
    pulses: tuple[GittPulse, ...]
    length_m: float
    length_basis: str
    skip_s: float
    time_s: Array
    current_mA_g: Array
    voltage_V: Array
    header: Mapping[str, str]
    status: str = OK

    @property
    def solved(self) -> bool:
        """Whether there is a pulse."""
        return bool(self.pulses)

    def table(self, direction: str | None = None) -> pd.DataFrame:
        """One row per pulse, of one direction or of all; units in the column names."""
        kept = (asdict(pulse) for pulse in self.pulses if direction in (None, pulse.direction))
        return table_of(kept, list(GittPulse.__dataclass_fields__))

    def curves_table(self) -> pd.DataFrame:
        """Points of the curve, one row each."""
        return pd.DataFrame(
            {"time_s": self.time_s, "current_mA_g": self.current_mA_g, "voltage_V": self.voltage_V}
        )

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes; a measured file stands under ``file``, its cell is null."""
        content = super().to_dict()
        if "model" in self.header:
            return content
        return {"model": None, "parameters_sha256": None, **content, "cell": None, "file": self.cell}

    def plot(self, ax: Any = None) -> Any:
        """Draw diffusivity over the voltage at the end of rest; lower bounds are open; return the axes."""
        from napore.plotting import DIFFUSIVITY_LABEL, new_axes

        ax = new_axes(ax)
        for number, direction in enumerate(dict.fromkeys(pulse.direction for pulse in self.pulses)):
            draw_pulses(ax, self.table(direction), f"C{number}", direction)
        ceilings = [pulse.ceiling_m2_s for pulse in self.pulses if pulse.complete]
        if ceilings:
            draw_ceiling(ax, max(ceilings))
            ax.legend(title="open: lower bound\n×: ended by the cut-off")
        ax.set(yscale="log", xlabel=self._voltage_label, ylabel=DIFFUSIVITY_LABEL, title=self.cell)
        if not self._full:
            logarithmic_voltage(ax)
        return ax

    def plot_curves(self, ax: Any = None) -> Any:
        """Draw voltage over time; return the axes."""
        from napore.plotting import new_axes

        ax = new_axes(ax)
        ax.plot(self.time_s / 3600.0, self.voltage_V, lw=0.7)
        ax.set(xlabel="t / h", ylabel=self._voltage_label, title=self.cell)
        return ax

    @property
    def panels(self) -> tuple[Any, ...]:
        """Curve and diffusivity."""
        return (self.plot_curves, self.plot)

    @property
    def _full(self) -> bool:
        return any(pulse.direction in ("charge", "discharge") for pulse in self.pulses)

    @property
    def _voltage_label(self) -> str:
        from napore.plotting import CELL_VOLTAGE_LABEL, VOLTAGE_LABEL

        return CELL_VOLTAGE_LABEL if self._full else VOLTAGE_LABEL


def draw_pulses(ax: Any, table: pd.DataFrame, colour: str, name: str) -> None:
    """Draw the pulses of one direction: filled, open where a bound, a cross where the cut-off ended one."""
    voltage, D = table["voltage_V"], table["diffusivity_m2_s"]
    complete, bound = table["complete"].astype(bool), table["bound"].astype(bool)
    ax.plot(voltage, D, "-", color=colour, lw=0.8)
    for kept, mark in ((complete & ~bound, "o"), (complete & bound, "o"), (~complete, "x")):
        fill = "none" if mark == "o" and bound[kept].any() else "full"
        shown = name if mark == "o" and fill == "full" else None
        ax.plot(voltage[kept], D[kept], mark, color=colour, ms=4, fillstyle=fill, label=shown)


def draw_ceiling(ax: Any, ceiling: float) -> None:
    """Draw the largest diffusivity that a pulse can show."""
    ax.axhline(ceiling, color="0.5", ls=":", lw=1.0)
    how = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "color": "0.4"}
    ax.annotate("$4L^2/\\pi\\tau$", (0.0, ceiling), (3, 3), **how)


def logarithmic_voltage(ax: Any) -> None:
    """Logarithmic axis of voltage, for the plateau takes no more than a tenth of it."""
    from napore.plotting import plain_ticks

    ax.set_xscale("log")
    plain_ticks(ax, x=(0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0))


def diffusion_length(
    cell: AnyCell, length_m: float | None = None, specific_area_m2_g: float | None = None
) -> tuple[float, str]:
    """Volume over area ``L`` [m] of the electrode's active material, and what it was taken from.

    Parameters
    ----------
    cell
        Cell; of a full cell the carbon counts.
    length_m
        A length of one's own [m].
    specific_area_m2_g
        Area ``S`` per gram [m2/g] for ``L = V_m/(M S) = 1/(rho S)``. By default ``R/3``, volume over
        area of the sphere that is simulated.

    Raises
    ------
    ExperimentError
        Where both are given, or one is not positive.
    """
    cell = as_cell(cell)
    if length_m is not None and specific_area_m2_g is not None:
        raise ExperimentError("length_m and specific_area_m2_g are both given: give one of them")
    if length_m is not None:
        return check_length(length_m), "given"
    Domain = electrode(cell).capitalize()
    if specific_area_m2_g is None:
        return cell.number(f"{Domain} particle radius [m]") / 3.0, "R/3, volume over area of a sphere"
    S = check_number(specific_area_m2_g, "specific_area_m2_g", "m2/g", 1e-6, 1e6)
    solid = cell.number(f"{Domain} electrode active material volume fraction")
    volume = solid * cell.number(f"{Domain} electrode thickness [m]")
    density = cell.number(f"{Domain} electrode areal loading [kg.m-2]") / volume
    return 1e-3 / (density * S), f"V_m/(M S) with {S:g} m2/g"


def check_length(length_m: Any) -> float:
    """Volume over area of an electrode's material [m], from 1e-12 to 1 m."""
    return check_number(length_m, "length_m", "m", 1e-12, 1.0)


@typed(ExperimentError)
def gitt(
    cell: AnyCell,
    current_mA_g: float = 50.0,
    pulse_s: float = 600.0,
    rest_s: float = 2400.0,
    *,
    direction: str = "both",
    skip_s: float = 10.0,
    length_m: float | None = None,
    specific_area_m2_g: float | None = None,
    points: Mapping[str, int] | None = None,
    progress: bool = False,
) -> Gitt:
    """Pulses with rests until the cut-off, and the diffusivity that a laboratory would report.

    A carbon starts desodiated, at equilibrium; a cathode or a full cell discharged. The first half cycle ends
    with the pulse that reaches the cut-off and its rest. :func:`napore.experiments.evaluate_pulses` evaluates
    both, as it does measured curves. A failed solve ends the test with a named status.

    Parameters
    ----------
    current_mA_g, pulse_s, rest_s
        Current per gram of carbon in its half cell, else of cathode; durations of pulse and rest [s].
    direction
        ``"sodiation"`` or ``"desodiation"`` (``"charge"``, ``"discharge"``), which the other precedes
        where it comes second; or ``"both"``.
    skip_s
        Time after switching [s] from which ``dE_t`` counts, at most half the pulse. A root of time gains
        ``(1 - sqrt(skip/pulse))**-2`` of diffusivity by it: a factor of 1.32 at 10 s in 600 s.
    length_m, specific_area_m2_g
        As for :func:`diffusion_length`; in a full cell of the carbon.
    points, progress
        Mesh points that differ from the cell's own rule, such as ``{"r_p": 200}``; whether to show a bar.

    Raises
    ------
    ExperimentError, Interrupted
        For conditions that are no numbers or out of range; on Ctrl-C, with what is finished.

    Examples
    --------
    >>> import napore
    >>> test = gitt(napore.half_cell("fjh", model="SPM"), pulse_s=3600, direction="sodiation")
    >>> test.status, len(test.pulses)
    ('ok', 7)
    """
    cell = as_cell(cell)
    conditions = Conditions(current_mA_g, pulse_s, rest_s, skip_s)
    _check_direction(cell, direction)
    length, basis = diffusion_length(cell, length_m, specific_area_m2_g)
    halves = 1 + (direction != cell.directions[0])
    bar = progress_bar(label(cell), "pulse", show=progress, total=halves * conditions.pulses(cell))
    steps: list[LoggedStep] = []
    built = built_of(cell, points=_mesh(cell, points or {}), shortest=conditions.pulse_s)

    def result(status: str = "interrupted") -> Gitt:
        curve = _curve(steps)
        pulses = _pulses(cell, curve, steps, length, skip_s, direction)
        return Gitt(cell.name, pulses, length, basis, skip_s, *curve, header(cell), status)

    try:
        with bar, keeping(result):
            for step in logged_steps(cell, built, conditions, halves):
                steps.append(step)
                bar.update(len(steps) > 1)
    except StepError as error:
        return result(str(error))
    return result(OK)


def _mesh(cell: Cell, points: Mapping[str, int]) -> dict[str, int]:
    known = cell.model.default_var_pts
    if unknown := [name for name in points if name not in known]:
        raise ExperimentError(f"points is given for {unknown[0]!r}: give names among {', '.join(known)}")
    return {name: check_count(count, f"points of {name}") for name, count in points.items()}


def _check_direction(cell: Cell, direction: str) -> None:
    if direction not in (*cell.directions, "both"):
        one, other = cell.directions
        raise ExperimentError(
            f"direction is {direction!r}: {cell.name} has {one!r} and {other!r}, or give 'both'"
        )


def _curve(steps: Sequence[LoggedStep]) -> tuple[Array, Array, Array]:
    """Time [s], current [mA/g] and voltage [V] of all steps."""
    if not steps:
        return np.empty(0), np.empty(0), np.empty(0)
    time, current, voltage = (
        np.concatenate([getattr(step, name) for step in steps])
        for name in ("time_s", "current_mA_g", "voltage_V")
    )
    return time, current, voltage


def _pulses(
    cell: Cell,
    curve: tuple[Array, Array, Array],
    steps: Sequence[LoggedStep],
    length: float,
    skip_s: float,
    direction: str,
) -> tuple[GittPulse, ...]:
    if len(steps) < 2:
        return ()
    signs = ("sodiation", "desodiation") if cell.kind == "carbon" else ("discharge", "charge")
    found = evaluate_pulses(*curve, length, skip_s=skip_s, directions=signs)
    made = _with_input(cell, found, steps[1:])
    return tuple(pulse for pulse in made if direction in ("both", pulse.direction))


def _with_input(cell: Cell, pulses: Sequence[GittPulse], steps: Sequence[LoggedStep]) -> list[GittPulse]:
    """Pulses with the diffusivity that went in and the thermodynamic factor of filling."""
    if any(step.adsorbed_occupancy is None for step in steps):
        pairs = zip(pulses, steps, strict=True)
        return [replace(pulse, input_diffusivity_m2_s=step.diffusivity_m2_s) for pulse, step in pairs]
    curve = cell.isotherm
    theta = np.array([step.adsorbed_occupancy for step in steps], dtype=float)
    x = curve.stoichiometry(curve.adsorption.potential(theta, REFERENCE_TEMPERATURE))
    found = []
    for pulse, step, share in zip(pulses, steps, curve.adsorbed_share(x), strict=True):
        D = float(step.diffusivity_m2_s or np.nan)
        found.append(
            replace(
                pulse,
                input_diffusivity_m2_s=D,
                adsorbed_share=float(share),
                equilibrium_diffusivity_m2_s=D * float(share),
            )
        )
    return found
