"""`proofboard held-out`."""

from pathlib import Path

import click

from proofboard.app.held_out.handing_out import hand_out
from proofboard.app.held_out.store import fetch
from proofboard.cli.options import FOLDER


@click.group("held-out")
def command() -> None:
    """Bring a private held-out store to where it may be used, or hand out its prompts."""


@command.command("fetch")
@click.argument("source", metavar="SOURCE", type=FOLDER)
@click.option(
    "--into",
    "cache",
    metavar="STORE",
    type=FOLDER,
    default=Path(".proofboard-cache/held-out"),
    show_default=True,
    help="A folder that git ignores, or outside any repository.",
)
def fetch_command(source: Path, cache: Path) -> None:
    """Copy the private store SOURCE into an ignored cache."""
    count = fetch(source, cache)
    click.echo(f"{cache}: {count} files; build with --held-out {cache}")


@command.command("prompts")
@click.argument("store", metavar="STORE", type=FOLDER)
@click.option("--benchmark", metavar="DIR", required=True, type=FOLDER, help="The benchmark that the store belongs to.")
@click.option(
    "--out",
    metavar="FILE",
    required=True,
    type=FOLDER,
    help="A file in the store, in a folder that git ignores, or outside any repository.",
)
def prompts_command(store: Path, benchmark: Path, out: Path) -> None:
    """Write ids and texts of the held-out prompts of STORE into FILE, for a submitter who answers them elsewhere."""
    count = hand_out(store, benchmark, out)
    click.echo(f"{out}: {count} prompts, without references; who reads them can fit to them")
