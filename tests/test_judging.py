"""What judges are asked, over real HTTP, what counts as a vote, and when a response has all of them."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import benchmark as small_benchmark
from builders import benchmark_folder, files_of, with_model
from command_line import run
from core_builders import benchmark, bundle, configuration, items, plan_of
from model_server import Answer, Asked, ModelServer, Reply, failing
from proofboard import canonical
from proofboard.core.grading import grade_bundle
from proofboard.core.items import item_table
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.core.rules.bundle import check_bundle
from proofboard.core.rules.judge import rubric_digest
from proofboard.errors import InputError, ProofboardError
from proofboard.record.live.asking import Ask, Said
from proofboard.record.live.engine import InspectEngine, Terms
from proofboard.record.live.filling import filled
from proofboard.record.live.judging import (
    Judged,
    JudgePanel,
    Votes,
    judge_panel,
    judged,
    refuse_other_judge,
    vote_in,
    votes_of,
)
from proofboard.record.live.spending import Purse
from proofboard.schemas.benchmark import Benchmark, GraderSpec, Judge, Metric
from proofboard.schemas.bundle import JudgeRecord, Response, Usage, Verdict
from proofboard.schemas.item import Item

MODEL, SECOND = "openai-api/local/judge", "openai-api/local/second"
RUBRIC = "Asked: {prompt}\nRight: {reference}\nAnswered: {response}\nSay VERDICT: PASS or VERDICT: FAIL."
VOTED = {"judged": Metric(grader=GraderSpec(kind="votes"))}
ITEM = Item(id="q0000", prompt="How many?", reference="4")
PASSED = Reply(text="It is right. VERDICT: PASS")


def judge(**fields: Any) -> Judge:
    return Judge(**{"model": MODEL, "rubric": RUBRIC, **fields})


def panel(**fields: Any) -> JudgePanel:
    own = judge(**fields)
    return JudgePanel(own, own.rubric or "")


def question(response: str = "four", **fields: Any) -> Judged:
    made = judged([ITEM], Response(prompt_id="q0000", output=response, **fields))
    assert made is not None
    return made


def vote(
    monkeypatch: pytest.MonkeyPatch,
    judges: JudgePanel,
    answer: Answer,
    asked: Judged | None = None,
    cast: Sequence[Verdict] = (),
) -> tuple[Votes, Sequence[Asked]]:
    """Let judges behind a real server vote once; return the votes and the requests that came in."""
    with ModelServer(answer) as server:
        monkeypatch.setenv("LOCAL_API_KEY", "none")
        monkeypatch.setenv("LOCAL_BASE_URL", server.url)

        async def ask() -> Votes:
            async with InspectEngine(judges.models, Terms(retries=0), Purse({})) as engine:
                return await votes_of(engine, judges, asked or question(), cast)

        return asyncio.run(ask()), server.asked


class Raising:
    """An engine whose second request stops the run."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.count = 0

    async def ask(self, _request: Ask) -> Said:
        self.count += 1
        if self.count == 2:
            raise self.error
        return Said(state="answered", text="VERDICT: PASS")


# What is asked, over HTTP


