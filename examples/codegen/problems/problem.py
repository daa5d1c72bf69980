"""What a problem is made of."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from inputs import Chance

Stdin = str | list[Any]
"""A text, or the parts that `program/inputs.py` writes out."""
Drawn = Iterable[tuple[str, Stdin]]
"""Cases: the specified behaviour that each is about, and its input."""

GROUPS = ("basic", "edge", "large")


@dataclass(frozen=True)
class Problem:
    """One problem: its statement, worked examples, and the cases that are drawn for each group."""

    id: str
    title: str
    category: str
    language: str
    difficulty: str
    statement: str
    examples: Sequence[tuple[str, str]]
    """Input and output, written by hand; they stand in the prompt and are the first public cases."""
    draw: Callable[[str, Chance], Drawn]
    """Group and chance → cases."""
    answer: Callable[[str], str] | None = None
    """What is expected; None where the reference solution, in Python, says it."""


def times(count: int, text: str, chance: Chance) -> dict[str, Any]:
    """Make a part of a large input: a template, drawn so many times from a seed of its own."""
    return {"seed": f"{chance.number(0, 2**31):010d}-{chance.number(0, 2**31):010d}", "times": count, "text": text}


def lines(*rows: object) -> str:
    """Write rows as lines."""
    return "".join(f"{row}\n" for row in rows)


def many(chance: Chance, low: int, high: int, make: Callable[[], object]) -> list[object]:
    """Make low to high of something."""
    return [make() for _ in range(chance.number(low, high))]
