"""Read what gmat-copilot recorded: scripts, judge votes, repair trajectories, and what its board says of them.

Answers and votes become bundles that anyone can grade again. A script's structural verdict needs that tool's parser:
where `structural_outcomes.json` records it, it is taken as reported; otherwise the installed grader `gmat_structural`
makes it. What the board says of a row is kept as claims and never as a score.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from proofboard.archives.unpack import unpacked
from proofboard.record.freeze import REPAIR_ITEMS
from proofboard.record.gmat_copilot.entries import (
    Listed,
    Recording,
    by_id,
    list_entries,
    structural_outcomes,
    votes_of,
)
from proofboard.record.gmat_copilot.files import Completion, Outcome, Prompt, Source, prompt_key, read_source
from proofboard.record.gmat_copilot.lift import repair_bundle, unknown_drafts
from proofboard.record.imported import Claim, Imported, ImportedEntry, NewBundle
from proofboard.record.slug import slug
from proofboard.record.source_files import SourceFolder, some, unique_slug
from proofboard.schemas.base import LARGEST_INTEGER, EntryKind
from proofboard.schemas.benchmark import (
    Benchmark,
    CloseTheLoop,
    Facet,
    GraderSpec,
    ItemSets,
    Judge,
    Metric,
)
from proofboard.schemas.bundle import JudgeRecord, ReportedScore, Response, SourceRecord, Usage, Verdict
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item

FORMAT: Final = "gmat-copilot"
PLACES: Final = 3
TIERS: Final = ("easy", "medium", "hard")
DEFAULT_PROTOCOL: Final = "1"
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def read(source: Path) -> Imported:
    """Read a folder or archive of gmat-copilot recordings; raises InputError with every fault."""
    with unpacked(source) as root:
        folder = SourceFolder(root)
        found = read_source(folder)
        entries = list_entries(found, folder)
        return _Import(found, entries, folder).imported()


class _Import:
    """One import: what was found, and the names given so far."""

    def __init__(self, source: Source, entries: Sequence[Listed], folder: SourceFolder) -> None:
        self.source = source
        self.entries = entries
        self.folder = folder
        self.structural = structural_outcomes(source, entries, folder)
        taken: set[str] = set()
        self.prompts = next(entry.recording for entry in entries if entry.recording).bundle.prompts
        self.ids = {prompt.id: unique_slug(prompt.id, taken, prompt.request) for prompt in self.prompts}
        self.repair_prompts = self._shared_repair_prompts()
        self.repair_ids = {prompt.id: unique_slug(prompt.id, taken, prompt.request) for prompt in self.repair_prompts}

    def imported(self) -> Imported:
        """Return the whole benchmark; raises InputError with the faults that were kept."""
        self.folder.refuse()
        return Imported(
            benchmark=self._benchmark(),
            items=[_item(prompt, self.ids[prompt.id]) for prompt in self.prompts],
            entries=list(self._imported_entries()),
            repair_items=[_item(prompt, self.repair_ids[prompt.id]) for prompt in self.repair_prompts],
            notes=list(dict.fromkeys(self.folder.notes)),
        )

    def _shared_repair_prompts(self) -> Sequence[Prompt]:
        lifts = [entry.lift for entry in self.entries if entry.lift]
        for lift in lifts[1:]:
            if by_id(lift.prompts) != by_id(lifts[0].prompts):
                self.folder.fault(lift.place, f"asks other prompts than {lifts[0].place}; import one of them at a time")
        return lifts[0].prompts if lifts else ()

    def _benchmark(self) -> Benchmark:
        found = {prompt.difficulty for prompt in (*self.prompts, *self.repair_prompts)}
        tiers = [tier for tier in TIERS if tier in found] + sorted(found - set(TIERS))
        return Benchmark(
            id="gmat",
            title="GMAT mission scripts",
            protocol_version=self._protocol(),
            metrics=_metrics(recorded=self.structural is not None, loop=bool(self.repair_prompts)),
            headline="passed",
            facets={"difficulty": Facet(values=tiers, title="Difficulty", role="tier")},
            item_sets=ItemSets(repair=REPAIR_ITEMS if self.repair_prompts else None),
            judge=self._judge(),
            close_the_loop=self._close_the_loop(),
            source="gmat-copilot recorded evaluation",
        )

    def _protocol(self) -> str:
        said = [document.eval_protocol_version for document in (self.source.seeds, self.source.board) if document]
        versions = [str(version) for version in said if version not in {None, ""}]
        if len(set(versions)) > 1:
            self.folder.notes.append(f"seeds.json and leaderboard.json disagree on the protocol: {some(versions)}")
        return versions[0] if versions else DEFAULT_PROTOCOL

    def _judge_model(self, entry: Listed | None = None) -> str | None:
        if entry and entry.row and entry.row.run and entry.row.run.judge_model:
            return entry.row.run.judge_model
        said = [document.judge_model for document in (self.source.seeds, self.source.board) if document]
        return next(filter(None, said), None)

    def _judge(self) -> Judge | None:
        model = self._judge_model()
        runs = [row.run.n_votes for row in self.source.board.entries if row.run] if self.source.board else []
        declared = (self.source.seeds.n_votes if self.source.seeds else None) or next(filter(None, runs), None)
        return Judge(model=model, votes=declared or 1) if model else None

    def _close_the_loop(self) -> CloseTheLoop | None:
        if not self.repair_prompts:
            return None
        if self.structural is None:
            return CloseTheLoop(runnable="runnable", accepted="passed", passes="accepted_and_runs")
        reason = "no structural verdict is recorded for repair drafts: accepted means accepted by the judge"
        self.folder.notes.append(f"close the loop: {reason}")
        return CloseTheLoop(runnable="runnable", accepted="judge", passes="accepted_and_runs")

    def _imported_entries(self) -> Iterator[ImportedEntry]:
        taken: dict[str, set[str]] = {}
        for entry in self.entries:
            vendor = slug(entry.provider)
            distinct = entry.recording.bundle.place if entry.recording else entry.provider
            name = unique_slug(entry.seed.model, taken.setdefault(vendor, set()), distinct)
            bundles = []
            if entry.recording:
                bundles.append(self._public(entry, entry.recording))
            if entry.recording and entry.lift:
                self._note_lift(entry)
                bundles.append(repair_bundle(entry, entry.lift, self.repair_ids, self._judge_record(entry)))
            yield ImportedEntry(self._configuration(entry, vendor, name), bundles, self._own_protocol(entry))

    def _own_protocol(self, entry: Listed) -> str | None:
        """Name a protocol of its own for an entry that another judge voted on: one protocol has one judge."""
        model, common = self._judge_model(entry), self._judge_model()
        if model == common:
            return None
        self.folder.notes.append(f"{entry.seed.model}: was judged by {model}, not by {common}; it is listed apart")
        return f"{self._protocol()}, judged by {model}"

    def _note_lift(self, entry: Listed) -> None:
        if entry.lift and (unknown := unknown_drafts(entry.lift)):
            self.folder.notes.append(f"{entry.lift.place}: {unknown} drafts have no verdict and count as not runnable")

    def _configuration(self, entry: Listed, vendor: str, name: str) -> Configuration:
        kind = entry.kind
        if kind not in get_args(EntryKind):
            self.folder.notes.append(f"{entry.seed.model}: the kind {kind!r} is not known, it is imported as 'seed'")
            kind = "seed"
        said = entry.row.run.submitted_by if entry.row and entry.row.run else None
        return Configuration(
            vendor=vendor,
            config_name=name,
            kind=kind,  # type: ignore[arg-type]
            contributor=entry.seed.submitted_by or said,
            decoding=Decoding(model=entry.seed.model),
        )

    def _judge_record(self, entry: Listed) -> JudgeRecord | None:
        model = self._judge_model(entry)
        return JudgeRecord(model=model) if model else None

    def _public(self, entry: Listed, recording: Recording) -> NewBundle:
        votes = votes_of(recording, self._judge_model(entry), self.folder)
        answers = recording.answers
        verdicts = [
            Verdict(prompt_id=self.ids[name], passed=passed, vote=vote)
            for name, cast in votes.items()
            if name in self.ids
            for vote, passed in enumerate(cast)
        ]
        self._note_public(entry, recording, votes)
        run = entry.row.run if entry.row else None
        return NewBundle(
            responses=[
                _response(self.ids[prompt.id], answers[key])
                for prompt in self.prompts
                if (key := prompt_key(prompt.request)) in answers
            ],
            verdicts=verdicts,
            scores=self._scores(recording, votes),
            judge=self._judge_record(entry),
            recorded=self._day() if entry.row else None,
            source=SourceRecord(
                format=FORMAT,
                name=recording.bundle.place,
                digest=recording.bundle.digest,
                tool_version=run.tool_version if run else None,
            ),
            claims=dict(self._claims(entry)),
        )

    def _day(self) -> str | None:
        said = (self.source.board.generated_at or "")[:10] if self.source.board else ""
        return said if DAY.match(said) else None

    def _scores(self, recording: Recording, votes: Mapping[str, Sequence[bool | None]]) -> list[ReportedScore]:
        if self.structural is None:
            return []
        outcomes = self.structural[recording.bundle.place, recording.model]
        if unknown := sorted(outcomes.keys() - self.ids.keys()):
            self.folder.notes.append(f"structural_outcomes.json names prompts that were not asked: {some(unknown)}")
        known = {name: outcome for name, outcome in outcomes.items() if name in self.ids}
        if wrong := [name for name, outcome in known.items() if _contradicts(outcome, votes.get(name, []))]:
            self.folder.notes.append(f"structural_outcomes.json contradicts the recorded votes on {some(wrong)}")
        return [
            ReportedScore(item_id=self.ids[name], scores={"structural": int(outcome.structural)})
            for name, outcome in known.items()
        ]

    def _claims(self, entry: Listed) -> Iterator[tuple[str, Claim]]:
        row, seeds = entry.row, self.source.seeds
        n_votes = (row.run.n_votes if row and row.run else None) or (seeds.n_votes if seeds else None)
        if n_votes is not None:
            yield "n_votes", n_votes
        if row is None:
            return
        for name, value in sorted((row.usage or {}).items()):
            if _is_count(value):
                yield name, int(value)
        if row.public:
            if row.public.pass_rate is not None:
                yield "pass_rate", row.public.pass_rate
            if row.public.n_prompts is not None:
                yield "n_prompts", row.public.n_prompts
            tiers = sorted((row.public.by_tier or {}).items())
            yield from ((f"pass_rate@difficulty={tier}", value) for tier, value in tiers)

    def _note_public(self, entry: Listed, recording: Recording, votes: Mapping[str, Sequence[bool | None]]) -> None:
        """Say what does not fit: keys without a prompt, prompts without an answer, other counts and digests."""
        place, notes = f"{recording.bundle.place}: {recording.model}", self.folder.notes
        keys = {prompt_key(prompt.request): prompt.id for prompt in self.prompts}
        if strange := recording.answers.keys() - keys.keys():
            notes.append(f"{place}: {len(strange)} answers belong to no prompt and are left out")
        if silent := [name for key, name in keys.items() if key not in recording.answers]:
            notes.append(f"{place}: no answer to {some(silent)}; a missing answer counts as wrong")
        if strange := votes.keys() - self.ids.keys():
            notes.append(f"{place}: votes on prompts that were not asked are left out: {some(sorted(strange))}")
        if unjudged := [name for name in self.ids if not votes.get(name)]:
            notes.append(f"{place}: no vote on {some(unjudged)}; without a vote an answer does not pass")
        claimed = dict(self._claims(entry)).get("n_votes")
        counts = sorted({len(cast) for cast in votes.values()})
        if claimed is not None and counts and counts != [claimed]:
            notes.append(f"{place}: {claimed} votes are claimed, {some(map(str, counts))} recorded on each answer")
        short = entry.row.run.recorded_bundle_sha16 if entry.row and entry.row.run else None
        if short and not recording.bundle.digest.removeprefix("sha256:").startswith(short):
            notes.append(f"{place}: the board names the bundle {short}, these files are {recording.bundle.digest}")


def _metrics(*, recorded: bool, loop: bool) -> dict[str, Metric]:
    structural = (
        Metric(reported=True, title="Structure", places=PLACES)
        if recorded
        else Metric(grader=GraderSpec(kind="gmat_structural"), title="Structure", places=PLACES)
    )
    metrics = {
        "judge": Metric(grader=GraderSpec(kind="votes"), title="Judge", places=PLACES),
        "structural": structural,
        "passed": Metric(all_of=["structural", "judge"], title="Passed", places=PLACES),
    }
    if loop:
        # Only repair drafts were run: on the public items these two are unknown, which is not zero.
        accepted = "judge" if recorded else "passed"
        metrics["runnable"] = Metric(reported=True, title="Runs", places=PLACES, missing="null")
        metrics["accepted_and_runs"] = Metric(
            all_of=[accepted, "runnable"], title="Accepted and runs", places=PLACES, missing="null"
        )
    return metrics


def _item(prompt: Prompt, item_id: str) -> Item:
    return Item(
        id=item_id,
        prompt=prompt.request,
        title=prompt.id if prompt.id != item_id else None,
        facets={"difficulty": prompt.difficulty},
        reference={
            "intent": prompt.intent,
            "structural": {
                "required_types": prompt.structural.required_types,
                "required_fields": prompt.structural.required_fields,
                "required_commands": prompt.structural.required_commands,
            },
        },
    )


def _response(item_id: str, completion: Completion) -> Response:
    if not isinstance(completion.text, str):
        return Response(prompt_id=item_id, state="missing", usage=_usage(completion.usage or {}))
    return Response(prompt_id=item_id, output=completion.text, usage=_usage(completion.usage or {}))


def _usage(said: Mapping[str, Any]) -> Usage:
    prompt, completion, total = (
        int(said[name]) if _is_count(said.get(name)) else None
        for name in ("prompt_tokens", "completion_tokens", "total_tokens")
    )
    if prompt is not None and completion is not None and total == prompt + completion:
        total = None
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=total, calls=1)


def _is_count(value: object) -> bool:
    """Say whether a value counts something; a count may be written as 1234.0, and true is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= LARGEST_INTEGER and value == int(value)


def _contradicts(outcome: Outcome, votes: Sequence[bool | None]) -> bool:
    cast = [vote for vote in votes if vote is not None]
    majority = sum(cast) * 2 > len(cast) if cast else None
    if outcome.judge is not None and outcome.judge != majority:
        return True
    return outcome.passed is not None and outcome.passed != (outcome.structural and bool(majority))
