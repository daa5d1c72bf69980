"""The states of what a service keeps, and the moves that are allowed between them; anything else is refused."""

from collections.abc import Mapping
from typing import Final, Literal, get_args

SubmissionState = Literal[
    "received",
    "checking",
    "in_review",
    "queued",
    "evaluating",
    "scored",
    "approved",
    "published",
    "superseded",
    "withdrawn",
    "refused",
    "failed",
]
"""`scored` waits for the owner's approval, `approved` for the next publication; `failed` is a fault of the platform."""

SUBMISSION_MOVES: Final[Mapping[SubmissionState, frozenset[SubmissionState]]] = {
    "received": frozenset({"checking", "withdrawn", "failed"}),
    "checking": frozenset({"queued", "in_review", "refused", "withdrawn", "failed"}),
    "in_review": frozenset({"queued", "refused", "withdrawn"}),
    "queued": frozenset({"evaluating", "withdrawn", "failed"}),
    "evaluating": frozenset({"scored", "refused", "withdrawn", "failed"}),
    "scored": frozenset({"approved", "refused", "withdrawn", "failed"}),
    "approved": frozenset({"published", "refused", "withdrawn", "failed"}),
    "published": frozenset({"superseded", "withdrawn"}),
    "superseded": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
    "refused": frozenset(),
    # The owner may try again what failed through no fault of the submitter.
    "failed": frozenset({"received", "withdrawn"}),
}

SETTLED: Final = frozenset({"published", "superseded", "withdrawn", "refused", "failed"})
"""States in which nobody waits for the platform."""

AppealState = Literal["filed", "acknowledged", "under_review", "upheld", "rejected", "retracted"]

APPEAL_MOVES: Final[Mapping[AppealState, frozenset[AppealState]]] = {
    "filed": frozenset({"acknowledged", "retracted"}),
    "acknowledged": frozenset({"under_review", "retracted"}),
    "under_review": frozenset({"upheld", "rejected", "retracted"}),
    "upheld": frozenset(),
    "rejected": frozenset(),
    "retracted": frozenset(),
}

AuditState = Literal["open", "cleared", "confirmed"]

AUDIT_MOVES: Final[Mapping[AuditState, frozenset[AuditState]]] = {
    "open": frozenset({"cleared", "confirmed"}),
    "cleared": frozenset(),
    "confirmed": frozenset(),
}

JobState = Literal["waiting", "running", "done", "failed"]

Queue = Literal["trusted", "untrusted"]
"""`untrusted` runs programs of the owner on answers of a submitter, in the sandbox."""

JobKind = Literal[
    "check", "evaluate", "grade", "publish", "close", "draft", "rerun", "live", "retain", "audit", "deliver"
]
"""`grade` is for held-out answers: of what it does and how long that takes nothing is told."""

Role = Literal["owner", "maintainer", "submitter"]

ROLES: Final[tuple[Role, ...]] = get_args(Role)
"""From the one who may do most."""
