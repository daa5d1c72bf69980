"""The JSON of Inspect logs: what is needed of it as typed records, everything else skipped.

A log may hold NaN and Infinity, which are no JSON: a document that the fast reader refuses is read again by a lenient
one. There NaN stays NaN, because Inspect tells a value that was not scored (NaN) from one that is null.
"""

import json
import re
from typing import Any, Final, TypeVar

import msgspec

from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.reading import faults_of

T = TypeVar("T")

TOO_DEEP: Final = "is nested more deeply than can be read; Inspect writes at most 254 levels"

_ESCAPED_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class RawUsage(msgspec.Struct, frozen=True):
    """Tokens of one or several calls of one model."""

    input_tokens: Any = None
    """Without those that were read from or written to a cache."""
    output_tokens: Any = None
    total_tokens: Any = None
    input_tokens_cache_read: Any = None
    input_tokens_cache_write: Any = None
    total_cost: Any = None


class RawMessage(msgspec.Struct, frozen=True):
    """One message of a conversation."""

    role: Any = None
    content: Any = None
    tool_calls: Any = None


class RawChoice(msgspec.Struct, frozen=True):
    """One of the answers that a model gave at once."""

    message: RawMessage | None = None


class RawOutput(msgspec.Struct, frozen=True):
    """What a model answered last."""

    completion: Any = None
    choices: list[RawChoice] | None = None
    usage: RawUsage | None = None


class RawScore(msgspec.Struct, frozen=True):
    """What one scorer said."""

    value: Any = None


class RawSample(msgspec.Struct, frozen=True):
    """One sample and epoch."""

    id: int | str
    epoch: int = 1
    input: str | list[RawMessage] | None = None
    choices: list[str] | None = None
    target: Any = None
    output: RawOutput | None = None
    scores: dict[str, RawScore] | None = None
    score: RawScore | None = None
    """The only score, in logs from before there could be several."""
    metadata: dict[str, Any] | None = None
    model_usage: dict[str, RawUsage] | None = None
    total_time: Any = None
    error: Any = None
    invalidation: Any = None


class RawAttachments(msgspec.Struct, frozen=True):
    """The long texts of a sample, by the name that stands in their places."""

    attachments: dict[str, str] | None = None


class RawLog(msgspec.Struct, frozen=True):
    """A log in one document, or the header of one."""

    eval: dict[str, Any]
    version: Any = 2
    status: str = "started"
    plan: dict[str, Any] | None = None
    results: dict[str, Any] | None = None
    samples: list[RawSample] | None = None


class RawParts(msgspec.Struct, frozen=True):
    """Only what tells a log from another document."""

    eval: Any = None
    plan: Any = None
    status: Any = None
    version: Any = None


def decode(raw: bytes, kind: type[T], file: str) -> T:
    """Decode JSON as a record of a kind; raises InputError with every fault."""
    try:
        if not raw.isascii():
            raw.decode()
        return msgspec.json.decode(raw, type=kind)
    except UnicodeDecodeError as error:
        raise fault(file, f"is not UTF-8 (byte {error.start})") from error
    except (msgspec.MsgspecError, RecursionError):
        value = _lenient(raw, file)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        reasons = list(faults_of(value, kind, ""))
        raise InputError([Fault(file, 0, reason) for reason in reasons or ["has not the shape of a log"]]) from None
    except RecursionError as error:
        raise fault(file, TOO_DEEP) from error


def _lenient(raw: bytes, file: str) -> Any:  # noqa: ANN401 - any JSON value
    try:
        if not raw.strip():
            raise fault(file, "is empty")
        value = json.loads(raw.decode("utf-8-sig"))
        if _ESCAPED_SURROGATE.search(raw):
            # Halves of surrogate pairs, which UTF-8 cannot write, become the sign for an unreadable letter.
            text = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            value = json.loads(text)
    except json.JSONDecodeError as error:
        raise fault(file, f"is not JSON: {error.msg} at column {error.colno}", error.lineno) from error
    except RecursionError as error:
        raise fault(file, TOO_DEEP) from error
    except ValueError as error:
        # Python refuses integers of more than some thousand digits.
        raise fault(file, f"is not readable JSON: {error}") from error
    return value