def test_a_judge_sees_the_rubric_with_prompt_reference_and_response(monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = vote(monkeypatch, panel(temperature=0.5, max_tokens=300), lambda _: PASSED)
    said = "Asked: How many?\nRight: 4\nAnswered: four\nSay VERDICT: PASS or VERDICT: FAIL."
    assert asked[0].body["messages"] == [{"role": "user", "content": said}]
    assert (asked[0].body["temperature"], asked[0].body["max_tokens"]) == (0.5, 300)


def test_every_vote_is_a_request_of_its_own_and_kept_word_for_word_with_its_usage(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    replies = iter([PASSED, Reply(text="No. VERDICT: FAIL"), Reply(text="I cannot tell.")])
    votes, asked = vote(monkeypatch, panel(votes=3), lambda _: next(replies))
    assert (votes.complete, len(asked)) == (True, 3)
    assert [own.vote for own in votes.verdicts] == [0, 1, 2]
    told = {own.output: own.passed for own in votes.verdicts}
    assert told == {"It is right. VERDICT: PASS": True, "No. VERDICT: FAIL": False, "I cannot tell.": None}
    usage = [own.usage or Usage() for own in votes.verdicts]
    counted = [(own.prompt_tokens, own.completion_tokens, own.calls, own.attempts) for own in usage]
    assert counted == [(11, 3, 1, 1)] * 3
    assert all(own.microseconds for own in usage)


def test_a_panel_votes_as_often_each_and_its_votes_name_their_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, asked = vote(monkeypatch, panel(votes=2, panel=[SECOND]), lambda _: PASSED)
    assert [(own.vote, own.judge) for own in votes.verdicts] == [(0, None), (1, None), (2, SECOND), (3, SECOND)]
    assert sorted(own.model for own in asked) == ["judge", "judge", "second", "second"]


def test_a_response_that_holds_placeholders_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = vote(monkeypatch, panel(), lambda _: PASSED, question("{reference} and {prompt} and {response}"))
    assert "Answered: {reference} and {prompt} and {response}\n" in asked[0].prompt


def test_a_failed_call_is_no_vote_and_leaves_the_response_unfinished(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, _ = vote(
        monkeypatch, panel(votes=2, panel=[SECOND]), lambda own: failing(400) if own.model == "second" else PASSED
    )
    assert (votes.complete, [own.vote for own in votes.verdicts], len(votes.failures)) == (False, [0, 1], 2)
    assert votes.failures[0].startswith(f"{SECOND}: ")


def test_votes_that_were_cast_are_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [Verdict(prompt_id="q0000", passed=False, vote=1, output="VERDICT: FAIL")]
    votes, asked = vote(monkeypatch, panel(votes=3), lambda _: PASSED, cast=before)
    assert ([own.passed for own in votes.verdicts], len(asked)) == ([True, False, True], 2)


def test_a_judge_that_refuses_has_cast_a_null_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, _ = vote(monkeypatch, panel(), lambda _: Reply(finish="content_filter", text="VERDICT: PASS"))
    assert (votes.complete, votes.verdicts[0].passed) == (True, None)


def test_a_vote_stays_with_its_trial_and_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, _ = vote(monkeypatch, panel(), lambda _: PASSED, question(trial=2, stage="repair"))
    assert [(own.prompt_id, own.trial, own.stage) for own in votes.verdicts] == [("q0000", 2, "repair")]


def test_the_manifest_names_judge_rubric_and_the_version_that_the_provider_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judges = panel(panel=[SECOND])
    votes, _ = vote(monkeypatch, judges, lambda _: PASSED)
    record = judges.record(votes.versions)
    assert record == JudgeRecord(model=MODEL, prompt_digest=canonical.digest(RUBRIC.encode()), version="judge-2026")


def test_votes_that_were_paid_for_are_kept_when_the_run_is_stopped() -> None:
    stop = ProofboardError("out of budget")
    votes = asyncio.run(votes_of(Raising(stop), panel(votes=3), question()))
    assert (votes.complete, votes.stopped, [own.vote for own in votes.verdicts]) == (False, stop, [0, 2])


def test_a_fault_of_our_own_is_not_taken_for_a_failed_call() -> None:
    with pytest.raises(KeyError):
        asyncio.run(votes_of(Raising(KeyError("gone")), panel(votes=3), question()))


def test_a_vote_that_no_line_can_hold_is_no_vote() -> None:
    class Endless:
        async def ask(self, _request: Ask) -> Said:
            return Said(state="answered", text="x" * (1 << 20) + "VERDICT: PASS")

    votes = asyncio.run(votes_of(Endless(), panel(), question()))
    assert (votes.complete, list(votes.verdicts)) == (False, [])


# What counts as a vote


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("VERDICT: PASS", True),
        ("verdict: fail", False),
        ("VERDICT: PASS, no: VERDICT: FAIL", False),
        ("Not VERDICT: FAIL but\nVerdict: Pass.", True),
        ("I pass", None),
        ("VERDICT:PASS", None),
        ("", None),
        (None, None),
    ],
)
def test_what_a_judge_says_last_is_its_vote(said: str | None, expected: bool | None) -> None:  # noqa: FBT001 - a case
    assert vote_in(said, judge()) is expected


@pytest.mark.parametrize(
    ("passes", "fails", "said", "expected"),
    [
        ("VALID", "INVALID", "It is invalid", False),
        ("VALID", "INVALID", "Not invalid: valid", True),
        ("OK", "OK NOT", "ok not", False),
        ("STRASSE", "WEG", "Die Straße", True),
    ],
)
def test_of_texts_that_hold_each_other_the_longer_one_was_said(
    passes: str,
    fails: str,
    said: str,
    expected: bool,  # noqa: FBT001 - a case
) -> None:
    assert vote_in(said, judge(passes=passes, fails=fails)) is expected


# Placeholders

TEXTS = st.text(alphabet="{}ab prompt", max_size=20)


def test_other_braces_and_unknown_placeholders_stay() -> None:
    assert filled('{"a": {b}} {{x}} {Prompt}', {"b": "1", "x": "{b}"}) == '{"a": 1} {{b}} {Prompt}'


def test_a_value_may_hold_what_a_pattern_would_read() -> None:
    assert filled("{x}", {"x": r"\1 \g<1> \n"}) == r"\1 \g<1> \n"


@given(TEXTS, TEXTS)
def test_a_value_is_put_in_as_it_is_whatever_it_holds(prompt: str, response: str) -> None:
    assert filled("<{prompt}|{response}>", {"prompt": prompt, "response": response}) == f"<{prompt}|{response}>"


# What is judged


@pytest.mark.parametrize(
    "response",
    [
        Response(prompt_id="q0000", output=""),
        Response(prompt_id="q0000", output=" \n"),
        Response(prompt_id="q0000", output=None),
        Response(prompt_id="q0000", output="no", state="refused"),
        Response(prompt_id="q0000", output="x", state="missing"),
        Response(prompt_id="q0000", state="platform_failure"),
    ],
)
def test_empty_refused_missing_and_failed_responses_are_not_judged(response: Response) -> None:
    assert judged([ITEM], response) is None


def test_structured_answers_and_references_are_shown_as_canonical_json() -> None:
    made = judged([Item(id="q", prompt="?", reference={"b": 1, "a": None})], Response(prompt_id="q", output=[1, "x"]))
    assert made is not None
    assert (made.reference, made.response) == ('{"a":null,"b":1}', '[1,"x"]')


def test_an_item_without_a_reference_shows_none() -> None:
    made = judged([Item(id="q", prompt="?")], Response(prompt_id="q", output="x"))
    assert made is not None
    assert made.reference == ""


def test_a_judge_sees_the_choices_of_a_question() -> None:
    made = judged([Item(id="q", prompt="Which?", choices=["red", "blue"])], Response(prompt_id="q", output="B"))
    assert made is not None
    assert made.prompt == "Which?\n\nA) red\nB) blue"


def test_a_refusal_is_the_worst_answer_although_nobody_votes_on_it() -> None:
    rules, table = benchmark(metrics=VOTED, headline="judged"), item_table(items(2))
    answers = [Response(prompt_id="q0000", state="refused"), Response(prompt_id="q0001", output="x")]
    made = bundle(configuration("v/c"), table, answers, votes=[Verdict(prompt_id="q0001", passed=True)])
    assert grade_bundle(made, table, plan_of(rules)).values["judged"] == [0, 1]


# Which benchmarks can be judged


def faults_of(own: Judge | None, questions: Sequence[Item] = (ITEM,), **fields: Any) -> list[str]:
    rules = benchmark(**{"metrics": VOTED, "headline": "judged", "judge": own, **fields})
    try:
        judge_panel(rules, item_table(questions), "benchmark.yaml")
    except InputError as error:
        return [found.reason for found in error.faults]
    return []


def test_a_benchmark_that_counts_no_votes_needs_no_judge() -> None:
    assert judge_panel(benchmark(judge=Judge(model="m")), item_table([ITEM]), "benchmark.yaml") is None
    assert judge_panel(benchmark(), item_table([ITEM]), "benchmark.yaml") is None


def test_a_judge_with_a_rubric_is_asked_even_where_another_grader_reads_its_votes() -> None:
    assert judge_panel(benchmark(judge=judge()), item_table([ITEM]), "benchmark.yaml") == panel()


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (None, "has no judge, and the metric 'judged' counts its votes"),
        (Judge(model=MODEL), f"judge.rubric: is not there, so '{MODEL}' cannot be asked"),
        (judge(rubric="Is it right?"), "judge.rubric: does not hold {response}"),
        (judge(passes="Yes", fails="YES"), "judge: passes and fails are both 'Yes'"),
        (judge(panel=[MODEL]), f"judge.panel: names '{MODEL}', which is the judge already"),
        (judge(panel=[SECOND, SECOND]), f"judge.panel: names '{SECOND}' 2 times"),
        (judge(votes=99, panel=[f"m{n}" for n in range(11)]), "12 judges cast 1,188 votes"),
        (judge(panel=[f"m{n}" for n in range(32)]), "makes 33 judges, at most 32"),
    ],
)
def test_a_judge_that_cannot_be_asked_is_refused(own: Judge | None, said: str) -> None:
    (reason,) = faults_of(own)
    assert said in reason


