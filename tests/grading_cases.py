"""Short ways to grade one output in tests."""

from collections.abc import Sequence
from typing import Any

from proofboard.core.graders.base import Grader, Score
from proofboard.core.graders.registry import built_in
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item


def grader(kind: str, **options: Any) -> Grader:
    made = built_in(kind, options, "benchmark.yaml")
    assert made is not None
    return made


def grade(
    made: Grader,
    reference: Any,
    output: Any,
    *,
    choices: list[str] | None = None,
    votes: Sequence[bool | None] = (),
) -> Score:
    item = Item(id="q1", reference=reference, choices=choices)
    return made.grade(item, Response(prompt_id="q1", output=output), votes)
