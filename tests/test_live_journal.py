"""The journal of a live run: nothing else than that run, whole lines only, one writer at a time."""

import asyncio
import resource
from pathlib import Path
from typing import Any

import pytest

from proofboard import canonical
from proofboard.errors import InputError, OutputError
from proofboard.record.live.journal import ROWS, Journal, Row, RunDocument, Voted
from proofboard.schemas.bundle import Response, Verdict

SOME = canonical.digest(b"")


def run_document(**fields: Any) -> RunDocument:
    known: dict[str, Any] = {
        "benchmark": "bench",
        "protocol_version": "1",
        "item_set": "public",
        "entry": "acme/own",
        "configuration": SOME,
        "seed": None,
        "prompts": SOME,
        "trials": 2,
        "judge": None,
        "engine": "engine 1",
        "recorded": "2026-11-21",
    }
    return RunDocument(**known | fields)


def opened(place: Path, **fields: Any) -> Journal:
    return Journal(place, run_document(**fields), {"q0", "q1"})


def answer(prompt_id: str = "q0", **fields: Any) -> Row:
    return Row(prompt_id=prompt_id, response=Response(prompt_id=prompt_id, output="4", **fields))


def vote(number: int, prompt_id: str = "q0") -> Verdict:
    return Verdict(prompt_id=prompt_id, passed=True, vote=number, output="VERDICT: PASS")


def keep(journal: Journal, *rows: Row) -> None:
    async def keep_all() -> None:
        for row in rows:
            await journal.keep(row)

    asyncio.run(keep_all())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "bundle.partial"


def test_every_vote_is_on_the_disk_before_the_last_one_is_cast(place: Path) -> None:
    journal = opened(place)
    rows = [Row(prompt_id="q0", vote=vote(number), model=model) for number, model in ((0, "judge-2"), (2, None))]
    keep(journal, answer(), *rows)
    journal.close()
    again = opened(place)
    assert again.votes[("q0", 0, "answer")] == Voted(verdicts=[vote(0), vote(2)], versions=["judge-2"], complete=False)
    again.close()


@pytest.mark.parametrize(
    "row",
    [
        answer("q7"),
        Row(prompt_id="q0", response=Response(prompt_id="q1", output="4")),
        Row(prompt_id="q0", trial=2, response=Response(prompt_id="q0", trial=2, output="4")),
        Row(prompt_id="q0", response=Response(prompt_id="q0", stage="repair", output="4")),
        Row(prompt_id="q0", vote=vote(0, "q1")),
        Row(prompt_id="q0", voted=Voted(verdicts=[vote(0), vote(1, "q1")])),
    ],
    ids=["no prompt of it", "another prompt", "no trial of it", "another stage", "another's vote", "another's votes"],
)
def test_a_line_about_anything_else_is_refused(place: Path, row: Row) -> None:
    journal = opened(place)
    keep(journal, answer(), row)
    journal.close()
    with pytest.raises(InputError, match=rf"{ROWS}:2: is about nothing that this run asks"):
        opened(place)


def test_of_two_runs_that_begin_at_one_time_the_other_changes_nothing(place: Path) -> None:
    first = opened(place, seed=1)
    before = (place / "run.json").read_bytes()
    with pytest.raises(OutputError, match="another run is writing here"):
        opened(place, seed=2)
    assert (place / "run.json").read_bytes() == before
    first.close()


def test_what_the_disk_has_no_room_for_leaves_no_torn_line(place: Path) -> None:
    journal = opened(place)
    keep(journal, answer())
    whole = (place / ROWS).read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 20, limits[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written: File too large; make room, and the same command"):
            keep(journal, answer("q1"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (place / ROWS).read_bytes() == whole
    keep(journal, answer("q1"))
    journal.close()
    again = opened(place)
    assert sorted(key[0] for key in again.responses) == ["q0", "q1"]
    again.close()
