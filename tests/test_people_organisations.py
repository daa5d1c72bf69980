"""Organisations and members: whoever makes one owns it, nobody gives more than they have, and an owner always stays."""

from functools import partial

import msgspec
import pytest

from people_builders import actions, at_once, member, person, session_of, status_of
from proofboard.app.people.faults import mail_faults
from proofboard.app.people.invitations import invitations, invite, take_up, withdraw_invitation
from proofboard.app.people.me import act_for, me
from proofboard.app.people.members import change_role, members, remove_member
from proofboard.app.people.organisations import (
    create_organisation,
    organisations,
    read_notifications,
    rename_organisation,
    set_notifications,
)
from proofboard.app.people.recognising import recognise_session
from proofboard.app.people.webhooks import address_faults
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError
from proofboard.store.tables import Member, Person
from service_builders import SetClock, actor, host, organisation


def sign_in(instance: Instance, person_id: str) -> None:
    """Do what a sign-in does for somebody whose address was verified."""
    with instance.database.writing() as session:
        take_up(session, session.get_one(Person, person_id), instance.now())


def roles(instance: Instance, organisation_id: str) -> list[str]:
    with instance.database.reading() as session:
        return sorted(row.role for row in session.query(Member).filter_by(organisation_id=organisation_id))


def test_who_makes_an_organisation_owns_it_and_acts_for_it(instance: Instance) -> None:
    who = Actor("person", person(instance))
    token, _ = session_of(instance, who)
    made = create_organisation(instance, who, "acme", "Acme Ltd")
    found = recognise_session(instance, token, None, changes=False)
    assert (made.role, found.role, me(instance, found).organisation) == ("owner", "owner", "acme")


def test_one_person_makes_one_organisation_however_often_they_ask_at_once(instance: Instance) -> None:
    who = Actor("person", person(instance))
    calls = [partial(create_organisation, instance, who, f"acme-{number}", "Acme") for number in range(4)]
    assert at_once(*calls) == [200, 409, 409, 409]


def test_one_name_belongs_to_one_organisation_however_many_ask_at_once(instance: Instance) -> None:
    people = [Actor("person", person(instance)) for _ in range(3)]
    assert at_once(*[partial(create_organisation, instance, who, "acme", "Acme") for who in people]) == [200, 409, 409]


def test_where_the_host_makes_organisations_nobody_else_does(instance: Instance) -> None:
    closed = msgspec.structs.replace(
        instance, settings=msgspec.structs.replace(instance.settings, new_organisations="host")
    )
    owner = actor(host(instance), "owner", is_host=True)
    assert status_of(partial(create_organisation, closed, Actor("person", person(instance)), "acme", "Acme")) == 403
    assert [create_organisation(closed, owner, name, "Acme").name for name in ("acme", "other")] == ["acme", "other"]


def test_a_name_that_does_not_fit_into_an_address_is_refused(instance: Instance) -> None:
    who = Actor("person", person(instance))
    for name in ("", "Acme", "../x", "a b", "a\n", "-a", "a" * 65, "ä", "a\0"):
        with pytest.raises(InputError):
            create_organisation(instance, who, name, "Acme")


def test_members_see_their_organisations_and_the_host_sees_all(instance: Instance) -> None:
    first, second, own = organisation(instance), organisation(instance, "other"), host(instance)
    who = member(instance, first)
    member(instance, second, of=str(who.id))
    stranger = Actor("person", person(instance))

    def names(asking: Actor) -> list[str]:
        return [row.name for row in organisations(instance, asking).items]

    assert names(who) == ["acme", "other"]
    assert names(actor(second)) == ["other"]
    assert names(member(instance, own, "maintainer")) == ["acme", "host", "other"]
    assert names(member(instance, own, "submitter")) == ["host"]
    assert names(stranger) == []


def test_addresses_of_members_are_for_those_who_look_after_them(instance: Instance) -> None:
    own = organisation(instance)
    member(instance, own, of=person(instance, "ada@acme.example"))
    below, above = member(instance, own), member(instance, own, "maintainer")
    assert {row.email for row in members(instance, below).items} == {None}
    assert "ada@acme.example" in {row.email for row in members(instance, above).items}


