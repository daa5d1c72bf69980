"""Public keys of organisations, read in the forms people have them in; and the audit log in pages."""

from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from people_builders import member, status_of
from proofboard import canonical
from proofboard.app.people.audit_log import audit_log
from proofboard.app.people.paging import Span
from proofboard.app.people.signing_keys import add_signing_key, live_signing_keys, revoke_signing_key, signing_keys
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError
from proofboard.store.database import opened_database
from service_builders import SetClock, make_tables, new_instance, organisation

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key()
RAW = PUBLIC.public_bytes_raw()
FORMS = {
    "hexadecimal": RAW.hex(),
    "PEM": PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
    "OpenSSH": PUBLIC.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode() + " ada@laptop\n",
}


@pytest.fixture
def owner(instance: Instance) -> Actor:
    return member(instance, organisation(instance), "owner")


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_the_same_in_every_form(tmp_path: Path, form: str) -> None:
    database = opened_database(None, tmp_path)
    make_tables(database)
    instance = new_instance(database, tmp_path, SetClock())
    added = add_signing_key(instance, member(instance, organisation(instance), "owner"), "laptop", FORMS[form])
    database.close()
    assert (added.key_id, added.public_key) == (canonical.digest(RAW), RAW.hex())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0" * 64,
        "z" * 64,
        "a" * 63,
        "ssh-ed25519 AAAA",
        generate_private_key(65537, 2048).public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode(),
        PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "x" * 20_000,
        "\0",
        "\ud800",
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    nobody = Actor("anonymous")
    with pytest.raises(InputError) as refused:
        add_signing_key(None, nobody, "two\nlines", text)  # type: ignore[arg-type]
    assert [own.file for own in refused.value.faults] == ["name", "public_key"]


def test_everybody_sees_the_keys_of_an_organisation_also_those_it_revoked(instance: Instance, owner: Actor) -> None:
    row = add_signing_key(instance, owner, "laptop", FORMS["PEM"])
    revoke_signing_key(instance, owner, row.id)
    (listed,) = signing_keys(instance, "acme").items
    assert (listed.public_key, listed.revoked_at) == (RAW.hex(), instance.now())
    assert [signing_keys(instance, name).items for name in ("other", "a\0b", "")] == [[], [], []]


def test_a_key_that_was_revoked_signs_nothing_and_is_not_added_again(instance: Instance, owner: Actor) -> None:
    row = add_signing_key(instance, owner, "laptop", FORMS["PEM"])
    with instance.database.reading() as session:
        before = live_signing_keys(session, str(owner.organisation_id))
    revoke_signing_key(instance, owner, row.id)
    with instance.database.reading() as session:
        after = live_signing_keys(session, str(owner.organisation_id))
    assert (before, after) == ([RAW], [])
    assert status_of(partial(add_signing_key, instance, owner, "again", FORMS["hexadecimal"])) == 409


def test_the_audit_log_comes_in_pages_the_latest_first(instance: Instance, owner: Actor) -> None:
    row = add_signing_key(instance, owner, "laptop", FORMS["PEM"])
    revoke_signing_key(instance, owner, row.id)
    first = audit_log(instance, owner, None, Span(1))
    second = audit_log(instance, owner, None, Span(1, first.next))
    assert [line.action for line in (*first.items, *second.items)] == ["signing key revoked", "signing key added"]
    assert second.next is None


def test_an_organisation_reads_its_own_lines_only(instance: Instance, owner: Actor) -> None:
    other = member(instance, organisation(instance, "other"), "owner")
    add_signing_key(instance, owner, "laptop", FORMS["PEM"])
    assert audit_log(instance, other).items == []
