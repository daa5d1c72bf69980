"""What changed between two publications, and why: found by comparing the digests that each names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from proofboard.schemas.base import Document
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.publication import BenchmarkDocument, EntryDocument, ItemIndex, Publication, ReleasesDocument
from proofboard.schemas.selectors import name_of

Pair = tuple[Any, Any]

ROW_FIELDS_TOLD_OTHERWISE: Final = frozenset({"entry", "configuration", "vendor", "config_name", "provider"})
"""Names of a row, and digests whose change is told as a reason."""

RELATIONAL: Final = (
    "rank", "pending", "tied_groups", "same_recipe_as", "win_regions", "target_verdict", "overfit_test",
    "efficiency.relative",
)  # fmt: skip
"""What the paths of fields begin with that follow from other entries too."""

FOLLOW_FROM_RULES: Final = (
    "public.",
    "usage.",
    "efficiency.score",
    "cost_per_score",
    "close_the_loop",
    "win_",
    "target_verdict",
)

SCORES: Final = frozenset({"public.score", "held_out.score"})


@dataclass(frozen=True, slots=True)
class Edition:
    """One of two publications, opened: what a comparison reads of it."""

    digest: str
    """The digest of its root."""
    publication: Publication
    board: Leaderboard
    rules: BenchmarkDocument
    items: ItemIndex
    releases: ReleasesDocument
    entries: Mapping[str, EntryDocument]
    """The own documents of the entries whose digest differs between the two."""


class Placed(Document, frozen=True):
    """An entry that only one of the two has."""

    entry: str
    rank: int | None
    public: float | None
    held_out: float | None
    skipped: str | None
    """Why it is not on the other board, where that board lists it as skipped."""


class Changed(Document, frozen=True):
    """An entry that both have, and that is not the same in both."""

    entry: str
    kind: Literal["rescored", "moved", "changed"]
    """`rescored`: a score differs; `moved`: only ranks differ; `changed`: something else."""
    rank: Pair
    public: Pair
    held_out: Pair
    fields: dict[str, Pair]
    """Every published field that differs: old and new value."""
    reasons: list[str]


class ItemChanges(Document, frozen=True):
    """The public items by id."""

    added: list[str]
    removed: list[str]
    changed: list[str]
    """Another text, reference or facet under the same id."""


class Comparison(Document, frozen=True):
    """Everything that differs between two publications."""

    schema_version: Literal[1]
    before: str
    after: str
    equal: bool
    header: dict[str, Pair]
    """Fields of the board's header and of the benchmark's rules: old and new value."""
    items: ItemChanges
    added: list[Placed]
    removed: list[Placed]
    changed: list[Changed]
    skipped: dict[str, Pair]
    """Listed entries that are skipped, or were: old and new reason."""
    documents: list[str]
    """Paths below the root whose bytes differ, or that only one of the two has."""


def rows_by_name(board: Leaderboard) -> dict[str, BoardRow]:
    """Return the rows of all protocols by the name of their entry."""
    others = (row for other in board.other_protocols for row in other.entries)
    return {name_of(row): row for row in (*others, *board.entries)}


def differing_entries(before: Leaderboard, after: Leaderboard) -> set[str]:
    """Return the names of the entries whose own documents a comparison has to read."""
    digests = [{name: row.entry for name, row in rows_by_name(board).items()} for board in (before, after)]
    return {name for name in digests[0].keys() & digests[1].keys() if digests[0][name] != digests[1][name]}


def compare(before: Edition, after: Edition) -> Comparison:
    """Say what differs between two publications, sorted by name, with the reason of every change."""
    old, new = rows_by_name(before.board), rows_by_name(after.board)
    items = _items(before.items, after.items)
    causes = _Causes(before, after, items)
    changed = (_changed(old[name], new[name], causes) for name in sorted(old.keys() & new.keys()))
    return Comparison(
        schema_version=1,
        before=before.digest,
        after=after.digest,
        equal=before.digest == after.digest,
        header=_header(before, after),
        items=items,
        added=[_placed(new[name], before.board) for name in sorted(new.keys() - old.keys())],
        removed=[_placed(old[name], after.board) for name in sorted(old.keys() - new.keys())],
        changed=[found for found in changed if found],
        skipped=_differing(_skipped(before.board), _skipped(after.board)),
        documents=sorted(_differing(before.publication.documents, after.publication.documents)),
    )


def _header(before: Edition, after: Edition) -> dict[str, Pair]:
    """Compare what is said beside the rows: the rules, the board's header, the software."""
    return _differing(_said(before), _said(after))


def _said(edition: Edition) -> dict[str, Any]:
    header: dict[str, Any] = msgspec.to_builtins(edition.board)
    for rows in ("entries", "skipped"):
        del header[rows]
    for other in header["other_protocols"]:
        del other["entries"]
    header["rules"] = msgspec.to_builtins(edition.rules)
    header["held_out_scored"] = edition.releases.held_out_scored
    header["software_version"] = edition.publication.software_version
    return flat(header)


def _skipped(board: Leaderboard) -> dict[str, str]:
    return {skipped.entry: skipped.reason for skipped in board.skipped}


def _items(before: ItemIndex, after: ItemIndex) -> ItemChanges:
    old, new = ({item.id: item.digest for item in index.items} for index in (before, after))
    return ItemChanges(
        added=sorted(new.keys() - old.keys()),
        removed=sorted(old.keys() - new.keys()),
        changed=sorted(item for item in old.keys() & new.keys() if old[item] != new[item]),
    )


def _placed(row: BoardRow, other: Leaderboard) -> Placed:
    return Placed(
        entry=name_of(row),
        rank=row.rank,
        public=row.public.score,
        held_out=row.held_out.score,
        skipped=_skipped(other).get(name_of(row)),
    )


