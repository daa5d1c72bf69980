"""Take a submission into a benchmark directory, so that a row changes only with a record of what it was before."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec

from proofboard import __version__, canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.entries_folder import ENTRIES, ListedEntry
from proofboard.app.held_out.private_places import refuse_public_place
from proofboard.app.held_out.store import held_out_table
from proofboard.app.ledger.appending import append_accepted, refuse_undated
from proofboard.app.submissions.artifact import ReadArtifact, opened_artifact
from proofboard.app.submissions.checks import HELD_OUT, Checked, Rules
from proofboard.app.submissions.revising import held_out_bundles, standing_bundles, write_entry, write_held_out
from proofboard.app.submissions.rules_at_hand import rules_of
from proofboard.app.submissions.submitting import described
from proofboard.archives.placing import clear_left
from proofboard.errors import fault, printable
from proofboard.schemas.base import Date
from proofboard.schemas.reading import as_kind
from proofboard.schemas.submission import Acceptance

Outcome = Literal["new", "revised", "unchanged"]

ONE_RECIPE: Final = "has the same recipe as {}: the board shows both and ranks the earlier one"
OLD_ANSWERS: Final = "held-out answers to the earlier recipe, if any, are not set aside: accept again with --held-out"
LOGGED: Final = "leaf {} of the log says so; sign it before the next build"
SET_ASIDE: Final = "the held-out store was brought up to it"


class Accepted(msgspec.Struct, frozen=True, eq=False):
    """What became of a submission."""

    outcome: Outcome
    revision: int | None
    """The number under which what stood there before is kept."""
    read: ReadArtifact
    remarks: Sequence[str]


def accept(folder: Path, artifact: Path, *, date: str | None = None, held_out: Path | None = None) -> Accepted:
    """Take an artifact into a benchmark directory, and its held-out answers into the store.

    Everything is checked again as it was when it was packed. A changed configuration or bundle takes the place of the
    entry in one step, and what was there stays below `revisions/`; the same again changes nothing. `date` is the day
    it is taken. Raises InputError with everything that is wrong; nothing is written then.
    """
    day = as_kind(date, Date, "--date") if date else None
    if not folder.is_dir():
        raise fault(folder, "is not a folder; give a benchmark directory (proofboard init DIR makes one)")
    if held_out:
        refuse_public_place(held_out, folder, held_out)
    refuse_undated(folder, day)
    with _alone_in(folder):
        _clear_left(folder, held_out)
        read = read_benchmark(folder)
        with opened_artifact(artifact, _rules(read, held_out)) as found:
            accepted = _taken(read, found, day, held_out)
            leaf = append_accepted(folder, found.submission.configuration.name, day)
            remarks = [*accepted.remarks, *([LOGGED.format(leaf)] if leaf is not None else [])]
            return msgspec.structs.replace(accepted, remarks=remarks)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process takes anything into a directory; the system ends the claim of one that dies."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield
    finally:
        os.close(number)


def _clear_left(*folders: Path | None) -> None:
    for folder in filter(None, folders):
        for vendor in sorted((folder / ENTRIES).glob("*")):
            if vendor.is_dir() and not vendor.is_symlink():
                clear_left(vendor)


def _rules(read: BenchmarkFolder, store: Path | None) -> Rules:
    rules = rules_of(read)
    if store is None:
        return rules
    return Rules(rules.plan, {**rules.tables, HELD_OUT: held_out_table(read, store)})


def _taken(read: BenchmarkFolder, found: ReadArtifact, date: str | None, store: Path | None) -> Accepted:
    checked, benchmark = found.checked, read.benchmark
    before = next((entry for entry in read.entries if entry.name == checked.configuration.name), None)
    unchanged = before is not None and _is_there(before, found, store)
    number = len(before.revisions) + 1 if before else 1
    if not unchanged:
        acceptance = Acceptance(
            schema_version=1,
            date=date,
            artifact=found.digest,
            software_version=__version__,
            protocol_version=benchmark.protocol_version,
        )
        write_entry(read.folder, checked, acceptance, before, benchmark)
    stored = store is not None and write_held_out(store, checked, number)
    remarks = [*found.remarks, *_remarks(read, checked, before, store), *([SET_ASIDE] if stored else [])]
    outcome: Outcome = "new" if before is None else "unchanged" if unchanged else "revised"
    return Accepted(outcome, number if outcome == "revised" else None, found, remarks)


def _is_there(before: ListedEntry, found: ReadArtifact, store: Path | None) -> bool:
    """Say whether an entry already is what is submitted: the same document, and every bundle."""
    if canonical.dump(before.configuration) != canonical.dump(found.checked.configuration):
        return False
    there = {bundle.digest for bundle in standing_bundles(before.bundles.values())}
    there |= {bundle.digest for bundle in held_out_bundles(store, before.name)} if store else set()
    # Whoever was stopped between the entry and the store has the entry already: it needs no revision of itself.
    stopped = before.accepted is not None and before.accepted.artifact == found.digest
    submitted = found.checked.bundles.items()
    return all(bundle.digest in there or (stopped and item_set == HELD_OUT) for item_set, bundle in submitted)


def _remarks(read: BenchmarkFolder, checked: Checked, before: ListedEntry | None, store: Path | None) -> Iterator[str]:
    own = checked.configuration
    recipe = own.digest()
    twins = [entry.name for entry in read.entries if entry.name != own.name and entry.configuration.digest() == recipe]
    if twins and own.says_how():
        yield ONE_RECIPE.format(", ".join(twins))
    if before and before.configuration.contributor != own.contributor:
        was, now = (one or "nobody named" for one in (before.configuration.contributor, own.contributor))
        yield f"the entry was contributed by {was}, this by {now}"
    if before and before.configuration.digest() != recipe and store is None:
        yield OLD_ANSWERS


def as_text(accepted: Accepted) -> str:
    """Write what became of a submission, for people."""
    submission = accepted.read.submission
    told = {
        "new": "accepted as a new entry",
        "revised": f"accepted; what stood there before is revision {accepted.revision}",
        "unchanged": "nothing to take: the configuration and its bundles are there already",
    }
    lines = [f"{submission.configuration.name}: {told[accepted.outcome]}"]
    lines += described(submission, accepted.read.checked)
    lines += [f"note: {printable(note)}" for note in (*accepted.remarks, *submission.notes)]
    lines += [f"signed by {accepted.read.signed_by}"] if accepted.read.signed_by else []
    lines.append(f"artifact {accepted.read.digest}")
    return "\n".join(lines) + "\n"
