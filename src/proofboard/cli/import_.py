"""`proofboard import`."""

from pathlib import Path

import click

from proofboard.app.importing import formats, import_new
from proofboard.cli.counting import counted


@click.command("import", epilog=f"Formats: {', '.join(formats())}.")
@click.argument("format_name", metavar="FORMAT")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option("--new", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path), help="What to make.")
def command(format_name: str, source: Path, folder: Path) -> None:
    """Turn SOURCE, a folder, file or archive of another tool's results, into a new benchmark directory."""
    imported = import_new(format_name, source, folder)
    for note in imported.notes:
        click.echo(f"note: {note}", err=True)
    entries, items = counted(imported.n_entries, "entry", "entries"), counted(imported.n_items, "item", "items")
    click.echo(f"{imported.folder}: {entries}, {items}")
    click.echo(f"next: proofboard build {imported.folder} --out SITE")
