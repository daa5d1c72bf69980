"""What a program is given of a response, and what it must print: one JSON object, read as if an enemy wrote it."""

import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.core.graders.base import Score, to_grid
from proofboard.errors import printable
from proofboard.schemas.base import LARGEST_INTEGER, PATH_ID_PATTERN
from proofboard.schemas.benchmark import Metric
from proofboard.schemas.bundle import Response
from proofboard.schemas.graded import LONGEST_FINDING, MOST_FINDINGS
from proofboard.schemas.item import Item
from proofboard.schemas.reading import DEEPEST_INPUT, depth_of

LOG: Final = "log"
"""The artifact that holds what the program wrote to standard error."""

MOST_ARTIFACTS: Final = 20
LARGEST_ARTIFACT_BYTES: Final = 1 << 20

LONGEST_NUMBER: Final = 40
_LARGEST_EXPONENT: Final = 30
_NUMBER: Final = re.compile(r"(-?\d+(?:\.\d+)?)(?:[eE]([+-]?\d{1,4}))?")
_PATH_ID: Final = re.compile(PATH_ID_PATTERN)
_KNOWN: Final = ("scores", "findings", "artifacts")
_SHOWN: Final = 60


class Printed(msgspec.Struct, frozen=True):
    """What a program said of a response, checked."""

    scores: Mapping[str, int | None]
    """Metric → integer over that metric's denominator."""
    findings: list[str]
    artifacts: Mapping[str, bytes]


class NoResultError(Exception):
    """A program printed something else than was declared; the message says what."""


def given(item: Item, response: Response, metrics: Mapping[str, Metric]) -> bytes:
    """Write what a program reads from standard input: one JSON object."""
    return canonical.dump(
        {
            "item": {
                "id": item.id,
                "prompt": item.prompt,
                "reference": item.reference,
                "facets": item.facets,
                "choices": item.choices,
            },
            "response": {"output": response.output, "trial": response.trial, "stage": response.stage},
            "metrics": {
                name: {"denominator": metric.denominator, "range": metric.range} for name, metric in metrics.items()
            },
        }
    )


def read_printed(raw: bytes, metrics: Mapping[str, Metric]) -> Printed:
    """Read what a program printed; raises NoResultError for anything but one object with exactly these metrics."""
    found = _parsed(raw)
    if not isinstance(found, dict):
        raise NoResultError(f"printed {_named(found)}, expected one JSON object")
    if unknown := sorted(found.keys() - set(_KNOWN)):
        raise NoResultError(f"printed the key {unknown[0][:_SHOWN]!r}; known are {', '.join(_KNOWN)}")
    return Printed(_scores(found.get("scores"), metrics), _findings(found), _artifacts(found))


class _Digits(str):
    """A number as it was written; nothing is lost in it, and nothing was computed yet."""

    __slots__ = ()


def _parsed(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    if not raw.strip():
        raise NoResultError("printed nothing")
    if depth_of(raw) > DEEPEST_INPUT:
        raise NoResultError(f"printed JSON that is nested deeper than {DEEPEST_INPUT} levels")
    try:
        text = raw.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_int=_Digits,
            parse_float=_Digits,
            parse_constant=_refuse,
        )
        # Half of a surrogate pair, written as an escape, is no character: nothing could be written down again.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise NoResultError(f"printed what is not UTF-8 (byte {error.start})") from error
    except UnicodeEncodeError as error:
        raise NoResultError("printed half of a surrogate pair, which is no character") from error
    except json.JSONDecodeError as error:
        raise NoResultError(f"printed what is not one JSON object: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise NoResultError(f"printed JSON that is nested deeper than {DEEPEST_INPUT} levels") from error
    return value


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NoResultError("printed a key twice")
    return found


def _refuse(constant: str) -> Any:  # noqa: ANN401
    raise NoResultError(f"printed {constant}, which is no number")


def _scores(found: object, metrics: Mapping[str, Metric]) -> dict[str, int | None]:
    if not isinstance(found, dict):
        raise NoResultError(f"printed {_named(found)} as `scores`, expected an object")
    if found.keys() != metrics.keys():
        given_, expected = (", ".join(sorted(names)) or "none" for names in (found, metrics))
        raise NoResultError(f"printed scores of {given_[:_SHOWN]}, expected {expected}")
    return {name: _on_grid(found[name], metric, name) for name, metric in sorted(metrics.items())}


def _on_grid(found: object, metric: Metric, name: str) -> int | None:
    value = _exact(found, name)
    low, high = metric.range
    # Before rounding: what lies outside its range by less than one step of the grid lies outside.
    if value is not None and not low <= value <= high:
        raise NoResultError(f"printed {_named(found)} for {name}, expected {low} to {high}")
    grid = to_grid(value, metric.denominator)
    if grid is not None and abs(grid) > LARGEST_INTEGER:
        raise NoResultError(f"printed {_named(found)} for {name}, which no document can hold")
    return grid


def _exact(found: object, name: str) -> Score:
    if found is None or isinstance(found, bool):
        return found
    if not isinstance(found, _Digits):
        raise NoResultError(f"printed {_named(found)} for {name}, expected a number, true, false or null")
    parts = _NUMBER.fullmatch(found) if len(found) <= LONGEST_NUMBER else None
    # An exponent costs nothing to write and could cost any memory to carry out.
    if parts is None or abs(int(parts[2] or 0)) > _LARGEST_EXPONENT:
        raise NoResultError(f"printed {_named(found)} for {name}: at most {LONGEST_NUMBER} characters are read")
    return Fraction(parts[1]) * Fraction(10) ** int(parts[2] or 0)


def _findings(found: dict[str, Any]) -> list[str]:
    listed = found.get("findings", [])
    if not isinstance(listed, list) or not all(_is_text(own) for own in listed):
        raise NoResultError("printed `findings` that are no list of texts")
    if len(listed) > MOST_FINDINGS or any(len(own) > LONGEST_FINDING for own in listed):
        raise NoResultError(f"printed more than {MOST_FINDINGS} findings, or one of over {LONGEST_FINDING} characters")
    return listed


def _artifacts(found: dict[str, Any]) -> dict[str, bytes]:
    named = found.get("artifacts", {})
    if not isinstance(named, dict) or not all(_is_text(own) for own in named.values()):
        raise NoResultError("printed `artifacts` that are no object of texts")
    if len(named) > MOST_ARTIFACTS:
        raise NoResultError(f"printed {len(named)} artifacts, at most {MOST_ARTIFACTS} are kept")
    for name in named:
        if not _PATH_ID.match(name) or name == LOG:
            raise NoResultError(
                f"printed an artifact called {name[:_SHOWN]!r}; use lower-case letters, and not {LOG!r}"
            )
    kept = {name: text.encode() for name, text in named.items()}
    for name, raw in kept.items():
        if len(raw) > LARGEST_ARTIFACT_BYTES:
            raise NoResultError(f"printed {len(raw):,} bytes of {name!r}, at most {LARGEST_ARTIFACT_BYTES:,} are kept")
    return kept


def _is_text(found: object) -> bool:
    return isinstance(found, str) and not isinstance(found, _Digits)


def _named(found: object) -> str:
    """Name a value shortly, whatever it is."""
    if isinstance(found, _Digits):
        return printable(found[:_SHOWN])
    return {dict: "an object", list: "a list", str: "a text", bool: str(found).lower()}.get(type(found), "null")
