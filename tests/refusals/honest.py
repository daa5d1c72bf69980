"""One small honest benchmark that has a bit of everything: what every forged publication starts from."""

from fractions import Fraction
from pathlib import Path

import msgspec

from builders import benchmark, entry, items
from proofboard import canonical
from proofboard.core.graders.base import Grader
from proofboard.disclosure.commitments import commitments
from proofboard.record.freeze import freeze, write, write_benchmark
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.schemas.benchmark import (
    Aggregate,
    Benchmark,
    Borda,
    CloseTheLoop,
    GraderSpec,
    ItemSets,
    Judge,
    Mean,
    Metric,
    Policies,
    Price,
    Threshold,
    VendorProfile,
    WeightedMean,
)
from proofboard.schemas.bundle import ReportedScore, Response, Usage, Verdict
from proofboard.schemas.item import Item, prompts_digest

KEY = bytes(range(32))
QUESTION = "Qui a écrit « Les Misérables » — avant 1870 ?"
COMMITMENTS = "items/commitments.json"

PUBLIC = items(12)
REPAIR = items(4, prefix="r")
HELD_OUT = [msgspec.structs.replace(item, prompt=f"{QUESTION} ({item.id})") for item in items(60, prefix="h")]

METRICS = {
    "correct": Metric(grader=GraderSpec(kind="exact")),
    "judged": Metric(grader=GraderSpec(kind="votes")),
    "both": Metric(all_of=["correct", "judged"]),
    "told": Metric(reported=True, denominator=100, missing="drop"),
    "blend": Metric(weighted={"correct": 3, "told": 1}, denominator=1000),
    "enough": Metric(threshold=Threshold(metric="blend", at_least="0.7")),
    "foreign": Metric(grader=GraderSpec(kind="foreign"), denominator=1000),
}

AGGREGATES = {
    "easy": Aggregate(mean=Mean(metric="correct", slice={"tier": ["easy"]})),
    "overall-blend": Aggregate(weighted=WeightedMean(children={"easy": 1, "told": 2}, missing="present")),
    "points": Aggregate(borda=Borda(children=["correct", "told"])),
}


def rules() -> Benchmark:
    """Make rules that use every kind of metric, aggregate and policy."""
    return benchmark(
        metrics=METRICS,
        aggregates=AGGREGATES,
        item_sets=ItemSets(repair="items/repair.jsonl", commitments=COMMITMENTS),
        slice_pairs=[("category", "tier")],
        policies=Policies(minimum_cell=20),
        judge=Judge(model="a/judge", votes=2),
        prices=[Price(model="m", since="2025-01-01", prompt_per_million="0.5", completion_per_million="1.5")],
        vendors={"acme": VendorProfile(organization="Acme", default="base")},
        chance_level="0.1",
        close_the_loop=CloseTheLoop(runnable="correct", accepted="judged", passes="both"),
    )


def foreign(kind: str, _options: object, _file: str) -> Grader:
    """Stand in for a grader that another package offers."""
    return Grader(kind, "package 1.0", lambda item, _response, _votes: Fraction(len(str(item.reference)) % 7, 7))


def _answer(item: Item, output: str, **changes: object) -> Response:
    usage = Usage(prompt_tokens=10, completion_tokens=5, calls=1, microseconds=1_000_000 + len(output))
    return Response(prompt_id=item.asked, output=output, usage=usage, **changes)  # type: ignore[arg-type]


def _public(right: int, trials: int = 1) -> NewBundle:
    answers = [
        _answer(item, str(item.reference) if place + trial < right else f"not {item.id}", trial=trial)
        for place, item in enumerate(PUBLIC)
        for trial in range(trials)
    ]
    votes = [
        Verdict(prompt_id=row.prompt_id, trial=row.trial, vote=vote, passed=not str(row.output).startswith("not"))
        for row in answers
        for vote in range(2)
    ]
    told = [ReportedScore(item_id=item.id, scores={"told": 5 * place}) for place, item in enumerate(PUBLIC)]
    return NewBundle(responses=answers, verdicts=votes, scores=told, trials=trials, recorded="2026-01-02")


def _repair() -> NewBundle:
    first = [_answer(item, f"not {item.id}") for item in REPAIR]
    second = [_answer(item, str(item.reference), stage="repair") for item in REPAIR[:2]]
    votes = [
        Verdict(prompt_id=row.prompt_id, stage=row.stage, passed=row.stage == "repair") for row in (*first, *second)
    ]
    return NewBundle(name="repair", item_set="repair", responses=[*first, *second], verdicts=votes)


def entries() -> list[ImportedEntry]:
    """List a winner with repairs, a default, one with two trials, one of an older protocol, and one without bundle."""
    best = entry("acme/best", description="The large one.", contributor="Ann")
    base = entry("acme/base", settings={"size": "small"})
    return [
        ImportedEntry(best.configuration, [_public(10), _repair()]),
        ImportedEntry(base.configuration, [_public(6)]),
        ImportedEntry(entry("bolt/base", title="Bolt").configuration, [_public(5, trials=2)]),
        ImportedEntry(entry("cold/old", licence="MIT").configuration, [_public(7)], "0"),
        ImportedEntry(entry("dawn/absent", description="Not recorded yet.").configuration, []),
    ]


def write_honest(place: Path) -> Path:
    """Write the benchmark directory."""
    write_benchmark(Imported(benchmark=rules(), items=PUBLIC, repair_items=REPAIR, entries=entries()), place)
    write(place / COMMITMENTS, canonical.dump(commitments(HELD_OUT, KEY)))
    return place


def write_store(place: Path) -> Path:
    """Write the held-out store: two of the entries have answered it."""
    write(place / "items/held_out.jsonl", canonical.dump_lines(HELD_OUT))
    write(place / "split.key", KEY.hex().encode())
    own = {listed.configuration.name: listed.configuration for listed in entries()}
    for name, right in {"acme/best": 41, "acme/base": 33}.items():
        answers = [
            _answer(item, str(item.reference) if number < right else f"not {item.id}")
            for number, item in enumerate(HELD_OUT)
        ]
        bundle = NewBundle(item_set="held_out", responses=answers)
        frozen = freeze(bundle, "small", "1", own[name], prompts_digest(HELD_OUT))
        for file, raw in frozen.items():
            write(place / "entries" / name / "held-out" / file, raw)
    return place
