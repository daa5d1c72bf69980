"""The examples of the documentation: answers of a small board, kept beside this module and compared by a test."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

PLACE: Final = Path(__file__).with_name("examples.json")


def example(operation: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the example answer of an operation; None where there is none."""
    return _examples().get(operation)


@cache
def _examples() -> dict[str, Any]:
    return msgspec.json.decode(PLACE.read_bytes(), type=dict[str, Any]) if PLACE.exists() else {}
