"""Step 5: held-out numbers that the release gate would not have let out."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from proofboard.verify.refusals import FinerThanReleased
from refusals.forging import Files, Site
from refusals.wrong import ITEMS, RELEASES, Wrong, assert_refused, on, set_to

GATE = [
    Wrong(
        "finer-than-the-grid",
        on(RELEASES, set_to("releases", 0, "score", to="0.5537")),
        FinerThanReleased,
        RELEASES,
        "finer than the grid",
    ),
    Wrong(
        "above-one",
        on(RELEASES, set_to("releases", 0, "score", to="1.5")),
        FinerThanReleased,
        RELEASES,
        "not between 0 and 1",
    ),
    Wrong("not-cut", on(RELEASES, set_to("releases", 0, "score", to="1")), FinerThanReleased, RELEASES, "not cut"),
    Wrong(
        "over-too-few",
        on(RELEASES, lambda own: [one.update(n_items=19) for one in own["releases"]]),
        FinerThanReleased,
        RELEASES,
        "over 19 items, the held-out set has 60",
    ),
    Wrong(
        "over-more-than-there-are",
        on(RELEASES, lambda own: [one.update(n_items=3000, score="0.555") for one in own["releases"]]),
        FinerThanReleased,
        RELEASES,
        "over 3000 items, the held-out set has 60",
    ),
    Wrong(
        "over-other-prompts",
        on(RELEASES, set_to("releases", 0, "n_prompts", to=40)),
        FinerThanReleased,
        RELEASES,
        "over 40 prompts, the held-out set has 60",
    ),
    Wrong(
        "of-an-unknown-entry",
        on(RELEASES, set_to("releases", 0, "vendor", to="evil")),
        FinerThanReleased,
        RELEASES,
        "not on the board",
    ),
    Wrong(
        "reason-that-tells",
        on(RELEASES, set_to("pending", "bolt/base", to="41 of 60, all but h7")),
        FinerThanReleased,
        RELEASES,
        "none of the reasons",
    ),
    Wrong(
        "scored-without-a-set",
        on(RELEASES, set_to("held_out_scored", to=False)),
        FinerThanReleased,
        RELEASES,
        "no held-out set was scored",
    ),
    Wrong(
        "held-out-item",
        on(ITEMS, set_to("items", 0, "item_set", to="held_out")),
        FinerThanReleased,
        ITEMS,
        "never published",
    ),
]


@pytest.mark.parametrize("wrong", [*GATE], ids=str)
def test_a_wrong_publication_is_refused_with_the_error_meant(
    wrong: Wrong, sites: Mapping[bool, Files], tmp_path: Path
) -> None:
    assert_refused(wrong, Site(sites[True]), tmp_path / "site")
