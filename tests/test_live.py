"""`proofboard eval --live`: a model is asked over real HTTP, and its answers become a bundle."""

import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from builders import benchmark_folder, entry, held_out_store, items
from command_line import run
from live_cases import ENGINE_MODEL, MODEL, but, live, number_of, response, right, served, small
from model_server import Asked, Reply, failing
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.configuration import Decoding
from proofboard.schemas.item import Item

ONCE = ("--retries", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path / "bench")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


# The way of an answer


def test_a_model_is_asked_each_prompt_once_and_its_answers_are_frozen_and_graded(folder: Path, out: Path) -> None:
    with served() as server:
        done = live(folder, out)
    bundle = read_bundle(out)
    assert (done.status, done.err) == (0, "")
    assert done.out == (f"{out}: 8 of 8 answered by inspect_ai 0.3.285 (openai-api model-2026)\ncorrect: 1.0\n")
    assert {own.prompt_id: own.output for own in bundle.responses} == {f"q{number}": str(number) for number in range(8)}
    assert sorted(server.prompts) == [f"Which number is q{number}?" for number in range(8)]
    assert not out.with_name("bundle.partial").exists()


def test_a_new_configuration_is_named_after_provider_and_model_and_goes_on_the_board(folder: Path) -> None:
    with served():
        done = run("eval", folder, "--entry", MODEL, "--live", "--date", "2026-11-21")
    assert done.status == 0
    assert run("build", folder, "--out", folder.with_name("site")).status == 0
    board = json.loads((folder.with_name("site") / "leaderboard.json").read_text(encoding="utf-8"))
    assert [(row["vendor"], row["config_name"], row["model"]) for row in board["entries"]] == [
        ("openai-api", "stub-model", ENGINE_MODEL)
    ]
    assert run("verify", folder.with_name("site")).status == 0


def test_an_entry_that_runs_the_model_already_is_the_one_that_is_asked(tmp_path: Path, out: Path) -> None:
    own = entry("acme/own", -1, decoding=Decoding(model=ENGINE_MODEL, temperature=0.5))
    folder = benchmark_folder(tmp_path / "bench", [own])
    with served() as server:
        assert live(folder, out).status == 0
    assert read_bundle(out).manifest.config_name == "own"
    assert {asked.body["temperature"] for asked in server.asked} == {0.5}


def test_a_configuration_decides_how_the_request_is_made(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", 1)
    file = tmp_path / "own.yaml"
    file.write_text(
        "vendor: acme\nconfig_name: tuned\n"
        f"decoding: {{model: {ENGINE_MODEL}, temperature: 0, top_p: 0.5, max_tokens: 7, frequency_penalty: 0.25, "
        "presence_penalty: -0.5}\n"
        "extra_prompts: {system: Be brief., prefix: 'Q: ', suffix: ' A:'}\n"
        "reproducibility: {seed: 40}\n",
        encoding="utf-8",
    )
    with served() as server:
        done = run("eval", folder, "--config", file, "--live", "--out", out, "--trials", 2)
    assert done.status == 0
    body = dict(server.asked[0].body)
    assert body.pop("messages") == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Q: Which number is q0? A:"},
    ]
    assert {key: body[key] for key in ("model", "temperature", "top_p", "max_tokens")} == {
        "model": "model",
        "temperature": 0,
        "top_p": 0.5,
        "max_tokens": 7,
    }
    assert (body["frequency_penalty"], body["presence_penalty"]) == (0.25, -0.5)
    assert sorted(asked.body["seed"] for asked in server.asked) == [40, 41]


def test_choices_are_appended_by_their_letters(tmp_path: Path, out: Path) -> None:
    facets = items(1)[0].facets
    item = Item(id="q1", prompt="Which is even?", choices=["one", "two"], reference="two", facets=facets)
    folder = small(tmp_path / "bench", asked=[item])
    with served(lambda _: Reply("B")) as server:
        assert live(folder, out).status == 0
    assert server.prompts == ["Which is even?\n\nA) one\nB) two"]


