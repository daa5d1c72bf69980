"""`proofboard eval`."""

import re
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from proofboard.app.evaluating import Wanted, evaluate
from proofboard.cli.options import FOLDER, held_out_option
from proofboard.cli.progress import progress
from proofboard.schemas.base import DATE_PATTERN


def _date(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.match(DATE_PATTERN, value):
        raise click.BadParameter("give a day such as 2026-11-21")
    return value


@click.command()
@click.argument("benchmark", metavar="DIR|SITE", type=FOLDER)
@click.option("--entry", metavar="ENTRY", help="The entry that answers: vendor/config_name or provider:model.")
@click.option("--config", "configuration", metavar="FILE", type=FOLDER, help="Or the configuration that answers.")
@click.option("--set", "item_set", type=click.Choice(["public", "held_out"]), default="public", show_default=True)
@held_out_option
@click.option("--out", metavar="BUNDLE", type=FOLDER, help="Where the bundle goes; by default the entry's own place.")
@click.option("--track", metavar="VALUE", help="The track that is answered, where the benchmark has tracks.")
@click.option("--trials", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Ask so many times.")
@click.option("--recorded", metavar="DATE", callback=_date, help="The day that the bundle states; by default today.")
@click.pass_context
def command(
    context: click.Context,
    /,
    benchmark: Path,
    *,
    entry: str | None,
    configuration: Path | None,
    item_set: str,
    held_out: Path | None,
    out: Path | None,
    track: str | None,
    trials: int,
    recorded: str | None,
) -> None:
    """Let the installed adapter of the entry's vendor answer the items of the benchmark directory DIR, and freeze them.

    A submitter gives --config and --out; then a publication SITE, in a folder or archive, is enough.
    Held-out answers go into the store, or into a folder that git ignores. A bundle is never overwritten.
    """
    _refuse_contradictions(context, item_set, held_out)
    wanted = Wanted(
        benchmark=benchmark,
        entry=entry,
        configuration=configuration,
        held_out=held_out if item_set == "held_out" else None,
        out=out,
        track=track,
        trials=trials,
        recorded=recorded or datetime.now(UTC).date().isoformat(),
    )
    done = evaluate(wanted, progress())
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"{done.place}: {done.n_answers - done.n_failures} of {done.n_answers} answered by {done.recorder}")


def _refuse_contradictions(context: click.Context, item_set: str, held_out: Path | None) -> None:
    if (context.params["entry"] is None) == (context.params["configuration"] is None):
        raise click.UsageError("say who answers: either --entry or --config")
    if item_set == "held_out" and held_out is None:
        raise click.UsageError("--set held_out needs --held-out, or PROOFBOARD_HELD_OUT")
    if item_set == "public" and context.get_parameter_source("held_out") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--held-out is given and public items would be asked; say --set held_out too")
