"""What a program finds in the sandbox, and what it does not."""

import json
import platform
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from proofboard.grade.bubblewrap import Bubblewrap, open_bubblewrap
from proofboard.grade.seccomp import _DENIED_CALLS, _NOWHERE, machines, system_call_filter
from sandbox_cases import IS_X86, judged, needs_bubblewrap, readable_folder, staged

HIDDEN = "the-reference-that-nobody-may-see"

TELL = """
def tell(found):
    import json
    print(json.dumps({"scores": {"correct": True}, "artifacts": {"found": json.dumps(found)}}))
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Bubblewrap]:
    made = open_bubblewrap()
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with readable_folder() as made:
        yield made


def told(sandbox: Bubblewrap, folder: Path, code: str, **given: Any) -> Any:
    found = judged(sandbox, staged(TELL + code, folder), **given)
    assert found.outcome == "graded", (found.reason, found.artifacts)
    return json.loads(found.artifacts["found"])


@needs_bubblewrap
def test_nothing_of_the_machine_is_there_but_its_programs(sandbox: Bubblewrap, folder: Path) -> None:
    code = "import os\ntell([sorted(os.listdir('/')), sorted(os.listdir('/dev')), sorted(os.listdir('/program'))])"
    root, devices, program = told(sandbox, folder, code)
    assert set(root) <= {
        "bin",
        "dev",
        "etc",
        "lib",
        "lib32",
        "lib64",
        "libx32",
        "program",
        "sbin",
        "tmp",
        "usr",
        "work",
    }
    assert devices == ["full", "null", "random", "shm", "urandom", "zero"]
    assert program == ["grade.py"]


@needs_bubblewrap
@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/etc/shadow",
        "/etc/hostname",
        "/root",
        "/home",
        "/proc",
        "/proc/self/environ",
        "/sys",
        "/run",
        "/var",
    ],
)
def test_a_place_of_the_machine_is_not_there(path: str, sandbox: Bubblewrap, folder: Path) -> None:
    assert told(sandbox, folder, f"import os\ntell(os.path.lexists({path!r}))") is False


@needs_bubblewrap
def test_files_of_whoever_grades_are_not_there(sandbox: Bubblewrap, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(HIDDEN)
    places = [str(tmp_path / "secret"), str(Path.home()), str(Path(__file__)), str(folder)]
    assert told(sandbox, folder, f"import os\ntell([os.path.exists(path) for path in {places}])") == [False] * 4


@needs_bubblewrap
@pytest.mark.parametrize("place", ["/usr/x", "/x", "/program/x", "/dev/x", "/etc/x", "/usr/lib/python3/x"])
def test_only_one_folder_can_be_written(place: str, sandbox: Bubblewrap, folder: Path) -> None:
    code = f"try:\n    open({place!r}, 'w')\nexcept OSError as error:\n    tell(error.strerror)\nelse:\n    tell(None)"
    assert told(sandbox, folder, code) in {"Read-only file system", "No such file or directory", "Permission denied"}


@needs_bubblewrap
def test_work_tmp_and_shared_memory_are_one_folder(sandbox: Bubblewrap, folder: Path) -> None:
    code = "import os\nopen('x', 'w')\ntell([os.path.exists(place + '/x') for place in ('/work', '/tmp', '/dev/shm')])"
    assert told(sandbox, folder, code) == [True] * 3


@needs_bubblewrap
def test_a_run_sees_nothing_of_an_earlier_one(sandbox: Bubblewrap, folder: Path) -> None:
    code = "import os\nfound = os.listdir('.')\nopen('left', 'w')\ntell(found)"
    assert [told(sandbox, folder, code) for _ in range(2)] == [[], []]


@needs_bubblewrap
def test_the_environment_holds_no_secret(sandbox: Bubblewrap, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", HIDDEN)
    monkeypatch.setenv("LD_PRELOAD_64", HIDDEN)
    found = told(sandbox, folder, "import os\ntell(dict(os.environ))")
    assert {**found, "PWD": "/work"} == {"PATH": "/usr/bin:/bin", "HOME": "/work", "LANG": "C.UTF-8", "PWD": "/work"}


@needs_bubblewrap
def test_a_program_finds_the_environment_that_its_owner_declares(sandbox: Bubblewrap, folder: Path) -> None:
    program = staged(f"{TELL}import os\ntell(os.environ['CASES'])", folder)
    declared = msgspec.structs.replace(program.program, environment={"CASES": "all of them"})
    found = judged(sandbox, msgspec.structs.replace(program, program=declared))
    assert json.loads(found.artifacts["found"]) == "all of them"


@needs_bubblewrap
def test_no_file_is_open_but_the_three_streams(sandbox: Bubblewrap, folder: Path) -> None:
    code = (
        "import fcntl\nfound = []\nfor number in range(256):\n    try:\n        fcntl.fcntl(number, fcntl.F_GETFD)\n"
        "        found.append(number)\n    except OSError:\n        pass\ntell(found)"
    )
    assert told(sandbox, folder, code) == [0, 1, 2]


CONNECTING = """
import socket, subprocess, sys
found = []
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    try:
        socket.socket(family, socket.SOCK_RAW if family > 10 else socket.SOCK_STREAM)
    except OSError as error:
        found.append(error.errno)
