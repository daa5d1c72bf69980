"""Leave a trace: the audit log of changes, and the events that readers see at once."""

from typing import Any

from sqlalchemy.orm import Session

from proofboard.app.service.actors import Actor
from proofboard.store.tables import AuditRecord, Event


def record(  # one sentence of the audit log: who did what to whom
    session: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, str],
    now: str,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a line to the audit log, in the transaction of the change itself; `subject` is its kind and id."""
    session.add(
        AuditRecord(
            at=now,
            actor=actor.name,
            organisation_id=actor.organisation_id,
            action=action,
            subject_kind=subject[0],
            subject=subject[1],
            details=details or {},
        )
    )


def announce(
    session: Session, kind: str, body: dict[str, Any], now: str, *, benchmark: str | None, audience: str = "public"
) -> None:
    """Add an event, in the transaction of what happened; `audience` is `public` or an organisation's id."""
    session.add(Event(benchmark_id=benchmark, kind=kind, audience=audience, body=body, at=now))
