"""A real browser, and the publication that most claims are about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser.handmade import documents_of, whole_board, write_site
from browser.visiting import FLAGS, Serve, Visit, Visits, served
from proofboard.app.build import build

EXAMPLE = Path(__file__).parents[2] / "examples" / "langid"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Launch the system's Chromium, or skip where there is none.

    Not for a whole session: while it runs, this thread has a running event loop, and no other test could start one.
    """
    names = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine; install chromium to test the page")
    # Chromium refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(served(folder))


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visits]:
    """Return what opens a new context at an address."""
    with ExitStack() as stack:

        def open_context(origin: str, **options: Any) -> Visit:
            context = browser.new_context(**options)
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            return Visit(context.new_page(), origin)

        yield open_context


@pytest.fixture(scope="session")
def whole_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the handmade board with every kind of row."""
    with served(write_site(tmp_path_factory.mktemp("whole"), documents_of(whole_board()))) as address:
        yield address


@pytest.fixture
def whole(visit: Visits, whole_address: str) -> Visit:
    return visit(whole_address, viewport={"width": 1600, "height": 1000})


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the example of this repository into `sub/site` of a folder, and return that folder."""
    place = tmp_path_factory.mktemp("example")
    # A store in the repository itself is refused.
    store = shutil.copytree(EXAMPLE / "held-out", place / "held-out")
    build(EXAMPLE, place / "sub" / "site", held_out=store)
    return place


@pytest.fixture(scope="session")
def example_address(example: Path) -> Iterator[str]:
    with served(example / "sub" / "site") as address:
        yield address


@pytest.fixture
def seen_example(visit: Visits, example_address: str) -> Visit:
    return visit(example_address, viewport={"width": 1600, "height": 1000})
