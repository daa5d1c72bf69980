"""Take pictures of a publication's page: every page, at three widths, light and dark, and one for the documentation.

    python tools/screenshots.py SITE OUT [--lang=ja]

Chromium draws them; OUT gets `<page>-<width>-<scheme>.png`, and `board.png`, which is `docs/board.png`. What a page
complains of is printed.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from proofboard.app.serve.server import serving

WIDTHS: Final = {390: 844, 1024: 900, 1600: 1000}
DOCUMENTED: Final = {"width": 1600, "height": 1100}
PORT: Final = 8000
"""Pictures show the address that a reader of the documentation has."""

SCHEMES: Final = ("light", "dark")
COMPARED: Final = 3
PATIENCE_MILLISECONDS: Final = 30_000
FLAGS: Final = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DRAWN: Final = """() => document.querySelector("main:not([aria-busy=true])")
  && !document.querySelector("main .loading, main [aria-busy=true]")
  && document.querySelector("main h1, main [role=alert]")"""
PAGES: Final = Path(__file__).parents[1] / "web" / "src" / "pages.ts"


def main(site: str, out: str, language: str = "") -> None:
    """Take all pictures of a site."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    with serving(site, port=PORT) as (server, title), sync_playwright() as playwright:
        browser = launched(playwright)
        views = views_of(browser, server.address)
        print(f"{title}: {documented(browser, server.address, folder)}")
        for width in WIDTHS:
            for scheme in SCHEMES:
                for picture in pictures_of(browser, server.address, (width, scheme, language), views, folder):
                    print(f"{title}: {picture}")
        browser.close()


def launched(playwright: Any) -> Browser:  # noqa: ANN401 - what `sync_playwright` yields has no public name
    """Start the Chromium of this machine."""
    # Chromium refuses its sandbox to root.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    found = shutil.which("chromium") or shutil.which("google-chrome")
    browser: Browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
    return browser


def documented(browser: Browser, address: str, folder: Path) -> Path:
    """Take the picture of the board that the documentation shows: as much as a reader sees at first."""
    context = browser.new_context(viewport=DOCUMENTED, color_scheme="light", locale="en-US")  # type: ignore[arg-type]
    page = context.new_page()
    show(page, address)
    picture = folder / "board.png"
    page.screenshot(path=picture)
    context.close()
    return picture


def pictures_of(
    browser: Browser, address: str, how: tuple[int, str, str], views: dict[str, str], folder: Path
) -> Iterator[Path]:
    """Take a picture of every view at one width, in one scheme and language."""
    width, scheme, language = how
    size = {"width": width, "height": WIDTHS[width]}
    context = browser.new_context(viewport=size, color_scheme=scheme, locale=language or "en-US")  # type: ignore[arg-type]
    page = context.new_page()
    page.on("console", _told)
    page.on("pageerror", lambda error: print(f"  {page.url}: {error}"))
    for name, view in views.items():
        show(page, address + view)
        picture = folder / f"{name}-{width}-{scheme}.png"
        page.screenshot(path=picture, full_page=True)
        yield picture
    context.close()


def _told(message: ConsoleMessage) -> None:
    if message.type in {"error", "warning"}:
        print(f"  {message.page.url if message.page else ''}: {message.text}")


def views_of(browser: Browser, address: str) -> dict[str, str]:
    """Return every view by name: all pages of the front end, and the tabs of the board."""
    page = browser.new_page()
    show(page, address)
    board = json.loads(page.request.get(f"{address}leaderboard.json").body())
    # An entry that wins somewhere has the fullest page.
    rows = sorted(board["entries"], key=lambda row: (-len(row["win_regions"]), row["rank"] or len(board["entries"])))
    names = [f"{row['vendor']}/{row['config_name']}" for row in rows]
    items = json.loads(page.request.get(f"{address}items.json").body())["items"]
    wanted = {
        "entry": f"&entry={names[0]}" if names else "",
        "compare": f"&entries={','.join(names[:COMPARED])}" if len(names) > 1 else "",
        "item": f"&item={items[0]['id']}" if items else "",
        "model": next((f"&model={row['model']}" for row in rows if row["model"]), ""),
    }
    named = re.findall(r"^  (\w+): .*import\(", PAGES.read_text(encoding="utf-8"), re.MULTILINE)
    views = {name: "" if name == "board" else f"?page={name}{wanted.get(name, '')}" for name in named}
    tabs = [str(tab.get_attribute("id")).removeprefix("tab-") for tab in page.locator("[role=tab]").all()]
    page.close()
    return views | {f"board-{tab}": f"?tab={tab}" for tab in tabs} | {"board-ranking": "?group=none"}


def show(page: Page, address: str) -> None:
    """Load a view anew and wait until it has drawn all it needs."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function(DRAWN, timeout=PATIENCE_MILLISECONDS)
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    languages = [argument.removeprefix("--lang=") for argument in sys.argv[1:] if argument.startswith("--lang=")]
    main(sys.argv[1], sys.argv[2], *languages[:1])
