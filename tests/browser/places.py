"""Where a board can stand: behind the API of a live service, or as files below some path of a server of files."""

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Literal

import httpx2
import msgspec
from playwright.sync_api import Browser, Page, Route
from sqlalchemy import select

from api_builders import Service, publish_site, running
from browser.boards import BOARDS
from browser.visiting import PHONE, WIDE, Visit, new_context, served
from people_builders import member, session_of
from proofboard import canonical
from proofboard.app.people.recognising import csrf_cookie, session_cookie
from proofboard.app.service.actors import Actor
from proofboard.publish import page
from proofboard.schemas.states import Role
from proofboard.store.database import Database, sqlite_engine
from proofboard.store.tables import Organisation
from service_builders import SetClock, make_tables, new_instance, organisation

Kind = Literal["served", "exported"]

ROOT: Final = "publication.json"
SUB_PATH: Final = "some/where"
WITHOUT_LIMIT: Final = 1_000_000
AT_ONCE: Final = ("rich", "empty", "single", "small")
"""Boards that every service has from its start, so that its root is the index of several."""

UNDER_TEST: Final = os.environ.get("PAGE_UNDER_TEST")
"""A folder with a build of `web/` that takes the place of the packaged page."""


class Sites:
    """Every board of the tests, built once when it is asked for first."""

    def __init__(self, folder: Path) -> None:
        """Keep sites below a folder."""
        self.folder = folder
        self._built: dict[str, Path] = {}
        if UNDER_TEST and Path(page.__file__).parent != folder:
            (folder / "site").symlink_to(Path(UNDER_TEST).resolve(), target_is_directory=True)
            page.__file__ = str(folder / "page.py")
            page.page_assets.cache_clear()

    def __getitem__(self, name: str) -> Path:
        """Return the site of a board."""
        if name not in self._built:
            place = self.folder / name
            place.mkdir()
            self._built[name] = BOARDS[name](place)
        return self._built[name]


class Files:
    """A server of files with sites below a path, which knows nothing of them."""

    def __init__(self, folder: Path, sites: Sites, stack: ExitStack) -> None:
        """Start the server."""
        self._folder, self._sites = folder / SUB_PATH, sites
        self._folder.mkdir(parents=True)
        self.root = stack.enter_context(served(folder))

    def address_of(self, board: str) -> str:
        """Answer where a board of the tests stands."""
        return self.host(self._sites[board], board)

    def host(self, site: Path, name: str) -> str:
        """Put a site there under a name; answers its address."""
        place = self._folder / name
        if not place.exists():
            place.symlink_to(site, target_is_directory=True)
        return f"{self.root}{SUB_PATH}/{name}/"


class Live:
    """A live service with boards, in a thread of this process."""

    def __init__(self, folder: Path, sites: Sites, stack: ExitStack) -> None:
        """Start the service."""
        self._sites, self._known = sites, set(AT_ONCE)
        database = Database(sqlite_engine(folder / "proofboard.sqlite"))
        make_tables(database)
        limits = dict.fromkeys(("reads_per_minute", "writes_per_minute", "strangers_per_minute"), WITHOUT_LIMIT)
        self.clock = SetClock()
        self.instance = new_instance(database, folder, self.clock, **limits)
        for name in AT_ONCE:
            publish_site(self.instance, sites[name], name)
        self.service: Service = stack.enter_context(running(self.instance))
        self.root = f"{self.service.address}/"

    def address_of(self, board: str) -> str:
        """Answer where a board of the tests stands."""
        return self.host(self._sites[board], board) if board not in self._known else f"{self.root}boards/{board}/"

    def host(self, site: Path, name: str) -> str:
        """Publish a site under a name; answers its address once readers see it."""
        address = f"{self.root}boards/{name}/"
        if name not in self._known:
            publish_site(self.instance, site, name)
            self._known.add(name)
            while httpx2.get(f"{address}{ROOT}").status_code != httpx2.codes.OK:
                time.sleep(0.02)
        return address

    def sign_in(self, role: Role, org: str | None) -> tuple[Actor, list[dict[str, Any]]]:
        """Make a member of an organisation, by default of the host's; answers the cookies of their browser."""
        with self.instance.database.reading() as session:
            chosen = Organisation.name == org if org else Organisation.is_host.is_(True)
            known = session.scalar(select(Organisation.id).where(chosen))
        who = member(self.instance, known or organisation(self.instance, str(org)), role)
        token, csrf = session_of(self.instance, who)
        named = {session_cookie(self.instance.settings): token, csrf_cookie(self.instance.settings): csrf}
        return who, [{"name": name, "value": value, "url": self.root} for name, value in named.items()]


