"""A record's own words, kept with what is imported: who says it, when, of which model, and how it was measured."""

import re
from datetime import UTC, datetime

from proofboard import canonical
from proofboard.record.every_eval_ever.checked import plain_of
from proofboard.record.every_eval_ever.own import PREFIX
from proofboard.record.every_eval_ever.shape import Plain, Record, Result
from proofboard.record.every_eval_ever.statements import seconds_of
from proofboard.schemas.base import DATE_PATTERN


def stated_record(record: Record) -> Plain:
    """Return what a record says of itself and of its model, without its numbers and without what our export added."""
    plain = plain_of(record)
    for name in ("evaluation_results", "detailed_evaluation_results", "schema_version"):
        plain.pop(name, None)
    for part in ("source_metadata", "model_info"):
        _take_own_out(plain[part])
    return plain


def stated_result(result: Result) -> Plain:
    """Return what a record says of one number, without the number and without what our export added."""
    plain = plain_of(result)
    plain["score_details"].pop("score", None)
    _take_own_out(plain["metric_config"])
    return plain


def _take_own_out(part: Plain) -> None:
    details = {key: own for key, own in part.pop("additional_details", {}).items() if not key.startswith(PREFIX)}
    part |= {"additional_details": details} if details else {}


def text_of(plain: Plain) -> str:
    """Write plain values as one line of JSON."""
    return canonical.dump(plain).decode().strip()


def day_of(text: str | None) -> str | None:
    """Write a time as a day or an instant with its offset: as it stands, or from seconds since 1970."""
    written = (text or "").strip()
    if re.match(DATE_PATTERN, written):
        return written
    seconds = seconds_of(written)
    if seconds <= 0:
        return None
    if not re.fullmatch(r"[0-9.]+", written):
        # An instant without an offset could be any: only its day is known.
        return written[:10] if re.match(DATE_PATTERN, written[:10]) else None
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None
