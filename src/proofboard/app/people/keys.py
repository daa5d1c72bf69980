"""API keys: 256 bits of chance behind a short prefix, shown once and kept as SHA-256 only.

A key holds all the entropy a digest can have, so a slow password hash would protect nothing and cost every request.
"""

import re
import secrets
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from proofboard import canonical
from proofboard.app.service.instance import new_id
from proofboard.schemas.states import Role
from proofboard.store.tables import ApiKey

PREFIX: Final = "pb_"
SECRET_BYTES: Final = 32
KEY_PATTERN: Final = re.compile(r"pb_[A-Za-z0-9_-]{43}")
"""What scanners for leaked secrets may look for."""
LONGEST_KEY: Final = 200
"""Anything longer was never a key, and is not hashed."""


class KeyTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a key, and where it comes from."""

    scopes: tuple[str, ...] = ()
    """The benchmarks it is good for; empty is all."""
    expires_at: str | None = None
    """None is never."""
    person_id: str | None = None
    """Who made it: the key is worth no more than the person's role of the moment."""
    parent_id: str | None = None
    """The key that it was made with: revoking that one revokes this one too."""


UNLIMITED: Final = KeyTerms()


def make_key(  # the row and the only sight of its secret
    session: Session, organisation_id: str, name: str, role: Role, *, now: str, terms: KeyTerms = UNLIMITED
) -> tuple[ApiKey, str]:
    """Add a key and return its row with the secret, which is nowhere afterwards; asks nobody for permission."""
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    row = ApiKey(
        id=new_id("key"),
        organisation_id=organisation_id,
        person_id=terms.person_id,
        parent_id=terms.parent_id,
        name=name,
        sha256=fingerprint(secret),
        role=role,
        scopes=list(terms.scopes),
        created_at=now,
        expires_at=terms.expires_at,
        revoked_at=None,
        used_at=None,
    )
    session.add(row)
    return row, secret


def fingerprint(secret: str) -> str:
    """Return what is kept of a secret that is 256 bits of chance."""
    return canonical.digest(secret.encode("utf-8", "surrogatepass"))
