"""Texts with places for what differs from item to item: `{prompt}` and the like."""

import re
from collections.abc import Mapping


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into their places, all in one pass: a brace within a value, or of any other kind, stays as it is."""
    places = "|".join(map(re.escape, values))
    return re.sub(rf"\{{({places})\}}", lambda found: values[found[1]], text)
