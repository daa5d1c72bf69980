"""`proofboard export`."""

from pathlib import Path
from typing import Final

import click

from proofboard.app.reading.exporting import export, export_records
from proofboard.cli.counting import counted
from proofboard.publish.views.tables import FORMATS, Format

RECORDS: Final = "every-eval-ever"


@click.command()
@click.argument("site", metavar="SITE")
@click.option("--format", "form", type=click.Choice(FORMATS), help="The format of one board.")
@click.option("--to", "to", type=click.Choice([RECORDS]), help="Write all entries as records of this format instead.")
@click.option(
    "--board",
    metavar="NAME",
    help="overall, language, category, facet:NAME, category:VALUE, efficiency, metrics or items.  [default: overall]",
)
@click.option(
    "--entry",
    "entries",
    metavar="SELECTOR",
    multiple=True,
    help="Only this entry: vendor/config_name, provider:model or model. May be given more than once.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write a board, instead of the screen; with --to, the new folder.",
)
def command(
    site: str, form: Format | None, to: str | None, board: str | None, entries: tuple[str, ...], out: Path | None
) -> None:
    """Export a board of the publication SITE (a folder, an archive or an address), or all of it as records."""
    if (form is None) == (to is None):
        raise click.UsageError("Give either --format, for one board, or --to, for records of all entries.")
    if form is None:
        if out is None or board is not None:
            raise click.UsageError("Records need --out DIR, a new folder, and are of all boards: leave --board out.")
        written = export_records(site, out, entries=entries)
        click.echo(f"{out}: {counted(written, 'record', 'records')}")
        return
    raw = export(site, form, board=board or "overall", entries=entries).encode()
    if out:
        out.write_bytes(raw)
    else:
        click.echo(raw, nl=False)
