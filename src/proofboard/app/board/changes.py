"""What changed on a board, read from its published log: for its page, and as a feed (Atom, RFC 4287) for readers.

What was handed in or refused is in the log too; it changed nothing that the board shows, and is left out.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

import msgspec

from proofboard.app.board.heads import Heads, Readable
from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.listing import number_after
from proofboard.ledger.documents import PAGE_LEAVES
from proofboard.ledger.paths import LOG, page_path
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.publication import Publication

ATOM: Final = "application/atom+xml; charset=utf-8"
LEFT_OUT: Final = frozenset({"received", "refused"})
FED: Final = 50
"""Changes in a feed."""

# What no XML document may hold (XML 1.0, 2.2).
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the log."""

    number: int
    """Its place in the log, from 0."""
    kind: str
    at: str
    """As whoever added the line says it."""
    entry: str | None
    successor: str | None
    submission: str | None
    publication: str | None
    appeal: str | None
    outcome: str | None
    organisation: str | None
    """Who did it; None is the owner of the board."""
    reason: str | None


def changes(heads: Heads, benchmark: str | None, span: Span) -> Page[Change]:
    """List what changed on a board, the latest first; raises RefusedError (404, 422)."""
    before = number_after(span)
    found = list(islice(_latest(heads, heads.of(benchmark), before), span.limit + 1))
    return page(found, span.limit, [own.number for own in found])


def change_feed(heads: Heads, benchmark: str | None) -> bytes:
    """Write the latest changes of a board as a feed."""
    head = heads.of(benchmark)
    found = list(islice(_latest(heads, head), FED))
    title = heads.read(head, "publication.json", Publication).title
    address = f"{(heads.instance.settings.public_url or '').rstrip('/')}/boards/{head.benchmark}/"
    updated = found[0].at if found else "1970-01-01"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>urn:proofboard:board:{head.benchmark}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{_instant(updated)}</updated>",
        f'<link href="{_text(address)}"/>',
        f"<author><name>{_text(head.benchmark)}</name></author>",
        *(line for own in found for line in change_entry(own, head.benchmark, address)),
        "</feed>",
    ]
    return "\n".join([*lines, ""]).encode()


def change_entry(own: Change, benchmark: str, address: str) -> Iterator[str]:
    """Write a change as a part of a feed; `address` is the page of its board."""
    said = own.kind.replace("_", " ")
    about = own.entry or own.appeal or benchmark
    to = f"{address}?page=entry&entry={quote(own.entry)}" if own.entry else f"{address}?page=about"
    yield f"<entry><id>urn:proofboard:board:{benchmark}:change:{own.number}</id>"
    yield f"<title>{_text(f'{about}: {said}')}</title><updated>{_instant(own.at)}</updated>"
    yield f'<link href="{_text(to)}"/><summary>{_text(own.reason or own.outcome or said)}</summary></entry>'


def _text(said: str) -> str:
    return escape(_NO_XML.sub("\ufffd", said), {'"': "&quot;"})


def _instant(at: str) -> str:
    return at if "T" in at else f"{at}T00:00:00Z"


def _latest(heads: Heads, head: Readable, before: int | None = None) -> Iterator[Change]:
    """Read the log from its end, page by page."""
    n_pages = sum(path.startswith(LOG) and path.endswith(".jsonl") for path in head.documents)
    for number in range(n_pages, 0, -1):
        first = (number - 1) * PAGE_LEAVES
        if before is None or first < before:
            lines: Sequence[Leaf] = msgspec.json.Decoder(Leaf).decode_lines(heads.raw(head, page_path(number)))
            numbered = reversed(list(enumerate(lines, start=first)))
            yield from (_change(place, leaf) for place, leaf in numbered if _is_shown(place, leaf, before))


def _is_shown(place: int, leaf: Leaf, before: int | None) -> bool:
    return leaf.kind not in LEFT_OUT and (before is None or place < before)


def _change(number: int, leaf: Leaf) -> Change:
    return Change(
        number=number,
        kind=leaf.kind,
        at=leaf.date,
        entry=leaf.entry,
        successor=leaf.successor,
        submission=leaf.submission,
        publication=leaf.publication,
        appeal=leaf.appeal,
        outcome=leaf.outcome,
        organisation=leaf.organisation,
        reason=leaf.reason,
    )
