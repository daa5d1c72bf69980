"""`proofboard verify`."""

import re
import sys
from pathlib import Path

import click

from proofboard.app.verify import as_json, as_text, verify
from proofboard.cli.options import held_out_option
from proofboard.schemas.base import DIGEST_PATTERN


def _digest(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.match(DIGEST_PATTERN, value):
        raise click.BadParameter("give `sha256:` and 64 hexadecimal digits, as `build` prints them")
    return value


@click.command()
@click.argument("site", metavar="SITE")
@held_out_option
@click.option(
    "--grade-with",
    "kinds",
    metavar="KIND",
    multiple=True,
    help="Also run this installed third-party grader; without it its results are taken as attested.",
)
@click.option(
    "--expect",
    metavar="DIGEST",
    callback=_digest,
    help="Refuse any other publication than the one with this digest.",
)
@click.option(
    "--key",
    metavar="ID|FILE",
    help="Refuse a log that this key has not signed: its id (sha256:…), or a file with the public key.",
)
@click.option(
    "--since",
    metavar="SITE|FILE",
    help="Refuse a log that does not continue this older one: an earlier copy of the site, its checkpoint, a receipt.",
)
@click.option("--json", "json_", is_flag=True, help="Print the verdict as JSON, with every number and its status.")
def command(
    site: str,
    held_out: Path | None,
    kinds: tuple[str, ...],
    expect: str | None,
    key: str | None,
    since: str | None,
    *,
    json_: bool,
) -> None:
    """Recompute the publication SITE (a folder, an archive or an address); exit status 0 only when all holds."""
    verdict = verify(site, held_out=held_out, kinds=kinds, expect=expect, key=key, since=since)
    click.echo(as_json(verdict) if json_ else as_text(verdict), nl=False)
    sys.exit(0 if verdict.holds else 1)
