"""`proofboard status`."""

import sys
from pathlib import Path

import click

from proofboard.cli.board_options import board_options, key_of
from proofboard.client.client import Client
from proofboard.client.words import STATUS, submission_as_text


@click.command()
@click.argument("submission", metavar="ID")
@click.option("--to", "url", metavar="URL", required=True, help="The address of the board.")
@board_options
def command(submission: str, url: str, key: str | None, key_file: Path | None, wait: float | None) -> None:
    """Ask a board what became of a submission; the exit status is 0 published, 1 refused or ended, 2 running."""
    with Client(url, key_of(key, key_file)) as client:
        found = client.submission(submission) if wait is None else client.wait(submission, seconds=wait)
    click.echo(submission_as_text(found), nl=False)
    sys.exit(STATUS[found.outcome])
