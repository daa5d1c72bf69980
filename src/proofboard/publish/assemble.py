"""`assemble(inputs) → publication`, pure: the same inputs give the same bytes, to the owner and to any stranger."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.core.board import Group, groups_of
from proofboard.core.entry import GradedBundle, GradedEntry
from proofboard.core.exact import round_decimal, rounded
from proofboard.core.grading import grading_digest
from proofboard.core.intervals import minimum_detectable_difference
from proofboard.disclosure.release import publish_release
from proofboard.disclosure.verdicts import publish_verdicts
from proofboard.errors import DisclosureError
from proofboard.publish import documents
from proofboard.publish.categories import category_boards
from proofboard.publish.closing import Closing, close, not_closed
from proofboard.publish.columns import columns, efficiency
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.items import item_index, item_page, item_pages
from proofboard.publish.names import (
    COLUMNS,
    EFFICIENCY,
    ITEMS,
    LEADERBOARD,
    ROOT,
    configuration_path,
    entry_path,
    graded_path,
    item_page_path,
    purged_path,
    scores_path,
    vendor_path,
)
from proofboard.publish.rows import on_held_out, ranking_of, rows_of
from proofboard.publish.scores import PLACES
from proofboard.publish.vendors import vendor_documents
from proofboard.schemas.board import (
    HeldOutSet,
    Leaderboard,
    OtherProtocol,
    PublicSet,
)
from proofboard.schemas.publication import BenchmarkDocument, HeldOutVerdicts, Publication, ReleasesDocument

BENCHMARK = "benchmark.json"
RELEASES = "releases.json"
COMMITMENTS = "commitments.json"

NAMED_BELOW = ("entries/", "configurations/", "scores/", "items/", "graded/", "artifacts/", "purged/")
"""Documents below these are named by other documents than the root."""

METHOD: Mapping[str, str] = {
    "score": "exact mean over items, trials reduced once per item; rounded once, half to even",
    "interval": "Wilson 95 % for rates of independent items; otherwise t with clustered standard errors (Miller 2024)",
    "held_out_interval": "Wilson 95 % from the released score and n",
    "minimum_detectable_difference": "2.80·√(q/n): q declared disagreement, n of the ranking set; power 80 % at 5 %",
    "rank": "equal published scores share a rank; unscored, invalid and repeated entries have none",
    "overfit_gap": "exact public score minus released held-out score, rounded once; 95 % interval from both",
    "overfit_test": "difference in differences against the other entries, item by item, one-sided 5 %; verdict only",
    "win_regions": "Romano-Wolf step-down over a vendor's configurations and slices, 5 %; simultaneous lower bounds",
}


RANK_SETS: Final = "simultaneous 95 % (Mogstad, Romano, Shaikh, Wilhelm 2024)"

Closed = Sequence[tuple[Group, Closing]]


class Assembled(msgspec.Struct, frozen=True):
    """A publication in memory: documents as bytes, and the bundles to put beside them, by digest."""

    documents: Mapping[str, bytes]
    bundles: Mapping[str, Mapping[str, str]]
    """Bundle digest → its files and their digests."""
    artifacts: Sequence[str]
    """Digests of what programs kept of the responses that they graded."""
    dropped: Sequence[str] = ()
    """Paths that the publication before had and this one has not, where only what changed is given."""


def assemble(inputs: PublicationInputs) -> Assembled:
    """Make every document of a publication from the public inputs and the released values.

    Entries that wait for the close (`inputs.pending`) get what concerns them alone, and change nothing of the others.
    Raises DisclosureError where a held-out value of such an entry is given: it would be out before the close.
    """
    benchmark = inputs.benchmark
    _refuse_early(inputs)
    groups = groups_of(benchmark, inputs.table, inputs.entries, inputs.pending)
    closed = _close(inputs, groups)
    made: dict[str, bytes] = {}
    grading = grading_digest(inputs.table, inputs.plan)
    entries = _entry_documents(inputs, groups, grading, made)
    made |= _item_documents(inputs, closed)
    made[BENCHMARK] = canonical.dump(
        BenchmarkDocument(schema_version=1, benchmark=benchmark, graders=dict(inputs.plan.sources), grading=grading)
    )
    made[RELEASES] = canonical.dump(_releases(inputs))
    made |= {vendor_path(name): canonical.dump(own) for name, own in vendor_documents(inputs, closed).items()}
    board = _leaderboard(inputs, closed, entries)
    made[LEADERBOARD] = canonical.dump(board)
    made[COLUMNS] = canonical.dump(columns(board, made[LEADERBOARD]))
    made[EFFICIENCY] = canonical.dump(efficiency(board, made[LEADERBOARD]))
    if inputs.commitments is not None:
        made[COMMITMENTS] = inputs.commitments
    made |= inputs.ledger
    made |= inputs.assets
    made[ROOT] = canonical.dump(_root(inputs, made))
    bundles = published_bundles(inputs.entries)
    return Assembled(made, _bundle_files(bundles), _artifacts(bundles))


def _refuse_early(inputs: PublicationInputs) -> None:
    told = inputs.held_out
    if early := sorted({*told.released, *told.pending, *told.verdicts}.intersection(inputs.pending)):
        names = ", ".join(early[:5])
        raise DisclosureError(f"{names}: held-out results leave when the board is closed; close it, or leave them out")


def with_ledger(assembled: Assembled, inputs: PublicationInputs, ledger: Mapping[str, bytes]) -> Assembled:
    """Return what `assemble` makes with a log, given what it made of the same inputs without one.

    What attestations of the log confirm must be among the inputs already: it is a part of the rows.
    """
    made = {path: raw for path, raw in assembled.documents.items() if path != ROOT} | dict(ledger)
    made[ROOT] = canonical.dump(_root(inputs, made))
    return msgspec.structs.replace(assembled, documents=made)


def _close(inputs: PublicationInputs, groups: Sequence[Group]) -> list[tuple[Group, Closing]]:
    """Close every group: a protocol ranks on held-out scores as soon as one of its entries has one."""
    held_out = {
        version: on_held_out(inputs, [group for group in groups if group.protocol_version == version])
        for version in {group.protocol_version for group in groups}
    }
    return [
        (
            group,
            not_closed(group) if group.pending else close(inputs, group, on_held_out=held_out[group.protocol_version]),
        )
        for group in groups
    ]


def _entry_documents(
    inputs: PublicationInputs, groups: Sequence[Group], grading: str, made: dict[str, bytes]
) -> dict[str, str]:
    """Add every entry's own documents; return the digest of each entry document by name."""
    digests: dict[str, str] = {}
    for group in groups:
        of_group = group, documents.slice_scores(inputs, group)
        for j, entry in enumerate(group.entries):
            for own in (entry.configuration, *(revision.configuration for revision in entry.revisions)):
                configuration = canonical.dump(own)
                made[configuration_path(canonical.digest(configuration))] = configuration
            scores = _scores_documents(inputs, entry, grading, made)
            current = canonical.digest(canonical.dump(entry.configuration))
            document = canonical.dump(documents.entry_document(inputs, of_group, j, current, scores))
            made[entry_path(entry.name)] = document
            digests[entry.name] = canonical.digest(document)
    return digests


