"""A running web process on this machine, and boards that were published to it without workers."""

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx2
import msgspec
import uvicorn

from builders import built, three_entries, with_model
from proofboard import canonical
from proofboard.api.main import make_app, web_config
from proofboard.api.publications import Application
from proofboard.app.service.instance import Instance
from proofboard.store.database import Database, sqlite_engine
from proofboard.store.migrating import migrate
from proofboard.store.tables import Benchmark, Head, Publication, ScoreHistory
from service_builders import SetClock, benchmark_row, host, new_instance


class Service:
    """A web process that answers at an address, its instance, and a client of a reader."""

    def __init__(self, instance: Instance, address: str, client: httpx2.Client) -> None:
        self.instance = instance
        self.address = address
        self.client = client

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """Ask as a reader without a key."""
        return self.client.get(path, **options)

    def items(self, path: str, **options: Any) -> list[Any]:
        """Return the items of a list that is answered."""
        answer = self.get(path, **options)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["items"]
        return found


def sqlite_instance(folder: Path, **settings: Any) -> Instance:
    """Make an instance on a new SQLite database at its newest revision."""
    database = Database(sqlite_engine(folder / "proofboard.sqlite"))
    migrate(database)
    return new_instance(database, folder, SetClock(), **settings)


def publish_site(instance: Instance, site: Path, name: str = "small", *, is_draft: bool = False) -> str:
    """Put a built site into the blobs as the head of a board; returns the digest of its root."""
    documents = {
        path.relative_to(site).as_posix(): instance.blobs.put(path.read_bytes())
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }
    return publish_documents(instance, documents, name, is_draft=is_draft)


def publish_documents(
    instance: Instance, documents: Mapping[str, str], name: str = "small", *, is_draft: bool = False
) -> str:
    """Make documents that lie in the blobs the head of a board; returns the digest of its root."""
    with instance.database.reading() as session:
        known = session.get(Benchmark, name) is not None
    if not known:
        with instance.database.reading() as session:
            first = session.query(Benchmark).first()
            owner = first.organisation_id if first else None
        benchmark_row(instance, owner or host(instance), name)
    now = instance.now()
    with instance.database.writing() as session:
        row = Publication(
            benchmark_id=name,
            digest=documents["publication.json"],
            documents=instance.blobs.put(canonical.dump(dict(documents))),
            kind="close",
            is_draft=is_draft,
            log_size=0,
            created_at=now,
        )
        session.add(row)
        session.flush()
        if not is_draft:
            session.merge(Head(benchmark_id=name, publication=row.number, closed=row.number, version=row.number))
            session.add_all(_histories(instance, documents, row))
    return documents["publication.json"]


def _histories(instance: Instance, documents: Mapping[str, str], row: Publication) -> Iterator[ScoreHistory]:
    board = msgspec.json.decode(instance.blobs.get(documents["leaderboard.json"]))
    for own in board["entries"]:
        name = f"{own['vendor']}/{own['config_name']}"
        if f"entries/{name}.json" not in documents:
            continue  # a board that was made up for its size
        document = msgspec.json.decode(instance.blobs.get(documents[f"entries/{name}.json"]))
        yield ScoreHistory(
            publication=row.number,
            entry=name,
            benchmark_id=row.benchmark_id,
            model=own["model"] or name,
            bundle_digest=document["identity"]["bundles"][0]["bundle"],
            protocol_version=own["protocol_version"],
            rank=own["rank"],
            public_score=own["public"]["score"],
            held_out_score=own["held_out"]["score"],
            at=row.created_at,
        )


@contextmanager
def running(instance: Instance, app: Application | None = None) -> Iterator[Service]:
    """Serve an instance on a free port of this machine while the context is open."""
    server = uvicorn.Server(web_config(app or make_app(instance), "127.0.0.1", 0))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server ended before it listened"
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        with httpx2.Client(base_url=address, timeout=30) as client:
            yield Service(instance, address, client)
    finally:
        server.should_exit = True
        thread.join(timeout=20)


_KEPT: Final = tempfile.TemporaryDirectory(prefix="small-site-")


@cache
def small_site() -> Path:
    """Build the small board that the documentation shows, once for all tests of a process."""
    return built(Path(_KEPT.name), three_entries())


@cache
def grown_site() -> Path:
    """Build the same board with one entry more."""
    return built(Path(_KEPT.name), [*three_entries(), with_model("cato/base", "open/cato", 6)], name="grown")


def example_instance(folder: Path, **settings: Any) -> Instance:
    """Make an instance with the small board."""
    instance = sqlite_instance(folder / "data", **settings)
    publish_site(instance, small_site())
    return instance
