"""Small benchmarks, bundles and boards in memory; a builder states only what the claim of a test is about."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from proofboard import canonical
from proofboard.app.benchmark_folder import resolve_graders
from proofboard.core.aggregates import Scoring
from proofboard.core.board import scoring_of
from proofboard.core.entry import GradedEntry, graded_bundle, graded_entry
from proofboard.core.exact import Exact
from proofboard.core.grading import STATES, GradingPlan, ItemScores, grading_plan
from proofboard.core.items import ItemTable, item_table
from proofboard.core.matrix import ScoreMatrix, score_matrix
from proofboard.core.slices import Slice, whole_set
from proofboard.publish.assemble import assemble
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.schemas.benchmark import Benchmark, GraderSpec, Metric
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle import FileRecord, Manifest, ReportedScore, Response, Usage, Verdict
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item

Rows = Sequence[Sequence[int | None]]
"""One row for each entry, one integer over the metric's denominator for each item; None is an absent answer."""

RIGHT, WRONG = "yes", "no"


def exact_metric(**fields: Any) -> Metric:
    return Metric(grader=GraderSpec(kind="exact"), **fields)


def reported_metric(**fields: Any) -> Metric:
    return Metric(reported=True, **fields)


def benchmark(**fields: Any) -> Benchmark:
    """Answer a benchmark of one verdict, `correct`, unless told otherwise."""
    given: dict[str, Any] = {"metrics": {"correct": exact_metric()}, "headline": "correct", **fields}
    return Benchmark(id="tiny", title="Tiny", protocol_version="1", **given)


def item(number: int, **fields: Any) -> Item:
    given: dict[str, Any] = {"prompt": f"Question {number}?", "reference": RIGHT, **fields}
    return Item(id=f"q{number:04d}", **given)


def items(count: int, **fields: Any) -> list[Item]:
    return [item(number, **fields) for number in range(count)]


def item_scores(
    metrics: Mapping[str, Sequence[Any]], *, trials: int = 1, states: Mapping[tuple[int, int], str] | None = None
) -> ItemScores:
    """Answer the scores of one entry: for each metric a value for each item, or a list of one for each trial."""
    columns = {name: [v if isinstance(v, list) else [v] for v in values] for name, values in metrics.items()}
    first = next(iter(columns.values()))
    places = [(position, trial) for position, cells in enumerate(first) for trial in range(len(cells))]
    assert all(trial < trials for _, trial in places)
    return ItemScores(
        item=np.array([position for position, _ in places], dtype=np.int64),
        trial=np.array([trial for _, trial in places], dtype=np.int64),
        stage=np.zeros(len(places), dtype=np.uint8),
        state=np.array([STATES.index((states or {}).get(place, "answered")) for place in places], dtype=np.uint8),
        values={name: [cells[p][t] for p, t in places] for name, cells in columns.items()},
    )


def matrix_of(metric: Metric, cells: Sequence[Any], **fields: Any) -> ScoreMatrix:
    """Reduce the cells of one entry: a value for each item, or a list of one for each trial."""
    scores = item_scores({"m": cells}, **fields)
    return score_matrix([(scores, fields.get("trials", 1))], "m", metric, len(cells))


def scoring(made: Benchmark, questions: Sequence[Item], entries: Sequence[Mapping[str, Sequence[Any]]]) -> Scoring:
    """Score entries that are given as metric → values in the order of the items' ids."""
    return scoring_of(made, item_table(questions), [(item_scores(metrics), 1) for metrics in entries])


def everything(scored: Scoring) -> Slice:
    return whole_set(scored.table)


def overall(made: Benchmark, questions: Sequence[Item], entries: Sequence[Mapping[str, Sequence[Any]]]) -> list[Exact]:
    """Answer the exact headline of every entry."""
    scored = scoring(made, questions, entries)
    return scored.scores(made.headline, everything(scored))


