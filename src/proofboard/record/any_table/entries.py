"""Entries of a table by their names: vendors and configurations."""

from collections.abc import Sequence
from dataclasses import dataclass

from proofboard.record.any_table.cells import Key, Named
from proofboard.record.any_table.layout import Layout
from proofboard.record.any_table.names import IDENTITY
from proofboard.record.foreign import first_word
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.benchmark import VendorProfile
from proofboard.schemas.configuration import Configuration, Decoding, Model

Configurations = dict[int, Configuration]
"""Code of the entry → its configuration."""


@dataclass(frozen=True, slots=True)
class Who:
    """One entry by the texts that name it."""

    name: str
    vendor: str | None
    model: str | None
    settings: dict[str, str]


def who_of(key: Key, columns: tuple[str, ...], layout: Layout) -> Who:
    """Read the parts of an entry's name."""
    of_column = dict(zip(columns, key, strict=True))
    role = next((role for role in IDENTITY if role in layout.roles), None)
    if role is None:
        return Who(" ".join(key), None, " ".join(key), {})
    parts = [(column, of_column[column]) for column in layout.roles[role]]
    model = of_column.get(layout.column("model") or "")
    named = parts[0][1] if role != "config_name" and "model" not in layout.roles else None
    others = parts[1:] if named else parts if role != "model" else []
    vendor, provider = (of_column.get(layout.column(own) or "") or None for own in ("vendor", "provider"))
    settings = {column: text for column, text in others if text}
    if vendor and provider:
        settings["provider"] = provider
    return Who(" ".join(text for _, text in parts), vendor or provider, model or named, settings)


def configurations_of(
    entries: Named, layout: Layout, used: Sequence[int]
) -> tuple[Configurations, dict[str, VendorProfile]]:
    """Name every entry that is used; also describe the vendors that the table names."""
    taken: dict[str, set[str]] = {}
    configurations: Configurations = {}
    vendors: dict[str, VendorProfile] = {}
    for code in used:
        who = who_of(entries.keys[code], entries.columns, layout)
        before, slash, after = who.name.partition("/")
        split = bool(slash and before.strip() and after.strip()) and who.vendor is None
        maker = who.vendor or (before if split else first_word(who.name))
        vendor = slug(maker)
        if who.vendor:
            vendors.setdefault(vendor, VendorProfile(title=who.vendor, organization=who.vendor))
        short = after if split or (slash and slug(before) == vendor and after.strip()) else who.name
        configurations[code] = Configuration(
            vendor=vendor,
            config_name=unique_slug(short, taken.setdefault(vendor, set()), "\n".join(entries.keys[code])),
            title=who.name,
            decoding=Decoding(model=who.model) if who.model else None,
            model=Model(name=who.model, organization=who.vendor or (before if split else None)) if who.model else None,
            settings=dict(who.settings),
        )
    return configurations, vendors