def _scores_documents(
    inputs: PublicationInputs, entry: GradedEntry, grading: str, made: dict[str, bytes]
) -> dict[str, str]:
    """Add the item scores of an entry's bundles, earlier ones too; return their digests by that of the bundle."""
    public = (entry.public, *(revision.public for revision in entry.revisions))
    pairs = [(bundle, inputs.table) for bundle in public if bundle]
    if entry.repair is not None and inputs.repair is not None:
        pairs.append((entry.repair, inputs.repair))
    digests: dict[str, str] = {}
    for bundle, table in pairs:
        raw = canonical.dump(documents.scores_document(bundle, table, grading, inputs.benchmark))
        made[scores_path(bundle.digest)] = raw
        if bundle.graded:
            made[graded_path(bundle.digest)] = bundle.graded.raw
        if bundle.purged:
            made[purged_path(bundle.digest)] = bundle.purged.manifest
        digests[bundle.digest] = canonical.digest(raw)
    return digests


def _item_documents(inputs: PublicationInputs, closed: Closed) -> dict[str, bytes]:
    """Make the pages of items, their index, and the category boards, whose columns are items."""
    pages = item_pages([table for table in (inputs.table, inputs.repair) if table])
    made = {item_page_path(number): item_page(page) for number, page in enumerate(pages)}
    index = item_index(inputs, [group for group, _ in closed], pages, [canonical.digest(raw) for raw in made.values()])
    made[ITEMS] = canonical.dump(index)
    boards = category_boards(inputs, closed, {item.id: item.page for item in index.items})
    return made | {path: canonical.dump(board) for path, board in boards.items()}


def _releases(inputs: PublicationInputs) -> ReleasesDocument:
    held_out = inputs.held_out
    verdicts = {name: publish_verdicts(own) for name, own in sorted(held_out.verdicts.items())}
    return ReleasesDocument(
        schema_version=1,
        held_out_scored=held_out.scored,
        n_prompts=held_out.n_prompts,
        demonstration=held_out.demonstration,
        releases=[publish_release(name, released) for name, released in sorted(held_out.released.items())],
        pending=dict(held_out.pending),
        verdicts={name: own for name, own in verdicts.items() if own != HeldOutVerdicts()},
    )