def test_repeated_trials_are_requests_of_their_own(folder: Path, out: Path) -> None:
    with served(lambda asked: Reply(f"{number_of(asked)} in try {asked.tries}")) as server:
        assert live(folder, out, "--trials", 3, "--concurrency", 1).status == 0
    bundle = read_bundle(out)
    assert (len(server.asked), bundle.manifest.trials) == (24, 3)
    assert {own.output for own in bundle.responses if own.prompt_id == "q5"} == {f"5 in try {n}" for n in range(3)}


def test_a_publication_is_enough_for_a_model_with_a_place_of_its_own(tmp_path: Path, out: Path) -> None:
    folder = benchmark_folder(tmp_path / "bench")
    run("build", folder, "--out", tmp_path / "site")
    with served():
        assert live(tmp_path / "site", out).status == 0


def test_nothing_is_left_about(folder: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    home.mkdir()
    here.mkdir()
    (here / ".env").write_text("STUB_API_KEY=another\n", encoding="utf-8")
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(home))
    with served() as server:
        assert live(folder, out).status == 0
    assert {asked.headers["authorization"] for asked in server.asked} == {"Bearer a-key"}
    assert (sorted(home.rglob("*")), [own.name for own in here.iterdir()]) == ([], [".env"])


# What it used


def test_every_try_is_counted_and_cached_tokens_were_sent_too(folder: Path, out: Path) -> None:
    used = {"prompt_tokens": 11, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}

    def limited(asked: Asked) -> Reply:
        return failing(429) if asked.tries < 2 else Reply("3", usage=used)

    with served(but(3, limited)) as server:
        assert live(folder, out).status == 0
    usage = response(out, "q3").usage
    assert usage is not None
    assert (usage.calls, usage.attempts, usage.prompt_tokens, usage.completion_tokens) == (1, 3, 11, 3)
    assert (usage.total_tokens, usage.cost_nanodollars) == (None, None)
    assert sum(asked.prompt == "Which number is q3?" for asked in server.asked) == 3


def test_the_wall_time_of_an_answer_is_measured_with_its_retries(folder: Path, out: Path) -> None:
    def slow(asked: Asked) -> Reply:
        return failing(503, seconds=0.2) if not asked.tries else Reply("3", seconds=0.3)

    with served(but(3, slow)):
        assert live(folder, out).status == 0
    usage = response(out, "q3").usage
    assert usage is not None
    assert usage.microseconds is not None
    assert usage.microseconds >= 500_000


def test_the_server_is_waited_for_as_long_as_it_asks(folder: Path, out: Path) -> None:
    with served(but(3, lambda asked: failing(429, seconds=0.8) if not asked.tries else Reply("3"))) as server:
        assert live(folder, out).status == 0
    first, second = (asked.at for asked in server.asked if number_of(asked) == "3")
    assert second - first >= 0.8


def test_without_usage_from_the_provider_the_tokens_are_unknown(folder: Path, out: Path) -> None:
    with served(lambda asked: Reply(number_of(asked), usage=None)):
        assert live(folder, out).status == 0
    usage = response(out, "q3").usage
    assert usage is not None
    assert (usage.calls, usage.prompt_tokens, usage.completion_tokens) == (1, None, None)


# What is refused


