"""Impedance spectra of a file, apart from each other and from rows of cycling."""

from itertools import pairwise
from typing import Final

import numpy as np

from .columns import Reader
from .curves import turns
from .errors import MeasuredDataError
from .series import Array, MeasuredImpedance

_COIL: Final = 0.8
_BACK: Final = 0.3
"""Decades that a sweep of frequencies goes back where another begins."""

_TURN: Final = np.pi + 1e-6
_RESISTOR: Final = np.deg2rad(1.6)
"""Largest phase, and the largest in degrees of a file that is probably in rad: there it is 90 degrees."""


def sweep_rows(reader: Reader) -> "np.ndarray | None":
    """Which rows belong to spectra; None where the file has no frequency above zero or no impedance."""
    if not reader.has("frequency") or not (reader.has("real part") or reader.has("modulus")):
        return None
    frequency = reader.optional("frequency")
    if frequency is None:
        reader.column("frequency")  # says what is wrong
        return None
    rows = np.isfinite(frequency.values) & (frequency.values > 0.0)
    return rows if bool(rows.any()) else None


def spectra_of(reader: Reader) -> list[MeasuredImpedance]:
    """Spectra of the rows of a table, cut where the cycle changes or the sweep starts again.

    Raises
    ------
    MeasuredDataError
        For missing columns, a frequency that is not positive, a phase in another unit than said, and an
        imaginary part whose sign makes the cell inductive nearly everywhere.
    """
    name = reader.table.name
    frequency, (real, imaginary, opposite) = reader.column("frequency").values, _parts(reader)
    bad = np.flatnonzero(~(frequency > 0.0))
    if len(bad):
        raise MeasuredDataError(
            f"{name}, {reader.table.place(int(bad[0]))}: the frequency is {frequency[bad[0]]:g} Hz: it must "
            "be positive"
        )
    if len(frequency) < 3:
        points = "a single point" if len(frequency) == 1 else f"{len(frequency)} points"
        raise MeasuredDataError(f"{name} has {points}: a spectrum needs three or more")
    share = float(np.mean(imaginary > 0.0))
    if share > _COIL:
        raise MeasuredDataError(
            f"{name}: Im(Z) is positive at {100 * share:.0f} % of the frequencies, as of a coil; the column "
            f"probably holds {opposite[1]}: say so with columns={{{opposite[0]!r}: '...'}}"
        )
    if float(np.max(np.abs(real))) == 0.0:
        raise MeasuredDataError(f"{name}: the real part of the impedance is zero throughout")
    marks = next((c.values for key in ("soc", "cycle") if (c := reader.optional(key)) is not None), None)
    if marks is not None and 2 * np.count_nonzero(np.diff(marks)) > len(marks):  # one frequency after another
        order = np.argsort(marks, kind="stable")
        frequency, real, imaginary, marks = (v[order] for v in (frequency, real, imaginary, marks))
    cuts = [0, *_cuts(frequency, marks), len(frequency)]
    found = []
    for k, (low, high) in enumerate(pairwise(cuts), 1):
        if high - low < 3:
            continue
        mark = float(marks[low]) if marks is not None else float(k)
        found.append(
            MeasuredImpedance(name, frequency[low:high], real[low:high] + 1j * imaginary[low:high], mark)
        )
    if not found:
        raise MeasuredDataError(f"{name} has no spectrum of three points or more")
    return found


def _parts(reader: Reader) -> tuple[Array, Array, tuple[str, str]]:
    """Real and imaginary part, and what the column would be if the sign were wrong."""
    if reader.has("real part"):
        real = reader.column("real part").values
        if reader.has("negative imaginary part"):
            return real, -reader.column("negative imaginary part").values, ("imaginary part", "Im(Z)")
        return real, reader.column("imaginary part").values, ("negative imaginary part", "-Im(Z)")
    key, other = ("negative phase", "phase") if reader.has("negative phase") else ("phase", "negative phase")
    modulus, column = reader.column("modulus").values, reader.column(key)
    phase = column.values if key == "phase" else -column.values
    largest, where = (
        float(np.max(np.abs(phase))),
        f"{reader.table.name}: the phase in column {column.label!r}",
    )
    if largest > _TURN:
        raise MeasuredDataError(
            f"{where} reaches {largest / column.unit.factor:.4g} {column.unit.name}, more than half a turn: "
            f"say its unit, units={{{key!r}: 'deg'}}, or take another column with columns={{{key!r}: '...'}}"
        )
    if column.unit.name == "deg" and largest < _RESISTOR and key not in reader.choice.units:
        raise MeasuredDataError(
            f"{where} stays below {np.rad2deg(_RESISTOR):.1f} degrees, as of a resistor: it is probably in "
            f"rad; say so with units={{{key!r}: 'rad'}}, or 'deg' where it is right"
        )
    return (
        modulus * np.cos(phase),
        modulus * np.sin(phase),
        (other, "-phase" if key == "phase" else "the phase"),
    )


def _cuts(frequency: Array, marks: Array | None) -> list[int]:
    """Rows at which another spectrum begins."""
    decades = np.log10(frequency)
    step = np.diff(decades)
    falling = float(np.median(step)) <= 0.0
    back = step > _BACK if falling else step < -_BACK
    cuts = set((np.flatnonzero(back) + 1).tolist())
    if marks is not None:
        cuts |= set((np.flatnonzero(np.diff(marks) != 0.0) + 1).tolist())
    for low, high in pairwise([0, *sorted(cuts), len(frequency)]):
        # a sweep in the other direction turns without a jump
        for k in turns(decades[low:high], _BACK):
            twice = k > 1 and decades[low + k - 1] == decades[low + k - 2]  # at which it turns
            cuts.add(low + k - int(twice))
    return sorted(int(k) for k in cuts)
