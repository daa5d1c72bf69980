"""`proofboard grade`."""

import os
from functools import partial
from pathlib import Path

import click

from proofboard.app.grading.grading import ToGrade, grade
from proofboard.app.grading.text import graded_text
from proofboard.cli.options import FOLDER, held_out_option
from proofboard.cli.progress import progress
from proofboard.grade.bubblewrap import open_bubblewrap
from proofboard.grade.docker import open_docker


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@click.command()
@click.argument("benchmark", metavar="DIR", type=FOLDER)
@click.option("--entry", "entries", metavar="ENTRY", multiple=True, help="Only the bundles of this entry.")
@held_out_option
@click.option(
    "--sandbox",
    type=click.Choice(["bubblewrap", "docker"]),
    default="bubblewrap",
    show_default=True,
    help="What keeps programs in.",
)
@click.option("--image", metavar="NAME", help="The image of the containers, with --sandbox docker.")
@click.option("--jobs", type=click.IntRange(1, 1024), help="Run so many at a time; by default one for each core.")
@click.option("--again", is_flag=True, help="Also what the present programs have graded already.")
def command(
    benchmark: Path,
    *,
    entries: tuple[str, ...],
    held_out: Path | None,
    sandbox: str,
    image: str | None,
    jobs: int | None,
    again: bool,
) -> None:
    """Let the programs of the benchmark directory DIR grade every recorded answer, each in a sandbox of its own.

    What they make of it goes into DIR/graded, and of held-out answers into the store. Stopped at any moment, the next
    call goes on from there.
    """
    if (sandbox == "docker") != (image is not None):
        raise click.UsageError("--sandbox docker and --image NAME belong together")
    wanted = ToGrade(
        benchmark=benchmark,
        open_sandbox=partial(open_docker, image) if image else open_bubblewrap,
        entries=entries,
        held_out=held_out,
        jobs=jobs or _processors(),
        again=again,
    )
    click.echo(graded_text(grade(wanted, progress())), nl=False)
