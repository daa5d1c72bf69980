"""Measure the page in Chromium on a board of 10,000 entries, as files and served, and what Lighthouse says of it.

    python tools/bench_page.py

Needs Chromium, and for Lighthouse `npm ci` in `tools/lighthouse/`; what is not here is left out.
"""

import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from node import command, environment

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from browser.boards import BOARDS
from browser.handmade import benchmark, root_of
from browser.places import Files, Live, Sites
from browser.visiting import DRAWN, FLAGS, new_context
from large_board import FACETS, VALUES, large_board
from proofboard import canonical
from proofboard.publish.columns import columns, efficiency
from proofboard.publish.names import COLUMNS, EFFICIENCY, LEADERBOARD, ROOT
from proofboard.publish.page import page_assets
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import Facet
from proofboard.schemas.publication import BenchmarkDocument

ENTRIES: Final = 10_000
LOADS: Final = 5
ACTIONS: Final = 7
LOOKS: Final = 3
LIGHTHOUSE: Final = Path(__file__).with_name("lighthouse")
CATEGORIES: Final = ("performance", "accessibility", "best-practices")
PAGES: Final = {"board": "", "entry": "?page=entry&entry=acme/tuned"}

# The moment at which rows are painted and the next task runs at once: from then on the page answers.
WATCHING: Final = """
globalThis.interactive = new Promise((done) => {
  const look = () => {
    if (!document.querySelector("main tbody tr")) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
  };
  requestAnimationFrame(look);
});"""

# From the act to the frame that shows what came of it.
TIMED: Final = """async ([act, value]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const rows = () => document.querySelector("main tbody")?.textContent;
  const acts = {
    sort: () => document.querySelectorAll("main thead button")[value].click(),
    filter: () => {
      const field = document.querySelector("main input[type=search]");
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(field, value);
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    },
    scroll: () => scrollTo(0, value),
  };
  await frame();
  const before = rows(), start = performance.now();
  acts[act]();
  do { await frame(); } while (rows() === before && performance.now() - start < 2000);
  return performance.now() - start;
}"""


def rows() -> Iterator[str]:
    """Measure, and write lines of the table of what counts by the clock."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        return
    with tempfile.TemporaryDirectory(prefix="page-") as scratch, ExitStack() as stack:
        folder = Path(scratch)
        for name in ("sites", "files", "live"):
            (folder / name).mkdir()
        sites = Sites(folder / "sites")
        # `sites` builds boards by name when they are asked for.
        BOARDS["large"] = large_site
        files, live = Files(folder / "files", sites, stack), Live(folder / "live", sites, stack)
        yield from _sizes(sites["large"])
        with sync_playwright() as playwright:
            sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=found, args=[*FLAGS, *sandbox])
            for kind, at in (("exported", files), ("served", live)):
                yield from _measured(browser, kind, at.address_of("large"))
            yield from _code(browser, files.address_of("large"))
            browser.close()
        for kind, at in (("exported", files), ("served", live)):
            for page, query in PAGES.items():
                yield from _lighthouse(f"{page}, {kind}", at.address_of("rich") + query, found)


def large_site(folder: Path) -> Path:
    """Write what a board of 10,000 entries needs to open."""
    board = large_board(ENTRIES)
    facets = {
        name: Facet(values=[f"value-{value}" for value in range(VALUES)], role=name if name != "difficulty" else "tier")  # type: ignore[arg-type]
        for name in FACETS
    }
    rules = benchmark(id="large", title=board.title, facets=facets)
    raw = canonical.dump(board)
    whole = BenchmarkDocument(schema_version=1, benchmark=rules, graders={}, grading=canonical.digest(b""))
    named = {
        LEADERBOARD: raw,
        COLUMNS: canonical.dump(columns(board, raw)),
        EFFICIENCY: canonical.dump(efficiency(board, raw)),
        "benchmark.json": canonical.dump(whole),
        **page_assets(),
    }
    for path, own in {**named, ROOT: root_of(named)}.items():
        write(folder / path, own)
    return folder


def _sizes(site: Path) -> Iterator[str]:
    compressed = len(gzip.compress((site / COLUMNS).read_bytes(), 9))
    yield f"| `columns.json` of {ENTRIES:,} entries, gzip | {compressed / 1000:.0f} kB | 300 kB |"


def _code(browser: Browser, address: str) -> Iterator[str]:
    context = new_context(browser)
    asked: list[str] = ["index.html"]
    context.on("request", lambda request: asked.append(request.url.removeprefix(address)))
    _opened(context.new_page(), address)
    context.close()
    assets = page_assets()
    code = [assets[path] for path in set(asked) if path in assets and path.endswith((".js", ".css", ".html"))]
    compressed = sum(len(gzip.compress(raw, 9)) for raw in code)
    yield f"| code that a board loads first, gzip | {compressed / 1000:.0f} kB | 120 kB |"


def _opened(page: Page, address: str) -> float:
    page.goto(address)
    page.wait_for_function(DRAWN, timeout=60_000)
    found: float = page.evaluate("() => globalThis.interactive ?? 0")
    return found


def _measured(browser: Browser, kind: str, address: str) -> Iterator[str]:
    taken = []
    for _ in range(LOADS):
        context = new_context(browser)
        context.add_init_script(WATCHING)
        taken.append(_opened(context.new_page(), address))
        context.close()
    context = new_context(browser)
    page = context.new_page()
    _opened(page, address)
    shown = f"{statistics.median(taken):.0f} ms"
    yield f"| the page on {ENTRIES:,} entries, {kind}: until it answers, median of {LOADS} | {shown} | 1,500 ms |"
    heads = page.locator("main thead button").count()
    acts: dict[str, list[Any]] = {
        "sort": [1 + number % max(1, heads - 1) for number in range(ACTIONS)],
        "filter": ["vendor-7", "vendor-", "terse", "t", "model-3", "zzz", ""],
        "scroll": [20_000, 100_000, 50, 400_000, 3_000, 250_000, 0],
    }
    for act, values in acts.items():
        times = [page.evaluate(TIMED, [act, value]) for value in values]
        shown = f"{statistics.median(times):.0f} ms, at most {max(times):.0f} ms"
        yield f"| the same, one {act}, median of {len(times)} | {shown} | 100 ms |"
    context.close()


def _lighthouse(what: str, address: str, chromium: str) -> Iterator[str]:
    """Let Lighthouse look at a page as a phone on a slow network would."""
    program = LIGHTHOUSE / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists():
        return
    flags = "--headless=new" + (" --no-sandbox" if os.geteuid() == 0 else "")
    asked = [str(program), address, "--output=json", "--quiet", f"--chrome-flags={flags}"]
    asked.append(f"--only-categories={','.join(CATEGORIES)}")
    looks = []
    for _ in range(LOOKS):
        done = subprocess.run(  # noqa: S603 - a tool of the lock
            command(["node", *asked], LIGHTHOUSE),
            env=environment() | {"CHROME_PATH": chromium},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            sys.exit(f"Lighthouse failed on {address}: {done.stderr}")
        looks.append(json.loads(done.stdout)["categories"])
    medians = {name: statistics.median(100 * one[name]["score"] for one in looks) for name in CATEGORIES}
    shown = ", ".join(f"{name} {median:.0f}" for name, median in medians.items())
    yield f"| Lighthouse, {what}, median of {LOOKS} | {shown} | 95 each |"


if __name__ == "__main__":
    for line in rows():
        print(line, flush=True)
