"""`proofboard fetch`."""

from pathlib import Path

import click

from proofboard.app.copied_site import copied


@click.command()
@click.argument("url", metavar="URL")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def command(url: str, folder: Path) -> None:
    """Copy the whole publication at URL into DIR, a new or empty folder; every document is checked by its digest.

    What was copied is as good as the board wherever a command takes a publication: verify, compare, freeze, submit.
    """
    done = copied(url, folder)
    click.echo(f"{folder}: {done.n_documents} documents\npublication {done.digest}")
