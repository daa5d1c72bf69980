"""Take pictures of a publication's page: every view, at three widths, light and dark, and one for the documentation.

    python tools/screenshots.py SITE OUT

Chromium draws them; OUT gets `<view>-<width>-<scheme>.png`, and `board.png`, which is `docs/board.png`.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from proofboard.app.serve.server import serving

WIDTHS = {390: 844, 768: 1024, 1600: 1000}
DOCUMENTED = {"width": 1600, "height": 1100}
PORT = 8000
"""Pictures show the address that a reader of the documentation has."""

SCHEMES = ("light", "dark")
COMPARED = 3
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def main(site: str, out: str) -> None:
    """Take all pictures of a site."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    # Chromium refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with serving(site, port=PORT) as (server, title), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
        address = server.address
        print(f"{title}: {documented(browser, address, folder)}")
        for width in WIDTHS:
            for scheme in SCHEMES:
                for picture in pictures_of(browser, address, width, scheme, folder):
                    print(f"{title}: {picture}")
        browser.close()


def documented(browser: Browser, address: str, folder: Path) -> Path:
    """Take the picture of the board that the documentation shows: as much as a reader sees at first."""
    context = browser.new_context(viewport=DOCUMENTED, color_scheme="light")  # type: ignore[arg-type]
    page = context.new_page()
    show(page, address)
    picture = folder / "board.png"
    page.screenshot(path=picture)
    context.close()
    return picture


def pictures_of(browser: Browser, address: str, width: int, scheme: str, folder: Path) -> Iterator[Path]:
    """Take a picture of every view at one width in one scheme."""
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for name, view in views_of(page, address).items():
        show(page, address + view)
        picture = folder / f"{name}-{width}-{scheme}.png"
        page.screenshot(path=picture, full_page=True)
        yield picture
    context.close()


def views_of(page: Page, address: str) -> dict[str, str]:
    """Return the views of a board by name: tabs, both orders, an entry, a comparison, the first board of problems."""
    show(page, address)
    tabs = [tab.removeprefix("tab-") for tab in ids_of(page, "[role=tab]")]
    views = {tab: f"?tab={tab}" for tab in tabs}
    views |= {"ranking": "?group=none", "vendors": "?group=vendor"}
    # An entry that wins somewhere has the fullest page.
    won = page.locator("tbody tr", has=page.locator(".win")).locator(".name")
    names = [*won.all_inner_texts(), *page.locator("tbody .name").all_inner_texts()]
    chosen = list(dict.fromkeys(names))[:COMPARED]
    if chosen:
        views["entry"] = f"?entry={chosen[0]}"
    if len(chosen) > 1:
        views["compare"] = f"?compare={','.join(chosen)}"
    for tab in tabs:
        show(page, f"{address}?tab={tab}")
        problems = page.get_by_role("link", name="problems")
        if problems.count():
            views[f"{tab}-problems"] = str(problems.first.get_attribute("href"))
    return views


def ids_of(page: Page, selector: str) -> list[str]:
    """Return the ids of elements, in their order."""
    return [str(one.get_attribute("id")) for one in page.locator(selector).all()]


def show(page: Page, address: str) -> None:
    """Load a view anew and wait until it has drawn and fetched all it needs."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("main:not([aria-busy])")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main(*sys.argv[1:])
