"""Bundles whose answers were removed at the owner's word: what stays of them, and how a publication says so."""

from typing import Annotated, Final

import msgspec

from proofboard.schemas.agreement import JudgeAgreement
from proofboard.schemas.base import Count, Date, Document, Line

PURGED_FILE: Final = "purged.json"
"""The record beside the manifest of a purged bundle, in a benchmark directory."""

Ratio = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{1,60}(/[1-9][0-9]{0,59})?$(?!\n)",
        description="An exact fraction that is not negative: `3`, or `3/4`.",
    ),
]
PublicReason = Annotated[str, msgspec.Meta(pattern=r"^[^\n\r]*\S[^\n\r]*$(?!\n)", max_length=1_000)]


class SecondsSpread(Document, frozen=True):
    """How long the answers took, in seconds."""

    mean: Ratio
    """Over the responses that recorded it."""
    standard_deviation: Annotated[float, msgspec.Meta(ge=0)] | None
    """Of the sample; None where one response recorded it."""
    percentile_95: Ratio
    """By linear interpolation."""


class Tallies(Document, frozen=True):
    """What the lines of a bundle summed up to before they were removed; nobody can add them up again."""

    n_responses: Count
    """Answers, those of all trials and stages."""
    n_recorded: Count
    """Answers with any usage."""
    calls: Count | None
    """Sums are None unless every answer recorded its part."""
    prompt_tokens: Count | None
    completion_tokens: Count | None
    total_tokens: Count | None
    dollars: Ratio | None
    seconds: Ratio | None
    spread: SecondsSpread | None
    n_votes: Count | None
    """The fewest votes on a response that was voted on."""
    n_verdicts: Count | None
    """All votes."""
    n_answered: Count
    """Prompts with an answer or refusal in every trial."""
    invalid: Line | None
    """Why the run was no measurement: a purge makes none of it."""
    agreement: JudgeAgreement | None
    """How far the votes agreed, as it was published."""


class Purge(Document, frozen=True):
    """That the answers of a bundle were removed: its scores are the owner's word from then on."""

    date: Date
    """When, as the owner says it."""
    reason: PublicReason
    """Why, in words that everybody may read."""
    tallies: Tallies
    """What the removed lines summed up to."""
