"""``napore fit``: a parameter set of one's own carbon or cathode from files of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .described import columns_of, described, reads_files
from .group import Failure
from .output import check_plot, quiet_host, save_figure
from .runner import print_columns

if TYPE_CHECKING:
    from napore.calibration import Calibration
    from napore.calibration.data import Data
    from napore.calibration.importance import WeightedPosterior
    from napore.calibration.posterior import Posterior
    from napore.measured import MeasuredFile
    from napore.parameters.sets import ParameterSet

_ONE_C = "Cathode electrode current of 1 C [A.kg-1]"
_EFFICIENCY = "Carbon electrode initial coulombic efficiency"


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
    soc: tuple[float, ...] | None,
    equilibrium: tuple[Path, ...],
    free: tuple[str, ...],
    fix: tuple[str, ...],
    bounds: tuple[str, ...],
    option: tuple[tuple[str, str], ...],
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
    """Fit the numbers of a carbon or cathode to files of its half cell, and say which the DATA determine.

    DATA are files of a cycler (time, current, voltage), curves (capacity, voltage), capacities at
    rates, or impedance, as `napore read` reads them: window, holds and rests are simulated as in the file.
    NAME is the name of a parameter or its short one (`napore parameters show hard-carbon --short`).
    """
    check_plot(plot_file)
    if draws and not uncertainty:
        raise Failure("--draws is given without --uncertainty: give both, or neither")
    if not (data or equilibrium):
        raise Failure("no file is given: give one or more, or --equilibrium FILE")
    from napore.calibration import calibrate
    from napore.calibration.files import Reading, data_of, equilibrium_of, states_of
    from napore.calibration.free import set_to_fit
    from napore.calibration.own_start import started
    from napore.files import write_json

    quiet_host()
    source = set_to_fit(cell, options := dict(option))
    written = _check_output(output, source)
    if source.kind == "cathode":
        how = {"one_C_mA_g": source.numbers[_ONE_C], **how}
    reading = Reading(**how, cycle=cycle, mean=mean, cycles=cycles, spectrum=spectrum)
    files = [reading.of(file) for file in (*data, *equilibrium)]
    states = states_of(files[: len(data)], soc or ())
    measured = [data_of(f, replace(reading, soc=own)) for f, own in zip(files, states, strict=False)]
    measured += [equilibrium_of(file, reading) for file in files[len(data) :]]
    source = started(source, files, measured)
    numbers = _numbers(source, free, fix, bounds, model, options)
    found = calibrate(measured, source, model=model, options=options, starts=starts, progress=True, **numbers)
    _print(found)
    _print_files(found, cell, files, measured)
    posterior = _sampled(found, steps, draws) if uncertainty else None
    if output is not None:
        _write(found, output, written)
    if json_file is not None:
        write_json(json_file, {**found.to_dict(output), "files": [file.to_dict() for file in files]})
    if report is not None:
        _report(found, report, posterior)
    if plot_file is not None and found.panels:
        save_figure(plot_file, found.panels)
    elif plot_file is not None:
        click.echo(f"{plot_file} is not written: {found.data_names} has no curve to draw", err=True)


def _print_files(
    found: Calibration, cell: str, files: Iterable[MeasuredFile], measured: Iterable[Data]
) -> None:
    """How files were read and simulated, and the loading where they have none."""
    from napore.calibration.files import remarks_of
    from napore.measured.checks import is_of_carbons

    carbon, read = found.source.kind == "carbon", list(files)
    for file, part in zip(read, measured, strict=True):
        own = [one for one in file.remarks if carbon or not is_of_carbons(one)]
        _print_remarks(f"{file.source}: ", (*own, *remarks_of(part)))
    if not (read[0].mass_mg and read[0].area_cm2):
        click.echo(_unknown_loading(found.source.numbers[found.half_cell.electrode.loading], cell))


def _report(found: Calibration, path: Path, posterior: Posterior | WeightedPosterior | None) -> None:
    from napore.calibration.report import write_report

    write_report(found, path, posterior)


def _write(found: Calibration, output: Path, written: Sequence[Path]) -> None:
    """Write the set, in the place of files that may be written over, and tell what comes next."""
    for path in written:
        path.unlink(missing_ok=True)
    found.write_parameter_file(output)
    click.echo(_next(output, found.source))


def _unknown_loading(loading: float, cell: str) -> str:
    return (
        f"the loading stays {100 * loading:.3g} mg/cm2, that of {cell}: --mass and --area together give yours"
    )


def _next(output: Path, source: ParameterSet) -> str:
    """Commands that take the set, and the number of a full cell that no fit reads."""
    if source.kind == "cathode":
        return (
            f"\n{output}: the fitted set. Next, in a half cell and in full cells:\n"
            f"  napore rate {output}\n"
            f"  napore design --anode fjh --cathode {output} --rates 0.2,1"
        )
    efficiency = source.entries[_EFFICIENCY]
    return (
        f"\n{output}: the fitted set. Next, in a half cell and in full cells:\n"
        f"  napore rate {output}\n"
        f"  napore design --anode {output} --cathode nvp --rates 0.2,1\n"
        f"A full cell also loses sodium in its first cycle, which a fit does not read: '{_EFFICIENCY}' "
        f"is {efficiency.value:g} ({efficiency.kind}); put yours into {output}, or --formation precycled"
    )


def _numbers(
    source: ParameterSet,
    free: Iterable[str],
    fix: Iterable[str],
    bounds: Iterable[str],
    model: str,
    options: dict[str, str],
) -> dict[str, Any]:
    """What :func:`calibrate` is told of the numbers to fit and to hold."""
    from napore.calibration import free_parameters
    from napore.calibration.fitted import acting

    names = source.entries
    fixed = _pairs("--fix", fix, names, "NAME=V")
    within = _pairs("--bounds", bounds, names, "NAME=LO:HI", ":")
    asked = [_long(part, names) for text in free for part in text.split(",") if part.strip()]
    for option, given in (("--bounds", within), ("--free", asked)):
        if both := [name for name in given if name in fixed]:
            raise Failure(f"{both[0]!r} is given to --fix and to {option}: leave it out of one of them")
    chosen = None
    if asked or within:
        every = free_parameters(source, asked or None, within)
        acts = {f.name for f in acting(source, every, model, options)} | {*asked, *within}
        chosen = [f for f in every if f.name not in fixed and f.name in acts]
    return {"free": chosen, "fixed": fixed, "only_seen": not asked}


def _sampled(found: Calibration, steps: int, draws: int) -> Posterior | WeightedPosterior:
    """Posterior of a fit, printed: of so many draws, weighed, or else of walkers of so many steps."""
    posterior: Posterior | WeightedPosterior
    if draws:
        from napore.calibration.surrogate import sample_by_surrogate

        posterior = sample_by_surrogate(found, draws // 2, -(-draws // 4), progress=True)
    else:
        from napore.calibration.posterior import sample

        posterior = sample(found, steps, progress=True)
    click.echo(f"\nPosterior: {posterior.summary()}")
    print_columns(posterior.table(), columns_of("fit", "posterior"), words=True)
    return posterior


def _long(name: str, known: Iterable[str]) -> str:
    from napore.parameters.short_names import long_name

    return long_name(name.strip(), known, Failure)  # type: ignore[arg-type]


def _pairs(
    option: str, texts: Iterable[str], known: Iterable[str], form: str, between: str = ""
) -> dict[str, Any]:
    """Values by name, each given once."""
    found: dict[str, Any] = {}
    for text in texts:
        name, value = _pair(text, known, form, between)
        if name in found:
            raise Failure(f"{name!r} is given to {option} twice: give it once")
        found[name] = value
    return found


def _pair(text: str, known: Iterable[str], form: str, between: str = "") -> tuple[str, Any]:
    """Name and value, or name and two values, of an option's text."""
    name, sign, words = text.rpartition("=")
    parts = words.split(between) if between else [words]
    try:
        numbers = tuple(float(part) for part in parts)
    except ValueError:
        numbers = ()
    if not sign or len(numbers) != (2 if between else 1):
        raise Failure(f"{text!r} is not of the form {form}")
    return _long(name, known), numbers if between else numbers[0]


