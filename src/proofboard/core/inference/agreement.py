"""How far judges agree beyond chance: Fleiss' kappa over votes, Cohen's kappa between two judges, both exact.

Categories are whatever was said: pass, fail, and no verdict. Where all fall into one category, chance agrees as well as
the judges do, and kappa says nothing: it is None, and the observed agreement 1.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

import msgspec

from proofboard.core.exact import Exact
from proofboard.core.graders.votes import verdict_of
from proofboard.schemas.bundle import Verdict

FEWEST_VOTES = 2
"""One vote agrees with nothing."""

ResponseKey = tuple[str, int, str]
"""Prompt, trial, stage."""


class Agreement(msgspec.Struct, frozen=True):
    """How often two verdicts on one response are the same, and how far that is beyond chance; exact."""

    n_responses: int
    observed: Exact
    """The share of pairs of verdicts on one response that agree; None without a response."""
    kappa: Exact
    """1 where all agree, 0 where they agree as often as by chance; None where chance alone would always agree."""


class JudgePair(msgspec.Struct, frozen=True):
    """Two judges, by the majority of each on the responses that both voted on."""

    a: str | None
    """None is the judge that the manifest does not name."""
    b: str | None
    agreement: Agreement


class VoteAgreement(msgspec.Struct, frozen=True):
    """How far the votes of a bundle agree."""

    n_votes: int
    """Votes on each response that is counted: the most common number of at least two."""
    n_left_out: int
    """Responses with another number of votes."""
    votes: Agreement
    judges: Sequence[JudgePair]


def fleiss(counts: Sequence[Mapping[Hashable, int]]) -> Agreement:
    """Return Fleiss' kappa of responses that were rated equally often, each given as category → number of ratings.

    Raises:
        ValueError: the responses have different numbers of ratings, or fewer than two.

    Source: Fleiss 1971, Psychological Bulletin 76(5), equations 1 to 7.
    """
    sizes = {sum(row.values()) for row in counts}
    if len(sizes) > 1 or any(size < FEWEST_VOTES for size in sizes):
        raise ValueError(f"responses have {sorted(sizes)} ratings, expected one number of at least {FEWEST_VOTES}")
    if not counts:
        return Agreement(0, None, None)
    n_votes = sizes.pop()
    agreeing = sum(count * (count - 1) for row in counts for count in row.values())
    observed = Fraction(agreeing, len(counts) * n_votes * (n_votes - 1))
    totals: Counter[Hashable] = Counter()
    for row in counts:
        totals.update(row)
    expected = Fraction(sum(total**2 for total in totals.values()), (len(counts) * n_votes) ** 2)
    return Agreement(len(counts), observed, _beyond_chance(observed, expected))


def cohen(pairs: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """Return Cohen's kappa of two judges, given what each said of every response.

    Source: Cohen 1960, Educational and Psychological Measurement 20(1), equation 1.
    """
    said = list(pairs)
    if not said:
        return Agreement(0, None, None)
    observed = Fraction(sum(one == other for one, other in said), len(said))
    first, second = Counter(one for one, _ in said), Counter(other for _, other in said)
    expected = Fraction(sum(count * second[category] for category, count in first.items()), len(said) ** 2)
    return Agreement(len(said), observed, _beyond_chance(observed, expected))


def _beyond_chance(observed: Fraction, expected: Fraction) -> Exact:
    return None if expected == 1 else (observed - expected) / (1 - expected)


def vote_agreement(verdicts: Sequence[Verdict], judge: str | None) -> VoteAgreement | None:
    """Return how far the votes of a bundle agree; None where no response has two.

    `judge` is the one that the manifest names, whose votes need not name it. A null vote is a category of its own: a
    judge that gives no verdict agrees with none that gives one.
    """
    cast: dict[ResponseKey, list[Verdict]] = {}
    for own in verdicts:
        cast.setdefault((own.prompt_id, own.trial, own.stage), []).append(own)
    times = Counter(len(votes) for votes in cast.values() if len(votes) >= FEWEST_VOTES)
    if not times:
        return None
    n_votes = max(times, key=lambda number: (times[number], number))
    counts = [Counter[Hashable](own.passed for own in votes) for votes in cast.values() if len(votes) == n_votes]
    return VoteAgreement(n_votes, len(cast) - len(counts), fleiss(counts), _pairs(cast.values(), judge))


def _pairs(responses: Iterable[Sequence[Verdict]], judge: str | None) -> list[JudgePair]:
    """Compare every two judges; what a judge says of a response is what its own votes come to as a grade."""
    said: dict[str | None, dict[int, bool | None]] = {}
    for number, votes in enumerate(responses):
        own: dict[str | None, list[bool | None]] = {}
        for vote in votes:
            own.setdefault(vote.judge or judge, []).append(vote.passed)
        for name, cast in own.items():
            said.setdefault(name, {})[number] = verdict_of(cast)
    named = sorted(said, key=lambda name: (name != judge, name or ""))
    return [
        JudgePair(
            one, other, cohen((said[one][own], said[other][own]) for own in said[one].keys() & said[other].keys())
        )
        for one, other in combinations(named, 2)
    ]
