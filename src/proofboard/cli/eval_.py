"""`proofboard eval`."""

import re
import sys
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from proofboard.app.evaluating import Wanted, evaluate
from proofboard.app.live.asking import Ended, Seen, evaluate_live
from proofboard.app.live.preparing import LiveWanted
from proofboard.app.replaying import as_text, replay
from proofboard.cli.options import FOLDER, held_out_option
from proofboard.cli.progress import live_progress, progress
from proofboard.schemas.base import DATE_PATTERN

MOST_DIGITS: Final = 12
SHOWN_REASONS: Final = 3
LIVE_ONLY: Final = (
    "judge_model",
    "votes",
    "limit",
    "max_cost",
    "pace",
    "concurrency",
    "retries",
    "timeout",
)

NOT_REPLAYED: Final = ("live", "date", "trials", "track", *LIVE_ONLY)


def _date(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.match(DATE_PATTERN, value):
        raise click.BadParameter("give a day such as 2026-11-21")
    return value


def _dollars(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Fraction | None:
    if value is None:
        return None
    if len(value) > MOST_DIGITS or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", value) or not Fraction(value):
        raise click.BadParameter("give US dollars above 0, such as 2 or 0.50")
    return Fraction(value)


@click.command()
@click.argument("benchmark", metavar="DIR|SITE", type=FOLDER)
@click.option("--entry", metavar="ENTRY", help="The entry that answers: vendor/config_name or provider:model.")
@click.option("--config", "configuration", metavar="FILE", type=FOLDER, help="Or the configuration that answers.")
@click.option("--live", is_flag=True, help="Ask the model now, through its provider (needs proofboard[live]).")
@click.option(
    "--set", "item_set", type=click.Choice(["public", "held_out", "repair"]), default="public", show_default=True
)
@held_out_option
@click.option("--out", metavar="BUNDLE", type=FOLDER, help="Where the bundle goes; by default the entry's own place.")
@click.option("--track", metavar="VALUE", help="The track that is answered, where the benchmark has tracks.")
@click.option("--trials", type=click.IntRange(1, 10_000), default=1, show_default=True, help="Ask so many times.")
@click.option("--date", metavar="DATE", callback=_date, help="The day that the bundle states; by default today.")
@click.option("--recorded", metavar="BUNDLE", type=FOLDER, help="Ask nobody: replay what this bundle recorded.")
@click.option("--judge-model", metavar="MODEL", help="Live: make sure that this is the benchmark's judge.")
@click.option("--votes", type=click.IntRange(1, 99), help="Live: make sure that each judge votes so often.")
@click.option("--limit", type=click.IntRange(1), help="Live: ask only the first so many prompts.")
@click.option("--max-cost", metavar="USD", callback=_dollars, help="Live: stop before more than this is spent.")
@click.option(
    "--pace",
    metavar="SECONDS",
    type=click.FloatRange(0, 3600),
    default=0,
    help="Live: at least so long between two requests.",
)
@click.option("--concurrency", type=click.IntRange(1, 1000), default=10, show_default=True, help="Live: at one time.")
@click.option("--retries", type=click.IntRange(0, 100), default=6, show_default=True, help="Live: of one request.")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 86_400),
    default=600,
    show_default=True,
    help="Live: of one try.",
)
@click.pass_context
def command(context: click.Context, /, **given: Any) -> None:  # noqa: ANN401 - click passes one of each option
    """Let an entry answer the items of the benchmark directory DIR, and freeze its answers.

    The installed adapter of its vendor answers, or with --live its model, by its provider's own interface. With
    --recorded nobody does: a bundle is frozen again to the same bytes, and scored with its own votes.

    A submitter gives --config and --out; then a publication SITE, in a folder or archive, is enough.
    Held-out answers go into the store, or into a folder that git ignores. A bundle is never overwritten.
    """
    _refuse_contradictions(context, given)
    today = datetime.now(UTC).date().isoformat()
    day = given["date"] or (None if given["live"] else today)
    wanted = Wanted(
        benchmark=given["benchmark"],
        entry=given["entry"],
        configuration=given["configuration"],
        held_out=given["held_out"] if given["item_set"] == "held_out" else None,
        repair=given["item_set"] == "repair",
        out=given["out"],
        track=given["track"],
        trials=given["trials"],
        recorded=day,
    )
    if given["recorded"]:
        _replay(wanted, given["recorded"])
        return
    if given["live"]:
        _live(wanted, today, given)
        return
    done = evaluate(wanted, progress())
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(f"{done.place}: {done.n_answers - done.n_failures} of {done.n_answers} answered by {done.recorder}")


