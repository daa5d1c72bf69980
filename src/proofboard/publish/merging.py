"""Put the row of one pending entry into the indexes of a publication; every other row keeps its bytes.

Rows are copied as they stand and never read whole: the cost is that of reading the index once.
"""

from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

import msgspec

from proofboard import canonical
from proofboard.core.exact import rounded
from proofboard.publish.columns import BOARD, EFFICIENCY, Column, packed, unpacked
from proofboard.publish.items import exact_of
from proofboard.schemas.board import BoardHeader
from proofboard.schemas.publication import Columns, ColumnsHeader, ItemCount, ItemIndex, Projection

P = TypeVar("P", bound=Projection)

Fields = dict[str, msgspec.Raw]
"""A document whose parts are copied as they stand."""


class _Row(msgspec.Struct, frozen=True):
    """What the place of a row depends on."""

    vendor: str
    config_name: str
    track: str | None
    invalid: str | None
    pending: bool = False

    @property
    def name(self) -> str:
        return f"{self.vendor}/{self.config_name}"

    def order(self) -> tuple[Any, ...]:
        """Order rows as the board does: by track, those of the close first, which stand as they are."""
        own = (self.invalid is not None, self.vendor, self.config_name) if self.pending else ()
        return (self.track or "", self.pending, *own)


class _Rows:
    """The rows of one protocol: the bytes of each, and what its place depends on."""

    def __init__(self, raw: msgspec.Raw) -> None:
        self.raw = msgspec.json.decode(raw, type=list[msgspec.Raw])
        self.rows = msgspec.json.decode(raw, type=list[_Row])

    def place_of(self, own: _Row) -> int:
        return bisect([row.order() for row in self.rows], own.order())

    def with_row(self, place: int, raw: msgspec.Raw) -> msgspec.Raw:
        return _raw([*self.raw[:place], raw, *self.raw[place:]])


class _Other(msgspec.Struct, frozen=True):
    """The rows of another protocol version."""

    protocol_version: str
    ranking: str
    entries: msgspec.Raw


class StandingBoard:
    """The board that stands, and what it becomes with one more row."""

    def __init__(self, leaderboard: bytes) -> None:
        """Read where its rows stand."""
        self._fields = msgspec.json.decode(leaderboard, type=Fields)
        self._rows = _Rows(self._fields["entries"])
        self._others = msgspec.json.decode(self._fields["other_protocols"], type=list[_Other])
        self.pending = frozenset(row.name for row in self._rows.rows if row.pending)
        """Entries of the board's protocol that wait for the close already."""
        others = [row for own in self._others for row in msgspec.json.decode(own.entries, type=list[_Row])]
        self.names = frozenset(row.name for row in (*self._rows.rows, *others))
        """The entries of all protocols."""

    def with_row(self, alone: bytes) -> tuple[bytes, int | None]:
        """Add the only row of another board; also return its place, or None where it is of another protocol."""
        theirs = msgspec.json.decode(alone, type=Fields)
        new, place = _Rows(theirs["entries"]), None
        changed = dict(self._fields)
        if new.rows:
            place = self._rows.place_of(new.rows[0])
            changed["entries"] = self._rows.with_row(place, new.raw[0])
            changed["tracks"] = _raw(sorted({*_listed(self._fields["tracks"]), *_listed(theirs["tracks"])}))
        else:
            [other] = msgspec.json.decode(theirs["other_protocols"], type=list[_Other])
            new = _Rows(other.entries)
            changed["other_protocols"] = _raw(self._with_other(other, new))
        name = new.rows[0].name
        # What was listed without a bundle until now has one.
        changed["skipped"] = _raw([own for own in _listed(self._fields["skipped"]) if own["entry"] != name])
        changed["n_pending"] = _raw(msgspec.json.decode(self._fields["n_pending"], type=int) + 1)
        return canonical.dump(changed), place

    def _with_other(self, other: _Other, new: _Rows) -> list[_Other]:
        """Add a row to the protocol that it is of; protocols stand by their versions."""
        by_version = {own.protocol_version: own for own in self._others}
        if standing := by_version.get(other.protocol_version):
            rows = _Rows(standing.entries)
            entries = rows.with_row(rows.place_of(new.rows[0]), new.raw[0])
            other = msgspec.structs.replace(standing, entries=entries)
        by_version[other.protocol_version] = other
        return [by_version[version] for version in sorted(by_version)]