try:
    socket.create_connection(("127.0.0.1", PORT), timeout=2)
except OSError as error:
    found.append(error.errno)
shell = f"exec 2>/dev/null; : > /dev/tcp/127.0.0.1/{PORT} && echo reached"
found.append(subprocess.run(["bash", "-c", shell], capture_output=True).stdout.decode())
tell(found)
"""


@needs_bubblewrap
def test_a_server_of_the_machine_is_not_reached(sandbox: Bubblewrap, folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = told(sandbox, folder, f"PORT = {server.getsockname()[1]}\n{CONNECTING}")
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
        # From where the test runs it can be reached: what did not come could have come.
        with socket.create_connection(server.getsockname(), timeout=10):
            server.settimeout(10)
            server.accept()[0].close()
    assert found == [1, 1, 1, 1, 1, ""]


@needs_bubblewrap
def test_processes_may_talk_to_each_other(sandbox: Bubblewrap, folder: Path) -> None:
    code = "import socket\none, other = socket.socketpair()\none.send(b'x')\ntell(other.recv(1).decode())"
    assert told(sandbox, folder, code) == "x"


PRYING = """
import ctypes, json, os, sys
libc = ctypes.CDLL(None, use_errno=True)
parent, found = os.getppid(), []
for path in (f"/proc/{parent}/fd/0", f"/proc/{parent}/mem", "/proc/self/fd/0", "/dev/stdin", "/dev/fd/0"):
    try:
        found.append(open(path, "rb").read(4096).decode())
    except OSError:
        pass
found.append(sys.stdin.read())
for name, numbers in NUMBERS.items():
    ctypes.set_errno(0)
    arguments = (16 if name == "ptrace" else parent, parent, 0, 0, 0, 0)
    answer = libc.syscall(ctypes.c_long(numbers), *map(ctypes.c_long, arguments))
    found.append([name, answer, ctypes.get_errno()])
print(json.dumps(found))
"""
GRADING_IT = """
import json, subprocess, sys
given = json.load(sys.stdin)
done = subprocess.run([sys.executable, "-c", given["response"]["output"]], capture_output=True, text=True,
                      stdin=subprocess.DEVNULL)
