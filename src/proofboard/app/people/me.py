"""Who the service takes you for, and the organisation that you act for."""

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from proofboard.app.people.keys import fingerprint
from proofboard.app.people.recognising import as_role
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance
from proofboard.errors import RefusedError
from proofboard.schemas.states import Role
from proofboard.store.tables import ApiKey, Member, Organisation, Person, SignIn


class Membership(msgspec.Struct, frozen=True):
    """An organisation and a role in it."""

    organisation: str
    display_name: str
    role: Role


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The one who asks."""

    kind: str
    """`key` or `person`."""
    id: str
    name: str | None
    email: str | None
    """The address that the provider has verified; None for a key."""
    organisation: str | None
    """The one acted for; None where there is none yet."""
    role: Role | None
    is_host: bool
    benchmarks: list[str]
    """What a key is limited to; empty is all."""
    organisations: list[Membership]
    """Every membership of a person."""


def me(instance: Instance, actor: Actor) -> Me:
    """Return who asks; raises RefusedError (401) for nobody."""
    refuse_unless(actor.kind in {"key", "person"}, actor, "asking who you are")
    with instance.database.reading() as session:
        own = session.get(Organisation, actor.organisation_id) if actor.organisation_id else None
        person = session.get(Person, actor.id) if actor.kind == "person" else None
        key = session.get(ApiKey, actor.id) if actor.kind == "key" else None
        return Me(
            kind=actor.kind,
            id=str(actor.id),
            name=person.name if person else key.name if key else None,
            email=person.email if person else None,
            organisation=own.name if own else None,
            role=actor.role,
            is_host=actor.is_host,
            benchmarks=list(actor.benchmarks),
            organisations=_memberships(session, str(actor.id)) if person else [],
        )


def act_for(instance: Instance, actor: Actor, token: str | None, organisation: str) -> None:
    """Let a session act for another organisation of its person; raises RefusedError (401, 404)."""
    if actor.kind != "person" or token is None:
        raise RefusedError(401, "only a session acts for one organisation or another; a key belongs to its own")
    with instance.database.writing() as session:
        own = {found.organisation for found in _memberships(session, str(actor.id))}
        if organisation not in own:
            raise RefusedError(404, "there is no such organisation, or you do not belong to it")
        chosen = select(Organisation.id).where(Organisation.name == organisation).scalar_subquery()
        mine = (SignIn.sha256 == fingerprint(token), SignIn.person_id == actor.id)
        session.execute(update(SignIn).where(*mine).values(organisation_id=chosen))


def _memberships(session: Session, person_id: str) -> list[Membership]:
    query = (
        select(Organisation.name, Organisation.display_name, Member.role)
        .join(Member, Member.organisation_id == Organisation.id)
        .where(Member.person_id == person_id)
        .order_by(Organisation.name)
    )
    return [Membership(name, shown, as_role(role)) for name, shown, role in session.execute(query)]