def test_the_last_owner_neither_leaves_nor_steps_down(instance: Instance) -> None:
    own = organisation(instance)
    owner = member(instance, own, "owner")
    member(instance, own, "maintainer")
    assert status_of(partial(remove_member, instance, owner, str(owner.id))) == 409
    assert status_of(partial(change_role, instance, owner, str(owner.id), "maintainer")) == 409


def test_of_two_last_owners_who_leave_at_once_one_stays(instance: Instance) -> None:
    own = organisation(instance)
    owners = [member(instance, own, "owner") for _ in range(2)]
    assert at_once(*[partial(remove_member, instance, who, str(who.id)) for who in owners]) == [200, 409]
    assert roles(instance, own) == ["owner"]


def test_of_two_owners_who_demote_each_other_at_once_one_stays(instance: Instance) -> None:
    own = organisation(instance)
    one, other = (member(instance, own, "owner") for _ in range(2))
    statuses = at_once(
        partial(change_role, instance, one, str(other.id), "submitter"),
        partial(change_role, instance, other, str(one.id), "submitter"),
    )
    assert statuses[0] == 200
    assert statuses[1] in {403, 409}
    assert roles(instance, own) == ["owner", "submitter"]


def test_an_invitation_is_taken_up_by_whoever_has_the_address(instance: Instance) -> None:
    own = organisation(instance)
    owner = member(instance, own, "owner")
    invite(instance, owner, "Ada@Acme.example", "maintainer")
    sign_in(instance, person(instance, "ada@acme.EXAMPLE"))
    assert roles(instance, own) == ["maintainer", "owner"]
    assert invitations(instance, owner).items == []


def test_an_invitation_is_not_for_another_address_nor_for_later(instance: Instance, clock: SetClock) -> None:
    own = organisation(instance)
    invite(instance, member(instance, own, "owner"), "ada@acme.example", "maintainer")
    sign_in(instance, person(instance, "eve@acme.example"))
    sign_in(instance, person(instance, None))
    clock.advance(days=14)
    sign_in(instance, person(instance, "ada@acme.example"))
    assert roles(instance, own) == ["owner"]


def test_an_invitation_never_takes_a_role_away(instance: Instance) -> None:
    own = organisation(instance)
    owner = member(instance, own, "owner", of=person(instance, "ada@acme.example"))
    invite(instance, owner, "ada@acme.example", "submitter")
    sign_in(instance, str(owner.id))
    assert roles(instance, own) == ["owner"]


def test_an_invitation_that_two_take_up_at_once_makes_one_member(instance: Instance) -> None:
    own = organisation(instance)
    invite(instance, member(instance, own, "owner"), "ada@acme.example", "maintainer")
    people = [person(instance, "ada@acme.example") for _ in range(2)]
    at_once(*[partial(sign_in, instance, own) for own in people])
    assert roles(instance, own) == ["maintainer", "owner"]


def test_two_invitations_that_one_person_takes_up_twice_at_once_make_two_memberships(instance: Instance) -> None:
    first, second = organisation(instance), organisation(instance, "other")
    for own in (first, second):
        invite(instance, member(instance, own, "owner"), "ada@acme.example", "maintainer")
    own = person(instance, "ada@acme.example")
    assert at_once(partial(sign_in, instance, own), partial(sign_in, instance, own)) == [200, 200]
    assert [roles(instance, name) for name in (first, second)] == [["maintainer", "owner"]] * 2


def test_an_address_has_one_open_invitation_and_a_new_one_once_it_is_withdrawn(instance: Instance) -> None:
    owner = member(instance, organisation(instance), "owner")
    row = invite(instance, owner, "ada@acme.example", "submitter")
    again = status_of(partial(invite, instance, owner, "ada@acme.example", "owner"))
    withdraw_invitation(instance, owner, row.id)
    assert (again, status_of(partial(invite, instance, owner, "ada@acme.example", "owner"))) == (409, 200)


