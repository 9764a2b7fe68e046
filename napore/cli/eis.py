"""``napore eis``: impedance over frequency, states of charge and temperatures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .group import Failure
from .options import Numbers, debug_option, json_option, model_option, plot_option
from .output import check_plot, number_text, print_table, quiet_host, save_figure

if TYPE_CHECKING:
    from napore.experiments import ImpedanceTest

__all__ = ["eis"]


@click.command()
@click.argument("cell")
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
@model_option
@json_option
@plot_option
@debug_option
def eis(
    cell: str,
    soc: tuple[float, ...] | None,
    voltages: tuple[float, ...] | None,
    temperatures: tuple[float, ...],
    frequencies: tuple[float, ...] | None,
    arrangement: str,
    model: str,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Impedance of CELL at equilibrium, with the charge-transfer resistances of a fitted circuit.

    CELL is the name of a set (napore parameters list) or a parameter file. SOC 0 is a desodiated
    carbon in its half cell, else a discharged cell. At several temperatures the stoichiometry is
    held, and the activation energies are given: of the carbon's own arc, and the apparent one of
    the arcs together.
    """
    check_plot(plot_file)
    import napore.experiments as experiments
    from napore.experiments.eis import FREQUENCIES_HZ
    from napore.full_cells import load_cell

    quiet_host()
    made = load_cell(cell, model=model)
    interrupted = False
    try:
        test = experiments.eis(
            made,
            soc,
            voltages,
            temperatures,
            FREQUENCIES_HZ if frequencies is None else frequencies,
            arrangement=arrangement,
            progress=True,
        )
    except experiments.ImpedanceInterrupted as stop:
        test, interrupted = stop.result, True
    _print(test)
    if json_file is not None:
        test.to_json(json_file)
    if interrupted:
        raise KeyboardInterrupt
    if not test.solved:
        raise Failure(f"nothing could be solved for {test.cell}: {test.spectra[0].status}")
    if plot_file is not None:
        save_figure(plot_file, [test.plot, test.plot_bode])


def _print(test: ImpedanceTest) -> None:
    click.echo(f"{test.cell}, {test.header['model']}, {test.arrangement}, resistances of the arcs in ohm")
    headings = ("soc", "V", "C", "R_ct", "+-", "carbon", "+-", "misfit %", "KK %", "arcs", "status")
    rows = []
    for _, row in test.table().iterrows():
        numbers = (
            number_text(row["soc"], ".3f"),
            number_text(row["voltage_V"], ".3f"),
            f"{row['temperature_K'] - 273.15:.4g}",
            number_text(row["charge_transfer_resistance_ohm"], ".2f"),
            number_text(row["standard_error_ohm"], ".2f"),
            number_text(row["carbon_charge_transfer_resistance_ohm"], ".2f"),
            number_text(row["carbon_standard_error_ohm"], ".2f"),
            number_text(100 * row["circuit_residual"], ".2f"),
            number_text(100 * row["kramers_kronig_residual"], ".2f"),
        )
        rows.append((*numbers, str(row["arcs"]), str(row["status"]).partition(":")[0]))
    print_table(headings, rows)
    for name, energy in (
        ("carbon", test.activation_energy_J_mol),
        ("arcs together, apparent", test.apparent_activation_energy_J_mol),
    ):
        if energy is not None:
            click.echo(f"activation energy, {name}: {energy / 1000:.2f} kJ/mol")
    for spectrum in test.spectra if test.solved else ():
        if spectrum.status != "ok":
            click.echo(f"napore: soc {spectrum.soc}: {spectrum.status}", err=True)
