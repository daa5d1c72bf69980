"""Who may do what to people: one row for each verb, one column for each role, and nothing left to chance."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from people_builders import member, status_of
from proofboard.app.people import (
    audit_log,
    invitations,
    issuing,
    me,
    members,
    organisations,
    signing_keys,
)
from proofboard.app.people.invitations import invite
from proofboard.app.service.actors import ANONYMOUS, Actor
from proofboard.app.service.instance import Instance
from proofboard.store.database import opened_database
from service_builders import SetClock, actor, host, key_and_id, make_tables, new_instance, organisation

OLD_PUBLIC_KEY = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
PUBLIC_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

WHO = ("nobody", "stranger", "submitter", "maintainer", "owner", "scoped", "host maintainer", "host owner")
"""All act on the organisation `acme`: a stranger is of another, `scoped` is an owner's key for one benchmark."""


class Scene(msgspec.Struct):
    """An organisation with somebody of every role, and what they act on."""

    instance: Instance
    who: Mapping[str, Actor]
    member_id: str
    key_id: str
    invitation_id: str
    signing_key_id: str


@pytest.fixture(scope="module")
def first_scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("rights")
    database = opened_database(None, folder)
    make_tables(database)
    instance = new_instance(database, folder, SetClock(), new_organisations="host")
    own, other, ruling = organisation(instance), organisation(instance, "other"), host(instance)
    owner = member(instance, own, "owner")
    yield Scene(
        instance,
        {
            "nobody": ANONYMOUS,
            "stranger": member(instance, other, "owner"),
            "submitter": member(instance, own, "submitter"),
            "maintainer": member(instance, own, "maintainer"),
            "owner": owner,
            "scoped": actor(own, "owner", benchmarks=("small",)),
            "host maintainer": member(instance, ruling, "maintainer"),
            "host owner": member(instance, ruling, "owner"),
        },
        member_id=str(member(instance, own).id),
        key_id=key_and_id(instance, own)[1],
        invitation_id=invite(instance, owner, "eve@acme.example", "submitter").id,
        signing_key_id=signing_keys.add_signing_key(instance, owner, "machine", OLD_PUBLIC_KEY).id,
    )
    database.close()


@pytest.fixture
def scene(first_scene: Scene, tmp_path: Path) -> Iterator[Scene]:
    """Copy the scene: what one does is not there for the next."""
    with sqlite3.connect(tmp_path / "proofboard.sqlite") as copy:
        raw = first_scene.instance.database.engine.raw_connection()
        raw.driver_connection.backup(copy)  # type: ignore[union-attr]
        raw.close()
    copy.close()
    database = opened_database(None, tmp_path)
    instance = msgspec.structs.replace(first_scene.instance, database=database)
    yield msgspec.structs.replace(first_scene, instance=instance)
    database.close()


Verb = Callable[[Scene, Actor], Any]

# One digit for each of WHO: 2 done, 1 nobody (401), 3 not allowed (403), 4 not told that it exists (404).
VERBS: Mapping[str, tuple[str, Verb]] = {
    "organisations": ("12222222", lambda on, who: organisations.organisations(on.instance, who)),
    "organisation": ("14222222", lambda on, who: organisations.read_organisation(on.instance, who, "acme")),
    "create_organisation": (
        "13333332",
        lambda on, who: organisations.create_organisation(on.instance, who, "new", "New"),
    ),
    "rename_organisation": (
        "14332332",
        lambda on, who: organisations.rename_organisation(on.instance, who, "acme", "Acme Ltd"),
    ),
    "read_notifications": ("14322332", lambda on, who: organisations.read_notifications(on.instance, who, "acme")),
    "set_notifications": (
        "14332332",
        lambda on, who: organisations.set_notifications(on.instance, who, "acme", mail=[], webhook=None),
    ),
    "members": ("14222222", lambda on, who: members.members(on.instance, who, "acme")),
    "change_role": (
        "14332332",
        lambda on, who: members.change_role(on.instance, who, on.member_id, "maintainer", "acme"),
    ),
    "remove_member": ("14332332", lambda on, who: members.remove_member(on.instance, who, on.member_id, "acme")),
    "invite": ("14322332", lambda on, who: invite(on.instance, who, "ada@acme.example", "submitter", "acme")),
    "invite an owner": ("14332332", lambda on, who: invite(on.instance, who, "ada@acme.example", "owner", "acme")),
    "invitations": ("14322332", lambda on, who: invitations.invitations(on.instance, who, "acme")),
    "withdraw_invitation": (
        "14322342",
        lambda on, who: invitations.withdraw_invitation(on.instance, who, on.invitation_id),
    ),
    "keys": ("14222222", lambda on, who: issuing.keys(on.instance, who, "acme")),
    "issue_key": (
        "14222332",
        lambda on, who: issuing.issue_key(on.instance, who, issuing.NewKey(name="x"), "acme"),
    ),
    "issue_key of an owner": (
        "14332332",
        lambda on, who: issuing.issue_key(on.instance, who, issuing.NewKey(name="x", role="owner"), "acme"),
    ),
    "revoke_key": ("14442442", lambda on, who: issuing.revoke_key(on.instance, who, on.key_id)),
    "signing_keys": ("22222222", lambda on, _: signing_keys.signing_keys(on.instance, "acme")),
    "add_signing_key": (
        "14322332",
        lambda on, who: signing_keys.add_signing_key(on.instance, who, "other", PUBLIC_KEY, "acme"),
    ),
    "revoke_signing_key": (
        "14322342",
        lambda on, who: signing_keys.revoke_signing_key(on.instance, who, on.signing_key_id),
    ),
    "audit_log": ("14332332", lambda on, who: audit_log.audit_log(on.instance, who, "acme")),
    "audit_log of all": ("12332332", lambda on, who: audit_log.audit_log(on.instance, who)),
    "me": ("12222222", lambda on, who: me.me(on.instance, who)),
}

STATUSES = {"1": 401, "2": 200, "3": 403, "4": 404}


@pytest.mark.parametrize(
    ("verb", "who", "digit"),
    [(verb, who, digit) for verb in VERBS for who, digit in zip(WHO, VERBS[verb][0], strict=True)],
)
def test_everybody_may_do_what_the_table_says_and_nothing_else(scene: Scene, verb: str, who: str, digit: str) -> None:
    call = VERBS[verb][1]
    assert status_of(lambda: call(scene, scene.who[who])) == STATUSES[digit]


def test_anybody_who_signs_in_makes_an_organisation_unless_the_host_says_otherwise(scene: Scene) -> None:
    settings = msgspec.structs.replace(scene.instance.settings, new_organisations="anybody")
    instance = msgspec.structs.replace(scene.instance, settings=settings)
    found = {
        who: status_of(partial(organisations.create_organisation, instance, scene.who[who], f"new{number}", "New"))
        for number, who in enumerate(WHO)
    }
    assert [who for who, status in found.items() if status != 200] == ["nobody", "scoped"]


def test_a_member_leaves_without_being_asked(scene: Scene) -> None:
    own = scene.who["submitter"]
    assert status_of(partial(members.remove_member, scene.instance, own, str(own.id))) == 200


def test_owners_of_the_host_act_on_record_of_the_organisation_they_act_on(scene: Scene) -> None:
    issuing.issue_key(scene.instance, scene.who["host owner"], issuing.NewKey(name="x"), "acme")
    latest = audit_log.audit_log(scene.instance, scene.who["owner"]).items[0]
    assert (latest.action, latest.actor) == ("key made", scene.who["host owner"].name)
