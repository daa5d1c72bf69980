"""The grader `regex`, on RE2: time grows with the length of the text and never with the luck of backtracking.

This module is imported only when a benchmark uses it, because RE2 is a compiled library.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Final

import msgspec
import re2

from proofboard.core.graders.base import GradeFunction, Votes
from proofboard.core.graders.kind import Kind, by_name, unusable_reference
from proofboard.core.graders.normal import folded
from proofboard.core.graders.references import accepted_answers, accepted_texts
from proofboard.core.graders.text import matches_any
from proofboard.errors import fault
from proofboard.schemas.base import Document
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

LONGEST_PATTERN: Final = 1_000
MEMORY_BYTES: Final = 1 << 20
# Where RE2's automaton does not fit into its memory, the time for each letter grows with the program's size.
LARGEST_PROGRAM: Final = 2_000


class Regex(Document, frozen=True):
    """The options of `regex`."""

    pattern: Annotated[
        str | None, msgspec.Meta(description="An RE2 pattern for all items; without it the reference is the pattern.")
    ] = None
    ignore_case: Annotated[bool, msgspec.Meta(description="Fold upper and lower case.")] = False
    whole: Annotated[bool, msgspec.Meta(description="The pattern must match the whole output.")] = False
    fold_answer: Annotated[
        bool, msgspec.Meta(description="Compare the first group with the reference without regard to case.")
    ] = False


class _UnusablePatternError(Exception):
    """A pattern that RE2 does not accept, or one beyond the limits."""


@lru_cache(maxsize=1 << 10)
def compiled(pattern: str, *, ignore_case: bool) -> Any:  # noqa: ANN401 - re2 publishes no types
    """Compile a pattern within the limits; raises _UnusablePatternError with the reason."""
    if "\0" in pattern:
        raise _UnusablePatternError("holds a NUL character; write \\x00 for it")
    if len(pattern) > LONGEST_PATTERN:
        raise _UnusablePatternError(f"has {len(pattern):,} characters, at most {LONGEST_PATTERN:,} are accepted")
    options = re2.Options()
    options.max_mem, options.log_errors, options.case_sensitive = MEMORY_BYTES, False, not ignore_case
    try:
        program = re2.compile(pattern, options)
    except re2.error as error:
        raise _UnusablePatternError(f"is not an RE2 pattern: {_message(error)}") from error
    except UnicodeEncodeError as error:
        raise _UnusablePatternError("holds half of a surrogate pair, which is no character") from error
    if program.programsize > LARGEST_PROGRAM:
        raise _UnusablePatternError(
            f"needs {program.programsize:,} steps, at most {LARGEST_PROGRAM:,} are accepted; repeat fewer times"
        )
    return program


def _message(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _faults(options: Regex) -> Sequence[str]:
    try:
        if options.pattern is not None:
            compiled(options.pattern, ignore_case=options.ignore_case)
    except _UnusablePatternError as error:
        return [f"pattern: {error}"]
    return ()


def _regex(options: Regex) -> GradeFunction:
    if options.pattern is None:
        return _pattern_of_item(options)
    program = compiled(options.pattern, ignore_case=options.ignore_case)
    accepts = _accepts_folded if options.fold_answer else _accepts

    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        match = _found(program, response.output, options)
        if not program.groups:
            return match is not None
        captured = match.group(1) if match else None
        # The reference is read first, so that an unusable one is reported whatever the output is.
        return accepts(item, (captured or "").strip()) and captured is not None

    return grade


def _accepts(item: Item, answer: str) -> bool:
    return matches_any(item, answer, "regex")


def _accepts_folded(item: Item, answer: str) -> bool:
    found = folded(answer)
    return any(folded(text) == found for text in accepted_texts(item, "regex"))


def _pattern_of_item(options: Regex) -> GradeFunction:
    def grade(item: Item, response: Response, _votes: Votes) -> bool:
        programs = [_program_of(pattern, item, options) for pattern in accepted_answers(item, "regex")]
        return any(_found(program, response.output, options) is not None for program in programs)

    return grade


def _program_of(pattern: Any, item: Item, options: Regex) -> Any:  # noqa: ANN401 - re2 publishes no types
    if not isinstance(pattern, str):
        raise unusable_reference(item, "regex", "a pattern or a list of them")
    try:
        return compiled(pattern, ignore_case=options.ignore_case)
    except _UnusablePatternError as error:
        # Only RE2's own message repeats a part of the pattern, and the item may be held out.
        reason = "is not an RE2 pattern" if error.__cause__ else str(error)
        raise fault("items", f"the pattern of the item {item.id!r} {reason}") from None


def _found(program: Any, output: Any, options: Regex) -> Any:  # noqa: ANN401 - re2 publishes no types
    """Return the first match, or None; an output that is no well-formed text has none."""
    if not isinstance(output, str):
        return None
    try:
        return program.fullmatch(output) if options.whole else program.search(output)
    except UnicodeEncodeError:
        return None


KINDS: Final = by_name(
    Kind(
        "regex",
        "1",
        "Passes where a pattern is found; a pattern with a group passes where the first group is an accepted answer.",
        _regex,
        Regex,
        _faults,
    ),
)
