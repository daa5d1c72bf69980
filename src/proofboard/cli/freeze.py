"""`proofboard freeze`."""

from pathlib import Path

import click

from proofboard.app.freezing import freeze_entry

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("folder", metavar="DIR", type=_FILE)
@click.argument("entry", metavar="ENTRY")
@click.option("--responses", type=_FILE, help="JSON lines: prompt_id, output, and what else is known.")
@click.option("--verdicts", type=_FILE, help="JSON lines: prompt_id, passed, vote.")
@click.option("--scores", type=_FILE, help="JSON lines: item_id, scores; for numbers that were only reported.")
@click.option("--recorded", metavar="DATE", help="The day the answers were recorded.")
@click.option("--repair", is_flag=True, help="The answers are to the items of the repair loop, both stages.")
@click.option("--held-out", metavar="DIR2", type=_FILE, help="The answers are to the held-out items of this store.")
def command(
    folder: Path, entry: str, recorded: str | None, *, repair: bool, held_out: Path | None, **files: Path | None
) -> None:
    """Freeze what ENTRY (vendor/config_name or provider:model) answered into a bundle of the benchmark DIR."""
    if not any(files.values()):
        raise click.UsageError("nothing to freeze: give --responses, or --scores for numbers that were only reported")
    if repair and held_out:
        raise click.UsageError("--repair and --held-out exclude each other; repair items are public")
    place = freeze_entry(folder, entry, files, recorded=recorded, held_out=held_out, repair=repair)
    click.echo(f"{place}: frozen")
