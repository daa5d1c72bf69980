"""`proofboard freeze`."""

from pathlib import Path

import click

from proofboard.app.freezing import Recorded, freeze_configuration, freeze_entry

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("benchmark", metavar="DIR|SITE")
@click.argument("entry", metavar="[ENTRY]", required=False)
@click.option("--responses", type=_FILE, help="JSON lines: prompt_id, output, and what else is known.")
@click.option("--verdicts", type=_FILE, help="JSON lines: prompt_id, passed, vote.")
@click.option("--scores", type=_FILE, help="JSON lines: item_id, scores; for numbers that were only reported.")
@click.option("--recorded", metavar="DATE", help="The day the answers were recorded.")
@click.option("--repair", is_flag=True, help="The answers are to the items of the repair loop, both stages.")
@click.option("--held-out", metavar="STORE", type=_FILE, help="The answers are to the held-out items of this store.")
@click.option("--config", metavar="FILE", type=_FILE, help="Instead of ENTRY: the configuration that answered.")
@click.option("--out", metavar="BUNDLE", type=_FILE, help="With --config: where the bundle goes.")
def command(
    benchmark: str,
    entry: str | None,
    recorded: str | None,
    *,
    repair: bool,
    held_out: Path | None,
    config: Path | None,
    out: Path | None,
    **files: Path | None,
) -> None:
    """Freeze what ENTRY (vendor/config_name or provider:model) answered into a bundle of the benchmark directory DIR.

    A submitter gives --config and --out instead of ENTRY; then a publication SITE, in a folder or archive, is enough.
    """
    _refuse_contradictions(entry, config, out, files, held_out=held_out, repair=repair)
    lines = Recorded(**files, day=recorded)
    if config and out:
        done = freeze_configuration(benchmark, config, lines, out, repair=repair)
    else:
        done = freeze_entry(Path(benchmark), str(entry), lines, held_out=held_out, repair=repair)
    click.echo(f"{done.place}: frozen, {done.n_given} of {done.n_asked} {done.counted}")


def _refuse_contradictions(
    entry: str | None,
    config: Path | None,
    out: Path | None,
    files: dict[str, Path | None],
    *,
    held_out: Path | None,
    repair: bool,
) -> None:
    if not any(files.values()):
        raise click.UsageError("nothing to freeze: give --responses, or --scores for numbers that were only reported")
    if repair and held_out:
        raise click.UsageError("--repair and --held-out exclude each other; repair items are public")
    if (entry is None) == (config is None) or (config is None) != (out is None):
        raise click.UsageError("say who answered: either ENTRY, or --config FILE with --out BUNDLE")
    if config and held_out:
        raise click.UsageError("--config and --held-out exclude each other; held-out answers are those of an ENTRY")
