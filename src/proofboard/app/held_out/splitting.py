"""Split items into a public and a held-out half, bound by commitments that are published before any scoring."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from proofboard import canonical
from proofboard.app.held_out.store import ITEMS, KEY_FILE, read_key
from proofboard.app.repository import tracked_by_git
from proofboard.disclosure.commitments import commitments, split_items
from proofboard.errors import HeldOutError, OutputError, fault
from proofboard.record.freeze import PUBLIC_ITEMS, write
from proofboard.schemas.item import Item
from proofboard.schemas.lines import read_lines

COMMITMENTS = "items/commitments.json"


@dataclass(frozen=True, slots=True)
class Split:
    """How many items went where."""

    n_public: int
    n_held_out: int
    commitment: str


def split(items_file: Path, folder: Path, store: Path, *, share: float, by: tuple[str, ...] = ()) -> Split:
    """Write the public half and the commitments below `folder`, the held-out half and the key into `store`.

    The key in the store is used if it is there; otherwise a new one is drawn. Existing halves are never overwritten.
    """
    if store.resolve().is_relative_to(folder.resolve()):
        raise HeldOutError(f"{store}: lies inside the benchmark directory {folder}; keep the held-out store elsewhere")
    for path in (folder / PUBLIC_ITEMS, folder / COMMITMENTS, store / ITEMS):
        if path.exists() and path.resolve() != items_file.resolve():
            raise OutputError(f"{path}: is there already; a split is made once, remove it to make another")
    items = read_lines(items_file, Item).rows
    if absent := sorted(set(by) - {facet for item in items for facet in item.facets}):
        raise fault(items_file, f"has no facet {', '.join(absent)}; name facets of the items in --by")
    key = read_key(store / KEY_FILE) if (store / KEY_FILE).exists() else secrets.token_bytes(32)
    public, held_out = split_items(items, key, share, by)
    if not public or not held_out:
        raise fault(items_file, f"gives {len(public)} public, {len(held_out)} held-out items; change --share or --by")
    bound = canonical.dump(commitments(held_out, key))
    write(store / KEY_FILE, key.hex().encode() + b"\n")
    (store / KEY_FILE).chmod(0o600)
    write(store / ITEMS, canonical.dump_lines(held_out))
    if tracked := tracked_by_git(store):
        raise HeldOutError(f"{store}: {tracked} is tracked by git; take the store out of the repository")
    write(folder / COMMITMENTS, bound)
    write(folder / PUBLIC_ITEMS, canonical.dump_lines(public))
    return Split(len(public), len(held_out), canonical.digest(bound))
