"""What a built-in grader declares: its name, version, options and how it is made."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from proofboard.core.graders.base import GradeFunction
from proofboard.errors import InputError, fault
from proofboard.schemas.base import Document
from proofboard.schemas.item import Item


class NoOptions(Document, frozen=True):
    """The options of a grader that has none."""


def _no_faults(_options: Any) -> Sequence[str]:  # noqa: ANN401 - each kind has its own options
    return ()


class Kind(msgspec.Struct, frozen=True):
    """One built-in grader, before its options are known."""

    name: str
    version: str
    """Raised whenever any response could be graded differently: it is part of the grading digest."""
    doc: str
    """One sentence that says what the score is."""
    make: Callable[[Any], GradeFunction]
    options: type[Document] = NoOptions
    faults: Callable[[Any], Sequence[str]] = _no_faults
    """What is wrong with options of the right shape; each fault begins with the option's name."""
    tolerance: int = 0


def by_name(*kinds: Kind) -> dict[str, Kind]:
    """Index kinds by their names."""
    return {kind.name: kind for kind in kinds}


def unusable_reference(item: Item, grader: str, expected: str) -> InputError:
    """Make the error of an item that no response could be graded for.

    The reference itself stays out of the message, because the item may be held out.
    """
    return fault(
        "items", f"the item {item.id!r} has no reference that the grader {grader!r} can use, expected {expected}"
    )
