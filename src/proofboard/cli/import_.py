"""`proofboard import`."""

import importlib
import sys
from pathlib import Path

import click

from proofboard.app.importing import ImportedFolder, Wanted, formats, import_new
from proofboard.cli.counting import counted
from proofboard.errors import InputError

INCOMPLETE = 1
"""The exit status where files were refused and the rest was imported."""


def _columns(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [one for one, (role, _, column) in zip(given, pairs, strict=True) if not role or not column]:
        raise click.BadParameter(f"{wrong[0]!r}, expected ROLE=COLUMN, such as score=accuracy")
    if len({role for role, _, _ in pairs}) < len(pairs):
        raise click.BadParameter("a role is given twice")
    return {role: column for role, _, column in pairs}


@click.command("import", epilog=f"Formats: {', '.join(formats())}.")
@click.argument("format_name", metavar="FORMAT")
@click.argument("source", metavar="SOURCE", type=click.Path(path_type=Path))
@click.option("--new", metavar="DIR", type=click.Path(path_type=Path), help="Make this benchmark directory.")
@click.option("--benchmark", metavar="DIR", type=click.Path(path_type=Path), help="Or add entries to this one.")
@click.option("--entry", "entries", metavar="NAME[=NEW]", multiple=True, help="Import this entry, under the new name.")
@click.option(
    "--column", "columns", metavar="ROLE=COLUMN", multiple=True, callback=_columns, help="What a table's column is."
)
def command(
    format_name: str,
    source: Path,
    new: Path | None,
    benchmark: Path | None,
    entries: tuple[str, ...],
    columns: dict[str, str],
) -> None:
    """Turn SOURCE, a folder, file or archive of another tool's results, into a benchmark directory or entries of one.

    A file that cannot be read is named, the others are imported, and the exit status is 1. A source with one entry may
    give it any name; of several, --entry chooses. Tables of any columns take --column.
    """
    if (new is None) == (benchmark is None):
        raise click.UsageError("say where to: either --new or --benchmark")
    wanted = Wanted(format_name=format_name, source=source, entries=entries, columns=columns)
    imported = import_new(wanted, new) if new else _into(wanted, Path(str(benchmark)))
    for note in imported.notes:
        click.echo(f"note: {note}", err=True)
    n_entries = counted(imported.n_entries, "entry", "entries")
    items = counted(imported.n_items, "item", "items")
    click.echo(f"{imported.folder}: {n_entries} added, {items} asked" if benchmark else f"{new}: {n_entries}, {items}")
    click.echo(f"next: proofboard build {imported.folder} --out SITE")
    if imported.refused:
        click.echo(f"not imported:\n{InputError(imported.refused)}", err=True)
        sys.exit(INCOMPLETE)


def _into(wanted: Wanted, benchmark: Path) -> ImportedFolder:
    # Loaded here: reading a benchmark takes numpy, whose import costs as much as reading a small source.
    done: ImportedFolder = importlib.import_module("proofboard.app.joining").import_into(wanted, benchmark)
    return done
