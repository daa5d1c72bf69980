"""`proofboard rerun`."""

import sys

import click

from proofboard import canonical
from proofboard.app.rerun.rerunning import rerun
from proofboard.app.rerun.text import rerun_text
from proofboard.cli.progress import progress


@click.command()
@click.argument("site", metavar="SITE")
@click.argument("entry", metavar="ENTRY")
@click.option("--grade-with", "kinds", metavar="KIND", multiple=True, help="Also run this installed grader.")
@click.option("--no-answers", is_flag=True, help="Grade the published answers only; ask no vendor's system.")
@click.option("--json", "json_", is_flag=True, help="Print what was found as canonical JSON.")
def command(site: str, entry: str, kinds: tuple[str, ...], *, no_answers: bool, json_: bool) -> None:
    """Grade ENTRY of the publication SITE again, and let the installed adapter of its vendor answer again.

    Exit status 1 where scores do not follow from the answers, or where the answers are different.
    """
    found = rerun(site, entry, kinds=kinds, answer=not no_answers, progress=progress())
    click.echo(canonical.dump(found).decode() if json_ else rerun_text(found), nl=False)
    sys.exit(0 if found.reproduced else 1)
