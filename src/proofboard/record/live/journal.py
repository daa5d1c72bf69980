"""The journal of a live run: every response and every vote on the disk as soon as it is there.

It is a folder beside the place of the bundle: `run.json` says which run it is, `journal.jsonl` holds one canonical line
for each thing that was finished. Stopped at any moment, the run goes on from there; a line that was torn is dropped.
"""

import asyncio
import fcntl
import os
import shutil
import threading
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final, Literal

import msgspec

from proofboard import canonical
from proofboard.archives.placing import sync_folder
from proofboard.errors import OutputError, fault
from proofboard.schemas.base import Date, Digest, Document, ItemSetName, LeanDocument, Line
from proofboard.schemas.bundle import Reference, Response, Stage, Trial, Verdict
from proofboard.schemas.reading import read_json

RUN: Final = "run.json"
ROWS: Final = "journal.jsonl"
FROZEN: Final = "frozen.json"
PARTIAL: Final = ".partial"
GO_ON: Final = "make room, and the same command goes on with what is there"

WORDS: Final = {
    "protocol_version": "protocol version",
    "item_set": "item set",
    "prompts": "set of prompts",
    "trials": "number of trials",
    "judge": "judge, or other references that it is shown",
    "recorded": "day",
}

Key = tuple[str, int, Stage]
"""Prompt, trial, stage."""


class RunDocument(Document, frozen=True):
    """What decides the answers and votes of a run; only the same run may go on with its journal."""

    benchmark: Line
    protocol_version: Line
    item_set: ItemSetName
    entry: Line
    configuration: Digest
    seed: int | None
    prompts: Digest
    """The digest of what is asked, choices included, without a limit."""
    trials: int
    judge: Digest | None
    """The digest of the judge's model, rubric, votes and panel, and of the references where the rubric shows them."""
    engine: Line
    recorded: Date
    """The day on which it began, which its bundle states."""
    schema_version: Literal[1] = 1


class Voted(LeanDocument, frozen=True):
    """The votes on one response, all of them or those that were cast."""

    verdicts: list[Verdict]
    versions: list[str] = []  # noqa: RUF012 - msgspec copies an empty default for each document
    """What the provider called the main judge."""
    complete: bool = True
    reason: str | None = None
    """Why votes are absent."""


class Row(LeanDocument, frozen=True):
    """One thing that was finished: a response, or the votes on one."""

    prompt_id: Reference
    trial: Trial = 0
    stage: Stage = "answer"
    response: Response | None = None
    cut_off: bool = False
    """The answer ended where it had to be no longer."""
    reason: str | None = None
    """Why there is no answer."""
    model: str | None = None
    """The model that answered, as its provider names it."""
    vote: Verdict | None = None
    """One vote, as soon as it was cast; `model` is what its provider called the main judge."""
    voted: Voted | None = None
    """The votes when nothing more is to come in this call."""

    @property
    def key(self) -> Key:
        """Which response it is about."""
        return self.prompt_id, self.trial, self.stage


class FrozenDocument(Document, frozen=True):
    """`frozen.json`: the bundles that were made of this journal; a fuller one may take the place of any."""

    bundles: list[Digest]


