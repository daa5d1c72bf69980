"""Rules for judges: what a benchmark may ask of them, and that one protocol has one judge."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from proofboard import canonical
from proofboard.errors import Fault
from proofboard.schemas.benchmark import Benchmark, Judge
from proofboard.schemas.bundle import MANIFEST, VERDICTS, JudgeRecord
from proofboard.schemas.bundle_folder import Bundle

MOST_VOTES: Final = 1000
"""Votes on one response are numbered from 0 to 999."""

MOST_JUDGES: Final = 32
"""Every two judges are compared, and all of it is published."""

NEW_JUDGE: Final = "record it again, or raise protocol_version, because another judge makes other numbers"


def rubric_digest(rubric: str) -> str:
    """Name what judges are asked: SHA-256 of the rubric as it stands in the benchmark."""
    return canonical.digest(rubric.encode())


def judge_record(judge: Judge, version: str | None = None) -> JudgeRecord:
    """Name a benchmark's judge, and what it was asked, in a manifest."""
    return JudgeRecord(
        model=judge.model,
        prompt_digest=None if judge.rubric is None else rubric_digest(judge.rubric),
        version=version,
    )


def judge_faults(judge: Judge) -> Iterator[str]:
    """Say what no judge could be asked, or what none of its votes could mean."""
    if judge.passes.casefold() == judge.fails.casefold():
        yield f"judge: passes and fails are both {judge.passes!r}, so no vote could be told; write two different texts"
    if judge.model in judge.panel:
        yield f"judge.panel: names {judge.model!r}, which is the judge already; name further models only"
    for model, times in sorted(Counter(judge.panel).items()):
        if times > 1:
            yield f"judge.panel: names {model!r} {times} times; a model votes {judge.votes} times as it is"
    n_judges = 1 + len(judge.panel)
    if n_judges > MOST_JUDGES:
        yield f"judge.panel: makes {n_judges} judges, at most {MOST_JUDGES} are accepted"
    if n_judges * judge.votes > MOST_VOTES:
        cast = n_judges * judge.votes
        yield f"judge.votes: {n_judges} judges cast {cast:,} votes on a response, at most {MOST_VOTES:,} are accepted"


def judge_changes(bundle: Bundle, benchmark: Benchmark) -> Iterator[Fault]:
    """Say where the votes of a bundle are not those of the judge of its protocol; what is not known is no change."""
    judge, manifest = benchmark.judge, bundle.manifest
    if not bundle.verdicts:
        return
    place = bundle.folder.as_posix()
    strangers = _named(bundle)
    if len(strangers) > MOST_JUDGES:
        yield Fault(f"{place}/{VERDICTS}", 0, f"names {len(strangers)} judges, at most {MOST_JUDGES} are accepted")
    if judge is None or manifest.protocol_version != benchmark.protocol_version:
        return
    protocol = f"the judge of protocol {benchmark.protocol_version}"
    recorded = manifest.judge
    if recorded and recorded.model != judge.model:
        reason = f"was judged by {recorded.model!r}, {protocol} is {judge.model!r}; {NEW_JUDGE}"
        yield Fault(f"{place}/{MANIFEST}", 0, reason)
    expected = None if judge.rubric is None else rubric_digest(judge.rubric)
    found = recorded.prompt_digest if recorded else None
    if found and expected and found != expected:
        yield Fault(
            f"{place}/{MANIFEST}", 0, f"was judged by the rubric {found}, that of {protocol} is {expected}; {NEW_JUDGE}"
        )
    for name, line in strangers.items():
        if name not in {judge.model, *judge.panel}:
            others = "".join(f" and {model!r}" for model in judge.panel)
            reason = f"is a vote of {name!r}, {protocol} is {judge.model!r}{others}; {NEW_JUDGE}"
            yield Fault(f"{place}/{VERDICTS}", line, reason)


def _named(bundle: Bundle) -> dict[str, int]:
    """Map every judge that a vote names to its first line."""
    lines: dict[str, int] = {}
    for line, own in enumerate(bundle.verdicts, start=1):
        if own.judge is not None:
            lines.setdefault(own.judge, line)
    return lines
