"""A benchmark that uses nearly every rule at once, for claims that must hold whatever the rules are.

Clusters, weights, pairs of facets, trials, votes, measures with logarithms, reported scores, composites, trees of means
and points by rank, usage and prices, a repair set, commitments and a held-out store, entries that refuse, skip, fail,
answer all alike or were recorded under another protocol.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from proofboard import canonical
from proofboard.disclosure.commitments import commitments
from proofboard.record.freeze import as_yaml, freeze, write, write_entry
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import (
    Aggregate,
    Benchmark,
    Borda,
    CloseTheLoop,
    Facet,
    GraderSpec,
    ItemSets,
    Mean,
    Metric,
    Price,
    Threshold,
    WeightedMean,
)
from proofboard.schemas.bundle import ReportedScore, Response, ResponseState, Usage, Verdict
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest

KEY = bytes(range(32))
HELD_OUT_COUNT = 50
TRIALS = 2
HALVES = ("easy", "hard")
TOPICS = ("logic", "maths", "prose")

Reorder = Callable[[Sequence[Any]], Sequence[Any]]

RULES = Benchmark(
    id="rich",
    title="Rich — “quoted”, naïve",
    protocol_version="2",
    item_sets=ItemSets(repair="items/repair.jsonl", commitments="items/commitments.json"),
    facets={"tier": Facet(values=list(HALVES), role="tier"), "topic": Facet(values=list(TOPICS), role="category")},
    slice_pairs=[("tier", "topic")],
    metrics={
        "agreement": Metric(grader=GraderSpec(kind="jensen_shannon"), denominator=10**6),
        "judged": Metric(grader=GraderSpec(kind="votes"), missing="worst"),
        "speed": Metric(reported=True, denominator=1000, missing="drop"),
        "close": Metric(threshold=Threshold(metric="agreement", at_least="0.9")),
        "good": Metric(all_of=["judged", "close"]),
        "both": Metric(grader=GraderSpec(kind="votes"), trials="pass_hat_k", k=2),
    },
    aggregates={
        "hard": Aggregate(mean=Mean(metric="judged", slice={"tier": ["hard"]})),
        "total": Aggregate(weighted=WeightedMean(children={"agreement": 2, "hard": 1, "judged": 3}), places=4),
        "points": Aggregate(borda=Borda(children=["agreement", "judged", "speed"])),
    },
    headline="total",
    prices=[Price(model="m-1", since="2026-01-01", prompt_per_million="0.15", completion_per_million="0.6")],
    close_the_loop=CloseTheLoop(runnable="judged", accepted="close", passes="good"),
)


def questions(count: int, prefix: str, *, clusters: bool = True) -> list[Item]:
    return [
        Item(
            id=f"{prefix}{number:03d}",
            prompt=f"Wie viele „{prefix}{number}“?",
            cluster=f"c{number // 2}" if clusters else None,
            weight=1 + number % 3,
            facets={"tier": HALVES[number % 2], "topic": TOPICS[number % 3]},
            reference={"distribution": {"a": 1 + number % 4, "b": 3, "c": number % 5}},
        )
        for number in range(count)
    ]


PUBLIC, REPAIR, HELD_OUT = questions(24, "p"), questions(4, "r"), questions(HELD_OUT_COUNT, "h", clusters=False)

STATES: tuple[ResponseState, ...] = ("answered", "answered", "refused", "answered", "missing", "answered")


def bundle(
    item_set: str, asked: Sequence[Item], skill: int, *, name: str | None = None, failing: bool = False
) -> NewBundle:
    """Record answers that are the better the higher the skill; every sixth is refused or absent."""
    responses, verdicts, scores = [], [], []
    for number, item in enumerate(asked):
        for trial in range(TRIALS):
            mark = (number * 7 + trial * 3 + skill) % 11
            state: ResponseState = STATES[mark % 6] if mark > skill else "answered"
            state = "platform_failure" if failing and number == 1 else state
            shares = {"a": 1 + (number + skill) % 4, "b": 3, "c": 0.1 * mark}
            usage = Usage(prompt_tokens=100 + mark, completion_tokens=10 * mark, calls=1, microseconds=10**5 + 7 * mark)
            output = {"distribution": shares} if state == "answered" else None
            responses.append(Response(prompt_id=item.id, trial=trial, state=state, output=output, usage=usage))
            if state == "answered":
                cast = [mark < skill, mark < skill + 2, None]
                verdicts += [Verdict(prompt_id=item.id, trial=trial, vote=v, passed=p) for v, p in enumerate(cast)]
                scores.append(ReportedScore(item_id=item.id, trial=trial, scores={"speed": 50 * mark}))
    claims: dict[str, int | float | str | None] = {"score": 0.5, "n_prompts": len(asked)}
    return NewBundle(
        name=name or item_set.replace("_", "-"),
        item_set=item_set,
        responses=responses,
        verdicts=verdicts,
        scores=scores,
        trials=TRIALS,
        recorded="2026-02-03",
        claims=claims,
    )


def repairs(skill: int) -> NewBundle:
    """Record first drafts of the repair items and, for every second one, a draft after repair."""
    drafts = bundle("repair", REPAIR, skill)
    first = [row for row in drafts.responses if row.trial == 0]
    again = [Response(prompt_id=row.prompt_id, stage="repair", output=row.output) for row in first[::2]]
    votes = [row for row in drafts.verdicts if row.trial == 0]
    votes += [Verdict(prompt_id=row.prompt_id, stage="repair", passed=True) for row in again]
    return replace(drafts, responses=[*first, *again], verdicts=votes, scores=[], trials=1, claims={})


def configuration(name: str, **fields: object) -> Configuration:
    vendor, config_name = name.split("/")
    return Configuration(vendor=vendor, config_name=config_name, decoding=Decoding(model="m-1"), **fields)  # type: ignore[arg-type]


def entries() -> list[ImportedEntry]:
    constant = [Response(prompt_id=i.id, trial=t, output="?") for i in PUBLIC for t in range(TRIALS)]
    return [
        ImportedEntry(configuration("acme/strong"), [bundle("public", PUBLIC, 8), repairs(6)]),
        ImportedEntry(configuration("acme/weak"), [bundle("public", PUBLIC, 2), repairs(1)]),
        ImportedEntry(configuration("bolt/middle"), [bundle("public", PUBLIC, 5)]),
        ImportedEntry(configuration("bolt/fails"), [bundle("public", PUBLIC, 9, failing=True)]),
        ImportedEntry(configuration("bolt/old"), [bundle("public", PUBLIC, 7)], protocol_version="1"),
        ImportedEntry(configuration("chaff/constant"), [NewBundle(responses=constant, trials=TRIALS)]),
        ImportedEntry(configuration("chaff/absent")),
    ]


SKILLS = {"acme/strong": 7, "acme/weak": 2, "bolt/middle": 5, "chaff/absent": 4}
"""How the entries that were run on the held-out items do there."""


def write_rich(folder: Path, store: Path, reorder: Reorder = list) -> None:
    """Write the benchmark directory and its held-out store; `reorder` shuffles what has no order of its own."""
    write(folder / "benchmark.yaml", as_yaml(RULES))
    write(folder / "items/public.jsonl", canonical.dump_lines(reorder(PUBLIC)))
    write(folder / "items/repair.jsonl", canonical.dump_lines(reorder(REPAIR)))
    write(folder / "items/commitments.json", canonical.dump(commitments(HELD_OUT, KEY)))
    prompts = {"public": prompts_digest(PUBLIC), "repair": prompts_digest(REPAIR)}
    for entry in reorder(entries()):
        bundles = [_reordered(one, reorder) for one in reorder(entry.bundles)]
        write_entry(replace(entry, bundles=bundles), RULES, prompts, folder)
    write(store / "items/held_out.jsonl", canonical.dump_lines(reorder(HELD_OUT)))
    write(store / "split.key", KEY.hex().encode() + b"\n")
    for name, skill in reorder(list(SKILLS.items())):
        held_out = _reordered(bundle("held_out", HELD_OUT, skill), reorder)
        frozen = freeze(held_out, RULES.id, RULES.protocol_version, configuration(name), prompts_digest(HELD_OUT))
        for file, raw in frozen.items():
            write(store / "entries" / name / "held-out" / file, raw)


def _reordered(recorded: NewBundle, reorder: Reorder) -> NewBundle:
    return replace(
        recorded,
        responses=reorder(recorded.responses),
        verdicts=reorder(recorded.verdicts),
        scores=reorder(recorded.scores),
    )
