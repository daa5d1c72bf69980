"""Who may do what: organisations, people, their keys and sessions, and the record of everything they changed."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from proofboard.store.tables.base import Base, DigestText, Id, Instant, Json, Line, LongText, Name


class Organisation(Base):
    """An account holder; quotas are counted per organisation."""

    __tablename__ = "organisations"

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[Name] = mapped_column(unique=True)
    display_name: Mapped[Line]
    is_host: Mapped[bool] = mapped_column(default=False)
    """True for the one that was made with the instance; its owners own every benchmark."""
    notify: Mapped[Json] = mapped_column(default=dict)
    """`{"mail": [addresses], "webhook": address, "webhook_secret": text}`; what is absent is not used."""
    created_by: Mapped[Id | None] = mapped_column(String(40), unique=True)
    """The person who made it for themselves; nobody makes two, since each has quotas of its own."""
    created_at: Mapped[Instant]


class Person(Base):
    """Somebody who signed in; known by what the provider says, and never by a password."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    issuer: Mapped[Line]
    subject: Mapped[Line]
    name: Mapped[Line | None]
    email: Mapped[Line | None]
    created_at: Mapped[Instant]


class Member(Base):
    """A person's role in an organisation."""

    __tablename__ = "members"

    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("people.id"), primary_key=True)
    role: Mapped[Name]
    created_at: Mapped[Instant]


class Invitation(Base):
    """A role that waits for whoever signs in with a mail address that the provider has verified."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("organisation_id", "email"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[Line]
    role: Mapped[Name]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class ApiKey(Base):
    """A key of an organisation: shown once, kept as SHA-256 only."""

    __tablename__ = "api_keys"

    id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[Id | None] = mapped_column(ForeignKey("people.id"))
    parent_id: Mapped[Id | None] = mapped_column(ForeignKey("api_keys.id"), index=True)
    """The key that it was made with: who revokes that one revokes this one too."""
    name: Mapped[Line]
    sha256: Mapped[DigestText] = mapped_column(unique=True)
    role: Mapped[Name]
    """What the key may do at most: `owner`, `maintainer` or `submitter`."""
    scopes: Mapped[Json] = mapped_column(default=list)
    """The benchmarks it is good for; an empty list is all."""
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    used_at: Mapped[Instant | None]


class SigningKey(Base):
    """A public key of an organisation, with which its submissions and attestations are signed."""

    __tablename__ = "signing_keys"
    __table_args__ = (UniqueConstraint("organisation_id", "key_id"),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"))
    key_id: Mapped[DigestText]
    public_key: Mapped[Line]
    name: Mapped[Line]
    created_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]


class SignIn(Base):
    """A session of a person in a browser; its token is kept as SHA-256 only."""

    __tablename__ = "sign_ins"

    sha256: Mapped[DigestText] = mapped_column(primary_key=True)
    person_id: Mapped[Id] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[Id | None] = mapped_column(ForeignKey("organisations.id"))
    """The one that the person acts for, out of those with a membership."""
    csrf_sha256: Mapped[DigestText]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]


class AuditRecord(Base):
    """One change that somebody made; rows are only added."""

    __tablename__ = "audit_records"
    __table_args__ = (Index("ix_audit_records_subject", "subject_kind", "subject"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[Instant]
    actor: Mapped[Line]
    """`key:<id>`, `person:<id>`, `worker:<name>` or `system`."""
    organisation_id: Mapped[Id | None]
    action: Mapped[Name]
    subject_kind: Mapped[Name]
    subject: Mapped[Line]
    details: Mapped[Json] = mapped_column(default=dict)
    """Never a secret, and never anything of the held-out set."""


class Delivery(Base):
    """One message that is owed to an organisation: by mail or webhook, tried until it arrives or is given up."""

    __tablename__ = "deliveries"

    id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisations.id"))
    channel: Mapped[Name]
    """`mail` or `webhook`."""
    target: Mapped[Line]
    subject: Mapped[Line]
    body: Mapped[LongText]
    created_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[Instant]
    delivered_at: Mapped[Instant | None]
    given_up_at: Mapped[Instant | None]
    last_error: Mapped[Line | None]
