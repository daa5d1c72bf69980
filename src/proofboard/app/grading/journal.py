"""The responses of one bundle that were graded so far: each on the disk as soon as it is there.

Stopped at any moment, the next run goes on from here; a line that was torn is dropped. When all is graded the folder of
the bundle takes its place in one step, and the journal is removed.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.archives.placing import replaced
from proofboard.core.grading import STAGES
from proofboard.record.freeze import write
from proofboard.schemas.bundle import Stage
from proofboard.schemas.graded import ARTIFACTS, GRADED_FILE, GradedDocument, GradedResponse

LINES: Final = "journal.jsonl"
UNFINISHED: Final = ".journal"

RowKey = tuple[str, int, Stage, str]
"""Item, trial, stage, program."""


def key_of(row: GradedResponse) -> RowKey:
    """Return what a row grades, and with which program."""
    return row.item_id, row.trial, row.stage, row.program


class Journal:
    """What is known of a bundle whose grading has begun."""

    def __init__(self, place: Path, head: GradedDocument) -> None:
        """Read what an earlier run left for `place`, if it graded the same by the same; `head` has no responses."""
        self.rows: dict[RowKey, GradedResponse] = {}
        self._place = place
        self._head = head
        self._folder = place.with_name(f".{place.name}{UNFINISHED}")
        self._resume()

    def _resume(self) -> None:
        first, *lines = (self._whole_lines() or b"").splitlines(keepends=True) or [b""]
        if first != canonical.dump(self._head):
            self.start_anew()
            return
        self.rows = {key_of(row): row for row in _readable(lines) if self._is_complete(row)}
        # What could not be read is written anew, so that it cannot stand between what is added.
        raw = first + canonical.dump_lines(self.rows.values())
        aside = self._folder / f"{LINES}.new"
        write(aside, raw)
        aside.replace(self._folder / LINES)

    def start_anew(self) -> None:
        """Forget what an earlier run left."""
        self.remove()
        self.rows = {}
        write(self._folder / LINES, canonical.dump(self._head))

    def _whole_lines(self) -> bytes | None:
        with suppress(OSError):
            return (self._folder / LINES).read_bytes().rpartition(b"\n")[0] + b"\n"
        return None

    def _is_complete(self, row: GradedResponse) -> bool:
        files = ((digest, self._artifact(digest)) for digest in row.artifacts.values())
        return all(file.is_file() and canonical.digest_file(file) == digest for digest, file in files)

    def _artifact(self, digest: str) -> Path:
        return self._folder / ARTIFACTS / canonical.hex_of(digest)

    def add(self, row: GradedResponse, artifacts: Mapping[str, bytes]) -> None:
        """Keep a row with what its program kept; `artifacts` are the bytes by name, which the row gets by digest."""
        named = {name: canonical.digest(raw) for name, raw in artifacts.items()}
        for name, raw in artifacts.items():
            file = self._artifact(named[name])
            if not file.exists():
                write(file.with_suffix(".new"), raw)
                file.with_suffix(".new").replace(file)
        row = msgspec.structs.replace(row, artifacts=named)
        with (self._folder / LINES).open("ab") as stream:
            stream.write(canonical.dump_lines([row]))
        self.rows[key_of(row)] = row

    def finish(self, wanted: Iterable[RowKey]) -> GradedDocument:
        """Put the folder of the bundle in its place, with the rows that are wanted in their order."""
        rows = [self.rows[key] for key in sorted(wanted, key=_order)]
        document = msgspec.structs.replace(self._head, responses=rows)
        with replaced(self._place) as aside:
            write(aside / GRADED_FILE, canonical.dump(document))
            for digest in {digest for row in rows for digest in row.artifacts.values()}:
                (aside / ARTIFACTS).mkdir(exist_ok=True)
                _link(self._artifact(digest), aside / ARTIFACTS / canonical.hex_of(digest))
        self.remove()
        return document

    def remove(self) -> None:
        """Forget everything."""
        if self._folder.exists():
            shutil.rmtree(self._folder)


def _order(key: RowKey) -> tuple[str, int, int, str]:
    item_id, trial, stage, program = key
    return item_id, trial, STAGES.index(stage), program


def _readable(lines: Iterable[bytes]) -> Iterator[GradedResponse]:
    """Yield the rows up to the first that is none."""
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=GradedResponse)
        except msgspec.MsgspecError:
            return


def _link(source: Path, target: Path) -> None:
    """Give a file a second name; where the file system has none, copy it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
