"""Import runs of HELM, the Holistic Evaluation of Language Models: one directory, a suite, or an archive of either.

Statistics of instances are HELM's own; exact matches are graded again where a built-in grader gives every score again.
Every line of `stats.json` that is made from instances is computed again and compared.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from proofboard.errors import Fault, InputError
from proofboard.record.foreign import digest_of_files, opened, unread
from proofboard.record.helm.configurations import configuration_of
from proofboard.record.helm.entries import Entry, entries_of, refuse_other_instances
from proofboard.record.helm.files import KNOWN, read_runs
from proofboard.record.helm.items import PART, Items, items_of
from proofboard.record.helm.notes import notes_on_rules, notes_on_runs, notes_on_statistics
from proofboard.record.helm.regrading import regrade, responses_of
from proofboard.record.helm.rules import BENCHMARK_ID, Rules, Scores, benchmark_of, rules_of, scores_of
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.recorded_scores import on_grid
from proofboard.record.source_files import some
from proofboard.schemas.bundle import ReportedScore, Response, SourceRecord
from proofboard.schemas.item import Item

LAST_SECOND: Final = 4_102_444_800
"""The end of the year 2099: what is larger counts something else than seconds."""
NOTHING: Final = "holds no HELM run with a number, expected directories with run_spec.json and per_instance_stats.json"

Answers = Sequence[tuple[Item, Response]]


def read(source: Path) -> Imported:
    """Read a run directory, a folder or archive with many; raises InputError where nothing can be imported."""
    with opened(source) as files:
        found = read_runs(files)
        entries = entries_of(found.runs)
        refused = [*found.refused, *refuse_other_instances(entries)]
        entries = [entry for entry in entries if entry.runs]
        items = items_of(entries)
        scores = scores_of(entries, items)
        rules = rules_of(entries, items, scores)
        if not rules.mains:
            raise InputError([Fault(str(source), 0, NOTHING), *refused])
        answers = [responses_of(entry, items) for entry in entries]
        regraded = regrade(rules, answers, scores)
        imported, left_out = _entries(entries, (rules, items), zip(scores, answers, strict=True))
        names = [entry.configuration.name for entry in imported]
        return Imported(
            benchmark=benchmark_of(rules, items),
            items=list(items.by_place.values()),
            entries=imported,
            notes=[
                *notes_on_statistics(entries),
                *notes_on_runs(entries, names, items),
                *notes_on_rules(rules, items, regraded),
                *left_out,
                *unread([file.name for file in files if file not in found.read and Path(file.name).name not in KNOWN]),
            ],
            refused=refused,
        )


def _entries(
    entries: Sequence[Entry], board: tuple[Rules, Items], recorded: Iterable[tuple[Scores, Answers]]
) -> tuple[list[ImportedEntry], list[str]]:
    rules, items = board
    taken: set[str] = set()
    made: list[ImportedEntry] = []
    notes: list[str] = []
    for entry, (scores, answers) in zip(entries, recorded, strict=True):
        configuration, left_out = configuration_of(entry, taken)
        if left_out:
            reason = "what holds an address, a program or a secret is not published"
            notes.append(f"{configuration.name}: {reason}: {some(left_out)}")
        bundle = NewBundle(
            responses=[response for _, response in answers],
            scores=list(_scores(scores, rules)),
            trials=entry.n_trials,
            recorded=_day_of(entry),
            source=SourceRecord(
                format=BENCHMARK_ID,
                name=some(sorted(run.name for run in entry.runs.values())),
                digest=digest_of_files({file for run in entry.runs.values() for file in run.files.values()}),
            ),
            claims=_claims(entry, rules, items),
        )
        made.append(ImportedEntry(configuration, [bundle]))
    return made, notes


def _scores(own: Scores, rules: Rules) -> Iterator[ReportedScore]:
    rows: dict[tuple[str, int], dict[str, int | None]] = {}
    for name, values in own.values.items():
        metric_id = rules.ids.get(name)
        if metric_id and rules.metrics[metric_id].reported:
            for row, value in values.items():
                rows.setdefault(row, {})[metric_id] = on_grid(value, rules.metrics[metric_id].denominator)
    for (item_id, trial), scores in rows.items():
        yield ReportedScore(item_id=item_id, trial=trial, scores=scores)


def _claims(entry: Entry, rules: Rules, items: Items) -> dict[str, Claim]:
    """Return the lines of the summaries that the board computes: means over a part of a scenario."""
    return {
        f"{rules.ids[own.named[0]]}@{PART}={items.parts[scenario, own.named[1]]}": float(own.stated)
        for scenario, run in entry.runs.items()
        for own in run.summary
        if own.is_direct and own.stated is not None and own.named[0] in rules.ids
        if (scenario, own.named[1]) in items.parts
    }


def _day_of(entry: Entry) -> str | None:
    latest = max(run.state.latest for run in entry.runs.values())
    return datetime.fromtimestamp(latest, UTC).date().isoformat() if 1 < latest < LAST_SECOND else None
