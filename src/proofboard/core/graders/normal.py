"""Normal forms of text, so that answers that read alike compare equal.

All follow the Unicode tables of the running Python; these never change for a character once it is assigned.
"""

import string
import unicodedata
from collections.abc import Sequence
from typing import Final

ARTICLES: Final = frozenset({"a", "an", "the"})


class _Punctuation(dict[int, int | None]):
    """A table for `str.translate` that deletes punctuation and learns each character when it first meets it."""

    def __missing__(self, code: int) -> int | None:
        letter = chr(code)
        deleted = letter in string.punctuation or unicodedata.category(letter).startswith("P")
        self[code] = None if deleted else code
        return self[code]


_PUNCTUATION: Final = _Punctuation()


def compatible(text: str) -> str:
    """Return the NFKC form: ligatures, full-width letters and composed accents in one spelling."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def folded(text: str) -> str:
    """Return the NFKC form without differences of case."""
    return text.lower() if text.isascii() else compatible(compatible(text).casefold())


def without_punctuation(text: str) -> str:
    """Delete (not replace) Unicode punctuation and the ASCII symbols $+<=>^`|~."""
    return text.translate(_PUNCTUATION)


def tokens(text: str, *, drop_articles: bool) -> Sequence[str]:
    """Split folded text without punctuation at white space, and leave out English articles if asked."""
    words = without_punctuation(folded(text)).split()
    return [word for word in words if word not in ARTICLES] if drop_articles else words


def contains_words(text: str, part: str) -> bool:
    """Say whether a part stands in a text with no letter or digit directly before or after it."""
    start = text.find(part)
    while start >= 0:
        end = start + len(part)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            return True
        start = text.find(part, start + 1)
    return False
