"""The files of gmat-copilot: recorded bundles, close-the-loop bundles, the list of seeds and the published board.

A static bundle is a folder with `prompts.json`, `completions.json` and `judge.json`; a close-the-loop bundle one with
`prompts.json`, `trajectory.json` and `verdicts.json`. Fields that are not named here are ignored, as that tool does.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from proofboard.canonical import PREFIX
from proofboard.record.foreign import recordable
from proofboard.record.source_files import SourceFolder
from proofboard.schemas.base import Line, Text

STATIC: Final = ("prompts.json", "completions.json", "judge.json")
LIFT: Final = ("prompts.json", "trajectory.json", "verdicts.json")
OUTCOMES: Final = "structural_outcomes.json"
KEY_DIGITS: Final = 16

Votes = Annotated[list[bool | None], msgspec.Meta(max_length=1000)]
VotesByPrompt = dict[str, Votes]


class Structural(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a script must contain."""

    required_types: list[str] = []
    required_fields: dict[str, list[str]] = {}
    required_commands: list[str] = []


class Prompt(msgspec.Struct, frozen=True):
    """One request, what it means, and what a script that answers it must contain."""

    id: Line
    request: Text
    intent: Text
    difficulty: Line = "easy"
    structural: Structural = Structural()


class Completion(msgspec.Struct, frozen=True):
    """One recorded answer; a text that is no string counts as none."""

    text: Any = None
    usage: dict[str, Any] | None = None


class DryRun(msgspec.Struct, frozen=True):
    """What happened when a script was loaded and run."""

    ok: bool = False


class DraftVerdict(msgspec.Struct, frozen=True):
    """What was recorded of one draft; without a dry run, checking had stopped it before."""

    dry_run: DryRun | None = None
    judge: Votes = []


class Outcome(msgspec.Struct, frozen=True):
    """A structural verdict that was recorded because it needs the script's parser."""

    id: Line
    structural: bool
    judge: bool | None = None
    passed: bool | None = None


class Seed(msgspec.Struct, frozen=True):
    """One entry of the list that the board is built from."""

    model: Line
    provider: Line | None = None
    kind: str | None = None
    submitted_by: str | None = None
    public_bundle: str | None = None
    lift_bundle: str | None = None
    held_out_bundle: str | None = None


class Seeds(msgspec.Struct, frozen=True):
    """`seeds.json`."""

    seeds: list[Seed] = []
    eval_protocol_version: str | int | float | None = None
    n_votes: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None
    judge_model: Line | None = None


class PublicCell(msgspec.Struct, frozen=True):
    """What a board's row says of the public prompts."""

    pass_rate: float | None = None
    by_tier: dict[str, float | None] | None = None
    n_prompts: int | None = None


class LoopCell(msgspec.Struct, frozen=True):
    """What a board's row says of checking and repairing."""

    base_runnable: float | None = None
    repaired_runnable: float | None = None
    repair_lift: float | None = None
    dry_run_agreement: dict[str, float | None] | None = None


class RunCell(msgspec.Struct, frozen=True):
    """How a board's row was made."""

    tool_version: str | None = None
    judge_model: Line | None = None
    n_votes: Annotated[int, msgspec.Meta(ge=1, le=99)] | None = None
    recorded_bundle_sha16: str | None = None
    submitted_by: str | None = None


class Row(msgspec.Struct, frozen=True):
    """One row of the published board."""

    model: Line
    provider: Line | None = None
    kind: str | None = None
    public: PublicCell | None = None
    close_the_loop: LoopCell | None = None
    usage: dict[str, Any] | None = None
    run: RunCell | None = None


class Board(msgspec.Struct, frozen=True):
    """`leaderboard.json`."""

    entries: list[Row] = []
    eval_protocol_version: str | int | float | None = None
    judge_model: Line | None = None
    generated_at: str | None = None


@dataclass(frozen=True, slots=True)
class StaticBundle:
    """One folder of recorded answers, possibly of several models."""

    place: str
    prompts: Sequence[Prompt]
    answers: dict[tuple[str, str], dict[str, Completion]]
    """(provider, model) → the first digits of the prompt's digest → answer."""
    judge: dict[str, Votes | VotesByPrompt]
    digest: str
    outcomes: list[Outcome] | dict[str, list[Outcome]] | None


@dataclass(frozen=True, slots=True)
class LiftBundle:
    """One folder of repair trajectories."""

    place: str
    prompts: Sequence[Prompt]
    trajectory: dict[str, list[Text]]
    verdicts: dict[str, DraftVerdict]
    digest: str


@dataclass(frozen=True, slots=True)
class Source:
    """Everything that was found below a source."""

    statics: Sequence[StaticBundle]
    lifts: Sequence[LiftBundle]
    seeds: Seeds | None
    board: Board | None
    outcomes: list[Outcome] | dict[str, list[Outcome]] | None
    """Structural outcomes that lie beside the bundles and not in one of them."""


