"""Which built-in grader gives every response the score that a scorer gave it: then the score needs no trust."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from proofboard.core.graders.registry import built_in
from proofboard.errors import InputError
from proofboard.record.recorded_scores import Answered, grader_for
from proofboard.schemas.benchmark import GraderSpec
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

FEWEST_SCORES: Final = 20
"""A scorer that is not known here must have passed and failed this many responses to be taken for a grader."""

_JUDGES: Final = ("model_graded", "judge", "llm", "rubric", "cascade")
_LARGEST_GRID: Final = 10**6

_EQUAL: Final = (
    GraderSpec("exact"),
    GraderSpec("normalised_exact"),
    GraderSpec("normalised_exact", {"ignore_punctuation": True}),
    GraderSpec("normalised_exact", {"ignore_punctuation": True, "ignore_articles": True}),
)
_NUMERIC: Final = (GraderSpec("numeric"),)
_INCLUDES: Final = (GraderSpec("includes", {"ignore_case": True}), GraderSpec("includes"))
_CHOICE: Final = (GraderSpec("choice"),)
_DECLARED: Final[Mapping[str, GraderSpec]] = {
    kind: GraderSpec("regex", {"pattern": rf"ANSWER\s*:\s*{said}", "ignore_case": True, "fold_answer": True})
    for kind, said in {"letter": r"([A-Za-z0-9])(?:\W|$)", "word": r"(\w+)", "line": r"([^\n]+)"}.items()
}
"""What an answer declares itself to be → the grader that reads it."""
_MATCH: Final = ("location", "ignore_case", "numeric")
_KNOWN: Final[Mapping[str, Sequence[GraderSpec]]] = {
    "match": (GraderSpec("match"), *_EQUAL, *_NUMERIC),
    "exact": tuple(reversed(_EQUAL)),
    "includes": _INCLUDES,
    "choice": (*_CHOICE, _DECLARED["letter"]),
    "answer": _CHOICE,
    "pattern": (),
    "f1": (GraderSpec("token_f1"),),
}
"""Scorer of Inspect → graders that do what it does for most answers, the strictest first."""


def is_judge(scorer: str) -> bool:
    """Say by its name whether a scorer asks a model; nobody can compute again what that says."""
    return any(word in scorer.lower() for word in _JUDGES)


def reproducing(
    scorer: str, options: Sequence[Mapping[str, Any]], scored: Sequence[Answered], items: Iterable[Item], grid: int
) -> GraderSpec | None:
    """Return the first grader that gives all these scores and can grade all items; None where there is none.

    `options` are those that logs state of the scorer, each of them once.
    """
    if is_judge(scorer) or grid > _LARGEST_GRID:
        return None
    asked = list(items)
    for spec in _candidates(scorer, options, scored):
        try:
            if grader_for([spec], scored, grid) and _grades_all(spec, asked):
                return spec
        except InputError:
            # A pattern that RE2 does not know.
            continue
    return None


def _candidates(scorer: str, options: Sequence[Mapping[str, Any]], scored: Sequence[Answered]) -> Iterator[GraderSpec]:
    kind = _kind(scorer)
    for own in options:
        yield from _told(kind, own)
    if kind in _KNOWN:
        yield from _KNOWN[kind]
    elif len(scored) >= FEWEST_SCORES and len({score for _, _, score in scored}) > 1:
        yield from (*_EQUAL, *_CHOICE, *_INCLUDES, *_NUMERIC)


def _told(kind: str, options: Mapping[str, Any]) -> Iterator[GraderSpec]:
    """Yield the grader of a scorer with the options that it was told."""
    pattern = options.get("pattern")
    if kind == "match":
        yield GraderSpec("match", {name: options[name] for name in _MATCH if options.get(name) is not None})
    elif kind == "answer" and isinstance(pattern, str) and pattern in _DECLARED:
        yield _DECLARED[pattern]
    elif kind == "pattern" and isinstance(pattern, str):
        ignore_case = options.get("ignore_case") is not False
        folding = {"ignore_case": ignore_case, "fold_answer": ignore_case}
        yield GraderSpec("regex", {"pattern": _with_a_group(pattern), **folding})


def _kind(scorer: str) -> str:
    """Return what a scorer is called, without the number that Inspect gives it where it is there twice."""
    return next((name for name in _KNOWN if scorer.startswith(name) and scorer[len(name) :].isdecimal()), scorer)


def _with_a_group(pattern: str) -> str:
    """Group a pattern without a group as a whole: that is what Inspect compares with the target."""
    try:
        return pattern if re.compile(pattern).groups else f"({pattern})"
    except (re.error, OverflowError, RecursionError):
        return pattern


def _grades_all(spec: GraderSpec, items: Iterable[Item]) -> bool:
    """Say whether a grader can use the references of all items, also of those that nobody answered."""
    grader = built_in(spec.kind, spec.options, spec.kind)
    try:
        graded = [grader.grade(item, Response(prompt_id=item.id, output=""), ()) for item in items] if grader else []
    except InputError:
        return False
    return bool(graded)
