"""A service with all that somebody could want to reach, and everybody who could ask; requests without a socket."""

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from api_builders import sqlite_instance
from people_builders import member, person, session_of
from proofboard.api.main import make_app
from proofboard.api.publications import Application
from proofboard.app.people.recognising import CSRF_HEADER, KEY_HEADER, session_cookie
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.publications import document, published
from proofboard.store.tables import (
    Appeal,
    Audit,
    AuditRecord,
    Delivery,
    Event,
    Invitation,
    Job,
    KeptFile,
    Publication,
    Rerun,
    Schedule,
    SigningKey,
    SubmissionMove,
)
from review_builders import BOARD, Published
from service_builders import benchmark_row, key, key_and_id, organisation, submission_row

UNLIMITED: Final = 1_000_000
SECRET: Final = "known to acme alone"  # noqa: S105 - it is a text that must not be found
"""In everything of acme that others must not read."""
STREAM_SECONDS: Final = 0.1
OTHER_BOARD: Final = "second"
PUBLIC_KEY: Final = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
ROLES: Final = ("submitter", "maintainer", "owner")

Headers = dict[str, str]


class Answered(msgspec.Struct, frozen=True):
    """What was answered."""

    status: int
    headers: list[tuple[str, str]]
    raw: bytes

    def header(self, name: str) -> str | None:
        """Return a header; None where there is none."""
        return next((value for own, value in self.headers if own == name), None)

    def json(self) -> Any:
        """Read the answer as JSON."""
        return msgspec.json.decode(self.raw)


