"""Find held-out material in a folder that is about to be handed over, before it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from proofboard.app.held_out.store import ITEMS, KEY_FILE, STORE_FILE
from proofboard.archives.names import tree
from proofboard.schemas.bundle import MANIFEST, Manifest

NAMES: Final = frozenset({STORE_FILE, KEY_FILE, Path(ITEMS).name})
"""Files by which a held-out store is known."""


def strays(folder: Path) -> list[str]:
    """List the files below a folder that belong to a held-out store, by their paths in it."""
    return [name for name in tree(folder) if Path(name).name in NAMES or _answers_held_out(folder / name)]


def stores_in(folder: Path) -> set[str]:
    """Return the folders below a folder that are held-out stores, by their paths in it; `""` is the folder itself."""
    return set(_stores(strays(folder)))


def _stores(found: list[str]) -> Iterator[str]:
    for name in found:
        place, _, file = name.rpartition("/")
        yield place.removesuffix("items").rstrip("/") if f"items/{file}" == ITEMS else place


def _answers_held_out(file: Path) -> bool:
    if file.name != MANIFEST:
        return False
    try:
        return msgspec.json.decode(file.read_bytes(), type=Manifest).item_set == "held_out"
    except msgspec.MsgspecError:
        return False
