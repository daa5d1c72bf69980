"""`proofboard export`."""

from pathlib import Path

import click

from proofboard.app.reading.exporting import export
from proofboard.publish.views.tables import FORMATS, Format


@click.command()
@click.argument("site", metavar="SITE")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="The format to write.")
@click.option(
    "--board",
    metavar="NAME",
    default="overall",
    show_default=True,
    help="overall, language, category, facet:NAME, category:VALUE, efficiency, metrics or items.",
)
@click.option(
    "--entry",
    "entries",
    metavar="SELECTOR",
    multiple=True,
    help="Only this entry: vendor/config_name, provider:model or model. May be given more than once.",
)
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Where to write, instead of the screen.")
def command(site: str, form: Format, board: str, entries: tuple[str, ...], out: Path | None) -> None:
    """Export a board of the publication SITE (a folder, an archive or an address)."""
    raw = export(site, form, board=board, entries=entries).encode()
    if out:
        out.write_bytes(raw)
    else:
        click.echo(raw, nl=False)
