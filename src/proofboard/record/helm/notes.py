"""What a person who imports HELM runs should know: what was computed again, and what does not agree."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from proofboard.record.helm.entries import Entry
from proofboard.record.helm.files import STATE, STATS, Run
from proofboard.record.helm.items import Items
from proofboard.record.helm.rules import Rules
from proofboard.record.source_files import some

Names = Sequence[str]


def notes_on_statistics(entries: Sequence[Entry]) -> Iterator[str]:
    """Note for every run which lines of its summary its instances give again, and which they do not."""
    for entry in entries:
        for run in entry.runs.values():
            if STATS in run.files:
                yield from _compared(run)
            else:
                yield f"{run.name}: has no {STATS}, so there is no summary to compare its instances with"
            if unknown := sorted(run.per_instance.unknown):
                yield f"{run.name}: statistics are NaN on some instance, and unknown there: {some(unknown)}"
            if doubled := run.per_instance.doubled:
                yield f"{run.name}: statistics of an instance stand twice and differ, the first counts: {some(doubled)}"


def _compared(run: Run) -> Iterator[str]:
    labels: dict[str, list[str]] = {}
    for own in run.summary:
        labels.setdefault(own.verdict, []).append(own.label)
    silent = len(labels.get("without a value", ()))
    more = f"; {silent} have no value" if silent else ""
    agreeing = f"{len(labels.get('agrees', ()))} of {len(run.summary)} statistics"
    yield f"{run.name}: {agreeing} are computed again from instances and agree{more}"
    for own in run.summary:
        if own.verdict == "disagrees":
            yield f"{run.name}: {own.label} is stated as {_shown(own.stated)}, its instances give {_shown(own.found)}"
    if other := labels.get("not per instance"):
        reason = "are not per instance, so nobody can compute them again"
        yield f"{run.name}: {len(other)} statistics {reason}: {some(sorted(other), 12)}"


def _shown(number: Fraction | None) -> str:
    return "nothing" if number is None else f"{float(number):.9g}"


def notes_on_runs(entries: Sequence[Entry], names: Names, items: Items) -> Iterator[str]:
    """Note which runs count, and what some models lack."""
    every = sorted({scenario for entry in entries for scenario in entry.runs})
    sizes = {scenario: sum(place[0] == scenario for place in items.by_place) for scenario in every}
    for name, entry in zip(names, entries, strict=True):
        if entry.replaced:
            yield f"{name}: has several runs of a scenario, the latest counts, not {some(entry.replaced)}"
        if lacking := [scenario for scenario in every if scenario not in entry.runs]:
            yield f"{name}: has no run of {some(lacking)}; numbers over them are unknown"
        short = {scenario: sizes[scenario] - _n_instances(entry, scenario) for scenario in entry.runs}
        if absent := [f"{scenario} ({count})" for scenario, count in short.items() if count]:
            yield f"{name}: lacks instances that others were asked, so means over them are unknown: {some(absent)}"
        if not entry.has_trials:
            yield f"{name}: its scenarios have different numbers of trials; each instance has the mean of its own"
        yield from _answers(name, entry)
    if items.shortened:
        yield f"{items.shortened} instance(s) are too long to be published and were left without their text"


def _answers(name: str, entry: Entry) -> Iterator[str]:
    """Note answers that are not there."""
    if silent := [run.name for run in entry.runs.values() if STATE not in run.files]:
        yield f"{name}: has no {STATE} of {some(silent)}, so no answers"
    answers = [answer for run in entry.runs.values() for answer in run.state.answers.values()]
    if failed := sum(answer.failed for answer in answers):
        yield f"{name}: {failed} request(s) failed; they are failures of the platform, and the entry has no rank"
    if too_long := sum(answer.too_long for answer in answers):
        yield f"{name}: {too_long} answer(s) are too long to be recorded and were left out"


def _n_instances(entry: Entry, scenario: str) -> int:
    values = entry.runs[scenario].per_instance.values
    return len({(named, context[2]) for (_, context), found in values.items() for named, _ in found})


def notes_on_rules(rules: Rules, items: Items, regraded: Sequence[str]) -> Iterator[str]:
    """Note what the numbers of scenarios are made from, and how they are known."""
    mains: dict[str, list[str]] = {}
    for scenario, main in rules.mains.items():
        mains.setdefault(main, []).append(scenario)
    for main, scenarios in sorted(mains.items()):
        yield f"{main} is the number of {some(scenarios)}"
    if regraded:
        yield f"{len(regraded)} metric(s) are graded again from the answers, with the same scores: {some(regraded)}"
    if perturbed := sum(1 for _, where in items.by_place if where[1]):
        yield f"{perturbed} perturbed instances are items beside their originals, and count in no number of a scenario"
    if rules.outside:
        yield f"{len(rules.outside)} scenario(s) have no share that is good when it is high: {some(rules.outside)}"
