"""What the reader makes of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import MeasuredDataError
from .series import MeasuredCurve, MeasuredCycling, MeasuredImpedance, MeasuredRates

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MeasuredFile:
    """What the reader makes of a file.

    Parameters
    ----------
    source
        Name of the file.
    kind
        ``"cycling"``, ``"gitt"``, ``"curve"`` (capacity and voltage without time), ``"rates"`` or
        ``"impedance"``.
    columns, units
        Headings and units of the file by quantity.
    mass_mg, mass_from
        Active mass [mg] and where it comes from: ``"option"``, ``"header"`` or None.
    area_cm2
        Electrode area [cm2]; None where it is not known.
    electrodes
        3 where the file has the potential of the counter electrode as well: the voltage is that of the
        working electrode against a reference, with no metal in it.
    half_cycles
        In the order of the file; their numbers are in mA and mAh where :attr:`per_gram` is False.
    cycling
        The record over time; None without one.
    rates
        Capacities at rates; None without them.
    spectra
        Impedance spectra, each for itself.
    counter_V
        Potential of the counter electrode at the times of the record; None without it.
    remarks
        What had to be decided, and what is doubtful.
    per_gram
        Whether currents and capacities are per gram; a mass is needed where not.
    """

    source: str
    kind: str
    columns: Mapping[str, str]
    units: Mapping[str, str]
    mass_mg: float | None = None
    mass_from: str | None = None
    area_cm2: float | None = None
    electrodes: int = 2
    half_cycles: tuple[MeasuredCurve, ...] = ()
    cycling: MeasuredCycling | None = None
    rates: MeasuredRates | None = None
    spectra: tuple[MeasuredImpedance, ...] = ()
    counter_V: Any = None
    remarks: tuple[str, ...] = ()
    per_gram: bool = True

    def require_mass(self) -> MeasuredFile:
        """The same, where its numbers are per gram.

        Raises
        ------
        MeasuredDataError
            Where the mass is not known.
        """
        if not self.per_gram:
            label = (
                self.columns.get("current")
                or self.columns.get("capacity")
                or next(iter(self.columns.values()))
            )
            raise MeasuredDataError(
                f"{self.source}: column {label!r} is not per gram: give the active mass, mass_mg=1.2"
            )
        return self

    def table(self) -> pd.DataFrame:
        """One row per half cycle, as ``napore read`` prints them; else per spectrum or rate."""
        import pandas as pd

        content = self.to_dict()
        rows = content["half_cycles"] or content["spectra"]
        if not rows and self.rates is not None:
            return self.rates.table()
        return pd.DataFrame(rows)

    def to_dict(self) -> dict[str, Any]:
        """What ``napore read --json`` writes of a file."""
        return {
            "file": self.source,
            "kind": self.kind,
            "columns": dict(self.columns),
            "units": dict(self.units),
            "mass_mg": self.mass_mg,
            "area_cm2": self.area_cm2,
            "mass_from": self.mass_from,
            "electrodes": self.electrodes,
            "half_cycles": [self._row(curve) for curve in self.half_cycles],
            "rates": []
            if self.rates is None
            else [
                {
                    "current_mA_g": float(i) if self.per_gram else None,
                    "capacity_mAh_g": float(q) if self.per_gram else None,
                }
                for i, q in zip(self.rates.current_mA_g, self.rates.capacity_mAh_g, strict=True)
            ],
            "spectra": [
                {"points": len(one.frequency_Hz), "soc_or_cycle": float(one.soc_or_cycle)}
                for one in self.spectra
            ],
            "remarks": list(self.remarks),
        }

    def _row(self, curve: MeasuredCurve) -> dict[str, Any]:
        hold = 0.0 if curve.hold is None else curve.hold.capacity_mAh_g
        row: dict[str, Any] = {
            "direction": curve.direction,
            "capacity_mAh_g": curve.capacity if self.per_gram else None,
            "current_mA_g": curve.current_mA_g if self.per_gram else None,
            "hold_mAh_g": hold if self.per_gram else None,
            "rest_before_s": curve.rest_before_s,
            "complete": curve.complete,
            "first_V": float(curve.voltage_V[0]),
            "last_V": float(curve.voltage_V[-1]),
        }
        if not self.per_gram:
            row |= {"capacity_mAh": curve.capacity, "current_mA": curve.current_mA_g, "hold_mAh": hold}
        return row

    @property
    def panels(self) -> list[Any]:
        """Functions that draw the file on axes."""
        from .pictures import panels

        return panels(self)

    def plot(self, ax: Any = None) -> Any:
        """Draw the half cycles, the record over time, the rates or the spectra; return the axes."""
        return self.panels[0](ax)
