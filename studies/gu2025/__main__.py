"""Commands of the study: ``python -m studies.gu2025 COMMAND`` from the top of the checkout."""

import os

os.environ.setdefault("PYBAMM_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MPLBACKEND", "Agg")

import click

from napore.files import write_text

from . import evidence
from .render import README, WordsError, page_path, readme, text
from .render import render as render_page
from .sensitivity_command import sensitivity

NAMES = click.argument("names", nargs=-1, type=click.Choice(evidence.PAGES))
OF_DATA = click.argument("names", nargs=-1, type=click.Choice(evidence.DATA))


@click.group(help=__doc__)
def main() -> None:
    """Collect the commands."""


@main.command()
@OF_DATA
@click.option("--force", is_flag=True, help="Compute all again, not only what is stale.")
@click.option("--processes", type=click.IntRange(min=1), default=2, show_default=True)
def study(names: tuple[str, ...], force: bool, processes: int) -> None:
    """Compute what is stale, and render every page; a stopped run goes on where it was."""
    failed = evidence.compute(names or evidence.DATA, force=force, processes=processes)
    if failed:
        click.echo("not computed:\n" + "\n".join(failed), err=True)
    _render(())
    if failed:
        raise SystemExit(1)


@main.command()
@NAMES
def render(names: tuple[str, ...]) -> None:
    """Render pages and pictures from the data as they are."""
    _render(names)


def _render(names: tuple[str, ...]) -> None:
    if lacking := evidence.lacking():
        raise click.ClickException("\n".join(lacking))
    for name in names or evidence.PAGES:
        try:
            render_page(name)
        except WordsError as error:
            raise click.ClickException(str(error)) from None
        click.echo(f"docs/{name}.md")
    write_text(README, readme())


@main.command()
@click.argument("what", type=click.Choice(("carbons", "ageing")))
@click.option("--keep", is_flag=True, help="Search the carbons, and leave their files as they are.")
@click.option("--recorded", is_flag=True, help="Begin from the search of the carbons that is on file.")
def calibrate(what: str, keep: bool, recorded: bool) -> None:
    """Fit the shipped sets again and replace their files: carbons 40 minutes, ageing 6 minutes."""
    from .calibrate_ageing import write_ageings
    from .joint import write_sets

    write_sets(ship=not keep, search=not recorded) if what == "carbons" else write_ageings()


@main.command()
def check() -> None:
    """List what is stale; fail where words contradict numbers or a page is not what its template gives."""
    wrong = evidence.lacking()
    for name in evidence.DATA:
        stale = evidence.pending(name)
        if stale:
            click.echo(f"stale: {name} ({len(stale)} of {len(evidence.producer(name).PARTS)} parts)")
    for name in () if wrong else evidence.PAGES:
        try:
            if page_path(name).read_text("utf-8") != text(name):
                wrong.append(f"docs/{name}.md is not what its template and data give; run make study")
        except WordsError as error:
            wrong.append(str(error))
    if not wrong and README.read_text("utf-8") != readme():
        wrong.append("README.md is not what docs/evidence/trust.md.j2 and the data give; run make study")
    for one in wrong:
        click.echo(one, err=True)
    if wrong:
        raise SystemExit(1)


main.add_command(sensitivity)
main(prog_name="python -m studies.gu2025")
