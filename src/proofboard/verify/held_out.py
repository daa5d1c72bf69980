"""Steps 5 to 7: only aggregates left the held-out store, and none of its text stands in a public document."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from proofboard.disclosure.release import ReleasedScore, is_reason
from proofboard.disclosure.verdicts import ReleasedVerdicts, fewest_items
from proofboard.errors import DisclosureError, InputError
from proofboard.publish.assemble import COMMITMENTS, RELEASES
from proofboard.publish.inputs import HeldOut
from proofboard.publish.names import LEADERBOARD
from proofboard.publish.page import page_assets
from proofboard.publish.releases import held_out_of
from proofboard.schemas.benchmark import Benchmark, Policies
from proofboard.schemas.board import Leaderboard, rows_in
from proofboard.schemas.bundle import RESPONSES, Response
from proofboard.schemas.item import Item
from proofboard.schemas.lines import LARGEST_FILE_BYTES, decode_lines
from proofboard.schemas.publication import Commitments, Release, ReleasesDocument
from proofboard.schemas.reading import parse_json, read_bytes
from proofboard.schemas.selectors import name_of
from proofboard.verify.documents import Documents
from proofboard.verify.plain_text import bare, plain, unescaped
from proofboard.verify.refusals import FinerThanReleased, HeldOutTextFound, Refusal, ReleaseMismatch

SUBSTRING_FROM: Final = 16
"""Texts from this many characters on are searched inside other texts; shorter ones must be a whole value."""

SEPARATOR: Final = "\x00"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the holder of the held-out set brings: its items, and its bundles scored again."""

    items: Sequence[Item]
    released: Mapping[str, ReleasedScore]
    verdicts: Mapping[str, ReleasedVerdicts]


Tracks = Mapping[str, str | None]
"""The entries that were there when the board was closed, each with its track."""


def released_of(found: Documents, benchmark: Benchmark, tracks: Tracks) -> HeldOut:
    """Take what was released as it stands; raises FinerThanReleased where the gate would not have let it out."""
    policies = benchmark.policies
    document = found.read(RELEASES, ReleasesDocument)
    checks = (
        _beside_scores(document, policies, tracks),
        _sizes(found, document, tracks),
        _beside_verdicts(document, policies),
    )
    for reasons in checks:
        if reason := next(reasons, None):
            raise FinerThanReleased(RELEASES, reason)
    try:
        return held_out_of(document, benchmark)
    except DisclosureError as error:
        raise FinerThanReleased(RELEASES, str(error)) from error


def _name(release: Release) -> str:
    return f"{release.vendor}/{release.config_name}"


def _beside_scores(document: ReleasesDocument, policies: Policies, tracks: Tracks) -> Iterator[str]:
    """Say what the releases tell beside the scores: of whom, and in which words."""
    told = [*map(_name, document.releases), *document.pending]
    for name in sorted(set(told) - tracks.keys()):
        yield f"{name} is not on the board, or waits for its close: nothing about it is released"
    for name, reason in sorted(document.pending.items()):
        if not is_reason(reason, policies):
            yield f"{name} is pending for {reason[:80]!r}, which is none of the reasons that may be published"
    if told and not document.held_out_scored:
        yield "says that no held-out set was scored, and lists results of one"


def _beside_verdicts(document: ReleasesDocument, policies: Policies) -> Iterator[str]:
    """Say where a verdict stands that the gate would have kept back."""
    sizes, fewest = {_name(own): own.n_items for own in document.releases}, fewest_items(policies)
    for name, own in sorted(document.verdicts.items()):
        if name not in sizes:
            yield f"{name} has held-out verdicts and no released score"
        elif own.regions and sizes[name] < fewest:
            yield f"{name} has verdicts on parts of {sizes[name]} held-out items, at least {fewest} are needed in each"


def _sizes(found: Documents, document: ReleasesDocument, tracks: Tracks) -> Iterator[str]:
    """Say where a score is over another set than the one held-out set, or its part for a track.

    The size decides how coarse a score is and how wide its interval: a false one would make it look better known.
    """
    committed = len(found.read(COMMITMENTS, Commitments).items) if COMMITMENTS in found.raw else None
    sizes: dict[str | None, tuple[int, int]] = {}
    for own in document.releases:
        track, size = tracks[_name(own)], (own.n_prompts, own.n_items)
        if (first := sizes.setdefault(track, size)) != size:
            yield f"releases scores over sets of different sizes, {_of(*first)} and {_of(*size)}"
        wholes = [(own.n_prompts, document.n_prompts, "prompts"), (own.n_items, committed, "items")]
        for part, whole, kind in wholes:
            if whole is not None and (part > whole if track else part != whole):
                yield f"releases a score over {part} {kind}, the held-out set has {whole}"


def _of(n_prompts: int, n_items: int) -> str:
    return f"{n_prompts} prompts ({n_items} items)"


