"""Small publications written by hand: what a page must show, whatever the numbers mean."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from proofboard import canonical
from proofboard.publish.columns import columns, efficiency
from proofboard.publish.names import COLUMNS, EFFICIENCY, configuration_path
from proofboard.publish.page import page_assets
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import Benchmark, Facet, GraderSpec, Metric
from proofboard.schemas.board import (
    BoardRow,
    Disagreement,
    Efficiency,
    HeldOutScore,
    HeldOutSet,
    Leaderboard,
    OtherProtocol,
    PublicScore,
    PublicSet,
    Run,
    Skipped,
    Spread,
    UsageSummary,
    WinRegion,
)
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.publication import (
    BenchmarkDocument,
    BundleReference,
    CategoryBoard,
    CategoryRow,
    EntryDocument,
    EntryRecord,
    ItemCount,
    ItemIndex,
    ItemPage,
    Publication,
    VendorDocument,
)

NOTHING = "sha256:" + "0" * 64
FACETS = {
    "language": Facet(values=["de", "en"], role="language", title="Language"),
    "topic": Facet(values=["logic", "word problems"], role="category", title="Topic"),
}
PROBLEMS = ["p1", "p2"]


def benchmark(**changes: Any) -> Benchmark:
    """Make rules with a language and a category facet; `changes` replace fields."""
    whole = Benchmark(
        id="handmade",
        title="Handmade board",
        protocol_version="2",
        description="Forty sums.",
        metrics={"correct": Metric(grader=GraderSpec(kind="exact"))},
        headline="correct",
        facets=FACETS,
    )
    return msgspec.structs.replace(whole, **changes)


def public(score: float | None, **changes: Any) -> PublicScore:
    """Make a public score on forty items, the same on every slice."""
    by: dict[str, dict[str, float | None]] = {
        name: dict.fromkeys(facet.values, score) for name, facet in FACETS.items()
    }
    whole = PublicScore(
        score=score,
        reason="3 responses failed on the platform" if score is None else None,
        exact=None,
        pass_rate=score,
        interval=None if score is None else (max(0, score - 0.1), min(1, score + 0.1)),
        standard_error=None,
        interval_method="wilson",
        by_tier=None,
        by=by,
        metrics={"correct": score},
        n_prompts=40,
        n_items=40,
        n_answered=40,
        runs=None,
        variance=None,
        assurance="recomputed",
    )
    return msgspec.structs.replace(whole, **changes)


def held_out(score: float | None) -> HeldOutScore:
    """Make a released score, or none that is pending."""
    return HeldOutScore(
        score=score,
        pass_rate=score,
        interval=None if score is None else (max(0, score - 0.15), min(1, score + 0.15)),
        by_tier=None,
        by=None,
        n_prompts=None if score is None else 60,
        status="pending: the held-out run is not complete" if score is None else "released",
        assurance=None if score is None else "attested",
    )


def usage(seconds: float | None = None, tokens: int | None = None) -> UsageSummary:
    """Make a usage of forty calls."""
    return UsageSummary(
        generation_calls=40,
        judge_calls=None,
        prompt_tokens=tokens,
        completion_tokens=None,
        total_tokens=tokens,
        cost_dollars=None,
        seconds=None if seconds is None else Spread(mean=seconds, standard_deviation=None, percentile_95=seconds),
        n_recorded=40,
    )


def identity(name: str, date: str | None) -> dict[str, Any]:
    """Make the fields that say who an entry is."""
    vendor, config_name = name.split("/")
    return {
        "vendor": vendor,
        "config_name": config_name,
        "title": None,
        "provider": vendor,
        "model": None,
        "organization": None,
        "kind": "community",
        "contributor": None,
        "date": date,
        "configuration": NOTHING,
        "protocol_version": "2",
    }


def row(name: str, rank: int | None, score: float | None, released: float | None = None, **changes: Any) -> BoardRow:
    """Make a row of a board; `changes` replace fields."""
    gap = None if score is None or released is None else round(score - released, 6)
    whole = BoardRow(
        **identity(name, date="2026-03-01"),
        rank=rank,
        rank_range=None,
        tied_groups=None,
        parent=None,
        same_recipe_as=None,
        entry=canonical.digest(entry_document(name)),
        target_subgroup=None,
        track=None,
        public=public(score),
        held_out=held_out(released),
        overfit_gap=gap,
        overfit_interval=None,
        overfit_test=None,
        close_the_loop=None,
        win_regions=[],
        target_verdict=None,
        efficiency=Efficiency(
            score_per_dollar=None, score_per_million_tokens=None, score_per_second=score, relative=50.0
        ),
        cost_per_score=None,
        usage=usage(),
        run=Run(
            tool_version="recorder 1.0",
            judge_model="open/judge",
            n_votes=1,
            recorded_bundle_sha256="ab" * 32,
            recorded_bundle_sha16="ab" * 8,
            verified=True,
            submitted_by=None,
        ),
        invalid=None,
        disagreements=[],
    )
    return msgspec.structs.replace(whole, **changes)


def win(part: str, lower_bound: float, **changes: Any) -> WinRegion:
    """Make a win region, by default a candidate that is too small for held-out items."""
    whole = WinRegion(slice=part, lower_bound=lower_bound, state="candidate", held_out=None)
    return msgspec.structs.replace(whole, **changes)


WINS = [
    win("topic=logic", 0.0512, state="confirmed", held_out="win"),
    win("language=de×topic=logic", 0.031, held_out="loss"),
    win("language=de", 0.0),
]
TARGET = {"description": "Sums in German", "selector": {"language": ["de"]}}


def all_kinds_of_rows() -> list[BoardRow]:
    """Make a board ranked on held-out scores that holds every kind of row."""
    return [
        row(
            "acme/tuned",
            1,
            0.8,
            0.85,
            title="Tuned",
            organization="Ålesund Research",
            contributor="@mira",
            rank_range=(1, 3),
            tied_groups=(1, 2),
            overfit_interval=(-0.2, 0.1),
            overfit_test="not shown",
            win_regions=WINS,
            target_subgroup=TARGET,
        ),
        row(
            "acme/default",
            2,
            0.9,
            0.7,
            kind="default",
            model="open/large-2",
            usage=usage(2.5, 142_775),
            rank_range=(1, 4),
            tied_groups=(1, 2),
            overfit_interval=(0.05, 0.35),
            overfit_test="beyond chance",
        ),
        row(
            "bolt/default",
            2,
            0.75,
            0.7,
            kind="default",
            usage=usage(0.5, 90_000),
            rank_range=(2, 4),
            tied_groups=(2, 2),
            disagreements=[Disagreement(statistic="score", claimed=0.8, found=0.75)],
        ),
        row("base/chance", 4, 0.25, 0.25, kind="chance"),
        row("bolt/again", None, 0.75, 0.7, same_recipe_as="bolt/default"),
        row("zeta/pending", None, 0.6),
        row("zeta/broken", None, None),
        row("zeta/flat", None, 0.25, 0.25, invalid="all answers are identical"),
    ]


def leaderboard(entries: Sequence[BoardRow], **changes: Any) -> Leaderboard:
    """Make a board of forty public items."""
    whole = Leaderboard(
        schema_version=1,
        benchmark="handmade",
        title="Handmade board",
        eval_protocol_version="2",
        judge_model="open/judge",
        headline="correct",
        ranking="held_out desc",
        method={"score": "exact mean over items"},
        minimum_detectable_difference=0.12,
        chance_level=0.25,
        median_overfit_gap=0.125,
        public_set=PublicSet(n_prompts=40, n_items=40, committed=True, reproducible_offline=True, digest=NOTHING),
        held_out_set=HeldOutSet(n_prompts=60, committed=False, commitment=NOTHING, note=None),
        tracks=[],
        entries=list(entries),
        other_protocols=[],
        skipped=[],
    )
    return msgspec.structs.replace(whole, **changes)


def whole_board() -> Leaderboard:
    """Make the board that most claims are about: every kind of row, another protocol, and a skipped entry."""
    return leaderboard(
        all_kinds_of_rows(),
        other_protocols=[
            OtherProtocol(
                protocol_version="1",
                ranking="public desc",
                entries=[row("acme/old", 1, 0.5, protocol_version="1")],
            )
        ],
        skipped=[Skipped(entry="acme/absent", reason="has no public bundle")],
    )


def configuration_document(name: str, **changes: Any) -> bytes:
    """Write a configuration; `changes` are its fields."""
    vendor, config_name = name.split("/")
    return canonical.dump(Configuration(vendor=vendor, config_name=config_name, **changes))


def entry_document(name: str, configuration: bytes | None = None, **changes: Any) -> bytes:
    """Write who an entry is; `changes` replace fields of its document."""
    own = EntryRecord(
        **identity(name, date=None),
        document=canonical.digest(configuration or configuration_document(name)),
        bundles=[BundleReference(name="public", item_set="public", bundle=NOTHING, scores=NOTHING, graded=None)],
    )
    whole = EntryDocument(schema_version=1, identity=own, accepted=None, history=[], scores={}, n_items={})
    return canonical.dump(msgspec.structs.replace(whole, **changes))


def category_board(value: str, names: Sequence[str]) -> bytes:
    """Write the board of one value of the category facet, in reverse order of the names."""
    rows = [
        CategoryRow(rank=place + 1, entry=name, average=0.5, values=[1.0, 0.0])
        for place, name in enumerate(reversed(names))
    ]
    return canonical.dump(
        CategoryBoard(
            schema_version=1,
            facet="topic",
            value=value,
            metric="correct",
            ranking="public desc",
            items=PROBLEMS,
            pages=[0, 0],
            rows=rows,
        )
    )


def vendor_document(vendor: str, **changes: Any) -> bytes:
    """Write a vendor's comparisons, by default none."""
    whole = VendorDocument(
        schema_version=1, vendor=vendor, default=None, n_hypotheses=0, resamples=1999, method="step-down", entries=[]
    )
    return canonical.dump(msgspec.structs.replace(whole, **changes))


