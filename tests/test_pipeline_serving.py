"""`proofboard serve` starts the whole service, keeps it alive, and leaves nothing behind."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pipeline_cases import until
from proofboard import __version__

HELD_OUT = "held-out"
"""The folder of held-out stores, which has none."""


class Service:
    """A running `proofboard serve`."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.port = 0

    def said(self) -> str:
        return (self.folder / "said.txt").read_text() + (self.folder / "complained.txt").read_text()

    def answers(self) -> int | None:
        """Answer the status of a health check."""
        if not self.port:
            found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.said())
            self.port = int(found[1]) if found else 0
        connection = HTTPConnection("127.0.0.1", self.port or 9, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def child(self, word: str) -> int | None:
        """Answer the process id of the web process or a worker."""
        for pid in children_of(self.process.pid):
            if word in command_of(pid):
                return pid
        return None


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(own) for own in (task / "children").read_text().split()]
    return found


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def environment_of(pid: int) -> dict[str, str]:
    pairs = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def is_alive(pid: int) -> bool:
    return bool(command_of(pid))


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Service]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROOFBOARD_")}
    environment = {**kept, "PROOFBOARD_DATA": str(folder / "data"), "PROOFBOARD_HELD_OUT": str(folder / HELD_OUT)}
    (folder / HELD_OUT).mkdir(exist_ok=True)
    command = [sys.executable, "-m", "proofboard.cli.main", "serve", "--port", "0", *arguments]
    with (folder / "said.txt").open("w") as out, (folder / "complained.txt").open("w") as err:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err, text=True, start_new_session=True)
    service = Service(process, folder)
    try:
        yield service
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("service")


def test_a_service_starts_survives_its_parts_and_ends_as_a_whole(folder: Path) -> None:
    with serving(folder) as service:
        until(lambda: service.answers() == 200 and service.child("worker"), 30)
        web, worker = service.child("proofboard.cli.web"), service.child("worker")
        assert web
        assert worker
        # Only the worker learns where held-out material lies.
        assert "PROOFBOARD_HELD_OUT" not in environment_of(web)
        assert environment_of(worker)["PROOFBOARD_HELD_OUT"] == str(folder / HELD_OUT)
        assert len(re.findall(r"pb_[\w-]{30,}", service.said())) == 1
        # The engine of jobs is loaded where jobs run, and nowhere else.
        until(lambda: any((folder / "data" / "workers").iterdir()))
        # A reader who comes while the web process is away waits, and is answered.
        os.kill(web, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)
        until(lambda: service.child("proofboard.cli.web") not in (web, None), 20)
        until(lambda: service.answers() == 200, 20)
        until(lambda: service.child("worker") not in (worker, None), 20)
        assert service.said().count(f"proofboard web: started: Proofboard {__version__}, SQLite\n") == 2
        assert f"started: Proofboard {__version__}, SQLite, held-out stores: none\n" in service.said()
        assert "the web process stopped (killed by signal 9); it is started again in 0.5 s" in service.said()
        assert "the worker stopped (killed by signal 9); it is started again in 0.5 s" in service.said()
        parts = children_of(service.process.pid)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0
        assert not any(is_alive(pid) for pid in parts)


def test_a_supervisor_that_is_killed_leaves_no_process_behind_and_a_second_start_shows_no_key(folder: Path) -> None:
    with serving(folder) as service:
        until(lambda: service.answers() == 200 and service.child("worker"), 30)
        parts = children_of(service.process.pid)
        service.process.kill()
        service.process.wait()
        until(lambda: not any(is_alive(pid) for pid in parts), 30)
        assert "pb_" not in service.said()


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        serving(tmp_path, "--port", str(other.getsockname()[1])) as own,
    ):
        assert own.process.wait(20) == 2
        assert f"127.0.0.1:{other.getsockname()[1]}: cannot be listened to" in own.said()
        assert not (tmp_path / "data").exists()


def test_the_web_process_never_loads_the_engine_of_jobs() -> None:
    program = (
        "import sys, proofboard.cli.web, proofboard.cli.serve; "
        "print(sorted(name for name in sys.modules if name.split('.')[0] == 'dbos'))"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
