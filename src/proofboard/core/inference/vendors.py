"""Every configuration of a vendor against the vendor's default: on the declared slices, and on its own target."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np

from proofboard.core.aggregates import is_relative, leaves_of
from proofboard.core.board import Group
from proofboard.core.entry import GradedEntry, why_no_measurement
from proofboard.core.inference.resampling import seed_of
from proofboard.core.inference.win_regions import (
    FEWEST_FRESH,
    LARGEST_FAMILY,
    LEVEL,
    Finding,
    Hypothesis,
    findings_of,
    hypotheses,
)
from proofboard.core.intervals import FEWEST_CLUSTERS
from proofboard.core.slices import Slice, name_of, selected
from proofboard.schemas.configuration import Configuration

SEED: Final = "win regions"

RELATIVE: Final = "the headline is made of points by rank, which depend on all entries"


class Region(msgspec.Struct, frozen=True, eq=False):
    """What was found of an entry on one declared slice."""

    hypothesis: Hypothesis
    finding: Finding
    confirmed: bool
    """Won again, by itself, on the items that came after the entry."""


class Untested(msgspec.Struct, frozen=True):
    """Why a target has no verdict."""

    reason: str
    n_items: int
    """Items of the target that the headline measures."""


class AgainstDefault(msgspec.Struct, frozen=True, eq=False):
    """One entry against its vendor's default."""

    entry: int
    reason: str | None
    """Why it is not compared."""
    regions: Sequence[Region]
    target: Region | Untested | None
    """Its own target, tested by itself; None without a target, or where the entry is not compared."""


class VendorFindings(msgspec.Struct, frozen=True, eq=False):
    """All that was found of one vendor's configurations in one group."""

    vendor: str
    default: int | None
    n_hypotheses: int
    entries: Sequence[AgainstDefault]


def findings_by_vendor(group: Group, aliases: Mapping[str, str], fewest: int) -> list[VendorFindings]:
    """Compare every entry with its vendor's default, on slices of at least so many items; vendors by name.

    `aliases` maps entries to another that has their recipe and stands for both.
    """
    by_vendor: dict[str, list[int]] = {}
    for j, entry in enumerate(group.entries):
        by_vendor.setdefault(entry.configuration.vendor, []).append(j)
    return [_of_vendor(group, (vendor, members), aliases, fewest) for vendor, members in sorted(by_vendor.items())]


def _of_vendor(group: Group, of: tuple[str, Sequence[int]], aliases: Mapping[str, str], fewest: int) -> VendorFindings:
    vendor, members = of
    defaults = _defaults(group, vendor, members)
    reasons = _reasons(group, members, defaults, aliases)
    default = defaults[0] if len(defaults) == 1 else None
    pairs = [(j, default) for j in members if default is not None and reasons[j] is None]
    family = _family(group, pairs, fewest)
    seed = _seed(group)
    found = dict(zip(family, findings_of(list(family.values()), seed), strict=True))
    entries = [
        AgainstDefault(
            entry=j,
            reason=reasons[j],
            regions=[
                Region(own, found[key], found[key].verdict == "win" and _confirmed(group, own, default, seed))
                for key, own in family.items()
                if key[0] == j
            ],
            target=_target(group, j, default, fewest) if default is not None and reasons[j] is None else None,
        )
        for j in members
    ]
    return VendorFindings(vendor, default, len(family), entries)


def _defaults(group: Group, vendor: str, members: Sequence[int]) -> list[int]:
    """Return the default that the benchmark names, or else whichever call themselves one."""
    profile = group.scoring.benchmark.vendors.get(vendor)
    named = [j for j in members if profile and group.entries[j].configuration.config_name == profile.default]
    return named or [j for j in members if group.entries[j].kind == "default"]


