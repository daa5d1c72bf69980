"""A live run with judges, and one with repairs: votes and repairs are asked once, kept at once, and never guessed."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from builders import items
from command_line import run
from live_cases import MODEL, PRICE, live, number_of, response, served, small, started
from model_server import Asked, ModelServer, Reply, failing
from proofboard import canonical
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import CloseTheLoop, GraderSpec, ItemSets, Judge, Metric, Price
from proofboard.schemas.bundle_folder import read_bundle

JUDGE = "openai-api/stub/judge"
RUBRIC = "Question: {prompt}\nAnswer: {response}\nEnd with VERDICT: PASS or VERDICT: FAIL."
VOTES = Metric(grader=GraderSpec(kind="votes"))
JUDGED: dict[str, Any] = {
    "metrics": {"liked": VOTES},
    "headline": "liked",
    "judge": Judge(model=JUDGE, votes=3, rubric=RUBRIC),
}


def is_judge(asked: Asked) -> bool:
    return asked.model == "judge"


def answered(asked: Asked) -> Reply:
    """Answer, and judge answers below 6 to pass."""
    if not is_judge(asked):
        return Reply(number_of(asked))
    passes = int(asked.prompt.partition("Answer: ")[2].split()[0]) < 6
    return Reply(f"I see. VERDICT: {'PASS' if passes else 'FAIL'}")


def counted(server: ModelServer) -> Counter[str]:
    return Counter(asked.model for asked in server.asked)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


def test_every_judge_votes_on_every_answer_and_the_board_counts_the_votes(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", **JUDGED)
    with served(answered) as server:
        done = live(folder, out)
    bundle = read_bundle(out)
    assert (done.status, counted(server)) == (0, {"model": 8, "judge": 24})
    assert "liked: 0.75" in done.out
    assert (len(bundle.verdicts), bundle.manifest.judge and bundle.manifest.judge.version) == (24, "judge-2026")
    assert {own.prompt_id for own in bundle.verdicts if own.passed} == {f"q{number}" for number in range(6)}


def test_an_answer_whose_vote_failed_has_failed_and_only_that_vote_is_asked_again(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", **JUDGED)
    once = iter([True])

    def one_vote_fails(asked: Asked) -> Reply:
        fails = is_judge(asked) and "Answer: 3" in asked.prompt and next(once, False)
        return failing(500) if fails else answered(asked)

    with served(one_vote_fails) as server:
        done = live(folder, out, "--retries", 0)
        assert done.status == 1
        assert "1 failed: not judged: openai-api/stub/judge: InternalServerError 500" in done.err
        assert response(out, "q3").state == "platform_failure"
        server.asked.clear()
        assert live(folder, out).status == 0
        assert counted(server) == {"judge": 1}
    assert len(read_bundle(out).verdicts) == 24


def test_refused_and_empty_answers_are_not_judged(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", **JUDGED)
    special = {"2": Reply(""), "3": Reply(refusal="no")}

    def some(asked: Asked) -> Reply:
        return answered(asked) if is_judge(asked) else special.get(number_of(asked)) or answered(asked)

    with served(some) as server:
        assert live(folder, out).status == 0
    assert counted(server) == {"model": 8, "judge": 18}


def test_a_budget_counts_the_votes_and_keeps_those_that_were_paid_for(tmp_path: Path, out: Path) -> None:
    judge = Price(model=JUDGE, since="2026-01-01", prompt_per_million="1000", completion_per_million="3000")
    folder = small(tmp_path / "bench", prices=[PRICE, judge], **JUDGED)
    with served(answered) as server:
        assert live(folder, out, "--max-cost", "0.2").status == 1
        assert len(server.asked) <= 10
        assert live(folder, out, "--max-cost", "10").status == 0
        assert counted(server) == {"model": 8, "judge": 24}


def test_what_the_votes_cost_is_told_apart(tmp_path: Path, out: Path) -> None:
    judge = Price(model=JUDGE, since="2026-01-01", prompt_per_million="1000", completion_per_million="3000")
    folder = small(tmp_path / "bench", prices=[PRICE, judge], **JUDGED)
    with served(answered):
        done = live(folder, out)
    assert "cost $0.6400 by the price table, $0.4800 of it for votes\n" in done.out


def test_a_vote_that_came_back_outlives_a_kill_that_another_vote_did_not(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", 1, **JUDGED)

    def one_hangs(asked: Asked) -> Reply:
        votes = sum(is_judge(own) for own in server.asked)
        return Reply("VERDICT: PASS", seconds=30 if votes == 3 else 0) if is_judge(asked) else answered(asked)

    with served(one_hangs) as server:
        process = started(folder, out)
        rows = out.with_name("bundle.partial") / "journal.jsonl"
        until = time.monotonic() + 60
        while not rows.is_file() or rows.read_bytes().count(b"\n") < 3:
            assert time.monotonic() < until
            time.sleep(0.01)
        process.kill()
        process.communicate()
        server.answer = answered
        server.asked.clear()
        assert live(folder, out).status == 0
    assert counted(server) == {"judge": 1}
    assert len(read_bundle(out).verdicts) == 3


def test_votes_on_another_reference_are_not_gone_on_with(tmp_path: Path, out: Path) -> None:
    rubric = f"{RUBRIC} Right is {{reference}}."
    folder = small(tmp_path / "bench", **{**JUDGED, "judge": Judge(model=JUDGE, rubric=rubric)})
    with served(lambda asked: failing(500) if not is_judge(asked) and number_of(asked) == "3" else answered(asked)):
        assert live(folder, out, "--retries", 0).status == 1
        path = folder / "items/public.jsonl"
        path.write_text(
            path.read_text(encoding="utf-8").replace('"reference":"5"', '"reference":"6"'), encoding="utf-8"
        )
        done = live(folder, out)
    assert done.status == 2
    assert "was begun with another judge, or other references that it is shown (sha256:" in done.err


def test_a_budget_needs_the_price_of_the_judge_too(tmp_path: Path, out: Path) -> None:
    done = live(small(tmp_path / "bench", prices=[PRICE], **JUDGED), out, "--max-cost", "1")
    assert done.status == 2
    assert f"has none of {JUDGE} on" in done.err


def test_another_judge_than_the_protocol_has_is_refused(tmp_path: Path, out: Path) -> None:
    done = live(small(tmp_path / "bench", **JUDGED), out, "--judge-model", "openai/other", "--votes", 5)
    assert done.status == 2
    assert "found 'openai/other'" in done.err
    assert "found 5" in done.err


def repairable(place: Path) -> Path:
    """Write a benchmark whose repair items ask for their numbers."""
    rules: dict[str, Any] = {
        "metrics": {
            "accepted": Metric(grader=GraderSpec(kind="regex", options={"pattern": "[0-9]+"}), title="is a number"),
            "correct": Metric(grader=GraderSpec(kind="exact"), title="is the right number"),
            "good": Metric(all_of=["accepted", "correct"]),
        },
        "headline": "correct",
        "item_sets": ItemSets(repair="items/repair.jsonl"),
        "close_the_loop": CloseTheLoop(runnable="correct", accepted="accepted", passes="good"),
    }
    folder = small(place, **rules)
    write(folder / "items/repair.jsonl", canonical.dump_lines(items(8, prefix="r")))
    return folder


def test_drafts_that_do_not_pass_are_repaired_once_with_what_they_failed(tmp_path: Path, out: Path) -> None:
    def drafted(asked: Asked) -> Reply:
        number = asked.body["messages"][0]["content"].rstrip("?").rpartition("r")[2]
        return Reply(number if int(number) < 5 or len(asked.body["messages"]) > 1 else "no idea")

    with served(drafted) as server:
        done = live(repairable(tmp_path / "bench"), out, "--set", "repair")
    assert (done.status, len(server.asked)) == (0, 11)
    stages = Counter(own.stage for own in read_bundle(out).responses)
    assert stages == {"answer": 8, "repair": 3}
    repair = next(asked for asked in server.asked if len(asked.body["messages"]) > 1)
    assert [own["role"] for own in repair.body["messages"]] == ["user", "assistant", "user"]
    assert "- is a number\n- is the right number" in repair.prompt


def test_a_repair_that_failed_is_asked_again_and_its_draft_is_not(tmp_path: Path, out: Path) -> None:
    folder = repairable(tmp_path / "bench")

    def drafted(asked: Asked) -> Reply:
        return failing(500) if len(asked.body["messages"]) > 1 else Reply("7")

    with served(drafted) as server:
        assert live(folder, out, "--set", "repair", "--retries", 0).status == 1
        server.answer = lambda _: Reply("7")
        server.asked.clear()
        done = live(folder, out, "--set", "repair")
    assert (done.status, len(server.asked)) == (0, 7)
    assert "8 of 8 answered" in done.out


def test_repair_without_items_for_it_is_refused(tmp_path: Path, out: Path) -> None:
    with served():
        done = run("eval", small(tmp_path / "bench"), "--entry", MODEL, "--live", "--out", out, "--set", "repair")
    assert done.status == 2
    assert "has no repair items" in done.err


def test_the_mock_of_inspect_answers_without_a_network(tmp_path: Path, out: Path) -> None:
    done = live(small(tmp_path / "bench"), out, entry="mockllm:model")
    assert done.status == 0
    assert response(out, "q3").output == "Default output from mockllm/model"
    usage = response(out, "q3").usage
    assert usage is not None
    assert (usage.calls, usage.attempts, usage.prompt_tokens) == (1, 1, None)
