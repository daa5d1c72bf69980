"""`proofboard held-out`."""

from pathlib import Path

import click

from proofboard.app.held_out import fetch


@click.group("held-out")
def command() -> None:
    """Bring a private held-out store to where it may be used."""


@command.command("fetch")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option(
    "--into",
    "cache",
    metavar="DIR2",
    type=click.Path(path_type=Path),
    default=Path(".proofboard-cache/held-out"),
    show_default=True,
    help="A folder that git ignores, or outside any repository.",
)
def fetch_command(source: Path, cache: Path) -> None:
    """Copy the private store SOURCE into an ignored cache."""
    count = fetch(source, cache)
    click.echo(f"{cache}: {count} files; build with --held-out {cache}")
