"""Results of impedance: spectra, the resistances read from them, and activation energies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from napore.models.constants import GAS_CONSTANT

from .base import OK, RowResult, table_of
from .circuits import Circuit, arc_frequencies
from .kramers_kronig import kramers_kronig

LARGEST_MISFIT: Final = 0.05
"""Residual of a circuit [-] above which its resistances are not those of the spectrum."""


@dataclass(frozen=True)
class Spectrum:
    """Impedance of one state; None where a number does not exist.

    Parameters
    ----------
    soc
        0 is a desodiated carbon in its half cell, else a discharged cell; None for a state that was
        given as a solution.
    voltage_V
        Of the state.
    temperature_K
        Of the state.
    frequency_Hz, impedance_ohm
        Impedance of the arrangement that was asked for.
    parts_ohm
        Impedances by what they belong to, between the planes at the faces of the separator; they
        add up to that between the terminals.
    carbon_ohm
        Carbon against a reference electrode in the separator; None without a carbon.
    circuit, carbon_circuit
        Fitted to the two of them.
    status
        ``"ok"`` or the failure, with advice.
    """

    soc: float | None
    voltage_V: float | None
    temperature_K: float
    frequency_Hz: NDArray[np.float64]
    impedance_ohm: NDArray[np.complex128] | None = None
    parts_ohm: Mapping[str, NDArray[np.complex128]] = field(default_factory=dict)
    carbon_ohm: NDArray[np.complex128] | None = None
    circuit: Circuit | None = None
    carbon_circuit: Circuit | None = None
    status: str = OK

    @property
    def charge_transfer_resistance_ohm(self) -> float | None:
        """Arcs of both electrodes together, of the fitted circuit; None where it misses by more than 5 %."""
        found = _told(self.circuit)
        return None if found is None else found.total_ohm

    @property
    def carbon_charge_transfer_resistance_ohm(self) -> float | None:
        """The carbon's own arc, of the circuit fitted to it against a reference electrode."""
        found = _told(self.carbon_circuit)
        return None if found is None else found.total_ohm

    @property
    def arcs_Hz(self) -> tuple[float, ...]:
        """Frequencies of the tops of the arcs that can be seen, fast to slow."""
        return () if self.impedance_ohm is None else arc_frequencies(self.frequency_Hz, self.impedance_ohm)

    @property
    def kramers_kronig_residual(self) -> float | None:
        """Largest residual of the linear Kramers-Kronig test [-]; None below ten frequencies."""
        if self.impedance_ohm is None or self.frequency_Hz.size < 10:
            return None
        return kramers_kronig(self.frequency_Hz, self.impedance_ohm).worst

    def to_dict(self) -> dict[str, Any]:
        """Numbers of the spectrum for JSON."""
        Z = self.impedance_ohm
        errors = [c and c.total_standard_error_ohm for c in map(_told, (self.circuit, self.carbon_circuit))]
        circuit, carbon = self.circuit, self.carbon_circuit
        return {
            "soc": self.soc,
            "voltage_V": self.voltage_V,
            "temperature_K": self.temperature_K,
            "frequency_Hz": self.frequency_Hz.tolist(),
            "z_real_ohm": [] if Z is None else Z.real.tolist(),
            "z_imag_ohm": [] if Z is None else Z.imag.tolist(),
            "charge_transfer_resistance_ohm": self.charge_transfer_resistance_ohm,
            "carbon_charge_transfer_resistance_ohm": self.carbon_charge_transfer_resistance_ohm,
            "standard_error_ohm": errors[0],
            "carbon_standard_error_ohm": errors[1],
            "circuit_residual": None if circuit is None else circuit.residual,
            "carbon_circuit_residual": None if carbon is None else carbon.residual,
            "kramers_kronig_residual": self.kramers_kronig_residual,
            "arcs_Hz": list(self.arcs_Hz),
            "parts_ohm": {
                name: {"z_real_ohm": part.real.tolist(), "z_imag_ohm": part.imag.tolist()}
                for name, part in self.parts_ohm.items()
            },
            "status": self.status,
        }


