"""What the web process counts of its own answers, for `/metrics`."""

from bisect import bisect_left
from collections import Counter
from typing import Final

BOUNDS_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Durations:
    """How long requests of one kind took, in buckets."""

    def __init__(self) -> None:
        """Begin with none."""
        self.buckets = [0] * (len(BOUNDS_SECONDS) + 1)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one request."""
        self.buckets[bisect_left(BOUNDS_SECONDS, seconds)] += 1
        self.seconds += seconds


class Counts:
    """Requests by method, route and status. Routes are those of the application, so there are few of them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.durations: dict[str, Durations] = {}

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self.requests[method, route, status] += 1
        self.durations.setdefault(route, Durations()).add(seconds)
