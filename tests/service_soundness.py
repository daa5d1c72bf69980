"""What holds of a service at any time when nothing is under way, whatever it went through."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.service.exporting import export_site
from proofboard.app.service.instance import Instance
from proofboard.app.service.log import leaves_of, lines_of
from proofboard.app.verify import verify
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.states import SETTLED, SUBMISSION_MOVES
from proofboard.store.tables import (
    Benchmark,
    Delivery,
    EntryRevision,
    Head,
    Job,
    LogLeaf,
    Publication,
    QuotaSlot,
    Result,
    Submission,
    SubmissionMove,
)

ON_A_BOARD = frozenset({"published", "superseded"})


def is_quiet(instance: Instance) -> bool:
    """Say whether no job waits or runs; messages to others may."""
    with instance.database.reading() as session:
        busy = select(Job.id).where(Job.state.in_(("waiting", "running")), Job.kind.not_in(("deliver", "audit")))
        return session.scalar(busy.limit(1)) is None


def flaws(instance: Instance, folder: Path, *, sites: bool = True, only_last: bool = False) -> list[str]:
    """Return what is wrong; of what was published everything is verified, or only the last."""
    found: list[str] = []
    with instance.database.reading() as session:
        for part in (_states(session), _entries(session), _quota(session), _log(session), _told(session)):
            found += part
    return [*found, *(_publications(instance, folder, only_last=only_last) if sites else ())]


def _states(session: Session) -> Iterator[str]:
    moves: dict[str, list[str]] = {}
    for row in session.scalars(select(SubmissionMove).order_by(SubmissionMove.number)):
        moves.setdefault(row.submission_id, []).append(row.state)
    for own in session.scalars(select(Submission)):
        if own.state not in SETTLED:
            yield f"{own.id} is stuck: {own.state}"
        way = moves.get(own.id, [])
        if not way or way[-1] != own.state:
            yield f"{own.id} is {own.state}, and its moves are {way}"
        for before, after in pairwise(way):
            if after not in SUBMISSION_MOVES[before]:  # type: ignore[index]
                yield f"{own.id} moved from {before} to {after}"
        if own.state in {"refused", "failed"} and not own.faults:
            yield f"{own.id} is {own.state} for no reason"
    for job in session.scalars(select(Job).where(Job.state == "running")):
        yield f"job {job.kind} of {job.subject} runs for ever"


def _entries(session: Session) -> Iterator[str]:
    revisions = Counter(own for own in session.scalars(select(EntryRevision.submission_id)) if own)
    scored = Counter(session.scalars(select(Result.submission_id)))
    if len(set(scored.values())) > 1:
        yield f"submissions have different numbers of results: {scored}"
    for own in session.scalars(select(Submission)):
        came = revisions[own.id]
        if came != (own.state in ON_A_BOARD) and own.state != "withdrawn":
            yield f"{own.id} is {own.state} and has {came} revisions"
        if came > 1:
            yield f"{own.id} has {came} revisions"
        if own.state in ON_A_BOARD and not scored[own.id]:
            yield f"{own.id} is {own.state} and has no results"
    names: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for row in session.scalars(select(EntryRevision).order_by(EntryRevision.revision)):
        names.setdefault((row.benchmark_id, row.name), []).append((row.revision, row.state))
    for name, rows in names.items():
        standing = [state for _, state in rows if state in {"pending", "listed"}]
        if len(standing) > 1:
            yield f"{name} stands {len(standing)} times: {rows}"


def _quota(session: Session) -> Iterator[str]:
    slots = {own.submission_id: own for own in session.scalars(select(QuotaSlot))}
    for own in session.scalars(select(Submission)):
        slot = slots.get(own.id)
        if slot is None:
            continue
        given_back = slot.slot is None and slot.day_slot is None
        if given_back != (slot.refunded_because is not None):
            yield f"{own.id} has a place that is given back by half"
        if own.state == "failed" and not given_back:
            yield f"{own.id} failed and its place was not given back"
        if own.state in ON_A_BOARD | {"approved", "scored", "queued"} and given_back:
            yield f"{own.id} is {own.state} and its place was given back"


def _log(session: Session) -> Iterator[str]:
    for benchmark in session.scalars(select(Benchmark.id)):
        numbers = list(session.scalars(select(LogLeaf.number).where(LogLeaf.benchmark_id == benchmark)))
        if sorted(numbers) != list(range(len(numbers))):
            yield f"the log of {benchmark} has gaps: {sorted(numbers)}"
        yield from _leaves(session, leaves_of(lines_of(session, benchmark), benchmark))


def _leaves(session: Session, leaves: list[Leaf]) -> Iterator[str]:
    for kind in ("received", "refused"):
        for own, count in Counter(leaf.submission for leaf in leaves if leaf.kind == kind).items():
            if count > 1:
                yield f"{own} has {count} leaves {kind}"
    # Nothing is told twice in a row of one entry: a second telling has something between them.
    latest: dict[str, tuple[str, str | None]] = {}
    for leaf in leaves:
        if leaf.entry is None or leaf.kind == "rerun":
            continue
        said = ("shown" if leaf.kind in {"published", "revised"} else leaf.kind, leaf.bundle)
        if said[0] == "shown" and latest.get(leaf.entry) == said:
            yield f"{leaf.entry} was published twice with {leaf.bundle}"
        latest[leaf.entry] = said
    named = {leaf.submission for leaf in leaves if leaf.kind == "received"}
    for row in session.scalars(select(Submission).where(Submission.leaf.is_not(None))):
        if row.id not in named:
            yield f"{row.id} has no leaf of its receipt"


def _told(session: Session) -> Iterator[str]:
    said = Counter(
        (own.organisation_id, own.target, own.subject, own.body) for own in session.scalars(select(Delivery))
    )
    for message, count in said.items():
        if count > 1:
            yield f"{message} is owed {count} times"


def _publications(instance: Instance, folder: Path, *, only_last: bool) -> Iterator[str]:
    """Verify everything that was ever released, and hold the head against the rows."""
    with instance.database.reading() as session:
        rows = session.execute(
            select(Publication.benchmark_id, Publication.digest, Publication.number)
            .where(Publication.is_draft.is_(False))
            .order_by(Publication.number)
        ).all()
        heads = set(session.scalars(select(Head.publication)))
    for benchmark, digest, number in rows[-1:] if only_last else rows:
        site = folder / f"publication-{number}"
        export_site(instance, benchmark, site, digest)
        for refusal in verify(str(site)).refusals:
            yield f"publication {number}: {refusal}"
        if number in heads:
            yield from _shown(instance, benchmark, site)


def _shown(instance: Instance, benchmark: str, site: Path) -> Iterator[str]:
    board = msgspec.json.decode((site / "leaderboard.json").read_bytes())
    shown = {f"{row['vendor']}/{row['config_name']}" for row in board["entries"]}
    with instance.database.reading() as session:
        rows = session.scalars(select(EntryRevision).where(EntryRevision.benchmark_id == benchmark))
        standing = {row.name for row in rows if row.state in {"pending", "listed"}}
    if standing - shown:
        yield f"{sorted(standing - shown)} stand and are not on the board"
