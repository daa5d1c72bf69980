"""Sample files of the harness: one line for each document and filter, `samples_<task>_<time>.jsonl`.

The lines of one document share its answers and differ in what a filter made of them. Log-likelihoods are texts, and a
metric that is taken over all documents at once (perplexity, F1, BLEU) leaves something here that is no number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from proofboard import canonical
from proofboard.errors import Fault, InputError, fault
from proofboard.record.foreign import SourceFile, parse_lines
from proofboard.record.recorded_scores import exact_score
from proofboard.record.tables import LONGEST_TEXT

NO_FILTER: Final = "none"
KNOWN: Final = frozenset(
    {
        "arguments",
        "doc",
        "doc_hash",
        "doc_id",
        "filter",
        "filtered_resps",
        "metrics",
        "prompt_hash",
        "resps",
        "target",
        "target_hash",
    }
)
"""What is no metric of a sample."""

Key = tuple[str, str]
"""Metric and filter; results join them with a comma."""
Named = tuple[str, Key]
"""Task or group, and metric."""


@dataclass(slots=True)
class Document:
    """One document of a task, what was answered, and its scores under every filter."""

    name: str
    """The harness's `doc_id`, as text."""
    number: int | None
    """The same where it is a number."""
    line: int
    content: str
    """The hash of the document with its target: another one is another document, whatever its number."""
    target: str | None
    arguments: list[list[Any]]
    """One for each request: context and, where there is one, continuation."""
    answers: Any
    """What the first filter made of the answers, one for each request."""
    first_filter: str
    scores: dict[Key, Fraction | None] = field(default_factory=dict)
    filters: set[str] = field(default_factory=set)


@dataclass(slots=True)
class TaskSamples:
    """All documents of one task in one run."""

    task: str
    file: SourceFile
    documents: dict[str, Document] = field(default_factory=dict)
    unaveraged: set[Key] = field(default_factory=set)
    """Metrics that left no number on some document."""

    def metrics(self) -> list[Key]:
        """List the metrics with filters that have a number on any document, in the order of the file."""
        found = {key: None for document in self.documents.values() for key in document.scores}
        return [key for key in found if key not in self.unaveraged]


def looks_like_samples(row: Mapping[str, Any]) -> bool:
    """Say whether a line is one of a sample file."""
    return "doc_id" in row and ("filtered_resps" in row or "resps" in row)


def read_samples(file: SourceFile, task: str) -> TaskSamples | None:
    """Read a sample file; None for lines of another kind. Raises InputError with every bad line."""
    rows = parse_lines(file.bytes(), file.name)
    if rows and not looks_like_samples(rows[0][1]):
        return None
    if not rows:
        raise fault(file.name, "holds no sample; remove it, or run the task again")
    samples = TaskSamples(task, file)
    faults = [Fault(file.name, line, reason) for line, row in rows for reason in _add(samples, line, row)]
    if faults:
        raise InputError(faults)
    return samples


def _add(samples: TaskSamples, line: int, row: dict[str, Any]) -> Iterator[str]:
    """Add one line to its document, or say why it cannot be."""
    named, chosen = row.get("doc_id"), row.get("filter", NO_FILTER)
    if isinstance(named, bool) or not isinstance(named, (int, str)) or not 0 < len(str(named)) <= LONGEST_TEXT:
        yield f"has the doc_id {str(named)[:60]!r}, expected a number or a short text"
        return
    if not isinstance(chosen, str) or len(chosen) > LONGEST_TEXT:
        yield "has a filter that is no short text"
        return
    name = str(named)
    document = samples.documents.get(name)
    if document is None:
        document = samples.documents[name] = _document(name, line, row, chosen)
    elif chosen in document.filters:
        yield f"is document {name} under the filter {chosen!r} for the second time (line {document.line}); keep one"
        return
    elif _content(row) != document.content:
        yield f"is document {name} with another hash or target than on line {document.line}"
        return
    document.filters.add(chosen)
    for metric in _metrics(row):
        key, value = (metric, chosen), row.get(metric)
        document.scores[key] = exact_score(value)
        # NaN was read as None: a number that is unknown, and not a metric of another kind.
        if document.scores[key] is None and value is not None:
            samples.unaveraged.add(key)


def _document(name: str, line: int, row: Mapping[str, Any], chosen: str) -> Document:
    return Document(
        name=name,
        number=int(name) if name.isascii() and name.isdigit() else None,
        line=line,
        content=_content(row),
        target=_target(row),
        arguments=_arguments(row.get("arguments")),
        answers=row.get("filtered_resps", row.get("resps")),
        first_filter=chosen,
    )


def _target(row: Mapping[str, Any]) -> str | None:
    target = row.get("target")
    return target if target is None or isinstance(target, str) else canonical.dump(target).decode().strip()


def _content(row: Mapping[str, Any]) -> str:
    stated = row.get("doc_hash")
    return f"{stated if isinstance(stated, str) and stated else canonical.digest_of(row.get('doc'))} {_target(row)}"


def _metrics(row: Mapping[str, Any]) -> list[str]:
    """List the metrics of a line; the first versions of the harness did not."""
    listed = row.get("metrics")
    if isinstance(listed, list):
        return [metric for metric in listed if isinstance(metric, str) and metric in row and metric not in KNOWN]
    return [metric for metric in row if metric not in KNOWN]


def _arguments(stated: Any) -> list[list[Any]]:  # noqa: ANN401 - any JSON value
    """Return the arguments of each request: objects by position today, lists in earlier versions."""
    if isinstance(stated, dict):
        stated = list(stated.values())
    if not isinstance(stated, list):
        return []
    requests = [list(request.values()) if isinstance(request, dict) else request for request in stated]
    return [request for request in requests if isinstance(request, list)]
