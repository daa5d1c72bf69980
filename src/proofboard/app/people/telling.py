"""Tell an organisation what became of its work: by mail and webhook, tried until it arrives or is given up.

A message holds states, public reasons and faults, which all may see; nothing of the held-out set is ever in reach here.
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from proofboard.app.people.mail import Letter, mail_server, send, sends_mail
from proofboard.app.people.outcomes import Failure
from proofboard.app.people.webhooks import Message, post
from proofboard.app.service.actors import SYSTEM
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.jobs import NewJob, promise
from proofboard.app.service.moves import faults_of
from proofboard.app.service.records import record
from proofboard.errors import InputError, printable
from proofboard.schemas.states import SubmissionState
from proofboard.store.changes import changed_rows
from proofboard.store.tables import Delivery, Organisation, Submission

RETRY_SECONDS: Final = (60, 300, 1_800, 7_200, 21_600, 43_200, 86_400)
"""How long to wait after each attempt that failed; after one more, the message is given up: two days in all."""
LONGEST_SUBJECT: Final = 200
LONGEST_BODY: Final = 20_000
SHOWN_FAULTS: Final = 50

TOLD: Final[Mapping[SubmissionState, str]] = {
    "in_review": "waits for a review",
    "queued": "was accepted and waits for its evaluation",
    "published": "is published",
    "refused": "was refused",
    "failed": "could not be evaluated",
    "withdrawn": "was withdrawn",
    "superseded": "was superseded",
}
"""The states that an organisation hears of, in words."""


def tell(session: Session, instance: Instance, organisation_id: str, subject: str, body: str) -> None:
    """Owe a message to an organisation, in the transaction of its cause; nobody is told where nobody asked for it."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        return
    webhook = organisation.notify.get("webhook")
    targets = [("webhook", webhook)] if webhook else []
    if sends_mail(instance.settings):
        targets += [("mail", address) for address in organisation.notify.get("mail", [])]
    for channel, target in targets:
        owe(session, instance, organisation_id, (channel, target), (subject, body))


def tell_of(session: Session, instance: Instance, submission: Submission) -> None:
    """Tell an organisation of the state that its submission has moved to, with the reasons, where it hears of it."""
    said = TOLD.get(submission.state)  # type: ignore[call-overload]
    if said is None:
        return
    about = submission.entry or submission.model
    faults = [str(own) for own in faults_of(submission)]
    more = [f"… and {len(faults) - SHOWN_FAULTS} more"] if len(faults) > SHOWN_FAULTS else []
    reason = [submission.public_reason] if submission.public_reason else []
    lines = [f"Submission {submission.id} of {about} {said}.", *reason, *faults[:SHOWN_FAULTS], *more]
    tell(session, instance, submission.organisation_id, f"{about} {said}", "\n".join(lines))


def owe(
    session: Session, instance: Instance, organisation_id: str, way: tuple[str, str], said: tuple[str, str]
) -> None:
    """Add one message: `way` is its channel and target, `said` its subject and text."""
    now = instance.now()
    row = Delivery(
        id=new_id("dlv"),
        organisation_id=organisation_id,
        channel=way[0],
        target=way[1],
        subject=printable(said[0])[:LONGEST_SUBJECT],
        body=said[1][:LONGEST_BODY],
        created_at=now,
        attempts=0,
        next_at=now,
    )
    session.add(row)
    session.flush()
    promise(session, NewJob(kind="deliver", subject=row.id, organisation=organisation_id), now)


def deliver(instance: Instance, delivery_id: str) -> None:
    """Try once to deliver a message; it is tried again later, or given up on record.

    A worker that dies after sending sends again: receivers know a repetition by its id.
    """
    with instance.database.writing() as session:
        row = session.get(Delivery, delivery_id)
        if row is None or row.delivered_at or row.given_up_at:
            return
        claim = update(Delivery).where(Delivery.id == row.id, Delivery.attempts == row.attempts)
        if changed_rows(session, claim.values(attempts=row.attempts + 1)) != 1:
            return
        session.refresh(row)
        secret = _secret_of(session, row)
    # The network is asked outside of any transaction: a slow receiver must block nobody.
    failure = _attempt(instance, row, secret)
    with instance.database.writing() as session:
        session.add(row)
        _note(session, instance, row, failure)


def _attempt(instance: Instance, row: Delivery, secret: str | None) -> Failure | None:
    if row.channel == "mail":
        try:
            server = mail_server(instance.settings)
        except InputError:
            return Failure("mail is not set up on this server")
        return send(server, Letter(row.id, row.target, row.subject, f"{row.body}\n", row.created_at))
    if secret is None:
        return Failure("the webhook was removed or changed", is_final=True)
    said = {"type": "notice", "timestamp": row.created_at, "data": {"subject": row.subject, "text": row.body}}
    at = int(instance.clock().timestamp())
    message = Message(row.id, at, msgspec.json.encode(said), secret)
    return post(row.target, message, private=instance.settings.private_webhooks)


def _note(session: Session, instance: Instance, row: Delivery, failure: Failure | None) -> None:
    now = instance.now()
    if failure is None:
        row.delivered_at, row.last_error = now, None
        return
    row.last_error = failure.reason
    if failure.is_final or row.attempts > len(RETRY_SECONDS):
        row.given_up_at = now
        details = {"channel": row.channel, "attempts": row.attempts, "reason": failure.reason}
        actor = msgspec.structs.replace(SYSTEM, organisation_id=row.organisation_id)
        record(session, actor, "delivery given up", ("delivery", row.id), now, details)
        return
    row.next_at = instance.later(seconds=RETRY_SECONDS[row.attempts - 1])
    job = NewJob(
        kind="deliver",
        subject=row.id,
        organisation=row.organisation_id,
        once=f"deliver:{row.id}:{row.attempts}",
        not_before=row.next_at,
    )
    promise(session, job, now)


def _secret_of(session: Session, row: Delivery) -> str | None:
    """Return the secret of a webhook, if it is still the organisation's."""
    organisation = session.get(Organisation, row.organisation_id)
    notify = organisation.notify if organisation else {}
    return notify.get("webhook_secret") if notify.get("webhook") == row.target else None
