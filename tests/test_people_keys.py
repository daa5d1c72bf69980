"""Keys: made once, kept as a digest, worth no more than who made them, and gone when they are revoked."""

from functools import partial

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from people_builders import actions, member, session_of, status_of
from proofboard.app.people import issuing, recognising
from proofboard.app.people.issuing import NewKey
from proofboard.app.people.keys import KEY_PATTERN
from proofboard.app.people.members import change_role, remove_member
from proofboard.app.people.paging import Span
from proofboard.app.people.recognising import Shown, recognise, recognise_key, recognise_session
from proofboard.app.service.actors import ANONYMOUS, Actor
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError, RefusedError
from proofboard.store.tables import ApiKey
from service_builders import SetClock, actor, benchmark_row, key, key_and_id, organisation


def issue(instance: Instance, who: Actor, **wanted: object) -> issuing.IssuedKey:
    return issuing.issue_key(instance, who, NewKey(name="nightly", **wanted))  # type: ignore[arg-type]


def test_a_key_is_256_bits_and_only_its_digest_is_kept(instance: Instance) -> None:
    issued = issue(instance, member(instance, organisation(instance)))
    with instance.database.reading() as session:
        row = session.scalars(select(ApiKey)).one()
        kept = [str(value) for name, value in vars(row).items() if not name.startswith("_")]
    assert KEY_PATTERN.fullmatch(issued.secret)
    assert not [value for value in kept if issued.secret[3:] in value]


def test_a_key_is_recognised_with_its_role_and_scope(instance: Instance) -> None:
    own = organisation(instance)
    benchmark_row(instance, own)
    issued = issue(instance, member(instance, own, "owner"), role="maintainer", benchmarks=("small",))
    found = recognise_key(instance, issued.secret)
    assert found == Actor("key", issued.key.id, own, "maintainer", benchmarks=("small",))


def test_unknown_expired_and_revoked_keys_are_refused_with_the_same_words(instance: Instance, clock: SetClock) -> None:
    owner = member(instance, organisation(instance), "owner")
    expired, revoked = issue(instance, owner, days=1), issue(instance, owner)
    issuing.revoke_key(instance, owner, revoked.key.id)
    clock.advance(days=1)
    said = set()
    for secret in (expired.secret, revoked.secret, "pb_" + "a" * 43, "", "x" * 100_000, "\0", "\ud800"):
        with pytest.raises(RefusedError) as refused:
            recognise(instance, Shown(key=secret))
        said.add((refused.value.status, str(refused.value)))
    assert [status for status, _ in said] == [401]


def test_a_key_goes_before_a_session_and_a_bad_one_is_not_helped_by_it(instance: Instance) -> None:
    who = member(instance, organisation(instance))
    token, csrf = session_of(instance, who)
    assert status_of(lambda: recognise(instance, Shown(key="pb_x", session=token, csrf=csrf))) == 401


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(instance: Instance, clock: SetClock) -> None:
    issued = issue(instance, member(instance, organisation(instance)))

    def used_at() -> str | None:
        recognise_key(instance, issued.secret)
        with instance.database.reading() as session:
            return session.scalar(select(ApiKey.used_at))

    first = used_at()
    clock.advance(seconds=59)
    within = used_at()
    clock.advance(seconds=1)
    assert (first, within, used_at() != first) == (first, first, True)


def test_a_key_is_worth_no_more_than_the_role_of_its_maker(instance: Instance) -> None:
    own = organisation(instance)
    owner, other = member(instance, own, "owner"), member(instance, own, "owner")
    secret = issue(instance, other, role="owner").secret
    change_role(instance, owner, str(other.id), "submitter")
    found = recognise_key(instance, secret)
    assert found is not None
    assert found.role == "submitter"


def test_the_keys_of_a_member_end_with_the_membership_and_stay_dead_after_it_is_renewed(instance: Instance) -> None:
    own = organisation(instance)
    owner, other = member(instance, own, "owner"), member(instance, own)
    secret = issue(instance, other).secret
    remove_member(instance, owner, str(other.id))
    gone = recognise_key(instance, secret)
    member(instance, own, of=str(other.id))
    assert (gone, recognise_key(instance, secret)) == (None, None)


def test_nobody_makes_a_key_above_the_own_role(instance: Instance) -> None:
    who = member(instance, organisation(instance), "maintainer")
    assert status_of(lambda: issue(instance, who, role="owner")) == 403


def test_a_key_of_an_owner_makes_keys_that_end_with_it(instance: Instance, clock: SetClock) -> None:
    own = organisation(instance)
    secret, _ = key_and_id(instance, own, "owner", expires_at=instance.later(days=2))
    parent = recognise_key(instance, secret)
    assert parent is not None
    child = issue(instance, parent, role="owner", days=None)
    grown = recognise_key(instance, child.secret)
    assert grown is not None
    grandchild = issue(instance, grown)
    assert grandchild.key.expires_at == instance.later(days=2)
    issuing.revoke_key(instance, parent, parent.id or "")
    clock.advance(minutes=5)
    assert [recognise_key(instance, own) for own in (secret, child.secret, grandchild.secret)] == [None] * 3


