"""Without a sandbox no program runs: what is missing is named, with what to do; nothing else is tried."""

import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from command_line import run
from proofboard.errors import MissingExtraError
from proofboard.grade import bubblewrap, docker
from proofboard.grade.bubblewrap import open_bubblewrap
from proofboard.grade.docker import container_command, open_docker
from proofboard.schemas.benchmark import Limits, Program
from sandbox_cases import graded_benchmark, needs_bubblewrap, readable_folder

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere another thing is missing first")


def commands(folder: Path, **scripts: str) -> str:
    """Make a folder of commands, each a shell script."""
    folder.mkdir()
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def refusal(monkeypatch: pytest.MonkeyPatch, place: str) -> str:
    monkeypatch.setattr(bubblewrap, "PLACES", place)
    with pytest.raises(MissingExtraError) as raised:
        open_bubblewrap()
    return str(raised.value)


ALL = {"bwrap": "echo bubblewrap 0.8.0", "sh": "", "prlimit": "", "setpriv": ""}


@on_linux
def test_absent_bubblewrap_is_named_with_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = refusal(monkeypatch, commands(tmp_path / "bin", sh="", prlimit="", setpriv=""))
    assert "apt install bubblewrap" in said
    assert "--sandbox docker" in said


@on_linux
@pytest.mark.parametrize(("found", "shown"), [("bubblewrap 0.6.1", "0.6.1"), ("what?", "0.0.0")])
def test_a_bubblewrap_that_is_too_old_is_refused(
    found: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = refusal(monkeypatch, commands(tmp_path / "bin", **{**ALL, "bwrap": f"echo '{found}'"}))
    assert f"0.8.0 or newer is needed, found {shown}" in said


@on_linux
def test_what_bubblewrap_says_where_it_cannot_work_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'test "$1" = --version && echo bubblewrap 0.9.0 && exit; echo "bwrap: No permissions" >&2; exit 1'
    with readable_folder() as folder:
        said = refusal(monkeypatch, f"{commands(folder / 'bin', bwrap=script)}:/usr/bin:/bin")
    assert "bubblewrap 0.9.0: the sandbox failed: bwrap: No permissions" in said
    assert "AppArmor" in said


@on_linux
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("machine", "riscv64", "Linux on riscv64"), ("release", "5.4.0-generic", "found 5.4.0-generic")],
)
def test_another_machine_or_an_older_kernel_is_refused(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, name, lambda: value)
    with pytest.raises(MissingExtraError, match=said):
        open_bubblewrap()


def test_another_system_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(MissingExtraError, match="needs Linux"):
        open_bubblewrap()


@on_linux
def test_a_refusal_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = graded_benchmark(tmp_path / "board")
    monkeypatch.setattr(bubblewrap, "PLACES", str(tmp_path))
    found = run("grade", board)
    assert (found.status, found.out, list((board / "graded").iterdir())) == (2, "", [])
    assert found.err.startswith("proofboard: bwrap: is not in")


@needs_bubblewrap
def test_where_it_works_it_says_its_version() -> None:
    sandbox = open_bubblewrap()
    sandbox.close()
    said = subprocess.run(["bwrap", "--version"], capture_output=True, text=True, check=True).stdout
    assert sandbox.name == said.strip()


PROGRAM = Program(
    run=["python3", "/program/grade.py"],
    files="program",
    limits=Limits(memory_mib=100, processes=7, files_mib=8, cpu_seconds=5),
    environment={"CASES": "all"},
)


def test_a_container_has_no_network_no_rights_and_the_declared_limits() -> None:
    command = container_command("proofboard-1", "sha256:abc", "/staged/check", PROGRAM)
    assert command[:2] == ["docker", "run"]
    assert command[-3:] == ["sha256:abc", "python3", "/program/grade.py"]
    assert {
        "--network=none",
        "--read-only",
        "--cap-drop=ALL",
        "--security-opt=no-new-privileges",
        "--user=65534:65534",
        "--pull=never",
        "--interactive",
        "--pids-limit=8",
        "--memory=100m",
        "--memory-swap=100m",
        "--cpus=1",
        "--ulimit=cpu=5:5",
        "--tmpfs=/work:rw,exec,nosuid,nodev,mode=1777,size=8m",
        "--volume=/staged/check:/program:ro",
        "--env=CASES=all",
        "--env=HOME=/work",
    } <= set(command)
    assert not [word for word in command if word.startswith(("--privileged", "--pid", "--cap-add", "--device"))][1:]


