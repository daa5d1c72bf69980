"""Which job comes next, and who gets it: fairness, limits, races, positions; and which workers live."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select, update

from pipeline_cases import promised, states
from proofboard.app.service.dispatching import (
    begun,
    claim,
    give_back,
    leave,
    put_off,
    running_jobs,
    settle,
    take_over,
)
from proofboard.app.service.heartbeats import Watch, arrive, beat, depart
from proofboard.app.service.instance import Instance
from proofboard.app.service.queueing import QueuePosition, position_of, positions_of
from proofboard.schemas.service import BenchmarkSettings, Limits
from proofboard.store.tables import Job, Submission
from service_builders import SetClock, benchmark_row, organisation, submission_row


@pytest.fixture
def board(instance: Instance) -> str:
    """Answer a benchmark that lets an organisation run three jobs."""
    settings = BenchmarkSettings(limits=Limits(running_jobs=3))
    return benchmark_row(instance, organisation(instance, "owner"), settings=settings)


def wait(instance: Instance, clock: SetClock, whose: str | None, *subjects: str, **given: object) -> None:
    """Promise jobs one second after the other."""
    for subject in subjects:
        clock.advance(seconds=1)
        promised(instance, "evaluate", subject, organisation=whose, **given)


def claimed(instance: Instance, at_most: int = 100, worker: str = "w") -> list[str]:
    return [job.subject for job in claim(instance, worker, "trusted", at_most)]


def place(instance: Instance, submission_id: str) -> QueuePosition:
    with instance.database.reading() as session:
        return position_of(session, session.get_one(Submission, submission_id), instance.now())


def test_nobody_blocks_the_queue_by_handing_in_more(instance: Instance, clock: SetClock) -> None:
    wait(instance, clock, "org-a", "a1", "a2", "a3", "a4")
    wait(instance, clock, "org-b", "b1", "b2")
    wait(instance, clock, "org-c", "c1")
    assert claimed(instance) == ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]


def test_who_has_fewer_running_jobs_comes_first(instance: Instance, clock: SetClock) -> None:
    wait(instance, clock, "org-a", "a1", "a2", "a3")
    assert claimed(instance, 2) == ["a1", "a2"]
    wait(instance, clock, "org-b", "b1", "b2", "b3")
    assert claimed(instance, 6) == ["b1", "b2", "a3", "b3"]


def test_of_one_organisation_no_more_jobs_run_than_the_limit_allows(
    instance: Instance, clock: SetClock, board: str
) -> None:
    wait(instance, clock, "org-a", "a1", "a2", "a3", "a4", benchmark=board)
    wait(instance, clock, "org-b", "b1", benchmark=board)
    wait(instance, clock, None, *(f"host-{number}" for number in range(5)), benchmark=board)
    assert set(claimed(instance)) == {"a1", "a2", "a3", "b1", *(f"host-{number}" for number in range(5))}
    assert states(instance)["a4"] == "waiting"
    settle(instance, next(job for job in running_jobs(instance) if job.subject == "a1"), "done", None)
    assert claimed(instance) == ["a4"]


def test_a_worker_claims_no_more_than_it_runs_and_no_job_of_another_queue(instance: Instance, clock: SetClock) -> None:
    wait(instance, clock, "org-a", "a1", "a2", "a3")
    wait(instance, clock, "org-a", "u1", queue="untrusted")
    assert claimed(instance, 2) == ["a1", "a2"]
    assert claimed(instance, 2) == []
    assert [job.subject for job in claim(instance, "w", "untrusted", 2)] == ["u1"]


def test_a_job_waits_for_its_time_and_for_the_same_work_before_it(instance: Instance, clock: SetClock) -> None:
    wait(instance, clock, None, "later", not_before=instance.later(seconds=60))
    wait(instance, clock, None, "same", "same")
    assert claimed(instance) == ["same"]
    assert claimed(instance) == []
    clock.advance(seconds=120)
    assert claimed(instance) == ["later"]
    settle(instance, next(job for job in running_jobs(instance) if job.subject == "same"), "done", None)
    assert claimed(instance) == ["same"]


def test_workers_that_claim_at_once_never_get_the_same_job_or_break_a_limit(
    instance: Instance, clock: SetClock, board: str
) -> None:
    wait(instance, clock, "org-a", *(f"a{number}" for number in range(10)), benchmark=board)
    wait(instance, clock, "org-b", *(f"b{number}" for number in range(10)), benchmark=board)
    ready = threading.Barrier(6)

    def take(number: int) -> list[str]:
        ready.wait()
        return claimed(instance, 2, f"w-{number}")

    with ThreadPoolExecutor(6) as pool:
        got = [subject for taken in pool.map(take, range(6)) for subject in taken]
    assert sorted(got) == ["a0", "a1", "a2", "b0", "b1", "b2"]


def test_a_name_is_free_again_when_its_job_begins(instance: Instance) -> None:
    first = promised(instance, "publish", "small", once="publish:small")
    assert promised(instance, "publish", "small", once="publish:small") == first
    claim(instance, "w", "trusted", 1)
    begun(instance, first[0], "w")
    assert promised(instance, "publish", "small", once="publish:small") != first


def test_only_the_run_that_has_a_job_can_end_it(instance: Instance) -> None:
    (job_id,) = promised(instance, "evaluate", "sub-1")
    claim(instance, "old", "trusted", 1)
    old, new = begun(instance, job_id, "old"), begun(instance, job_id, "new")
    assert old
    assert new
    assert not settle(instance, old, "done", None)
    assert not put_off(instance, old, 1, "the disk is full")
    assert not give_back(instance, old)
    assert not take_over(instance, old, "third")
    assert settle(instance, new, "done", None)
    assert begun(instance, job_id, "late") is None


def test_an_orderly_stop_is_held_against_no_job(instance: Instance) -> None:
    (job_id,) = promised(instance, "evaluate", "sub-1")
    claim(instance, "w", "trusted", 1)
    begun(instance, job_id, "w")
    leave(instance, "w")
    assert [job.attempts for job in running_jobs(instance)] == [0]


def test_what_was_put_off_starts_again_in_its_time(instance: Instance, clock: SetClock) -> None:
    promised(instance, "retain", "small")
    claim(instance, "w", "trusted", 1)
    assert put_off(instance, running_jobs(instance)[0], 30, "the disk is full")
    assert claimed(instance) == []
    clock.advance(seconds=31)
    assert claimed(instance) == ["small"]


def test_the_position_of_a_submission_is_its_place_in_the_order_of_the_dispatcher(
    instance: Instance, clock: SetClock, board: str
) -> None:
    first, second = organisation(instance, "first"), organisation(instance, "second")
    many = [submission_row(instance, first, board) for _ in range(3)]
    late = submission_row(instance, second, board)
    wait(instance, clock, first, *many)
    wait(instance, clock, second, late)
    assert [place(instance, own).position for own in (*many, late)] == [1, 3, 4, 2]
    assert claimed(instance, 2) == [many[0], late]
    assert [place(instance, own).position for own in (*many, late)] == [0, 1, 2, 0]
    assert place(instance, many[2]).running == 2


def test_places_of_many_submissions_are_those_of_each_and_cost_no_more_questions(
    instance: Instance, clock: SetClock, board: str
) -> None:
    first, second = organisation(instance, "first"), organisation(instance, "second")
    own = [submission_row(instance, whose, board) for whose in (first, first, second, second)]
    wait(instance, clock, first, own[0], own[1])
    wait(instance, clock, second, own[2])
    assert claimed(instance, 1) == [own[0]]
    asked: list[object] = []
    with instance.database.reading() as session:
        event.listen(session, "do_orm_execute", asked.append)
        one, n_of_one = positions_of(session, own[1:2], instance.now()), len(asked)
        many, n_of_many = positions_of(session, own, instance.now()), len(asked) - n_of_one
    assert one == {own[1]: many[own[1]]}
    assert many == {name: place(instance, name) for name in own}
    assert [many[name].position for name in own] == [0, 2, 1, None]
    assert n_of_one == n_of_many > 0


def test_a_submission_without_a_job_has_no_position(instance: Instance, board: str) -> None:
    own = submission_row(instance, organisation(instance, "first"), board)
    assert place(instance, own) == QueuePosition(None, 0, None)


def test_the_estimate_follows_from_recent_jobs_and_living_workers(
    instance: Instance, clock: SetClock, board: str
) -> None:
    whose = organisation(instance, "first")
    subjects = [submission_row(instance, whose, board) for _ in range(5)]
    wait(instance, clock, whose, "done before")
    claim(instance, "w", "trusted", 1)
    clock.advance(seconds=10)
    settle(instance, running_jobs(instance)[0], "done", None)
    wait(instance, clock, whose, *subjects)
    assert place(instance, subjects[4]).estimate_seconds is None
    arrive(instance, "w", "here", 1)
    assert [place(instance, own).estimate_seconds for own in subjects] == [10, 10, 20, 20, 30]
    clock.advance(seconds=3600)
    assert place(instance, subjects[4]).estimate_seconds is None


def test_a_worker_is_dead_when_it_is_silent_for_too_long_by_the_clock_of_who_watches(
    instance: Instance, clock: SetClock
) -> None:
    time = [0.0]
    watch = Watch(15, lambda: time[0])
    arrive(instance, "silent", "a", 1)
    arrive(instance, "lively", "b", 2)
    clock.advance(days=1000)
    assert watch.living(instance) == {"silent", "lively"}
    for _ in range(4):
        time[0] += 4
        clock.advance(seconds=1)
        assert beat(instance, "lively")
        assert "lively" in watch.living(instance)
    assert watch.living(instance) == {"lively"}
    depart(instance, "lively")
    assert watch.living(instance) == frozenset()
    assert beat(instance, "silent")
    assert watch.living(instance) == {"silent"}
    assert not beat(instance, "unknown")


def test_a_queue_of_many_jobs_is_ordered_fast_enough_for_every_reader(instance: Instance, board: str) -> None:
    whose = organisation(instance, "first")
    own = submission_row(instance, whose, board)
    promised(instance, "check", *(f"sub-{number}" for number in range(500)), organisation=whose)
    promised(instance, "check", own, organisation=whose)
    with instance.database.writing() as session:
        session.execute(update(Job).values(benchmark_id=board))
    assert place(instance, own).position == 501
    with instance.database.reading() as session:
        assert len(list(session.scalars(select(Job)))) == 501