def test_an_invitation_that_expired_is_in_nobodys_way(instance: Instance, clock: SetClock) -> None:
    owner = member(instance, organisation(instance), "owner")
    invite(instance, owner, "ada@acme.example", "submitter")
    clock.advance(days=15)
    assert status_of(partial(invite, instance, owner, "ada@acme.example", "submitter")) == 200


def test_nobody_invites_above_the_own_role_nor_withdraws_it(instance: Instance) -> None:
    own = organisation(instance)
    owner, maintainer = member(instance, own, "owner"), member(instance, own, "maintainer")
    row = invite(instance, owner, "ada@acme.example", "owner")
    assert status_of(partial(invite, instance, maintainer, "eve@acme.example", "owner")) == 403
    assert status_of(partial(withdraw_invitation, instance, maintainer, row.id)) == 403


@pytest.mark.parametrize("email", ["", "ada", "a@b@c", "a b@c.de", "a@b\nBcc: x@y", "a@b\0", "ä@b.de", "a@b" * 100])
def test_what_is_no_mail_address_is_refused(email: str) -> None:
    assert mail_faults("email", email) != []


def test_a_session_acts_for_the_organisation_it_chose_and_never_for_a_foreign_one(instance: Instance) -> None:
    first, second = organisation(instance), organisation(instance, "other")
    organisation(instance, "foreign")
    who = member(instance, first)
    member(instance, second, "owner", of=str(who.id))
    token, _ = session_of(instance, who)
    assert status_of(partial(act_for, instance, who, token, "foreign")) == 404
    act_for(instance, who, token, "other")
    found = recognise_session(instance, token, None, changes=False)
    assert (found.organisation_id, found.role) == (second, "owner")


def test_a_new_webhook_shows_its_secret_once_and_the_log_shows_neither(instance: Instance) -> None:
    owner = member(instance, organisation(instance), "owner")
    change = partial(set_notifications, instance, owner, "acme", mail=["board@acme.example"])
    first, again = change(webhook="https://acme.example/a?token=x"), change(webhook="https://acme.example/a?token=x")
    other, none = change(webhook="https://acme.example/b"), change(webhook=None)
    assert (first.webhook_secret or "").startswith("whsec_")
    assert again.webhook_secret is None
    assert other.webhook_secret not in {None, first.webhook_secret}
    assert none.webhook is None
    assert read_notifications(instance, owner, "acme").webhook_secret is None


@pytest.mark.parametrize(
    "address",
    [
        "http://acme.example/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://user:password@acme.example/",
        "https://acme.example/#x",
        "https://acme.example:99999/",
        "https:///x",
        "ftp://acme.example/",
        "file:///etc/passwd",
        "https://acme.example/\r\nx: y",
        "https://[",
        "",
    ],
)
def test_an_address_inside_or_of_another_kind_is_no_webhook(address: str) -> None:
    assert address_faults("webhook", address, private=False) != []


def test_every_fault_of_notifications_is_told_at_once(instance: Instance) -> None:
    owner = member(instance, organisation(instance), "owner")
    with pytest.raises(InputError) as refused:
        set_notifications(instance, owner, "acme", mail=["ada", "b"], webhook="ftp://acme.example/")
    assert [own.file for own in refused.value.faults] == ["mail.0", "mail.1", "webhook"]


def test_every_change_is_on_record(instance: Instance) -> None:
    own = Actor("person", person(instance))
    create_organisation(instance, own, "acme", "Acme")
    rename_organisation(instance, own, "acme", "Acme Ltd")
    set_notifications(instance, own, "acme", mail=[], webhook=None)
    row = invite(instance, own, "ada@acme.example", "submitter", "acme")
    withdraw_invitation(instance, own, row.id)
    invite(instance, own, "ada@acme.example", "submitter", "acme")
    other = person(instance, "ada@acme.example")
    sign_in(instance, other)
    change_role(instance, own, other, "maintainer", "acme")
    remove_member(instance, own, other, "acme")
    assert actions(instance) == [
        "organisation made",
        "organisation renamed",
        "notifications changed",
        "invited",
        "invitation withdrawn",
        "invited",
        "invitation taken up",
        "role changed",
        "member removed",
    ]
