"""`freeze` checks what anybody recorded, says how much of what was asked it holds, and writes all of it or nothing."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from command_line import Finished, run
from proofboard.record.freeze import as_yaml
from submission_cases import COUNT, NAME, board, configuration, questions


def answers(count: int = COUNT, **changes: Any) -> list[dict[str, Any]]:
    return [{"prompt_id": item.asked, "output": item.reference, **changes} for item in questions()[:count]]


def lines(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    return board(tmp_path / "bench")


@pytest.fixture
def site(bench: Path, tmp_path: Path) -> Path:
    assert run("build", bench, "--out", tmp_path / "site").status == 0
    return tmp_path / "site"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_bytes(as_yaml(configuration()))
    return tmp_path / "config.yaml"


def frozen(benchmark: Path, config: Path, rows: Sequence[dict[str, Any]], *more: object) -> Finished:
    """Freeze answers to the public items into `config`'s neighbour `mine`."""
    recorded = lines(config.with_name("answers.jsonl"), rows)
    return run(
        "freeze", benchmark, "--config", config, "--responses", recorded, "--out", config.with_name("mine"), *more
    )


def test_it_says_how_many_prompts_are_answered(bench: Path, config: Path) -> None:
    done = frozen(bench, config, answers(3))
    assert (done.status, done.out) == (0, f"{config.with_name('mine')}: frozen, 3 of {COUNT} prompts answered\n")


def test_a_prompt_that_lacks_a_trial_is_not_answered(bench: Path, config: Path) -> None:
    assert f"frozen, 2 of {COUNT} prompts" in frozen(bench, config, [*answers(3), *answers(2, trial=1)]).out


def test_an_absence_is_no_answer_and_a_refusal_is_one(bench: Path, config: Path) -> None:
    missing, refused, *_ = answers()
    rows = [missing | {"output": None, "state": "missing"}, refused | {"output": None, "state": "refused"}]
    assert f"frozen, 1 of {COUNT} prompts" in frozen(bench, config, rows).out


@pytest.mark.parametrize("form", ["directory", "site", "archive"])
def test_a_directory_a_site_and_an_archive_of_it_give_the_same_bundle(
    form: str, bench: Path, site: Path, config: Path, tmp_path: Path
) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", site))
    entry = bench / "entries" / NAME / "configuration.yaml"
    entry.parent.mkdir(parents=True)
    shutil.copyfile(config, entry)
    recorded = lines(tmp_path / "own.jsonl", answers())
    assert run("freeze", bench, NAME, "--responses", recorded).status == 0
    assert frozen({"directory": bench, "site": site, "archive": archive}[form], config, answers()).status == 0
    for name in ("manifest.json", "responses.jsonl"):
        assert (tmp_path / "mine" / name).read_bytes() == (entry.parent / "public" / name).read_bytes()


def test_a_bundle_that_was_frozen_against_a_site_can_be_submitted(site: Path, config: Path, tmp_path: Path) -> None:
    frozen(site, config, answers())
    done = run("submit", "--config", config, "--bundle", tmp_path / "mine", "--benchmark", site, "--dry-run")
    assert (done.status, done.err) == (0, "")


def test_nothing_is_written_into_a_site(site: Path, config: Path) -> None:
    frozen(site, config, answers())
    assert run("verify", site).status == 0


REFUSALS = {
    "a day that is none": (answers(), ("--recorded", "yesterday"), "--recorded: expected a day"),
    "an unknown prompt": ([*answers(1), {"prompt_id": "other", "output": "1"}], (), "answers.jsonl:2: 'other' is not"),
    "a prompt twice": ([*answers(2), *answers(1)], (), "answers.jsonl:3: 'q0' (trial 0, stage answer) stands twice"),
    "no line at all": ([{"prompt_id": 1}], (), "answers.jsonl:1: prompt_id: expected text"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_no_board_would_take_is_refused_where_it_stands_and_nothing_is_written(
    case: str, bench: Path, config: Path
) -> None:
    rows, more, reason = REFUSALS[case]
    done = frozen(bench, config, rows, *more)
    assert done.status == 2
    assert reason in done.err
    assert not config.with_name("mine").exists()


def test_a_configuration_that_the_board_would_refuse_is_refused(site: Path, config: Path) -> None:
    config.write_bytes(as_yaml(configuration(settings={"url": "https://example.org"})))
    done = frozen(site, config, answers())
    assert (done.status, done.out) == (2, "")
    assert f"{config}: settings.url" in done.err


def test_what_is_there_is_never_overwritten(bench: Path, config: Path) -> None:
    kept = config.with_name("mine") / "notes.txt"
    kept.parent.mkdir()
    kept.write_text("mine")
    done = frozen(bench, config, answers())
    assert (done.status, kept.read_text()) == (2, "mine")
    assert "is there already and is not overwritten" in done.err


@pytest.mark.parametrize(
    "said",
    [(), (NAME, "--config", "config.yaml", "--out", "mine"), ("--config", "config.yaml"), (NAME, "--out", "mine")],
)
def test_who_answered_is_said_once(said: tuple[str, ...], bench: Path, tmp_path: Path) -> None:
    done = run("freeze", bench, *said, "--responses", lines(tmp_path / "a.jsonl", answers()))
    assert done.status == 2
    assert "say who answered" in done.err


def test_an_entry_needs_a_benchmark_directory(site: Path, tmp_path: Path) -> None:
    done = run("freeze", site, "bolt/base", "--responses", lines(tmp_path / "a.jsonl", answers()))
    assert done.status == 2
    assert "give a benchmark directory" in done.err
