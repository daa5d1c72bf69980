"""What running a published entry again found."""

from typing import Any, Literal

from proofboard.schemas.base import Count, Digest, Document
from proofboard.schemas.bundle import ResponseState

Status = Literal["identical", "within tolerance", "different", "not answered"]


class GradedAgain(Document, frozen=True):
    """What our graders make of the published answers."""

    status: Literal["holds", "refused"]
    reason: str | None = None
    bundle: Digest | None = None
    """The bundle whose answers were graded."""
    n_scores: Count | None = None
    """Item scores that were made again, and are as published or within their grader's tolerance."""
    attested: tuple[str, ...] = ()
    """Metrics of third-party graders that were not run."""
    score: float | None = None
    """The headline; None where there is none, or where it depends on other entries."""


class Answer(Document, frozen=True):
    """One answer as it is compared."""

    state: ResponseState
    output: Any


class ChangedAnswer(Document, frozen=True):
    """An answer that is not what was published."""

    prompt_id: str
    trial: Count
    published: Answer
    now: Answer


class AnsweredAgain(Document, frozen=True):
    """What the vendor's system answers now, beside what was published."""

    status: Status
    reason: str | None = None
    """Why the answers differ in substance, or why there are none."""
    recorder: str | None = None
    """The adapter that answered."""
    published_version: str | None = None
    """The version of the vendor's system that answered then, as far as configuration or bundle say."""
    version: str | None = None
    n_answers: Count | None = None
    n_same: Count | None = None
    published_digest: Digest | None = None
    """Over (prompt_id, trial, stage, state, output) of every answer: usage, times and costs are left out."""
    digest: Digest | None = None
    tolerance: str | None = None
    """How far the configuration lets the headline move."""
    published_score: float | None = None
    score: float | None = None
    difference: float | None = None
    """The new headline minus the published one, on the same items."""
    n_better: Count | None = None
    n_worse: Count | None = None
    """Items whose own score is worse than the published one."""
    first_different: tuple[ChangedAnswer, ...] = ()
    notes: tuple[str, ...] = ()


class Rerun(Document, frozen=True):
    """An entry of a publication, run again."""

    schema_version: Literal[1]
    publication: Digest
    entry: str
    grading: GradedAgain
    answers: AnsweredAgain

    @property
    def reproduced(self) -> bool:
        """Say that nothing was found that differs."""
        return self.grading.status == "holds" and self.answers.status != "different"
