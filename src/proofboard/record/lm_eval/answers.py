"""What a document asked and what was answered, by the shape of its requests.

Several log-likelihoods are a choice; one is that of the expected text; anything else was generated. The option that a
model chose is the likeliest one, the first of several, as the harness counts it.
"""

import ast
import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from proofboard.record.foreign import recordable
from proofboard.record.lm_eval.samples import Document, TaskSamples
from proofboard.record.recorded_scores import exact_score

CHOSEN: Final = ("acc", "none")
"""What the harness scores of the likeliest option."""
ROLLING: Final = "loglikelihood_rolling"
LONGEST_LIST: Final = 100_000
PAIR: Final = 2

Kind = Literal["choice", "likelihood", "generated"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One document as an item, and its answer as a response."""

    kind: Kind
    prompt: str | None
    choices: list[str] | None
    reference: Any
    output: Any
    too_long: bool = False
    """Whether there was an answer that is too long to be recorded."""


def asked_of(samples: TaskSamples, output_type: str | None) -> dict[str, Asked]:
    """Return what each document of a task asked and got; `output_type` is what the task's configuration says."""
    asked = {name: _asked(document, output_type) for name, document in samples.documents.items()}
    choices = {name: own for name, own in asked.items() if own.kind == "choice"}
    if choices:
        read = min((_by_position, _by_text), key=lambda reader: _contradicted(samples, choices, reader))
        asked |= {
            name: replace(own, reference=read(samples.documents[name].target, own)) for name, own in choices.items()
        }
    return asked


def _asked(document: Document, output_type: str | None) -> Asked:
    requests, answers = document.arguments, document.answers
    pairs = _pairs(answers)
    if pairs and len(pairs) > 1:
        return _choice(requests, [value for value, _ in pairs])
    prompt = _text(requests[0][0]) if requests and requests[0] else None
    output = answers[0] if isinstance(answers, list) and len(answers) == 1 else answers
    if pairs or output_type == ROLLING:
        # Where the expected text is the likeliest one, it is what the model would have said.
        said = document.target if pairs and pairs[0][1] in {True, "True"} else output
        return Asked("likelihood", prompt, None, document.target, said)
    kept = recordable(output)
    return Asked("generated", prompt, None, _reference(document.target), kept, kept is None and output is not None)


def _pairs(answers: Any) -> list[tuple[float, Any]] | None:  # noqa: ANN401 - any JSON value
    """Return log-likelihoods, each with whether it is the likeliest text; None where answers are something else."""
    if not isinstance(answers, list) or not answers:
        return None
    if not all(isinstance(pair, list) and len(pair) == PAIR and _flag(pair[1]) for pair in answers):
        return None
    return [(_number(value), greedy) for value, greedy in answers]


def _flag(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return isinstance(value, bool) or (isinstance(value, str) and value in {"True", "False"})


def _number(value: Any) -> float:  # noqa: ANN401 - any JSON value
    """Read a log-likelihood, which the harness writes as text; what is none is not a number."""
    try:
        return float(value) if isinstance(value, (int, float, str)) else math.nan
    except ValueError:
        return math.nan


def _choice(requests: Sequence[Sequence[Any]], values: Sequence[float]) -> Asked:
    if len(requests) != len(values) or not all(len(request) >= PAIR for request in requests):
        return Asked("choice", None, None, None, None)
    contexts, continuations = [_text(one[0]) for one in requests], [_text(one[1]) or "" for one in requests]
    half = len(values) // 2
    if len(values) == 2 * half and continuations[:half] == continuations[half:] and len(set(contexts)) > 1 < half:
        # Mutual information: every option once more without its context.
        contexts, continuations, values = contexts[:half], continuations[:half], values[:half]
    if len(set(contexts)) == 1:
        prompt, options = contexts[0], continuations
    else:
        # One context for each option, with one continuation for all.
        prompt, options = continuations[0].strip(), [context or "" for context in contexts]
    stripped = [option.strip() for option in options]
    options = stripped if len(set(stripped)) == len(set(options)) else options
    chosen = None if any(map(math.isnan, values)) else options[values.index(max(values))]
    return Asked("choice", prompt, options, None, chosen)


def _by_position(target: str | None, asked: Asked) -> Any:  # noqa: ANN401 - a reference
    """Read a target as positions of options, from 0; other targets as texts of them."""
    listed = _listed(target)
    positions = [_position(part) for part in (listed if listed is not None else [target])]
    choices = asked.choices or []
    found = [choices[at] for at in positions if at is not None and at < len(choices)]
    return _one_or_many(found) if found else _by_text(target, asked)


def _by_text(target: str | None, asked: Asked) -> Any:  # noqa: ANN401 - a reference
    listed = _listed(target)
    wanted = [str(part).strip() for part in (listed if listed is not None else [target or ""])]
    return _one_or_many([choice for choice in asked.choices or [] if choice.strip() in wanted])


def _position(part: Any) -> int | None:  # noqa: ANN401 - a part of a target
    text = str(part)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None  # noqa: PLR2004 - options


def _one_or_many(found: list[str]) -> Any:  # noqa: ANN401 - a reference
    return found[0] if len(found) == 1 else found or None


def _contradicted(samples: TaskSamples, choices: dict[str, Asked], read: Any) -> int:  # noqa: ANN401 - a reader
    """Count the documents whose recorded accuracy is not what a reading of their targets gives."""
    return sum(
        bool(score) != (own.output in _many(read(samples.documents[name].target, own)))
        for name, own in choices.items()
        if (score := samples.documents[name].scores.get(CHOSEN)) is not None
    )


def _many(reference: Any) -> Iterable[Any]:  # noqa: ANN401 - a reference
    return reference if isinstance(reference, list) else () if reference is None else (reference,)


def _reference(target: str | None) -> Any:  # noqa: ANN401 - a reference
    """Return the expected answer, or the list of accepted ones where the harness wrote a list as text."""
    return _listed(target) or target


def _listed(target: str | None) -> list[Any] | None:
    """Read a list that was written as text; None where the text is none."""
    if target is None or not (target.startswith("[") and target.endswith("]")) or len(target) > LONGEST_LIST:
        return None
    try:
        with warnings.catch_warnings():
            # A backslash that escapes nothing is no fault of a text.
            warnings.simplefilter("ignore")
            parts = ast.literal_eval(target)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    return parts if isinstance(parts, list) and all(map(_is_plain, parts)) else None


def _is_plain(part: Any) -> bool:  # noqa: ANN401 - a part of a target
    """Say whether a part can be a reference: a text that UTF-8 can write, or a number that JSON can."""
    if isinstance(part, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in part)
    return exact_score(part) is not None


def _text(value: Any) -> str | None:  # noqa: ANN401 - an argument of a request
    """Return a context as text; chats are written as a list that holds one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) else None
