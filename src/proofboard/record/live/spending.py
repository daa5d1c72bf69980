"""What a live run has spent, what it may spend, and how fast it may ask."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from proofboard.errors import ProofboardError
from proofboard.schemas.benchmark import Price
from proofboard.schemas.bundle import Usage

MILLION: Final = 10**6


class OutOfBudgetError(ProofboardError):
    """Another request would cost more than was allowed; the run stops, and what it has is kept."""


class Purse:
    """Money by the dated price table: what was spent, and whether another request may begin.

    A request in flight is counted with the mean cost of those of its model that came back. Until a first one has, only
    one request of a model is made, so that nothing of unknown cost is made fifty times.
    """

    def __init__(self, prices: Mapping[str, Price | None], limit: Fraction | None = None) -> None:
        """Begin with nothing spent; `prices` names every model that may be asked, `limit` is in US dollars."""
        self._prices = prices
        self._limit = limit
        self._spent: defaultdict[str, Fraction] = defaultdict(Fraction)
        self._paid: defaultdict[str, int] = defaultdict(int)
        self._flying: defaultdict[str, int] = defaultdict(int)
        self._known = all(price is not None for price in prices.values())
        self._changed = asyncio.Condition()

    @property
    def spent(self) -> Fraction | None:
        """US dollars so far; None where the price of a model, or what it used, is not known."""
        return sum(self._spent.values(), Fraction()) if self._known else None

    def pay(self, model: str, usage: Usage | None) -> None:
        """Add what one request used, its failed tries at no cost."""
        cost = cost_of(usage, self._prices.get(model))
        if cost is None:
            self._known = self._known and not (usage and usage.calls)
            return
        self._spent[model] += cost
        self._paid[model] += 1

    async def begin(self, model: str) -> None:
        """Wait until a request may be made; raises OutOfBudgetError where it may not."""
        if self._limit is not None:
            async with self._changed:
                await self._changed.wait_for(lambda: self._paid[model] or not self._flying[model])
                self._refuse_beyond(model, self._limit)
                self._flying[model] += 1
        else:
            self._flying[model] += 1

    async def end(self, model: str, usage: Usage | None) -> None:
        """Take note that a request came back, with what it used, or was given up."""
        self._flying[model] -= 1
        self.pay(model, usage)
        if self._limit is not None:
            async with self._changed:
                self._changed.notify_all()

    def _refuse_beyond(self, model: str, limit: Fraction) -> None:
        if self.spent is None:
            raise OutOfBudgetError("the provider does not say how many tokens it used, so no budget can be kept")
        flying = {**self._flying, model: self._flying[model] + 1}
        coming = sum((count * self._mean(name) for name, count in flying.items()), Fraction())
        if self.spent + coming > limit or self.spent >= limit:
            said = f"the budget of ${dollars(limit)} is reached, requests on their way counted with their mean cost"
            raise OutOfBudgetError(said)

    def _mean(self, model: str) -> Fraction:
        return self._spent[model] / self._paid[model] if self._paid[model] else Fraction()


class Pace:
    """The shortest time between the starts of two requests, whoever makes them."""

    def __init__(self, seconds: float = 0) -> None:
        """Begin at once; 0 waits for nothing."""
        self._seconds = seconds
        self._last: float | None = None
        self._turn = asyncio.Lock()

    async def turn(self) -> None:
        """Wait for the turn of one request; who comes first goes first."""
        if not self._seconds:
            return
        async with self._turn:
            if self._last is not None:
                await asyncio.sleep(max(0.0, self._last + self._seconds - time.monotonic()))
            self._last = time.monotonic()


def cost_of(usage: Usage | None, price: Price | None) -> Fraction | None:
    """Return US dollars by the price table, exactly; None where tokens or price are not known."""
    if usage is None or price is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    prompt = usage.prompt_tokens * Fraction(price.prompt_per_million)
    return (prompt + usage.completion_tokens * Fraction(price.completion_per_million)) / MILLION


def dollars(amount: Fraction) -> str:
    """Write US dollars for people, to a hundredth of a cent."""
    return f"{float(amount):.4f}"
