"""What the person who imports a leaderboard of aider should know."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from proofboard.record.aider.runs import Run, Share
from proofboard.record.source_files import some


def notes_on(track: str, runs: Sequence[Run]) -> Iterator[str]:
    """Note which numbers of a leaderboard do not agree, and which are unknown."""
    if other := _models(runs, lambda own: own.over == "total_tests"):
        reason = "are over total_tests and not over test_cases: a case that was not finished counts as not passed"
        yield f"{track}: the percentages of {len(other)} run(s) {reason}: {some(other)}"
    if wrong := _models(runs, lambda own: own.disagrees):
        reason = "are not given by their own counts; the counts count, and the percentages are claims"
        yield f"{track}: percentages of {len(wrong)} run(s) {reason}: {some(wrong)}"
    if unmeasured := [run.model for run in runs if run.usage is None or run.usage.cost_nanodollars is None]:
        yield f"{track}: the cost of {len(unmeasured)} run(s) is absent or 0, and so unknown: {some(unmeasured)}"
    usual = Counter(run.cases for run in runs).most_common(1)[0][0]
    if usual is not None and (other := [f"{run.model} ({run.cases or '?'})" for run in runs if run.cases != usual]):
        yield f"{track}: {len(other)} run(s) are of other than {usual} cases, and ranked all the same: {some(other)}"
    for field in sorted({field for run in runs for field in run.unknown}):
        models = [run.model for run in runs if field in run.unknown]
        yield f"{track}: {field} of {len(models)} run(s) cannot be read, and so is unknown: {some(models)}"


def _models(runs: Iterable[Run], chosen: Callable[[Share], bool]) -> list[str]:
    return [
        run.model
        for run in runs
        if any(chosen(own) for own in (*run.tries.values(), *([run.well_formed] if run.well_formed else [])))
    ]