def test_all_that_is_wrong_with_a_judge_is_said_at_once() -> None:
    assert len(faults_of(judge(rubric="?", passes="x", fails="X", panel=[MODEL, SECOND, SECOND]))) == 4


def test_one_prompt_with_two_references_cannot_be_shown_one_of_them() -> None:
    shared = [Item(id=name, prompt_id="p", prompt="?", reference=name) for name in ("a", "b")]
    (reason,) = faults_of(judge(), shared)
    assert "the prompt 'p' stands in several items with other references" in reason
    assert faults_of(judge(rubric="{prompt} {response}"), shared) == []


@pytest.mark.parametrize("own", [judge(passes="x", fails="X"), judge(panel=[MODEL]), judge(panel=[SECOND, SECOND])])
def test_a_benchmark_with_such_a_judge_is_refused_by_every_command(own: Judge) -> None:
    with pytest.raises(InputError):
        check_benchmark(benchmark(judge=own), "benchmark.yaml")


@pytest.mark.parametrize(
    ("own", "model", "votes", "said"),
    [
        (judge(votes=3), "other", None, f"has the judge '{MODEL}', found 'other'; record with the benchmark's own"),
        (judge(votes=3), MODEL, 5, "has 3 votes of each judge, found 5"),
        (judge(), None, 2, "has 1 votes of each judge, found 2"),
        (None, "other", 3, "has no judge, so nobody can vote"),
    ],
)
def test_another_judge_than_the_protocol_s_is_refused_with_what_to_do(
    own: Judge | None, model: str | None, votes: int | None, said: str
) -> None:
    with pytest.raises(InputError, match=r"benchmark\.yaml") as refused:
        refuse_other_judge(benchmark(judge=own), model, votes, "benchmark.yaml")
    assert said in str(refused.value)
    assert own is None or "raise its protocol_version" in str(refused.value)


