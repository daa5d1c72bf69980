"""`assemble(inputs) → publication`, pure: the same inputs give the same bytes, to the owner and to any stranger."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from proofboard import canonical
from proofboard.core.board import Group, groups_of
from proofboard.core.exact import round_decimal
from proofboard.core.grading import grading_digest
from proofboard.core.intervals import minimum_detectable_difference
from proofboard.core.items import ItemTable
from proofboard.disclosure.release import publish_release
from proofboard.publish import documents
from proofboard.publish.categories import category_boards
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.items import item_index, item_page, item_pages
from proofboard.publish.names import (
    ITEMS,
    LEADERBOARD,
    ROOT,
    configuration_path,
    entry_path,
    item_page_path,
    scores_path,
)
from proofboard.publish.rows import ranking_of, rows_of
from proofboard.publish.scores import PLACES
from proofboard.schemas.board import (
    BoardRow,
    HeldOutSet,
    Leaderboard,
    OtherProtocol,
    PublicSet,
)
from proofboard.schemas.publication import BenchmarkDocument, Publication, ReleasesDocument

BENCHMARK = "benchmark.json"
RELEASES = "releases.json"
COLUMNS = "columns.json"
COMMITMENTS = "commitments.json"

NAMED_BELOW = ("entries/", "configurations/", "scores/", "items/")
"""Documents below these are named by other documents than the root."""

METHOD: Mapping[str, str] = {
    "score": "exact mean over items, trials reduced once per item; rounded once, half to even",
    "interval": "Wilson 95 % for rates of independent items; otherwise t with clustered standard errors (Miller 2024)",
    "held_out_interval": "Wilson 95 % from the released score and n",
    "minimum_detectable_difference": "2.80·√(q/n): q declared disagreement, n of the ranking set; power 80 % at 5 %",
    "rank": "equal published scores share a rank; unscored and invalid entries have none",
    "overfit_gap": "exact public score minus released held-out score, rounded once",
}


class Assembled(msgspec.Struct, frozen=True):
    """A publication in memory: documents as bytes, and the bundles to put beside them, by digest."""

    documents: Mapping[str, bytes]
    bundles: Mapping[str, Mapping[str, str]]
    """Bundle digest → its files and their digests."""


def assemble(inputs: PublicationInputs) -> Assembled:
    """Make every document of a publication from the public inputs and the released values."""
    benchmark = inputs.benchmark
    groups = groups_of(benchmark, inputs.table, inputs.entries)
    made: dict[str, bytes] = {}
    grading = grading_digest(inputs.table, inputs.plan)
    entries = _entry_documents(inputs, groups, grading, made)
    made |= _item_documents(inputs, groups)
    made[BENCHMARK] = canonical.dump(
        BenchmarkDocument(schema_version=1, benchmark=benchmark, graders=dict(inputs.plan.sources), grading=grading)
    )
    made[RELEASES] = canonical.dump(_releases(inputs))
    board = _leaderboard(inputs, groups, entries)
    made[LEADERBOARD] = canonical.dump(board)
    made[COLUMNS] = canonical.dump(documents.columns(board.entries, made[LEADERBOARD]))
    if inputs.commitments is not None:
        made[COMMITMENTS] = inputs.commitments
    made |= inputs.assets
    made[ROOT] = canonical.dump(_root(inputs, made))
    return Assembled(made, _bundle_files(inputs))


def _entry_documents(
    inputs: PublicationInputs, groups: Sequence[Group], grading: str, made: dict[str, bytes]
) -> dict[str, str]:
    """Add every entry's own documents; return the digest of each entry document by name."""
    digests: dict[str, str] = {}
    for group in groups:
        for j, entry in enumerate(group.entries):
            configuration = canonical.dump(entry.configuration)
            made[configuration_path(canonical.digest(configuration))] = configuration
            scores = _scores_documents(inputs, group, j, grading, made)
            document = canonical.dump(
                documents.entry_document(inputs, group, j, canonical.digest(configuration), scores)
            )
            made[entry_path(entry.name)] = document
            digests[entry.name] = canonical.digest(document)
    return digests


def _scores_documents(
    inputs: PublicationInputs, group: Group, j: int, grading: str, made: dict[str, bytes]
) -> dict[str, str]:
    entry = group.entries[j]
    pairs: list[tuple[object, ItemTable | None]] = [(entry.public, inputs.table), (entry.repair, inputs.repair)]
    digests: dict[str, str] = {}
    for bundle, table in pairs:
        if bundle is not None and table is not None:
            raw = canonical.dump(documents.scores_document(bundle, table, grading, inputs))  # type: ignore[arg-type]
            digest: str = bundle.digest  # type: ignore[attr-defined]
            made[scores_path(digest)] = raw
            digests[digest] = canonical.digest(raw)
    return digests


