"""GITT from a file of a cycler, through the evaluation that simulated curves go through."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from napore.measured import MeasuredDataError, read_cycling

from .checks import ExperimentError
from .gitt import Gitt, check_length
from .weppner_huggins import evaluate_pulses

__all__ = ["read_gitt"]


def read_gitt(
    path: str | Path,
    length_m: float,
    *,
    skip_s: float = 10.0,
    mass_mg: float | None = None,
    positive_on: str = "desodiation",
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> Gitt:
    r"""Evaluate the pulses of a measured file.

    Parameters
    ----------
    path, mass_mg, positive_on, columns, units
        As for :func:`napore.measured.read_cycling`.
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
    data = read_cycling(path, mass_mg=mass_mg, positive_on=positive_on, columns=columns, units=units)
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
        {"napore": version("napore")},
    )