@pytest.mark.parametrize(("model", "votes"), [(MODEL, 3), (None, 3), (MODEL, None), (None, None)])
def test_the_benchmark_s_own_judge_may_be_named(model: str | None, votes: int | None) -> None:
    refuse_other_judge(benchmark(judge=judge(votes=3)), model, votes, "benchmark.yaml")
    refuse_other_judge(benchmark(), None, None, "benchmark.yaml")


# One protocol has one judge


def changes(rules: Benchmark, own: JudgeRecord | None, named: str | None = None, protocol: str = "1") -> list[str]:
    table = item_table(items(1))
    votes = [Verdict(prompt_id="q0000", passed=True, judge=named)]
    answers = [Response(prompt_id="q0000", output="x")]
    made = bundle(configuration("v/c"), table, answers, votes=votes, judge=own, protocol_version=protocol)
    try:
        check_bundle(made, table, rules)
    except InputError as error:
        return [found.reason for found in error.faults]
    return []


SAME = JudgeRecord(model=MODEL, prompt_digest=rubric_digest(RUBRIC))


def test_votes_of_another_model_or_by_another_rubric_need_another_protocol() -> None:
    rules = benchmark(judge=judge())
    assert changes(rules, SAME) == []
    (model,) = changes(rules, JudgeRecord(model="other"))
    (rubric,) = changes(rules, JudgeRecord(model=MODEL, prompt_digest=rubric_digest(RUBRIC + ".")))
    assert "was judged by 'other', the judge of protocol 1 is" in model
    assert "record it again, or raise protocol_version" in rubric
    assert changes(rules, JudgeRecord(model="other"), protocol="0") == []