def _item_documents(inputs: PublicationInputs, groups: Sequence[Group]) -> dict[str, bytes]:
    """Make the pages of items, their index, and the category boards, whose columns are items."""
    pages = item_pages([table for table in (inputs.table, inputs.repair) if table])
    made = {item_page_path(number): item_page(page) for number, page in enumerate(pages)}
    index = item_index(inputs, groups, pages, [canonical.digest(raw) for raw in made.values()])
    made[ITEMS] = canonical.dump(index)
    boards = category_boards(inputs, groups, {item.id: item.page for item in index.items})
    return made | {path: canonical.dump(board) for path, board in boards.items()}


def _releases(inputs: PublicationInputs) -> ReleasesDocument:
    held_out = inputs.held_out
    return ReleasesDocument(
        schema_version=1,
        held_out_scored=held_out.scored,
        n_prompts=held_out.n_prompts,
        demonstration=held_out.demonstration,
        releases=[publish_release(name, released) for name, released in sorted(held_out.released.items())],
        pending=dict(held_out.pending),
    )


def _leaderboard(inputs: PublicationInputs, groups: Sequence[Group], entries: Mapping[str, str]) -> Leaderboard:
    benchmark, table = inputs.benchmark, inputs.table
    by_protocol: dict[str, list[Group]] = {benchmark.protocol_version: []}
    for group in groups:
        by_protocol.setdefault(group.protocol_version, []).append(group)
    current = by_protocol.pop(benchmark.protocol_version)
    ranking = ranking_of(inputs, current)
    return Leaderboard(
        schema_version=1,
        benchmark=benchmark.id,
        title=benchmark.title,
        eval_protocol_version=benchmark.protocol_version,
        judge_model=benchmark.judge.model if benchmark.judge else None,
        headline=benchmark.headline,
        ranking=ranking,
        # The root names the version too; stated twice, it cannot be changed in one place.
        method={**METHOD, "software": f"proofboard {inputs.software_version}"},
        minimum_detectable_difference=_detectable(inputs, on_held_out=ranking.startswith("held_out")),
        chance_level=float(benchmark.chance_level) if benchmark.chance_level else None,
        public_set=PublicSet(
            n_prompts=len(table.by_prompt),
            n_items=len(table),
            committed=True,
            reproducible_offline=True,
            digest=table.prompts_digest,
        ),
        held_out_set=_held_out_set(inputs),
        tracks=sorted({group.track for group in current if group.track is not None}),
        entries=_rows(inputs, current, entries),
        other_protocols=[
            OtherProtocol(
                protocol_version=version, ranking=ranking_of(inputs, others), entries=_rows(inputs, others, entries)
            )
            for version, others in by_protocol.items()
        ],
        skipped=sorted(inputs.skipped, key=lambda skipped: skipped.entry),
    )


def _detectable(inputs: PublicationInputs, *, on_held_out: bool) -> float | None:
    """Say which difference the set that ranks can show; of a held-out set only the number of prompts is public."""
    n_clusters = len(set(inputs.table.clusters.tolist()))
    n = (inputs.held_out.n_prompts or 0) if on_held_out else n_clusters
    difference = minimum_detectable_difference(Fraction(inputs.benchmark.policies.disagreement), n)
    return None if difference is None else round_decimal(difference, PLACES)


def _rows(inputs: PublicationInputs, groups: Sequence[Group], entries: Mapping[str, str]) -> list[BoardRow]:
    return rows_of(inputs, groups, entries)


def _held_out_set(inputs: PublicationInputs) -> HeldOutSet:
    open_note = "a demonstration: the held-out texts lie in the open, so these ranks protect nothing"
    return HeldOutSet(
        n_prompts=inputs.held_out.n_prompts,
        committed=inputs.held_out.demonstration,
        commitment=None if inputs.commitments is None else canonical.digest(inputs.commitments),
        note=open_note if inputs.held_out.demonstration else None,
    )


def _bundle_files(inputs: PublicationInputs) -> dict[str, dict[str, str]]:
    bundles = [bundle for entry in inputs.entries for bundle in (entry.public, entry.repair) if bundle]
    return {
        bundle.digest: {name: record.digest for name, record in bundle.manifest.files.items()} for bundle in bundles
    }


def _root(inputs: PublicationInputs, made: Mapping[str, bytes]) -> Publication:
    """Name what the root's children do not name themselves."""
    return Publication(
        schema_version=1,
        benchmark=inputs.benchmark.id,
        title=inputs.benchmark.title,
        software_version=inputs.software_version,
        documents={
            path: canonical.digest(raw) for path, raw in sorted(made.items()) if not path.startswith(NAMED_BELOW)
        },
    )