def _told(circuit: Circuit | None) -> Circuit | None:
    """Circuit that describes its spectrum."""
    return circuit if circuit is not None and circuit.residual <= LARGEST_MISFIT else None


@dataclass(frozen=True, repr=False)
class ImpedanceTest(RowResult):
    """Spectra of a cell with the resistances read from them.

    Parameters
    ----------
    cell
        Name of the cell.
    arrangement
        ``"two-electrode"``, ``"three-electrode"`` or ``"symmetric"``.
    spectra
        By state of charge, then by temperature, in the order given.
    header
        Versions, model and hash of the parameters.
    """

    row_field = "spectra"
    row_name = "soc {soc}"

    cell: str
    arrangement: str
    spectra: tuple[Spectrum, ...]
    header: Mapping[str, str]

    @property
    def activation_energy_J_mol(self) -> float | None:
        """Of the carbon's own arc, mean over the states of charge; None at one temperature."""
        return self._activation_energy("carbon_charge_transfer_resistance_ohm")

    @property
    def apparent_activation_energy_J_mol(self) -> float | None:
        """Of the arcs together, as the cell shows it, mean over the states of charge."""
        return self._activation_energy("charge_transfer_resistance_ohm")

    def _activation_energy(self, resistance: str) -> float | None:
        by_soc: dict[float | None, list[tuple[float, float]]] = {}
        for spectrum in self.spectra:
            if (value := getattr(spectrum, resistance)) is not None:
                by_soc.setdefault(spectrum.soc, []).append((spectrum.temperature_K, value))
        slopes = [activation_energy(*zip(*points, strict=True)) for points in by_soc.values()]
        found = [slope for slope in slopes if slope is not None]
        return sum(found) / len(found) if found else None

    def table(self) -> pd.DataFrame:
        """One row per spectrum: state, resistances with standard errors, residuals, number of arcs."""
        skipped = ("frequency_Hz", "z_real_ohm", "z_imag_ohm", "parts_ohm", "arcs_Hz", "status")
        rows = []
        for spectrum in self.spectra:
            row = {name: value for name, value in spectrum.to_dict().items() if name not in skipped}
            rows.append({**row, "arcs": len(spectrum.arcs_Hz), "status": spectrum.status})
        return table_of(rows)

    def curves_table(self) -> pd.DataFrame:
        """Points of every spectrum, one row each, with real and imaginary part of every contribution."""
        tables = []
        for spectrum in self.spectra:
            if spectrum.impedance_ohm is None:
                continue
            columns: dict[str, Any] = {
                "soc": spectrum.soc,
                "temperature_K": spectrum.temperature_K,
                "frequency_Hz": spectrum.frequency_Hz,
            }
            for name, Z in {"z": spectrum.impedance_ohm, **spectrum.parts_ohm}.items():
                prefix = name.replace(" ", "_")
                columns |= {f"{prefix}_real_ohm": Z.real, f"{prefix}_imag_ohm": Z.imag}
            tables.append(pd.DataFrame(columns))
        return pd.concat(tables, ignore_index=True) if tables else super().curves_table()

    def to_dict(self) -> dict[str, Any]:
        """What :meth:`to_json` writes."""
        return {
            **self.header,
            "cell": self.cell,
            "arrangement": self.arrangement,
            "spectra": [spectrum.to_dict() for spectrum in self.spectra],
            "activation_energy_J_mol": self.activation_energy_J_mol,
            "apparent_activation_energy_J_mol": self.apparent_activation_energy_J_mol,
        }

    def plot(self, ax: Any = None) -> Any:
        """Draw the Nyquist plot, equal axes; return the axes."""
        return draw_nyquist(self.spectra, self.cell, ax)

    def plot_bode(self, ax: Any = None) -> Any:
        """Draw modulus and phase over frequency; return the axes of the modulus."""
        return draw_bode(self.spectra, self.cell, ax)

    @property
    def panels(self) -> tuple[Any, ...]:
        """Nyquist and Bode plot."""
        return (self.plot, self.plot_bode)


