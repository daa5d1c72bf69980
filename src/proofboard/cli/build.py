"""`proofboard build`."""

from pathlib import Path

import click

from proofboard.app.build import build
from proofboard.cli.counting import counted
from proofboard.cli.options import held_out_option


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--out", "site", metavar="SITE", required=True, type=click.Path(path_type=Path), help="Where to write.")
@held_out_option
@click.option("--strict", is_flag=True, help="Refuse a listed entry whose bundle is absent, instead of skipping it.")
def command(folder: Path, site: Path, held_out: Path | None, *, strict: bool) -> None:
    """Build the publication of the benchmark directory DIR."""
    built = build(folder, site, held_out=held_out, strict=strict)
    entries = counted(built.n_entries, "entry", "entries")
    click.echo(f"{built.site}: {entries} on {counted(built.n_items, 'public item', 'public items')}")
    for skipped in built.skipped:
        click.echo(f"skipped {skipped.entry}: {skipped.reason}", err=True)
    click.echo(f"publication {built.digest}")
