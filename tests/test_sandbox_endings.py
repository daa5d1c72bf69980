"""Nothing outlives a run: neither what a program leaves behind, nor what we leave behind when we are killed."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from proofboard.errors import OutputError
from proofboard.grade.bubblewrap import Bubblewrap, open_bubblewrap
from proofboard.grade.keeping import Keeper
from proofboard.grade.sandbox import InterruptedRunError, grade_response
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item
from sandbox_cases import PASSING, judged, needs_bubblewrap, none_left, processes_with, readable_folder, staged

LEAVING = f"""
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(3):
            os.close(number)
        os.execvp(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", *sys.argv[1:]])
    os._exit(0)
os.wait()
time.sleep(0.1)
{PASSING}
"""
LOOPING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from proofboard.grade.bubblewrap import open_bubblewrap
from sandbox_cases import judged, staged
sandbox = open_bubblewrap()
program = staged(sys.argv[3], Path(sys.argv[2]), sys.argv[4], wall_seconds=600)
print("ready", flush=True)
with ThreadPoolExecutor(2) as pool:
    list(pool.map(lambda _: judged(sandbox, program), range(10_000)))
"""


@pytest.fixture
def sandbox() -> Iterator[Bubblewrap]:
    made = open_bubblewrap()
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with readable_folder() as made:
        yield made


@pytest.fixture
def marker() -> str:
    return f"marker-{uuid.uuid4().hex}"


@needs_bubblewrap
def test_what_a_program_leaves_running_dies_with_it(sandbox: Bubblewrap, folder: Path, marker: str) -> None:
    found = judged(sandbox, staged(LEAVING, folder, marker))
    # The run is over when all of it is: nobody has to be waited for.
    assert (found.outcome, processes_with(marker)) == ("graded", [])


@needs_bubblewrap
@pytest.mark.parametrize("seconds", [0, 0.004, 0.01, 0.02, 0.1, 1])
def test_nothing_survives_when_we_are_killed_at_any_moment(seconds: float, folder: Path, marker: str) -> None:
    code = LEAVING + "time.sleep(0.05)"
    tests = str(Path(__file__).parent)
    ours = subprocess.Popen([sys.executable, "-c", LOOPING, tests, str(folder), code, marker], stdout=subprocess.PIPE)
    with ours:
        assert ours.stdout
        ours.stdout.readline()
        time.sleep(seconds)
        ours.send_signal(signal.SIGKILL)
    assert none_left(marker), processes_with(marker)


@needs_bubblewrap
def test_an_interruption_ends_a_run_at_once(sandbox: Bubblewrap, folder: Path, marker: str) -> None:
    interrupted = threading.Event()
    program = staged("import time\ntime.sleep(600)", folder, marker, wall_seconds=600)
    with ThreadPoolExecutor(1) as pool:
        item, response = Item(id="q1"), Response(prompt_id="q1", output="x")
        coming = pool.submit(grade_response, sandbox, program, item, response, interrupted.is_set)
        while not processes_with(marker):
            time.sleep(0.01)
        interrupted.set()
        with pytest.raises(InterruptedRunError):
            coming.result(timeout=30)
    assert processes_with(marker) == []


@needs_bubblewrap
def test_runs_at_the_same_time_do_not_mix(sandbox: Bubblewrap, folder: Path) -> None:
    code = (
        "import json, sys, time\ngiven = json.load(sys.stdin)\ntime.sleep(0.05)\n"
        "print(json.dumps({'scores': {'correct': True}, 'artifacts': {'seen': given['response']['output']}}))"
    )
    program = staged(code, folder)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda number: judged(sandbox, program, output=str(number)), range(24)))
    assert [own.artifacts["seen"].decode() for own in found] == [str(number) for number in range(24)]


@needs_bubblewrap
def test_a_sandbox_that_fails_costs_no_response_its_score(sandbox: Bubblewrap, folder: Path) -> None:
    program = staged(PASSING, folder)
    (program.folder / "grade.py").unlink()
    program.folder.rmdir()
    with pytest.raises(OutputError, match=r"the sandbox failed: bwrap: Can't find source path"):
        judged(sandbox, program)


@needs_bubblewrap
def test_a_sandbox_that_is_killed_from_outside_costs_no_response_its_score_and_tells_nothing(
    sandbox: Bubblewrap, folder: Path, marker: str
) -> None:
    code = "import sys, time\nsys.stderr.write('held out')\nsys.stderr.flush()\ntime.sleep(600)"
    program = staged(code, folder, marker, wall_seconds=600)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(judged, sandbox, program)
        while not (found := [pid for pid in processes_with(marker) if _is_outermost(pid)]):
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(found[0], signal.SIGKILL)
        with pytest.raises(OutputError, match="killed from outside") as raised:
            coming.result(timeout=30)
    assert "held out" not in str(raised.value)
    assert none_left(marker)


def _is_outermost(pid: int) -> bool:
    try:
        return f"PPid:\t{os.getpid()}\n" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_keeper_kills_what_has_begun_and_not_ended() -> None:
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    kept, ended = (subprocess.Popen(command, start_new_session=True) for _ in range(2))
    with Keeper() as keeper:
        for run in (kept, ended):
            keeper.began(run.pid)
        keeper.ended(ended.pid)
    try:
        assert (kept.wait(30), ended.poll()) == (-signal.SIGKILL, None)
    finally:
        ended.kill()
        ended.wait()
