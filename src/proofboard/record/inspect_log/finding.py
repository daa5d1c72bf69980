"""Finding the logs of a source, and choosing among several of one run which counts."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from proofboard.archives.members import FIRST_OF_ZIP
from proofboard.archives.unpack import is_archive, unpacked
from proofboard.errors import Fault, InputError, fault
from proofboard.record.inspect_log.header import FINISHED
from proofboard.record.inspect_log.log import HEADER, START, Log, read_eval, read_json_log
from proofboard.record.source_files import SourceFolder, some

EVAL: Final = ".eval"
JSON: Final = ".json"


class Found:
    """The logs of a source, the files that could not be read, and what should be known of the rest."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.logs: list[Log] = []
        self.refused: list[Fault] = []
        self.unusable: list[Fault] = []
        """Logs that could be read and hold nothing to import: a fault only where there is nothing else."""
        self.notes: list[str] = []


def read_logs(source: Path) -> Found:
    """Read one log, or all that lie in a folder or archive; raises InputError where the source itself is no log."""
    found = Found()
    if source.exists() and not source.is_dir() and not source.is_file():
        raise fault(source, "is neither a file nor a folder")
    if source.is_file() and (_is_eval(source) or not is_archive(source)):
        log = read_eval(source, source.name) if _begins_as_zip(source) else read_json_log(source, source.name)
        if log is None:
            raise fault(source.name, "is JSON and no Inspect log; give an .eval file, a .json log, or a folder of them")
        found.logs.append(log)
        return found
    with unpacked(source) as root:
        _read_folder(SourceFolder(root), found)
    found.logs, copies = _without_copies(found.logs)
    found.notes += copies
    return found


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return path.suffix == EVAL or stream.read(4) in FIRST_OF_ZIP
    except OSError as error:
        raise fault(path, f"cannot be read: {error.strerror or error}") from error


def _is_eval(path: Path) -> bool:
    """Say whether a file is a log, and not an archive in which logs lie."""
    if path.suffix == EVAL:
        return True
    try:
        with zipfile.ZipFile(path) as archive:
            return bool({HEADER, START} & set(archive.namelist()))
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return False


def _read_folder(folder: SourceFolder, found: Found) -> None:
    """Read every `.eval` and `.json` file; a bad one is refused by itself."""
    others: list[str] = []
    for path in _files(folder.root, found):
        name = folder.named(path)
        try:
            log = read_eval(path, name) if path.suffix == EVAL else None
            log = read_json_log(path, name) if path.suffix == JSON else log
        except InputError as error:
            first = error.faults[0]
            found.refused.append(replace(first, file=name) if first.file == str(path) else first)
            continue
        if log is None:
            others.append(name)
        else:
            found.logs.append(log)
    if others:
        found.notes.append(f"{len(others)} file(s) are no Inspect logs and were not read: {some(others)}")


def _files(root: Path, found: Found) -> Iterator[Path]:
    """List the files below a folder by name, without hidden ones; a folder that is called like a log is refused."""
    waiting = [root]
    while waiting:
        try:
            listed = sorted(waiting.pop(0).iterdir())
        except OSError as error:
            found.refused.append(Fault(str(error.filename), 0, f"cannot be listed: {error.strerror or error}"))
            continue
        for path in listed:
            if path.name.startswith("."):
                continue
            if path.is_dir() and not path.is_symlink():
                if path.suffix == EVAL:
                    reason = "is a folder, expected a file; pack it as a zip if it is a log that was unpacked"
                    found.refused.append(Fault(path.relative_to(root).as_posix(), 0, reason))
                else:
                    waiting.append(path)
            else:
                yield path


def _without_copies(logs: Iterable[Log]) -> tuple[list[Log], list[str]]:
    """Keep one of several files of the same bytes: the first by name."""
    first: dict[str, Log] = {}
    copies: list[str] = []
    for log in sorted(logs, key=lambda log: log.name):
        own = first.setdefault(log.digest, log)
        if own is not log:
            copies.append(f"{log.name} ({own.name})")
    note = f"{len(copies)} log(s) are copies of others, byte by byte, and count once: {some(copies)}"
    return list(first.values()), [note] if copies else []


def instant_of(created: str) -> float:
    """Return when a log was begun, in seconds; before all others where it does not say so."""
    try:
        instant = datetime.fromisoformat(created)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return float("-inf")


def standing(log: Log) -> tuple[bool, bool, int, float, int, str]:
    """Order the logs of one run: scored, finished, of more samples, later, by more scorers, and last by name."""
    scorers = {scorer for sample in log.samples.values() for scorer in sample.values}
    asked = {sample.id for sample in log.samples.values()}
    finished = log.header.status == FINISHED
    return bool(scorers), finished, len(asked), instant_of(log.header.created), len(scorers), log.name


def the_one_that_counts(logs: Sequence[Log], notes: list[str]) -> Log:
    """Choose among several runs of one recipe on one task, and note those that do not count."""
    chosen, *rest = sorted(logs, key=standing, reverse=True)
    for log in rest:
        same = "is the same evaluation as" if log.header.eval_id == chosen.header.eval_id else "was run again in"
        notes.append(f"{log.name} {same} {chosen.name}, which counts instead of it")
    return chosen
