"""Keys as a command prints them."""

from collections.abc import Sequence

from proofboard.app.people.issuing import IssuedKey, KeySummary


def issued_text(issued: IssuedKey) -> str:
    """Write a key that was just made, with its secret on the first line."""
    key = issued.key
    until = f"until {key.expires_at[:10]}" if key.expires_at else "without an end"
    return f"{issued.secret}\n{key.id}: {key.role} of {key.organisation}, {until}; the secret is not shown again\n"


def keys_text(keys: Sequence[KeySummary]) -> str:
    """Write one line for each key."""
    return "".join(f"{key.id}  {key.role:<10}  {_state(key):<22}  {key.name}\n" for key in keys) or "no keys\n"


def _state(key: KeySummary) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at[:10]}"
    return f"expires {key.expires_at[:10]}" if key.expires_at else "no end"
