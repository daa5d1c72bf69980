"""How far the votes of judges on the answers of an entry agree."""

from proofboard.schemas.base import Count, Document, Line


class VotesAgreement(Document, frozen=True):
    """How far all votes on a response agree."""

    n_responses: Count
    """Responses with `n_votes` votes."""
    n_votes: Count
    """The most common number of votes on a response, of at least two."""
    n_left_out: Count
    """Responses with another number of votes."""
    observed: float | None
    """The share of pairs of votes on one response that are the same."""
    kappa: float | None
    """Fleiss' kappa; None where all votes are the same, since chance would agree as well."""


class JudgesAgreement(Document, frozen=True):
    """How far two judges agree, by the majority of each one's votes on a response."""

    a: Line | None
    """None is a judge without a name."""
    b: Line | None
    n_responses: Count
    """Responses that both voted on."""
    observed: float | None
    kappa: float | None
    """Cohen's kappa."""


class JudgeAgreement(Document, frozen=True):
    """How far the votes on the public answers agree; a null vote is a verdict of its own."""

    votes: VotesAgreement
    judges: list[JudgesAgreement]
    """Every two judges; empty where one judge casts all votes."""