def test_a_vote_of_a_judge_outside_the_panel_needs_another_protocol() -> None:
    rules = benchmark(judge=judge(panel=[SECOND]))
    assert changes(rules, SAME, named=SECOND) == []
    (reason,) = changes(rules, SAME, named="friend")
    assert "is a vote of 'friend'" in reason


@pytest.mark.parametrize(
    ("rules", "own"),
    [
        (benchmark(), SAME),
        (benchmark(judge=judge()), None),
        (benchmark(judge=judge()), JudgeRecord(model=MODEL)),
        (benchmark(judge=Judge(model=MODEL)), SAME),
    ],
)
def test_what_is_not_known_of_a_judge_is_no_change(rules: Benchmark, own: JudgeRecord | None) -> None:
    assert changes(rules, own) == []


# A whole run


def test_a_live_run_is_judged_and_replays_to_the_same_bytes_and_score_when_nobody_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = small_benchmark(metrics=VOTED, headline="judged", judge=judge(votes=2, panel=[SECOND]))
    own = with_model("acme/base", "openai-api/local/system", -1)
    folder = benchmark_folder(tmp_path / "bench", [own], rules=rules)

    def answer(asked: Asked) -> Reply:
        if asked.model == "system":
            return Reply(text=asked.prompt[-3:-1])
        return Reply(text="VERDICT: PASS" if "Answered: q1" in asked.prompt else "No. VERDICT: FAIL")

    with ModelServer(answer) as server:
        monkeypatch.setenv("LOCAL_API_KEY", "none")
        monkeypatch.setenv("LOCAL_BASE_URL", server.url)
        done = run("eval", folder, "--live", "--entry", "acme/base", "--judge-model", MODEL, "--votes", "2")
    assert (done.status, len(server.asked)) == (0, 8 + 8 * 4)
    bundle = folder / "entries/acme/base/public"
    again = run("eval", folder, "--entry", "acme/base", "--recorded", bundle, "--out", tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(bundle)
    assert "8 answers and 32 votes as they were recorded" in again.out
    assert "judged: 0.125\n" in again.out
    assert "judged: 0.125\n" in done.out


@pytest.mark.parametrize("more", [("--judge-model", "other"), ("--votes", "3")])
def test_a_live_run_with_another_judge_is_refused_before_anybody_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, more: tuple[str, str]
) -> None:
    rules = small_benchmark(metrics=VOTED, headline="judged", judge=judge())
    folder = benchmark_folder(tmp_path / "bench", [with_model("acme/base", "openai-api/local/system", -1)], rules=rules)
    with ModelServer(lambda _: PASSED) as server:
        monkeypatch.setenv("LOCAL_API_KEY", "none")
        monkeypatch.setenv("LOCAL_BASE_URL", server.url)
        done = run("eval", folder, "--live", "--entry", "acme/base", *more)
    assert (done.status, server.asked) == (2, [])
    assert "raise its protocol_version" in done.err
