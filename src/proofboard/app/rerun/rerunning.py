"""Run a published entry again: grade its answers once more, and let its vendor's system answer once more."""

from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.rerun.findings import Answer, AnsweredAgain, ChangedAnswer, GradedAgain, Rerun, Status
from proofboard.app.rerun.regrading import Regraded, asked_items, compared, regrade, why_not_comparable
from proofboard.app.site import opened
from proofboard.core.aggregates import places_of
from proofboard.core.exact import rounded
from proofboard.errors import ProofboardError
from proofboard.publish.names import ITEMS, LEADERBOARD, ROOT
from proofboard.publish.scores import tolerance_of
from proofboard.publish.views.difference import rows_by_name
from proofboard.record.answering import Asking, Progress
from proofboard.record.vendors import InstalledAdapter, installed_adapter, prompted, recorded_version
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle import Response
from proofboard.schemas.selectors import select
from proofboard.verify.documents import Documents, walk
from proofboard.verify.refusals import Refusal

SHOWN: Final = 5
"""Differing answers that are listed."""

NOT_ASKED: Final = "--no-answers was given"
NOT_GRADED: Final = "the published scores do not follow from the published answers"


def rerun(site: str, selector: str, *, kinds: Collection[str] = (), answer: bool = True, progress: Progress) -> Rerun:
    """Grade an entry of a folder, archive or address again, then ask the installed adapter of its vendor again.

    Raises Refusal where the documents of the site are not those that it names, InputError where it cannot be read.
    """
    with opened(site) as folder:
        found = walk(folder)
        if found.refusals:
            raise found.refusals[0]
        row = select(list(rows_by_name(found.read(LEADERBOARD, Leaderboard)).values()), selector)
        grading, made = _grade(found, row, kinds)
        if made is None:
            answers = _not_answered(NOT_GRADED)
        else:
            answers = _answer(made, progress) if answer else _not_answered(NOT_ASKED)
        return Rerun(
            schema_version=1,
            publication=canonical.digest(found.raw[ROOT]),
            entry=f"{row.vendor}/{row.config_name}",
            grading=grading,
            answers=answers,
        )


def _grade(found: Documents, row: BoardRow, kinds: Collection[str]) -> tuple[GradedAgain, Regraded | None]:
    try:
        made = regrade(found, row, kinds)
    except Refusal as refusal:
        return GradedAgain(status="refused", reason=str(refusal)), None
    graded = GradedAgain(
        status="holds",
        bundle=made.bundle.digest,
        n_scores=made.n_scores,
        attested=tuple(made.attested),
        score=rounded(made.headline, places_of(made.benchmark, made.benchmark.headline)),
    )
    return graded, made


def _not_answered(reason: str) -> AnsweredAgain:
    return AnsweredAgain(status="not answered", reason=reason)


def _answer(made: Regraded, progress: Progress) -> AnsweredAgain:
    """Ask the vendor's system again; whatever keeps it from answering is told, and is no difference."""
    configuration, manifest = made.entry.configuration, made.bundle.manifest
    try:
        adapter = installed_adapter(configuration.vendor, configuration.name)
    except ProofboardError as error:
        return _not_answered(str(error))
    known = configuration.vendor_version or recorded_version(manifest.recorder, configuration.vendor)
    other = None
    if known is not None and known != adapter.version:
        other = f"{known!r} of {configuration.vendor} answered, installed is {adapter.version!r}"
    asked = [made.inputs.table.items[position] for position in asked_items(made)]
    try:
        asking = Asking(adapter, configuration, prompted(asked, ITEMS), trials=manifest.trials)
        responses = asking.answers(progress)
    except ProofboardError as error:
        status: Status = "different" if other else "not answered"
        found = AnsweredAgain(status=status, reason="; ".join(filter(None, (other, str(error)))))
    else:
        found = _beside(made, responses, asking, other)
    return msgspec.structs.replace(
        found,
        recorder=adapter.recorder,
        published_version=known,
        version=adapter.version,
        notes=(*found.notes, *_notes(adapter, known)),
    )


def _beside(made: Regraded, responses: Sequence[Response], asking: Asking, other: str | None) -> AnsweredAgain:
    """Compare answers with the published ones; `other` says that another version gave them."""
    kept = {(row.prompt_id, row.trial): row for row in made.bundle.responses if row.stage == "answer"}
    # An answer that no line holds counts as missing, and a line may say that it is missing: both are the same.
    published = [
        kept.get((row.prompt_id, row.trial)) or Response(prompt_id=row.prompt_id, trial=row.trial, state="missing")
        for row in responses
    ]
    pairs = [pair for pair in zip(published, responses, strict=True) if _compared(pair[0]) != _compared(pair[1])]
    found = AnsweredAgain(
        status="identical",
        n_answers=len(responses),
        n_same=len(responses) - len(pairs),
        published_digest=answers_digest(published),
        digest=answers_digest(responses),
        first_different=tuple(_changed(*pair) for pair in pairs[:SHOWN]),
    )
    if pairs and other is None and all(now.state == "platform_failure" for _, now in pairs):
        return msgspec.structs.replace(found, status="not answered", reason=asking.said())
    scored = _with_scores(found, made, responses) if pairs else found
    if other is None:
        return scored
    return msgspec.structs.replace(scored, status="different", reason="; ".join(filter(None, (other, scored.reason))))


def _with_scores(found: AnsweredAgain, made: Regraded, responses: Sequence[Response]) -> AnsweredAgain:
    """Say by how much other answers move the headline, and whether that is within what the configuration states."""
    if reason := why_not_comparable(made):
        return msgspec.structs.replace(found, status="different", reason=f"the new answers cannot be scored: {reason}")
    both = compared(made, responses)
    tolerance = tolerance_of(made.entry.configuration)
    difference = None if both.now is None or both.published is None else both.now - both.published
    within = difference is not None and abs(difference) <= Fraction(tolerance)
    places = places_of(made.benchmark, made.benchmark.headline)
    moved = "the headline moved by more than the configuration states"
    return msgspec.structs.replace(
        found,
        status="within tolerance" if within else "different",
        reason=None if within else moved if difference is not None else "one of the two has no headline",
        tolerance=tolerance,
        published_score=rounded(both.published, places),
        score=rounded(both.now, places),
        difference=rounded(difference, places),
        n_better=both.n_better,
        n_worse=both.n_worse,
        notes=_broken_promises(made),
    )


def _broken_promises(made: Regraded) -> tuple[str, ...]:
    stated = made.entry.configuration.reproducibility
    return ("the configuration states that it is deterministic",) if stated and stated.deterministic else ()


def _notes(adapter: InstalledAdapter, known: str | None) -> tuple[str, ...]:
    if known is None and adapter.version is not None:
        return (f"which version answered is not published; {adapter.version!r} answered now",)
    return ()


def answers_digest(rows: Iterable[Response]) -> str:
    """Name a set of answers by what decides scores: (prompt_id, trial, stage, state, output), sorted."""
    ordered = sorted(rows, key=lambda row: (row.prompt_id, row.trial, row.stage))
    return canonical.digest(b"".join(map(_compared, ordered)))


def _compared(row: Response) -> bytes:
    # As bytes: to Python 1, 1.0 and true are equal, to a grader they are not.
    return canonical.dump([row.prompt_id, row.trial, row.stage, row.state, row.output])


def _changed(published: Response, now: Response) -> ChangedAnswer:
    before, after = (Answer(state=row.state, output=row.output) for row in (published, now))
    return ChangedAnswer(prompt_id=now.prompt_id, trial=now.trial, published=before, now=after)
