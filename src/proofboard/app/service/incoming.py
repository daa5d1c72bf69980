"""Held-out answers on their way: they wait in the private store, and stand there once their entry is on the board.

Until then nothing of what stands is touched: whoever withdraws a revision in time has changed nothing by it.
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select

from proofboard import canonical
from proofboard.app.service.candidates import Candidate
from proofboard.app.service.evaluating import INCOMING
from proofboard.app.service.instance import Instance
from proofboard.app.service.materialising import held_out_store
from proofboard.app.submissions.checks import HELD_OUT, Checked, CheckedBundle
from proofboard.app.submissions.revising import held_out_bundles, write_held_out
from proofboard.schemas.bundle import MANIFEST, Manifest
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.reading import parse_document
from proofboard.store.tables import EntryRevision, Submission

NEVER_ON_A_BOARD = frozenset({"refused", "withdrawn"})


def answers_of(store: Path, chosen: Sequence[Candidate]) -> dict[str, Path | None]:
    """Say where the held-out answers of candidates lie while a board is closed with them: name → folder, or None."""
    found: dict[str, Path | None] = {}
    for own in chosen:
        waiting = store / INCOMING / own.submission
        recipe, name = own.configuration.digest(), own.revision.name
        same = (one.folder for one in held_out_bundles(store, name) if one.manifest.configuration == recipe)
        found[name] = waiting if waiting.is_dir() else next(same, None)
    return found


def install_published(instance: Instance, benchmark: str) -> None:
    """Give the answers of published revisions their place, the earliest first, and forget those that never will be.

    What stood there stays as a revision. Done before every publication and after it: killed in between, it is made up
    for.
    """
    store = held_out_store(instance, benchmark)
    if store is None:
        return
    for submission in _waiting(store):
        state, row = _standing(instance, submission)
        if row is not None:
            _install(instance, store, submission, row)
        if row is not None or state in NEVER_ON_A_BOARD:
            shutil.rmtree(store / INCOMING / submission, ignore_errors=True)
    _forget_other_recipes(instance, benchmark, store)


def _waiting(store: Path) -> list[str]:
    # Ids sort by the time of their making.
    place = store / INCOMING
    return sorted(path.name for path in place.iterdir() if not path.name.startswith(".")) if place.is_dir() else []


def _standing(instance: Instance, submission: str) -> tuple[str | None, EntryRevision | None]:
    with instance.database.reading() as session:
        state = session.scalar(select(Submission.state).where(Submission.id == submission))
        row = session.scalar(
            select(EntryRevision)
            .where(EntryRevision.submission_id == submission)
            .order_by(EntryRevision.revision.desc())
            .limit(1)
        )
        if row is not None:
            session.expunge(row)
    return state, row


def _install(instance: Instance, store: Path, submission: str, row: EntryRevision) -> None:
    waiting = store / INCOMING / submission
    bundles = {HELD_OUT: _bundle(waiting)} if (waiting / MANIFEST).is_file() else {}
    write_held_out(store, Checked(_configuration(instance, row), bundles, None), row.revision)


def _forget_other_recipes(instance: Instance, benchmark: str, store: Path) -> None:
    """Let answers of a recipe that stands no more become a revision, where no others came in their place."""
    with instance.database.reading() as session:
        rows = session.scalars(
            select(EntryRevision).where(EntryRevision.benchmark_id == benchmark).order_by(EntryRevision.revision)
        )
        latest: Mapping[str, EntryRevision] = {row.name: row for row in rows if row.submission_id is not None}
    for name, row in latest.items():
        if any(own.manifest.configuration != row.configuration_digest for own in held_out_bundles(store, name)):
            write_held_out(store, Checked(_configuration(instance, row), {}, None), row.revision)


def _configuration(instance: Instance, row: EntryRevision) -> Configuration:
    return parse_document(instance.blobs.get(row.configuration), Configuration, row.name)


def _bundle(folder: Path) -> CheckedBundle:
    raw = (folder / MANIFEST).read_bytes()
    manifest = parse_document(raw, Manifest, MANIFEST)
    return CheckedBundle(folder, canonical.digest(raw), manifest, 0, None, None)
