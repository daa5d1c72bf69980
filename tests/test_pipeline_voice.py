"""What workers say at each level, and what they never say."""

import logging
import re
from pathlib import Path

import pytest

from pipeline_cases import HELD_OUT_TEXT, Plan, instance_of, promised, states, until, workers
from proofboard import __version__
from proofboard.pipeline.voice import Voice
from proofboard.record.freeze import write
from service_builders import benchmark_row, host, make_tables

HEAD = r"proofboard worker [\w.-]+: "


def said_by_a_worker(folder: Path, subject: str = "sub-1", **settings: str) -> str:
    """Let a worker do one job of a benchmark, and return all that it wrote."""
    plan = Plan(data=str(folder / "data"), settings=settings, restarts=False)
    instance = instance_of(plan)
    make_tables(instance.database)
    benchmark_row(instance, host(instance), "units")
    promised(instance, "evaluate", subject)
    with workers(plan):
        until(lambda: states(instance)[subject] in {"done", "failed"}, 30)
        written = [(own, own.read_text()) for own in folder.glob("worker-*.log")]
        if settings.get("log_level", "info") == "info":
            until(lambda: " (evaluate): " in written[0][0].read_text(), 10)
    instance.database.close()
    return written[0][0].read_text()


def test_at_info_a_worker_says_that_it_started_and_one_line_for_a_job(tmp_path: Path) -> None:
    said = said_by_a_worker(tmp_path).splitlines()
    assert len(said) == 2, said
    assert re.fullmatch(f"{HEAD}started: Proofboard {__version__}, SQLite, held-out stores: none", said[0])
    assert re.fullmatch(rf"{HEAD}job-[0-9a-f]+ \(evaluate\): done, \d+ ms", said[1])


def test_a_worker_with_a_store_names_it_and_no_times(tmp_path: Path) -> None:
    write(tmp_path / "stores/units/items/held_out.jsonl", b"")
    write(tmp_path / "stores/of-nobody/items/held_out.jsonl", b"")
    said = said_by_a_worker(tmp_path, held_out=str(tmp_path / "stores"))
    assert "held-out stores: units\n" in said
    assert re.search(r"\(evaluate\): done$", said, re.MULTILINE)


def test_at_warning_a_worker_without_faults_says_nothing(tmp_path: Path) -> None:
    assert said_by_a_worker(tmp_path, log_level="warning") == ""


@pytest.mark.parametrize(
    ("level", "heard"),
    [
        ("debug", ["told", "a fault", "it failed"]),
        ("info", ["told", "a fault", "it failed"]),
        ("warning", ["a fault", "it failed"]),
        ("error", ["it failed"]),
    ],
)
def test_each_level_says_its_own_and_what_is_worse(
    level: str, heard: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    voice = Voice("w", level)
    voice.tell("told")
    voice("a fault")
    voice("a fault")
    voice.tell("it failed", logging.ERROR)
    assert capsys.readouterr().err.splitlines() == [f"proofboard worker w: {line}" for line in heard]


def test_a_fault_is_said_once_in_a_while_and_what_happened_each_time(capsys: pytest.CaptureFixture[str]) -> None:
    voice = Voice("w", "info")
    for _ in range(3):
        voice("a fault")
        voice.tell("told")
    assert capsys.readouterr().err.count("a fault") == 1
    voice.tell("told")
    assert capsys.readouterr().err.count("told") == 1


@pytest.mark.parametrize(("level", "count"), [("info", 2), ("warning", 2), ("error", 1)])
def test_of_the_engine_only_the_beginning_is_said(level: str, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    voice, log = Voice("w", level), logging.getLogger("engine of a test")
    log.addHandler(voice)
    log.propagate = False
    log.setLevel(logging.DEBUG)
    log.info("started: %s", HELD_OUT_TEXT)
    log.warning("slow: %s", HELD_OUT_TEXT)
    log.error("broken: %s", HELD_OUT_TEXT)
    said = capsys.readouterr().err
    assert (said.count("engine: "), HELD_OUT_TEXT in said) == (count, False)
