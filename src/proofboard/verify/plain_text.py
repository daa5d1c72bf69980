"""What makes two texts the same text: their letters and signs, not how somebody typed or escaped them."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_ALIKE: Final = str.maketrans("“”„«»’\u2018`", '"' * 5 + "'" * 3)

_NOT_COMPARED: Final = frozenset({"Cc", "Cf", "Mn", "Pi", "Pf", "Zl", "Zp", "Zs"})
"""Control and invisible characters, accents, opening and closing quotes, white space."""

_ESCAPE: Final = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([nrtbf])|(["'\\/]))""")


def plain(text: str) -> str:
    """Fold case, width, quotes and white space, so that only the words are compared."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_ALIKE)
    return " ".join(folded.split())


def bare(text: str) -> str:
    """Keep letters, digits and signs: no accents, quotes, white space or invisible characters, one kind of dash."""
    if text.isascii():
        return text.lower().translate(_BARE_ASCII)
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return folded.translate(_BARE)


class _Bare(dict[int, int | str | None]):
    """What becomes of each character, looked up once: a text of a million characters asks for few."""

    def __missing__(self, code: int) -> int | str | None:
        letter = chr(code)
        category = unicodedata.category(letter)
        dropped = category in _NOT_COMPARED or letter in "\"'`„"
        self[code] = None if dropped else "-" if category == "Pd" else code
        return self[code]


_BARE: Final = _Bare()
_BARE_ASCII: Final = {code: None if chr(code) in "\"'`\x7f" or code <= ord(" ") else code for code in range(128)}
"""The same for the usual text, every character named: a long text is then read without asking for any."""


def unescaped(text: str) -> Iterator[str]:
    """Yield a text, and what it says where it is itself written with escapes of HTML, JSON or a program."""
    yield text
    if "&" in text and (read := html.unescape(text)) != text:
        yield read
    if "\\" in text and (read := _ESCAPE.sub(_character, text)) != text:
        yield read


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16))
    return " " if match[3] else str(match[4])
