"""Samples of Inspect logs as this importer needs them: what was asked, what was answered, what it cost, its scores."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard.record.foreign import count_or_none, microseconds_or_none
from proofboard.record.inspect_log.documents import RawMessage, RawOutput, RawSample, RawUsage
from proofboard.record.inspect_log.header import Header
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.bundle import Usage

ONLY_SCORER: Final = "score"
"""What the scorer of a score that stands alone is called, as in the oldest logs, where no header names it."""
NANO: Final = 10**9

_ATTACHMENT: Final = re.compile(r"attachment://([0-9A-Za-z]+)")

Attachments = Callable[[], Mapping[str, str]]
"""Reads the long texts of a sample when one is needed."""


class Sample(msgspec.Struct, frozen=True):
    """One sample and epoch."""

    id: str
    epoch: int
    """As the log numbers it, usually from 1."""
    prompt: str
    choices: Sequence[str]
    targets: Sequence[str]
    output: str
    usage: Usage | None
    values: Mapping[str, Any]
    """Scorer → its value as it was written; empty where nothing scored the sample."""
    metadata: Mapping[str, Any]
    failed: bool
    """It ended in an error and has no score."""
    invalidated: bool
    """Whoever ran it has withdrawn it."""


def sample_of(raw: RawSample, header: Header, attachments: Attachments) -> Sample:
    """Take what is needed out of a sample."""
    values = {name: score.value for name, score in (raw.scores or {}).items()}
    if raw.score is not None:
        values[header.scores[0].scorer if header.scores else ONLY_SCORER] = raw.score.value
    return Sample(
        id=str(raw.id),
        epoch=raw.epoch,
        prompt=_resolved(text_of_input(raw.input), attachments),
        choices=tuple(raw.choices or ()),
        targets=_targets(raw.target),
        output=_resolved(completion_of(raw.output), attachments),
        usage=usage_of(raw, header.model),
        values=values,
        metadata=raw.metadata or {},
        # A scorer may score what ended in an error, where the evaluation asked for that.
        failed=raw.error is not None and not values,
        invalidated=raw.invalidation is not None,
    )


def _resolved(text: str, attachments: Attachments) -> str:
    """Put long texts back into their places."""
    if "attachment://" not in text:
        return text
    known = attachments()
    return _ATTACHMENT.sub(lambda found: known.get(found[1], found[0]), text)


def _targets(target: Any) -> Sequence[str]:  # noqa: ANN401 - text, or a list of texts
    listed = target if isinstance(target, list) else [target]
    return tuple(str(one) for one in listed if one is not None and one != "")


def text_of_input(asked: str | Sequence[RawMessage] | None) -> str:
    """Write what was asked for a reader: the text, or each message below its role where there is more than one."""
    if asked is None or isinstance(asked, str):
        return asked or ""
    if len(asked) == 1 and asked[0].role == "user":
        return text_of_content(asked[0].content)
    return "\n\n".join(f"{message.role}: {text_of_content(message.content)}" for message in asked)


def text_of_content(content: Any) -> str:  # noqa: ANN401 - text, or a list of parts
    """Write the content of a message; of an image or a sound its kind is all that is told."""
    if not isinstance(content, list):
        return content if isinstance(content, str) else ""
    parts = (part if isinstance(part, dict) else {"type": "text", "text": part} for part in content)
    return "\n".join(str(part.get("text") or "") if part.get("type") == "text" else _kind(part) for part in parts)


def _kind(part: Mapping[str, Any]) -> str:
    return f"[{part.get('type') or 'unknown'}]"


def completion_of(output: RawOutput | None) -> str:
    """Return what the model said: the completion, which older logs state as the first choice only."""
    if output is None:
        return ""
    if isinstance(output.completion, str) and output.completion:
        return output.completion
    message = output.choices[0].message if output.choices else None
    content = message.content if message else None
    if isinstance(content, list):
        # What the model was thinking, and calls of tools, are no part of the completion.
        content = "\n".join(
            str(part.get("text") or "") for part in content if isinstance(part, dict) and part.get("type") == "text"
        )
    return content if isinstance(content, str) else ""


def usage_of(raw: RawSample, model: str) -> Usage | None:
    """Return what a sample cost; tokens of other models than the one under evaluation are mostly those of judges."""
    own = (raw.model_usage or {}).get(model) or (raw.output.usage if raw.output else None)
    spent = microseconds_or_none(raw.total_time)
    if own is None or not any((own.input_tokens, own.output_tokens, own.total_tokens)):
        return Usage(microseconds=spent) if spent else None
    prompt, completion = prompt_tokens(own), count_or_none(own.output_tokens)
    total = count_or_none(own.total_tokens)
    if prompt is not None and completion is not None and total == prompt + completion:
        total = None
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=total,
        microseconds=spent,
        cost_nanodollars=_nanodollars(own.total_cost),
    )


def prompt_tokens(usage: RawUsage) -> int | None:
    """Add up all tokens that were sent: Inspect counts those that a cache held apart."""
    parts = (usage.input_tokens, usage.input_tokens_cache_read or 0, usage.input_tokens_cache_write or 0)
    known = [count for count in map(count_or_none, parts) if count is not None]
    return sum(known) if len(known) == len(parts) and sum(known) <= LARGEST_INTEGER else None


def _nanodollars(dollars: Any) -> int | None:  # noqa: ANN401 - as it is written
    if isinstance(dollars, bool) or not isinstance(dollars, (int, float)):
        return None
    if not 0 <= dollars <= LARGEST_INTEGER // NANO:
        return None
    return round(Fraction(repr(dollars)) * NANO)
