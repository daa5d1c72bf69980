"""The standard input of a case: a text, or parts that are drawn again from their seeds.

A part is a text, or `{"seed": text, "times": n, "text": template}`: the template n times, with its fields drawn anew
each time. Fields: `<int A B>` an integer from A to B; `<word A B>` A to B lower-case letters; `<pick a|b|c>` one of
these; `<n>` how many came before; `<near D>` that number less 1 to D, never below 0.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FIELD = re.compile(r"<(int|word|pick|n|near)(?: ([^<>]*))?>")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Chance:
    """Numbers that follow from a seed, the same on every machine and in every version of Python."""

    def __init__(self, seed: str) -> None:
        self.state = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")

    def below(self, bound: int) -> int:
        """Draw an integer from 0 to bound - 1; the multiplier is that of Knuth's MMIX."""
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        return (self.state >> 32) * bound >> 32

    def number(self, low: int, high: int) -> int:
        """Draw an integer from low to high."""
        return low + self.below(high - low + 1)

    def pick(self, choices: Sequence[str]) -> str:
        """Draw one of the choices."""
        return choices[self.below(len(choices))]

    def word(self, low: int, high: int) -> str:
        """Draw a word of low to high letters."""
        return "".join([LETTERS[self.below(26)] for _ in range(self.number(low, high))])

    def shuffled(self, values: Iterable[str]) -> list[str]:
        """Return the values in a drawn order."""
        rest = list(values)
        return [rest.pop(self.below(len(rest))) for _ in range(len(rest))]


def written_out(stdin: str | list[Any]) -> str:
    """Return the whole input of a case as text."""
    if isinstance(stdin, str):
        return stdin
    return "".join(part if isinstance(part, str) else _drawn(part) for part in stdin)


def _drawn(part: dict[str, Any]) -> str:
    chance = Chance(part["seed"])
    # A split at a pattern of two groups gives text, kind, argument, text, kind, argument, text and so on.
    first, *rest = FIELD.split(part["text"])
    fields = [(_field(kind, argument, chance), text) for kind, argument, text in zip(rest[::3], rest[1::3], rest[2::3])]
    out = []
    for number in range(part["times"]):
        out.append(first)
        for draw, text in fields:
            out.append(draw(number))
            out.append(text)
    return "".join(out)


def _field(kind: str, argument: str, chance: Chance) -> Callable[[int], str]:
    """Return what draws a field; it is given how many came before."""
    if kind == "n":
        return str
    if kind == "pick":
        choices = argument.split("|")
        return lambda _: chance.pick(choices)
    if kind == "near":
        return lambda number: str(max(0, number - chance.number(1, int(argument))))
    low, high = map(int, argument.split())
    if kind == "int":
        return lambda _: str(chance.number(low, high))
    return lambda _: chance.word(low, high)