def refuse_details(board: Leaderboard) -> Iterator[Refusal]:
    """Refuse anything beside the released values: intervals, gaps and ranks follow from them and are compared later."""
    for row in rows_in(board):
        name = name_of(row)
        beside = (row.held_out.interval, row.overfit_gap, row.overfit_interval, row.overfit_test)
        if row.held_out.score is None and any(value is not None for value in beside):
            yield FinerThanReleased(LEADERBOARD, f"{name} has no released score but numbers that would follow from one")
        if row.held_out.score is not None and row.held_out.assurance != "attested":
            yield FinerThanReleased(LEADERBOARD, f"{name} has a held-out score that is not marked attested")


def refuse_other_releases(published: HeldOut, evidence: Evidence) -> Iterator[Refusal]:
    """Hold the released scores and verdicts against the held-out bundles."""
    for name in sorted(published.released.keys() | evidence.released.keys()):
        ours, theirs = _shown(evidence.released.get(name)), _shown(published.released.get(name))
        if ours != theirs:
            yield ReleaseMismatch(RELEASES, f"{name}: {theirs} was released, the held-out bundles give {ours}")
    for name in sorted(published.verdicts.keys() | evidence.verdicts.keys()):
        found, given = _verdicts(published.verdicts.get(name)), _verdicts(evidence.verdicts.get(name))
        for place in sorted(found.keys() | given.keys()):
            if found.get(place) != given.get(place):
                said, expected = (own.get(place) or "nothing" for own in (found, given))
                reason = f"{name}: the verdict {said!r} on {place} was released, the held-out bundles give {expected!r}"
                yield ReleaseMismatch(RELEASES, reason)


def _verdicts(released: ReleasedVerdicts | None) -> dict[str, str | None]:
    if released is None:
        return {}
    return {**released.regions, "its overfit gap": released.overfit_test}


def _shown(released: ReleasedScore | None) -> str:
    if released is None:
        return "nothing"
    return f"{float(released.score)} over {_of(released.n_prompts, released.n_items)}"


class HeldOutTexts:
    """The texts of held-out items, to be found again in parsed values, whatever their quotes, accents and white space.

    Answers that public items or declared facet values have too tell nothing about the held-out half.
    """

    def __init__(self, items: Sequence[Item], benchmark: Benchmark, public: Sequence[Item]) -> None:
        """Prepare the texts once, for any number of searches."""
        known = {plain(text) for item in public for text in _answers_of(item)}
        known |= {plain(value) for facet in benchmark.facets.values() for value in facet.values}
        owners = {text: item.id for item in items for text in _texts_of(item, known)}
        # Items that ask the same on purpose are kept apart by their references alone.
        asked = {item.prompt for item in public if item.prompt and item.asked in {own.asked for own in items}}
        owners = {text: name for text, name in owners.items() if text not in asked}
        self._whole = {plain(text): name for text, name in owners.items()}
        self._inside = {bare(text): name for text, name in owners.items() if len(bare(text)) >= SUBSTRING_FROM}

    def found_in(self, values: Sequence[str]) -> set[str]:
        """Return the ids of the held-out items whose text stands in any of the values."""
        hits = {self._whole[value] for value in map(plain, values) if value in self._whole}
        joined = SEPARATOR.join(bare(reading) for value in values for reading in unescaped(value))
        return hits | {name for text, name in self._inside.items() if text in joined}


def refuse_texts(
    found: Documents, items: Sequence[Item], benchmark: Benchmark, public: Sequence[Item]
) -> Iterator[Refusal]:
    """Search every parsed value of every document for held-out text."""
    texts = HeldOutTexts(items, benchmark, public)
    for path, values in _public_values(found):
        for name in sorted(texts.found_in(values)):
            yield HeldOutTextFound(path, f"holds the text of the held-out item {name!r}; take it out before publishing")


def _texts_of(item: Item, known: Collection[str]) -> Iterator[str]:
    answers = (text for text in _answers_of(item) if len(text) >= SUBSTRING_FROM and plain(text) not in known)
    yield from (text for text in (item.prompt or "", *answers) if plain(text))


def _answers_of(item: Item) -> Iterator[str]:
    yield from strings_of(item.reference)
    yield from item.choices or ()
    yield item.title or ""


def _public_values(found: Documents) -> Iterator[tuple[str, Sequence[str]]]:
    # The page as it is packaged knows no benchmark: what stands in it was not taken from a held-out set.
    ours = page_assets()
    for path, raw in sorted(found.raw.items()):
        if raw == ours.get(path):
            continue
        # The lines of a log are parsed one by one: together they are one long text.
        parts = _rows(raw, path) if path.endswith(".jsonl") else [_document(raw, path)]
        yield path, [text for part in parts for text in strings_of(part)]
    for path in sorted(found.bundle_files):
        raw = read_bytes(found.folder / path, LARGEST_FILE_BYTES)
        yield path, [text for row in _rows(raw, path) for text in strings_of(row)]


def _document(raw: bytes, path: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return parse_json(raw, path)
    except InputError:
        return raw.decode("utf-8", errors="replace")


def _rows(raw: bytes, path: str) -> Iterable[Any]:
    try:
        if path.endswith(RESPONSES):
            return [response.output for response in decode_lines(raw, Response, path)]
        return [msgspec.json.decode(line) for line in raw.split(b"\n") if line.strip()]
    except (InputError, msgspec.DecodeError):
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
