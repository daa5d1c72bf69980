"""The texts of a configuration, each with the path of its field and what it reaches."""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

import msgspec

from proofboard.core.rules.sensitive import secrets_in
from proofboard.schemas.configuration import DECIDING_FIELDS, Configuration

Reach = Literal["machine", "model", "reader"]

PROMPTS: Final = "extra_prompts"
SHOWN_LETTERS: Final = 40
SHORTEST_SECRET: Final = 16
"""No secret of letters, digits, dots, hyphens and underscores is shorter."""


class Leaf(msgspec.Struct, frozen=True):
    """A text or number of a configuration."""

    place: str
    """Its path: `settings.steps[2].name`."""
    value: Any
    is_key: bool
    """True for the names of a mapping that the author chose."""
    reach: Reach
    """Who takes it: software, a model that is prompted with it, or only people."""

    @property
    def holder(self) -> str:
        """How a message calls it."""
        return f"{self.place} (the key)" if self.is_key else self.place


def leaves_of(configuration: Configuration) -> list[Leaf]:
    """List every text and number of a configuration, in the order of its fields."""
    plain = msgspec.to_builtins(configuration)
    return [leaf for field, value in plain.items() for leaf in _leaves(value, field, _reach_of(field))]


def place_of_key(place: str, key: str, number: int) -> str:
    """Return the path of a value in a mapping; a key that is no plain word is told by its number."""
    if not re.fullmatch(r"[\w.-]{1,64}", key) or (len(key) >= SHORTEST_SECRET and secrets_in(key)):
        return f"{place}[key {number}]"
    return f"{place}.{key}"


def quoted(text: str) -> str:
    """Repeat a text in a message, cut short; a secret is never repeated."""
    if secrets_in(text):
        return "a text with a secret"
    return repr(text if len(text) <= SHOWN_LETTERS else f"{text[: SHOWN_LETTERS - 1]}…")


def _reach_of(field: str) -> Reach:
    if field not in DECIDING_FIELDS:
        return "reader"
    return "model" if field == PROMPTS else "machine"


def _leaves(value: Any, place: str, reach: Reach) -> Iterator[Leaf]:  # noqa: ANN401 - any plain value
    match value:
        case dict():
            chosen = place.partition(".")[0] in {PROMPTS, "settings", "target_subgroup"}
            for number, (key, part) in enumerate(value.items(), start=1):
                own = place_of_key(place, str(key), number)
                if chosen:
                    yield Leaf(own, str(key), is_key=True, reach="reader" if reach == "reader" else "machine")
                yield from _leaves(part, own, reach)
        case list():
            for index, part in enumerate(value):
                yield from _leaves(part, f"{place}[{index}]", reach)
        case str() | int() | float():
            yield Leaf(place, value, is_key=False, reach=reach)