def _check_output(output: Path | None, source: ParameterSet) -> list[Path]:
    """Files that the set is written to, which are not there yet or may be written over."""
    if output is not None and output.suffix != ".toml":
        raise Failure(f"{output} is no name for a parameter file: let it end in .toml")
    # a template has the table of its potential beside it
    written = (
        []
        if output is None
        else [output]
        if source.potential is None
        else [output, output.with_suffix(".csv")]
    )
    overwrites = click.get_current_context().meta.get("napore.overwrite")
    for path in written:
        if path.exists() and not overwrites:
            raise Failure(f"{path} exists already: give another name, or --overwrite")
    return written


def _print(found: Calibration) -> None:
    rows = [row | {"interval": "{:.4g} to {:.4g}".format(*row["interval_95"])} for row in found.rows()]
    rms = "" if found.rms_mV is None else f", rms {found.rms_mV:.2f} mV"
    name = found.half_cell.name.replace("lumped", "lumped formulation")
    click.echo(f"{found.source.name} fitted to {found.data_names} in the {name}{rms}")
    print_columns(rows, columns_of("fit", "parameters"), words=True)
    click.echo("")
    print_columns(found.quantities(), columns_of("fit", "quantities"), words=True)
    before: set[str] = set()
    for stage in found.trail:
        new = [name for name in stage.freed if name not in before]
        again = len(stage.freed) - len(new)
        freed = f"{again} as before" + (f", {_shorts(new)}" if new else "") if again else _shorts(new)
        before.update(new)
        unseen = "" if not stage.unseen else f"; not seen: {_shorts(stage.unseen)}"
        click.echo(f"{stage.name}: freed {freed}{unseen}")
    click.echo(f"a prediction rests on these too, which the data did not see: {_shorts(found.not_fitted)}")
    click.echo("")
    _print_remarks("", found.remarks)
    if (potential := found.source.potential) is not None:
        click.echo(
            f"The potential of {found.source.name} is from {potential.source}: of no use where that is a "
            "full cell's, which no fit can tell"
        )


def _print_remarks(before: str, remarks: Iterable[str]) -> None:
    from napore.measured import in_words_of_the_command_line

    for remark in remarks:
        click.echo(f"{before}{in_words_of_the_command_line(remark)}")


def _shorts(names: Iterable[str]) -> str:
    from napore.parameters.short_names import short_name_of

    return ", ".join(short_name_of(name) for name in names) or "nothing"
