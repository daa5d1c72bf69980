"""Strengths from votes between pairs: Bradley and Terry (1952), with errors clustered by prompt.

P(a beats b) = 1/(1 + exp(b - a)) for strengths a and b; a tie is half a win for each. The covariance is the sandwich
H⁻¹GH⁻¹ with the scores of all votes on one prompt added up before they are squared, because votes on one prompt are
not independent; with the factor C/(C - 1) for C prompts. Strengths are shown times 400/ln 10, as Elo points.

These numbers need exp and log and a solver of equations, whose last digits differ between machines: they are views,
made for a reader, and never bytes of a publication.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from proofboard.core.exact import Integers
from proofboard.core.inference.estimates import Estimates
from proofboard.core.intervals import FEWEST_CLUSTERS
from proofboard.errors import Fault, InputError

ELO: Final = 400 / math.log(10)
"""Elo points in one unit of log odds."""

CONVERGED: Final = 1e-6
"""Newton's steps end with one that is shorter than this, in standard errors; what is left after it is its square."""
MOST_STEPS: Final = 200
MOST_VOTES: Final = 10**15
"""In one row: sums of more would not be exact."""
SHOWN_NAMES: Final = 10

Reals = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Votes(msgspec.Struct, frozen=True, eq=False):
    """Votes by column: every array has one element for each pair and prompt that was voted on."""

    names: Sequence[str]
    first: Integers
    """The position in `names` of one of the two."""
    second: Integers
    first_wins: Integers
    second_wins: Integers
    ties: Integers
    prompts: NDArray[np.int64] | None = None
    """The code of the prompt; None where prompts are unknown, then every single vote is taken as independent."""
    source: str = "votes"
    """What faults call them."""


def bradley_terry(votes: Votes, reference: str | None = None) -> Estimates:
    """Estimate strengths in Elo points, with mean 0 or with the reference at 0.

    The covariance is None with fewer than ten prompts (votes, where prompts are unknown). Raises InputError where no
    finite strengths follow from the votes: the comparisons fall into parts, or some won or lost all of theirs.
    """
    _refuse_unusable(votes, reference)
    strengths = _strengths(votes)
    centred = _centring(len(votes.names), None if reference is None else votes.names.index(reference))
    covariance = _covariance(votes, strengths)
    if covariance is not None:
        covariance = ELO * ELO * (centred @ covariance @ centred.T)
        covariance = (covariance + covariance.T) / 2
    return Estimates(names=votes.names, values=ELO * (centred @ strengths), covariance=covariance)


def _centring(size: int, reference: int | None) -> Reals:
    centred = np.eye(size)
    if reference is None:
        return centred - 1 / size
    centred[:, reference] -= 1
    return centred


def _refuse_unusable(votes: Votes, reference: str | None) -> None:
    reasons = list(_strange_votes(votes))
    if reference is not None and reference not in votes.names:
        reasons.append(f"has no entry {reference!r} to refer to; name one that was voted on")
    reasons = reasons or list(_infinite_strengths(votes))
    if reasons:
        raise InputError(Fault(votes.source, 0, reason) for reason in reasons)


def _strange_votes(votes: Votes) -> Iterator[str]:
    counts = np.stack([votes.first_wins, votes.second_wins, votes.ties])
    strange = (counts < 0) | (counts > MOST_VOTES)
    if strange.any():
        yield f"has the count {int(counts[strange][0])} of votes, expected 0 to 10^15"
    for name in sorted({votes.names[j] for j in votes.first[votes.first == votes.second].tolist()}):
        yield f"compares {name!r} with itself; leave those votes out"
    if not counts.any():
        yield "holds no vote"


def _infinite_strengths(votes: Votes) -> Iterator[str]:
    """Say why the likelihood has no maximum: Ford (1957), every entry must have beaten every other by some chain."""
    beaten = _beaten(votes)
    parts = _components(beaten | beaten.T)
    if len(parts) > 1:
        listed = "; ".join(sorted(_listed(votes.names, part) for part in parts))
        yield f"the comparisons fall into {len(parts)} parts that never meet ({listed}); compare across them"
        return
    parts = _components(beaten)
    if len(parts) == 1:
        return
    for part in parts:
        inside = np.isin(np.arange(len(beaten)), part)
        won, lost = beaten[inside][:, ~inside].any(), beaten[~inside][:, inside].any()
        if won != lost:
            verb, sign = ("won", "") if won else ("lost", "minus ")
            others = " with others" if len(part) > 1 else ""
            yield (
                f"{_listed(votes.names, part)} {verb} every comparison{others}, so that the strength would be {sign}"
                "infinite; add votes or leave the entry out"
            )


def _listed(names: Sequence[str], part: Sequence[int]) -> str:
    shown = ", ".join(sorted(names[j] for j in part)[:SHOWN_NAMES])
    return f"{shown} and {len(part) - SHOWN_NAMES} more" if len(part) > SHOWN_NAMES else shown


def _beaten(votes: Votes) -> Mask:
    """Return bool[J, J]: the row took at least half a win from the column."""
    beaten = np.zeros((len(votes.names), len(votes.names)), dtype=np.bool_)
    for winner, loser, wins in (
        (votes.first, votes.second, votes.first_wins + votes.ties),
        (votes.second, votes.first, votes.second_wins + votes.ties),
    ):
        beaten[winner[wins > 0], loser[wins > 0]] = True
    return beaten


def _components(edges: Mask) -> list[list[int]]:
    """Return the sets of entries that reach each other, in the order of their first entries."""
    left = np.ones(len(edges), dtype=np.bool_)
    parts: list[list[int]] = []
    while left.any():
        start = int(np.argmax(left))
        part = left & _reached(edges, start) & _reached(edges.T, start)
        parts.append(np.flatnonzero(part).tolist())
        left &= ~part
    return parts


