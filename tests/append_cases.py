"""Publications that grow entry by entry, in memory: what stands, what is appended, and boards drawn at random."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from core_builders import benchmark, entry, exact_metric, item, reported_metric
from proofboard import __version__
from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.build import grade_entries
from proofboard.app.entries_folder import why_absent
from proofboard.app.held_out.scores import score_held_out
from proofboard.core.entry import GradedEntry
from proofboard.publish.appending import AppendInputs, append
from proofboard.publish.assemble import Assembled, assemble
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.publish.page import page_assets
from proofboard.schemas.benchmark import Aggregate, Benchmark, Borda, Facet, Mean, Metric, WeightedMean
from proofboard.schemas.bundle import ReportedScore, Response, Usage

Files = Mapping[str, bytes]
"""A publication in memory: path → bytes."""

LANES = ("x", "y", "z")
COUNT = 24
A_FEW = 0.25
QUESTIONS = [
    item(n, facets={"part": "ab"[n % 2], "lane": LANES[n // 2 % 2]}, weight=1 + n % 2, cluster=f"c{n}")
    for n in range(COUNT)
]


def of(inputs: PublicationInputs, added: GradedEntry, **changes: Any) -> AppendInputs:
    """Take one entry as it would be appended to a publication; `changes` replace fields."""
    own = AppendInputs(
        benchmark=inputs.benchmark,
        table=inputs.table,
        repair=inputs.repair,
        plan=inputs.plan,
        entry=added,
        software_version=inputs.software_version,
        ledger=inputs.ledger,
    )
    return replace(own, **changes)


def after(files: Files, made: Assembled) -> dict[str, bytes]:
    """Answer the publication that stands once what an append made is put beside it."""
    return {path: raw for path, raw in {**files, **made.documents}.items() if path not in made.dropped}


def closed_without(inputs: PublicationInputs, names: Sequence[str]) -> PublicationInputs:
    """Take a publication as it was closed before some entries came."""
    return replace(inputs, entries=[own for own in inputs.entries if own.name not in names])


def with_pending(inputs: PublicationInputs, names: Sequence[str]) -> PublicationInputs:
    """Take a publication to which some of its entries were appended: nothing held-out of them is out."""
    told = inputs.held_out
    held_out = replace(
        told,
        released={name: own for name, own in told.released.items() if name not in names},
        pending={name: own for name, own in told.pending.items() if name not in names},
        verdicts={name: own for name, own in told.verdicts.items() if name not in names},
    )
    return replace(inputs, pending=tuple(names), held_out=held_out)


def grown(inputs: PublicationInputs, names: Sequence[str]) -> dict[str, bytes]:
    """Close a board without some entries, then append them one after the other."""
    files: dict[str, bytes] = dict(assemble(closed_without(with_pending(inputs, names), names)).documents)
    for name in names:
        [added] = [own for own in inputs.entries if own.name == name]
        files = after(files, append(files.__getitem__, of(inputs, added)))
    return files


def differing(found: Files, expected: Files) -> list[str]:
    """Name the documents that are not the same in both."""
    return sorted(path for path in found.keys() | expected.keys() if found.get(path) != expected.get(path))


def inputs_of(folder: Path, store: Path | None = None) -> tuple[PublicationInputs, dict[str, Path]]:
    """Read a benchmark directory as a build does; also answer where its bundles and artifacts lie."""
    read = read_benchmark(folder)
    entries, places = grade_entries(read, [own for own in read.entries if not why_absent(own)])
    made = PublicationInputs(
        benchmark=read.benchmark,
        table=read.table,
        repair=read.repair,
        plan=read.plan,
        entries=entries,
        held_out=score_held_out(read, entries, store) if store else HeldOut(),
        skipped=(),
        commitments=read.commitments,
        software_version=__version__,
        assets=page_assets(),
    )
    return made, places


def rules(headline: str = "sum", **changes: Any) -> Benchmark:
    """Make rules with tracks, categories, means of means, points by rank, and what is made of points."""
    given: dict[str, Any] = {
        "facets": {"part": Facet(values=["a", "b"], role="category"), "lane": Facet(values=list(LANES))},
        "metrics": {
            "e": exact_metric(missing="drop", places=4),
            "m": reported_metric(denominator=10, range=(0, 5), missing="drop"),
            "less": reported_metric(direction="lower", range=(0, 5), missing="null"),
            "both": Metric(all_of=["m", "e"]),
        },
        "aggregates": {
            "a": Aggregate(mean=Mean(metric="m", slice={"part": ["a"]})),
            "sum": Aggregate(weighted=WeightedMean(children={"a": 3, "e": 1}, missing="present"), places=3),
            "points": Aggregate(borda=Borda(children=["sum", "less"])),
            "deep": Aggregate(weighted=WeightedMean(children={"points": 1, "sum": 5}, missing="present")),
        },
        "headline": headline,
        **changes,
    }
    return benchmark(**given)


@st.composite
def any_rules(draw: st.DrawFn) -> Benchmark:
    """Draw rules: with or without tracks and categories, and any headline."""
    made = rules()
    lane = Facet(values=list(LANES), role=draw(st.sampled_from([None, "track", "language"])))
    part = Facet(values=["a", "b"], role=draw(st.sampled_from([None, "category"])))
    headline = draw(st.sampled_from([*made.metrics, *made.aggregates]))
    return replace(made, facets={"part": part, "lane": lane}, headline=headline)


@st.composite
def any_entry(draw: st.DrawFn, made: Benchmark, name: str) -> GradedEntry:
    """Draw an entry: of a track where there are any, of any protocol, with answers of every state, or all alike."""
    tracked = made.facets["lane"].role == "track"
    lane = draw(st.sampled_from(LANES[:2]))
    asked = [question for question in QUESTIONS if not tracked or question.facets["lane"] == lane]
    chance = draw(st.randoms(use_true_random=False))
    trials, is_constant = chance.choice([1, 1, 2]), chance.random() < A_FEW
    lines, scores = [], []
    for question in asked:
        for trial in range(trials):
            state: Any = chance.choice(["answered"] * 30 + ["refused", "missing", "platform_failure"])
            said = "no" if is_constant else chance.choice(["yes", "no", ""])
            output = said if state == "answered" else None
            usage = Usage(prompt_tokens=chance.randrange(9), completion_tokens=3, calls=1, microseconds=10**5)
            lines.append(Response(prompt_id=question.id, trial=trial, state=state, output=output, usage=usage))
            if state == "answered":
                drawn: dict[str, int | None] = {"m": 10 * chance.randrange(6), "less": chance.randrange(6)}
                scores.append(ReportedScore(item_id=question.id, trial=trial, scores=drawn))
    own = {"settings": {"recipe": chance.randrange(3)}, "kind": chance.choice(["community", "default", "chance"])}
    claims = dict.fromkeys((*made.metrics, *made.aggregates), 0.5)
    recorded = {"trials": trials, "protocol_version": chance.choice(["1", "1", "1", "0", "2"]), "claims": claims}
    return entry(made, QUESTIONS, name, lines, own=own, scores=scores, recorded="2026-01-02", **recorded)


def reading(reads: list[str], files: Files) -> Callable[[str], bytes]:
    """Answer a reader that keeps the paths it was asked for."""

    def read(path: str) -> bytes:
        reads.append(path)
        return files[path]

    return read
