"""GITT from a file of a cycler, through the evaluation that simulated curves go through."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from napore.measured import MeasuredDataError, read

from .checks import ExperimentError
from .gitt import Gitt, check_length
from .weppner_huggins import evaluate_pulses


def read_gitt(
    path: str | Path,
    length_m: float,
    *,
    skip_s: float = 10.0,
    mass_mg: float | None = None,
    sheet: str | None = None,
    positive_on: str = "desodiation",
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Gitt:
    r"""Evaluate the pulses of a measured file.

    Parameters
    ----------
    path, mass_mg, sheet, positive_on, columns, units
        As for :func:`napore.measured.read`.
    length_m
        Volume over area ``L`` of the active material [m], such as ``R/3``.
    skip_s
        Time after switching [s] from which ``dE_t`` counts.

    Raises
    ------
    MeasuredDataError
        For missing columns or units, no numbers, time that goes back, no rests, and too few points
        after switching.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> rows = ["0,0,1", "60,0,1", "61,-50,0.99", "660,-50,0.9", "661,0,0.91", "3000,0,0.94"]
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "gitt.csv"
    ...     _ = file.write_text("\n".join(["time [s],current [mA/g],voltage [V]", *rows]))
    ...     test = read_gitt(file, 5e-6 / 3)
    >>> [round(1e3 * pulse.dE_s_V) for pulse in test.pulses]
    [-60]
    """
    length = check_length(length_m)
    file = read(path, mass_mg=mass_mg, sheet=sheet, positive_on=positive_on, columns=columns, units=units)
    data = file.require_mass().cycling
    if data is None:
        raise MeasuredDataError(
            f"{file.source} is a file of {file.kind}: GITT needs time, current and voltage"
        )
    halves = file.half_cycles
    if len(halves) > 1 and not any(curve.interruptions for curve in halves):
        raise MeasuredDataError(
            f"{file.source}: its rests lie between half cycles of both directions, none inside one: this is "
            "cycling with rests, not GITT"
        )
    try:
        pulses = evaluate_pulses(data.time_s, data.current_mA_g, data.voltage_V, length, skip_s=skip_s)
    except ExperimentError as error:
        raise MeasuredDataError(f"{data.source}: {error}") from None
    return Gitt(
        data.source,
        pulses,
        length,
        "given",
        skip_s,
        data.time_s,
        data.current_mA_g,
        data.voltage_V,
        {"napore": version("napore"), "pybamm": version("pybamm")},
    )