def test_an_engine_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", commands(tmp_path / "bin", docker="echo Cannot connect to the daemon >&2; exit 1"))
    with pytest.raises(MissingExtraError, match=r"the engine does not answer \(Cannot connect to the daemon\)"):
        open_docker("python:3.12")


def test_an_image_that_is_not_at_hand_is_named_and_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        'test "$1" = version && echo 28.2.2 && exit 0; test "$1 $2" = "image inspect" && exit 1; echo "$@" >&2; exit 9'
    )
    monkeypatch.setenv("PATH", commands(tmp_path / "bin", docker=script))
    with pytest.raises(MissingExtraError, match=r"has no image 'python:3\.12'; fetch it"):
        open_docker("python:3.12")


def test_docker_that_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtraError, match="docker: is not installed"):
        open_docker("python:3.12")


ENGINE = """
case "$1" in
    version) echo 28.2.2 ;;
    image) echo sha256:0123 ;;
    run) {run} ;;
    inspect) echo {found} ;;
    *) echo "$@" >> {calls} ;;
esac
"""


@pytest.mark.parametrize(
    ("engine_runs", "found", "outcome"),
    [
        ('cat > /dev/null; echo "{\\"scores\\": {\\"correct\\": 0.0}}"', "", "graded"),
        ("exit 3", "", "crashed"),
        ("exit 125", "2026-11-22T00:00:00Z", "crashed"),
        ("exit 137", "false", "crashed"),
        ("exit 137", "true", "out_of_memory"),
        ("exec sleep 600", "", "timed_out"),
    ],
)
def test_what_an_engine_answers_is_taken_like_any_run(
    engine_runs: str, found: str, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A stand-in for an engine: it shows what we make of its answers, and nothing of what a container keeps in.
    script = ENGINE.format(run=engine_runs, found=found, calls=tmp_path / "calls")
    place = commands(tmp_path / "bin", docker=script)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    board = graded_benchmark(tmp_path / "board", limits=Limits(wall_seconds=1))
    done = run("grade", board, "--sandbox", "docker", "--image", "python:3.12", "--jobs", 4)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"acme/base public: 8 {outcome}\n")
    assert done.out.endswith("in docker 28.2.2 python:3.12 sha256:0123\n")
    assert (tmp_path / "calls").read_text().count("rm --force proofboard-") == 8


def test_an_engine_that_fails_costs_no_response_its_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = ENGINE.format(run="echo no space >&2; exit 125", found="0001-01-01T00:00:00Z", calls=tmp_path / "calls")
    monkeypatch.setenv("PATH", f"{commands(tmp_path / 'bin', docker=script)}:/usr/bin:/bin")
    board = graded_benchmark(tmp_path / "board")
    found = run("grade", board, "--sandbox", "docker", "--image", "python:3.12")
    assert (found.status, found.err.splitlines()[0]) == (
        2,
        "proofboard: docker failed: no space; what was graded before is kept, start again",
    )


@pytest.mark.parametrize("options", [["--sandbox", "docker"], ["--image", "python:3.12"]])
def test_docker_and_an_image_belong_together(options: list[str], tmp_path: Path) -> None:
    found = run("grade", tmp_path, *options)
    assert (found.status, "belong together" in found.err) == (2, True)


def test_there_is_no_way_around_the_sandbox() -> None:
    sources: list[Any] = [path.read_text() for path in Path(docker.__file__).parent.glob("*.py")]
    starters = [text for text in sources if "Popen(" in text]
    assert len(starters) == 3, "the keeper, bubblewrap and docker start processes, and nothing else does"