def _reached(edges: Mask, start: int) -> Mask:
    reached = np.zeros(len(edges), dtype=np.bool_)
    reached[start] = True
    fresh = reached
    while fresh.any():
        fresh = edges[fresh].any(axis=0) & ~reached
        reached |= fresh
    return reached


def _strengths(votes: Votes) -> Reals:
    """Find the maximum of the concave likelihood by Newton's steps, halved while they would go down."""
    wins, counts = _wins_and_counts(votes)
    strengths = np.zeros(len(votes.names))
    height = _log_likelihood(wins, strengths)
    for _ in range(MOST_STEPS):
        chances = _chances(strengths)
        # Wins times what was not expected of them: nothing cancels where a chance is close to 1.
        gradient = (wins * chances.T - wins.T * chances).sum(axis=1)
        step = np.zeros_like(strengths)
        # Only differences matter: the last strength stays where it is.
        step[:-1] = _solved(votes, _information(counts, chances)[:-1, :-1], gradient[:-1])
        if float(gradient @ step) <= CONVERGED**2:
            return strengths + step
        while (higher := _log_likelihood(wins, strengths + step)) < height - 1e-9 * abs(height):
            step = step / 2
        strengths, height = strengths + step, higher
        strengths -= strengths.mean()
    raise _no_strengths(votes)


def _solved(votes: Votes, matrix: Reals, right: Reals) -> Reals:
    try:
        solved = np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError as error:
        raise _no_strengths(votes) from error
    if not np.isfinite(solved).all():
        raise _no_strengths(votes)
    return solved


def _no_strengths(votes: Votes) -> InputError:
    reason = "has counts so far apart that no strengths can be computed; are they counts of votes?"
    return InputError([Fault(votes.source, 0, reason)])


def _wins_and_counts(votes: Votes) -> tuple[Reals, Reals]:
    """Return what the row won from the column, ties as halves, and how often the two were compared."""
    twice = np.zeros((len(votes.names), len(votes.names)), dtype=np.int64)
    np.add.at(twice, (votes.first, votes.second), 2 * votes.first_wins + votes.ties)
    np.add.at(twice, (votes.second, votes.first), 2 * votes.second_wins + votes.ties)
    wins = twice / 2
    return wins, wins + wins.T


def _chances(strengths: Reals) -> Reals:
    """Return the chance that the row beats the column, from the side on which exp cannot overflow."""
    differences = strengths[:, None] - strengths[None, :]
    small = np.exp(-np.abs(differences))
    return np.asarray(np.where(differences >= 0, 1.0, small) / (1.0 + small))


def _log_likelihood(wins: Reals, strengths: Reals) -> float:
    return -float((wins * np.logaddexp(0.0, strengths[None, :] - strengths[:, None])).sum())


def _information(counts: Reals, chances: Reals) -> Reals:
    """Return H, the negative second derivative of the log-likelihood."""
    weights = counts * chances * chances.T
    return np.asarray(np.diag(weights.sum(axis=1)) - weights)


def _covariance(votes: Votes, strengths: Reals) -> Reals | None:
    """Return H⁻¹GH⁻¹ with the last strength held at 0; None with too few clusters to know it."""
    meat, n_clusters = _independent_votes(votes, strengths) if votes.prompts is None else _by_prompt(votes, strengths)
    if n_clusters < FEWEST_CLUSTERS:
        return None
    _, counts = _wins_and_counts(votes)
    inverse = np.zeros_like(meat)
    information = _information(counts, _chances(strengths))[:-1, :-1]
    inverse[:-1, :-1] = _solved(votes, information, np.eye(len(information)))
    return np.asarray(inverse @ meat @ inverse * (n_clusters / (n_clusters - 1)))


def _independent_votes(votes: Votes, strengths: Reals) -> tuple[Reals, int]:
    """Return G with every vote for itself: the squares of what it adds to the score of its pair."""
    expected = _chances(strengths)
    chances, opposite = expected[votes.first, votes.second], expected[votes.second, votes.first]
    squares = votes.first_wins * opposite**2 + votes.second_wins * chances**2 + votes.ties * (0.5 - chances) ** 2
    of_pairs = np.zeros((len(strengths), len(strengths)))
    np.add.at(of_pairs, (votes.first, votes.second), squares)
    of_pairs = of_pairs + of_pairs.T
    return np.diag(of_pairs.sum(axis=1)) - of_pairs, int((votes.first_wins + votes.second_wins + votes.ties).sum())


def _by_prompt(votes: Votes, strengths: Reals) -> tuple[Reals, int]:
    """Return G with the scores of a prompt's votes added up: a prompt after the other, in blocks that fit in memory."""
    voted = votes.first_wins + votes.second_wins + votes.ties > 0
    first, second = votes.first[voted], votes.second[voted]
    halves = votes.ties[voted] / 2
    chances = _chances(strengths)
    scores = (votes.first_wins[voted] + halves) * chances[second, first]
    scores -= (votes.second_wins[voted] + halves) * chances[first, second]
    codes = np.unique(np.asarray(votes.prompts)[voted], return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    codes, first, second, scores = codes[order], first[order], second[order], scores[order]
    n_prompts, size = int(codes[-1]) + 1, len(strengths)
    meat = np.zeros((size, size))
    block = max(1, 2**20 // size)
    for start in range(0, n_prompts, block):
        own = slice(*np.searchsorted(codes, (start, start + block)).tolist())
        influence = np.zeros((block, size))
        np.add.at(influence, (codes[own] - start, first[own]), scores[own])
        np.add.at(influence, (codes[own] - start, second[own]), -scores[own])
        meat += influence.T @ influence
    return meat, n_prompts
