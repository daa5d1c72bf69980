"""Continuous evaluation: models are asked by the clock, through the live path, and what they answer is handed in.

It is handed in by the host's organisation and checked, graded and published like everything else. A provider that fails
leaves no score: such a run is told and not handed in.
"""

import shutil
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select

from proofboard.app.evaluating import Wanted
from proofboard.app.intake.receiving import NewSubmission, receive
from proofboard.app.live.asking import Ended, evaluate_live
from proofboard.app.live.preparing import LiveWanted
from proofboard.app.service.actors import SYSTEM, Actor
from proofboard.app.service.benchmarks import settings_of
from proofboard.app.service.instance import Instance
from proofboard.app.service.materialising import rules_folder
from proofboard.app.service.records import record
from proofboard.app.submissions.submitting import submit
from proofboard.app.upkeep.live_options import LiveOptions
from proofboard.app.upkeep.schedules import note_outcome
from proofboard.app.upkeep.spending import RunKey, set_aside, settle
from proofboard.canonical import digest, hex_of
from proofboard.errors import MissingExtraError, ProofboardError, RefusedError, StorageError
from proofboard.record.freeze import as_yaml, write
from proofboard.schemas.configuration import Configuration
from proofboard.store.tables import Organisation, Schedule, Submission

BUNDLE: Final = "public"
DONE: Final = "answered"
"""A file that says that a run is whole and waits to be handed in."""
SHOWN_REASONS: Final = 5
NOTHING_LEFT: Final = "not asked: nothing is left of what this month may cost"


class _Turn(msgspec.Struct, frozen=True):
    """One run of a schedule."""

    schedule: str
    benchmark: str
    at: str
    options: LiveOptions
    host: Actor


def run_live(instance: Instance, schedule_id: str) -> None:
    """Ask everything that a schedule names, one after the other, and hand in what was answered (a worker's job).

    A worker that is killed goes on where it was: what was answered is in the journal beside the bundle, what was paid
    is set aside already, and what was handed in is known by its idempotency key.
    """
    turn = _turn(instance, schedule_id)
    if turn is None:
        return
    folder = instance.settings.scratch / "live" / schedule_id
    place = folder / hex_of(digest(turn.at.encode()))[:16]
    outcomes: list[str] = []
    for configuration in turn.options.entries():
        outcomes.append(f"{configuration.name}: {_run(instance, turn, configuration, place)}")
        note_outcome(instance, schedule_id, "; ".join(outcomes))
    with instance.database.writing() as session:
        details = {"outcomes": outcomes}
        record(session, SYSTEM, "live run ended", ("schedule", schedule_id), instance.now(), details)
    shutil.rmtree(folder, ignore_errors=True)


def _turn(instance: Instance, schedule_id: str) -> _Turn | None:
    with instance.database.reading() as session:
        row = session.get(Schedule, schedule_id)
        if row is None or row.kind != "live" or row.benchmark_id is None:
            return None
        host = session.scalar(select(Organisation.id).where(Organisation.is_host))
        settings_of(session, row.benchmark_id)
        actor = Actor("worker", row.id, host, "owner", is_host=True)
        options = msgspec.convert(row.options, LiveOptions)
        return _Turn(row.id, row.benchmark_id, row.last_at or row.created_at, options, actor)


def _run(instance: Instance, turn: _Turn, configuration: Configuration, place: Path) -> str:
    """Ask one configuration and hand its answers in; returns what became of it, in words."""
    if earlier := _earlier(instance, turn, configuration):
        return f"handed in as {earlier}"
    key = RunKey(turn.benchmark, turn.schedule, configuration.name, turn.at)
    budget = set_aside(instance, key)
    if budget is None:
        return NOTHING_LEFT
    own = place / hex_of(configuration.digest())[:16]
    if (own / DONE).exists():
        return _handed_in(instance, turn, configuration, own)
    write(own / "configuration.yaml", as_yaml(configuration))
    try:
        ended = evaluate_live(_wanted(instance, turn, own, budget), lambda _seen: None)
    except (StorageError, MissingExtraError):
        raise
    except ProofboardError as error:
        settle(instance, key, Fraction(0))
        return f"not asked: {_first_line(error)}"
    settle(instance, key, ended.spent)
    if reason := _why_no_score(ended):
        return reason
    write(own / DONE, b"")
    return _handed_in(instance, turn, configuration, own)


def _wanted(instance: Instance, turn: _Turn, own: Path, budget: Fraction) -> LiveWanted:
    wanted = Wanted(
        benchmark=rules_folder(instance, turn.benchmark),
        configuration=own / "configuration.yaml",
        out=own / BUNDLE,
        track=turn.options.track,
        trials=turn.options.trials,
    )
    return LiveWanted(wanted=wanted, today=instance.now()[:10], max_cost=budget, concurrency=turn.options.concurrency)


def _why_no_score(ended: Ended) -> str | None:
    """Say why a run is not handed in: it was stopped, or its provider failed, which is no wrong answer."""
    if ended.stopped is not None:
        return f"stopped after {ended.n_answered} of {ended.n_total} answers: {ended.stopped}"
    if ended.frozen is None:
        return "interrupted"
    failures: Counter[str] = Counter(ended.frozen.failures)
    if failures:
        reasons = ", ".join(f"{count} × {reason}" for reason, count in failures.most_common(SHOWN_REASONS))
        return f"the provider failed, so there is no score: {reasons}"
    return None


def _handed_in(instance: Instance, turn: _Turn, configuration: Configuration, own: Path) -> str:
    artifact = own / "artifact.zip"
    rules = str(rules_folder(instance, turn.benchmark))
    try:
        submit(own / "configuration.yaml", [own / BUNDLE], artifact, benchmark=rules, date=instance.now()[:10])
        new = NewSubmission(
            form="artifact",
            file=artifact,
            benchmark=turn.benchmark,
            idempotency_key=_once(turn, configuration),
        )
        receipt = receive(instance, turn.host, new)
    except RefusedError as error:
        return f"answered, and not taken: {_first_line(error)}"
    except ProofboardError as error:
        if isinstance(error, StorageError):
            raise
        return f"answered, and not handed in: {_first_line(error)}"
    return f"handed in as {receipt.id}"


def _once(turn: _Turn, configuration: Configuration) -> str:
    return f"{turn.schedule} {turn.at} {hex_of(configuration.digest())[:16]}"


def _earlier(instance: Instance, turn: _Turn, configuration: Configuration) -> str | None:
    """Return the submission that came of this run before its worker was stopped."""
    with instance.database.reading() as session:
        return session.scalar(
            select(Submission.id).where(
                Submission.organisation_id == turn.host.organisation_id,
                Submission.idempotency_key == _once(turn, configuration),
            )
        )


def _first_line(error: ProofboardError) -> str:
    lines: Sequence[str] = str(error).splitlines() or [type(error).__name__]
    return lines[-1][:500]
