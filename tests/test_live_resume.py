"""A live run that is stopped at any moment goes on where it stopped, and pays for nothing twice."""

import json
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark_folder, entry, items
from command_line import run
from live_cases import ENGINE_MODEL, but, live, number_of, right, served, small, started, states, stopped, wait_for
from model_server import Asked, Reply, failing
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.configuration import Decoding, Reproducibility
from proofboard.schemas.item import Item

COUNT = 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small(tmp_path / "bench", COUNT)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "bundle"


@pytest.fixture
def partial(out: Path) -> Path:
    return out.with_name("bundle.partial")


def slowly(asked: Asked) -> Reply:
    return Reply(number_of(asked), seconds=0.1)


def kept(partial: Path) -> list[str]:
    """Return the prompts whose answers are on the disk."""
    lines = (partial / "journal.jsonl").read_bytes().splitlines(keepends=True)
    return [json.loads(line)["prompt_id"] for line in lines if line.endswith(b"\n")]


def begun(folder: Path, out: Path, fails: int = 3) -> None:
    """Leave a journal in which one answer is absent, and the bundle that was made of it."""
    with served(lambda asked: failing(500) if number_of(asked) == str(fails) else right(asked)):
        assert live(folder, out, "--retries", 0).status == 1


def test_a_killed_run_goes_on_and_repeats_no_request_that_was_answered(folder: Path, out: Path, partial: Path) -> None:
    with served(slowly) as server:
        done = stopped(started(folder, out, "--concurrency", 4), server, 13, signal.SIGKILL)
        finished = kept(partial)
        assert (done.status, out.exists()) == (-signal.SIGKILL, False)
        assert 4 <= len(finished) < COUNT
        server.asked.clear()
        assert live(folder, out).status == 0
        repeated = {f"q{number_of(asked)}" for asked in server.asked}
    assert repeated.isdisjoint(finished)
    assert len(repeated) + len(finished) == COUNT
    assert Counter(own.prompt_id for own in read_bundle(out).responses) == {f"q{n}": 1 for n in range(COUNT)}
    assert not partial.exists()


def test_an_interrupt_stops_at_once_and_says_how_to_go_on(folder: Path, out: Path, partial: Path) -> None:
    with served(lambda asked: Reply(number_of(asked), seconds=0.1 if len(server.asked) < 12 else 30)) as server:
        done = stopped(started(folder, out, "--concurrency", 4), server, 15, signal.SIGINT)
    assert (done.status, done.out) == (130, "")
    assert "Traceback" not in done.err
    assert done.err.startswith("openai-api/stub-model: interrupted\n")
    assert f"{len(kept(partial))} of {COUNT} are answered and kept in {partial}" in done.err
    with served():
        assert live(folder, out).status == 0


def test_a_torn_last_line_is_dropped_and_asked_again(folder: Path, out: Path, partial: Path) -> None:
    begun(folder, out)
    rows = partial / "journal.jsonl"
    whole = rows.read_bytes()
    rows.write_bytes(whole[:-20])
    torn = json.loads(whole.splitlines()[-1])["prompt_id"]
    with served() as server:
        assert live(folder, out).status == 0
    assert {f"q{number_of(asked)}" for asked in server.asked} == {"q3", torn}
    assert set(states(read_bundle(out)).values()) == {"answered"}


def test_a_damaged_line_in_the_middle_is_refused(folder: Path, out: Path, partial: Path) -> None:
    begun(folder, out)
    rows = partial / "journal.jsonl"
    lines = rows.read_bytes().splitlines(keepends=True)
    rows.write_bytes(b"".join([lines[0], b'{"promp\n', *lines[2:]]))
    with served() as server:
        done = live(folder, out)
    assert (done.status, server.asked) == (2, [])
    assert f"{rows}:2: is no line of a journal" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [(("--trials", 2), "another number of trials (1, now 2)"), (("--date", "2026-11-22"), "another day (2026-11-21")],
)
def test_another_run_is_refused_with_what_differs(
    folder: Path, out: Path, options: tuple[object, ...], said: str
) -> None:
    begun(folder, out)
    with served() as server:
        done = live(folder, out, *options)
    assert (done.status, server.asked) == (2, [])
    assert said in done.err
    assert "; run the command as it was begun, or remove this folder" in done.err


