"""Who answered what: which recorded bundle belongs to which listed entry, and which folder must stay unread."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from proofboard.record.gmat_copilot.files import (
    Completion,
    LiftBundle,
    Outcome,
    Prompt,
    Row,
    Seed,
    Source,
    StaticBundle,
    Votes,
)
from proofboard.record.source_files import SourceFolder, some


@dataclass(frozen=True, slots=True)
class Recording:
    """The answers of one model in one bundle."""

    bundle: StaticBundle
    provider: str
    model: str

    @property
    def answers(self) -> dict[str, Completion]:
        """The first digits of the prompt's digest → answer."""
        return self.bundle.answers[self.provider, self.model]


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry: what lists it, what the board says of it, and what was recorded of it."""

    seed: Seed
    row: Row | None
    recording: Recording | None
    lift: LiftBundle | None
    kind: str

    @property
    def provider(self) -> str:
        """Who offers the model, as the list or else the recording says."""
        return self.seed.provider or (self.recording.provider if self.recording else "recorded")


def list_entries(source: Source, folder: SourceFolder) -> list[Listed]:
    """Pair entries with recordings; what no list names is an entry too, and nothing recorded vanishes."""
    public = _public_bundles(source, folder)
    recordings = [Recording(bundle, provider, model) for bundle in public for provider, model in bundle.answers]
    rows = source.board.entries if source.board else []
    entries: list[Listed] = []
    for seed in _seeds(source, rows):
        recording = _recording_of(seed, recordings, folder)
        row = next((row for row in rows if _same(row, seed)), None)
        entries.append(Listed(seed, row, recording, _lift_of(seed, source.lifts), _kind(seed, row)))
    used = [entry.recording for entry in entries]
    kind = "community" if entries else "seed"
    for recording in recordings:
        if recording not in used:
            seed = Seed(model=recording.model, provider=recording.provider)
            entries.append(Listed(seed, None, recording, None, kind))
    return _with_lone_lift(entries, source, folder)


def _seeds(source: Source, rows: Sequence[Row]) -> list[Seed]:
    """List the seeds, then rows of the board that no seed stands for; each provider and model once."""
    listed = list(source.seeds.seeds) if source.seeds else []
    listed += [Seed(row.model, row.provider, row.kind) for row in rows if not any(_same(row, seed) for seed in listed)]
    return list({(seed.provider, seed.model): seed for seed in reversed(listed)}.values())[::-1]


def _same(row: Row, seed: Seed) -> bool:
    return row.model == seed.model and (row.provider == seed.provider or None in {row.provider, seed.provider})


def _kind(seed: Seed, row: Row | None) -> str:
    return seed.kind or (row.kind if row else None) or "seed"


def _recording_of(seed: Seed, recordings: Sequence[Recording], folder: SourceFolder) -> Recording | None:
    """Find what was recorded of a seed's model: best in the folder it names, else wherever the model answered."""
    fitting = [recording for recording in recordings if recording.model == seed.model]
    best = max(
        fitting,
        key=lambda found: (shared_end(found.bundle.place, seed.public_bundle), found.provider == seed.provider),
        default=None,
    )
    if best is None:
        folder.notes.append(f"{seed.model}: nothing is recorded below this folder, so it is listed without a score")
    return best


def _lift_of(seed: Seed, lifts: Sequence[LiftBundle]) -> LiftBundle | None:
    fitting = [lift for lift in lifts if shared_end(lift.place, seed.lift_bundle)]
    return max(fitting, key=lambda lift: shared_end(lift.place, seed.lift_bundle), default=None)


def _with_lone_lift(entries: list[Listed], source: Source, folder: SourceFolder) -> list[Listed]:
    """Give trajectories that no seed names to the one entry there is; among several, nobody can tell whose they are."""
    used = [entry.lift for entry in entries]
    loose = [lift for lift in source.lifts if lift not in used]
    recorded = [entry for entry in entries if entry.recording]
    if len(loose) == 1 and len(recorded) == 1 and recorded[0].lift is None:
        alone = recorded[0]
        found = Listed(alone.seed, alone.row, alone.recording, loose[0], alone.kind)
        return [found if entry is alone else entry for entry in entries]
    folder.notes += [f"{lift.place}: no seed names these trajectories, so they are left out" for lift in loose]
    return entries