tell([done.stdout, done.stderr, given["item"]["reference"]])
"""


@needs_bubblewrap
def test_an_answer_that_is_run_cannot_look_into_the_program_that_runs_it(sandbox: Bubblewrap, folder: Path) -> None:
    names = ("ptrace", "process_vm_readv", "pidfd_getfd", "kcmp")
    numbers = {name: _DENIED_CALLS[name][0 if IS_X86 else 1] for name in names}
    # PTRACE_ATTACH; the others fail in the same way whatever they are given.
    attack = f"NUMBERS = {numbers}\n{PRYING}"
    printed, errors, reference = told(sandbox, folder, GRADING_IT, output=attack, reference=HIDDEN)
    assert (reference, HIDDEN in printed + errors, errors) == (HIDDEN, False, "")
    assert [answer for answer in json.loads(printed) if isinstance(answer, list)] == [[name, -1, 1] for name in names]


CALLS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments))
    return ctypes.get_errno()
"""


# mov eax, 20 (getpid of 32-bit programs); int 0x80; ret
THIRTY_TWO_BITS = """
import ctypes, mmap
place = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
place.write(bytes([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(place)))()
"""


@needs_bubblewrap
def test_every_call_that_is_denied_is_denied(sandbox: Bubblewrap, folder: Path) -> None:
    column = 0 if IS_X86 else 1
    numbers = {name: both[column] for name, both in _DENIED_CALLS.items() if both[column] != _NOWHERE}
    code = f"{CALLS}tell({{name: call(number, 0, 0, 0, 0, 0, 0) for name, number in {numbers}.items()}})"
    assert told(sandbox, folder, code) == dict.fromkeys(numbers, 1)


@needs_bubblewrap
def test_no_namespace_is_made_and_newer_calls_do_not_exist(sandbox: Bubblewrap, folder: Path) -> None:
    clone = 56 if IS_X86 else 220
    code = f"{CALLS}tell([call({clone}, 0x10000000 | 17, 0, 0, 0, 0), call(435, 0, 0), call(467, 0), call(500, 0)])"
    assert told(sandbox, folder, code) == [1, 38, 38, 38]


@needs_bubblewrap
@pytest.mark.skipif(not IS_X86, reason="x32 and 32-bit calls are ways into the kernel of x86-64 only")
@pytest.mark.parametrize(
    "code",
    [
        f"{CALLS}call(0x40000000 | 39)",
        THIRTY_TWO_BITS,
    ],
)
def test_other_ways_into_the_kernel_kill_the_program(code: str, sandbox: Bubblewrap, folder: Path) -> None:
    found = judged(sandbox, staged(f"{code}\nprint('alive')", folder))
    assert (found.outcome, str(found.reason)[:20]) == ("crashed", "ended with signal 31")


def test_the_filter_of_every_machine_is_whole_instructions_that_lead_to_an_end() -> None:
    for machine in machines():
        raw = system_call_filter(machine)
        instructions = [raw[place : place + 8] for place in range(0, len(raw), 8)]
        assert len(raw) % 8 == 0
        assert len(raw) < 4096, "it goes through a pipe at once"
        for place, instruction in enumerate(instructions):
            assert place + 1 + max(instruction[2], instruction[3]) < len(instructions) + (instruction[0] == 0x06)


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_numbers_of_calls_are_those_of_the_kernel(machine: str) -> None:
    header = {
        "x86_64": Path(f"/usr/include/{platform.machine()}-linux-gnu/asm/unistd_64.h"),
        "aarch64": Path("/usr/include/asm-generic/unistd.h"),
    }[machine]
    if not header.exists() or (machine == "x86_64" and not IS_X86):
        pytest.skip(f"{header} is not on this machine (apt install linux-libc-dev)")
    known = {
        line.split()[1].removeprefix("__NR3264_").removeprefix("__NR_"): line.split()[2]
        for line in header.read_text().splitlines()
        if line.startswith(("#define __NR_", "#define __NR3264_"))
    }
    column = ["x86_64", "aarch64"].index(machine)
    expected = {name: str(both[column]) for name, both in _DENIED_CALLS.items() if both[column] != _NOWHERE}
    # Calls that are newer than the header are not in it.
    assert {name: known.get(name, number) for name, number in expected.items()} == expected
