"""Read SynthBench result files: answer distributions of models, compared with those of people.

Each file is one entry, and its distributions are graded again; what it says it scored is kept as claims. Datasets are
tracks: entries compete within their dataset only. A run is scored on the questions that its file holds.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from proofboard.archives.unpack import unpacked
from proofboard.canonical import hex_of
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.slug import slug
from proofboard.record.source_files import SourceFolder, unique_slug
from proofboard.record.synthbench.files import Question, ResultFile, Scores, Totals, read_display, read_results
from proofboard.record.synthbench.items import AskedQuestion, Questions
from proofboard.schemas.base import DATE_PATTERN
from proofboard.schemas.benchmark import Aggregate, Benchmark, Facet, GraderSpec, Metric, WeightedMean
from proofboard.schemas.bundle import Response, SourceRecord, Usage
from proofboard.schemas.configuration import Configuration, Decoding

FORMAT: Final = "synthbench"
DENOMINATOR: Final = 10**9
PLACES: Final = 6

NOT_RECIPE: Final = frozenset(
    {
        "dataset",
        "n_common_questions",
        "n_evaluated",
        "n_requested",
        "parse_failure_rate",
        "provider",
        "question_set_hash",
        "suite_label",
        "temperature",
        "topic",
        "topic_filter",
    }
)
"""What a run's configuration says of the questions and of the outcome, and not of how answers were made."""

_TEMPERATURE: Final = re.compile(r"(?:^| )t=(\d+(?:\.\d+)?)(?= |$)")
_INSTANT: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})")
_DATE: Final = re.compile(DATE_PATTERN)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(source: Path) -> Imported:
    """Read a folder or archive of result files; raises InputError with every fault."""
    with unpacked(source) as root:
        folder = SourceFolder(root)
        results = read_results(folder)
        display = read_display(folder)
    questions = Questions(folder)
    asked = [questions.add(result) for result in results]
    items, facets = questions.items()
    entries = list(_entries(results, asked, display))
    _note_claims(results, folder)
    return Imported(benchmark=_benchmark(facets), items=items, entries=entries, notes=folder.notes)


def _benchmark(facets: dict[str, Facet]) -> Benchmark:
    parity = WeightedMean(children={"p_dist": 1, "p_rank": 1}, missing="present")
    sps = WeightedMean(children={"p_dist": 1, "p_rank": 1, "p_refuse": 1}, missing="present")
    return Benchmark(
        id="synthbench",
        title="SynthBench",
        description="How closely a model's answers to survey questions are distributed like people's.",
        protocol_version="1",
        metrics={
            "p_dist": _metric("jensen_shannon", "Distribution"),
            "p_rank": _metric("kendall_tau", "Rank order"),
            "p_refuse": _metric("refusal_gap", "Refusal"),
        },
        aggregates={
            "composite_parity": Aggregate(weighted=parity, title="Composite parity", places=PLACES),
            "sps": Aggregate(weighted=sps, title="SPS", places=PLACES),
        },
        headline="sps",
        facets=facets,
        source="SynthBench result files",
    )


def _metric(grader: str, title: str) -> Metric:
    return Metric(grader=GraderSpec(kind=grader), title=title, denominator=DENOMINATOR, missing="drop", places=PLACES)


def _entries(
    results: Sequence[ResultFile], asked: Sequence[Sequence[AskedQuestion]], display: Mapping[str, Sequence[str]]
) -> Iterator[ImportedEntry]:
    taken: dict[str, set[str]] = {}
    for result, questions in zip(results, asked, strict=True):
        configuration = _configuration(result, display, taken)
        yield ImportedEntry(configuration, [_bundle(result, questions)] if questions else [])


def _bundle(result: ResultFile, questions: Sequence[AskedQuestion]) -> NewBundle:
    # A question that stands twice with the same answer is one question.
    answers = dict(zip((asked.id for asked in questions), result.run.per_question, strict=True))
    return NewBundle(
        responses=[_response(item_id, question) for item_id, question in answers.items()],
        recorded=_recorded(result.run.timestamp),
        source=SourceRecord(format=FORMAT, name=result.name, digest=result.digest, tool_version=result.run.version),
        claims=dict(_claims(result)),
    )


def _response(item_id: str, question: Question) -> Response:
    used = question.token_usage
    return Response(
        prompt_id=item_id,
        output={"distribution": question.model_distribution, "refusal_rate": question.model_refusal_rate},
        usage=Usage(prompt_tokens=used.input_tokens, completion_tokens=used.output_tokens, calls=used.call_count)
        if used
        else None,
    )


