"""Many hand in, change their minds and are judged while workers die: at the end everything is settled and true."""

import os
import random
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from pipeline_cases import until
from proofboard.app.review.closing import ask_close
from proofboard.app.review.deciding import approve, refuse
from proofboard.app.review.withdrawing import withdraw_submission
from proofboard.app.service.actors import Actor
from proofboard.app.service.benchmarks import change_settings
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import document
from proofboard.errors import RefusedError
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.tables import Submission
from service_builders import actor, organisation
from service_lives import BOARD, BY_SCHEDULE, OPEN, board, file_of, handed_in, living, plan_of, states
from service_processes import Process, processes
from service_soundness import flaws, is_quiet

LONG = 120.0
ORGANISATIONS = ("acme", "bolt", "coda", "dyne", "echo")
SUBMISSIONS = 30


class Crowd:
    """Organisations that hand in, an owner who judges, and chance that decides what they do next."""

    def __init__(self, instance: Instance, folder: Path, owner: Actor, seed: int) -> None:
        self.instance, self.folder, self.owner = instance, folder, owner
        self.chance = random.Random(seed)  # noqa: S311 - a test must choose the same again
        self.actors = {name: actor(organisation(instance, name)) for name in ORGANISATIONS}
        self.whose: dict[str, Actor] = {}

    def hand_in(self, number: int) -> None:
        """Hand in: of every organisation some are revisions of one entry."""
        name = ORGANISATIONS[number % len(ORGANISATIONS)]
        file = file_of(self.folder / "files", f"{name}/e{self.chance.randrange(3)}", salt=str(number))
        self.whose[handed_in(self.instance, self.actors[name], file)] = self.actors[name]

    def change_minds(self) -> None:
        """Withdraw something, wherever it is on its way."""
        submission = self.chance.choice(sorted(self.whose))
        allowed(partial(withdraw_submission, self.instance, self.whose[submission], submission, "we were too fast"))

    def judge(self) -> None:
        """Approve or refuse whatever waits for it."""
        for submission, state in states(self.instance).items():
            if state == "scored" and self.chance.random() < 0.1:
                allowed(partial(refuse, self.instance, self.owner, submission, "not this one"))
            elif state in {"scored", "in_review"}:
                allowed(partial(approve, self.instance, self.owner, submission))

    def close(self) -> None:
        ask_close(self.instance, self.owner, BOARD)


def allowed(verb: Callable[[], object]) -> None:
    """Do something that may be too late by now."""
    try:
        verb()
    except RefusedError as error:
        if error.status != 409:
            raise


def kill(process: Process) -> None:
    os.kill(process.worker(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("database_url", "settings", "seed"),
    [("postgres", OPEN, 1), ("sqlite", msgspec.structs.replace(BY_SCHEDULE, publish="on approval"), 2)],
    ids=["at once", "by schedule, on approval"],
    indirect=["database_url"],
)
def test_whatever_a_crowd_does_at_once_everything_is_settled_and_every_publication_verifies(
    instance: Instance, tmp_path: Path, settings: BenchmarkSettings, seed: int
) -> None:
    instance = living(instance)
    owner = board(instance, tmp_path, settings)
    crowd = Crowd(instance, tmp_path, owner, seed)
    plans = [plan_of(instance, name=name) for name in ("first", "second")]
    with processes(*plans) as workers:
        for number in range(SUBMISSIONS):
            crowd.hand_in(number)
            if number % 4 == 3:
                crowd.change_minds()
            crowd.judge()
            if number % 10 == 5:
                crowd.close()
                kill(workers[crowd.chance.randrange(2)])
            time.sleep(0.1 * crowd.chance.random())
        change_settings(instance, owner, BOARD, OPEN)
        while not (is_quiet(instance) and not waiting(instance)):
            crowd.judge()
            time.sleep(0.2)
        crowd.close()
        until(lambda: is_quiet(instance), LONG)
    found = msgspec.json.decode(document(instance, BOARD, "leaderboard.json"), type=Leaderboard)
    assert [row.config_name for row in found.entries if row.rank is None] == []
    assert flaws(instance, tmp_path) == []


def waiting(instance: Instance) -> set[str]:
    with instance.database.reading() as session:
        return set(session.scalars(select(Submission.id).where(Submission.state.in_(("scored", "in_review")))))