def test_other_prompts_are_another_run(folder: Path, out: Path) -> None:
    begun(folder, out)
    path = folder / "items/public.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Which number is q7?", "Say q7?"), encoding="utf-8")
    with served():
        done = live(folder, out)
    assert done.status == 2
    assert "was begun with another set of prompts (sha256:" in done.err


def test_another_configuration_is_another_run(tmp_path: Path, out: Path) -> None:
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/own", -1, decoding=Decoding(model=ENGINE_MODEL))])
    with served(lambda asked: failing(500) if number_of(asked) == "3" else right(asked)):
        live(folder, out, "--retries", 0, entry="acme/own")
        file = folder / "entries/acme/own/configuration.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "  temperature: 1.5\n", encoding="utf-8")
        done = live(folder, out, entry="acme/own")
    assert done.status == 2
    assert "was begun with another configuration (sha256:" in done.err


def test_two_runs_cannot_write_one_journal(folder: Path, out: Path) -> None:
    with served(lambda asked: Reply(number_of(asked), seconds=30)) as server:
        process = started(folder, out)
        try:
            wait_for(server, 1)
            done = live(folder, out)
        finally:
            process.kill()
            process.communicate()
    assert done.status == 2
    assert "another run is writing here" in done.err


def test_a_bundle_that_is_not_of_this_journal_is_not_replaced(folder: Path, out: Path) -> None:
    begun(folder, out)
    manifest = out / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"2026-11-21", b"2026-11-20"))
    with served() as server:
        done = live(folder, out)
    assert (done.status, server.asked) == (2, [])
    assert "is there already" in done.err


def test_a_place_that_holds_something_else_is_no_journal(folder: Path, out: Path, partial: Path) -> None:
    partial.mkdir()
    (partial / "notes.txt").write_text("mine", encoding="utf-8")
    with served() as server:
        done = live(folder, out)
    assert (done.status, server.asked) == (2, [])
    assert "is no journal of a run" in done.err
    assert (partial / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_a_journal_among_the_bundles_of_an_entry_keeps_no_board_from_building(tmp_path: Path) -> None:
    folder = small(tmp_path / "bench")
    with served(lambda asked: failing(500) if number_of(asked) == "3" else right(asked)):
        done = run("eval", folder, "--entry", "openai-api:stub/model", "--live", "--retries", 0)
    assert done.status == 1
    assert (folder / "entries/openai-api/stub-model/.public.partial/run.json").is_file()
    assert run("build", folder, "--out", tmp_path / "site").status == 0


def test_a_seed_is_no_part_of_the_recipe_and_yet_of_the_run(tmp_path: Path, out: Path) -> None:
    seeded: dict[str, Any] = {"decoding": Decoding(model=ENGINE_MODEL), "reproducibility": Reproducibility(seed=1)}
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/own", -1, **seeded)])
    with served(but(3, lambda _: failing(500))):
        live(folder, out, "--retries", 0, entry="acme/own")
        file = folder / "entries/acme/own/configuration.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("seed: 1", "seed: 2"), encoding="utf-8")
        done = live(folder, out, "--retries", 0, entry="acme/own")
    assert done.status == 2
    assert "was begun with another seed (1, now 2)" in done.err


def test_other_choices_are_other_prompts(tmp_path: Path, out: Path) -> None:
    asked = [
        Item(id=f"q{n}", prompt=f"q{n}", choices=["1", "2"], reference="1", facets=items(1)[0].facets) for n in (1, 3)
    ]
    folder = small(tmp_path / "bench", asked=asked)
    with served(lambda own: failing(500) if "q3" in own.prompt else Reply("A")):
        assert live(folder, out, "--retries", 0).status == 1
        path = folder / "items/public.jsonl"
        path.write_text(path.read_text(encoding="utf-8").replace('["1","2"]', '["1","3"]'), encoding="utf-8")
        done = live(folder, out)
    assert done.status == 2
    assert "was begun with another set of prompts (sha256:" in done.err