def documents_of(
    board: Leaderboard, rules: Benchmark | None = None, replaced: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """Write every document of a publication, its page included.

    `replaced` stand in the place of some of them, or beside them; rows name their entries' documents by digest.
    """
    others = dict(replaced or {})
    board = _naming(board, others)
    rows = [*board.entries, *(row for other in board.other_protocols for row in other.entries)]
    names = [f"{row.vendor}/{row.config_name}" for row in rows]
    page = canonical.dump(ItemPage(schema_version=1, items=[{"id": problem} for problem in PROBLEMS]))
    counts = [
        ItemCount(id=problem, item_set="public", digest=NOTHING, page=0, mean=0.5, n_scored=7) for problem in PROBLEMS
    ]
    index = ItemIndex(schema_version=1, metric="correct", pages=[canonical.digest(page)], items=counts)
    raw = canonical.dump(board)
    named: dict[str, bytes] = {
        "leaderboard.json": raw,
        COLUMNS: canonical.dump(columns(board, raw)),
        EFFICIENCY: canonical.dump(efficiency(board, raw)),
        "benchmark.json": canonical.dump(
            BenchmarkDocument(schema_version=1, benchmark=rules or benchmark(), graders={}, grading=NOTHING)
        ),
        "items.json": canonical.dump(index),
        **{
            f"boards/topic/{place}.json": category_board(value, names)
            for place, value in enumerate(FACETS["topic"].values)
        },
        **{f"vendors/{vendor}.json": vendor_document(vendor) for vendor in sorted({row.vendor for row in rows})},
        **page_assets(),
    }
    named |= {path: raw for path, raw in others.items() if path.startswith("vendors/")}
    below = {
        "items/0.json": page,
        **{configuration_path(canonical.digest(raw)): raw for raw in map(configuration_document, names)},
        f"scores/{'0' * 64}.json": b"{}\n",
        f"bundles/{'0' * 64}/manifest.json": b"{}\n",
        **{f"entries/{name}.json": entry_document(name) for name in names},
    }
    return {**named, **below, **others, "publication.json": root_of(named)}


def _naming(board: Leaderboard, others: Mapping[str, bytes]) -> Leaderboard:
    """Let rows name the documents that stand for their entries."""

    def named(own: BoardRow) -> BoardRow:
        path = f"entries/{own.vendor}/{own.config_name}.json"
        return msgspec.structs.replace(own, entry=canonical.digest(others[path])) if path in others else own

    return msgspec.structs.replace(board, entries=[named(own) for own in board.entries])


def root_of(named: Mapping[str, bytes]) -> bytes:
    """Write the root over the documents that it names."""
    return canonical.dump(
        Publication(
            schema_version=1,
            benchmark="handmade",
            title="Handmade board",
            software_version="0.0.0",
            documents={path: canonical.digest(raw) for path, raw in named.items()},
        )
    )


def write_site(place: Path, documents: Mapping[str, bytes]) -> Path:
    """Write documents below a folder."""
    for path, raw in documents.items():
        write(place / path, raw)
    return place
