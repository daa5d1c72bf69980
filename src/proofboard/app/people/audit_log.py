"""The audit log as its readers see it: every change, who made it and when, the latest first."""

from typing import Any, Final

import msgspec
from sqlalchemy import select

from proofboard.app.people.paging import BAD_CURSOR, FIRST, Page, Span, page
from proofboard.app.people.standing import ruled_organisation
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance
from proofboard.errors import fault
from proofboard.store.tables import AuditRecord, Organisation

LARGEST_NUMBER: Final = 2**53


class AuditLine(msgspec.Struct, frozen=True):
    """One change."""

    number: int
    at: str
    actor: str
    """`key:<id>`, `person:<id>`, `worker:<name>` or `system`."""
    organisation: str | None
    action: str
    subject_kind: str
    subject: str
    details: dict[str, Any]


def audit_log(instance: Instance, actor: Actor, organisation: str | None = None, span: Span = FIRST) -> Page[AuditLine]:
    """Return the audit log of an organisation to its owners; without a name, all of it to owners of the host."""
    query = (
        select(AuditRecord, Organisation.name)
        .outerjoin(Organisation, Organisation.id == AuditRecord.organisation_id)
        .order_by(AuditRecord.number.desc())
        .limit(span.limit + 1)
    )
    if span.after is not None:
        query = query.where(AuditRecord.number < _number(span.after))
    with instance.database.reading() as session:
        if organisation is None and actor.is_host:
            refuse_unless(actor.may("owner") and not actor.benchmarks, actor, "reading the audit log")
        else:
            row = ruled_organisation(session, actor, organisation, "owner", "reading the audit log")
            query = query.where(AuditRecord.organisation_id == row.id)
        lines = [_line(own, name) for own, name in session.execute(query)]
    return page(lines, span.limit, [own.number for own in lines])


def _number(place: str) -> int:
    number = int(place) if place.isascii() and place.isdecimal() and len(place) <= len(str(LARGEST_NUMBER)) else 0
    if not 1 <= number <= LARGEST_NUMBER:
        raise fault("query.cursor", BAD_CURSOR)
    return number


def _line(own: AuditRecord, organisation: str | None) -> AuditLine:
    return AuditLine(
        own.number, own.at, own.actor, organisation, own.action, own.subject_kind, own.subject, own.details
    )
