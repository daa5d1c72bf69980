"""What was released of a held-out set so far, kept beside it in `held_out.sqlite`: nobody else may know the items."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.held_out.store import held_out_table
from proofboard.disclosure.differencing import refuse_differencing
from proofboard.errors import StorageError

FILE: Final = "held_out.sqlite"
TABLES: Final = """
CREATE TABLE IF NOT EXISTS item_sets (digest TEXT PRIMARY KEY, items TEXT NOT NULL, first_released TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS releases (
    publication TEXT NOT NULL, entry TEXT NOT NULL, item_set TEXT NOT NULL REFERENCES item_sets (digest),
    released_on TEXT NOT NULL, PRIMARY KEY (publication, entry)
);
"""


def refuse_close(read: BenchmarkFolder, store: Path) -> None:
    """Refuse a close whose released scores could be set against those of an earlier one; raises DisclosureError."""
    with _opened(store) as database:
        rows = database.execute("SELECT first_released, items FROM item_sets").fetchall()
    earlier = {day: msgspec.json.decode(items, type=list[str]) for day, items in rows}
    refuse_differencing(_items(read, store), earlier, read.benchmark.policies.minimum_cell)


def record_close(read: BenchmarkFolder, store: Path, publication: str, entries: list[str], day: str) -> None:
    """Remember over which items the scores of a publication were released; the same again changes nothing."""
    items = sorted(_items(read, store))
    digest = canonical.digest_of(items)
    with _opened(store) as database, database:
        database.execute(
            "INSERT OR IGNORE INTO item_sets VALUES (?, ?, ?)", (digest, msgspec.json.encode(items).decode(), day)
        )
        database.executemany(
            "INSERT OR IGNORE INTO releases VALUES (?, ?, ?, ?)", [(publication, name, digest, day) for name in entries]
        )


def _items(read: BenchmarkFolder, store: Path) -> list[str]:
    """Name the items by what they ask and how they are graded: an item under a new id is no new item."""
    return [canonical.digest_of(msgspec.structs.replace(item, id="")) for item in held_out_table(read, store).items]


@contextmanager
def _opened(store: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(store / FILE, timeout=30)) as database:
            database.executescript(TABLES)
            yield database
    except sqlite3.Error as error:
        raise StorageError(f"{store / FILE}: cannot be used: {error}") from error
