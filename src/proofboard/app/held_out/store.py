"""A held-out store: where it may lie, its items, its key, and the copy of it that a machine works with."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

from proofboard.app.benchmark_folder import BenchmarkFolder, read_items
from proofboard.app.repository import may_be_committed, tracked_by_git
from proofboard.core.items import ItemTable, item_table
from proofboard.disclosure.commitments import SHORTEST_KEY_BYTES, broken_commitments
from proofboard.errors import HeldOutError, OutputError, fault
from proofboard.schemas.base import Document
from proofboard.schemas.publication import Commitments
from proofboard.schemas.reading import parse_document, read_bytes, read_yaml
from proofboard.verify.plain_text import plain

ITEMS: Final = "items/held_out.jsonl"
STORE_FILE: Final = "held_out.yaml"
KEY_FILE: Final = "split.key"
SHOWN: Final = 3


class HeldOutStore(Document, frozen=True):
    """`held_out.yaml`: what kind of store this is."""

    demonstration: bool = False
    """True where the held-out texts lie in the open on purpose; every board made with it says so."""
    note: str | None = None


def held_out_table(read: BenchmarkFolder, store: Path) -> ItemTable:
    """Read the held-out items; they are not public, and they are those that were committed to."""
    table = held_out_items(read, store)
    if shared := shared_items(table, read):
        named = [f"{own} (public: {other})" if own != other else own for own, other in list(shared.items())[:5]]
        raise fault(store / ITEMS, f"holds {len(shared)} public items too: {', '.join(named)}; keep each in one half")
    refuse_uncommitted(table, read, store)
    return table


def held_out_items(read: BenchmarkFolder, store: Path) -> ItemTable:
    """Read the held-out items of a store."""
    if not store.is_dir():
        raise fault(store, "is not a folder; give the held-out store (proofboard held-out fetch copies one)")
    return item_table(read_items(store, ITEMS, read.benchmark))


def shared_items(table: ItemTable, read: BenchmarkFolder) -> dict[str, str]:
    """Map held-out items that are public, by their id or by their prompt, to the ids of the public ones."""
    public = [*read.table.items, *(read.repair.items if read.repair else ())]
    ids = {item.id for item in public}
    prompts = {plain(item.prompt): item.id for item in public if item.prompt}
    owners = {item.id: item.id if item.id in ids else prompts.get(plain(item.prompt or "")) for item in table.items}
    return {own: other for own, other in owners.items() if other is not None}


def refuse_uncommitted(table: ItemTable, read: BenchmarkFolder, store: Path) -> None:
    """Hold the held-out items against the published commitments; raises HeldOutError."""
    if read.commitments is None:
        return
    key = read_key(store / KEY_FILE)
    published = parse_document(read.commitments, Commitments, str(read.benchmark.item_sets.commitments))
    if broken := broken_commitments(table.items, key, published):
        first = ", ".join(f"{name} {reason}" for name, reason in list(broken.items())[:SHOWN])
        more = f" and {len(broken) - SHOWN} more" if len(broken) > SHOWN else ""
        raise HeldOutError(f"{store}: is not the store that was committed to: {first}{more}")


def read_key(path: Path) -> bytes:
    """Read a secret split key: hexadecimal digits on one line."""
    try:
        key = bytes.fromhex(read_bytes(path, 4096).decode("ascii").strip())
    except ValueError as error:
        raise fault(path, "is not a key; expected hexadecimal digits on one line") from error
    if len(key) < SHORTEST_KEY_BYTES:
        raise fault(path, f"has {len(key)} bytes, at least {SHORTEST_KEY_BYTES} are needed")
    return key


def store_of(store: Path) -> HeldOutStore:
    """Read what kind of store a folder is; without a file it is a private one."""
    path = store / STORE_FILE
    return read_yaml(path, HeldOutStore) if path.is_file() else HeldOutStore()


def refuse_misplaced(store: Path, site: Path) -> None:
    """Refuse a store that would be published or is versioned; raises HeldOutError."""
    if real(store).is_relative_to(real(site)) or real(site).is_relative_to(real(store)):
        raise HeldOutError(f"{store}: the held-out store and the site {site} contain each other; keep them apart")
    if tracked := tracked_by_git(store):
        raise HeldOutError(
            f"{store}: {tracked} is tracked by git; take it out of the repository, or copy the store to an ignored "
            "folder with `proofboard held-out fetch`"
        )


def real(path: Path) -> Path:
    """Follow the links of a path; a loop of links is no error here, because what it leads to is never there."""
    return Path(os.path.realpath(path))


def fetch(source: Path, cache: Path) -> int:
    """Copy a private store into an ignored cache; returns the number of files.

    An existing folder is replaced only if it is empty or an earlier copy of a store; raises HeldOutError.
    """
    if not source.is_dir():
        raise fault(source, "is not a folder; give the held-out store")
    if not (source / ITEMS).is_file():
        raise fault(source / ITEMS, "is not there, so this is not a held-out store")
    _refuse_to_replace(source, cache)
    if may_be_committed(cache.resolve()):
        raise HeldOutError(f"{cache}: git does not ignore this folder; add it to .gitignore or choose another")
    links = [path for path in sorted(source.rglob("*")) if path.is_symlink()]
    if links:
        raise fault(links[0], "is a symbolic link; a held-out store holds files only")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{cache.name}-", dir=cache.parent))
    except OSError as error:
        raise OutputError(f"{cache}: cannot be written ({error.strerror}); choose another folder") from error
    try:
        copy = Path(shutil.copytree(source, aside / "store"))
        shutil.rmtree(cache, ignore_errors=True)
        copy.rename(cache)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return sum(1 for path in cache.rglob("*") if path.is_file())


def _refuse_to_replace(source: Path, cache: Path) -> None:
    """Refuse to lose anything but an earlier copy of a store; raises HeldOutError."""
    if real(cache).is_relative_to(real(source)) or real(source).is_relative_to(real(cache)):
        raise HeldOutError(f"{cache}: this folder and the store {source} contain each other; choose another folder")
    if cache.is_symlink() or (cache.exists() and not cache.is_dir()):
        raise HeldOutError(f"{cache}: is there and is not a folder; choose another place")
    if cache.is_dir() and any(cache.iterdir()) and not (cache / ITEMS).is_file():
        raise HeldOutError(
            f"{cache}: holds files but no {ITEMS}, so it is no earlier copy of a store; choose an empty folder"
        )