def _changed(old: BoardRow, new: BoardRow, causes: "_Causes") -> Changed | None:
    if old == new:
        return None
    fields = _differing(flat(msgspec.to_builtins(old)), flat(msgspec.to_builtins(new)))
    shown = {path: pair for path, pair in fields.items() if path not in ROW_FIELDS_TOLD_OTHERWISE}
    rescored = not SCORES.isdisjoint(shown)
    moved = "rank" in shown and all(path.startswith(RELATIONAL) for path in shown)
    return Changed(
        entry=name_of(old),
        kind="rescored" if rescored else "moved" if moved else "changed",
        rank=(old.rank, new.rank),
        public=(old.public.score, new.public.score),
        held_out=(old.held_out.score, new.held_out.score),
        fields=shown,
        reasons=list(causes.of(old, new, shown)),
    )


class _Causes:
    """Finds why an entry changed, by the digests of what its numbers follow from."""

    def __init__(self, before: Edition, after: Edition, items: ItemChanges) -> None:
        self._before = before
        self._after = after
        self._released = [{name_of(own): own.score for own in one.releases.releases} for one in (before, after)]
        self._common = list(_rules(before, after, items))

    def of(self, old: BoardRow, new: BoardRow, fields: Mapping[str, Pair]) -> Iterator[str]:
        """Yield the reasons for what differs between two rows of one entry."""
        name = name_of(old)
        own = [*self._own(name), *self._release(name)]
        if old.pending and not new.pending:
            own.append("the board was closed, which it waited for")
        if old.protocol_version != new.protocol_version:
            own.append(f"protocol version moved from {old.protocol_version} to {new.protocol_version}")
        yield from own
        if any(path.startswith(FOLLOW_FROM_RULES) for path in fields):
            yield from self._common
        if "public.score" in fields and not own and not self._common:
            yield "no digest explains it: run `proofboard verify` on both publications"
        if SCORES.isdisjoint(fields) and any(path.startswith(RELATIONAL) for path in fields):
            yield from self._rank(own)

    def _own(self, name: str) -> Iterator[str]:
        before, after = self._before.entries.get(name), self._after.entries.get(name)
        if before is None or after is None:
            return
        yield from _revisions(before, after)
        one, other = before.identity, after.identity
        if one.configuration != other.configuration:
            yield "configuration changed (what decides answers)"
        elif one.document != other.document:
            yield "configuration's description changed (nothing that decides answers)"
        bundles = [{own.name: own.bundle for own in identity.bundles} for identity in (one, other)]
        for bundle, (was, now) in sorted(_differing(*bundles).items()):
            yield f"bundle {bundle} {'added' if was is None else 'removed' if now is None else 'changed'}"
        scores = [{own.bundle: own.scores for own in identity.bundles} for identity in (one, other)]
        same = scores[0].keys() & scores[1].keys()
        if not self._common and any(scores[0][bundle] != scores[1][bundle] for bundle in same):
            yield "item scores differ under the same rules: a grader or scores of another origin"

    def _release(self, name: str) -> Iterator[str]:
        was, now = (released.get(name) for released in self._released)
        if was != now:
            yield f"held-out score {'released' if was is None else 'withdrawn' if now is None else 'changed'}"
        elif self._before.releases.verdicts.get(name) != self._after.releases.verdicts.get(name):
            yield "held-out verdicts changed"

    def _rank(self, own: Sequence[str]) -> Iterator[str]:
        before, after = self._before.board, self._after.board
        if before.ranking != after.ranking:
            yield f"ranking moved from {before.ranking} to {after.ranking}"
        elif before.eval_protocol_version != after.eval_protocol_version:
            yield f"the board moved from protocol {before.eval_protocol_version} to {after.eval_protocol_version}"
        elif not own:
            yield "other entries came, went or were rescored"


def _revisions(before: EntryDocument, after: EntryDocument) -> Iterator[str]:
    """Say which revisions were added; what was published as history does not change."""
    old, new = ([own.document for own in one.history] for one in (before, after))
    if new[: len(old)] != old:
        yield "earlier revisions are others than before"
    elif len(new) > len(old):
        kept = new[-1] == before.identity.document
        yield f"revised: what it was is now revision {len(new)}" if kept else f"revised: it has {len(new)} revisions"


def _rules(before: Edition, after: Edition, items: ItemChanges) -> Iterator[str]:
    if before.rules.grading != after.rules.grading:
        yield "grading rules changed (references, metrics, graders or policies)"
    counts = [(items.added, "added"), (items.removed, "removed"), (items.changed, "changed")]
    if said := ", ".join(f"{len(ids)} {verb}" for ids, verb in counts if ids):
        yield f"items changed ({said})"
    if before.rules.benchmark.headline != after.rules.benchmark.headline:
        yield f"headline moved from {before.rules.benchmark.headline} to {after.rules.benchmark.headline}"
    if before.rules.benchmark.aggregates != after.rules.benchmark.aggregates:
        yield "aggregates changed"
    if before.rules.benchmark.prices != after.rules.benchmark.prices:
        yield "prices changed"
    if before.publication.software_version != after.publication.software_version:
        one, other = before.publication.software_version, after.publication.software_version
        yield f"software moved from {one} to {other}"


def flat(value: Any, place: str = "") -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return the leaves of a JSON value by their dotted path; lists and empty objects are leaves."""
    if not isinstance(value, dict) or not value:
        return {place: value}
    found: dict[str, Any] = {}
    for key, part in value.items():
        found |= flat(part, f"{place}.{key}" if place else str(key))
    return found


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Pair]:
    """Return what differs between two mappings; what one of them lacks is None there."""
    pairs = {key: (old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}
