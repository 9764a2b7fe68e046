"""``napore eis``: impedance over frequency, states of charge and temperatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .described import columns_of
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import ImpedanceTest


@cell_command
def eis(
    run: Run,
    soc: tuple[float, ...] | None,
    voltages: tuple[float, ...] | None,
    temperatures: tuple[float, ...],
    frequencies: tuple[float, ...] | None,
    arrangement: str,
) -> None:
    """Impedance of CELL at equilibrium, with the charge-transfer resistances of a fitted circuit.

    CELL is the name of a set (napore parameters list) or a parameter file. SOC 0 is a desodiated carbon in
    its half cell, else a discharged cell. At several temperatures the stoichiometry is held, and the
    activation energies are given: of the carbon's own arc, and the apparent one of the arcs together.
    """
    from napore import experiments
    from napore.experiments.eis import FREQUENCIES_HZ

    cell = run.cell()
    f = FREQUENCIES_HZ if frequencies is None else frequencies
    run(
        lambda: experiments.eis(cell, soc, voltages, temperatures, f, arrangement=arrangement, progress=True),
        _print,
    )


def _print(test: ImpedanceTest) -> None:
    click.echo(f"{test.cell}, {test.header['model']}, {test.arrangement}, resistances of the arcs in ohm")
    table = test.table()
    table["temperature_C"] = table["temperature_K"] - 273.15
    for name in ("circuit_residual", "kramers_kronig_residual"):
        table[name] *= 100.0
    print_columns(table, columns_of("eis"))
    for name, energy in (
        ("carbon", test.activation_energy_J_mol),
        ("arcs together, apparent", test.apparent_activation_energy_J_mol),
    ):
        if energy is not None:
            click.echo(f"activation energy, {name}: {energy / 1000:.2f} kJ/mol")
