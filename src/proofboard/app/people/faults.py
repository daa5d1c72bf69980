"""What people write about themselves: lines and mail addresses, with every fault of them."""

import re
from collections.abc import Sequence
from typing import Final

from proofboard.errors import Fault, InputError

LONGEST_LINE: Final = 500
LONGEST_ADDRESS: Final = 254
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
"""What browsers take for a mail address (HTML, 4.10.5.1.5): no quoted names, no letters beyond ASCII."""


def line_faults(place: str, text: str) -> list[Fault]:
    """Return what is wrong with one line of text."""
    if not text.strip():
        return [Fault(place, 0, "is empty, expected one line of text")]
    if len(text) > LONGEST_LINE:
        return [Fault(place, 0, f"has {len(text)} characters, expected at most {LONGEST_LINE}")]
    if not text.isprintable():
        return [Fault(place, 0, "has a line break or a control character, expected one line of text")]
    return []


def mail_faults(place: str, address: str) -> list[Fault]:
    """Return what is wrong with a mail address."""
    if len(address) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(address):
        return []
    return [Fault(place, 0, f"is {address[:80]!r}, expected a mail address such as name@example.org")]


def same_address(address: str) -> str:
    """Write a mail address so that two ways to write the same one are equal."""
    return address.strip().lower()


def raise_all(faults: Sequence[Fault]) -> None:
    """Raise InputError where there are faults."""
    if faults:
        raise InputError(faults)
