"""Draft, check, repair: what a system is told of its draft, over real HTTP, and which checks a draft fails."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark_folder, entry, files_of, items
from command_line import run
from core_builders import benchmark, item, plan_of
from model_server import Answer, ModelServer, Reply, failing
from proofboard import canonical
from proofboard.core.close_the_loop import failed_checks
from proofboard.core.grading import grading_plan
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.record.live.asking import Ask, Message
from proofboard.record.live.engine import InspectEngine, Terms
from proofboard.record.live.repairing import INSTRUCTION, repair_request, repaired
from proofboard.record.live.spending import Purse
from proofboard.schemas.benchmark import Benchmark, CloseTheLoop, Facet, GraderSpec, ItemSets, Metric, Threshold
from proofboard.schemas.bundle import Response, Stage, Verdict
from proofboard.schemas.item import Item, prompts_digest

MODEL = "openai-api/local/coder"
ASKED = Ask(
    model=MODEL, messages=[Message("system", "You write code."), Message("user", "Add 1 and 2.")], temperature=0.5
)
LOOP = CloseTheLoop(runnable="right", accepted="right", passes="passed")
DRAFT = Response(prompt_id="q0000", output="{failed} 4", trial=1)


def repair(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, loop: CloseTheLoop = LOOP, draft: Response = DRAFT
) -> tuple[Response, Sequence[dict[str, Any]]]:
    """Let a model behind a real server repair a draft; return its answer and the messages that it was sent."""
    with ModelServer(answer) as server:
        monkeypatch.setenv("LOCAL_API_KEY", "none")
        monkeypatch.setenv("LOCAL_BASE_URL", server.url)

        async def ask() -> Response:
            async with InspectEngine([MODEL], Terms(retries=0), Purse({})) as engine:
                return await repaired(engine, ASKED, loop, draft, ["Right", "Short enough"])

        return asyncio.run(ask()), [dict(message) for own in server.asked for message in own.body["messages"]]


# What the system is told


def test_a_repair_goes_on_with_the_conversation_that_made_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    own = CloseTheLoop(runnable="r", accepted="r", passes="r", instruction="{prompt}|{response}|{failed}|{x}")
    response, messages = repair(monkeypatch, lambda _: Reply(text="3"), own)
    assert messages == [
        {"role": "system", "content": "You write code."},
        {"role": "user", "content": "Add 1 and 2."},
        {"role": "assistant", "content": "{failed} 4"},
        {"role": "user", "content": "Add 1 and 2.|{failed} 4|- Right\n- Short enough|{x}"},
    ]
    assert (response.output, response.stage, response.trial, response.state) == ("3", "repair", 1, "answered")


def test_a_repair_counts_its_own_usage_and_is_drawn_as_the_draft_was(monkeypatch: pytest.MonkeyPatch) -> None:
    response, _ = repair(monkeypatch, lambda asked: Reply(text=str(asked.body["temperature"])))
    assert response.output == "0.5"
    assert response.usage is not None
    assert (response.usage.prompt_tokens, response.usage.calls, response.usage.attempts) == (11, 1, 1)


def test_a_repair_whose_call_failed_is_a_failure_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    response, _ = repair(monkeypatch, lambda _: failing(400))
    assert (response.state, response.output, response.stage) == ("platform_failure", None, "repair")


def test_without_an_instruction_the_system_is_told_what_failed() -> None:
    told = repair_request(ASKED, LOOP, DRAFT, ["Right"]).messages[-1].text
    assert told == INSTRUCTION.replace("{failed}", "- Right")
    assert "- Right" in told


def test_an_empty_draft_is_not_repeated_to_the_system() -> None:
    made = repair_request(ASKED, LOOP, Response(prompt_id="q", output=" "), ["Right"])
    assert [own.role for own in made.messages] == ["system", "user", "user"]


def test_the_item_s_own_text_may_stand_for_the_prompt() -> None:
    own = CloseTheLoop(runnable="r", accepted="r", passes="r", instruction="{prompt}")
    assert repair_request(ASKED, own, DRAFT, [], "Add.").messages[-1].text == "Add."


# Which checks a draft fails


def rules(**metrics: Metric) -> Benchmark:
    return benchmark(
        metrics={
            "right": Metric(grader=GraderSpec(kind="exact"), title="Right"),
            "judged": Metric(grader=GraderSpec(kind="votes"), title="Accepted by the judge"),
            "passed": Metric(all_of=["right", "judged"]),
            **metrics,
        },
        headline="passed",
        close_the_loop=LOOP,
        item_sets=ItemSets(repair="r"),
    )


def failed(
    output: str, votes: str = "+", own: Benchmark | None = None, items: Sequence[Item] = (), **fields: Any
) -> list[str]:
    draft = Response(prompt_id="q0000", output=output, **fields)
    cast = [Verdict(prompt_id="q0000", passed=sign == "+", vote=n, trial=draft.trial) for n, sign in enumerate(votes)]
    return failed_checks(plan_of(own or rules()), items or [item(0)], draft, cast)


@pytest.mark.parametrize(
    ("output", "votes", "expected"),
    [
        ("yes", "+", []),
        ("no", "+", ["Right"]),
        ("yes", "+--", ["Accepted by the judge"]),
        ("no", "-", ["Right", "Accepted by the judge"]),
        ("yes", "", ["Accepted by the judge"]),
    ],
)
def test_the_checks_that_keep_a_draft_from_passing_are_named(output: str, votes: str, expected: list[str]) -> None:
    assert failed(output, votes) == expected
    assert failed(output, votes, trial=3) == expected


def test_a_metric_outside_the_bar_is_no_check_of_it() -> None:
    own = rules(passed=Metric(all_of=["right"]))
    assert failed("yes", "-", own) == []


def test_one_way_that_passes_is_enough_and_otherwise_all_are_named() -> None:
    own = rules(passed=Metric(any_of=["right", "judged"]))
    assert failed("yes", "-", own) == []
    assert failed("no", "-", own) == ["Right", "Accepted by the judge"]


def test_a_bound_that_is_reached_asks_for_nothing_more() -> None:
    score = Metric(weighted={"right": 1, "judged": 3}, denominator=100)
    own = rules(score=score, passed=Metric(threshold=Threshold(metric="score", at_least="0.7")))
    assert failed("no", "+", own) == []
    assert failed("yes", "-", own) == ["Accepted by the judge"]


def test_a_check_that_only_others_report_is_not_known_and_not_named() -> None:
    own = rules(runs=Metric(reported=True), passed=Metric(all_of=["right", "runs"]))
    assert failed("yes", own=own) == []
    assert failed("no", own=own) == ["Right"]


def test_what_is_not_graded_here_is_named_where_it_was_recorded() -> None:
    own = rules()
    plan = plan_of(own)
    without = grading_plan(own, {"judged": plan.graders["judged"]}, plan.sources)
    draft, cast = Response(prompt_id="q0000", output="yes"), [Verdict(prompt_id="q0000", passed=True)]
    assert failed_checks(without, [item(0)], draft, cast) == []
    assert failed_checks(without, [item(0)], draft, cast, {"right": [0]}) == ["Right"]
    assert failed_checks(without, [item(0)], draft, cast, {"right": [1]}) == []


def test_of_several_items_of_a_prompt_each_has_to_pass() -> None:
    pair = [item(0), item(1, prompt="Question 0?", prompt_id="q0000", reference="no")]
    assert failed("yes", items=pair) == ["Right"]


def test_a_refusal_fails_every_check_and_an_absent_draft_none() -> None:
    assert failed("", "", state="refused") == ["Right", "Accepted by the judge"]
    assert failed("", "", state="missing") == []
    assert failed("", "", state="platform_failure") == []


# What it gains, on the board


def test_the_board_shows_what_repair_gains_on_each_tier(tmp_path: Path) -> None:
    made = Benchmark(
        id="loop",
        title="Loop",
        protocol_version="1",
        metrics={"right": Metric(grader=GraderSpec(kind="exact"))},
        headline="right",
        facets={name: Facet(values=["logic", "maths", "de", "en"]) for name in ("category", "language")}
        | {"tier": Facet(values=["easy", "hard"], role="tier")},
        item_sets=ItemSets(repair="items/repair.jsonl"),
        close_the_loop=CloseTheLoop(runnable="right", accepted="right", passes="right"),
    )
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/base")], rules=made)
    asked = items(8, prefix="r")
    write(folder / "items/repair.jsonl", canonical.dump_lines(asked))
    right: dict[Stage, set[int]] = {"answer": {0, 1, 4}, "repair": {2, 5, 6}}
    drafts = [
        Response(prompt_id=own.id, stage=stage, output=own.reference if number in right[stage] else "?")
        for number, own in enumerate(asked)
        for stage in right
        if stage == "answer" or number not in right["answer"]
    ]
    configuration = entry("acme/base").configuration
    files = freeze(NewBundle(item_set="repair", responses=drafts), "loop", "1", configuration, prompts_digest(asked))
    for name, raw in files.items():
        write(folder / "entries/acme/base/repair" / name, raw)
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    assert run("verify", tmp_path / "site").status == 0
    shown = run("show", tmp_path / "site", "acme/base").out
    assert "lift, easy               0.25, from 0.5 to 0.75 of 4 prompts" in shown
    assert "lift, hard               0.5, from 0.25 to 0.75 of 4 prompts" in shown
    assert files_of(tmp_path / "site")["leaderboard.json"].count(b'"repair_lift":0.375') == 1
