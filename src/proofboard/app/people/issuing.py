"""Issue, list and revoke the keys of an organisation; a secret is shown once, by whoever issues it."""

import re
from typing import Final

import msgspec
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from proofboard.app.people.faults import line_faults, raise_all
from proofboard.app.people.keys import KeyTerms, make_key
from proofboard.app.people.paging import FIRST, Page, Span, page
from proofboard.app.people.recognising import as_role
from proofboard.app.people.standing import acting_in, covers, is_id, role_in, ruled_organisation, visible_organisation
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance
from proofboard.app.service.records import record
from proofboard.errors import Fault, RefusedError
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.states import Role
from proofboard.store.tables import ApiKey, Benchmark, Member, Organisation

MOST_KEYS: Final = 200
DEFAULT_DAYS: Final = 365
LARGEST_DAYS: Final = 3650


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    name: str
    role: Role = "submitter"
    benchmarks: tuple[str, ...] = ()
    """What it is limited to; empty is all. A limited key only hands in and reads."""
    days: int | None = DEFAULT_DAYS
    """After which it expires; None is never."""


class KeySummary(msgspec.Struct, frozen=True):
    """A key as it is listed: everything but the secret."""

    id: str
    organisation: str
    name: str
    role: Role
    benchmarks: list[str]
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    used_at: str | None
    """When it was last used, to the minute."""


class IssuedKey(msgspec.Struct, frozen=True):
    """A key with its secret, which nobody can show again."""

    secret: str
    key: KeySummary


def issue_key(instance: Instance, actor: Actor, new: NewKey, organisation: str | None = None) -> IssuedKey:
    """Make a key of an organisation: members up to their own role, keys only where they are an owner's.

    A key that a key makes ends with it. Raises InputError with every fault, and RefusedError.
    """
    now = instance.now()
    with instance.database.writing() as session:
        needed: Role = "submitter" if actor.kind == "person" else "owner"
        row = ruled_organisation(session, actor, organisation, needed, "making a key")
        own = role_in(session, actor, row)
        if own is None or not covers(own, new.role):
            raise RefusedError(403, f"nobody gives a role above their own; yours is {own}, and this one is {new.role}")
        raise_all(_faults(session, new))
        _refuse_many(session, row, now)
        terms = _terms(session, instance, actor, row, new)
        made, secret = make_key(session, row.id, new.name, new.role, now=now, terms=terms)
        details = {"name": new.name, "role": new.role, "benchmarks": list(new.benchmarks), "until": terms.expires_at}
        record(session, acting_in(actor, row), "key made", ("key", made.id), now, details)
        session.flush()
        return IssuedKey(secret, _summary(made, row.name))


def keys(instance: Instance, actor: Actor, organisation: str | None = None, span: Span = FIRST) -> Page[KeySummary]:
    """List keys: those of the organisation to maintainers and owners, their own to submitters; never a secret."""
    with instance.database.reading() as session:
        row = visible_organisation(session, actor, organisation, "listing keys")
        query = select(ApiKey).where(ApiKey.organisation_id == row.id).order_by(ApiKey.id).limit(span.limit + 1)
        if span.after is not None:
            query = query.where(ApiKey.id > span.after)
        own = role_in(session, actor, row)
        if own is None or not covers(own, "maintainer"):
            query = query.where(ApiKey.person_id == actor.id if actor.kind == "person" else ApiKey.id == actor.id)
        found = [_summary(own, row.name) for own in session.scalars(query)]
    return page(found, span.limit, [own.id for own in found])


def revoke_key(instance: Instance, actor: Actor, key_id: str) -> None:
    """Revoke a key and every key that was made with it; owners any, everybody those of their own.

    Revoking twice is revoking once. Raises RefusedError (404) for a key that is not the actor's to see.
    """
    now = instance.now()
    with instance.database.writing() as session:
        refuse_unless(actor.kind != "anonymous", actor, "revoking a key")
        row = session.get(ApiKey, key_id) if is_id(key_id) else None
        organisation = session.get(Organisation, row.organisation_id) if row else None
        if row is None or organisation is None or not _may_revoke(session, actor, organisation, row):
            raise RefusedError(404, "there is no such key, or it is not yours to revoke")
        for revoked in _with_descendants(session, row.id):
            live = (ApiKey.id == revoked, ApiKey.revoked_at.is_(None))
            if session.scalar(update(ApiKey).where(*live).values(revoked_at=now).returning(ApiKey.id)):
                record(session, acting_in(actor, organisation), "key revoked", ("key", revoked), now)


def _may_revoke(session: Session, actor: Actor, organisation: Organisation, row: ApiKey) -> bool:
    own = row.person_id == actor.id if actor.kind == "person" else row.id == actor.id
    return own or (role_in(session, actor, organisation) == "owner" and not actor.benchmarks)


def _with_descendants(session: Session, key_id: str) -> list[str]:
    found, newest = [key_id], [key_id]
    while newest:
        newest = list(session.scalars(select(ApiKey.id).where(ApiKey.parent_id.in_(newest))))
        found += newest
    return found


def _terms(session: Session, instance: Instance, actor: Actor, organisation: Organisation, new: NewKey) -> KeyTerms:
    expires_at = None if new.days is None else instance.later(days=new.days)
    parent = session.get(ApiKey, actor.id) if actor.kind == "key" else None
    if parent is not None and parent.expires_at is not None:
        expires_at = min(expires_at or parent.expires_at, parent.expires_at)
    person_id = parent.person_id if parent else actor.id if actor.kind == "person" else None
    # An owner of the host who makes a key for others is no member there; such a key stands for itself.
    if person_id and session.get(Member, (organisation.id, person_id)) is None:
        person_id = None
    return KeyTerms(
        scopes=new.benchmarks, expires_at=expires_at, person_id=person_id, parent_id=parent.id if parent else None
    )


def _faults(session: Session, new: NewKey) -> list[Fault]:
    faults = line_faults("name", new.name)
    if new.days is not None and not 1 <= new.days <= LARGEST_DAYS:
        faults.append(Fault("days", 0, f"is {new.days}, expected 1 to {LARGEST_DAYS}, or null for no end"))
    asked = [own for own in new.benchmarks if re.match(PATH_ID_PATTERN, own)]
    known = set(session.scalars(select(Benchmark.id).where(Benchmark.id.in_(asked))))
    return faults + [
        Fault("benchmarks", 0, f"{own[:80]!r} is no benchmark of this server")
        for own in new.benchmarks
        if own not in known
    ]


def _refuse_many(session: Session, organisation: Organisation, now: str) -> None:
    live = (
        ApiKey.organisation_id == organisation.id,
        ApiKey.revoked_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now),
    )
    count = session.scalar(select(func.count()).where(*live))
    if count is not None and count >= MOST_KEYS:
        raise RefusedError(409, f"the organisation has {count} keys, at most {MOST_KEYS} may be live; revoke some")


def _summary(row: ApiKey, organisation: str) -> KeySummary:
    return KeySummary(
        id=row.id,
        organisation=organisation,
        name=row.name,
        role=as_role(row.role),
        benchmarks=list(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        used_at=row.used_at,
    )
