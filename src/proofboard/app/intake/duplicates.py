"""Whose work is this? What stands on a board or was handed in before: a name, a bundle, its answers, a recipe."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.submissions.checks import PUBLIC, Checked
from proofboard.errors import Fault
from proofboard.schemas.bundle import MANIFEST, RESPONSES
from proofboard.schemas.submission import BUNDLES, CONFIGURATION
from proofboard.store.tables import Benchmark, EntryRevision, KeptFile, Organisation, Submission

GONE: Final = ("refused", "withdrawn", "failed")
"""States of submissions that count no more."""

NOT_YOURS: Final = "{} is an entry of {}; choose another config_name, and name it as parent if yours was made from it"
COPY: Final = "is the bundle of a submission of another organisation; hand in answers of your own"
NOTHING_NEW: Final = "is what submission {} holds already, with the same configuration; nothing would change"
SAME_ANSWERS: Final = "holds the very answers of a submission of another organisation, under another configuration"
SAME_RECIPE: Final = "is the recipe of {}, of another organisation; the board shows both and ranks the earlier one"
OWN_RECIPE: Final = "is the recipe of {} too; the board shows both and ranks the earlier one"


def refusals(session: Session, own: Submission, checked: Checked, *, is_seed: bool, has_more: bool) -> Iterator[Fault]:
    """Say why a submission is not its organisation's to make, or brings nothing.

    `is_seed` says that the entry is one of the owner's own directory, `has_more` that held-out answers came with it.
    """
    name = checked.configuration.name
    if (owner := _owner_of(session, own, name, is_seed=is_seed)) is not None:
        yield Fault(CONFIGURATION, 0, f"config_name: {NOT_YOURS.format(name, owner)}")
    bundle = checked.bundles.get(PUBLIC)
    if bundle is None:
        return
    same = session.scalars(
        _others(own).where(Submission.bundle_digest == bundle.digest).order_by(Submission.created_at, Submission.id)
    ).all()
    place = f"{BUNDLES}/{PUBLIC}/{MANIFEST}"
    if any(other.organisation_id != own.organisation_id for other in same):
        yield Fault(place, 0, COPY)
    document = canonical.digest_of(checked.configuration)
    for other in same:
        if other.organisation_id == own.organisation_id and not has_more and _document(session, other) == document:
            yield Fault(place, 0, NOTHING_NEW.format(other.id))
            return


def _others(own: Submission):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a query of SQLAlchemy
    return select(Submission).where(
        Submission.benchmark_id == own.benchmark_id, Submission.id != own.id, Submission.state.not_in(GONE)
    )


def _document(session: Session, own: Submission) -> str | None:
    return session.scalar(
        select(KeptFile.digest).where(
            KeptFile.submission_id == own.id, KeptFile.kind == "bundle", KeptFile.name == CONFIGURATION
        )
    )


def _owner_of(session: Session, own: Submission, name: str, *, is_seed: bool) -> str | None:
    """Return who has a name already; None where it is free or the submitter's own."""
    latest = session.scalar(
        select(EntryRevision)
        .where(EntryRevision.benchmark_id == own.benchmark_id, EntryRevision.name == name)
        .order_by(EntryRevision.revision.desc())
        .limit(1)
    )
    if latest is not None and latest.organisation_id is not None:
        return None if latest.organisation_id == own.organisation_id else "another organisation"
    if latest is not None or is_seed:
        return None if _runs_the_board(session, own) else "the owner of the board"
    earlier = _others(own).where(
        Submission.entry == name,
        Submission.organisation_id != own.organisation_id,
        # Of two that claim a name at the same time the first has it.
        or_(
            Submission.created_at < own.created_at,
            (Submission.created_at == own.created_at) & (Submission.id < own.id),
        ),
    )
    return "another organisation" if session.scalar(earlier.limit(1)) is not None else None


def _runs_the_board(session: Session, own: Submission) -> bool:
    organisation = session.get(Organisation, own.organisation_id)
    benchmark = session.get(Benchmark, own.benchmark_id)
    is_host = organisation is not None and organisation.is_host
    return is_host or (benchmark is not None and benchmark.organisation_id == own.organisation_id)


def doubts(session: Session, own: Submission, checked: Checked) -> list[Fault]:
    """Say what a reviewer should look at: another organisation's answers or recipe under this one's name."""
    found: list[Fault] = []
    bundle = checked.bundles.get(PUBLIC)
    responses = bundle.manifest.files.get(RESPONSES) if bundle else None
    if responses is not None:
        same = (
            select(Submission.id)
            .join(KeptFile, KeptFile.submission_id == Submission.id)
            .where(
                KeptFile.digest == responses.digest,
                KeptFile.kind == "bundle",
                Submission.benchmark_id == own.benchmark_id,
                Submission.organisation_id != own.organisation_id,
                Submission.state.not_in(GONE),
            )
        )
        if session.scalar(same.limit(1)) is not None:
            found.append(Fault(f"{BUNDLES}/{PUBLIC}/{RESPONSES}", 0, SAME_ANSWERS))
    return found + [
        Fault(CONFIGURATION, 0, SAME_RECIPE.format(name))
        for name, is_own in _twins(session, own, checked)
        if not is_own
    ]


def remarks(session: Session, own: Submission, checked: Checked) -> list[str]:
    """Say what the submitter should know: entries of their own with the same recipe."""
    return [OWN_RECIPE.format(name) for name, is_own in _twins(session, own, checked) if is_own]


def _twins(session: Session, own: Submission, checked: Checked) -> Sequence[tuple[str, bool]]:
    """Return entries with the recipe of a submission under other names, and whether they are its organisation's."""
    configuration = checked.configuration
    if not configuration.says_how():
        return []
    recipe, name = configuration.digest(), configuration.name
    listed = session.execute(
        select(EntryRevision.name, EntryRevision.organisation_id).where(
            EntryRevision.benchmark_id == own.benchmark_id,
            EntryRevision.configuration_digest == recipe,
            EntryRevision.name != name,
            EntryRevision.state.in_(("pending", "listed")),
        )
    )
    # What is not published yet is told of by nobody.
    return sorted({(other, whose == own.organisation_id) for other, whose in listed})
