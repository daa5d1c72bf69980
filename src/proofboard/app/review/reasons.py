"""Public reasons: one line of words that everybody reads, and that the log keeps for ever."""

from typing import Final

from proofboard.core.rules.sensitive import secrets_in
from proofboard.errors import InputError, fault

LONGEST: Final = 1_000


def public_reason(text: str, field: str = "reason") -> str:
    """Return a reason as it is published; raises InputError where it is empty, too long, no line, or holds a secret."""
    said = " ".join(text.split())
    if not said:
        raise _wrong(field, "is empty; say in a sentence why, for everybody to read")
    if len(said) > LONGEST:
        raise _wrong(field, f"has {len(said):,} characters, at most {LONGEST:,} are published")
    if not said.isprintable():
        raise _wrong(field, "holds characters that cannot be shown; write plain text")
    if kinds := sorted({kind for kind, _ in secrets_in(said)}):
        raise _wrong(field, f"holds {', '.join(kinds)}; it would be published, so revoke it and leave it out")
    return said


def _wrong(field: str, reason: str) -> InputError:
    return fault(f"body.{field}", reason)
