"""Keyed split and salted commitments: membership needs the key, and no item can be swapped afterwards.

Order and salts are HMAC-SHA256 under one secret key. A public hash of the id would let anyone compute which items are
held out; a commitment without salt would let anyone test a guess of the text.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Final

from proofboard import canonical
from proofboard.schemas.item import Item
from proofboard.schemas.publication import Commitments

SHORTEST_KEY_BYTES: Final = 16


def split_items(
    items: Sequence[Item], key: bytes, share: float, by: Sequence[str] = ()
) -> tuple[list[Item], list[Item]]:
    """Part items into public and held-out, the same share of every stratum; items of one cluster stay together.

    `by` names the facets whose combined values are the strata; a cluster is of the stratum of its first item. Within a
    stratum whole clusters go to the held-out half in the order of their keyed digest until its share is reached, half
    up.
    """
    clusters: dict[str, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.id):
        clusters.setdefault(item.independent_unit, []).append(item)
    strata: dict[tuple[str, ...], list[str]] = {}
    for name, (first, *_) in clusters.items():
        strata.setdefault(tuple(first.facets.get(facet, "") for facet in by), []).append(name)
    # A share is the decimal that its owner wrote: 0.29 of 50 items is 14.5 of them, which is less in binary.
    exact = Fraction(str(share))
    chosen: set[str] = set()
    for names in strata.values():
        wanted = floor(exact * sum(len(clusters[name]) for name in names) + Fraction(1, 2))
        for name in sorted(names, key=lambda name: _keyed(key, "split", name)):
            if wanted >= len(clusters[name]):
                chosen.update(item.id for item in clusters[name])
                wanted -= len(clusters[name])
    return [item for item in items if item.id not in chosen], [item for item in items if item.id in chosen]


def commitments(held_out: Iterable[Item], key: bytes) -> Commitments:
    """Commit to a key and to every held-out item."""
    return Commitments(
        schema_version=1,
        key=canonical.digest(key),
        items=sorted(commitment(item, key) for item in held_out),
    )


def commitment(item: Item, key: bytes) -> str:
    """Commit to one item: SHA-256 of its secret salt and its canonical bytes."""
    return canonical.digest(_keyed(key, "salt", item.id) + canonical.dump(item))


def broken_commitments(held_out: Sequence[Item], key: bytes, published: Commitments) -> Mapping[str, str]:
    """Say which held-out items are not the ones committed to, and whether the key is another."""
    if canonical.digest(key) != published.key:
        # Every item would be broken too: the key is the cause.
        return {"the split key": "is not the one committed to"}
    known = set(published.items)
    made = {item.id: commitment(item, key) for item in held_out}
    broken = {name: "is not among the commitments" for name, own in made.items() if own not in known}
    if len(made) != len(published.items):
        broken["the held-out set"] = f"has {len(made)} items, {len(published.items)} were committed to"
    return broken


def _keyed(key: bytes, purpose: str, name: str) -> bytes:
    return hmac.new(key, f"{purpose}:{name}".encode(), hashlib.sha256).digest()
