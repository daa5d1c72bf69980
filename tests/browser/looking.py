"""What is looked at on any page: faults that axe finds, what jumps, what sticks out, and where the keyboard leads."""

import re
from pathlib import Path
from typing import Any, Final

import msgspec
from playwright.sync_api import Page

from browser.visiting import DRAWN

WEB: Final = Path(__file__).parents[2] / "web"
AXE: Final = WEB / "node_modules" / "axe-core" / "axe.min.js"

TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN: Final = """async (tags) => {
  const found = await axe.run({ runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ""}`));
}"""
_SETTLED: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
_OVERFLOWING: Final = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    if (box.right <= clientWidth + 1 || !box.width) return false;
    for (let above = one.parentElement; above; above = above.parentElement) {
      if (getComputedStyle(above).overflowX !== "visible") return false;
    }
    return true;
  });
  const shown = wide.slice(0, 4).map((one) => one.outerHTML.slice(0, 120));
  return [`scrolls sideways: ${scrollWidth} of ${clientWidth} px`, ...shown];
}"""
_UNWRITTEN: Final = re.compile(r"undefined|\bNaN\b|\[object |\bnull\b|=>")


class Named(msgspec.Struct, frozen=True):
    """A page as `web/src/pages.ts` lists it."""

    name: str
    is_of_service: bool
    needs_no_board: bool


def pages() -> list[Named]:
    """List every page of the front end."""
    source = (WEB / "src" / "pages.ts").read_text(encoding="utf-8")
    table = source.partition("export const PAGES = {")[2].partition("\n} as const")[0]
    listed = re.findall(r"^  (\w+): (.*),$", table, re.MULTILINE)
    return [Named(name, '"service"' in rest, "needsNoBoard: true" in rest) for name, rest in listed]


def settled(page: Page) -> Page:
    """Wait until the page has laid itself out, and whatever it went on to fetch is drawn too."""
    page.evaluate(_SETTLED)
    page.wait_for_function(DRAWN)
    page.evaluate(_SETTLED)
    return page


def faults_of(page: Page) -> list[str]:
    """Return what axe finds on a page as it stands."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN, TAGS)
    return found


def overflowing(page: Page) -> list[str]:
    """Return how far a page scrolls sideways and what makes it; nothing where it does not."""
    found: list[str] = page.evaluate(_OVERFLOWING)
    return found


def unwritten(page: Page) -> list[str]:
    """Return lines of a page that say what no words were found for."""
    return [f"unwritten: {line}" for line in page.inner_text("body").splitlines() if _UNWRITTEN.search(line)]


def frame_faults(page: Page, language: str) -> list[str]:
    """Return what is not as on every page: one heading, one place for the content, a language, a title."""
    found: dict[str, Any] = page.evaluate(
        "() => ({ 'h1': document.querySelectorAll('h1').length, main: document.querySelectorAll('main').length,"
        " busy: document.querySelectorAll('[aria-busy=true]').length, lang: document.documentElement.lang,"
        " title: document.title.trim() })"
    )
    expected = {"h1": 1, "main": 1, "busy": 0, "lang": language, "title": found["title"] or "a title"}
    return [f"{name} is {found[name]!r}, not {own!r}" for name, own in expected.items() if found[name] != own]


def keyboard_faults(page: Page) -> list[str]:
    """Walk from the top of a page by keyboard: the skip link comes first, leads to the content, and goes on there."""
    page.evaluate("() => { document.activeElement?.blur(); getSelection()?.removeAllRanges(); scrollTo(0, 0); }")
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement?.getAttribute('href')") != "#main":
        return [f"the first stop is {page.evaluate('document.activeElement?.outerHTML.slice(0, 120)')}"]
    page.keyboard.press("Enter")
    if page.evaluate("document.activeElement?.id") != "main":
        return ["the skip link does not lead to the content"]
    page.keyboard.press("Tab")
    is_on = page.evaluate(
        "() => { const main = document.querySelector('main'), now = document.activeElement;"
        " const stops = [...main.querySelectorAll('a[href], button:enabled, input:enabled, select, textarea, summary,"
        ' [tabindex="0"]\')].filter((one) => one.checkVisibility());'
        " return stops.length === 0 || main.contains(now); }"
    )
    return [] if is_on else ["the stop after the skip link is not in the content"]


def english_left(page: Page, part: str) -> list[str]:
    """Return texts of the English words of a part (and of what all pages share) that stand on a Japanese page."""
    shown = page.inner_text("body")
    return sorted(f"in English: {text}" for text in _texts("en", part) - _texts("ja", part) if text in shown)


def _texts(language: str, part: str) -> set[str]:
    """Return the texts of words that are long enough to be told from data."""
    folder = WEB / "src" / "words" / language
    sources = [(folder / f"{name}.ts").read_text(encoding="utf-8") for name in ("common", part)]
    found = {text for source in sources for text in re.findall(r'"([^"\\]{8,})"', source)}
    return {text for text in found if " " in text and "/" not in text}
