"""Invitations: a role that waits for a mail address, taken up by whoever signs in with it once it is verified."""

from typing import Final

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from proofboard.app.people.faults import mail_faults, raise_all, same_address
from proofboard.app.people.mail import sends_mail
from proofboard.app.people.paging import FIRST, Page, Span, page
from proofboard.app.people.recognising import as_role
from proofboard.app.people.standing import acting_in, covers, is_id, locked, role_in, ruled_organisation
from proofboard.app.people.telling import owe
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.records import record
from proofboard.errors import RefusedError
from proofboard.schemas.states import Role
from proofboard.store.changes import changed_rows
from proofboard.store.tables import Invitation, Member, Organisation, Person

DAYS: Final = 14
MOST_OPEN: Final = 50


class InvitationSummary(msgspec.Struct, frozen=True):
    """A role that waits for somebody."""

    id: str
    email: str
    role: Role
    created_at: str
    expires_at: str


def invite(
    instance: Instance, actor: Actor, email: str, role: Role, organisation: str | None = None
) -> InvitationSummary:
    """Invite a mail address; maintainers and owners, up to their own role. The address is told, where mail is sent.

    Raises InputError for what is no mail address, RefusedError (409) where it is invited already.
    """
    raise_all(mail_faults("email", email))
    address, now = same_address(email), instance.now()
    row = Invitation(id=new_id("inv"), email=address, role=role, created_at=now, expires_at=instance.later(days=DAYS))
    try:
        with instance.database.writing() as session:
            named = ruled_organisation(session, actor, organisation, "maintainer", "inviting somebody")
            _refuse_above(session, actor, named, role)
            _refuse_many(session, named, now)
            row.organisation_id = named.id
            session.add(row)
            record(session, acting_in(actor, named), "invited", ("invitation", row.id), now, {"role": role})
            session.flush()
            if sends_mail(instance.settings):
                owe(session, instance, named.id, ("mail", address), _letter(instance, named, row))
            return _summary(row)
    except IntegrityError:
        raise RefusedError(409, "this address is invited already; withdraw that invitation first") from None


def invitations(
    instance: Instance, actor: Actor, organisation: str | None = None, span: Span = FIRST
) -> Page[InvitationSummary]:
    """List the open invitations of an organisation; for maintainers and owners."""
    with instance.database.reading() as session:
        row = ruled_organisation(session, actor, organisation, "maintainer", "listing invitations")
        open_ones = (Invitation.organisation_id == row.id, Invitation.expires_at > instance.now())
        query = select(Invitation).where(*open_ones).order_by(Invitation.id).limit(span.limit + 1)
        if span.after is not None:
            query = query.where(Invitation.id > span.after)
        found = [_summary(own) for own in session.scalars(query)]
    return page(found, span.limit, [own.id for own in found])


def withdraw_invitation(instance: Instance, actor: Actor, invitation_id: str) -> None:
    """Take an invitation back; maintainers and owners, up to their own role."""
    now = instance.now()
    with instance.database.writing() as session:
        refuse_unless(actor.kind != "anonymous", actor, "withdrawing an invitation")
        row = session.get(Invitation, invitation_id) if is_id(invitation_id) else None
        named = session.get(Organisation, row.organisation_id) if row else None
        if row is None or named is None or role_in(session, actor, named) is None:
            raise RefusedError(404, "there is no such invitation; it may have been taken up")
        ruled_organisation(session, actor, named.name, "maintainer", "withdrawing an invitation")
        _refuse_above(session, actor, named, as_role(row.role))
        session.delete(row)
        record(session, acting_in(actor, named), "invitation withdrawn", ("invitation", row.id), now)


def take_up(session: Session, person: Person, now: str) -> None:
    """Make a person a member wherever their address is invited; call it only where the provider verified it.

    Of several who take up the same invitation at the same time, the one whose deletion finds it is the member.
    """
    if person.email is None:
        return
    waiting = (Invitation.email == same_address(person.email), Invitation.expires_at > now)
    for row in session.scalars(select(Invitation).where(*waiting).order_by(Invitation.id)).all():
        # The same order of locks as in every other change of members: the organisation first.
        organisation = session.get_one(Organisation, row.organisation_id)
        locked(session, organisation)
        if changed_rows(session, delete(Invitation).where(Invitation.id == row.id)) != 1:
            continue
        role = as_role(row.role)
        member = session.get(Member, (organisation.id, person.id), populate_existing=True)
        if member is None:
            session.add(Member(organisation_id=organisation.id, person_id=person.id, role=role, created_at=now))
        elif not covers(as_role(member.role), role):
            member.role = role
        details = {"organisation": organisation.name, "role": role}
        actor = Actor("person", person.id, organisation.id)
        record(session, actor, "invitation taken up", ("invitation", row.id), now, details)
        session.flush()


def _refuse_above(session: Session, actor: Actor, organisation: Organisation, role: Role) -> None:
    own = role_in(session, actor, organisation)
    if own is None or not covers(own, role):
        raise RefusedError(403, f"nobody gives a role above their own; yours is {own}, and this one is {role}")


def _refuse_many(session: Session, organisation: Organisation, now: str) -> None:
    session.execute(
        delete(Invitation).where(Invitation.organisation_id == organisation.id, Invitation.expires_at <= now)
    )
    count = session.scalar(select(func.count()).where(Invitation.organisation_id == organisation.id))
    if count is not None and count >= MOST_OPEN:
        raise RefusedError(409, f"{count} invitations are open, at most {MOST_OPEN} may be; withdraw some first")


def _letter(instance: Instance, organisation: Organisation, row: Invitation) -> tuple[str, str]:
    # No display name: its owner chooses it freely, and this goes to strangers.
    where = instance.settings.public_url or "the board"
    text = (
        f"You are invited to the organisation {organisation.name} as {row.role}.\n"
        f"Sign in at {where} with this mail address until {row.expires_at[:10]}.\n"
        "If you do not know of it, do nothing."
    )
    return f"Invitation to {organisation.name}", text


def _summary(row: Invitation) -> InvitationSummary:
    return InvitationSummary(row.id, row.email, as_role(row.role), row.created_at, row.expires_at)
