"""``napore energy``: energy and plating margin of a full cell."""

import click

from .options import Numbers, cycles_option
from .runner import Run, cell_command

__all__ = ["energy"]


@cell_command
@click.option("--rates", type=Numbers(), default="0.05,0.2", show_default=True, help="Rates in C.")
@click.option("--charge-rate", type=float, help="Rate of charge in C.  [default: that of discharge]")
@cycles_option
def energy(run: Run, rates: tuple[float, ...], charge_rate: float | None, cycles: int) -> None:
    """Energy of the discharge of the full cell CELL at each rate, on three masses, and plating margin.

    CELL is the name of a set (napore parameters list) or a parameter file. Energies are per kg of
    both active materials, of both coatings, and of the stack (coatings, foils, separator,
    electrolyte). A negative plating margin is flagged.
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.energy_test(cell, rates, charge_rate=charge_rate, cycles=cycles, progress=True),
        (
            ("C", "rate_C", "g"),
            ("mAh/g", "capacity_mAh_g_cathode", ".1f"),
            ("mean V", "mean_voltage_V", ".3f"),
            ("on charge", "mean_charge_voltage_V", ".3f"),
            ("midpoint", "midpoint_voltage_V", ".3f"),
            ("peak", "peak_voltage_V", ".3f"),
            ("active", "energy_Wh_kg_active", ".1f"),
            ("coatings", "energy_Wh_kg_electrodes", ".1f"),
            ("stack", "energy_Wh_kg_stack", ".1f"),
            ("plating margin V", "plating_margin_V", ".3f"),
            ("plated", "plated_mAh_g", ".2f"),
            ("flags", "flags", ""),
            ("status", "status", ""),
        ),
        title=lambda test: "mAh per gram of cathode, Wh per kg of: active materials, coatings, stack",
    )