def columns_with(standing: bytes, alone: bytes, place: int | None, leaderboard: bytes) -> bytes:
    """Add the only row of other columns at its place in the board, whose header they carry."""
    was = msgspec.json.decode(standing, type=Columns)
    made = _with_row(was, msgspec.json.decode(alone, type=Columns), place, BOARD)
    named = canonical.digest(leaderboard)
    return canonical.dump(msgspec.structs.replace(made, leaderboard=named, header=_header(leaderboard)))


def efficiency_with(standing: bytes, alone: bytes, place: int | None, leaderboard: bytes) -> bytes:
    """Add what the only row of other columns used."""
    was = msgspec.json.decode(standing, type=Projection)
    made = _with_row(was, msgspec.json.decode(alone, type=Projection), place, EFFICIENCY)
    return canonical.dump(msgspec.structs.replace(made, leaderboard=canonical.digest(leaderboard)))


def _with_row(was: P, own: P, place: int | None, named: Mapping[str, Column]) -> P:
    if place is None:
        return was
    values, added = unpacked(was.columns, named, was.n_rows), unpacked(own.columns, named, own.n_rows)
    for name, column in values.items():
        column.insert(place, added[name][0])
    return msgspec.structs.replace(was, n_rows=was.n_rows + 1, columns=packed(values, named))


def _header(leaderboard: bytes) -> ColumnsHeader:
    """Read what stands above the rows, and count those."""
    fields = msgspec.json.decode(leaderboard, type=Fields)
    others = msgspec.json.decode(fields["other_protocols"], type=list[_Other])
    said = {name: msgspec.json.decode(fields[name]) for name in BoardHeader.__struct_fields__}
    counts = {
        "n_entries": len(_listed(fields["entries"], msgspec.Raw)),
        "other_protocols": {own.protocol_version: len(_listed(own.entries, msgspec.Raw)) for own in others},
        "n_skipped": len(_listed(fields["skipped"])),
    }
    return msgspec.convert(said | counts, ColumnsHeader)


def items_with(standing: ItemIndex, alone: ItemIndex, places: int) -> bytes:
    """Add how one entry did to how the others did: exact sums, each mean rounded once."""
    counted = [_added(was, own, places) for was, own in zip(standing.items, alone.items, strict=True)]
    return canonical.dump(msgspec.structs.replace(standing, items=counted))


def _added(was: ItemCount, own: ItemCount, places: int) -> ItemCount:
    count = was.n_scored + own.n_scored
    if not own.n_scored or not was.n_scored:
        return was if was.n_scored else own
    mean = (_total(was) + _total(own)) / count
    return msgspec.structs.replace(was, mean=rounded(mean, places), exact=exact_of(mean), n_scored=count)


def _total(counted: ItemCount) -> Fraction:
    return Fraction("/".join(counted.exact or ("0", "1"))) * counted.n_scored


class _Line(msgspec.Struct, frozen=True):
    """What the place of a row on a category board depends on."""

    entry: str


def category_with(standing: bytes, alone: bytes, pending: Collection[str]) -> bytes:
    """Add the only row of another category board below the rows of the close; `pending` names those that wait."""
    fields = msgspec.json.decode(standing, type=Fields)
    rows = msgspec.json.decode(alone, type=Fields)["rows"]
    [raw], [own] = msgspec.json.decode(rows, type=list[msgspec.Raw]), msgspec.json.decode(rows, type=list[_Line])
    lines = [line.entry for line in msgspec.json.decode(fields["rows"], type=list[_Line])]
    place = bisect([(entry in pending, entry if entry in pending else "") for entry in lines], (True, own.entry))
    listed = msgspec.json.decode(fields["rows"], type=list[msgspec.Raw])
    return canonical.dump({**fields, "rows": [*listed[:place], raw, *listed[place:]]})


def _raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(canonical.dump(value).rstrip(b"\n"))


def _listed(raw: msgspec.Raw, kind: Any = Any) -> Sequence[Any]:  # noqa: ANN401 - any type that msgspec knows
    found: list[Any] = msgspec.json.decode(raw, type=list[kind])
    return found
