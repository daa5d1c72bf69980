"""What is wrong with a value, in the words of people who write YAML and JSON."""

import json
import re
from typing import Any, Final

import msgspec.inspect

SHOWN_OF_A_VALUE: Final = 40

_WORDS: Final = {
    "int": "an integer",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
_KINDS: Final = re.compile(r"`((?:int|float|str|bool|array|object|null)(?: \| \w+)*)`")
_OTHER_KIND: Final = re.compile(rf"Expected {_KINDS.pattern}, got {_KINDS.pattern}")
_SCALARS: Final = frozenset({"int", "float", "bool"})


def worded(message: str, value: Any, kind: Any) -> str:  # noqa: ANN401 - any parsed value against any type
    """Say what was expected and found; `message` is what the decoder says of a value that is not of a kind."""
    text = message.split(" - at `", maxsplit=1)[0]
    if match := _OTHER_KIND.fullmatch(text):
        expected, found = match.groups()
        hint = "; put it in quotes" if "str" in expected.split(" | ") and found in _SCALARS else ""
        return f"expected {_plain(expected)}, found {_plain(found)}{hint}"
    if text.startswith("Invalid enum value"):
        return f"expected one of {', '.join(map(str, _values_of(kind)))}, found {shown(value)}"
    if "matching regex" in text:
        return f"expected {_description_of(kind) or text.partition('regex ')[2]}, found {shown(value)}"
    if "of length" in text and isinstance(value, str):
        return f"{_lowered(text)}, found {len(value):,} characters"
    return _lowered(text) if ", got" in text else f"{_lowered(text)}, found {shown(value)}"


def shown(value: Any) -> str:  # noqa: ANN401 - any parsed value
    """Write a value as JSON, cut short."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_OF_A_VALUE else f"{text[: SHOWN_OF_A_VALUE - 1]}…"


def _plain(kinds: str) -> str:
    return " or ".join(_WORDS.get(kind, kind) for kind in kinds.split(" | "))


def _lowered(text: str) -> str:
    return _KINDS.sub(lambda match: _plain(match[1]), text[:1].lower() + text[1:])


def _values_of(kind: Any) -> list[Any]:  # noqa: ANN401
    described = msgspec.inspect.type_info(kind)
    options = described.types if isinstance(described, msgspec.inspect.UnionType) else (described,)
    return [value for option in options if isinstance(option, msgspec.inspect.LiteralType) for value in option.values]


def _description_of(kind: Any) -> str | None:  # noqa: ANN401
    described = msgspec.inspect.type_info(kind)
    options = described.types if isinstance(described, msgspec.inspect.UnionType) else (described,)
    for option in options:
        if isinstance(option, msgspec.inspect.Metadata) and option.extra_json_schema:
            text = str(option.extra_json_schema.get("description", "")).rstrip(".")
            return text if text[1:2].isupper() else text[:1].lower() + text[1:]
    return None
