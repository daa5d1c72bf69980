"""`proofboard purge`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from proofboard.app.purging import purge, purged_text
from proofboard.cli.options import FOLDER


@click.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.argument("entry", metavar="ENTRY")
@click.option("--reason", metavar="TEXT", required=True, help="Why; everybody may read it.")
@click.option("--date", metavar="DATE", help="The day that is recorded; by default today, in UTC.")
def command(folder: Path, entry: str, reason: str, date: str | None) -> None:
    """Remove the answers of ENTRY (vendor/config_name) from the benchmark directory DIR for good.

    Its scores stay on the board, marked as reported, because nobody can grade them again.
    """
    done = purge(folder, entry, reason, date or datetime.now(UTC).date().isoformat())
    click.echo(purged_text(folder, entry, done), nl=False)
