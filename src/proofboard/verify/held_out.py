"""Steps 6 and 7: only aggregates left the held-out store, and none of its text stands in a public document."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from proofboard.disclosure.release import ReleasedScore
from proofboard.errors import InputError
from proofboard.publish.assemble import RELEASES
from proofboard.publish.names import LEADERBOARD
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.bundle import LARGEST_LINE_BYTES, Response
from proofboard.schemas.bundle_folder import LARGEST_FILE_BYTES
from proofboard.schemas.item import Item
from proofboard.schemas.reading import decode_lines, parse_json, read_bytes
from proofboard.verify.documents import Documents
from proofboard.verify.refusals import FinerThanReleased, HeldOutTextFound, Refusal, ReleaseMismatch

SUBSTRING_FROM: Final = 16
"""Texts from this many characters on are searched inside other texts; shorter ones must be a whole value."""

SEPARATOR: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the holder of the held-out set brings: its items, and its bundles scored again."""

    items: Sequence[Item]
    released: Mapping[str, ReleasedScore]


def refuse_details(board: Leaderboard) -> Iterator[Refusal]:
    """Refuse anything beside the released values: intervals, gaps and ranks follow from them and are compared later."""
    for row in board.entries:
        name = f"{row.vendor}/{row.config_name}"
        if row.held_out.score is None and (row.held_out.interval or row.overfit_gap is not None):
            yield FinerThanReleased(LEADERBOARD, f"{name} has no released score but numbers that would follow from one")
        if row.held_out.score is not None and row.held_out.assurance != "attested":
            yield FinerThanReleased(LEADERBOARD, f"{name} has a held-out score that is not marked attested")


def refuse_other_releases(published: Mapping[str, ReleasedScore], evidence: Evidence) -> Iterator[Refusal]:
    """Hold the released scores against the held-out bundles."""
    for name in sorted(published.keys() | evidence.released.keys()):
        ours, theirs = evidence.released.get(name), published.get(name)
        if ours is None or theirs is None or ours.score != theirs.score:
            found = "nothing" if theirs is None else str(float(theirs.score))
            expected = "nothing" if ours is None else str(float(ours.score))
            yield ReleaseMismatch(RELEASES, f"{name}: {found} was released, the held-out bundles give {expected}")


def refuse_texts(found: Documents, items: Sequence[Item]) -> Iterator[Refusal]:
    """Search every parsed value of every document for held-out text, whatever its quotes, accents and white space."""
    texts = {plain(text): item.id for item in items for text in _texts_of(item)}
    whole = {text: name for text, name in texts.items() if text}
    inside = {text: name for text, name in whole.items() if len(text) >= SUBSTRING_FROM}
    for path, values in _public_values(found):
        kept = [plain(value) for value in values]
        for value in sorted(set(kept) & whole.keys()):
            yield HeldOutTextFound(path, f"holds the text of the held-out item {whole[value]!r}")
        joined = SEPARATOR.join(kept)
        for text in [text for text in inside if text in joined and text not in set(kept)]:
            yield HeldOutTextFound(path, f"holds the text of the held-out item {inside[text]!r} inside a value")


def plain(text: str) -> str:
    """Fold case, width, quotes and white space, so that only the words are compared."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    return " ".join(folded.split())


_QUOTES: Final = str.maketrans(
    dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"') | dict.fromkeys("\u2018\u2019", "'")
)


def _texts_of(item: Item) -> Iterator[str]:
    if item.prompt:
        yield item.prompt
    yield from (text for text in strings_of(item.reference) if len(plain(text)) >= SUBSTRING_FROM)


def _public_values(found: Documents) -> Iterator[tuple[str, Iterable[str]]]:
    for path, raw in sorted(found.raw.items()):
        if path.endswith(".json"):
            yield path, list(strings_of(parse_json(raw, path)))
        else:
            yield path, raw.decode("utf-8", errors="replace").splitlines()
    for path in sorted(found.bundle_files):
        raw = read_bytes(found.folder / path, LARGEST_FILE_BYTES)
        yield path, [text for row in _rows(raw, path) for text in strings_of(row)]


def _rows(raw: bytes, path: str) -> Iterable[Any]:
    if not path.endswith("responses.jsonl"):
        return [msgspec.json.decode(line) for line in raw.splitlines()]
    try:
        return [response.output for response in decode_lines(raw, Response, path, LARGEST_LINE_BYTES)]
    except InputError:
        return [raw.decode("utf-8", errors="replace")]


def strings_of(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from strings_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings_of(part)