def test_without_the_extra_it_says_how_to_get_it(folder: Path, out: Path) -> None:
    with patch.dict(sys.modules, {"proofboard.record.live.engine": None}):
        done = live(folder, out)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("proofboard: a live run needs inspect_ai, which cannot be loaded (")
    assert done.err.endswith("; pip install --upgrade 'proofboard[live]'\n")
    assert not out.with_name("bundle.partial").exists()


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (MODEL, "No STUB_API_KEY defined in the environment"),
        ("nobody:model", "Model API nobody of model 'nobody/model' not recognized"),
        ("groq:llama", "pip install groq"),
        ("openai-api:model", "service prefix"),
        ("stub", "or a model as provider:model"),
    ],
)
def test_a_model_that_cannot_be_asked_is_refused_before_anything_is_written(
    folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch, entry: str, said: str
) -> None:
    monkeypatch.delenv("STUB_API_KEY", raising=False)
    done = live(folder, out, entry=entry)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert sorted(own.name for own in out.parent.iterdir()) == ["bench"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"decoding": Decoding(model="gpt-x")}, "'gpt-x' names no provider; write provider/model"),
        ({}, "names no model to ask"),
        ({"settings": {"depth": 3}}, "settings: a live run asks a model and nothing else"),
        ({"packs": ["law"]}, "packs: "),
        ({"packs": ["law"], "ensemble_weights": [1.0]}, "ensemble_weights: "),
        ({"tools_used": ["search"]}, "tools_used: "),
        ({"extra_prompts": {"system": "a", "critic": "b"}}, "a live run knows system, prefix, suffix, not critic"),
    ],
)
def test_what_a_live_run_cannot_do_for_a_configuration_is_refused_and_not_left_out(
    tmp_path: Path, out: Path, fields: dict[str, Any], said: str
) -> None:
    decoding = {} if not fields else {"decoding": Decoding(model=ENGINE_MODEL)}
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/own", -1, **{**decoding, **fields})])
    done = live(folder, out, entry="acme/own")
    assert done.status == 2
    assert said in done.err


def test_a_standing_bundle_is_never_overwritten(folder: Path, out: Path) -> None:
    with served() as server:
        assert live(folder, out).status == 0
        before = read_bundle(out).digest
        done = live(folder, out)
    assert (done.status, len(server.asked), read_bundle(out).digest) == (2, 8, before)
    assert "is there already" in done.err


@pytest.mark.parametrize("option", [("--limit", 3), ("--max-cost", "1"), ("--votes", 3), ("--judge-model", "a/b")])
def test_an_option_of_live_runs_needs_live(folder: Path, out: Path, option: tuple[str, object]) -> None:
    done = run("eval", folder, "--entry", MODEL, "--out", out, *option)
    assert done.status == 2
    assert f"{option[0]} is for live runs" in done.err


def test_repair_needs_live(folder: Path, out: Path) -> None:
    done = run("eval", folder, "--entry", MODEL, "--out", out, "--set", "repair")
    assert (done.status, "needs --live" in done.err) == (2, True)


# Held-out prompts


def test_held_out_answers_go_into_the_store_and_nothing_of_them_is_told(tmp_path: Path) -> None:
    folder, store = small(tmp_path / "bench"), held_out_store(tmp_path / "store", {})
    with served(lambda asked: failing(404, message=asked.prompt) if number_of(asked) == "3" else right(asked)):
        done = run("eval", folder, "--entry", MODEL, "--live", "--set", "held_out", "--held-out", store, "--retries", 0)
    place = store / "entries/openai-api/stub-model/held_out"
    assert (done.status, len(read_bundle(place).responses)) == (1, 60)
    assert "correct" not in done.out + done.err
    assert "Which number" not in done.out + done.err
    assert "1 failed: NotFoundError 404\n" in done.err
    journal = place.with_name(".held_out.partial")
    assert all("Which number" not in own.read_text(encoding="utf-8") for own in journal.iterdir())


def test_of_held_out_answers_not_even_refusals_are_counted(tmp_path: Path) -> None:
    folder, store = small(tmp_path / "bench"), held_out_store(tmp_path / "store", {})
    special = {
        "3": Reply(refusal="no"),
        "4": Reply("4", finish="length"),
        "5": failing(400, code="context_length_exceeded"),
    }
    with served(lambda asked: special.get(number_of(asked)) or right(asked)):
        done = run("eval", folder, "--entry", MODEL, "--live", "--set", "held_out", "--held-out", store)
    assert (done.status, len(done.out.splitlines())) == (0, 1)
