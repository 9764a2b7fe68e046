"""GITT, spectra, scans, full cells and sizes on the mesh that a cell has and on one four times finer."""

import math

import numpy as np

import napore
from napore.cells import half_cell
from napore.experiments.eis import eis
from napore.experiments.energy import energy_test
from napore.experiments.gitt import gitt
from napore.experiments.rate import rate_test
from napore.experiments.voltammetry import cv

from .finding import Finding

_FINER = 4


def _beside(what: str, quantity: str, found: float, bar: float, factor: int = _FINER) -> Finding:
    times = {2: "twice as fine", _FINER: "four times finer"}[factor]
    return Finding(what, f"{quantity}, mesh of the cell less one {times}", found, bar)


def _less(a: float | None, b: float | None) -> float:
    """Difference; not a number, which holds no bar, where one of the two does not exist."""
    return math.nan if a is None or b is None else a - b


def pulses(name: str, model: str) -> list[Finding]:
    """GITT, 600 s at 50 mA/g with 2400 s of rest: voltages and diffusivities of the first half cycle."""
    cell = half_cell(name, model)
    first = cell.directions[0]
    usual, fine = (gitt(each, direction=first).pulses for each in (cell, cell.finer(_FINER)))
    pairs = [pair for pair in zip(usual, fine, strict=False) if all(one.complete for one in pair)]
    rests = [1e3 * _less(a.voltage_V, b.voltage_V) for a, b in pairs]
    jumps = [1e3 * _less(a.dE_t_V, b.dE_t_V) for a, b in pairs]
    both = [(a.diffusivity_m2_s, b.diffusivity_m2_s) for a, b in pairs if not (a.bound or b.bound)]
    shares = [abs(a / b - 1.0) for a, b in both if a is not None and b is not None]
    what = f"GITT of {name}, {model}"
    return [
        _beside(what, "voltage after a rest [mV]", float(np.max(np.abs(rests))), 0.3),
        _beside(what, "change of the voltage in a pulse [mV]", float(np.max(np.abs(jumps))), 0.3),
        *([_beside(what, "diffusivity [-]", max(shares), 0.02)] if shares else []),
    ]


def spectra(name: str, model: str) -> list[Finding]:
    """Spectra at three states of charge, 100 kHz to 0.01 Hz: the largest error over the impedance."""
    cell = napore.load_cell(name, model)
    pairs = zip(*(eis(each).spectra for each in (cell, cell.finer(_FINER))), strict=True)
    found = max(np.max(np.abs(a.impedance_ohm / b.impedance_ohm - 1.0)) for a, b in pairs)
    return [_beside(f"spectra of {name}, {model}", "impedance [-]", float(found), 0.01)]


def scans(name: str, model: str) -> list[Finding]:
    """Scans at 0.1 and 1 mV/s: errors of the largest current and, over it, of the current at any time."""
    cell = half_cell(name, model)
    usual, fine = (cv(each, (0.1, 1.0), cycles=1).scans for each in (cell, cell.finer(_FINER)))
    largest, anywhere = [], []
    for a, b in zip(usual, fine, strict=True):
        for one, other in ((a.cathodic, b.cathodic), (a.anodic, b.anodic)):
            if one is None or other is None:
                raise RuntimeError(f"a scan of {name} failed: {a.status}; {b.status}")
            at = np.linspace(10.0, min(one.time_s[-1], other.time_s[-1]), 400)
            i, j = (np.interp(at, each.time_s, each.current_A_g) for each in (one, other))
            top = np.abs(j).max()
            largest.append(abs(np.abs(i).max() / top - 1.0))
            anywhere.append(np.abs(i - j).max() / top)
    what = f"scans of {name}, {model}"
    return [
        _beside(what, "largest current [-]", float(max(largest)), 0.005),
        _beside(what, "current / largest current [-]", float(max(anywhere)), 0.02),
    ]


def full_cells(name: str, model: str) -> list[Finding]:
    """Capacity and mean voltage of a full cell at 0.2 and 5 C."""
    cell = napore.load_cell(name, model)
    usual, fine = (energy_test(each, (0.2, 5.0), cycles=1).points for each in (cell, cell.finer(_FINER)))
    pairs = list(zip(usual, fine, strict=True))
    charges = [_less(a.capacity_mAh_g_cathode, b.capacity_mAh_g_cathode) for a, b in pairs]
    means = [1e3 * _less(a.mean_voltage_V, b.mean_voltage_V) for a, b in pairs]
    what = f"{name}, {model}"
    return [
        _beside(what, "capacity [mA.h/g]", float(np.max(np.abs(charges))), 0.1),
        _beside(what, "mean voltage [mV]", float(np.max(np.abs(means))), 0.3),
    ]


def sizes(name: str, model: str) -> list[Finding]:
    """Capacities of particles of many sizes at 1 and 5 C, with twice as many sizes as well."""
    # four times as many sizes of four times as many shells do not fit into the memory of a small machine
    cell = half_cell(name, model, {"particle size": "distribution"})
    usual, fine = (rate_test(each, (1.0, 5.0), cycles=1).table() for each in (cell, cell.finer(2)))
    columns = [column for column in usual if "capacity_mAh_g" in str(column)]
    found = float(np.abs(usual[columns].to_numpy() - fine[columns].to_numpy()).max())
    return [_beside(f"{name} with sizes, {model}", "capacity [mA.h/g]", found, 0.5, 2)]
