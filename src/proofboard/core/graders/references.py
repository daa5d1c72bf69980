"""Accepted answers: one JSON value or a list of alternatives, and what it means to equal one."""

from collections.abc import Sequence
from typing import Any

import msgspec

from proofboard.core.graders.kind import unusable_reference
from proofboard.schemas.item import Item


def accepted_answers(item: Item, grader: str) -> Sequence[Any]:
    """List the accepted answers of an item; raises InputError where it has none."""
    reference = item.reference
    answers = reference if isinstance(reference, list) else [reference]
    if not answers or None in answers:
        raise unusable_reference(item, grader, "an accepted answer or a list of them")
    return answers


def accepted_texts(item: Item, grader: str) -> Sequence[str]:
    """List the accepted answers as non-empty text, numbers as JSON writes them; raises InputError where one is not."""
    texts = [as_text(answer) for answer in accepted_answers(item, grader)]
    if not all(texts):
        raise unusable_reference(item, grader, "text, a number or a list of them")
    return [text for text in texts if text]


def as_text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Write text as it is, and a number or boolean as JSON writes it; None for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return msgspec.json.encode(value).decode()
    return None


def same_json(one: Any, other: Any) -> bool:  # noqa: ANN401 - any JSON values
    """Say whether two values are equal in JSON, where true is not 1 (as it is in Python) and 1 equals 1.0."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other)
