"""Graders that other packages offer through the entry-point group `proofboard.graders`.

An entry point is named like the grader and loads to a factory `(options) -> Grader`. The package that offers it, with
its version, becomes part of the grader's version, so that a score says which code made it.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import msgspec

from proofboard.core.graders.base import GradeFunction, Grader, Score, Votes
from proofboard.errors import InputError, MissingExtraError, fault
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "proofboard.graders"


def names() -> Sequence[str]:
    """List the kinds that installed packages offer."""
    return sorted({entry_point.name for entry_point in _offered()})


def installed(kind: str, options: Mapping[str, Any], file: str) -> Grader:
    """Make the grader that an installed package offers.

    Raises:
        MissingExtraError: no installed package offers the kind.
        InputError: several offer it, it cannot be loaded, or it refuses the options; `file` is where it was asked for.
    """
    entry_point = _entry_point(kind, file)
    try:
        grader = entry_point.load()(dict(options))
    except InputError:
        raise
    except Exception as error:
        raise fault(file, f"grader {kind} ({_package(entry_point)}) cannot be made: {_said(error)}") from error
    if not isinstance(grader, Grader):
        found = type(grader).__name__
        raise fault(
            file, f"grader {kind} ({_package(entry_point)}) made a {found}, expected a Grader; tell its authors"
        )
    own = f" ({grader.version})" if grader.version else ""
    return msgspec.structs.replace(grader, name=kind, version=_package(entry_point) + own, grade=_guarded(grader, kind))


def _offered() -> "Sequence[EntryPoint]":
    # Imported here: it costs as much as reading a small board, and most boards need no third-party grader.
    from importlib.metadata import entry_points  # noqa: PLC0415

    return list(entry_points(group=GROUP))


def _entry_point(kind: str, file: str) -> "EntryPoint":
    offered = [entry_point for entry_point in _offered() if entry_point.name == kind]
    if not offered:
        others = ", ".join(names()) or "none"
        raise MissingExtraError(
            f"{file}: the grader {kind!r} is neither built in nor installed (installed are: {others}); "
            "correct its name, or install the package that offers it"
        )
    if len({_package(entry_point) for entry_point in offered}) > 1:
        packages = ", ".join(sorted(_package(entry_point) for entry_point in offered))
        raise fault(file, f"the grader {kind!r} is offered by several packages ({packages}); keep one of them")
    return offered[0]


def _package(entry_point: "EntryPoint") -> str:
    return f"{entry_point.dist.name} {entry_point.dist.version}" if entry_point.dist else "unknown package"


def _guarded(grader: Grader, kind: str) -> GradeFunction:
    """Turn what a third-party grader must not do, raise or answer no number, into an error that names the item."""

    def grade(item: Item, response: Response, votes: Votes) -> Score:
        place = f"grader {kind}, item {item.id!r}"
        try:
            score = grader.grade(item, response, votes)
        except InputError:
            raise
        except Exception as error:
            raise fault(place, f"the grader failed: {_said(error)}; tell its authors") from error
        if not _is_score(score):
            raise fault(place, f"the grader answered a {type(score).__name__} that is no score; tell its authors")
        return score

    return grade


def _is_score(score: object) -> bool:
    if isinstance(score, float):
        return isfinite(score)
    return score is None or isinstance(score, (int, Fraction))


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
