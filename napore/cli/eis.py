"""``napore eis``: impedance over frequency, states of charge and temperatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import Numbers
from .runner import Run, cell_command, print_columns

if TYPE_CHECKING:
    from napore.experiments import ImpedanceTest

__all__ = ["eis"]


@cell_command
@click.option("--soc", type=Numbers(), help="States of charge, 0 to 1.  [default: 0.2,0.5,0.8]")
@click.option("--voltages", type=Numbers(), help="Equilibrium voltages at 25 C in V, in the place of --soc.")
@click.option("--temperatures", type=Numbers(), default="25", show_default=True, help="Temperatures in C.")
@click.option(
    "--frequencies", type=Numbers(), help="Frequencies in Hz.  [default: 100 kHz to 0.01 Hz, 10 to a decade]"
)
@click.option(
    "--arrangement",
    type=click.Choice(("two-electrode", "three-electrode", "symmetric")),
    default="two-electrode",
    show_default=True,
    help="Terminals; carbon against a reference in the separator; carbon against carbon.",
)
def eis(
    run: Run,
    soc: tuple[float, ...] | None,
    voltages: tuple[float, ...] | None,
    temperatures: tuple[float, ...],
    frequencies: tuple[float, ...] | None,
    arrangement: str,
) -> None:
    """Impedance of CELL at equilibrium, with the charge-transfer resistances of a fitted circuit.

    CELL is the name of a set (napore parameters list) or a parameter file. SOC 0 is a desodiated
    carbon in its half cell, else a discharged cell. At several temperatures the stoichiometry is
    held, and the activation energies are given: of the carbon's own arc, and the apparent one of
    the arcs together.
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
    print_columns(
        table,
        (
            ("soc", "soc", ".3f"),
            ("V", "voltage_V", ".3f"),
            ("C", "temperature_C", ".4g"),
            ("R_ct", "charge_transfer_resistance_ohm", ".2f"),
            ("+-", "standard_error_ohm", ".2f"),
            ("carbon", "carbon_charge_transfer_resistance_ohm", ".2f"),
            ("+-", "carbon_standard_error_ohm", ".2f"),
            ("misfit %", "circuit_residual", ".2f"),
            ("KK %", "kramers_kronig_residual", ".2f"),
            ("arcs", "arcs", "d"),
            ("status", "status", ""),
        ),
    )
    for name, energy in (
        ("carbon", test.activation_energy_J_mol),
        ("arcs together, apparent", test.apparent_activation_energy_J_mol),
    ):
        if energy is not None:
            click.echo(f"activation energy, {name}: {energy / 1000:.2f} kJ/mol")
