"""Which of several results of one model and task counts, as MTEB joins revisions.

The main revision comes first, then what states the version of mteb, then what has a known revision, then the highest
version. The choice is made per task, before any score is looked at: a main revision that lacks a cell still counts.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from proofboard.errors import Fault, InputError
from proofboard.record.mteb.files import Result

UNKNOWN_REVISIONS: Final = frozenset({"", "external", "no_revision_available"})

# PEP 440 without epochs and local parts, which mteb never had. A range, `2.7.22-2.18.7`, is no version.
_VERSION: Final = re.compile(
    r"v?(?P<release>\d{1,9}(\.\d{1,9}){0,9})"
    r"([-_.]?(?P<phase>a|b|c|rc|alpha|beta|pre|preview)[-_.]?(?P<number>\d{0,9}))?"
    r"(?P<post>-\d{1,9}|[-_.]?(post|rev|r)[-_.]?\d{0,9})?"
    r"([-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>\d{0,9}))?",
    re.IGNORECASE,
)
_PHASES: Final = {"a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3}
_DEVELOPMENT, _FINAL = 0, 4

Version = tuple[tuple[int, ...], tuple[int, int], tuple[int, int], tuple[bool, int]]
Chosen = Mapping[str, Mapping[str, Result]]
"""Model → task → the result that counts."""


def version_of(stated: str | None) -> Version | None:
    """Return a key that orders versions as PEP 440 does; None where there is none, or where it is no version."""
    found = _VERSION.fullmatch(stated.strip()) if stated else None
    if found is None:
        return None
    release = [int(part) for part in found["release"].split(".")]
    while release and not release[-1]:
        release.pop()
    phase = _PHASES[found["phase"].lower()] if found["phase"] else _FINAL
    if found["dev"] and not found["phase"] and not found["post"]:
        phase = _DEVELOPMENT
    post = re.sub(r"\D", "", found["post"] or "")
    return (
        tuple(release),
        (phase, int(found["number"] or 0)),
        (1 if found["post"] else 0, int(post or 0)),
        (not found["dev"], int(found["dev_number"] or 0)),
    )


def joined(results: Iterable[Result], main_revision: Mapping[str, str | None]) -> tuple[Chosen, list[str]]:
    """Choose one result for each model and task; also return notes.

    Raises InputError where one revision gives a task two different sets of scores.
    """
    rivals: dict[str, dict[str, list[Result]]] = {}
    for result in results:
        rivals.setdefault(result.meta.name, {}).setdefault(result.task, []).append(result)
    faults: list[Fault] = []
    chosen: dict[str, dict[str, Result]] = {}
    ties = 0
    for model, tasks in sorted(rivals.items()):
        for task, found in sorted(tasks.items()):
            main = main_revision.get(model)
            best = max(_standing(result, main) for result in found)
            first = [result for result in found if _standing(result, main) == best]
            faults += _contradictions(found)
            ties += len({result.meta.revision for result in first}) > 1
            chosen.setdefault(model, {})[task] = max(first, key=lambda result: (result.meta.revision, result.file.name))
    if faults:
        raise InputError(faults)
    return chosen, _notes(rivals, chosen, ties)


def _standing(result: Result, main: str | None) -> tuple[bool, bool, bool, Version]:
    version = version_of(result.tool_version)
    return (
        main is not None and result.meta.revision == main,
        version is not None,
        result.meta.revision not in UNKNOWN_REVISIONS,
        version or ((), (0, 0), (0, 0), (False, 0)),
    )


def _contradictions(found: Iterable[Result]) -> Iterable[Fault]:
    """Name files that give the same revision other scores than an earlier file does."""
    first: dict[str, Result] = {}
    for result in found:
        before = first.setdefault(result.meta.revision, result)
        if before.scores != result.scores:
            reason = f"has other scores of the revision {result.meta.revision or 'null'!r} than {before.file.name}"
            yield Fault(result.file.name, 0, f"{reason}; keep one of them")


def _notes(rivals: Mapping[str, Mapping[str, list[Result]]], chosen: Chosen, ties: int) -> list[str]:
    several = sum(len(found) > 1 for tasks in rivals.values() for found in tasks.values())
    mixed = sum(len({result.meta.revision for result in tasks.values()}) > 1 for tasks in chosen.values())
    counts = {
        "result(s) stand in several revisions; one counts by the rule of MTEB": several,
        "of them are equal by that rule; the last revision by name counts": ties,
        "model(s) have results from several revisions, joined task by task as MTEB does": mixed,
    }
    return [f"{count} {what}" for what, count in counts.items() if count]