def shared_end(place: str, named: str | None) -> int:
    """Count the path components that two paths share at their ends: `eval` and `tests/data/eval` share one."""
    shared = 0
    for here, there in zip(reversed(PurePosixPath(place).parts), reversed(_parts(named)), strict=False):
        if here != there:
            break
        shared += 1
    return shared


def _parts(named: str | None) -> tuple[str, ...]:
    return PurePosixPath((named or "").replace("\\", "/")).parts


def _public_bundles(source: Source, folder: SourceFolder) -> list[StaticBundle]:
    """Leave out what may be held-out: a bundle that asks other prompts than the public ones must be named public."""
    seeds = source.seeds.seeds if source.seeds else []
    named = [bundle for bundle in source.statics if not seeds or _named_public(bundle.place, seeds)]
    anchor = named or [bundle for bundle in source.statics if not _named_held_out(bundle.place, seeds)]
    if not anchor:
        reason = "may be the held-out bundle that seeds.json names; put the public one where its public_bundle says"
        folder.fault(source.statics[0].place, reason)
        folder.refuse()
    for bundle in anchor[1:]:
        if by_id(bundle.prompts) != by_id(anchor[0].prompts):
            folder.fault(bundle.place, f"asks other prompts than {anchor[0].place}; import one of them at a time")
    folder.refuse()
    kept = [bundle for bundle in source.statics if by_id(bundle.prompts) == by_id(anchor[0].prompts)]
    folder.notes += [
        f"{bundle.place} is left out: it asks other prompts than {anchor[0].place} and may be held-out"
        for bundle in source.statics
        if bundle not in kept
    ]
    return kept


def _named_public(place: str, seeds: Iterable[Seed]) -> bool:
    held_out = max((shared_end(place, seed.held_out_bundle) for seed in seeds), default=0)
    return max(shared_end(place, seed.public_bundle) for seed in seeds) > held_out


def _named_held_out(place: str, seeds: Iterable[Seed]) -> bool:
    return any(shared_end(place, seed.held_out_bundle) for seed in seeds)


def by_id(prompts: Sequence[Prompt]) -> dict[str, Prompt]:
    """Map prompts by their ids; their order in the file does not matter."""
    return {prompt.id: prompt for prompt in prompts}


def structural_outcomes(
    source: Source, entries: Sequence[Listed], folder: SourceFolder
) -> dict[tuple[str, str], dict[str, Outcome]] | None:
    """Return recorded structural verdicts by (place, model) if every recorded entry has them, else None."""
    recorded = [entry.recording for entry in entries if entry.recording]
    found: dict[tuple[str, str], dict[str, Outcome]] = {}
    for recording in recorded:
        outcomes = recording.bundle.outcomes if recording.bundle.outcomes is not None else source.outcomes
        sharing = (
            recorded if outcomes is source.outcomes else [one for one in recorded if one.bundle is recording.bundle]
        )
        if isinstance(outcomes, dict):
            outcomes = outcomes.get(recording.model) or outcomes.get(f"{recording.provider}:{recording.model}")
        elif len(sharing) > 1:
            outcomes = None
        if outcomes:
            found[recording.bundle.place, recording.model] = {outcome.id: outcome for outcome in outcomes}
    if len(found) == len(recorded):
        return found or None
    if found or source.outcomes or any(one.bundle.outcomes for one in recorded):
        folder.notes.append("structural_outcomes.json does not cover every recorded model; scripts are graded anew")
    return None


def votes_of(recording: Recording, judge_model: str | None, folder: SourceFolder) -> dict[str, Votes]:
    """Find the votes on a model's answers: by prompt, or below the name of the model or of the judge."""
    judge = recording.bundle.judge
    by_model = {name: votes for name, votes in judge.items() if isinstance(votes, dict)}
    flat = {name: votes for name, votes in judge.items() if isinstance(votes, list)}
    if not by_model:
        if len(recording.bundle.answers) > 1:
            reason = "judge.json names no model, so its votes are taken for each of the models recorded there"
            folder.notes.append(f"{recording.bundle.place}: {reason}")
        return flat
    for name in (recording.model, f"{recording.provider}:{recording.model}", judge_model):
        if name in by_model:
            return by_model[name]
    if len(by_model) == 1 and not flat:
        return next(iter(by_model.values()))
    names = some(sorted(by_model))
    folder.notes.append(f"{recording.bundle.place}: judge.json has votes on {names}, none on {recording.model}")
    return flat
