"""``napore fit``: a parameter set of one's own carbon from files of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described, reads_files
from .group import Failure
from .output import check_plot, quiet_host, save_figure
from .runner import print_columns

if TYPE_CHECKING:
    from napore.calibration import Calibration
    from napore.calibration.importance import WeightedPosterior
    from napore.calibration.posterior import Posterior


@described
@reads_files
def fit(
    how: dict[str, Any],
    data: tuple[Path, ...],
    cell: str,
    cycle: int,
    mean: bool,
    cycles: str,
    spectrum: int | None,
    free: tuple[str, ...],
    model: str,
    starts: int,
    uncertainty: bool,
    steps: int,
    draws: int,
    output: Path | None,
    report: Path | None,
    json_file: Path | None,
    plot_file: Path | None,
) -> None:
    """Fit the numbers of a carbon to files of its half cell, and say which of them the DATA determine.

    DATA are files of a cycler (time, current, voltage), curves (capacity, voltage), capacities at
    rates, or impedance, as `napore read` reads them: window, holds and rests are simulated as in the file.
    """
    check_plot(plot_file)
    _check_output(output)
    if draws and not uncertainty:
        raise Failure("--draws is given without --uncertainty: give both, or neither")
    from napore.calibration import calibrate, free_parameters
    from napore.calibration.files import Reading, data_of, remarks_of
    from napore.files import write_json
    from napore.measured import in_words_of_the_command_line
    from napore.parameters.sets import load_set

    quiet_host()
    how["one_C_mA_g"] = how["one_C_mA_g"] or 300.0
    reading = Reading(**how, cycle=cycle, mean=mean, cycles=cycles, spectrum=spectrum)
    files = [reading.of(file) for file in data]
    measured = [data_of(file, reading) for file in files]
    source = load_set(cell)
    chosen = free_parameters(source, free) if free else None
    found = calibrate(measured, source, chosen, model=model, starts=starts, progress=True)
    _print(found)
    for file, part in zip(files, measured, strict=True):
        for remark in (*file.remarks, *remarks_of(part)):
            click.echo(f"{file.source}: {in_words_of_the_command_line(remark)}")
    posterior: Posterior | WeightedPosterior | None = None
    if uncertainty and draws:
        from napore.calibration.surrogate import sample_by_surrogate

        posterior = sample_by_surrogate(found, draws // 2, -(-draws // 4), progress=True)
    elif uncertainty:
        from napore.calibration.posterior import sample

        posterior = sample(found, steps, progress=True)
    if posterior is not None:
        _print_posterior(posterior)
    if output is not None:
        found.write_parameter_file(output)
        click.echo(f"\n{output}: the fitted set; try napore rate {output}")
    if json_file is not None:
        write_json(json_file, {**found.to_dict(output), "files": [file.to_dict() for file in files]})
    if report is not None:
        from napore.calibration.report import write_report

        write_report(found, report, posterior)
    if plot_file is not None and found.panels:
        save_figure(plot_file, found.panels)
    elif plot_file is not None:
        click.echo(f"{plot_file} is not written: {found.data_names} has no curve to draw", err=True)


def _check_output(output: Path | None) -> None:
    if output is not None and output.suffix != ".toml":
        raise Failure(f"{output} is no name for a parameter file: let it end in .toml")
    if output is not None and output.exists():
        raise Failure(f"{output} exists already; give another name or remove it")


def _print(found: Calibration) -> None:
    rows = [row | {"interval": "{:.4g} to {:.4g}".format(*row["interval_95"])} for row in found.rows()]
    rms = "" if found.rms_mV is None else f", rms {found.rms_mV:.2f} mV"
    click.echo(f"{found.source.name} fitted to {found.data_names} in the {found.half_cell.name}{rms}")
    print_columns(rows, columns_of("fit", "parameters"), words=True)
    click.echo("\n" + "\n".join(found.remarks))


def _print_posterior(posterior: Posterior | WeightedPosterior) -> None:
    click.echo(f"\nPosterior: {posterior.summary()}")
    print_columns(posterior.table(), columns_of("fit", "posterior"), words=True)
