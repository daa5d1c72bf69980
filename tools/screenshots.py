"""Take pictures of a publication's page: every tab and an opened row, at three widths, light and dark.

    python tools/screenshots.py SITE OUT

Chromium draws them; OUT gets `<view>-<width>-<scheme>.png`.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from proofboard.app.serve import serving

WIDTHS = {390: 844, 1024: 768, 1600: 1000}
SCHEMES = ("light", "dark")
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
    with serving(site) as (server, title), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
        address = f"http://127.0.0.1:{server.server_address[1]}/"
        for width in WIDTHS:
            for scheme in SCHEMES:
                for picture in pictures_of(browser, address, width, scheme, folder):
                    print(f"{title}: {picture}")
        browser.close()


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
    """Return the views of a board by name: its tabs, its first row opened, the first board of problems."""
    show(page, address)
    tabs = [tab.removeprefix("tab-") for tab in ids_of(page, "[role=tab]")]
    views = {tab: f"#tab={tab}" for tab in tabs}
    opener = page.locator("tbody button")
    if opener.count():
        opener.first.click()
        views["opened"] = page.url.removeprefix(address)
    for tab in tabs:
        show(page, f"{address}#tab={tab}")
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
    page.wait_for_selector("#panel table, [role=alert]")
    page.wait_for_load_state("networkidle")


if __name__ == "__main__":
    main(*sys.argv[1:])
