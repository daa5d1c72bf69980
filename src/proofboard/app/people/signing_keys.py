"""The public keys of an organisation, by which everybody can tell what it signed."""

import re
from typing import Final

import msgspec
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from proofboard.app.people.faults import line_faults, raise_all
from proofboard.app.people.paging import FIRST, Page, Span, page
from proofboard.app.people.standing import acting_in, is_id, role_in, ruled_organisation
from proofboard.app.service.actors import Actor, refuse_unless
from proofboard.app.service.instance import Instance, new_id
from proofboard.app.service.records import record
from proofboard.errors import InputError, RefusedError, fault
from proofboard.ledger.keys import LARGEST_KEY_BYTES, key_id, read_public_key
from proofboard.schemas.base import PATH_ID_PATTERN
from proofboard.store.tables import Organisation, SigningKey

MOST_KEYS: Final = 100


class SigningKeySummary(msgspec.Struct, frozen=True):
    """A public key; everything about it is public."""

    id: str
    organisation: str
    key_id: str
    """The digest of its 32 bytes, as signatures name it."""
    public_key: str
    """64 hexadecimal digits."""
    name: str
    created_at: str
    revoked_at: str | None
    """Signatures from before this instant still hold."""


def add_signing_key(
    instance: Instance, actor: Actor, name: str, public_key: str, organisation: str | None = None
) -> SigningKeySummary:
    """Add an Ed25519 public key as hexadecimal digits, PEM, or a line of OpenSSH; maintainers and owners.

    Raises InputError for what is no such key; RefusedError (409) where the organisation has, or had, it already.
    """
    faults = line_faults("name", name)
    raw = b""
    try:
        raw = _read(public_key)
    except InputError as error:
        faults += error.faults
    raise_all(faults)
    now = instance.now()
    row = SigningKey(
        id=new_id("sig"), key_id=key_id(raw), public_key=raw.hex(), name=name, created_at=now, revoked_at=None
    )
    try:
        with instance.database.writing() as session:
            named = ruled_organisation(session, actor, organisation, "maintainer", "adding a signing key")
            _refuse_many(session, named)
            row.organisation_id = named.id
            session.add(row)
            details = {"key_id": row.key_id, "name": name}
            record(session, acting_in(actor, named), "signing key added", ("signing key", row.id), now, details)
            session.flush()
            return _summary(row, named.name)
    except IntegrityError:
        raise RefusedError(409, "the organisation has this key already, or revoked it; make another") from None


def signing_keys(instance: Instance, organisation: str | None = None, span: Span = FIRST) -> Page[SigningKeySummary]:
    """List public keys, of one organisation or of all, with those that were revoked; for everybody."""
    query = (
        select(SigningKey, Organisation.name)
        .join(Organisation, Organisation.id == SigningKey.organisation_id)
        .order_by(SigningKey.id)
        .limit(span.limit + 1)
    )
    if organisation is not None:
        if not re.match(PATH_ID_PATTERN, organisation):
            return Page([], None)
        query = query.where(Organisation.name == organisation)
    if span.after is not None:
        query = query.where(SigningKey.id > span.after)
    with instance.database.reading() as session:
        found = [_summary(row, name) for row, name in session.execute(query)]
    return page(found, span.limit, [own.id for own in found])


def revoke_signing_key(instance: Instance, actor: Actor, signing_key_id: str) -> SigningKeySummary:
    """Say that a key signs nothing from now on; maintainers and owners. It stays listed, and is never added again."""
    now = instance.now()
    with instance.database.writing() as session:
        refuse_unless(actor.kind != "anonymous", actor, "revoking a signing key")
        row = session.get(SigningKey, signing_key_id) if is_id(signing_key_id) else None
        named = session.get(Organisation, row.organisation_id) if row else None
        if row is None or named is None or role_in(session, actor, named) is None:
            raise RefusedError(404, "there is no such signing key, or it is not yours to revoke")
        ruled_organisation(session, actor, named.name, "maintainer", "revoking a signing key")
        if row.revoked_at is None:
            row.revoked_at = now
            details = {"key_id": row.key_id}
            record(session, acting_in(actor, named), "signing key revoked", ("signing key", row.id), now, details)
        return _summary(row, named.name)


def live_signing_keys(session: Session, organisation_id: str) -> list[bytes]:
    """Return the 32 bytes of every key that an organisation signs with now."""
    live = (SigningKey.organisation_id == organisation_id, SigningKey.revoked_at.is_(None))
    return [bytes.fromhex(own) for own in session.scalars(select(SigningKey.public_key).where(*live))]


def _read(public_key: str) -> bytes:
    raw = public_key.encode("utf-8", "replace")
    if len(raw) > LARGEST_KEY_BYTES:
        raise fault("public_key", f"has {len(raw)} bytes, expected at most {LARGEST_KEY_BYTES}")
    if b"PRIVATE KEY" in raw:
        raise fault("public_key", "is a private key; it is known to this server now, so make another and send no half")
    return read_public_key(raw, "public_key")


def _refuse_many(session: Session, organisation: Organisation) -> None:
    count = session.scalar(select(func.count()).where(SigningKey.organisation_id == organisation.id))
    if count is not None and count >= MOST_KEYS:
        raise RefusedError(409, f"the organisation has {count} signing keys, at most {MOST_KEYS} may be listed")


def _summary(row: SigningKey, organisation: str) -> SigningKeySummary:
    return SigningKeySummary(row.id, organisation, row.key_id, row.public_key, row.name, row.created_at, row.revoked_at)
