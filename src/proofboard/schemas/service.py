"""What the owner of a benchmark decides about its service: limits, review, publication, schedules, retention."""

from typing import Annotated, Literal

import msgspec

from proofboard.schemas.base import Count, Document, Line

Positive = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]


class Limits(Document, frozen=True):
    """How much an organisation may hand in."""

    submissions_per_model_and_day: Positive | None = 1
    """None is no limit."""
    submissions_per_day: Positive | None = None
    """Over all models."""
    scorings_per_rotation: Positive | None = 20
    """Submissions with held-out answers between two rotations of the held-out set."""
    running_jobs: Positive = 4
    """Jobs of one organisation that run at the same time."""
    upload_megabytes: Positive = 200
    """The largest upload, in units of 1,000,000 bytes."""
    reruns_per_day: Count = 5
    """Presses of the re-run button per organisation."""


class Retention(Document, frozen=True):
    """How long files are kept, in days; None is for ever. Scores and the log are always kept for ever."""

    submissions: Positive | None = 365
    """Uploads, and bundles that are not part of a publication."""
    logs: Positive | None = 90
    artifacts: Positive | None = 30
    """Of submissions whose owner did not ask to keep them."""


class Spending(Document, frozen=True):
    """What continuous evaluation may cost, in US dollars; 0 stops it."""

    dollars_per_run: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 5.0
    dollars_per_month: Annotated[float, msgspec.Meta(ge=0, le=10_000_000)] = 100.0


class BenchmarkSettings(Document, frozen=True):
    """The settings of one benchmark of a service."""

    limits: Limits = Limits()
    publish: Literal["automatic", "on approval"] = "automatic"
    """Whether a scored submission waits for the owner's word."""
    licences: list[Line] | None = None
    """The licences (SPDX identifiers) that what is handed in may have; None is any."""
    review_personal_data: bool = True
    """Whether a submission in which personal data was found waits for review."""
    close: Literal["at once", "by schedule"] | None = None
    """When ranks are computed; None is at once, unless that takes long. A held-out board always closes by its owner's
    word or by schedule."""
    rerun: Literal["nobody", "owners", "members", "anybody"] = "members"
    """Who may press the re-run button; `members` are members of any organisation."""
    audit_share: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.05
    """The share of submissions that chance chooses for an audit."""
    appeal_days: Positive = 14
    """Days within which each step of an appeal is owed."""
    retention: Retention = Retention()
    spending: Spending = Spending()
    rotation: Line = "1"
    """The current rotation of the held-out set; a new name gives every organisation its scoring budget again."""
    contact: Line | None = None
    """How to reach the owner; shown on the board."""