def _leaderboard(inputs: PublicationInputs, closed: Closed, entries: Mapping[str, str]) -> Leaderboard:
    benchmark, table = inputs.benchmark, inputs.table
    by_protocol: dict[str, list[tuple[Group, Closing]]] = {benchmark.protocol_version: []}
    for group, closing in closed:
        by_protocol.setdefault(group.protocol_version, []).append((group, closing))
    current = by_protocol.pop(benchmark.protocol_version)
    ranking = ranking_of(inputs, [group for group, _ in current])
    rows = rows_of(inputs, current, entries)
    others = [_other_protocol(inputs, version, own, entries) for version, own in by_protocol.items()]
    return Leaderboard(
        schema_version=1,
        benchmark=benchmark.id,
        title=benchmark.title,
        eval_protocol_version=benchmark.protocol_version,
        judge_model=benchmark.judge.model if benchmark.judge else None,
        headline=benchmark.headline,
        ranking=ranking,
        # The root names the version too; stated twice, it cannot be changed in one place.
        method={**METHOD, **_rank_method(current), "software": f"proofboard {inputs.software_version}"},
        minimum_detectable_difference=_detectable(inputs, on_held_out=ranking.startswith("held_out")),
        chance_level=float(benchmark.chance_level) if benchmark.chance_level else None,
        median_overfit_gap=_median([row.overfit_gap for row in rows if row.overfit_gap is not None]),
        public_set=PublicSet(
            n_prompts=len(table.by_prompt),
            n_items=len(table),
            committed=True,
            reproducible_offline=True,
            digest=table.prompts_digest,
        ),
        held_out_set=_held_out_set(inputs),
        tracks=sorted({group.track for group, _ in current if group.track is not None}),
        n_pending=sum(row.pending for row in (*rows, *(row for other in others for row in other.entries))),
        entries=rows,
        other_protocols=others,
        skipped=sorted(inputs.skipped, key=lambda skipped: skipped.entry),
    )


def _other_protocol(
    inputs: PublicationInputs, version: str, closed: Closed, entries: Mapping[str, str]
) -> OtherProtocol:
    return OtherProtocol(
        protocol_version=version,
        ranking=ranking_of(inputs, [group for group, _ in closed]),
        entries=rows_of(inputs, closed, entries),
    )


def _detectable(inputs: PublicationInputs, *, on_held_out: bool) -> float | None:
    """Say which difference the set that ranks can show; of a held-out set only the number of prompts is public."""
    n_clusters = len(set(inputs.table.clusters.tolist()))
    n = (inputs.held_out.n_prompts or 0) if on_held_out else n_clusters
    difference = minimum_detectable_difference(Fraction(inputs.benchmark.policies.disagreement), n)
    return None if difference is None else round_decimal(difference, PLACES)


def _rank_method(closed: Closed) -> dict[str, str]:
    """Name the method of the rank ranges; tracks of different sizes may have different ones."""
    methods = sorted({closing.rank_method for _, closing in closed if closing.rank_method})
    return {"rank_range": f"{RANK_SETS}: {'; or '.join(methods)}"} if methods else {}


def _median(gaps: Sequence[float]) -> float | None:
    if not gaps:
        return None
    ordered = sorted(Fraction(repr(gap)) for gap in gaps)
    middle = len(ordered) // 2
    return rounded((ordered[middle] + ordered[-middle - 1]) / 2, PLACES)


def _held_out_set(inputs: PublicationInputs) -> HeldOutSet:
    open_note = "a demonstration: the held-out texts lie in the open, so these ranks protect nothing"
    return HeldOutSet(
        n_prompts=inputs.held_out.n_prompts,
        committed=inputs.held_out.demonstration,
        commitment=None if inputs.commitments is None else canonical.digest(inputs.commitments),
        note=open_note if inputs.held_out.demonstration else None,
    )


def published_bundles(entries: Sequence[GradedEntry]) -> list[GradedBundle]:
    """List the bundles whose answers are published with entries, those of earlier revisions included."""
    return [
        bundle
        for entry in entries
        for bundle in (entry.public, entry.repair, *(revision.public for revision in entry.revisions))
        if bundle and not bundle.purged
    ]


def _bundle_files(bundles: Sequence[GradedBundle]) -> dict[str, dict[str, str]]:
    return {
        bundle.digest: {name: record.digest for name, record in bundle.manifest.files.items()} for bundle in bundles
    }


def _artifacts(bundles: Sequence[GradedBundle]) -> list[str]:
    graded = (own for bundle in bundles if bundle.graded for own in bundle.graded.document.responses)
    return sorted({digest for own in graded for digest in own.artifacts.values()})


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
