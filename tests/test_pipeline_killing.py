"""Kill, pause, stop and replace workers at any point: all jobs end, and each step has its effect once."""

import contextlib
import os
import signal
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline_cases import QUICK, STEPS, Plan, effects, promised, states, until, workers
from proofboard.app.service.instance import Instance
from proofboard.store.tables import Job

POINTS = [f"{step}/{when}" for step in STEPS for when in ("before", "after")]


@pytest.fixture
def plan(tmp_path: Path, instance: Instance) -> Plan:
    """Answer how a worker works on `instance`."""
    return Plan(data=str(tmp_path / "data"), url=instance.settings.database_url)


def all_ended(instance: Instance) -> bool:
    return not {"waiting", "running"} & set(states(instance).values())


def all_effects(subjects: list[str]) -> Counter[str]:
    return Counter(f"{own} {step}" for own in subjects for step in STEPS)


def jobs(instance: Instance) -> list[Job]:
    with instance.database.reading() as session:
        return list(session.scalars(select(Job).order_by(Job.created_at, Job.id)))


def test_a_worker_that_is_killed_in_every_step_ends_every_job_with_each_effect_once(
    instance: Instance, plan: Plan
) -> None:
    subjects = [f"sub-{number}@{point}" for number, point in enumerate(POINTS)]
    promised(instance, "evaluate", *subjects)
    with workers(plan):
        until(lambda: all_ended(instance), 60)
    assert set(states(instance).values()) == {"done"}
    assert Counter(effects(instance)) == all_effects(subjects)


def test_the_jobs_of_a_killed_worker_are_finished_by_another(instance: Instance, plan: Plan) -> None:
    subjects = [f"sub-{number}@batch 1/sleep" for number in range(6)]
    promised(instance, "evaluate", *subjects)
    first = Plan(data=plan.data, url=plan.url, name="first", restarts=False)
    second = Plan(data=plan.data, url=plan.url, name="second", restarts=False)
    with workers(first, second) as (killed, _):
        until(lambda: {"first", "second"} <= {own.worker for own in jobs(instance) if own.state == "running"})
        killed.signal(signal.SIGKILL)
        until(lambda: all_ended(instance))
    assert set(states(instance).values()) == {"done"}
    assert Counter(effects(instance)) == all_effects(subjects)


def pause(instance: Instance, pid: int) -> None:
    """Pause a process, but not while it holds the lock of an SQLite file, for which everybody would have to wait."""

    def is_paused_without_lock() -> bool:
        os.kill(pid, signal.SIGSTOP)
        for path in instance.settings.data.glob("*.sqlite"):
            with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
                try:
                    connection.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    os.kill(pid, signal.SIGCONT)
                    return False
        return True

    until(is_paused_without_lock)


def test_a_worker_that_was_paused_and_replaced_does_no_harm(instance: Instance, plan: Plan) -> None:
    promised(instance, "evaluate", "sub-1@batch 0/sleep")
    first = Plan(data=plan.data, url=plan.url, name="first")
    second = Plan(data=plan.data, url=plan.url, name="second")
    with workers(first) as (process,):
        paused = process.worker()
        until(lambda: "sub-1@batch 0/sleep begin" in effects(instance))
        pause(instance, paused)
        with workers(second):
            until(lambda: all_ended(instance))
            os.kill(paused, signal.SIGCONT)
            promised(instance, "evaluate", "sub-2", "sub-3", "sub-4", "sub-5")
            until(lambda: all_ended(instance))
    assert next(own.worker for own in jobs(instance)) == "second"
    assert set(states(instance).values()) == {"done"}
    assert Counter(effects(instance)) == all_effects(["sub-1@batch 0/sleep", "sub-2", "sub-3", "sub-4", "sub-5"])


def test_a_worker_that_is_told_to_stop_leaves_its_jobs_to_others_and_blames_none(
    instance: Instance, plan: Plan
) -> None:
    promised(instance, "evaluate", "sub-1@batch 0/sleep")
    with workers(Plan(data=plan.data, url=plan.url, name="first")) as (process,):
        until(lambda: "sub-1@batch 0/sleep begin" in effects(instance))
        os.kill(process.worker(), signal.SIGTERM)
        until(process.is_gone)
        assert [(own.state, own.attempts) for own in jobs(instance)] == [("running", 0)]
    with workers(Plan(data=plan.data, url=plan.url, name="second")):
        until(lambda: all_ended(instance), QUICK.patience + 10)
    assert Counter(effects(instance, "try")) == all_effects(["sub-1@batch 0/sleep"])


def test_a_job_that_was_begun_under_another_version_starts_anew(instance: Instance, plan: Plan) -> None:
    promised(instance, "evaluate", "sub-1@finish/before")
    with workers(Plan(data=plan.data, url=plan.url, name="only", version="older", restarts=False)) as (process,):
        until(process.is_gone)
    assert states(instance) == {"sub-1@finish/before": "running"}
    with workers(Plan(data=plan.data, url=plan.url, name="only")):
        until(lambda: all_ended(instance))
    assert states(instance) == {"sub-1@finish/before": "done"}
    assert Counter(effects(instance)) == all_effects(["sub-1@finish/before"])


def test_a_job_that_takes_its_worker_with_it_every_time_fails(instance: Instance, plan: Plan) -> None:
    promised(instance, "check", "kill", "harmless")
    with workers(plan):
        until(lambda: all_ended(instance), 30)
    assert states(instance) == {"kill": "failed", "harmless": "done"}
    assert effects(instance) == ["kill failed: the worker stopped"]
    assert {own.error for own in jobs(instance)} == {None, "the worker stopped"}


def test_jobs_whose_start_or_end_got_lost_are_done_again_with_each_effect_once(instance: Instance, plan: Plan) -> None:
    promised(instance, "evaluate", "sub-1", "sub-2")
    with workers(plan):
        until(lambda: all_ended(instance))
        # As after a backup of one database and not of the other: one job has ended and seems to run, ...
        promised(instance, "evaluate", "sub-3")
        lost = {"sub-1": "gone", "sub-3": "gone", "sub-2": None}
        with instance.database.writing() as session:
            for subject, worker in lost.items():
                # ... one was claimed and never started, and one that has ended seems to wait.
                values = {"state": "running" if worker else "waiting", "worker": worker, "finished_at": None}
                session.execute(update(Job).where(Job.subject == subject).values(values))
        until(lambda: all_ended(instance))
    assert set(states(instance).values()) == {"done"}
    assert Counter(effects(instance)) == all_effects(["sub-1", "sub-2", "sub-3"])
    tries = Counter(effects(instance, "try"))
    assert tries["sub-1 begin"] == tries["sub-2 begin"] == 2
