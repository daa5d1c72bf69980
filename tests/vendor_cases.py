"""A vendor with a default and rivals, said in few words: which of the items of each niche an entry gets right."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from builders import benchmark, built
from proofboard import canonical
from proofboard.app.verify import verify
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark, Facet, VendorProfile
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item, prompts_digest

NICHES = ("law", "maths", "music", "prose")
OF_EACH = 100

Right = Mapping[str, range]
"""Niche → the places, from 0, of its items that are answered right."""


def rules(**changes: Any) -> Benchmark:
    """Make rules with niches, whose vendor acme has the default acme/base."""
    own = {"niche": Facet(values=list(NICHES))}
    given = {"facets": own, "vendors": {"acme": VendorProfile(default="base")}, **changes}
    return benchmark(**given)


def questions(of_each: int = OF_EACH, prefix: str = "q", niches: Sequence[str] = NICHES, **fields: Any) -> list[Item]:
    """Ask so many items of each niche, one niche after the other."""
    return [
        Item(
            id=f"{prefix}-{niche}-{place:04d}",
            prompt=f"Which number has {prefix}-{niche}-{place:04d}?",
            reference=str(place),
            facets={"niche": niche},
            **fields,
        )
        for niche in niches
        for place in range(of_each)
    ]


def everywhere(right: range) -> Right:
    return dict.fromkeys(NICHES, right)


def answers(asked: Sequence[Item], right: Right) -> list[Response]:
    """Answer every item; no two wrong answers are the same."""
    return [
        Response(
            prompt_id=own.id,
            output=own.reference if int(str(own.reference)) in right[own.facets["niche"]] else f"not {own.id}",
        )
        for own in asked
    ]


def configuration(name: str, **fields: Any) -> Configuration:
    """Make a configuration whose recipe is its own, unless `settings` are given."""
    vendor, config_name = name.split("/")
    return Configuration(vendor=vendor, config_name=config_name, **{"settings": {"own": config_name}, **fields})


def recorded(
    name: str, right: Right, *, asked: Sequence[Item] | None = None, on: str | None = "2026-01-02", **fields: Any
) -> ImportedEntry:
    """Record an entry; `fields` are those of its configuration and `protocol_version`."""
    protocol_version = fields.pop("protocol_version", None)
    responses = answers(questions() if asked is None else asked, right)
    return ImportedEntry(configuration(name, **fields), [NewBundle(responses=responses, recorded=on)], protocol_version)


def store(
    place: Path, right: Mapping[str, Right], of_each: int = OF_EACH, *, rules: Benchmark, configured: Any = None
) -> Path:
    """Write a held-out store with the answers of the named entries; `configured` maps names to configurations."""
    asked = questions(of_each, "h")
    write(place / "items/held_out.jsonl", canonical.dump_lines(asked))
    for name, own in right.items():
        made = (configured or {}).get(name) or configuration(name)
        bundle = NewBundle(item_set="held_out", responses=answers(asked, own))
        frozen = freeze(bundle, rules.id, rules.protocol_version, made, prompts_digest(asked))
        for file, raw in frozen.items():
            write(place / "entries" / name / "held-out" / file, raw)
    return place


def published(tmp_path: Path, entries: Sequence[ImportedEntry], held_out: Path | None = None, **options: Any) -> Path:
    """Build a site that holds for whoever verifies it, the holder of the held-out set included."""
    given = {"rules": rules(), "asked": questions(), **options}
    site = built(tmp_path, entries, held_out=held_out, **given)
    assert verify(str(site)).refusals == []
    if held_out:
        assert verify(str(site), held_out=held_out).refusals == []
    return site


def document(site: Path, path: str) -> Any:
    return json.loads((site / path).read_bytes())


def rows(site: Path) -> dict[str, Any]:
    """Return the rows of the board by the name of their entry, in their order."""
    return {f"{row['vendor']}/{row['config_name']}": row for row in document(site, "leaderboard.json")["entries"]}


def compared(site: Path, name: str) -> Any:
    """Return what the vendor's document says of an entry."""
    entries = document(site, f"vendors/{name.split('/', maxsplit=1)[0]}.json")["entries"]
    return next(own for own in entries if own["entry"] == name)