def plan_of(made: Benchmark) -> GradingPlan:
    return grading_plan(made, *resolve_graders(made, "benchmark.yaml"))


def answers(outputs: Sequence[Any], usage: Usage | None = None) -> list[Response]:
    """Answer one response for each item in order; None is a missing answer, a Response is taken as it is."""
    return [
        output
        if isinstance(output, Response)
        else Response(prompt_id=f"q{number:04d}", state="missing")
        if output is None
        else Response(prompt_id=f"q{number:04d}", output=output, usage=usage)
        for number, output in enumerate(outputs)
    ]


def verdicts(passed: Sequence[Any]) -> list[str]:
    """Write a string of `1` and `0`, or booleans, as right and wrong answers."""
    return [RIGHT if one in {True, "1"} else WRONG for one in passed]


def bundle(
    configuration: Configuration,
    table: ItemTable,
    responses: Sequence[Response],
    *,
    votes: Sequence[Verdict] = (),
    scores: Sequence[ReportedScore] = (),
    **manifest: Any,
) -> Bundle:
    """Answer a bundle in memory; its digest follows from all of it."""
    lines = {"responses.jsonl": responses, "verdicts.jsonl": votes, "scores.jsonl": scores}
    raw = {name: canonical.dump_lines(rows) for name, rows in lines.items() if rows}
    given: dict[str, Any] = {"item_set": "public", "protocol_version": "1", **manifest}
    made = Manifest(
        benchmark="tiny",
        vendor=configuration.vendor,
        config_name=configuration.config_name,
        configuration=configuration.digest(),
        prompts_digest=table.prompts_digest,
        files={
            name: FileRecord(digest=canonical.digest(one), bytes=len(one), lines=len(lines[name]))
            for name, one in raw.items()
        },
        **given,
    )
    return Bundle(canonical.digest_of(made), made, list(responses), list(votes), list(scores), Path("bundle"))


def configuration(name: str, **fields: Any) -> Configuration:
    vendor, _, config_name = name.partition("/")
    return Configuration(vendor=vendor, config_name=config_name or "default", **fields)


def entry(
    made: Benchmark,
    questions: Sequence[Item],
    name: str,
    outputs: Sequence[Any],
    *,
    own: Mapping[str, Any] | None = None,
    **recorded: Any,
) -> GradedEntry:
    """Answer a graded entry with one public bundle; `own` are fields of its configuration."""
    table = item_table(questions)
    config = configuration(name, **(own or {}))
    public = bundle(config, table, answers(outputs, recorded.pop("usage", None)), **recorded)
    graded = graded_bundle("public", public, table, plan_of(made), config.model_name())
    return graded_entry(config, [graded], made)


def inputs(
    made: Benchmark, questions: Sequence[Item], entries: Sequence[GradedEntry], **fields: Any
) -> PublicationInputs:
    given: dict[str, Any] = {
        "repair": None,
        "held_out": HeldOut(),
        "skipped": (),
        "commitments": None,
        "software_version": "0",
        "assets": {},
        **fields,
    }
    return PublicationInputs(benchmark=made, table=item_table(questions), plan=plan_of(made), entries=entries, **given)


def document(made: PublicationInputs, path: str) -> Any:
    """Assemble a publication and answer one of its documents as plain values."""
    return msgspec.json.decode(assemble(made).documents[path])


def board(made: Benchmark, questions: Sequence[Item], entries: Sequence[GradedEntry], **fields: Any) -> Leaderboard:
    raw = assemble(inputs(made, questions, entries, **fields)).documents["leaderboard.json"]
    return msgspec.json.decode(raw, type=Leaderboard)


def ranks(rows: Sequence[BoardRow]) -> dict[str, int | None]:
    return {f"{row.vendor}/{row.config_name}": row.rank for row in rows}


def row_of(made: Leaderboard, name: str) -> BoardRow:
    return next(row for row in made.entries if f"{row.vendor}/{row.config_name}" == name)
