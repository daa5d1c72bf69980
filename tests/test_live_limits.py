"""How many prompts a live run asks, how fast, and for how much."""

import asyncio
import time
from itertools import pairwise
from pathlib import Path

import pytest

from graded_cases import graded_by_program
from live_cases import ENGINE_MODEL, PRICE, but, live, number_of, right, served, small, states
from model_server import Reply, failing
from proofboard.record.freeze import write
from proofboard.record.live.spending import Pace
from proofboard.schemas.bundle_folder import read_bundle


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path / "bench")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


def test_a_limit_asks_the_first_prompts_and_the_rest_counts_as_missing(folder: Path, out: Path) -> None:
    with served() as server:
        done = live(folder, out, "--limit", 3)
    assert (done.status, len(server.asked)) == (0, 3)
    assert sorted(states(read_bundle(out))) == ["q0", "q1", "q2"]
    assert "correct: 0.375" in done.out
    assert "only 3 of 8 prompts were asked" in done.err


def test_a_budget_is_never_exceeded_and_more_of_it_goes_on(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", 12, prices=[PRICE])
    with served() as server:
        done = live(folder, out, "--max-cost", "0.1", "--concurrency", 10)
        assert (done.status, len(server.asked), out.exists()) == (1, 5, False)
        assert "stopped: the budget of $0.1000 is reached" in done.err
        assert "5 of 12 are answered for $0.1000" in done.err
        more = live(folder, out, "--max-cost", "1")
    assert (more.status, len(server.asked)) == (0, 12)
    assert "cost $0.2400 by the price table" in more.out


def test_a_budget_without_a_price_is_refused(folder: Path, out: Path) -> None:
    done = live(folder, out, "--max-cost", "1")
    assert done.status == 2
    assert f"prices: has none of {ENGINE_MODEL} on 2026-11-21" in done.err


def test_a_budget_without_usage_is_not_guessed(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", 8, prices=[PRICE])
    with served(lambda asked: Reply(number_of(asked), usage=None)) as server:
        done = live(folder, out, "--max-cost", "1")
    assert (done.status, len(server.asked)) == (1, 1)
    assert "no budget can be kept" in done.err


def test_a_pace_holds_for_retries_too(folder: Path, out: Path) -> None:
    began = time.monotonic()
    with served(but(3, lambda asked: right(asked) if asked.tries else failing(500))) as server:
        assert live(folder, out, "--pace", "0.1").status == 0
    assert len(server.asked) == 9
    assert max(asked.at for asked in server.asked) - began >= 0.8


def test_a_pace_keeps_the_starts_of_requests_apart_that_wait_at_one_time() -> None:
    starts: list[float] = []

    async def start(pace: Pace) -> None:
        await pace.turn()
        starts.append(time.monotonic())

    async def all_at_once() -> None:
        pace = Pace(0.05)
        await asyncio.gather(*(start(pace) for _ in range(5)))

    asyncio.run(all_at_once())
    # The last digits of the clock are lost between the turn and the note of it.
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.049


def test_no_more_requests_are_open_than_was_said(tmp_path: Path, out: Path) -> None:
    with served(lambda asked: Reply(number_of(asked), seconds=0.05)) as server:
        assert live(small(tmp_path / "bench", 30), out, "--concurrency", 4).status == 0
    assert server.most_at_once == 4


def test_without_the_limit_the_same_command_asks_the_rest_and_replaces_the_bundle(folder: Path, out: Path) -> None:
    with served() as server:
        assert live(folder, out, "--limit", 3).status == 0
        server.asked.clear()
        assert live(folder, out).status == 0
    assert (len(server.asked), len(read_bundle(out).responses)) == (5, 8)
    assert not out.with_name("bundle.partial").exists()


@pytest.mark.parametrize("amount", ["0", "0.00", "-1", "1e3", "nan", "two"])
def test_a_budget_is_an_amount_above_nothing(folder: Path, out: Path, amount: str) -> None:
    done = live(folder, out, "--max-cost", amount)
    assert done.status == 2
    assert "give US dollars above 0" in done.err


def test_a_benchmark_with_programs_says_what_is_next(tmp_path: Path) -> None:
    rules = graded_by_program()
    folder = small(tmp_path / "benchmark", metrics=rules.metrics, headline=rules.headline, programs=rules.programs)
    write(folder / "program/grade.py", b"print('never run here')\n")
    with served():
        done = live(folder, tmp_path / "out")
    assert "next: proofboard grade, which lets tests grade it in a sandbox" in done.out
