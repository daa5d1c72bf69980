"""A real browser, and the places in which every page is looked at: served by the API, and exported as files."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.owning import Office
from browser.places import Files, Live, Place, Sites
from browser.visiting import FLAGS, Serve, Visit, Visits, new_context, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Launch the system's Chromium, or skip where there is none.

    Not for a whole session: while it runs, this thread has a running event loop, and no other test could start one.
    """
    names = ("chromium-headless-shell", "/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine; install chromium to test the page")
    # Chromium refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Sites:
    return Sites(tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="session")
def _files(tmp_path_factory: pytest.TempPathFactory, sites: Sites) -> Iterator[Files]:
    with ExitStack() as stack:
        yield Files(tmp_path_factory.mktemp("exported"), sites, stack)


@pytest.fixture(scope="session")
def _live(tmp_path_factory: pytest.TempPathFactory, sites: Sites) -> Iterator[Live]:
    with ExitStack() as stack:
        yield Live(tmp_path_factory.mktemp("live"), sites, stack)


@pytest.fixture
def shown(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[[str], Place]]:
    """Answer the rich board at a place; at the end of the test none of its pages may have complained of anything."""
    with ExitStack() as stack:
        made: list[Place] = []

        def at(kind: str) -> Place:
            where = request.getfixturevalue("_live" if kind == "served" else "_files")
            made.append(Place("served" if kind == "served" else "exported", where, browser, stack))
            return made[-1]

        yield at
        assert [text for place in made for text in place.complaints()] == []


@pytest.fixture(params=["served", "exported"])
def place(request: pytest.FixtureRequest, shown: Callable[[str], Place]) -> Place:
    """Answer the rich board served by the API, then exported as files."""
    return shown(request.param)


@pytest.fixture
def live(shown: Callable[[str], Place]) -> Place:
    """Answer the rich board served by the API; its service is shared with other tests."""
    return shown("served")


@pytest.fixture
def exported(shown: Callable[[str], Place]) -> Place:
    """Answer the rich board as files below a path."""
    return shown("exported")


@pytest.fixture
def own_live(browser: Browser, sites: Sites, tmp_path: Path) -> Iterator[Place]:
    """Answer the rich board served by a service of its own, for tests that change something."""
    with ExitStack() as stack:
        place = Place("served", Live(tmp_path, sites, stack), browser, stack)
        yield place
        assert place.complaints() == []


@pytest.fixture
def office(browser: Browser, sites: Sites, tmp_path: Path) -> Iterator[Office]:
    """Answer a board that somebody runs, with a service and a worker of the test's own."""
    # Its page is the one under test as soon as there are sites.
    assert sites is not None
    with ExitStack() as stack:
        office = Office(tmp_path, browser, stack)
        yield office
        assert office.complaints() == []


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return what serves a folder as files."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(served(folder))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Return what opens a new context at an address."""
    with ExitStack() as stack:

        def open_context(address: str, **options: Any) -> Visit:
            context = new_context(browser, **options)
            stack.callback(context.close)
            return Visit(context, address)

        yield open_context