def _claims(result: ResultFile) -> Iterator[tuple[str, Claim]]:
    scores, totals = result.run.scores or Scores(), result.run.aggregate or Totals()
    said = {
        **msgspec.structs.asdict(scores),
        "composite_parity": totals.composite_parity,
        "n_prompts": totals.n_questions,
    }
    yield from ((name, value) for name, value in said.items() if value is not None)


def _note_claims(results: Sequence[ResultFile], folder: SourceFolder) -> None:
    """Say which files cannot give what they claim: parts without recorded answers, or a headline of other parts."""
    kinds: dict[str, int] = {}
    for result in results:
        scores = result.run.scores
        refusals = any(question.model_refusal_rate is not None for question in result.run.per_question)
        for reason, holds in (
            ("no scores of their own; they are scored from their distributions", scores is None),
            ("no question with an answer; they are listed without a score", not result.run.per_question),
            ("no refusal rates; p_refuse is unknown and the headline the mean of the other two", not refusals),
            ("claims on subgroups (p_sub, p_cond), which single answers cannot give", _has_subgroups(result)),
            ("a claimed headline without p_refuse although refusal rates are recorded", _leaves_out(result, refusals)),
        ):
            kinds[reason] = kinds.get(reason, 0) + holds
    folder.notes += [f"{count} of {len(results)} files: {reason}" for reason, count in kinds.items() if count]


def _has_subgroups(result: ResultFile) -> bool:
    scores = result.run.scores
    return scores is not None and (scores.p_sub is not None or scores.p_cond is not None)


def _leaves_out(result: ResultFile, refusals: bool) -> bool:  # noqa: FBT001 - one of two facts that are compared
    scores = result.run.scores
    return refusals and scores is not None and scores.sps is not None and scores.p_refuse is None


def _configuration(
    result: ResultFile, display: Mapping[str, Sequence[str]], taken: dict[str, set[str]]
) -> Configuration:
    config = result.run.config
    vendor, _, model = config.provider.partition("/")
    vendor = slug(vendor)
    title, framework = (*display.get(config.provider, ())[:2], None, None)[:2]
    baseline = framework == "baseline" or config.provider.endswith("baseline")
    return Configuration(
        vendor=vendor,
        config_name=unique_slug(_entry_name(result), taken.setdefault(vendor, set()), result.digest),
        title=title,
        kind="baseline" if baseline else "community",
        description=f"Framework: {framework}" if framework else None,
        decoding=Decoding(model=(model or config.provider).split(" ")[0] or config.provider, temperature=_heat(result)),
        settings=_settings(result),
    )


def _entry_name(result: ResultFile) -> str:
    """Name a run by its model, what it was varied in, its topic, and when it ran: each file is its own entry."""
    config = result.run.config
    model, *words = config.provider.split(" ")
    name = " ".join([model.rpartition("/")[2] or model, *words])
    if config.temperature is not None and not _TEMPERATURE.search(name):
        name += f" t{config.temperature:g}"
    if template := result.settings.get("prompt_template"):
        name += "" if "tpl=" in name else f" tpl{Path(str(template)).stem}"
    for topic in (config.topic, config.topic_filter):
        if topic:
            name += f" {topic if isinstance(topic, str) else ' '.join(topic)}"
    when = _INSTANT.match(result.run.timestamp or "")
    stamp = "".join(when.groups()[:3]) + "-" + "".join(when.groups()[3:]) if when else hex_of(result.digest)[:12]
    # The stamp must survive the cut at 64 characters: it is what tells repeated runs apart.
    return f"{slug(name.replace('=', ''))[:48].rstrip('-._')}-{stamp}"


def _heat(result: ResultFile) -> float | None:
    """Return the temperature, which older files state in the provider's name only."""
    config = result.run.config
    named = _TEMPERATURE.search(config.provider)
    return config.temperature if config.temperature is not None or not named else float(named[1])


def _settings(result: ResultFile) -> dict[str, Any]:
    words = (word.partition("=") for word in result.run.config.provider.split(" ")[1:])
    variant = {key: value for key, _, value in words if value and key != "t"}
    said = {"variant": variant or None, **result.settings}
    return {name: value for name, value in sorted(said.items()) if name not in NOT_RECIPE and value is not None}


def _recorded(timestamp: str | None) -> str | None:
    """Keep an instant that names its offset; of any other, only the day is known."""
    if timestamp is None:
        return None
    if _DATE.match(timestamp):
        return timestamp
    day = _DAY.match(timestamp)
    return day[0] if day else None
