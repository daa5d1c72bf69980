"""What an entry used: tokens, time and money, summed exactly; None where nothing recorded it, never 0."""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import msgspec

from proofboard.core.exact import mean_of, root
from proofboard.schemas.benchmark import Price
from proofboard.schemas.bundle import Response, Usage

NANO = 10**9
MICRO = 10**6
MILLION = 10**6


class UsageTotals(msgspec.Struct, frozen=True):
    """Sums over the responses of one bundle; a sum is None unless every response recorded its part."""

    responses: int
    recorded: int
    """Responses with any usage."""
    calls: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    total_tokens: int | None
    dollars: Fraction | None
    seconds: Fraction | None
    spread: tuple[Fraction, float | None, Fraction] | None
    """Mean, sample deviation and 95th percentile of the seconds of the responses that recorded them."""


def usage_totals(responses: Sequence[Response], price: Price | None) -> UsageTotals:
    """Add up a bundle's usage; money is what was recorded, else what the tokens cost by the price table."""
    used = [response.usage or Usage() for response in responses]
    times = sorted(usage.microseconds for usage in used if usage.microseconds is not None)
    return UsageTotals(
        responses=len(used),
        recorded=sum(1 for usage in used if usage != Usage()),
        calls=_sum(usage.calls for usage in used),
        prompt_tokens=_sum(usage.prompt_tokens for usage in used),
        completion_tokens=_sum(usage.completion_tokens for usage in used),
        total_tokens=_sum(map(_tokens, used)),
        dollars=_dollars(used, price),
        seconds=Fraction(sum(times), MICRO) if used and len(times) == len(used) else None,
        spread=_spread(times),
    )


def price_of(prices: Iterable[Price], model: str | None, day: str | None) -> Price | None:
    """Return the price of a model in force on a day: the latest that is not after it; None for an unknown day."""
    known = [price for price in prices if price.model == model and day and price.since[:10] <= day[:10]]
    return max(known, key=lambda price: price.since, default=None)


def _sum(parts: Iterable[int | None]) -> int | None:
    kept = list(parts)
    known = [part for part in kept if part is not None]
    return sum(known) if kept and len(known) == len(kept) else None


def _tokens(usage: Usage) -> int | None:
    if usage.total_tokens is not None:
        return usage.total_tokens
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    return usage.prompt_tokens + usage.completion_tokens


def _dollars(used: Sequence[Usage], price: Price | None) -> Fraction | None:
    """Add what was recorded, else what the tokens cost; None as soon as one response has neither."""
    recorded = prompt = completion = 0
    for usage in used:
        if usage.cost_nanodollars is not None:
            recorded += usage.cost_nanodollars
        elif price is None or usage.prompt_tokens is None or usage.completion_tokens is None:
            return None
        else:
            prompt += usage.prompt_tokens
            completion += usage.completion_tokens
    if not used:
        return None
    by_table = Fraction(0)
    if price is not None:
        by_table = prompt * Fraction(price.prompt_per_million) + completion * Fraction(price.completion_per_million)
    return Fraction(recorded, NANO) + by_table / MILLION


def _spread(times: Sequence[int]) -> tuple[Fraction, float | None, Fraction] | None:
    """Return mean, sample deviation and 95th percentile of sorted microseconds, in seconds."""
    n = len(times)
    if not n:
        return None
    total, squares = sum(times), sum(time * time for time in times)
    deviation = root(Fraction(n * squares - total * total, n * (n - 1) * MICRO * MICRO)) if n > 1 else None
    return Fraction(total, n * MICRO), deviation, percentile(times, Fraction(95, 100)) / MICRO


def percentile(ordered: Sequence[int], share: Fraction) -> Fraction:
    """Return a percentile of sorted integers by linear interpolation between the two nearest."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


class Ratios(msgspec.Struct, frozen=True):
    """Score for each dollar, million tokens and second."""

    dollar: Fraction | None
    tokens: Fraction | None
    second: Fraction | None


def ratios(score: Fraction | None, usage: UsageTotals | None, *, complete: bool) -> Ratios:
    """Relate a score to what it cost; nothing where an answer is absent, so that skipping is never efficient."""
    if score is None or usage is None or not complete:
        return Ratios(None, None, None)
    tokens = None if usage.total_tokens is None else Fraction(usage.total_tokens, MILLION)
    return Ratios(_divide(score, usage.dollars), _divide(score, tokens), _divide(score, usage.seconds))


def _divide(score: Fraction, cost: Fraction | None) -> Fraction | None:
    return score / cost if cost else None


def relative_efficiency(entries: Sequence[Ratios]) -> list[Fraction | None]:
    """Return each entry's efficiency in percent of the best: the mean over the ratios that it has."""
    kinds: Sequence[Callable[[Ratios], Fraction | None]] = (
        lambda entry: entry.dollar,
        lambda entry: entry.tokens,
        lambda entry: entry.second,
    )
    shares: list[list[Fraction]] = [[] for _ in entries]
    for kind in kinds:
        found = [kind(entry) for entry in entries]
        best = max((value for value in found if value is not None), default=Fraction(0))
        for own, value in zip(shares, found, strict=True):
            if value is not None and best > 0:
                own.append(100 * value / best)
    return [mean_of(own) if own else None for own in shares]