def activation_energy(temperatures_K: Any, resistances_ohm: Any) -> float | None:
    """Activation energy of charge transfer [J/mol]; None below two temperatures.

    ``R_ct = R T/(F A i0)`` with ``i0 ~ exp(-E_a/RT)``, so that ``E_a = -R d ln(T/R_ct)/d(1/T)``.

    Examples
    --------
    >>> round(activation_energy([300.0, 310.0], [20.0, 10.0]))
    56133
    """
    T, R = np.asarray(temperatures_K, dtype=float), np.asarray(resistances_ohm, dtype=float)
    if np.unique(T).size < 2:
        return None
    return float(-GAS_CONSTANT * np.polyfit(1.0 / T, np.log(T / R), 1)[0])


_TAIL: Final = 1.6
"""Width of a Nyquist plot over the width of its arcs: diffusion tails leave the picture."""


def _labels(spectra: Sequence[Spectrum]) -> list[str]:
    """What tells the spectra apart: the voltage, the temperature where there are several."""
    several = len({spectrum.temperature_K for spectrum in spectra}) > 1
    labels = []
    for spectrum in spectra:
        voltage = "" if spectrum.voltage_V is None else f"{spectrum.voltage_V:.3g} V"
        labels.append(f"{voltage}, {spectrum.temperature_K - 273.15:.0f} °C" if several else voltage)
    return labels


def draw_nyquist(spectra: Sequence[Spectrum], title: str, ax: Any = None) -> Any:
    """Draw -Im Z over Re Z with equal axes; decades of frequency are marked.

    The picture is as wide as the widest arcs and a part of the tails; these go on beyond it.
    """
    from matplotlib.ticker import MaxNLocator

    from napore.plotting import new_axes, sequential_colours

    ax = new_axes(ax)
    solved = [spectrum for spectrum in spectra if spectrum.impedance_ohm is not None]
    reach = 0.0
    for spectrum, label, colour in zip(solved, _labels(solved), sequential_colours(len(solved)), strict=True):
        Z = spectrum.impedance_ohm
        assert Z is not None
        ax.plot(Z.real, -Z.imag, color=colour, label=label)
        decades = np.isclose(np.log10(spectrum.frequency_Hz) % 1.0, 0.0, atol=1e-6)
        ax.plot(Z.real[decades], -Z.imag[decades], "o", color=colour, markersize=3)
        end = Z.real.max() if spectrum.circuit is None else Z.real.min() + _TAIL * spectrum.circuit.total_ohm
        reach = max(reach, float(end))
    ax.set(xlabel="Re Z / Ω", ylabel="$-$Im Z / Ω", title=title)
    ax.set_aspect("equal", adjustable="box")
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.xaxis.set_major_locator(MaxNLocator(6))
    if solved:
        ax.set_xlim(0.0, reach)
        ax.set_ylim(0.0, 0.75 * reach)
        ax.legend(loc="upper left")
    return ax


def draw_bode(spectra: Sequence[Spectrum], title: str, ax: Any = None) -> Any:
    """Draw modulus (lines) and phase (dashed, right axis) over frequency."""
    from napore.plotting import new_axes, sequential_colours

    ax = new_axes(ax)
    right = ax.twinx()
    right.spines["right"].set_visible(True)
    solved = [spectrum for spectrum in spectra if spectrum.impedance_ohm is not None]
    for spectrum, label, colour in zip(solved, _labels(solved), sequential_colours(len(solved)), strict=True):
        Z = spectrum.impedance_ohm
        assert Z is not None
        ax.plot(spectrum.frequency_Hz, np.abs(Z), color=colour, label=label)
        right.plot(spectrum.frequency_Hz, -np.degrees(np.angle(Z)), "--", color=colour, linewidth=1.0)
    ax.set(xscale="log", yscale="log", xlabel="f / Hz", ylabel="|Z| / Ω (lines)", title=title)
    right.set_ylabel("$-$phase / ° (dashed)")
    right.set_ylim(0.0, 90.0)
    if solved:
        ax.legend(loc="upper right")  # where the modulus is least
    return ax
