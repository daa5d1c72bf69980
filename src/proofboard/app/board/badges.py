"""A badge of an entry: a small picture for other people's pages that says its rank, its score and how that is known."""

from typing import Final
from xml.sax.saxutils import escape

import msgspec

from proofboard.app.board.entries import entry
from proofboard.app.board.heads import Heads
from proofboard.publish.names import LEADERBOARD
from proofboard.schemas.board import BoardRow

SVG: Final = "image/svg+xml"
LONGEST_TITLE: Final = 40
LETTER: Final = 7
"""How wide a letter is taken to be, in pixels; wider ones are pressed together."""
PADDING: Final = 10
COLOURS: Final = {"rerun": "#0c6a5b", "recomputed": "#0c6a5b", "attested": "#245a9c", "reported": "#6b5b1f"}

_BADGE: Final = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}: {said}">
<title>{title}: {said}</title>
<rect width="{width}" height="20" rx="3" fill="#3d4446"/>
<path d="M{left} 0h{rest}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z" fill="{colour}"/>
<g fill="#ffffff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{at}" y="14" textLength="{long}" lengthAdjust="spacingAndGlyphs">{title}</text>
<text x="{right}" y="14" textLength="{wide}" lengthAdjust="spacingAndGlyphs">{said}</text>
</g>
</svg>
"""


class _Shown(msgspec.Struct, frozen=True):
    row: BoardRow


class _Header(msgspec.Struct, frozen=True):
    title: str
    ranking: str


def badge(heads: Heads, benchmark: str | None, name: str) -> bytes:
    """Draw the badge of an entry; raises RefusedError: 410 for one that was withdrawn, 404."""
    row = msgspec.json.decode(entry(heads, benchmark, name), type=_Shown).row
    header = heads.read(heads.of(benchmark), LEADERBOARD, _Header)
    shown = row.held_out if header.ranking.startswith("held_out") else row.public
    word = shown.assurance or "not scored"
    parts = [f"#{row.rank}" if row.rank else None, _score(shown.score), word]
    return _drawn(header.title, " · ".join(part for part in parts if part), COLOURS.get(word, "#5a6163"))


def _score(score: float | None) -> str | None:
    """Write a share as a percentage, as the board does, and any other score with its digits."""
    if score is None:
        return None
    return f"{score:.1%}" if 0 <= score <= 1 else f"{score:g}"


def _drawn(title: str, said: str, colour: str) -> bytes:
    short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    long, wide = len(short) * LETTER, len(said) * LETTER
    left, rest = long + 2 * PADDING, wide + 2 * PADDING
    return _BADGE.format(
        width=left + rest,
        left=left,
        rest=rest - 3,
        at=left / 2,
        right=left + rest / 2,
        long=long,
        wide=wide,
        colour=colour,
        title=escape(short, {'"': "&quot;"}),
        said=escape(said, {'"': "&quot;"}),
    ).encode()