class Asking:
    """Asks an application without a socket, so that a request may be whatever a socket could carry."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._runner = asyncio.Runner()

    def close(self) -> None:
        """End its event loop."""
        self._runner.close()

    def ask(
        self, method: str, target: str | bytes, headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Answered:
        """Send one request; a body is JSON where it is no bytes.

        Of an answer that goes on for ever, what comes within a tenth of a second is read.
        """
        sent = {**(headers or {})}
        raw = body if isinstance(body, bytes) else b"" if body is None else msgspec.json.encode(body)
        if body is not None:
            sent = {"content-type": "application/json", **sent}
        listed = [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]
        return self._runner.run(self._asked(scope_of(method, target, listed), raw))

    async def _asked(self, scope: dict[str, Any], raw: bytes) -> Answered:
        began = asyncio.Event()
        pending = [{"type": "http.request", "body": raw, "more_body": False}]
        answered: list[Any] = []

        async def receive() -> dict[str, Any]:
            if pending:
                return pending.pop()
            await began.wait()
            await asyncio.sleep(STREAM_SECONDS)
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            answered.append(message)
            if message["type"] == "http.response.body":
                began.set()

        await self._app(scope, receive, send)
        pairs = [(name.decode(), value.decode("latin-1")) for name, value in answered[0]["headers"]]
        return Answered(answered[0]["status"], pairs, b"".join(own.get("body", b"") for own in answered[1:]))


def scope_of(method: str, target: str | bytes, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """Make the ASGI scope of a request as uvicorn does."""
    raw = target if isinstance(target, bytes) else target.encode()
    path, _, query = raw.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"board.example"), *headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("board.example", 80),
        "state": {},
    }


class World:
    """A published board `units` of the host with an entry of acme, work of acme on its way, and strangers.

    `askers` are headers by who asks; `ids` are what paths may name.
    """

    def __init__(self, folder: Path) -> None:
        limits = dict.fromkeys(("reads_per_minute", "writes_per_minute", "strangers_per_minute"), UNLIMITED)
        self.instance = sqlite_instance(folder / "data", public_url="http://board.example", **limits)
        self.published = Published(self.instance, folder)
        self.host = str(self.published.owner.organisation_id)
        self.acme = str(self.published.submitter.organisation_id)
        self.bolt = organisation(self.instance, "bolt")
        benchmark_row(self.instance, self.host, OTHER_BOARD)
        self.ids: dict[str, str] = {"item": public_item(self.instance)}
        self._add_people()
        self._add_submissions()
        self._add_work()
        self.askers = self._everybody()
        self.asking = Asking(make_app(self.instance))
        self._snapshot = sqlite3.connect(":memory:")
        self.keep()

    def keep(self) -> None:
        """Remember how everything is now."""
        self._copy(to_snapshot=True)
        blobs = self.instance.settings.data / "blobs"
        self._blobs = {own: own.read_bytes() for own in blobs.rglob("*") if own.is_file()}

    def ask(self, method: str, target: str, who: str = "nobody", body: Any = None) -> Answered:
        """Ask as somebody; `{name}` in the target and the body stands for an id."""
        return self.asking.ask(method, self.filled(target), self.askers[who], self.filled(body))

    def filled(self, value: Any) -> Any:
        """Put ids in the place of their names."""
        if isinstance(value, str):
            return value.format_map(self.ids)
        if isinstance(value, dict):
            return {name: self.filled(own) for name, own in value.items()}
        return value

    def restore(self) -> None:
        """Undo whatever was changed."""
        self._copy(to_snapshot=False)
        for place, raw in self._blobs.items():
            if not place.exists():
                place.write_bytes(raw)

    def close(self) -> None:
        """Let everything go."""
        self.asking.close()
        self._snapshot.close()
        self.instance.database.close()

    def _copy(self, *, to_snapshot: bool) -> None:
        live = sqlite3.connect(str(self.instance.database.engine.url.database))
        try:
            if to_snapshot:
                live.backup(self._snapshot)
            else:
                self._snapshot.backup(live)
        finally:
            live.close()

    def _add_people(self) -> None:
        instance = self.instance
        for name in ("ada", "ben"):
            own = person(instance, f"{name}.{SECRET.replace(' ', '.')}@acme.example")
            member(instance, self.acme, "owner" if name == "ada" else "submitter", of=own)
            self.ids[name] = own
        self.ids["key"] = key_and_id(instance, self.acme, "submitter", name=SECRET)[1]
        now = instance.now()
        with instance.database.writing() as session:
            named = {"organisation_id": self.acme, "created_at": now}
            invitation = Invitation(
                id=new_id("inv"), email=f"{SECRET}@acme.example", role="submitter", expires_at="2099", **named
            )
            signing = SigningKey(
                id=new_id("sig"), key_id=f"sha256:{'1' * 64}", public_key=PUBLIC_KEY, name="a machine", **named
            )
            delivery = Delivery(
                id=new_id("dlv"), channel="mail", target=SECRET, subject=SECRET, body=SECRET, next_at=now, **named
            )
            session.add_all((invitation, signing, delivery))
            self.ids |= {"invitation": invitation.id, "signing_key": signing.id, "delivery": delivery.id}
            about = {"subject_kind": "key", "subject": SECRET, "details": {"said": SECRET}, "at": now}
            session.add(AuditRecord(actor=SECRET, organisation_id=self.acme, action="key made", **about))
            session.add(
                Event(benchmark_id=BOARD, kind="submission", audience=self.acme, body={"submission": SECRET}, at=now)
            )

    def _add_submissions(self) -> None:
        instance, now = self.instance, self.instance.now()
        waiting = submission_row(
            instance, self.acme, BOARD, state="in_review", entry="acme/next", model=SECRET, remarks=[SECRET]
        )
        log = instance.blobs.put(SECRET.encode())
        self.ids |= {"submission": waiting, "published": self.published.submission, "log": log}
        with instance.database.writing() as session:
            about = {"submission_id": waiting, "created_at": now}
            session.add(SubmissionMove(submission_id=waiting, state="in_review", at=now, note=SECRET))
            session.add(KeptFile(kind="log", name="evaluation.jsonl", digest=log, n_bytes=len(SECRET), **about))
            audit = Audit(
                id=new_id("aud"),
                benchmark_id=BOARD,
                because=SECRET,
                findings=[SECRET],
                state="open",
                decision=None,
                **about,
            )
            session.add(audit)
            self.ids["audit"] = audit.id

    def _add_work(self) -> None:
        now = self.instance.now()
        moves = [{"state": "filed", "at": now, "actor": "key:x", "note": None}]
        appeal = Appeal(
            id=new_id("app"),
            benchmark_id=BOARD,
            entry="acme/quick",
            organisation_id=self.acme,
            actor="key:x",
            reason="It was withdrawn for nothing.",
            state="filed",
            moves=moves,
            due_at=now,
            created_at=now,
        )
        rerun = Rerun(
            id=new_id("run"),
            benchmark_id=BOARD,
            entry="example/default",
            bundle_digest=f"sha256:{'2' * 64}",
            organisation_id=self.acme,
            actor="key:x",
            state="waiting",
            report={"publication": f"sha256:{'3' * 64}"},
            created_at=now,
        )
        schedule = Schedule(
            id=new_id("sch"), benchmark_id=BOARD, name="mornings", kind="close", cron="0 5 * * *", next_at=now,
            created_at=now, options={},
        )  # fmt: skip
        draft = Publication(
            benchmark_id=BOARD, digest=f"sha256:{'4' * 64}", documents=published(self.instance, BOARD).documents,
            kind="close", is_draft=True, log_size=0, created_at=now,
        )  # fmt: skip
        job = Job(
            id=new_id("job"), kind="draft", subject=BOARD, benchmark_id=BOARD, organisation_id=self.host,
            queue="trusted", state="done", created_at=now, started_at=now, finished_at=now,
        )  # fmt: skip
        with self.instance.database.writing() as session:
            session.add_all((appeal, rerun, schedule, draft, job))
        self.ids |= {"appeal": appeal.id, "rerun": rerun.id, "schedule": schedule.id, "draft": draft.digest}
        self.ids["job"] = job.id

    def _everybody(self) -> dict[str, Headers]:
        instance = self.instance
        found: dict[str, Headers] = {"nobody": {}}
        for name, own in (("bolt", self.bolt), ("acme", self.acme), ("host", self.host)):
            found |= {f"{name} {role}": {KEY_HEADER: key(instance, own, role)} for role in ROLES}
        found["acme limited"] = {KEY_HEADER: key(instance, self.acme, "owner", OTHER_BOARD)}
        found["host limited"] = {KEY_HEADER: key(instance, self.host, "owner", OTHER_BOARD)}
        long_ago = "2020-01-01T00:00:00.000000Z"
        found["revoked"] = {KEY_HEADER: key(instance, self.host, "owner", revoked_at=long_ago)}
        found["expired"] = {KEY_HEADER: key(instance, self.host, "owner", expires_at=long_ago)}
        token, csrf = session_of(instance, member(instance, self.host, "owner"))
        cookie = SimpleCookie({session_cookie(instance.settings): token}).output(header="").strip()
        found["session"] = {"cookie": cookie, CSRF_HEADER: csrf}
        found["forged"] = {"cookie": cookie}
        return found


def public_item(instance: Instance) -> str:
    """Return the id of an item of the board."""
    found = msgspec.json.decode(document(instance, BOARD, "items.json"))
    return str(found["items"][0]["id"])


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Make a world, and let it go."""
    made = World(folder)
    try:
        yield made
    finally:
        made.close()
