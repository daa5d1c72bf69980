"""Slices: which items share a facet value, or a declared pair of values."""

import numpy as np

from core_builders import benchmark, item
from proofboard.core.items import item_table
from proofboard.core.slices import declared_slices, mask_of
from proofboard.schemas.benchmark import Facet

FACETS = {"tier": Facet(values=["hard", "easy"]), "lang": Facet(values=["de", "en", "fr"])}
TABLE = item_table([
    item(0, facets={"tier": "easy", "lang": "de"}),
    item(1, facets={"tier": "easy", "lang": "en"}),
    item(2, facets={"tier": "hard", "lang": "de"}),
])  # fmt: skip


def test_every_declared_value_that_holds_an_item_is_a_slice_after_the_overall_set() -> None:
    names = [part.name for part in declared_slices(TABLE, benchmark(facets=FACETS))]
    assert names == ["overall", "lang=de", "lang=en", "tier=hard", "tier=easy"]


def test_only_declared_pairs_are_crossed() -> None:
    made = benchmark(facets=FACETS, slice_pairs=[("tier", "lang")])
    crossed = [part for part in declared_slices(TABLE, made) if "×" in part.name]
    assert [(part.name, part.facet, part.value) for part in crossed] == [
        ("tier=hard×lang=de", "tier×lang", "hard×de"),
        ("tier=easy×lang=de", "tier×lang", "easy×de"),
        ("tier=easy×lang=en", "tier×lang", "easy×en"),
    ]
    assert [part.mask.tolist() for part in crossed] == [
        [False, False, True], [True, False, False], [False, True, False],
    ]  # fmt: skip


def test_a_selector_takes_any_of_the_values_of_every_facet() -> None:
    assert mask_of(TABLE, {"tier": ["easy"], "lang": ["de", "fr"]}).tolist() == [True, False, False]
    assert mask_of(TABLE, {}).all()
    assert not mask_of(TABLE, {"lang": []}).any()


def test_the_values_of_one_facet_part_the_items() -> None:
    parts = [part.mask for part in declared_slices(TABLE, benchmark(facets=FACETS)) if part.facet == "tier"]
    assert np.sum(parts, axis=0).tolist() == [1, 1, 1]