@pytest.mark.parametrize("role", ["maintainer", "submitter"])
def test_a_key_of_less_than_an_owner_makes_no_keys(instance: Instance, role: str) -> None:
    who = actor(organisation(instance), role)  # type: ignore[arg-type]
    assert status_of(lambda: issue(instance, who)) == 403


def test_a_key_for_one_benchmark_changes_nothing_of_its_organisation(instance: Instance) -> None:
    who = actor(organisation(instance), "owner", benchmarks=("small",))
    assert status_of(lambda: issue(instance, who)) == 403


def test_every_fault_of_a_new_key_is_told_at_once(instance: Instance) -> None:
    who = member(instance, organisation(instance))
    wanted = NewKey(name="two\nlines", benchmarks=("unknown", "a\0b"), days=0)
    with pytest.raises(InputError) as refused:
        issuing.issue_key(instance, who, wanted)
    assert [own.file for own in refused.value.faults] == ["benchmarks", "benchmarks", "days", "name"]


def test_a_list_of_keys_shows_no_secret_and_a_submitter_only_the_own(instance: Instance) -> None:
    own = organisation(instance)
    owner, submitter = member(instance, own, "owner"), member(instance, own)
    issue(instance, owner)
    mine = issue(instance, submitter)
    assert [row.id for row in issuing.keys(instance, submitter).items] == [mine.key.id]
    assert len(issuing.keys(instance, owner).items) == 2
    assert not hasattr(issuing.keys(instance, owner).items[0], "secret")


def test_pages_of_keys_hold_each_key_once(instance: Instance) -> None:
    owner = member(instance, organisation(instance), "owner")
    made = sorted(issue(instance, owner).key.id for _ in range(5))
    seen, span = [], Span(2)
    while True:
        part = issuing.keys(instance, owner, None, span)
        seen += [row.id for row in part.items]
        if part.next is None:
            break
        span = Span(2, part.next)
    assert seen == made


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "AA==", "ä", "Ww==" * 50])
def test_a_cursor_that_no_list_gave_is_refused(cursor: str) -> None:
    with pytest.raises(InputError):
        _ = Span(2, cursor).after


def test_a_key_of_another_organisation_is_as_unknown_as_one_that_never_was(instance: Instance) -> None:
    _, theirs = key_and_id(instance, organisation(instance, "other"))
    owner = member(instance, organisation(instance), "owner")
    said = set()
    for key_id in (theirs, "key-" + "0" * 32, "a\0b", ""):
        with pytest.raises(RefusedError) as refused:
            issuing.revoke_key(instance, owner, key_id)
        said.add((refused.value.status, str(refused.value)))
    assert [status for status, _ in said] == [404]


def test_revoking_twice_is_on_record_once(instance: Instance) -> None:
    owner = member(instance, organisation(instance), "owner")
    issued = issue(instance, owner)
    issuing.revoke_key(instance, owner, issued.key.id)
    issuing.revoke_key(instance, owner, issued.key.id)
    assert actions(instance) == ["key made", "key revoked"]


def test_a_session_is_recognised_and_changes_something_only_with_its_own_token(instance: Instance) -> None:
    own = organisation(instance)
    who, other = member(instance, own), member(instance, own)
    (token, csrf), (_, foreign) = session_of(instance, who), session_of(instance, other)
    assert recognise_session(instance, token, None, changes=False) == who
    assert recognise_session(instance, token, csrf, changes=True) == who
    for wrong in (None, "", foreign, token):
        assert status_of(partial(recognise_session, instance, token, wrong, changes=True)) == 403


def test_a_session_that_is_over_or_unknown_is_nobody(instance: Instance, clock: SetClock) -> None:
    token, csrf = session_of(instance, member(instance, organisation(instance)), days=1)
    clock.advance(days=1)
    assert recognise_session(instance, token, csrf, changes=True) == ANONYMOUS
    assert recognise_session(instance, "\ud800", None, changes=False) == ANONYMOUS


def test_a_session_loses_its_organisation_with_the_membership(instance: Instance) -> None:
    own = organisation(instance)
    owner, who = member(instance, own, "owner"), member(instance, own, "owner")
    token, _ = session_of(instance, who)
    remove_member(instance, owner, str(who.id))
    assert recognise_session(instance, token, None, changes=False) == Actor("person", who.id)


def test_cookies_of_https_bear_the_prefix_that_binds_them_to_this_host(instance: Instance) -> None:
    secure = msgspec.structs.replace(instance.settings, public_url="https://board.example")
    assert recognising.session_cookie(secure) == "__Host-proofboard-session"
    assert recognising.session_cookie(instance.settings) == "proofboard-session"


def test_a_full_disk_locks_nobody_out_who_reads(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = key(instance, organisation(instance))

    def full(*_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    monkeypatch.setattr(type(instance.database), "writing", full)
    assert recognise_key(instance, secret) is not None