class Journal:
    """What one run has, and the folder in which it lies; one process at a time may have it open."""

    def __init__(self, place: Path, run: RunDocument, prompts: Container[str]) -> None:
        """Open the journal of a run that asks these prompts, or begin one.

        Raises:
            InputError: it is the journal of another run, or it is damaged.
            OutputError: another process has it open, or the folder cannot be written.
        """
        self.place = place
        self.responses: dict[Key, Row] = {}
        self.votes: dict[Key, Voted] = {}
        self._lines: list[bytes] = []
        self._turn = asyncio.Lock()
        self._writing = threading.Lock()
        try:
            _refuse_other_things(place)
            place.mkdir(parents=True, exist_ok=True)
            self._file = os.open(place / ROWS, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        except OSError as error:
            raise OutputError(f"{place}: cannot be written: {error.strerror or error}; choose another --out") from error
        try:
            # Whoever has the lock says which run it is: of two that begin at one time the other is refused.
            self._lock()
            _begin(place, run)
            for number, row in enumerate(self._read(), start=1):
                _refuse_stranger(row, run, prompts, f"{place / ROWS}:{number}")
                self._take(row)
        except BaseException:
            os.close(self._file)
            raise

    @property
    def bundles(self) -> list[str]:
        """The digests of the bundles that were made of it."""
        path = self.place / FROZEN
        return read_json(path, FrozenDocument).bundles if path.is_file() else []

    async def keep(self, row: Row) -> None:
        """Bring one row to the disk; rows that come while another is on its way share one write."""
        line = canonical.dump(row)
        self._take(row)
        self._lines.append(line)
        async with self._turn:
            if self._lines:
                await asyncio.to_thread(self._write)

    def froze(self, digest: str) -> None:
        """Take note of a bundle that is made of it, which so may be replaced by a fuller one."""
        _put(self.place / FROZEN, canonical.dump(FrozenDocument(bundles=[*self.bundles, digest])))

    def close(self) -> None:
        """Bring to the disk what is not there yet, and let others open it."""
        try:
            self._write()
        finally:
            os.close(self._file)

    def remove(self) -> None:
        """Remove the folder, while no other may open it; all that it holds lies in a bundle."""
        shutil.rmtree(self.place)

    def _take(self, row: Row) -> None:
        if row.response is not None:
            self.responses[row.key] = row
            # Votes are cast on a response: on another one they say nothing.
            self.votes.pop(row.key, None)
        if row.vote is not None:
            before = self.votes.get(row.key, Voted(verdicts=[]))
            self.votes[row.key] = Voted(
                verdicts=[*before.verdicts, row.vote],
                versions=sorted({*before.versions, *([row.model] if row.model else [])}),
                complete=False,
            )
        if row.voted is not None:
            self.votes[row.key] = row.voted

    def _write(self) -> None:
        with self._writing:
            raw, self._lines = b"".join(self._lines), []
            if not raw:
                return
            whole = os.fstat(self._file).st_size
            try:
                while raw:
                    raw = raw[os.write(self._file, raw) :]
                os.fsync(self._file)
            except OSError as error:
                # A torn line would be in the middle as soon as another comes after it.
                os.ftruncate(self._file, whole)
                raise OutputError(
                    f"{self.place / ROWS}: cannot be written: {error.strerror or error}; {GO_ON}"
                ) from error

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutputError(f"{self.place}: another run is writing here; wait for it, or choose another --out") from (
                error
            )

    def _read(self) -> Iterator[Row]:
        """Read all whole lines and cut off what is torn at the end."""
        path = self.place / ROWS
        raw = path.read_bytes()
        decoder = msgspec.json.Decoder(Row)
        lines = raw.splitlines(keepends=True)
        whole = 0
        for number, line in enumerate(lines, start=1):
            try:
                row = decoder.decode(line) if line.endswith(b"\n") else None
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                if number < len(lines):
                    reason = f"is no line of a journal ({error}); remove {self.place} to begin anew"
                    raise fault(path, reason, number) from error
                row = None
            if row is None:
                break
            whole += len(line)
            yield row
        if whole < len(raw):
            os.ftruncate(self._file, whole)


def begun(place: Path) -> RunDocument | None:
    """Return the run whose journal a folder is; None where no run was begun there."""
    return read_json(place / RUN, RunDocument) if (place / RUN).is_file() else None


def _refuse_other_things(place: Path) -> None:
    """Refuse a place that holds something, and no run was begun there."""
    if begun(place) is not None or not place.exists():
        return
    if not place.is_dir() or any(own.stat().st_size for own in place.iterdir()):
        raise OutputError(f"{place}: is there and is no journal of a run; remove it, or choose another --out")


def _begin(place: Path, run: RunDocument) -> None:
    """Begin a run, or see that it is this one which was begun."""
    before = begun(place)
    if before is None:
        _put(place / RUN, canonical.dump(run))
        return
    others = [
        f"another {WORDS.get(field, field)} ({was}, now {now})"
        for field in RunDocument.__struct_fields__
        if (was := getattr(before, field)) != (now := getattr(run, field))
    ]
    if others:
        advice = "run the command as it was begun, or remove this folder to begin anew"
        raise fault(place, f"was begun with {', '.join(others)}; {advice}")


def _refuse_stranger(row: Row, run: RunDocument, prompts: Container[str], line: str) -> None:
    """Refuse a row that is not, with all that it holds, about one response that the run asks for."""
    held = [row.response, row.vote, *(row.voted.verdicts if row.voted else ())]
    keys = {(own.prompt_id, own.trial, own.stage) for own in held if own is not None}
    if not (keys <= {row.key} and row.prompt_id in prompts and row.trial < run.trials):
        raise fault(line, "is about nothing that this run asks; remove the folder to begin anew")


def _put(path: Path, raw: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    aside = path.with_name(f".{path.name}")
    with aside.open("wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
    aside.rename(path)
    sync_folder(path.parent)
