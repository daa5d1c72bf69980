"""`proofboard accept`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from proofboard.app.submissions.accepting import accept, as_text
from proofboard.cli.options import held_out_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("artifact", metavar="ARTIFACT", type=click.Path(path_type=Path))
@click.option("--date", metavar="DATE", help="The day that is recorded; by default today, in UTC.")
@held_out_option
def command(folder: Path, artifact: Path, date: str | None, held_out: Path | None) -> None:
    """Check ARTIFACT again, and take it into the benchmark directory DIR."""
    day = date or datetime.now(UTC).date().isoformat()
    click.echo(as_text(accept(folder, artifact, date=day, held_out=held_out)), nl=False)
