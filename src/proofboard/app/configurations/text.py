"""Configurations as people read them: one as YAML with its digests, two field by field."""

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from proofboard import canonical
from proofboard.app.configurations.yaml_text import as_yaml
from proofboard.errors import printable
from proofboard.schemas.base import Digest, Document, Line
from proofboard.schemas.configuration import DECIDING_FIELDS, Configuration

NOTHING: Final = "none"


class Side(Document, frozen=True):
    """One of two configurations that are compared."""

    name: Line
    recipe: Digest
    """The digest of the fields that decide answers."""
    document: Digest
    """The digest of the whole configuration."""


class FieldDifference(Document, frozen=True):
    """One field that differs."""

    field: str
    decides: bool
    """Whether the field decides answers."""
    before: Any = msgspec.UNSET
    """Its value; absent where there is no such field."""
    after: Any = msgspec.UNSET


class ConfigurationComparison(Document, frozen=True):
    """What differs between two configurations."""

    schema_version: Literal[1]
    before: Side
    after: Side
    one_recipe: bool
    """Whether every field that decides answers is the same."""
    differences: list[FieldDifference]


def shown(configuration: Configuration, notes: list[str]) -> str:
    """Write a configuration as YAML, its name, digests and notes as comments below: the whole is a configuration."""
    side = _side(configuration)
    below = [side.name, f"recipe   {side.recipe}", f"document {side.document}", *(f"note: {note}" for note in notes)]
    return as_yaml(configuration) + "\n" + "".join(f"# {printable(line)}\n" for line in below)


def compared(before: Configuration, after: Configuration) -> ConfigurationComparison:
    """Say what differs between two configurations, field by field."""
    old, new = (dict(_flat(msgspec.to_builtins(own), ())) for own in (before, after))
    both = ((path, old.get(path, msgspec.UNSET), new.get(path, msgspec.UNSET)) for path in dict.fromkeys((*old, *new)))
    differences = [
        FieldDifference(field=_shown_path(path), decides=path[0] in DECIDING_FIELDS, before=was, after=becomes)
        for path, was, becomes in both
        if not _is_same(was, becomes)
    ]
    one, other = _side(before), _side(after)
    return ConfigurationComparison(
        schema_version=1, before=one, after=other, one_recipe=one.recipe == other.recipe, differences=differences
    )


def comparison_text(found: ConfigurationComparison) -> str:
    """Write a comparison for people."""
    before, after = found.before, found.after
    if before.document == after.document:
        return f"{before.name}: the same configuration\n  recipe {before.recipe}\n"
    verdict = "one recipe under two descriptions" if found.one_recipe else "two recipes"
    recipes = dict.fromkeys((before.recipe, after.recipe))
    lines = [f"{before.name} and {after.name}: {verdict}", *(f"  recipe {recipe}" for recipe in recipes)]
    for decides, title in ((True, "What decides answers"), (False, "What decides no answer")):
        if own := [difference for difference in found.differences if difference.decides == decides]:
            lines += ["", title]
            lines += [line for difference in own for line in _difference_lines(difference)]
    return "".join(f"{printable(line)}\n" for line in lines)


def _side(configuration: Configuration) -> Side:
    return Side(name=configuration.name, recipe=configuration.digest(), document=canonical.digest_of(configuration))


def _flat(value: Mapping[str, Any], place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every value that is no mapping by its path; an empty mapping is a value."""
    for key, part in value.items():
        if isinstance(part, dict) and part:
            yield from _flat(part, (*place, key))
        else:
            yield (*place, key), part


def _shown_path(path: tuple[str, ...]) -> str:
    """Join the names of a path; one with dots or white space of its own is quoted."""
    return ".".join(key if re.fullmatch(r"[\w-]+", key) else json.dumps(key, ensure_ascii=False) for key in path)


def _is_same(one: Any, other: Any) -> bool:  # noqa: ANN401 - any plain value
    # Canonical bytes decide digests: 1, 1.0 and true are three values.
    return msgspec.UNSET not in (one, other) and canonical.dump(one) == canonical.dump(other)


def _difference_lines(difference: FieldDifference) -> Iterator[str]:
    before, after = difference.before, difference.after
    if not any(isinstance(text, str) and "\n" in text for text in (before, after)):
        yield f"  {difference.field}: {_value(before)} → {_value(after)}"
        return
    yield f"  {difference.field}:"
    old, new = (text.splitlines() if isinstance(text, str) else [_value(text)] for text in (before, after))
    changes = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    yield from (f"    {line}" for line in changes or ("only the line ends differ",))


def _value(value: Any) -> str:  # noqa: ANN401 - any plain value
    return NOTHING if value is msgspec.UNSET else msgspec.json.encode(value, order="sorted").decode()