def read_source(folder: SourceFolder) -> Source:
    """Read every file of the format below a folder; raises InputError with every fault."""
    statics = [_static(folder, path.parent) for path in folder.files("completions.json")]
    lifts = [_lift(folder, path.parent) for path in folder.files("trajectory.json")]
    seeds = _only(folder, "seeds.json", Seeds)
    board = _only(folder, "leaderboard.json", Board)
    homes = {folder.root / bundle.place for bundle in statics if bundle}
    beside = next((path for path in folder.files(OUTCOMES) if path.parent not in homes), None)
    outcomes = _outcomes(folder, beside) if beside else None
    if not statics:
        folder.fault(".", "holds no folder with completions.json, so there is nothing recorded to import")
    folder.refuse()
    kept = [bundle for bundle in statics if bundle]
    return Source(kept, [bundle for bundle in lifts if bundle], seeds, board, outcomes)


def prompt_key(request: str) -> str:
    """Name a prompt the way completions are keyed."""
    return hashlib.sha256(request.encode()).hexdigest()[:KEY_DIGITS]


def draft_key(script: str) -> str:
    """Name a draft the way its verdicts are keyed."""
    return hashlib.sha256(script.encode()).hexdigest()


def _only(folder: SourceFolder, name: str, kind: type[Any]) -> Any:  # noqa: ANN401 - a document of that kind
    """Read the uppermost file of a name; further ones are left out with a note."""
    paths = list(folder.files(name))
    folder.notes += [f"{folder.named(path)} is left out: {folder.named(paths[0])} lies above it" for path in paths[1:]]
    return folder.document(paths[0], kind) if paths else None


def _static(folder: SourceFolder, home: Path) -> StaticBundle | None:
    place = folder.named(home)
    if not _complete(folder, home, STATIC):
        return None
    prompts = _prompts(folder, home)
    completions = folder.document(home / "completions.json", dict[str, Completion])
    judge = folder.document(home / "judge.json", dict[str, Votes | VotesByPrompt])
    inside = home / OUTCOMES
    outcomes = _outcomes(folder, inside) if inside.is_file() else None
    if prompts is None or completions is None or judge is None:
        return None
    answers = _by_model(folder, folder.named(home / "completions.json"), completions)
    return StaticBundle(place, prompts, answers, judge, _digest(folder, home, STATIC), outcomes)


def _lift(folder: SourceFolder, home: Path) -> LiftBundle | None:
    if not _complete(folder, home, LIFT):
        return None
    prompts = _prompts(folder, home)
    trajectory = folder.document(home / "trajectory.json", dict[str, list[Text]])
    verdicts = folder.document(home / "verdicts.json", dict[str, DraftVerdict])
    if prompts is None or trajectory is None or verdicts is None:
        return None
    for name, scripts in trajectory.items():
        if any(recordable(script) is None for script in scripts):
            reason = f"a draft for {name[:80]!r} is too long to be recorded; leave it out"
            folder.fault(folder.named(home / "trajectory.json"), reason)
    return LiftBundle(folder.named(home), prompts, trajectory, verdicts, _digest(folder, home, LIFT))


def _complete(folder: SourceFolder, home: Path, names: Sequence[str]) -> bool:
    absent = [name for name in names if not (home / name).is_file()]
    for name in absent:
        folder.fault(folder.named(home / name), f"is not there; a recorded bundle has {', '.join(names)}")
    return not absent


def _prompts(folder: SourceFolder, home: Path) -> list[Prompt] | None:
    path = home / "prompts.json"
    prompts = folder.document(path, list[Prompt])
    if prompts is None:
        return None
    for name, count in Counter(prompt.id for prompt in prompts).items():
        if count > 1:
            folder.fault(folder.named(path), f"the prompt {name!r} stands {count} times; keep one")
    if not prompts:
        folder.fault(folder.named(path), "holds no prompt")
    return prompts


def _outcomes(folder: SourceFolder, path: Path) -> list[Outcome] | dict[str, list[Outcome]] | None:
    return folder.document(path, list[Outcome] | dict[str, list[Outcome]])  # type: ignore[arg-type]


def _by_model(
    folder: SourceFolder, file: str, completions: dict[str, Completion]
) -> dict[tuple[str, str], dict[str, Completion]]:
    """Sort answers by who gave them; keys are `provider:model:digits`, and a model may hold colons itself."""
    sorted_by: dict[tuple[str, str], dict[str, Completion]] = {}
    for key, completion in completions.items():
        named, _, digits = key.rpartition(":")
        provider, _, model = named.partition(":")
        if not (provider and model and digits):
            folder.fault(file, f"the key {key[:80]!r} is not provider:model:digits")
            continue
        if isinstance(completion.text, str) and recordable(completion.text) is None:
            folder.fault(file, f"the answer {key[:80]!r} is too long to be recorded; leave it out")
        sorted_by.setdefault((provider, model), {})[digits] = completion
    return sorted_by


def _digest(folder: SourceFolder, home: Path, names: Sequence[str]) -> str:
    """Name the bytes of a bundle's files, one after the other."""
    summed = hashlib.sha256()
    for name in names:
        summed.update(folder.bytes_of(home / name) or b"")
    return PREFIX + summed.hexdigest()
