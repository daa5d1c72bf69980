"""Kinds of text that are told by a mark and an expression; nothing is compiled or searched before its mark is seen.

The expressions need linear time on any text: each begins at a mark or a boundary, and what repeats is bounded or cannot
begin again inside itself.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

MOST_FOUND: Final = 200
"""Of a text that is full of finds nobody reads more."""


class TextPattern(msgspec.Struct, frozen=True):
    """One kind of text."""

    kind: str
    """What it is, with its article: `a GitHub token`."""
    marks: tuple[str, ...]
    """Lower-case texts; where none of them stands, the expression cannot match."""
    expression: str
    """What it looks like; its first group, where it has one, is what is meant."""
    confirmed: Callable[[str], bool] | None = None
    """A second look at what is meant, such as a checksum."""


def occurrences(patterns: Iterable[TextPattern], text: str) -> list[tuple[str, int]]:
    """Return the kind and the start of everything that the patterns find, in its order; overlapping finds count once.

    Of two that overlap the pattern that comes first counts.
    """
    return [(kind, start) for kind, start, _ in finds(patterns, text)]


def finds(patterns: Iterable[TextPattern], text: str) -> list[tuple[str, int, int]]:
    """Return the kind, start and end of everything that the patterns find, as `occurrences` does."""
    lowered = text.lower()
    found: list[tuple[int, int, str]] = []
    for pattern in patterns:
        if not any(mark in lowered for mark in pattern.marks):
            continue
        for match in re.finditer(pattern.expression, text):
            start, end = match.span(1 if match.re.groups else 0)
            if start < 0 or any(start < other_end and other < end for other, other_end, _ in found):
                continue
            if pattern.confirmed is None or pattern.confirmed(text[start:end]):
                found.append((start, end, pattern.kind))
            if len(found) == MOST_FOUND:
                return [(kind, start, end) for start, end, kind in sorted(found)]
    return [(kind, start, end) for start, end, kind in sorted(found)]