def _reasons(
    group: Group, members: Sequence[int], defaults: Sequence[int], aliases: Mapping[str, str]
) -> dict[int, str | None]:
    """Say of each entry why it is not compared with the vendor's default."""
    if is_relative(group.scoring.benchmark, group.scoring.benchmark.headline):
        return dict.fromkeys(members, RELATIVE)
    if len(defaults) != 1:
        reason = "the vendor names no default" if not defaults else f"the vendor has {len(defaults)} defaults"
        return dict.fromkeys(members, reason)
    twins = _twins([group.entries[j] for j in members], group.entries[defaults[0]], aliases)
    invalid = why_no_measurement(group.entries[defaults[0]].kind, group.entries[defaults[0]].public)
    scores = group.scoring.scores(group.scoring.benchmark.headline, group.overall)
    reasons: dict[int, str | None] = {}
    for j in members:
        own = group.entries[j]
        if j == defaults[0]:
            reasons[j] = "it is the default"
        elif invalid or scores[defaults[0]] is None:
            reasons[j] = f"the default has no score: {invalid or 'its answers are incomplete'}"
        elif own.name in twins:
            reasons[j] = f"the same recipe as {twins[own.name]}"
        elif why := why_no_measurement(own.kind, own.public):
            reasons[j] = why
        else:
            reasons[j] = None if scores[j] is not None else "its answers are incomplete"
    return reasons


def _twins(entries: Sequence[GradedEntry], default: GradedEntry, aliases: Mapping[str, str]) -> Mapping[str, str]:
    """Map entries to another with their recipe: the default stands for its own, whichever was recorded first."""
    if not default.configuration.says_how():
        return aliases
    recipe = default.configuration.digest()
    return {**aliases, **{own.name: default.name for own in entries if own.configuration.digest() == recipe}}


def _family(group: Group, pairs: Sequence[tuple[int, int]], fewest: int) -> dict[tuple[int, str], Hypothesis]:
    parts = [part for part in group.slices[1:] if n_clusters(group, part) >= FEWEST_CLUSTERS]
    # Too many questions at once get no answer: each would need a difference that no benchmark shows.
    if len(parts) * len(pairs) > LARGEST_FAMILY:
        return {}
    found = hypotheses(group.scoring, group.scoring.benchmark.headline, parts, pairs, fewest)
    return {(own.entry, own.part.name): own for own in found}


def n_clusters(group: Group, part: Slice) -> int:
    """Count the independent units of a slice: many items of a few passages say little about other passages."""
    return len(np.unique(group.scoring.table.clusters[part.mask]))


def _seed(group: Group) -> int:
    return seed_of(SEED, group.scoring.table.prompts_digest)


def _confirmed(group: Group, own: Hypothesis, default: int | None, seed: int) -> bool:
    """Test a win once more, on those of its items alone that were written after the entry was accepted."""
    entry = group.entries[own.entry]
    if entry.accepted is None or default is None:
        return False
    day = entry.accepted[:10]
    later = np.array([(item.created or "")[:10] > day for item in group.scoring.table.items], dtype=np.bool_)
    # Scores are kept by the name of a slice: another set of items needs a name that no other slice can have.
    fresh = Slice(f"new to {entry.name}: {own.part.name}", own.part.facet, own.part.value, own.part.mask & later)
    again = hypotheses(group.scoring, group.scoring.benchmark.headline, [fresh], [(own.entry, default)], FEWEST_FRESH)
    return any(found.p_win <= LEVEL for found in findings_of(again, seed))


def _target(group: Group, entry: int, default: int, fewest: int) -> Region | Untested | None:
    configuration, headline = group.entries[entry].configuration, group.scoring.benchmark.headline
    target = configuration.target_subgroup
    if target is None:
        return None
    part = selected(group.scoring.table, group.overall, target.selector, f"target of {configuration.name}")
    measured = np.logical_or.reduce([group.scoring.mask(leaf) for leaf in leaves_of(group.scoring.benchmark, headline)])
    n_items = int((part.mask & measured).sum())
    if n_items < fewest:
        return Untested(f"{n_items} items of the target, at least {fewest} are needed", n_items)
    if (units := n_clusters(group, part)) < FEWEST_CLUSTERS:
        return Untested(f"{units} independent units in the target, at least {FEWEST_CLUSTERS} are needed", n_items)
    own = hypotheses(group.scoring, headline, [part], [(entry, default)], fewest)
    if not own:
        return Untested("the answers to the target's items are incomplete", n_items)
    return Region(own[0], findings_of(own, _seed(group))[0], confirmed=False)


def declared_target(configuration: Configuration, names: Collection[str]) -> str | None:
    """Return the declared slice or pair that a target is; None where it is a choice of its own.

    On held-out items a freely chosen set would be a question about single items.
    """
    target = configuration.target_subgroup
    if target is None or any(len(values) != 1 for values in target.selector.values()):
        return None
    chosen = {facet: values[0] for facet, values in target.selector.items()}
    forms = (name_of(chosen), name_of(dict(reversed(chosen.items()))))
    return next((form for form in forms if form in names), None)
