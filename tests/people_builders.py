"""People of a service: rows of persons, members and sessions, and those who ask."""

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select

from proofboard.app.people.keys import fingerprint
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance, new_id
from proofboard.errors import RefusedError
from proofboard.schemas.states import Role
from proofboard.store.tables import AuditRecord, Member, Organisation, Person, SignIn


def person(instance: Instance, email: str | None = None) -> str:
    """Add somebody who signed in once; returns the id."""
    own = new_id("per")
    row = Person(id=own, issuer="https://id.example", subject=own, name="Ada", email=email, created_at=instance.now())
    with instance.database.writing() as session:
        session.add(row)
    return own


def member(instance: Instance, organisation_id: str, role: Role = "submitter", *, of: str | None = None) -> Actor:
    """Make a person (or `of` a known one) a member; returns them as they ask."""
    own = of or person(instance)
    with instance.database.writing() as session:
        session.add(Member(organisation_id=organisation_id, person_id=own, role=role, created_at=instance.now()))
        is_host = session.get_one(Organisation, organisation_id).is_host
    return Actor("person", own, organisation_id, role, is_host=is_host)


def session_of(instance: Instance, actor: Actor, *, days: int = 7) -> tuple[str, str]:
    """Add a session of a person; returns its token and its CSRF token."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    with instance.database.writing() as session:
        session.add(
            SignIn(
                sha256=fingerprint(token),
                person_id=str(actor.id),
                organisation_id=actor.organisation_id,
                csrf_sha256=fingerprint(csrf),
                created_at=instance.now(),
                expires_at=instance.later(days=days),
            )
        )
    return token, csrf


def actions(instance: Instance) -> list[str]:
    """List what the audit log says was done, the first first."""
    with instance.database.reading() as session:
        return list(session.scalars(select(AuditRecord.action).order_by(AuditRecord.number)))


def status_of(call: Callable[[], Any]) -> int:
    """Return the status that a verb is refused with; 200 where it is not."""
    try:
        call()
    except RefusedError as error:
        return error.status
    return 200


def at_once(*calls: Callable[[], Any]) -> Sequence[int]:
    """Run verbs at the same time and return their statuses, sorted."""
    together = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> int:
        together.wait()
        return status_of(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(one, calls))
