"""Members of an organisation: who they are, what they may do, and how they leave."""

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from proofboard.app.people.paging import FIRST, Page, Span, page
from proofboard.app.people.recognising import as_role
from proofboard.app.people.standing import (
    acting_in,
    covers,
    is_id,
    locked,
    role_in,
    ruled_organisation,
    visible_organisation,
)
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance
from proofboard.app.service.records import record
from proofboard.errors import RefusedError
from proofboard.schemas.states import Role
from proofboard.store.tables import ApiKey, Member, Organisation, Person

LAST_OWNER = "this is the last owner of the organisation; make somebody else an owner first"
NO_MEMBER = "there is no such member of this organisation"


class MemberSummary(msgspec.Struct, frozen=True):
    """A person in an organisation."""

    id: str
    """Of the person."""
    name: str | None
    """As the provider of the sign-in says."""
    email: str | None
    """Shown to maintainers and owners only."""
    role: Role
    created_at: str


def members(
    instance: Instance, actor: Actor, organisation: str | None = None, span: Span = FIRST
) -> Page[MemberSummary]:
    """List the members of an organisation; for its members, and for owners and maintainers of the host."""
    with instance.database.reading() as session:
        row = visible_organisation(session, actor, organisation, "listing members")
        query = (
            select(Member, Person)
            .join(Person, Person.id == Member.person_id)
            .where(Member.organisation_id == row.id)
            .order_by(Member.person_id)
            .limit(span.limit + 1)
        )
        if span.after is not None:
            query = query.where(Member.person_id > span.after)
        own = role_in(session, actor, row)
        shows = own is not None and covers(own, "maintainer")
        found = [_summary(member, person, shows=shows) for member, person in session.execute(query)]
    return page(found, span.limit, [own.id for own in found])


def change_role(
    instance: Instance, actor: Actor, person_id: str, role: Role, organisation: str | None = None
) -> MemberSummary:
    """Give a member another role; owners only. The last owner stays one (RefusedError, 409)."""
    now = instance.now()
    with instance.database.writing() as session:
        row = ruled_organisation(session, actor, organisation, "owner", "changing a role")
        member = _locked_member(session, row, person_id)
        person = session.get_one(Person, member.person_id)
        if member.role != role:
            if role != "owner":
                _keep_an_owner(session, member)
            details = {"organisation": row.name, "before": member.role, "after": role}
            member.role = role
            record(session, acting_in(actor, row), "role changed", ("person", person_id), now, details)
        return _summary(member, person, shows=True)


def remove_member(instance: Instance, actor: Actor, person_id: str, organisation: str | None = None) -> None:
    """Take a person out of an organisation, with the keys that they made; owners remove others, anybody leaves.

    The last owner cannot leave (RefusedError, 409).
    """
    now = instance.now()
    with instance.database.writing() as session:
        row = visible_organisation(session, actor, organisation, "removing a member")
        leaves = actor.kind == "person" and actor.id == person_id
        owns = role_in(session, actor, row) == "owner" and not actor.benchmarks
        refuse_unless(leaves or owns, actor, "removing a member")
        member = _locked_member(session, row, person_id)
        _keep_an_owner(session, member)
        session.delete(member)
        own = (ApiKey.organisation_id == row.id, ApiKey.person_id == person_id, ApiKey.revoked_at.is_(None))
        session.execute(update(ApiKey).where(*own).values(revoked_at=now))
        details = {"organisation": row.name, "role": member.role}
        record(session, acting_in(actor, row), "member removed", ("person", person_id), now, details)


def _locked_member(session: Session, organisation: Organisation, person_id: str) -> Member:
    # Of two owners who leave at the same time, the second must see that the first is gone.
    locked(session, organisation)
    named = (organisation.id, person_id)
    member = session.get(Member, named, populate_existing=True) if is_id(person_id) else None
    if member is None:
        raise RefusedError(404, NO_MEMBER)
    return member


def _keep_an_owner(session: Session, member: Member) -> None:
    if member.role != "owner":
        return
    owners = (Member.organisation_id == member.organisation_id, Member.role == "owner")
    if session.scalar(select(func.count()).where(*owners)) == 1:
        raise RefusedError(409, LAST_OWNER)


def _summary(member: Member, person: Person, *, shows: bool) -> MemberSummary:
    email = person.email if shows else None
    return MemberSummary(person.id, person.name, email, as_role(member.role), member.created_at)
