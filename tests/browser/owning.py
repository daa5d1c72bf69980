"""A live board that somebody runs: its owner, its submitter, their browsers, and a worker that works when told."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from api_builders import Service, running
from browser.places import WITHOUT_LIMIT
from browser.visiting import Visit, new_context
from people_builders import member, person, session_of
from proofboard.app.people.recognising import csrf_cookie, session_cookie
from proofboard.app.service.actors import Actor
from proofboard.app.service.dispatching import begun, claim, settle, waiting_queues
from proofboard.errors import InputError
from proofboard.pipeline.steps import FLOWS
from proofboard.schemas.states import Role
from proofboard.store.database import SQLITE_FILE, Database, sqlite_engine
from proofboard.store.tables import Organisation
from review_builders import BOARD, Published
from service_builders import SetClock, make_tables, new_instance, organisation

WORKER: Final = "worker-of-the-test"
AT_ONCE: Final = 10
REFUSED: Final = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
"""What the browser says of an answer that a test brings about."""


class Office:
    """The board of `review_builders.Published` behind a service, with the entry `acme/quick` of the submitter acme."""

    def __init__(self, folder: Path, browser: Browser, stack: ExitStack) -> None:
        """Start the service; jobs wait until `work` is called."""
        limits = dict.fromkeys(("reads_per_minute", "writes_per_minute", "strangers_per_minute"), WITHOUT_LIMIT)
        data = folder / "data"
        data.mkdir()
        # Where a worker process finds it.
        database = Database(sqlite_engine(data / SQLITE_FILE))
        make_tables(database)
        self.clock = SetClock()
        self.instance = new_instance(database, data, self.clock, **limits)
        self.published = Published(self.instance, folder / "made")
        self.service: Service = stack.enter_context(running(self.instance))
        self._browser, self._stack = browser, stack
        self.visits: list[Visit] = []

    @property
    def root(self) -> str:
        """Answer where the server stands."""
        return f"{self.service.address}/"

    @property
    def address(self) -> str:
        """Answer where the board stands."""
        return f"{self.root}boards/{BOARD}/"

    @property
    def host(self) -> str:
        """Answer the id of the organisation that runs the board."""
        return str(self.published.owner.organisation_id)

    @property
    def acme(self) -> str:
        """Answer the id of the organisation that handed `acme/quick` in."""
        return str(self.published.submitter.organisation_id)

    def other(self, name: str) -> str:
        """Answer the id of another organisation, which is made when it is named first."""
        with self.instance.database.reading() as session:
            known = session.scalar(select(Organisation.id).where(Organisation.name == name))
        return known or organisation(self.instance, name)

    def owner(self, role: Role = "owner") -> Actor:
        """Make somebody who runs the board."""
        return member(self.instance, self.host, role)

    def visit(self, who: Actor | None, *, address: str | None = None, **options: Any) -> Visit:
        """Open a browser, of somebody who signed in or of nobody."""
        context = new_context(self._browser, **options)
        self._stack.callback(context.close)
        if who is not None:
            token, csrf = session_of(self.instance, who)
            named = {session_cookie(self.instance.settings): token, csrf_cookie(self.instance.settings): csrf}
            context.add_cookies([{"name": name, "value": value, "url": self.root} for name, value in named.items()])
        visit = Visit(context, address or self.address)
        self.visits.append(visit)
        return visit

    def open(self, query: str, who: Actor | None = None, **options: Any) -> Page:
        """Open a view of the board in a browser of its own."""
        return self.visit(who, **options).goto(query)

    def complaints(self) -> list[str]:
        """List what pages complained of, but for the refusals that the browser itself reports."""
        heard = [text for visit in self.visits for text in visit.complaints if not REFUSED.search(text)]
        return heard + [f"asked {address}" for visit in self.visits for address in visit.foreign]

    def stranger(self) -> Actor:
        """Make somebody who signed in and belongs to no organisation."""
        return Actor("person", person(self.instance))

    def work(self) -> None:
        """Do what waits, as a worker does; what the owner has to change first has failed then."""
        for queue in waiting_queues(self.instance):
            for job in claim(self.instance, WORKER, queue, AT_ONCE):
                own = begun(self.instance, job.id, WORKER)
                if own is None:
                    continue
                try:
                    FLOWS[own.kind].steps(self._do, own.subject)
                except InputError:
                    settle(self.instance, own, "failed", "a fault of the software")
                else:
                    settle(self.instance, own, "done", None)

    def _do(self, name: str, verb: Callable[..., Any], *arguments: Any) -> Any:  # noqa: ARG002 - as `Do` says
        return verb(self.instance, *arguments)


def tab(office: Office, name: str, **options: Any) -> Page:
    """Open a tab of the owner's page, as an owner."""
    return office.open(f"?page=owner&tab={name}", office.owner(), **options)
