"""What somebody may do in an organisation: the role that is asked of every verb about people."""

import re
from typing import Final

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from proofboard.app.people.recognising import as_role
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.errors import RefusedError
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.states import ROLES, Role
from proofboard.store.tables import Member, Organisation

_ID: Final = re.compile(r"[a-z]{3}-[0-9a-f]{32}")


def visible_organisation(session: Session, actor: Actor, name: str | None, what: str) -> Organisation:
    """Return an organisation that the actor belongs to, or any to owners and maintainers of the host.

    `name` may be None for the actor's own. Raises RefusedError: 401 for nobody, 404 for every other organisation,
    whether there is one of that name or not.
    """
    refuse_unless(actor.kind != "anonymous", actor, what)
    organisation = _named(session, actor, name)
    if organisation is None or not (role_in(session, actor, organisation) or _hosts(actor)):
        if _hosts(actor):
            raise RefusedError(
                404, f"there is no organisation {str(name)[:64]!r}; an owner makes one: POST /organisations"
            )
        raise RefusedError(404, "there is no such organisation, or you do not belong to it")
    return organisation


def ruled_organisation(session: Session, actor: Actor, name: str | None, role: Role, what: str) -> Organisation:
    """Return an organisation in which the actor has a role or a higher one; raises RefusedError (401, 403, 404)."""
    organisation = visible_organisation(session, actor, name, what)
    # A key for single benchmarks is for handing in: with it nobody makes a key for all of them.
    own = None if actor.benchmarks else role_in(session, actor, organisation)
    refuse_unless(own is not None and covers(own, role), actor, what)
    return organisation


def role_in(session: Session, actor: Actor, organisation: Organisation) -> Role | None:
    """Return an actor's role in an organisation; owners of the host have it everywhere, since the service is theirs.

    A key of theirs for single benchmarks has it in its own organisation only.
    """
    if _hosts(actor) and actor.role == "owner":
        return "owner"
    if actor.kind == "person":
        found = session.scalar(
            select(Member.role).where(Member.organisation_id == organisation.id, Member.person_id == actor.id)
        )
        return None if found is None else as_role(found)
    return actor.role if actor.organisation_id == organisation.id else None


def covers(own: Role, other: Role) -> bool:
    """Say whether one role may do all that another may."""
    return ROLES.index(own) <= ROLES.index(other)


def acting_in(actor: Actor, organisation: Organisation) -> Actor:
    """Return the actor as the audit log of an organisation names it."""
    return msgspec.structs.replace(actor, organisation_id=organisation.id)


def locked(session: Session, organisation: Organisation) -> None:
    """Let nobody else change the members of an organisation until this transaction ends."""
    session.execute(select(Organisation.id).where(Organisation.id == organisation.id).with_for_update(key_share=True))


def _hosts(actor: Actor) -> bool:
    return actor.is_host and actor.may("maintainer") and not actor.benchmarks


def is_id(text: str) -> bool:
    """Say whether a text can be an id of ours: whatever else was sent is never asked of a database."""
    return _ID.fullmatch(text) is not None


def _named(session: Session, actor: Actor, name: str | None) -> Organisation | None:
    if name is None:
        return session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
    if not re.match(PATH_ID_PATTERN, name):
        return None
    return session.scalar(select(Organisation).where(Organisation.name == name))
