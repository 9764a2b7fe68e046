"""Commands that print the table of one experiment on a cell, as ``data/commands.toml`` has its columns."""

from pathlib import Path

from .described import columns_of
from .group import Failure
from .runner import Run, cell_command

Values = tuple[float, ...]


@cell_command
def pulse(run: Run, soc: Values, rate: float, duration: float, times: Values) -> None:
    """Resistance of CELL at stated times after a step of current, in both directions.

    CELL is the name of a set (napore parameters list) or a parameter file. Each pulse starts at
    equilibrium. SOC 0 is a desodiated carbon in its half cell, else a discharged cell.
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.pulse_test(cell, soc, rate, duration, times=times, progress=True),
        title=lambda test: f"{test.rate_C:g} C",
    )


@cell_command
def hold(
    run: Run, voltage: float | None, duration: float, rate: float, step: bool, soc: float | None
) -> None:
    """Current and charge of CELL while a voltage is held.

    CELL is the name of a set (napore parameters list) or a parameter file. The current is positive
    while the cell delivers (a carbon in its half cell is sodiated).
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.hold(cell, voltage, duration, rate=None if step else rate, soc=soc),
        title=lambda found: f"hold at {found.voltage_V:g} V, {found.capacity_before_mAh_g:.1f} mAh/g before",
        most=12,
    )


@cell_command
def drive(run: Run, profile: Path, soc: float | None, interpolation: str) -> None:
    """Voltage of CELL while it follows the profile in FILE, until its end or a cut-off.

    CELL is the name of a set (napore parameters list) or a parameter file. FILE has a column of
    time and one of current, rate or power, with units in their headings. Positive while the cell
    delivers (a carbon in its half cell is sodiated).
    """
    from napore import experiments

    cell = run.cell()
    run(
        lambda: experiments.drive(cell, profile, soc=soc, interpolation=interpolation),
        title=lambda found: f"{found.duration_s:g} s",
        most=12,
    )


@cell_command
def reference(run: Run, rates: Values, position: float, foil: bool, cycles: int) -> None:
    """Rate test of the half cell CELL whose cut-offs count from a reference electrode.

    CELL is the name of a set (napore parameters list) or a parameter file. The parts of the
    polarisation are those at the end of sodiation (of a cathode: charge).
    """
    from napore import experiments

    cell = run.cell()
    place = None if foil else position
    run(
        lambda: experiments.reference_test(cell, rates, place, cycles=cycles, progress=True),
        title=lambda test: "foil" if test.position is None else f"reference at {test.position:g}",
    )


@cell_command
def temperature(run: Run, rates: Values | None, temperatures: Values, cycles: int) -> None:
    """Rate test of CELL at several temperatures of its surroundings, each from equilibrium there.

    CELL is the name of a set (napore parameters list) or a parameter file. Outside the temperatures
    at which the paper's rates were measured, activation energies are extrapolated.
    """
    from napore import experiments

    cell = run.cell()
    of_rates = columns_of("rate", "carbon" if cell.kind == "carbon" else "other")
    columns = [*columns_of("temperature"), *(column for column in of_rates if column[0] != "mA/g")]
    run(
        lambda: experiments.temperature_test(cell, rates, temperatures, cycles=cycles, progress=True), columns
    )


@cell_command
def formation(run: Run, rate: float, cycles: int, trapped: float | None, film_current: float | None) -> None:
    """First cycles of the pristine carbon CELL against sodium: efficiency, and where the sodium goes.

    CELL is the name of a set (napore parameters list) or a parameter file. Capacities and losses
    are in mAh per gram of carbon: in the film, on sites that keep it, and left in the carbon.
    """
    from napore import experiments

    cell = run.cell()
    held = {"trapped_mAh_g": trapped, "film_current_A_m2": film_current}
    run(
        lambda: experiments.formation(cell, rate, cycles=cycles, **held, progress=True),
        title=lambda test: f"{test.rate_C:g} C, mAh per gram of carbon",
    )


@cell_command
def energy(
    run: Run,
    rates: Values,
    cathode: str | None,
    mass_ratio: float | None,
    charge_rate: float | None,
    cycles: int,
) -> None:
    """Energy of the discharge of the full cell CELL at each rate, on three masses, and plating margin.

    CELL is the name of a set (napore parameters list) or a parameter file; with --cathode, a carbon.
    Energies are per kg of both active materials, of both coatings, and of the stack (coatings, foils,
    separator, electrolyte). A negative plating margin is flagged.
    """
    from napore import experiments

    if cathode is None and mass_ratio is not None:
        raise Failure("--mass-ratio is of a pair: give --cathode too, or name the pair in napore design")
    cell = run.cell() if cathode is None else run.cell(cathode=cathode, mass_ratio=mass_ratio)
    run(
        lambda: experiments.energy_test(cell, rates, charge_rate=charge_rate, cycles=cycles, progress=True),
        title=lambda test: "mAh per gram of cathode, Wh per kg of: active materials, coatings, stack",
    )
