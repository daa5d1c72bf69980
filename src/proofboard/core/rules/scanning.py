"""Look through everything that would be published at once: one expression finds where, the exact rules say what.

The expression is the alternation of all rules without what only decides (boundaries, checksums, upper bounds), so that
RE2 takes one pass in linear time over texts of any kind; it finds every place that a rule could, and more. Around each
such place the rules themselves are asked.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import Any, Final

import msgspec
import re2

from proofboard.core.rules.patterns import TextPattern, finds
from proofboard.core.rules.sensitive import PERSONAL_DATA, SECRETS

MEMORY_BYTES: Final = 64 << 20
MARGIN_BYTES: Final = 300
"""How far around a place the rules look: no mark or boundary lies further away."""
MOST_FINDS: Final = 200
"""Nobody reads more."""


class Find(msgspec.Struct, frozen=True, order=True):
    """Something sensitive in one of several texts."""

    number: int
    """Which text, from 0."""
    line: int
    """Which line of it, from 1."""
    kind: str
    """What it is, with its article: `a GitHub token`."""
    is_secret: bool
    text: str
    """What was found; never to be repeated to anybody."""


def sensitive_in(texts: Sequence[str], is_known: Callable[[str], bool] = lambda _: False) -> list[Find]:
    """Return what looks like a secret or like somebody's data in any of the texts, in their order.

    Of each of the two at most 200 are returned; `is_known` says of a find that it is no news, such as a text of the
    questions that an answer repeats.
    """
    raws = [text.encode("utf-8", "replace") for text in texts]
    # No rule spans lines, so texts one below the other hide nothing.
    starts = list(accumulate((len(raw) + 1 for raw in raws), initial=0))
    found: list[Find] = []
    left = {True: MOST_FINDS, False: MOST_FINDS}
    for number, first, last in _places(b"\n".join(raws), starts):
        start = starts[number]
        for find in _judged(raws[number], number, (first - start, last - start)):
            if left[find.is_secret] and not is_known(find.text):
                left[find.is_secret] -= 1
                found.append(find)
        # Secrets are looked for to the end: what is told of persons must not hide them.
        if not left[True]:
            break
    return found


def _places(whole: bytes, starts: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield the number of a text, and the begin and end of a part of it that the rules must see, each part once."""
    number, first, last = 0, -1, -1
    for match in _anything().finditer(whole):
        start, end = match.span()
        # What a place begins with may be the line feed between two texts.
        end = max(end, start + 2)
        own = bisect_right(starts, start if whole[start : start + 1] != b"\n" else start + 1) - 1
        low, high = max(starts[own], start - MARGIN_BYTES), min(starts[own + 1] - 1, end + MARGIN_BYTES)
        if own == number and first >= 0 and low <= last:
            last = max(last, high)
            continue
        if first >= 0:
            yield number, first, last
        number, first, last = own, low, high
    if first >= 0:
        yield number, first, last


def _judged(raw: bytes, number: int, part: tuple[int, int]) -> list[Find]:
    """Ask the rules themselves what stands in a part of a text."""
    first, last = part
    near = raw[first:last].decode("utf-8", "ignore")
    judged: list[tuple[int, int, Find]] = []
    for patterns, is_secret in ((SECRETS, True), (PERSONAL_DATA, False)):
        for kind, start, end in finds(patterns, near):
            # What begins or ends where the text was cut may be part of something longer.
            cut = (start == 0 and first > 0) or (end == len(near) and last < len(raw))
            if not cut:
                line = raw.count(b"\n", 0, first) + near.count("\n", 0, start) + 1
                judged.append((start, end, Find(number, line, kind, is_secret, near[start:end])))
    return [find for _, _, find in sorted(judged)]


@cache
def _anything() -> Any:  # noqa: ANN401 - re2 publishes no types
    options = re2.Options()
    options.max_mem = MEMORY_BYTES
    options.never_capture = True
    options.encoding = re2.Options.Encoding.UTF8
    return re2.compile("|".join(f"(?:{loosened(own)})" for own in (*SECRETS, *PERSONAL_DATA)).encode(), options)


def loosened(pattern: TextPattern) -> str:
    """Write a rule's expression for RE2: it matches wherever the rule does, with the letter before it, and more."""
    plain = re.sub(r"\(\?<!\[([^\]]*)\]\)", r"(?:\\A|[^\1])", pattern.expression)
    plain = re.sub(r"\(\?<?[!=][^()]*\)", "", plain)
    plain = re.sub(r"\{(\d+),\d+\}", r"{\1,}", plain)
    # Letters and digits of every script, as Python has them; the rules name them in sets of characters only.
    return plain.replace(r"[^\W\d_]", r"\pL").replace(r"\w", r"\pL\pN\pM_")
