"""Continuous evaluation: asked by the clock over real HTTP, handed in like everything else, never beyond its cap."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from board_builders import packed
from builders import benchmark, benchmark_folder, entry
from live_cases import MODEL, PRICE, right, served
from model_server import Asked, ModelServer, Reply, failing
from proofboard.app.people.paging import Span
from proofboard.app.service.actors import Actor
from proofboard.app.service.benchmarks import add_benchmark, change_settings
from proofboard.app.service.instance import Instance
from proofboard.app.upkeep.continuous import NOTHING_LEFT, run_live
from proofboard.app.upkeep.schedules import NewSchedule, add_schedule, schedules
from proofboard.app.upkeep.spending import RunKey, set_aside, settle, spend, spent_this_month
from proofboard.schemas.service import BenchmarkSettings, Spending
from proofboard.store.tables import Submission
from service_builders import host_actor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What these tests claim is no matter of the database; those of decisions, appeals and upkeep run on both."""


class Live:
    """A board that asks a model every day."""

    def __init__(self, instance: Instance, folder: Path, models: list[str]) -> None:
        self.instance = instance
        self.owner: Actor = host_actor(instance)
        rules = benchmark(prices=[PRICE])
        place = benchmark_folder(folder / "small", [entry("acme/best", 7)], rules=rules)
        add_benchmark(instance, self.owner, packed(place, folder / "small.zip"))
        new = NewSchedule(name="daily", kind="live", options={"models": models, "concurrency": 1})
        self.schedule = add_schedule(instance, self.owner, new).id

    def run(self) -> str:
        run_live(self.instance, self.schedule)
        found = schedules(self.instance, self.owner, None, Span()).items
        return str(next(own.last_outcome for own in found if own.id == self.schedule))

    def submissions(self) -> list[Submission]:
        with self.instance.database.reading() as session:
            return list(session.scalars(select(Submission)))

    def spent(self) -> float:
        return spent_this_month(self.instance, self.owner, None).dollars


@pytest.fixture
def live(instance: Instance, tmp_path: Path) -> Live:
    return Live(instance, tmp_path, [MODEL])


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with served(right) as server:
        yield server


def test_what_a_model_answers_is_handed_in_once_and_paid_once(live: Live, server: ModelServer) -> None:
    said = live.run()
    assert "handed in as sub-" in said
    assert live.run() == said
    assert len(server.asked) == 8
    (own,) = live.submissions()
    assert (own.entry, own.organisation_id, own.state) == (
        "openai-api/stub-model",
        live.owner.organisation_id,
        "received",
    )
    assert own.actor == f"worker:{live.schedule}"
    assert live.spent() == pytest.approx(8 * 0.02)


def test_a_provider_that_fails_leaves_no_score_and_no_submission(live: Live) -> None:
    def down(_: Asked) -> Reply:
        return failing(401)

    with served(down):
        said = live.run()
    assert "handed in" not in said
    assert live.submissions() == []


def test_nothing_is_asked_when_the_month_is_spent(live: Live, server: ModelServer) -> None:
    spending = Spending(dollars_per_month=0.0)
    change_settings(live.instance, live.owner, "small", BenchmarkSettings(spending=spending))
    assert NOTHING_LEFT in live.run()
    assert (server.asked, live.submissions()) == ([], [])


def test_a_run_stops_at_its_cap_and_is_not_handed_in(live: Live, server: ModelServer) -> None:
    change_settings(live.instance, live.owner, "small", BenchmarkSettings(spending=Spending(dollars_per_run=0.05)))
    assert "budget" in live.run()
    assert live.submissions() == []
    assert 0 < live.spent() <= 0.05
    assert len(server.asked) < 8


def test_what_is_set_aside_counts_until_it_is_known(live: Live) -> None:
    change_settings(live.instance, live.owner, "small", BenchmarkSettings(spending=Spending(dollars_per_month=7.0)))
    first, second = (RunKey("small", live.schedule, name, "2026-11-21") for name in ("a/b", "a/c"))
    assert set_aside(live.instance, first) == set_aside(live.instance, first) == 5
    assert set_aside(live.instance, second) == 2
    settle(live.instance, first, None)
    assert live.spent() == 7.0
    assert [own.dollars for own in spend(live.instance, live.owner, None, Span()).items] == [2.0, 5.0]
