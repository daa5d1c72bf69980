"""Recognise who asks: by a key, or by the session of a browser; nobody is told why a secret is not accepted."""

import hmac
from typing import Final, cast

import msgspec
from sqlalchemy import Select, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from proofboard.app.people.keys import LONGEST_KEY, fingerprint
from proofboard.app.service.actors import ANONYMOUS, Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import RefusedError
from proofboard.schemas.states import ROLES, Role
from proofboard.settings import Settings
from proofboard.store.tables import ApiKey, Member, Organisation, SignIn

KEY_HEADER: Final = "api-key"
CSRF_HEADER: Final = "x-csrf-token"
USE_SECONDS: Final = 60
"""The use of a key is written down at most this often: a busy key must not turn every read into a write."""

UNKNOWN_KEY: Final = "this key is not known, has expired, or was revoked; ask an owner of the organisation for another"
FORGED: Final = f"a change with a session needs the token of its second cookie in the header {CSRF_HEADER}"


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a request shows of who sends it."""

    key: str | None = None
    """Of the header `api-key`, or of `Authorization: Bearer`."""
    session: str | None = None
    """Of the cookie that `session_cookie` names."""
    csrf: str | None = None
    """Of the header `x-csrf-token`."""
    changes: bool = True
    """True for every method but GET, HEAD and OPTIONS."""


def session_cookie(settings: Settings) -> str:
    """Name the cookie of a session, which no script can read."""
    return cookie_name(settings, "session")


def csrf_cookie(settings: Settings) -> str:
    """Name the cookie of the token that a page sends back in the header `x-csrf-token`."""
    return cookie_name(settings, "csrf")


def cookie_name(settings: Settings, what: str) -> str:
    """Name a cookie; on https by the prefix that no neighbouring site can forge (RFC 6265bis, 4.1.3)."""
    return f"__Host-proofboard-{what}" if is_secure(settings) else f"proofboard-{what}"


def is_secure(settings: Settings) -> bool:
    """Say whether readers come over https, so that cookies must never travel without it."""
    return (settings.public_url or "").lower().startswith("https://")


def recognise(instance: Instance, shown: Shown) -> Actor:
    """Return who sends a request: a key goes before a session, and without either it is nobody.

    Raises RefusedError: 401 for a key that is not accepted, 403 for a change by a session without its CSRF token.
    """
    if shown.key is not None:
        actor = recognise_key(instance, shown.key)
        if actor is None:
            raise RefusedError(401, UNKNOWN_KEY)
        return actor
    if shown.session is not None:
        return recognise_session(instance, shown.session, shown.csrf, changes=shown.changes)
    return ANONYMOUS


def recognise_key(instance: Instance, key: str) -> Actor | None:
    """Return whom a key stands for; None for one that is unknown, expired or revoked, without saying which."""
    if len(key) > LONGEST_KEY:
        return None
    now = instance.now()
    with instance.database.reading() as session:
        row = session.scalar(_good_key(key, now))
        if row is None:
            return None
        is_host, member_role = _standing(session, row.organisation_id, row.person_id)
        # A key of a person ends with the membership.
        if row.person_id is not None and member_role is None:
            return None
        role = as_role(row.role) if member_role is None else lower_role(as_role(row.role), member_role)
        actor = Actor("key", row.id, row.organisation_id, role=role, is_host=is_host, benchmarks=tuple(row.scopes))
        used_at = row.used_at
    if used_at is None or used_at <= instance.later(seconds=-USE_SECONDS):
        _note_use(instance, key, now)
    return actor


def recognise_session(instance: Instance, token: str, csrf: str | None, *, changes: bool) -> Actor:
    """Return the person of a session; nobody where it is unknown or over.

    Raises RefusedError (403) for a change that does not show the session's CSRF token: another site can make a browser
    send the cookie, and cannot read the token.
    """
    with instance.database.reading() as session:
        row = session_row(session, token, instance.now())
        if row is None:
            return ANONYMOUS
        if changes and (csrf is None or not hmac.compare_digest(fingerprint(csrf), row.csrf_sha256)):
            raise RefusedError(403, FORGED)
        person_id, organisation_id = row.person_id, row.organisation_id
        if organisation_id is None:
            return Actor("person", person_id)
        is_host, role = _standing(session, organisation_id, person_id)
    if role is None:
        return Actor("person", person_id)
    return Actor("person", person_id, organisation_id, role=role, is_host=is_host)


def session_row(session: Session, token: str, now: str) -> SignIn | None:
    """Return the row of a session that is not over."""
    return session.scalar(select(SignIn).where(SignIn.sha256 == fingerprint(token), SignIn.expires_at > now))


def as_role(text: str) -> Role:
    """Read a role that a table keeps."""
    return cast("Role", text)


def lower_role(one: Role, other: Role) -> Role:
    """Return the role of two that may do less."""
    return max(one, other, key=ROLES.index)


def _good_key(key: str, now: str) -> Select[ApiKey]:
    return select(ApiKey).where(
        ApiKey.sha256 == fingerprint(key),
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
    )


def _standing(session: Session, organisation_id: str, person_id: str | None) -> tuple[bool, Role | None]:
    """Return whether an organisation is the host, and the person's role in it."""
    is_host = session.scalar(select(Organisation.is_host).where(Organisation.id == organisation_id))
    role = session.scalar(
        select(Member.role).where(Member.organisation_id == organisation_id, Member.person_id == person_id)
    )
    return bool(is_host), None if role is None else as_role(role)


def _note_use(instance: Instance, key: str, now: str) -> None:
    try:
        with instance.database.writing() as session:
            session.execute(update(ApiKey).where(ApiKey.sha256 == fingerprint(key)).values(used_at=now))
    except SQLAlchemyError:
        # A full disk must not lock out who only reads; the note is a courtesy.
        return