def _refuse_contradictions(context: click.Context, given: dict[str, Any]) -> None:
    if (given["entry"] is None) == (given["configuration"] is None):
        raise click.UsageError("say who answers: either --entry or --config")
    if given["item_set"] == "held_out" and given["held_out"] is None:
        raise click.UsageError("--set held_out needs --held-out, or PROOFBOARD_HELD_OUT")
    if given["item_set"] != "held_out" and context.get_parameter_source("held_out") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--held-out is given and public items would be asked; say --set held_out too")
    if given["recorded"]:
        _refuse_more(context)
        return
    if given["live"]:
        return
    if given["item_set"] == "repair":
        raise click.UsageError("--set repair needs --live; answers that an adapter repaired go through freeze --repair")
    asked = [name for name in LIVE_ONLY if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if asked:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in asked)
        raise click.UsageError(f"{named} is for live runs; say --live too")


def _refuse_more(context: click.Context) -> None:
    """Refuse, beside a bundle that is replayed, whatever would be asked of somebody, or is stated in the bundle."""
    asked = [name for name in NOT_REPLAYED if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if asked:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in asked)
        raise click.UsageError(f"--recorded replays a bundle as it is and asks nobody; leave {named} away")


def _replay(wanted: Wanted, recorded: Path) -> None:
    done = replay(wanted, recorded)
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(as_text(done), nl=False)


def _live(wanted: Wanted, today: str, given: dict[str, Any]) -> None:
    live = LiveWanted(
        wanted=wanted,
        today=today,
        judge_model=given["judge_model"],
        votes=given["votes"],
        limit=given["limit"],
        max_cost=given["max_cost"],
        concurrency=given["concurrency"],
        retries=given["retries"],
        timeout_seconds=given["timeout"],
        pace_seconds=given["pace"],
    )
    show = live_progress()

    def watch(seen: Seen) -> None:
        show(seen.done, seen.total, seen.failed, seen.spent)

    ended = evaluate_live(live, watch)
    for note in ended.notes:
        click.echo(f"note: {note}", err=True)
    if ended.frozen is None:
        _say_stopped(ended)
        sys.exit(130 if ended.interrupted else 1)
    _say_frozen(ended)
    if ended.frozen.failures or ended.frozen.invalid:
        sys.exit(1)


def _say_stopped(ended: Ended) -> None:
    """Say what is kept of a run that was stopped, and how it goes on."""
    if sys.stderr.isatty():
        # The line that shows how far it is has no end yet.
        click.echo(err=True)
    why = "interrupted" if ended.interrupted else f"stopped: {ended.stopped}"
    click.echo(f"{ended.name}: {why}", err=True)
    spent = "" if ended.spent is None else f" for ${float(ended.spent):.4f}"
    click.echo(
        f"{ended.n_answered} of {ended.n_total} are answered{spent} and kept in {ended.journal}; "
        "the same command goes on from there",
        err=True,
    )


def _say_frozen(ended: Ended) -> None:
    frozen = ended.frozen
    if frozen is None:
        return
    click.echo(f"{ended.place}: {ended.n_answered} of {ended.n_total} answered by {frozen.recorder}")
    counted = {"refused": frozen.states.get("refused", 0), "cut off": frozen.n_cut_off}
    counted["too long for the model"] = frozen.states.get("missing", 0)
    if told := [f"{count} {words}" for words, count in counted.items() if count]:
        click.echo(", ".join(told))
    if ended.spent:
        voting = f", ${float(ended.spent_on_votes):.4f} of it for votes" if ended.spent_on_votes else ""
        click.echo(f"cost ${float(ended.spent):.4f} by the price table{voting}")
    if frozen.public is not None:
        score = frozen.public.reason if frozen.public.score is None else frozen.public.score
        click.echo(f"{frozen.public.headline}: {score}")
    if frozen.programs:
        click.echo(f"next: proofboard grade, which lets {', '.join(frozen.programs)} grade it in a sandbox")
    if frozen.invalid:
        click.echo(f"warning: no measurement: {frozen.invalid}; the board shows such a run without a rank", err=True)
    if frozen.failures:
        reasons = sorted(frozen.failures.items(), key=lambda pair: (-pair[1], pair[0]))
        for reason, count in reasons[:SHOWN_REASONS]:
            click.echo(f"warning: {count} failed: {reason}", err=True)
        said = "without these answers the entry has no rank; the same command asks them again, and replaces the bundle"
        click.echo(f"warning: {said}", err=True)
