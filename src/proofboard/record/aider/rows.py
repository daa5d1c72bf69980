"""The rows of aider's YAML files, every value as the text that was written.

Read as YAML, the commits `0282574` and `415e898` would be numbers, and the version `0.70` would be `0.7`. So no scalar
is given a type here. Nothing is constructed: no tags, no anchors, no aliases, no nesting.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import yaml

from proofboard.errors import fault
from proofboard.schemas.wording import SHOWN_OF_A_VALUE

LONGEST_VALUE: Final = 2000
_ABSENT: Final = frozenset({"", "~", "null"})


class Row(msgspec.Struct, frozen=True):
    """One element of the list that a file holds."""

    line: int
    values: dict[str, str | None]
    """Field → what was written; None where nothing was."""
    reasons: list[str]
    """Why the row cannot be used, if it cannot."""


def read_rows(raw: bytes, file: str) -> list[Row] | None:
    """Read a list of flat mappings; None for YAML that is something else. Raises InputError for what is no YAML."""
    try:
        loader = yaml.CLoader if hasattr(yaml, "CLoader") else yaml.Loader
        events = list(yaml.parse(raw.decode("utf-8-sig"), Loader=loader))
    except UnicodeDecodeError as error:
        raise fault(file, f"is not UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        raise fault(file, f"is not YAML: {error.problem}", _line_of(error.problem_mark)) from error
    except yaml.YAMLError as error:
        raise fault(file, f"is not YAML: {str(error).splitlines()[0]}") from error
    documents = sum(isinstance(event, yaml.DocumentStartEvent) for event in events)
    if documents != 1:
        raise fault(file, f"holds {documents} YAML documents, expected 1" if documents else "is empty")
    inner = events[2:-2]
    if not inner or not isinstance(inner[0], yaml.SequenceStartEvent):
        return None
    return [_row(own) for own in _parted(inner[1:-1])]


def _line_of(mark: Any) -> int:  # noqa: ANN401 - PyYAML publishes no type of it
    return mark.line + 1 if mark else 0


def _parted(events: list[Any]) -> Iterator[list[Any]]:
    """Cut the events of a collection into those of its elements."""
    depth = 0
    own: list[Any] = []
    for event in events:
        own.append(event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth == 0:
            yield own
            own = []


def _row(events: list[Any]) -> Row:
    line = _line_of(events[0].start_mark)
    if not isinstance(events[0], yaml.MappingStartEvent):
        return Row(line, {}, ["is no mapping, expected fields with names"])
    values: dict[str, str | None] = {}
    refused = sorted(set(filter(None, map(_refused, events))))
    reasons = [f"has {what}; write plain values" for what in refused]
    parts = list(_parted(events[1:-1]))
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if len(key) > 1 or not isinstance(key[0], yaml.ScalarEvent):
            reasons.append("has a key that is no plain text")
            continue
        name = key[0].value
        if name in values:
            reasons.append(f"has the field {_shown(name)} twice; keep one")
        if len(value) > 1:
            reasons.append(f"has several values in {_shown(name)}, expected one")
        values[name] = _text(value[0])
        if len(values[name] or "") > LONGEST_VALUE:
            reasons.append(f"has more than {LONGEST_VALUE} characters in {_shown(name)}")
    return Row(line, values, reasons)


def _refused(event: Any) -> str | None:  # noqa: ANN401
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "an anchor or alias"
    if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
        return "a tag"
    if isinstance(event, yaml.ScalarEvent) and any("\ud800" <= letter <= "\udfff" for letter in event.value):
        return "half of a surrogate pair"
    return None


def _text(event: Any) -> str | None:  # noqa: ANN401
    if not isinstance(event, yaml.ScalarEvent):
        return None
    plain = not event.style
    text: str = event.value.strip()
    return None if plain and text.casefold() in _ABSENT else text


def _shown(name: str) -> str:
    return repr(name[:SHOWN_OF_A_VALUE])
