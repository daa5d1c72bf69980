"""What a provider does wrong in a live run: nothing of it is taken for a wrong answer."""

from pathlib import Path

import pytest

from live_cases import but, live, response, right, served, small, states
from model_server import Reply, failing
from proofboard.schemas.bundle_folder import read_bundle

ONCE = ("--retries", 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path / "bench")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


@pytest.mark.parametrize(
    "reply",
    [
        failing(500),
        failing(429),
        failing(404),
        failing(401),
        Reply(raw=b'{"choices": [}'),
        Reply(raw=b"[]"),
        Reply(raw=b'{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[]}'),
        Reply("3", cut=True),
        Reply("3", seconds=2),
    ],
    ids=["500", "429", "404", "401", "malformed", "no object", "no choice", "connection cut", "too slow"],
)
def test_what_fails_is_never_a_wrong_answer_and_is_asked_again_by_the_same_command(
    folder: Path, out: Path, reply: Reply
) -> None:
    options = (*ONCE, "--timeout", 1)
    with served(but(3, lambda _: reply)) as server:
        done = live(folder, out, *options)
        assert done.status == 1
        assert "the same command asks them again" in done.err
        assert states(read_bundle(out)) == {f"q{n}": "platform_failure" if n == 3 else "answered" for n in range(8)}
        server.answer = right
        server.asked.clear()
        again = live(folder, out, *options)
    assert (again.status, server.prompts) == (0, ["Which number is q3?"])
    assert set(states(read_bundle(out)).values()) == {"answered"}
    assert not out.with_name("bundle.partial").exists()


@pytest.mark.parametrize("first", [Reply("3", cut=True), Reply(raw=b'{"choices": [}'), failing(502)])
def test_an_accident_on_the_way_is_tried_again(folder: Path, out: Path, first: Reply) -> None:
    with served(but(3, lambda asked: right(asked) if asked.tries else first)):
        assert live(folder, out).status == 0
    usage = response(out, "q3").usage
    assert usage is not None
    assert (usage.calls, usage.attempts) == (1, 2)


@pytest.mark.parametrize(
    "reply",
    [Reply(refusal="I will not."), Reply("…", finish="content_filter"), failing(400, code="content_filter")],
    ids=["refusal", "filtered answer", "filtered prompt"],
)
def test_a_refusal_is_a_refusal(folder: Path, out: Path, reply: Reply) -> None:
    with served(but(3, lambda _: reply)):
        done = live(folder, out)
    own = response(out, "q3")
    assert (done.status, own.state, own.output) == (0, "refused", None)
    assert "1 refused" in done.out
    assert "correct: 0.875" in done.out


def test_a_cut_off_answer_stands_as_it_is_and_is_counted(folder: Path, out: Path) -> None:
    with served(but(3, lambda _: Reply("3", finish="length"))):
        done = live(folder, out)
    assert response(out, "q3").output == "3"
    assert "1 cut off" in done.out


def test_a_prompt_too_long_for_the_model_is_no_answer_and_no_failure(folder: Path, out: Path) -> None:
    with served(but(3, lambda _: failing(400, code="context_length_exceeded"))):
        done = live(folder, out)
    own = response(out, "q3")
    assert (done.status, own.state, own.output) == (0, "missing", None)
    assert "1 too long for the model" in done.out


@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_answer_is_an_answer(folder: Path, out: Path, empty: str | None) -> None:
    with served(but(3, lambda _: Reply(empty))):
        assert live(folder, out).status == 0
    own = response(out, "q3")
    assert (own.state, own.output) == ("answered", "")


def test_letters_that_no_text_can_hold_are_replaced(folder: Path, out: Path) -> None:
    raw = b'{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",'
    raw += b'"message":{"role":"assistant","content":"a\\ud800\\u0000b"}}]}'
    with served(but(3, lambda _: Reply(raw=raw))):
        assert live(folder, out).status == 0
    assert response(out, "q3").output == "a?\x00b"


def test_an_answer_longer_than_a_line_may_be_is_a_failure(folder: Path, out: Path) -> None:
    with served(but(3, lambda _: Reply("3" * (1 << 20)))):
        done = live(folder, out)
    assert (done.status, response(out, "q3").state) == (1, "platform_failure")
    assert "no line of a bundle can hold" in done.err


@pytest.mark.parametrize(("text", "said"), [("", "are empty"), ("same", "are identical")])
def test_a_run_that_is_no_measurement_says_so_and_ends_with_status_1(
    tmp_path: Path, out: Path, text: str, said: str
) -> None:
    with served(lambda _: Reply(text)):
        done = live(small(tmp_path / "bench", 12), out)
    assert done.status == 1
    assert f"warning: no measurement: all 12 answers {said}" in done.err


def test_where_nothing_is_answered_there_is_no_bundle(folder: Path, out: Path) -> None:
    with served(lambda _: failing(500)):
        done = live(folder, out, *ONCE)
    assert (done.status, out.exists()) == (2, False)
    assert "not one of 8 prompts was answered; 8 failed (InternalServerError 500" in done.err


def test_a_server_that_is_not_there_is_given_up_on(tmp_path: Path, out: Path) -> None:
    folder = small(tmp_path / "bench", 100)
    with served() as server:
        server._loop.call_soon_threadsafe(server._server.close)
        done = live(folder, out, *ONCE)
    assert (done.status, out.exists()) == (1, False)
    assert "stopped: the last 20 requests in a row had no answer (APIConnectionError: Connection error.)" in done.err


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_named_and_never_shown(folder: Path, out: Path, status: int) -> None:
    with served(lambda _: failing(status, message="Incorrect API key provided: a-key")):
        done = live(folder, out, *ONCE)
    assert done.status == 2
    assert f" {status}, look at STUB_API_KEY)" in done.err
    assert "a-key" not in done.err
    assert all("a-key" not in own.read_text(encoding="utf-8") for own in out.with_name("bundle.partial").iterdir())
