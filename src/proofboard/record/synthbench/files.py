"""The result files of SynthBench: one run of one provider on one dataset of survey questions.

A result file is known by its content, since published boards and tables lie beside it. Older files lack scores,
refusal rates or temperatures; newer ones add raw answers and hashes. Fields that are not named here are ignored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec

from proofboard import canonical
from proofboard.record.source_files import SourceFolder, some
from proofboard.schemas.base import Count, Line, Text

DISPLAY: Final = "provider_display.json"
SIGNS: Final = (b'"per_question"', b'"synthbench"')
"""A file with neither of these words is no result file, and need not be parsed to say so."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class TokenUsage(msgspec.Struct, frozen=True):
    """What the answers to one question cost."""

    input_tokens: Count | None = None
    output_tokens: Count | None = None
    call_count: Count | None = None


class Question(msgspec.Struct, frozen=True):
    """One question: how people answered it, and how the model did."""

    key: Line | int
    human_distribution: Annotated[dict[str, Share], msgspec.Meta(min_length=1, max_length=256)]
    model_distribution: dict[str, Share]
    text: Text | None = None
    options: list[str | int | float] = []
    human_refusal_rate: Share | None = None
    model_refusal_rate: Share | None = None
    token_usage: TokenUsage | None = None
    topic: str | None = None
    category: str | None = None


class Scores(msgspec.Struct, frozen=True):
    """What a run says it scored."""

    sps: float | None = None
    p_dist: float | None = None
    p_rank: float | None = None
    p_refuse: float | None = None
    p_sub: float | None = None
    p_cond: float | None = None


class Totals(msgspec.Struct, frozen=True):
    """What a run says of all its questions together."""

    composite_parity: float | None = None
    n_questions: int | None = None


class RunConfig(msgspec.Struct, frozen=True):
    """Which provider answered which dataset; what else decides answers is kept as it stands."""

    dataset: Line
    provider: Line
    temperature: Annotated[float, msgspec.Meta(ge=0)] | None = None
    topic: str | list[str] | None = None
    topic_filter: str | list[str] | None = None


class Run(msgspec.Struct, frozen=True):
    """One result file."""

    config: RunConfig
    per_question: list[Question]
    scores: Scores | None = None
    aggregate: Totals | None = None
    timestamp: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A result file with the name and digest that tell where its numbers came from."""

    name: str
    digest: str
    run: Run
    settings: dict[str, Any]
    """The file's whole `config`, as it stands."""


def read_results(folder: SourceFolder) -> list[ResultFile]:
    """Read every result file below a folder; raises InputError with every fault."""
    found: dict[str, ResultFile] = {}
    others: list[str] = []
    for path in folder.files("*.json"):
        raw = folder.bytes_of(path)
        if raw is None:
            continue
        value: Any = folder.parsed(raw, path, object) if any(sign in raw for sign in SIGNS) else None
        if not _is_result(value):
            others.append(folder.named(path))
            continue
        result = _result(folder, folder.named(path), raw, value)
        if result and (first := found.setdefault(result.digest, result)) is not result:
            folder.notes.append(f"{result.name} is left out: it is a copy of {first.name}")
    if not found and not folder.faults:
        folder.fault(".", 'holds no result file (JSON with "config" and "per_question")')
    folder.refuse()
    if left := [name for name in others if not name.endswith(DISPLAY)]:
        folder.notes.append(f"not result files, left out: {some(left)}")
    return list(found.values())


def read_display(folder: SourceFolder) -> dict[str, Sequence[str]]:
    """Read how providers are shown: provider → title and framework; empty where nothing says so."""
    path = next(folder.files(DISPLAY), None)
    shown = folder.document(path, dict[str, list[str]]) if path else None
    folder.refuse()
    return {provider: words for provider, words in (shown or {}).items() if words}


def _is_result(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(value, dict):
        return False
    # A file that says that it is one is held to it: a broken result must not vanish among the other files.
    named = value.get("benchmark") == "synthbench"
    return len({"config", "per_question"} & value.keys()) >= (1 if named else 2)


def _result(folder: SourceFolder, name: str, raw: bytes, value: dict[str, Any]) -> ResultFile | None:
    run = folder.converted(value, name, Run)
    if run is None:
        return None
    seen: dict[str, Question] = {}
    for question in run.per_question:
        if seen.setdefault(str(question.key), question) != question:
            folder.fault(name, f"answers the question {question.key!r} twice, and differently; keep one")
        if not any(question.human_distribution.values()):
            folder.fault(name, f"has no human share above 0 for the question {question.key!r}; leave the question out")
    return ResultFile(name, canonical.digest(raw), run, value["config"])
