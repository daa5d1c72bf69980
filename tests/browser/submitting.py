"""A live board that takes submissions, and browsers of those who hand in; what a worker does is done when asked for."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page
from sqlalchemy import select

from api_builders import Service, running, sqlite_instance
from browser.places import WITHOUT_LIMIT
from browser.visiting import Visit, new_context
from intake_cases import artifact, configuration, open_benchmark, unlimited
from people_builders import member, person, session_of
from proofboard.app.intake.checking import check
from proofboard.app.people.recognising import csrf_cookie, session_cookie
from proofboard.app.service.actors import Actor
from proofboard.app.service.evaluating import begin, evaluate_batch, finish
from proofboard.app.service.publishing import close, publish
from proofboard.schemas.service import BenchmarkSettings
from proofboard.schemas.states import SETTLED, Role
from proofboard.store.tables import Submission
from service_builders import key, organisation

BOARD: Final = "small"
REFUSED: Final = "Failed to load resource.*(40|41|42)"
"""What the browser itself says of an answer that a test brings about."""


class Desk:
    """A board behind a live service, and the organisation acme that hands in to it."""

    def __init__(self, folder: Path, browser: Browser, stack: ExitStack, **settings: Any) -> None:
        """Start the service; nothing is published and nobody works yet."""
        limits = dict.fromkeys(("reads_per_minute", "writes_per_minute", "strangers_per_minute"), WITHOUT_LIMIT)
        self.folder, self._browser, self._stack = folder, browser, stack
        self.instance = sqlite_instance(folder / "data", **limits, **settings)
        self.service: Service = stack.enter_context(running(self.instance))
        self.acme = organisation(self.instance, "acme")
        self.key = key(self.instance, self.acme, "owner")
        self.visits: list[Visit] = []
        self._forgiven: list[str] = []

    def forgive(self, *patterns: str) -> None:
        """Let complaints pass that a test brings about itself."""
        self._forgiven += patterns

    def complaints(self) -> Sequence[str]:
        """Return what pages complained of, and what they asked others for."""
        heard = [text for visit in self.visits for text in visit.complaints]
        foreign = [f"asked {address}" for visit in self.visits for address in visit.foreign]
        return [text for text in [*heard, *foreign] if not any(re.search(one, text) for one in self._forgiven)]

    @property
    def address(self) -> str:
        """Answer where the board stands."""
        return f"{self.service.address}/boards/{BOARD}/"

    def with_board(self, settings: BenchmarkSettings | None = None, **folder: Any) -> "Desk":
        """Add the board and publish it."""
        close(self.instance, open_benchmark(self.instance, self.folder, settings or unlimited(), **folder))
        return self

    def member(self, role: Role = "submitter", **options: Any) -> Actor:
        """Make somebody of acme."""
        return member(self.instance, self.acme, role, **options)

    def nobody(self) -> Actor:
        """Make somebody who signed in and belongs to no organisation."""
        return Actor("person", person(self.instance, "ada@example.org"))

    def visit(self, who: Actor | None = None, *, address: str | None = None, **options: Any) -> Visit:
        """Open a browser, of somebody who signed in or of nobody."""
        context = new_context(self._browser, **options)
        self._stack.callback(context.close)
        if who is not None:
            token, csrf = session_of(self.instance, who)
            named = {session_cookie(self.instance.settings): token, csrf_cookie(self.instance.settings): csrf}
            url = f"{self.service.address}/"
            context.add_cookies([{"name": name, "value": value, "url": url} for name, value in named.items()])
        visit = Visit(context, address or self.address)
        self.visits.append(visit)
        return visit

    def open(self, query: str, who: Actor | None = None, **options: Any) -> Page:
        """Open a view of the board in a browser of its own."""
        return self.visit(who, **options).goto(query)

    def waiting(self) -> Sequence[str]:
        """List the submissions that wait for the platform."""
        with self.instance.database.reading() as session:
            query = select(Submission.id).where(Submission.state.not_in(SETTLED))
            return session.scalars(query.order_by(Submission.created_at)).all()

    def check(self) -> None:
        """Check what was handed in."""
        for own in self.waiting():
            check(self.instance, own)

    def work(self) -> None:
        """Do for every submission all that a worker does."""
        for own in self.waiting():
            check(self.instance, own)
            finish(
                self.instance, own, [evaluate_batch(self.instance, own, n) for n in range(begin(self.instance, own))]
            )
        publish(self.instance, BOARD)

    def good(self, name: str = "acme/short") -> Path:
        """Pack an artifact that passes all checks."""
        vendor, config_name = name.split("/")
        own = configuration(vendor=vendor, config_name=config_name, settings={"own": name})
        return artifact(self.folder / f"{vendor}-{config_name}.zip", own)

    def bad(self) -> Path:
        """Pack an artifact that a worker refuses for two reasons."""
        return artifact(self.folder / "bad.zip", configuration(licence="nonsense"), date="2030-01-01")


def choose(page: Page, *files: Path | dict[str, Any]) -> None:
    """Choose files with the button of the page."""
    page.locator("input[type=file]").set_input_files(list(files))  # type: ignore[arg-type] # paths or payloads
