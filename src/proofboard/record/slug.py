"""Path ids from the free names of other tools."""

import unicodedata
from collections.abc import Container

from proofboard import canonical

LONGEST_ID = 64


def slug(name: str, taken: Container[str] = ()) -> str:
    """Turn any name into a path id; a name that would collide gets a digest's first digits at its end."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    kept = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "-" for letter in plain)
    kept = kept.lower().strip("-._") or "x"
    if len(kept) <= LONGEST_ID and kept not in taken:
        return kept
    return f"{kept[:55].rstrip('-._')}-{canonical.hex_of(canonical.digest(name.encode()))[:8]}"