class Place:
    """A board in a browser, at one of both places; what its pages complain of is collected."""

    def __init__(self, kind: Kind, at: Files | Live, browser: Browser, stack: ExitStack) -> None:
        """Show the rich board."""
        self.kind = kind
        self._at, self._browser, self._stack = at, browser, stack
        self._visits: list[Visit] = []
        self._answers: list[tuple[str, Callable[[Route], None]]] = []
        self._forgiven: list[str] = []
        self._cookies: list[dict[str, Any]] = []
        self.address = at.address_of("rich")

    @property
    def is_live(self) -> bool:
        """Say whether a live service stands behind it."""
        return self.kind == "served"

    @property
    def live(self) -> Live:
        """Answer the service behind it; only where there is one."""
        assert isinstance(self._at, Live), "a board that is a folder of files has no service"
        return self._at

    def on(self, board: str) -> "Place":
        """Show another board of `browser.boards` from now on; "" is the root of the server, where several live."""
        self.address = self._at.address_of(board) if board else self._at.root
        if not board:
            # No single board lives there, and the browser complains of the answer that says so.
            self.forgive("Failed to load resource.*404")
        return self

    def host(self, site: Path, name: str) -> "Place":
        """Show a site that a test made from now on, under a name that no other test uses."""
        self.address = self._at.host(site, name)
        return self

    def sign_in(self, role: Role = "owner", org: str | None = None) -> Actor:
        """Let pages that are opened from now on be those of a new member, by default of who runs the server."""
        who, self._cookies = self.live.sign_in(role, org)
        return who

    def forgive(self, *patterns: str) -> None:
        """Let complaints pass that a test brings about itself: parts of texts, as regular expressions."""
        self._forgiven += patterns

    def answer(self, path: str, status: int = 200, body: bytes = b"", **options: Any) -> None:
        """Answer a path of the board (a pattern such as `entries/**`) in the server's place, in all pages from now on.

        Headers of the server stay, unless `options` of Playwright's `fulfill` say otherwise. That the browser complains
        of the status is forgiven.
        """
        if status >= httpx2.codes.BAD_REQUEST:
            self.forgive(f"Failed to load resource.*{status}")

        def fulfilled(route: Route) -> None:
            given = options or {"headers": self._headers(route.request.url)}
            route.fulfill(status=status, body=body, **given)

        self._answers.append((f"**/{path}", fulfilled))

    def _headers(self, address: str) -> dict[str, str]:
        said = httpx2.get(address, headers={"accept-encoding": "identity"}).headers
        kept = {"content-type", "content-location", "link", "content-security-policy"}
        return {name: value for name, value in said.items() if name in kept}

    def replace(self, documents: Mapping[str, bytes]) -> None:
        """Answer other bytes for some documents, whose digests the root names: pages believe that they were built."""
        root = msgspec.json.decode(self.read(ROOT))
        root["documents"] |= {path: canonical.digest(raw) for path, raw in documents.items()}
        for path, raw in documents.items():
            self.answer(path, body=raw)
        self.answer(ROOT, body=canonical.dump(root))

    def read(self, path: str) -> bytes:
        """Return a document of the board as the server has it."""
        return httpx2.get(self.address + path).raise_for_status().content

    def document(self, path: str) -> Any:
        """Return a JSON document of the board as the server has it."""
        return msgspec.json.decode(self.read(path))

    def visit(self, *, width: int | None = None, **options: Any) -> Visit:
        """Open a page in a context of its own; `options` are those of Playwright."""
        if width is not None:
            options["viewport"] = PHONE if width == PHONE["width"] else {**WIDE, "width": width}
        context = new_context(self._browser, **options)
        self._stack.callback(context.close)
        if self._cookies:
            context.add_cookies(self._cookies)  # type: ignore[arg-type] # the dictionaries that it asks for
        for pattern, answer in self._answers:
            context.route(re.compile(_as_expression(pattern)), answer)
        visit = Visit(context, self.address)
        self._visits.append(visit)
        return visit

    def open(self, query: str = "", **options: Any) -> Page:
        """Open a view in a context of its own; returns the page once it, or what failed, is drawn."""
        return self.visit(**options).goto(query)

    def complaints(self) -> Sequence[str]:
        """Return what pages complained of, and what they asked others for, but for what was forgiven."""
        heard = [text for visit in self._visits for text in visit.complaints]
        foreign = [f"asked {address}" for visit in self._visits for address in visit.foreign]
        return [text for text in [*heard, *foreign] if not any(re.search(one, text) for one in self._forgiven)]


def _as_expression(pattern: str) -> str:
    """Turn a pattern of paths into an expression; queries after it do not count."""
    parts = [re.escape(part).replace(r"\*", "[^/?]*") for part in pattern.split("**")]
    return "^" + ".*".join(parts) + r"(\?.*)?$"
