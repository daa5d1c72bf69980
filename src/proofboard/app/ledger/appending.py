"""Add to the log of a benchmark directory, and sign it; nothing that was signed can be changed here."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from proofboard import canonical
from proofboard.app.benchmark_folder import read_rules
from proofboard.app.entries_folder import ListedEntry, list_entries
from proofboard.app.ledger.folder import (
    LEAVES,
    LEDGER,
    SIGN_IT,
    SIGNED,
    has_ledger,
    ledger_alone,
    read_ledger,
    replace_file,
    state_of,
)
from proofboard.app.ledger.keys import read_signer
from proofboard.app.submissions.revising import standing_bundles
from proofboard.errors import Fault, InputError, fault
from proofboard.ledger.documents import sign_root
from proofboard.ledger.keys import Signer, key_id
from proofboard.ledger.leaves import keys_of, leaf_faults, standings
from proofboard.schemas.base import Date
from proofboard.schemas.ledger import Leaf, LeafKind, SignedCheckpoint
from proofboard.schemas.reading import as_kind


class Appended(msgspec.Struct, frozen=True):
    """What was added: the place of the first new leaf, and the leaves."""

    first: int
    leaves: Sequence[Leaf]


def append(folder: Path, leaves: Sequence[Leaf]) -> Appended:
    """Add leaves to the log of a benchmark directory, which begins with the first; raises InputError."""
    benchmark = read_rules(folder).benchmark.id
    with ledger_alone(folder):
        found = read_ledger(folder, benchmark)
        before = found.leaves if found else []
        _refuse_broken(leaves)
        if leaves:
            replace_file(folder / LEDGER / LEAVES, canonical.dump_lines([*before, *leaves]))
        return Appended(len(before), leaves)


def _refuse_broken(leaves: Sequence[Leaf]) -> None:
    faults = [Fault(f"the new leaf {leaf.kind}", 0, reason) for leaf in leaves for reason in leaf_faults(leaf)]
    if faults:
        raise InputError(faults)


def leaf_about(folder: Path, said: Mapping[str, Any]) -> Leaf:
    """Make a leaf of the log of a directory; raises InputError.

    What the directory knows of a published entry is filled in: its bundle, its recipe, its archive.
    """
    benchmark = read_rules(folder).benchmark.id
    leaf = as_kind({**said, "benchmark": benchmark}, Leaf, "the new leaf")
    if leaf.entry is None or leaf.kind not in {"published", "revised"}:
        return leaf
    listed = next((own for own in list_entries(folder) if own.name == leaf.entry), None)
    if listed is None:
        raise fault(folder, f"has no entry {leaf.entry}; name one that lies in entries/")
    return _of_entry(listed, leaf)


def leaves_due(folder: Path, date: Date) -> list[Leaf]:
    """List a leaf for every entry whose public bundle the log does not know yet."""
    benchmark = read_rules(folder).benchmark.id
    found = read_ledger(folder, benchmark)
    return [*_due(list_entries(folder), found.leaves if found else (), benchmark, date)]


def _due(entries: Sequence[ListedEntry], leaves: Sequence[Leaf], benchmark: str, date: Date) -> Iterator[Leaf]:
    known = standings(leaves)
    for entry in entries:
        bundle = _public_bundle(entry)
        before = known.get(entry.name)
        if bundle and (before is None or before.bundle != bundle or before.place == "withdrawn"):
            kind: LeafKind = "published" if before is None or before.place == "withdrawn" else "revised"
            yield _of_entry(entry, Leaf(kind=kind, benchmark=benchmark, date=date, entry=entry.name))


def append_accepted(folder: Path, name: str, date: Date | None) -> int | None:
    """Say in the log of a directory, if it has one, that an entry was taken; returns the place of the leaf."""
    if not has_ledger(folder):
        return None
    due = [leaf for leaf in leaves_due(folder, _dated(folder, date)) if leaf.entry == name]
    return append(folder, due).first if due else None


def refuse_undated(folder: Path, date: Date | None) -> None:
    """Refuse to take anything into a directory with a log on no day; raises InputError."""
    if has_ledger(folder):
        _dated(folder, date)


def _dated(folder: Path, date: Date | None) -> Date:
    if date is None:
        raise fault(folder, "has a log, and every leaf has a date; give --date")
    return date


def _of_entry(entry: ListedEntry, leaf: Leaf) -> Leaf:
    return msgspec.structs.replace(
        leaf,
        bundle=leaf.bundle or _public_bundle(entry),
        configuration=leaf.configuration or entry.configuration.digest(),
        artifact=leaf.artifact or (entry.accepted.artifact if entry.accepted else None),
    )


def _public_bundle(entry: ListedEntry) -> str | None:
    found = standing_bundles(entry.bundles[name] for name in sorted(entry.bundles))
    return next((bundle.digest for bundle in found if bundle.manifest.item_set == "public"), None)


class Signed(msgspec.Struct, frozen=True):
    """A signed log: how many leaves, and the ids of the keys."""

    size: int
    signed_by: Sequence[str]


def sign(folder: Path, keys: Sequence[Path], date: Date) -> Signed:
    """Sign the log of a benchmark directory with the private keys of the board.

    The first time, the keys are added to the log itself; later ones must be added by a leaf before they sign. Raises
    InputError where what was signed before has been changed, or where a key is not one of the log.
    """
    signers = [read_signer(path) for path in keys]
    benchmark = read_rules(folder).benchmark.id
    with ledger_alone(folder):
        found = read_ledger(folder, benchmark)
        leaves = [*(found.leaves if found else ())]
        board = keys_of(leaves, "board")
        if not board:
            leaves += [_key_added(signer, benchmark, date) for signer in signers]
            replace_file(folder / LEDGER / LEAVES, canonical.dump_lines(leaves))
            board = keys_of(leaves, "board")
        _refuse_strangers(signers, keys, board)
        checkpoint = sign_root(benchmark, state_of(leaves), date, signers)
        signed = SignedCheckpoint(
            schema_version=1, keys=[signer.public.hex() for signer in signers], threshold=1, checkpoint=checkpoint
        )
        replace_file(folder / LEDGER / SIGNED, canonical.dump(signed))
        return Signed(len(leaves), [key_id(signer.public) for signer in signers])


def _key_added(signer: Signer, benchmark: str, date: Date) -> Leaf:
    return Leaf(kind="key_added", benchmark=benchmark, date=date, key=signer.public.hex(), role="board")


def _refuse_strangers(signers: Sequence[Signer], files: Sequence[Path], board: Sequence[bytes]) -> None:
    if len({signer.public for signer in signers}) < len(signers):
        raise fault("--key", "names one key twice; a signature counts once")
    reason = "is no key of this log; add it with `proofboard log append --kind key_added --role board`, signed by the"
    faults = [
        Fault(str(file), 0, f"{reason} present one")
        for signer, file in zip(signers, files, strict=True)
        if signer.public not in board
    ]
    if faults:
        raise InputError(faults)


def appended_text(folder: Path, appended: Appended) -> str:
    """Say what was added, for people."""
    if not appended.leaves:
        return f"{folder}: nothing to add, the log knows every entry\n"
    count = len(appended.leaves)
    last = appended.first + count - 1
    places = f"leaf {last}" if count == 1 else f"leaves {appended.first} to {last}"
    return f"{folder}: {places} added; {SIGN_IT} before the next build\n"
