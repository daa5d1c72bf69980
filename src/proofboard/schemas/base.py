"""The ground of all documents: closed and frozen structs, and the names that appear in paths."""

from typing import Annotated, Final, Literal

import msgspec

# `$` alone would let a line feed through at the end of a name.
PATH_ID_PATTERN: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$(?!\n)"
DIGEST_PATTERN: Final = r"^sha256:[0-9a-f]{64}$(?!\n)"
DATE_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2}))?$(?!\n)"
)

LARGEST_INTEGER: Final = 2**53
"""Integers beyond ±2⁵³ are refused: many JSON readers would silently round them."""

PathId = Annotated[
    str,
    msgspec.Meta(
        pattern=PATH_ID_PATTERN,
        description="Lower-case letters, digits, dot, underscore and hyphen; at most 64; safe as a file name.",
    ),
]
Digest = Annotated[str, msgspec.Meta(pattern=DIGEST_PATTERN, description="SHA-256 of exact bytes.")]
Date = Annotated[str, msgspec.Meta(pattern=DATE_PATTERN, description="A day, or an instant with its UTC offset.")]
Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)]
Integer = Annotated[int, msgspec.Meta(ge=-LARGEST_INTEGER, le=LARGEST_INTEGER)]
Text = Annotated[str, msgspec.Meta(max_length=1_000_000)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]

ItemSetName = Literal["public", "held_out", "repair"]
"""`repair` items are public too; they feed the close-the-loop figures only."""

Assurance = Literal["reported", "attested", "recomputed", "rerun"]
"""How a number is known, from the weakest to the strongest."""

EntryKind = Literal["default", "community", "baseline", "chance", "human", "seed"]


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A closed, frozen record; a field it does not know is a fault."""


class LeanDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A record that is written many times: fields at their default are left out of its bytes."""
