"""`proofboard diff`."""

import sys

import click

from proofboard import canonical
from proofboard.app.reading.differing import diff
from proofboard.publish.views.difference_text import comparison_text


@click.command()
@click.argument("before", metavar="SITE1")
@click.argument("after", metavar="SITE2")
@click.option("--json", "json_", is_flag=True, help="Print every difference as canonical JSON.")
def command(before: str, after: str, *, json_: bool) -> None:
    """Say what changed from the publication SITE1 to SITE2, and why; exit status 0 when equal, 1 when different."""
    found = diff(before, after)
    click.echo(canonical.dump(found) if json_ else comparison_text(found), nl=False)
    sys.exit(0 if found.equal else 1)
