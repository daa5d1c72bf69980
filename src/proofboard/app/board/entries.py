"""One entry as everybody may see it: what is published of it, where it stands, and what is appealed."""

from collections.abc import Sequence
from typing import Final

import msgspec

from proofboard.app.board.columns import board_columns
from proofboard.app.board.heads import Heads, Readable
from proofboard.app.review.appeals import AppealView, appeals_of
from proofboard.app.review.finding import latest_revision
from proofboard.errors import RefusedError
from proofboard.publish.names import entry_path
from proofboard.schemas.board import BoardRow
from proofboard.schemas.publication import EntryDocument

NO_ENTRY: Final = "there is no such entry on this board"


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about an entry."""

    state: str
    """`pending` until the next close, `listed`, `superseded` or `withdrawn`."""
    revision: int | None
    """None for an entry of the owner's own directory."""
    public_reason: str | None


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the head of a board."""

    benchmark: str
    publication: str
    entry: str
    stand: Stand
    row: BoardRow
    """Its row of `leaderboard.json`."""
    document: EntryDocument
    """Its own document."""
    appeals: list[AppealView]
    """The latest first."""


def entry(heads: Heads, benchmark: str | None, name: str) -> bytes:
    """Answer the JSON of an `EntryView`; raises RefusedError: 410 with day and reason for a withdrawn entry, 404."""
    stored = heads.of(benchmark)
    stand, at, appeals = _decided(heads, stored.benchmark, name)
    document = stored.documents.get(entry_path(name))
    row = None if document is None else _row(heads, stored, name)
    gone = stand is not None and (stand.state == "withdrawn" or (stand.state == "superseded" and row is None))
    if stand is not None and gone:
        why = stand.public_reason or "no reason was given"
        raise RefusedError(410, f"the entry was {stand.state} on {at[:10]}: {why}")
    if document is None or row is None:
        raise RefusedError(404, NO_ENTRY)
    return msgspec.json.encode(
        {
            "benchmark": stored.benchmark,
            "publication": stored.digest,
            "entry": name,
            "stand": stand or Stand(state="listed", revision=None, public_reason=None),
            "row": row,
            "document": msgspec.Raw(heads.instance.blobs.get(document).strip()),
            "appeals": appeals,
        }
    )


def _decided(heads: Heads, benchmark: str, name: str) -> tuple[Stand | None, str, Sequence[AppealView]]:
    """Return where an entry stands, since when, and its appeals."""
    with heads.instance.database.reading() as session:
        revision = latest_revision(session, benchmark, name)
        appeals = appeals_of(session, benchmark, name, heads.instance.now())
        if revision is None:
            return None, "", appeals
        reason = revision.public_reason
        return Stand(state=revision.state, revision=revision.revision, public_reason=reason), revision.at, appeals


def _row(heads: Heads, stored: Readable, name: str) -> msgspec.Raw | None:
    for board in board_columns(heads, stored).values():
        if name in board.place:
            return msgspec.Raw(board.raw[board.place[name]])
    return None
