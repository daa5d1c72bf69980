"""Schedules: a due time is one job, whoever looks; what was missed is made up for once."""

from functools import partial

import pytest
from sqlalchemy import select

from people_builders import at_once, status_of
from proofboard.app.people.paging import Span
from proofboard.app.service.actors import ANONYMOUS
from proofboard.app.service.instance import Instance
from proofboard.app.upkeep.schedules import (
    NewSchedule,
    ScheduleChange,
    add_schedule,
    change_schedule,
    due,
    preview,
    schedules,
)
from proofboard.errors import InputError
from proofboard.store.tables import Job, Schedule
from review_builders import forget_jobs, jobs, small_board
from service_builders import SetClock, actor, organisation

NIGHTLY = NewSchedule(name="nightly", kind="close", cron="0 5 * * *")


def clock_of(instance: Instance) -> SetClock:
    assert isinstance(instance.clock, SetClock)
    return instance.clock


def of_kind(instance: Instance, kind: str) -> list[str]:
    return [subject for own, subject in jobs(instance) if own == kind]


def test_a_due_time_is_one_job_however_many_workers_look(instance: Instance) -> None:
    owner, board = small_board(instance)
    add_schedule(instance, owner, NIGHTLY)
    due(instance)
    assert of_kind(instance, "close") == []
    clock_of(instance).advance(hours=18)
    at_once(*[partial(due, instance)] * 5)
    assert of_kind(instance, "close") == [board]
    forget_jobs(instance)
    due(instance)
    assert of_kind(instance, "close") == []


def test_times_that_were_missed_are_made_up_for_once(instance: Instance) -> None:
    owner, board = small_board(instance)
    made = add_schedule(instance, owner, NIGHTLY)
    clock_of(instance).advance(days=10)
    due(instance)
    assert of_kind(instance, "close") == [board]
    with instance.database.reading() as session:
        row = session.get_one(Schedule, made.id)
        assert (row.last_at, row.next_at) == (made.next_at[0], "2026-12-02T05:00:00.000000Z")


def test_work_that_still_waits_is_not_promised_twice(instance: Instance) -> None:
    owner, board = small_board(instance)
    add_schedule(instance, owner, NIGHTLY)
    for _ in range(2):
        clock_of(instance).advance(days=1)
        due(instance)
    assert of_kind(instance, "close") == [board]


def test_a_schedule_that_is_off_does_nothing_and_begins_anew(instance: Instance) -> None:
    owner, _ = small_board(instance)
    made = add_schedule(instance, owner, NIGHTLY)
    change_schedule(instance, owner, made.id, ScheduleChange(enabled=False))
    clock_of(instance).advance(days=3)
    due(instance)
    assert of_kind(instance, "close") == []
    again = change_schedule(instance, owner, made.id, ScheduleChange(enabled=True, cron="30 6 * * mon"))
    assert again.next_at[0] == "2026-11-30T06:30:00.000000Z"
    due(instance)
    assert of_kind(instance, "close") == []


def test_every_instance_has_retention_and_every_benchmark_audits(instance: Instance) -> None:
    owner, board = small_board(instance)
    at_once(*[partial(due, instance)] * 4)
    found = {(own.kind, own.benchmark) for own in schedules(instance, owner, None, Span()).items}
    assert found == {("retain", None), ("audit", board)}
    clock_of(instance).advance(days=1)
    due(instance)
    assert sorted(kind for kind, _ in jobs(instance)) == ["audit", "retain"]


@pytest.mark.parametrize(
    "cron",
    [
        "",
        "* * * *",
        "* * * * * *",
        "@daily",
        "R * * * *",
        "H H * * *",
        "60 * * * *",
        "0 0 31 2 *",
        "0 0 * * x",
        "0 0 1 1 *\x00",
    ],
)
def test_what_is_no_time_or_never_comes_is_refused(instance: Instance, cron: str) -> None:
    owner, _ = small_board(instance)
    with pytest.raises(InputError, match="cron"):
        add_schedule(instance, owner, NewSchedule(name="x", kind="close", cron=cron))


@pytest.mark.parametrize(
    "options",
    [{}, {"models": []}, {"models": ["gpt"]}, {"models": ["openai:gpt"], "key": "x"}, {"models": ["a:b"], "trials": 0}],
)
def test_options_that_ask_nothing_or_say_too_much_are_refused(instance: Instance, options: dict[str, object]) -> None:
    owner, _ = small_board(instance)
    with pytest.raises(InputError, match="options"):
        add_schedule(instance, owner, NewSchedule(name="x", kind="live", options=options))


def test_a_preview_changes_nothing(instance: Instance) -> None:
    owner, _ = small_board(instance)
    seen = preview(instance, owner, NIGHTLY)
    assert seen.next_at[:2] == ["2026-11-22T05:00:00.000000Z", "2026-11-23T05:00:00.000000Z"]
    assert schedules(instance, owner, None, Span()).items == []


def test_a_name_is_there_once_and_only_owners_see_and_change(instance: Instance) -> None:
    owner, _ = small_board(instance)
    made = add_schedule(instance, owner, NIGHTLY)
    assert status_of(lambda: add_schedule(instance, owner, NIGHTLY)) == 409
    stranger = actor(organisation(instance), "owner")
    for by, expected, hidden in ((stranger, 403, 404), (ANONYMOUS, 401, 401)):
        assert status_of(partial(add_schedule, instance, by, NIGHTLY)) == expected
        assert status_of(partial(schedules, instance, by, None, Span())) == expected
        assert status_of(partial(change_schedule, instance, by, made.id, ScheduleChange(enabled=False))) == hidden


def test_a_live_schedule_promises_its_own_run(instance: Instance) -> None:
    owner, _ = small_board(instance)
    made = add_schedule(
        instance, owner, NewSchedule(name="live", kind="live", options={"models": ["openai-api:stub/model"]})
    )
    clock_of(instance).advance(days=1)
    due(instance)
    assert of_kind(instance, "live") == [made.id]
    with instance.database.reading() as session:
        assert session.scalar(select(Job.once).where(Job.kind == "live")) == f"live:{made.id}"
