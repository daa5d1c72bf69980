"""Sign in with an OpenID Connect provider, and out again: sessions of browsers, and nothing that could be guessed.

What a sign-in needs on its way lies in a cookie of the browser that began it: an answer of the provider that arrives in
another browser is refused, so that nobody is signed in as somebody else by a link.
"""

import base64
import binascii
import hmac
import secrets
from typing import Final
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from proofboard.app.people.invitations import take_up
from proofboard.app.people.keys import fingerprint
from proofboard.app.people.openid import Attempt, Claims, address_of_sign_in, claims_of, client_of
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.records import record
from proofboard.errors import RefusedError, fault
from proofboard.store.tables import Member, Person, SignIn

ATTEMPT_MINUTES: Final = 10
SESSION_DAYS: Final = 7
SECRET_BYTES: Final = 32
LONGEST_PATH: Final = 1000
LONGEST_ATTEMPT: Final = 4000

NOBODY: Final = "the provider signed nobody in; begin again at /sign-in"
FOREIGN: Final = "this sign-in was not begun in this browser, or took too long; begin again at /sign-in"


class Begun(msgspec.Struct, frozen=True):
    """Where a browser goes next, and what it keeps meanwhile."""

    address: str
    attempt: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser brings back from the provider."""

    state: str | None = None
    code: str | None = None
    error: str | None = None
    issuer: str | None = None
    """Of providers that say so (RFC 9207)."""


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: both secrets are shown to the browser, and nowhere kept."""

    token: str
    csrf: str
    return_to: str
    seconds: int
    """How long it lasts."""


def begin_sign_in(instance: Instance, return_to: str = "/") -> Begun:
    """Send somebody to the provider; raises InputError for a `return_to` that is no path of this server."""
    if not _is_own_path(return_to):
        raise fault("query.return_to", f"is {return_to[:80]!r}, expected a path of this server such as /entries")
    client = client_of(instance.settings)
    attempt = Attempt(
        state=_secret(),
        nonce=_secret(),
        verifier=_secret(),
        return_to=return_to,
        until=instance.later(minutes=ATTEMPT_MINUTES),
    )
    address = address_of_sign_in(client, attempt, _seconds(instance) // 3600)
    return Begun(address, base64.urlsafe_b64encode(msgspec.json.encode(attempt)).decode())


def finish_sign_in(instance: Instance, answered: Answered, attempt: str | None, before: str | None) -> SignedIn:
    """Make a session of what the provider answers, with new secrets; an earlier one of the browser (`before`) ends.

    Raises RefusedError: 403 where this browser did not begin it, 401 where the provider does not vouch for anybody.
    """
    client = client_of(instance.settings)
    if answered.error is not None:
        # Nobody is signed in by it, so that it does not matter which sign-in it answers: some providers do not say.
        raise RefusedError(401, NOBODY)
    begun = _attempt(attempt)
    if begun is None or begun.until <= instance.now() or not _is_same(begun.state, answered.state):
        raise RefusedError(403, FOREIGN)
    if answered.issuer is not None and answered.issuer.rstrip("/") != client.issuer.rstrip("/"):
        raise RefusedError(403, FOREIGN)
    if not answered.code:
        raise RefusedError(401, NOBODY)
    claims = claims_of(client, begun, answered.code, _seconds(instance))
    token, csrf, now = _secret(), _secret(), instance.now()
    with instance.database.writing() as session:
        person = _person(session, claims, now)
        if claims.email is not None:
            take_up(session, person, now)
        session.execute(delete(SignIn).where(SignIn.expires_at <= now))
        if before is not None:
            session.execute(delete(SignIn).where(SignIn.sha256 == fingerprint(before)))
        session.add(
            SignIn(
                sha256=fingerprint(token),
                person_id=person.id,
                organisation_id=_first_organisation(session, person.id),
                csrf_sha256=fingerprint(csrf),
                created_at=now,
                expires_at=instance.later(days=SESSION_DAYS),
            )
        )
    return SignedIn(token, csrf, begun.return_to, SESSION_DAYS * 86_400)


def sign_out(instance: Instance, actor: Actor, token: str | None) -> None:
    """End the session that the actor asks with, for good; raises RefusedError (401) for everybody else."""
    if actor.kind != "person" or token is None:
        raise RefusedError(401, "there is no session to end")
    with instance.database.writing() as session:
        session.execute(delete(SignIn).where(SignIn.sha256 == fingerprint(token), SignIn.person_id == actor.id))


def _person(session: Session, claims: Claims, now: str) -> Person:
    """Return the row of whom a provider names; of two first sign-ins at the same time one makes it."""
    known = select(Person).where(Person.issuer == claims.issuer, Person.subject == claims.subject)
    person = session.scalar(known)
    if person is None:
        person = Person(
            id=new_id("per"), issuer=claims.issuer, subject=claims.subject, name=None, email=None, created_at=now
        )
        try:
            with session.begin_nested():
                session.add(person)
            record(session, Actor("person", person.id), "first sign-in", ("person", person.id), now)
        except IntegrityError:
            person = session.scalars(known).one()
    person.name, person.email = claims.name, claims.email
    session.flush()
    return person


def _first_organisation(session: Session, person_id: str) -> str | None:
    own = select(Member.organisation_id).where(Member.person_id == person_id)
    return session.scalar(own.order_by(Member.created_at, Member.organisation_id).limit(1))


def _is_own_path(path: str) -> bool:
    """Say whether a browser that follows a path stays here: two slashes, of either kind, begin the name of a host."""
    if not path.startswith("/") or len(path) > LONGEST_PATH or not path.isascii() or not path.isprintable():
        return False
    if path[1:2] in {"/", "\\"} or "\\" in path or " " in path:
        return False
    split = urlsplit(path)
    return not split.scheme and not split.netloc


def _attempt(cookie: str | None) -> Attempt | None:
    if cookie is None or len(cookie) > LONGEST_ATTEMPT:
        return None
    try:
        begun = msgspec.json.decode(base64.urlsafe_b64decode(cookie.encode()), type=Attempt)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return None
    # What the browser kept is checked again, as if it had just been sent.
    return begun if _is_own_path(begun.return_to) and begun.state else None


def _is_same(kept: str, brought: str | None) -> bool:
    return brought is not None and hmac.compare_digest(kept.encode(), brought.encode())


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _seconds(instance: Instance) -> int:
    return int(instance.clock().timestamp())
