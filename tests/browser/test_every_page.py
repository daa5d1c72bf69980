"""What every page promises, whoever wrote it: in light and dark, on phones and wide screens, in both languages."""

from typing import Final

import pytest

from browser.looking import (
    Named,
    english_left,
    faults_of,
    frame_faults,
    keyboard_faults,
    overflowing,
    pages,
    settled,
    unwritten,
)
from browser.places import Place
from browser.visiting import PHONE, WIDE

QUERIES: Final = {
    "board": "",
    "entry": "?page=entry&entry=acme/tuned",
    "compare": "?page=compare&entries=acme/base,acme/tuned,bolt/base",
    "item": "?page=item&item=q-maths-003",
    "model": "?page=model&model=open/large-2",
}
"""What a page is asked for, where its name alone is not enough."""

MOST_SHIFT: Final = 0.05
EVERY: Final = pages()


def query_of(page: Named) -> str:
    return QUERIES.get(page.name, f"?page={page.name}")


def at(place: Place, page: Named) -> Place:
    """Go where a page is at its fullest: those of a service to an owner, the index to the root of a server."""
    if place.is_live and page.is_of_service:
        place.sign_in()
    return place.on("") if place.is_live and page.name == "index" else place


def test_no_page_is_forgotten() -> None:
    names = [page.name for page in EVERY]
    assert len(names) >= 16
    assert set(QUERIES) <= set(names)


@pytest.mark.parametrize("named", EVERY, ids=lambda named: named.name)
def test_a_page_is_whole_still_and_open_to_everybody(named: Named, place: Place) -> None:
    page = settled(at(place, named).open(query_of(named)))
    shift, alerts = page.evaluate("shift"), page.get_by_role("alert").all_inner_texts()
    faults = [*alerts, *frame_faults(page, "en"), *unwritten(page), *keyboard_faults(page)]
    # Each of light and dark once wide and once narrow: the other two at the other place.
    schemes = ("light", "dark") if place.is_live else ("dark", "light")
    for size, scheme in zip((WIDE, PHONE), schemes, strict=True):
        page.set_viewport_size(size)  # type: ignore[arg-type] # a dictionary of two numbers
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of two literals
        found = [*faults_of(settled(page)), *overflowing(page)]
        faults += [f"{scheme}, {size['width']} px: {fault}" for fault in found]
    if shift >= MOST_SHIFT:
        faults.append(f"the layout shifts by {shift:.3f}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("named", EVERY, ids=lambda named: named.name)
def test_a_page_speaks_japanese(named: Named, exported: Place) -> None:
    query = query_of(named)
    page = settled(exported.open(f"{query}{'&' if query else '?'}lang=ja", width=390))
    faults = [*frame_faults(page, "ja"), *unwritten(page), *english_left(page, named.name), *overflowing(page)]
    assert not faults, "\n".join(faults)
