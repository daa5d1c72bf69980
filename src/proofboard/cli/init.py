"""`proofboard init`."""

from pathlib import Path

import click

from proofboard.app.starting import start


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(folder: Path) -> None:
    """Start a benchmark in the new folder DIR: it builds at once, then replace its items and entries by yours."""
    count = start(folder)
    click.echo(f"{folder}: a benchmark with {count} entries")
    click.echo(f"next: proofboard build {folder} --out site && proofboard verify site && proofboard serve site")
