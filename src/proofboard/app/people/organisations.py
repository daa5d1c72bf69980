"""Organisations: who they are, who makes them, and where they are told of what happens."""

import base64
import re
import secrets
from typing import Final

import msgspec
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from proofboard.app.people.faults import line_faults, mail_faults, raise_all
from proofboard.app.people.paging import FIRST, Page, Span, page
from proofboard.app.people.standing import acting_in, role_in, ruled_organisation, visible_organisation
from proofboard.app.people.webhooks import address_faults
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.records import record
from proofboard.errors import Fault, RefusedError
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.schemas.states import Role
from proofboard.store.tables import Member, Organisation, SignIn

MOST_ADDRESSES: Final = 10
WEBHOOK_SECRET_BYTES: Final = 32


class OrganisationSummary(msgspec.Struct, frozen=True):
    """An account holder, as its members see it."""

    name: str
    display_name: str
    is_host: bool
    """True for the organisation that runs this server."""
    role: Role | None
    """What the one who asks may do in it."""
    created_at: str


class Notifications(msgspec.Struct, frozen=True):
    """Where an organisation is told of what becomes of its submissions."""

    mail: list[str]
    webhook: str | None
    webhook_secret: str | None = None
    """With which deliveries are signed; shown only when the webhook is set."""


def organisations(instance: Instance, actor: Actor, span: Span = FIRST) -> Page[OrganisationSummary]:
    """List the organisations that the actor belongs to by name; all of them to owners and maintainers of the host."""
    refuse_unless(actor.kind != "anonymous", actor, "listing organisations")
    query = select(Organisation).order_by(Organisation.name).limit(span.limit + 1)
    if span.after is not None:
        query = query.where(Organisation.name > span.after)
    if not (actor.is_host and actor.may("maintainer") and not actor.benchmarks):
        own = select(Member.organisation_id).where(Member.person_id == actor.id)
        query = query.where(
            Organisation.id.in_(own) if actor.kind == "person" else Organisation.id == actor.organisation_id
        )
    with instance.database.reading() as session:
        rows = [_summary(session, actor, own) for own in session.scalars(query)]
    return page(rows, span.limit, [own.name for own in rows])


def read_organisation(instance: Instance, actor: Actor, name: str) -> OrganisationSummary:
    """Return one organisation; raises RefusedError."""
    with instance.database.reading() as session:
        return _summary(session, actor, visible_organisation(session, actor, name, "reading an organisation"))


def create_organisation(instance: Instance, actor: Actor, name: str, display_name: str) -> OrganisationSummary:
    """Make an organisation, with the person who asks as its owner.

    A person makes one, because quotas are counted per organisation; owners of the host make any number, and are no
    members of them. Raises InputError for a name that cannot be used and RefusedError for one that is taken (409).
    """
    for_others = actor.is_host and actor.may("owner") and not actor.benchmarks
    by_themselves = actor.kind == "person" and instance.settings.new_organisations == "anybody"
    refuse_unless(for_others or by_themselves, actor, "making an organisation")
    faults = line_faults("display_name", display_name)
    if not re.match(PATH_ID_PATTERN, name):
        rule = "a letter or digit first, then lower-case letters, digits, dot, underscore and hyphen, 64 at most"
        faults.append(Fault("name", 0, f"is {name[:80]!r}, expected {rule}"))
    raise_all(faults)
    now = instance.now()
    maker = None if for_others else actor.id
    row = Organisation(
        id=new_id("org"), name=name, display_name=display_name, notify={}, created_by=maker, created_at=now
    )
    try:
        with instance.database.writing() as session:
            _refuse_second(session, maker)
            session.add(row)
            session.flush()
            if maker is not None:
                session.add(Member(organisation_id=row.id, person_id=maker, role="owner", created_at=now))
                without = (SignIn.person_id == maker, SignIn.organisation_id.is_(None))
                session.execute(update(SignIn).where(*without).values(organisation_id=row.id))
            record(session, acting_in(actor, row), "organisation made", ("organisation", row.id), now, {"name": name})
            session.flush()
            return _summary(session, actor, row)
    except IntegrityError:
        raise RefusedError(409, f"the name {name!r} is taken, or you have made an organisation already") from None


def rename_organisation(instance: Instance, actor: Actor, name: str, display_name: str) -> OrganisationSummary:
    """Change the name that readers see; owners only. The name in addresses never changes."""
    raise_all(line_faults("display_name", display_name))
    now = instance.now()
    with instance.database.writing() as session:
        row = ruled_organisation(session, actor, name, "owner", "changing an organisation")
        details = {"before": row.display_name, "after": display_name}
        row.display_name = display_name
        record(session, acting_in(actor, row), "organisation renamed", ("organisation", row.id), now, details)
        return _summary(session, actor, row)


def read_notifications(instance: Instance, actor: Actor, name: str) -> Notifications:
    """Return where an organisation is told; for maintainers and owners, without the secret."""
    with instance.database.reading() as session:
        row = ruled_organisation(session, actor, name, "maintainer", "reading notifications")
        return Notifications(list(row.notify.get("mail", [])), row.notify.get("webhook"))


def set_notifications(
    instance: Instance, actor: Actor, name: str, *, mail: list[str], webhook: str | None
) -> Notifications:
    """Change where an organisation is told; owners only. A webhook that is new gets a new secret, shown here alone.

    Raises InputError with every address that cannot be used.
    """
    faults = [own for number, address in enumerate(mail) for own in mail_faults(f"mail.{number}", address)]
    if len(mail) > MOST_ADDRESSES:
        faults.append(Fault("mail", 0, f"has {len(mail)} addresses, expected at most {MOST_ADDRESSES}"))
    if webhook is not None:
        faults += address_faults("webhook", webhook, private=instance.settings.private_webhooks)
    raise_all(faults)
    now = instance.now()
    with instance.database.writing() as session:
        row = ruled_organisation(session, actor, name, "owner", "changing notifications")
        before = row.notify
        secret = None if webhook in {None, before.get("webhook")} else _new_secret()
        kept = secret or before.get("webhook_secret")
        row.notify = {"mail": mail} | ({"webhook": webhook, "webhook_secret": kept} if webhook else {})
        # The address of a webhook is often its only secret, and mail addresses are people's: the log counts them.
        details = {"mail": len(mail), "webhook": webhook is not None}
        record(session, acting_in(actor, row), "notifications changed", ("organisation", row.id), now, details)
        return Notifications(mail, webhook, secret)


def _refuse_second(session: Session, maker: str | None) -> None:
    if maker is not None and session.scalar(select(Organisation.id).where(Organisation.created_by == maker)):
        raise RefusedError(409, "you have made an organisation already; an owner of this server can make others")


def _new_secret() -> str:
    """Make a secret in the form of Standard Webhooks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(WEBHOOK_SECRET_BYTES)).decode()}"


def _summary(session: Session, actor: Actor, row: Organisation) -> OrganisationSummary:
    role = role_in(session, actor, row)
    return OrganisationSummary(row.name, row.display_name, row.is_host, role, row.created_at)
