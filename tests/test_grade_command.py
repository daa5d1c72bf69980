"""`grade`: what is due is run once and recorded; stopped at any moment, the next call goes on."""

import json
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark_folder, entry
from command_line import run
from proofboard import canonical
from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.grading.grading import GradedOne, ToGrade, grade
from proofboard.app.grading.journal import Journal, key_of
from proofboard.errors import InputError, OutputError, UnknownEntryError
from proofboard.grade.program import StagedProgram
from proofboard.grade.running import Ran
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.bundle import Response
from proofboard.schemas.graded import GradedDocument, GradedResponse
from proofboard.schemas.item import prompts_digest
from sandbox_cases import HONEST, graded_benchmark, needs_bubblewrap, none_left, processes_with, rules


class Pretended:
    """A sandbox that runs nothing and answers at once: what is due and recorded does not depend on what runs it."""

    name = "pretended 1"
    shows_our_usr = False

    def __init__(self, fail_at: int = 10**9) -> None:
        self.asked: list[str] = []
        self._fail_at = fail_at

    def run(self, program: StagedProgram, fed: bytes, _interrupted: Callable[[], bool]) -> Ran:
        given = json.loads(fed)
        self.asked.append(f"{program.name} {given['item']['id']}")
        if len(self.asked) >= self._fail_at:
            raise OutputError("the sandbox failed")
        right = given["response"]["output"] == given["item"]["reference"]
        printed = {"scores": dict.fromkeys(given["metrics"], right), "artifacts": {"kept": given["item"]["id"]}}
        return Ran(None, 0, json.dumps(printed).encode(), b"", 1000 + len(self.asked))

    def close(self) -> None:
        return


def graded(folder: Path, sandbox: Pretended | None = None, **changes: Any) -> tuple[list[GradedOne], list[str]]:
    """Grade with a pretended sandbox; returns what is recorded and what was asked for."""
    own = sandbox or Pretended()
    found = grade(ToGrade(benchmark=folder, open_sandbox=lambda: own, **changes), lambda _done, _total: None)
    return found, own.asked


def documents(folder: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in folder.glob("graded/*/graded.json")}


@pytest.fixture
def board(tmp_path: Path) -> Path:
    return graded_benchmark(tmp_path / "board")


def test_every_answered_response_is_graded_and_recorded_in_order(board: Path) -> None:
    found, asked = graded(board)
    document = found[0].document
    assert sorted(asked) == [f"check q{number}" for number in range(8)]
    assert [row.item_id for row in document.responses] == [f"q{number}" for number in range(8)]
    assert [row.scores["correct"] for row in document.responses] == [1] * 5 + [0] * 3
    raw = documents(board)[canonical.hex_of(document.bundle)]
    assert raw == canonical.dump(document)


def test_what_a_program_keeps_lies_under_its_digest(board: Path) -> None:
    document = graded(board)[0][0].document
    place = board / "graded" / canonical.hex_of(document.bundle) / "artifacts"
    kept = {row.item_id: (place / canonical.hex_of(row.artifacts["kept"])).read_text() for row in document.responses}
    assert kept == {f"q{number}": f"q{number}" for number in range(8)}
    assert len(list(place.iterdir())) == 8


def test_what_was_graded_is_not_graded_again(board: Path) -> None:
    graded(board)
    before = documents(board)
    found, asked = graded(board)
    assert (asked, found[0].n_run, documents(board) == before) == ([], 0, True)


def test_without_anything_to_run_no_sandbox_is_needed(board: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graded(board)
    monkeypatch.setenv("PATH", "")
    assert run("grade", board).out == ("acme/base public: 8 graded (recorded before)\nin pretended 1\n")


def test_it_is_graded_again_where_that_is_asked_for(board: Path) -> None:
    graded(board)
    assert len(graded(board, again=True)[1]) == 8


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


CHANGES: dict[str, Callable[[Path], object]] = {
    "a file of the program": lambda board: changed(board / "program/grade.py", "import json", "import  json"),
    "a new file": lambda board: write(board / "program/cases.txt", b"x"),
    "who may run a file": lambda board: (board / "program/grade.py").chmod(0o755),
    "a limit": lambda board: changed(board / "benchmark.yaml", "memory_mib: 128", "memory_mib: 129"),
    "the command line": lambda board: changed(board / "benchmark.yaml", "- python3", "- /usr/bin/python3"),
    "the environment": lambda board: changed(
        board / "benchmark.yaml", "    files: program", "    files: program\n    environment: {A: b}"
    ),
    "the grid of a metric": lambda board: changed(
        board / "benchmark.yaml", "  correct:", "  correct:\n    denominator: 100"
    ),
    "a reference": lambda board: changed(board / "items/public.jsonl", '"reference":"3"', '"reference":"4"'),
    "a row that is gone": lambda board: _edited(board, lambda rows: rows[1:]),
    "a row that stands twice": lambda board: _edited(board, lambda rows: [*rows, rows[0]]),
    "a file that is no document": lambda board: next(board.glob("graded/*/graded.json")).write_text("{}"),
    "an artifact that is gone": lambda board: next(board.glob("graded/*/artifacts/*")).unlink(),
}


def _edited(board: Path, edit: Callable[[list[Any]], list[Any]]) -> None:
    file = next(board.glob("graded/*/graded.json"))
    found = json.loads(file.read_text())
    file.write_bytes(canonical.dump({**found, "responses": edit(found["responses"])}))


@pytest.mark.parametrize("name", CHANGES)
def test_what_changed_since_is_graded_again(name: str, board: Path) -> None:
    graded(board)
    CHANGES[name](board)
    assert len(graded(board)[1]) == 8
    assert graded(board)[1] == []


def test_what_python_leaves_beside_a_program_is_no_part_of_it(board: Path) -> None:
    graded(board)
    write(board / "program/__pycache__/grade.cpython-311.pyc", b"x")
    assert graded(board)[1] == []


def test_only_answers_are_graded(tmp_path: Path) -> None:
    board = graded_benchmark(tmp_path / "board")
    read = read_benchmark(board)
    rows = [
        Response(prompt_id="q0", output="0"),
        Response(prompt_id="q1", state="refused"),
        Response(prompt_id="q2", state="missing"),
        Response(prompt_id="q3", state="platform_failure"),
    ]
    configuration = read.entries[0].configuration
    made = freeze(NewBundle(responses=rows), "small", "1", configuration, prompts_digest(read.table.items))
    for name, raw in made.items():
        write(board / "entries/acme/base/public" / name, raw)
    assert graded(board)[1] == ["check q0"]


def test_each_program_of_a_benchmark_makes_its_own_metrics(tmp_path: Path) -> None:
    made = rules()
    metrics = {**made.metrics, "quick": made.metrics["correct"]}
    board = graded_benchmark(tmp_path / "board", metrics=metrics)
    text = (board / "benchmark.yaml").read_text()
    before, _, after = text.partition("  quick:")
    text = f"{before}  quick:{after.replace('program: check', 'program: speed', 1)}"
    program = text[text.index("  check:") :].split("\n\n")[0]
    (board / "benchmark.yaml").write_text(text.replace("programs:\n", f"programs:\n{_renamed(program)}\n"))
    document = graded(board)[0][0].document
    assert [(row.item_id, row.program, dict(row.scores)) for row in document.responses[:2]] == [
        ("q0", "check", {"correct": 1}),
        ("q0", "speed", {"quick": 1}),
    ]


def _renamed(program: str) -> str:
    lines = program.splitlines()
    own = [line for number, line in enumerate(lines) if number == 0 or line.startswith("    ")]
    return "\n".join(["  speed:", *own[1:]])


def test_an_entry_is_graded_alone(tmp_path: Path) -> None:
    board = graded_benchmark(tmp_path / "board", entries=[entry("acme/base", 5), entry("bolt/base", 3)])
    assert [own.entry for own in graded(board, entries=["bolt/base"])[0]] == ["bolt/base"]
    assert len(documents(board)) == 1
    with pytest.raises(UnknownEntryError):
        graded(board, entries=["nobody/here"])


def test_an_earlier_revision_is_graded_too(board: Path) -> None:
    own = board / "entries/acme/base"
    shutil.copytree(own, board / "entries/acme/kept")
    shutil.move(board / "entries/acme/kept", own / "revisions/1")
    rows = [Response(prompt_id=f"q{number}", output="x") for number in range(8)]
    read = read_benchmark(board)
    made = freeze(NewBundle(responses=rows), "small", "1", read.entries[0].configuration, read.table.prompts_digest)
    for name, raw in made.items():
        write(own / "public" / name, raw)
    found, asked = graded(board)
    assert [own.entry for own in found] == ["acme/base", "acme/base (revision 1)"]
    assert len(asked) == 16


# An interruption


def test_a_failure_keeps_what_was_graded_and_the_next_call_goes_on(board: Path) -> None:
    with pytest.raises(OutputError):
        graded(board, Pretended(fail_at=6))
    assert documents(board) == {}
    found, asked = graded(board)
    assert (len(asked), len(found[0].document.responses), found[0].n_run) == (3, 8, 3)
    assert [path.name for path in (board / "graded").iterdir()] == [canonical.hex_of(found[0].document.bundle)]


def test_what_was_graded_by_another_program_is_not_gone_on_with(board: Path) -> None:
    with pytest.raises(OutputError):
        graded(board, Pretended(fail_at=6))
    write(board / "program/more.txt", b"x")
    assert len(graded(board)[1]) == 8


HEAD = GradedDocument(
    schema_version=1,
    bundle="sha256:" + "a" * 64,
    items="sha256:" + "b" * 64,
    programs={"check": "sha256:" + "c" * 64},
    sandbox="pretended 1",
    software="proofboard 0",
    responses=[],
)


def two_rows(place: Path) -> Path:
    """Write a journal of two rows and return its file."""
    journal = Journal(place, HEAD)
    for name in ("q1", "q2"):
        journal.add(GradedResponse(item_id=name, program="check", scores={"correct": 1}), {"log": name.encode()})
    return place.with_name(f".{place.name}.journal") / "journal.jsonl"


@pytest.mark.parametrize("cut", [1, 2, 10, 100])
def test_a_torn_line_is_dropped(cut: int, tmp_path: Path) -> None:
    file = two_rows(tmp_path / "x")
    file.write_bytes(file.read_bytes()[:-cut])
    journal = Journal(tmp_path / "x", HEAD)
    assert list(journal.rows) == [("q1", 0, "answer", "check")]
    journal.add(GradedResponse(item_id="q3", program="check"), {})
    assert [key[0] for key in Journal(tmp_path / "x", HEAD).rows] == ["q1", "q3"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"\xff\n"),
        lambda file: file.write_bytes(file.read_bytes().replace(b"pretended 1", b"pretended 2")),
        lambda file: file.unlink(),
    ],
    ids=["empty", "no text", "another sandbox", "gone"],
)
def test_a_journal_of_something_else_is_begun_anew(spoil: Callable[[Path], object], tmp_path: Path) -> None:
    spoil(two_rows(tmp_path / "x"))
    assert Journal(tmp_path / "x", HEAD).rows == {}
    assert [path.name for path in (tmp_path / ".x.journal").iterdir()] == ["journal.jsonl"]


def test_a_row_whose_artifact_is_not_whole_is_graded_again(tmp_path: Path) -> None:
    file = two_rows(tmp_path / "x")
    min((file.parent / "artifacts").iterdir()).write_bytes(b"torn")
    assert len(Journal(tmp_path / "x", HEAD).rows) == 1


def test_rows_that_nobody_wants_any_more_do_not_get_into_the_document(tmp_path: Path) -> None:
    two_rows(tmp_path / "x")
    journal = Journal(tmp_path / "x", HEAD)
    row = GradedResponse(item_id="q2", program="check", scores={"correct": 1})
    assert [own.item_id for own in journal.finish([key_of(row)]).responses] == ["q2"]
    assert len(list((tmp_path / "x/artifacts").iterdir())) == 1


SLOW_AT_FIVE = """
import json, sys, time
if "q5" in sys.stdin.read(100):
    time.sleep(5)
print('{"scores": {"correct": true}}')
"""


@needs_bubblewrap
def test_killed_midway_nothing_survives_and_the_next_call_goes_on(tmp_path: Path) -> None:
    marker = f"marker-{uuid.uuid4().hex}"
    board = graded_benchmark(tmp_path / "board", SLOW_AT_FIVE)
    changed(board / "benchmark.yaml", "- /program/grade.py", f"- /program/grade.py\n    - {marker}")
    command = [sys.executable, "-m", "proofboard.cli.main", "grade", str(board), "--jobs", "1"]
    with subprocess.Popen(command) as ours:
        while len(_journalled(board)) < 5 or not processes_with(marker):
            assert ours.poll() is None
            time.sleep(0.01)
        ours.send_signal(signal.SIGKILL)
    assert none_left(marker)
    before = _journalled(board)
    assert run("grade", board).out.startswith("acme/base public: 8 graded\n")
    after = json.loads(next(iter(documents(board).values())))["responses"]
    assert ([row["item_id"] for row in before], after[:5]) == (["q0", "q1", "q2", "q3", "q4"], before)


def _journalled(board: Path) -> list[Any]:
    files = list(board.glob("graded/.*.journal/journal.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text().splitlines()[1:]]


@needs_bubblewrap
def test_another_call_at_the_same_time_is_refused(tmp_path: Path) -> None:
    board = graded_benchmark(tmp_path / "board", "import time\ntime.sleep(5)")
    with subprocess.Popen([sys.executable, "-m", "proofboard.cli.main", "grade", str(board)]) as ours:
        while not list(board.glob("graded/.*.journal")):
            time.sleep(0.01)
        found = run("grade", board)
        ours.kill()
    assert (found.status, "another `proofboard grade` is at work" in found.err) == (2, True)


# Refusals


def test_a_benchmark_without_programs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="declares no program"):
        graded(benchmark_folder(tmp_path / "board"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("- python3\n", "- /program/absent\n", "'/program/absent' is not there"),
        ("- python3\n", "- /program/grade.py\n", "is not executable"),
        ("- python3\n", "- /bin/python3\n", "is not in the sandbox"),
        ("- python3\n", "- ./grade.py\n", "is not in the sandbox"),
        ("- /program/grade.py", '- "a\\0b"', "NUL character"),
        ("files: program", "files: absent", "is not a folder"),
        ("files: program", "files: ../elsewhere", "leaves its folder"),
        ("files: program", "files: program\n    environment: {'A=B': x}", "letters, digits and _ only"),
    ],
)
def test_a_program_that_cannot_be_started_is_refused_before_it_costs_a_score(
    old: str, new: str, said: str, board: Path
) -> None:
    changed(board / "benchmark.yaml", old, new)
    with pytest.raises(InputError) as raised:
        graded(board)
    assert said in str(raised.value)
    assert documents(board) == {}


@needs_bubblewrap
def test_a_command_that_is_not_installed_is_refused(board: Path) -> None:
    changed(board / "benchmark.yaml", "- python3\n", "- no-such-command\n")
    found = run("grade", board)
    assert (found.status, "'no-such-command' is not in /usr" in found.err, documents(board)) == (2, True, {})


def test_links_in_the_folder_of_a_program_are_refused(board: Path) -> None:
    (board / "program/passwords").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match="is a symbolic link"):
        graded(board)


# The whole way, with the sandbox


@needs_bubblewrap
def test_what_is_graded_is_built_and_verified(tmp_path: Path) -> None:
    board = graded_benchmark(tmp_path / "board", HONEST)
    assert run("build", board, "--out", tmp_path / "site").status == 2
    found = run("grade", board)
    assert (found.status, found.out.splitlines()) == (
        0,
        [
            "acme/base public: 8 graded",
            "  finding: answered something else (q5, q6, q7)",
            found.out.splitlines()[-1],
        ],
    )
    assert found.out.splitlines()[-1].startswith("in bubblewrap ")
    assert run("build", board, "--out", tmp_path / "site").status == 0
    row = json.loads((tmp_path / "site/leaderboard.json").read_bytes())["entries"][0]
    assert row["public"]["score"] == 0.625
    assert run("verify", tmp_path / "site").status == 0


@needs_bubblewrap
def test_the_report_names_every_end_and_every_finding(tmp_path: Path) -> None:
    code = (
        "import json, sys\nitem = json.load(sys.stdin)['item']['id']\n"
        "if item == 'q1': sys.exit('it broke \\x1b[2J')\n"
        "if item in ('q2', 'q3'): print('no result')\n"
        "else: print(json.dumps({'scores': {'correct': True}, 'findings': ['tried\\nthe network']}))\n"
    )
    found = run("grade", graded_benchmark(tmp_path / "board", code))
    assert found.out.splitlines()[:-1] == [
        "acme/base public: 5 graded, 2 no_result, 1 crashed",
        "  no_result: printed what is not one JSON object: Expecting value at character 0 (q2, q3)",
        "  crashed: ended with status 1: it broke \\x1b[2J (q1)",
        "  finding: tried\\nthe network (q0, q4, q5 and 2 more)",
    ]


@needs_bubblewrap
def test_a_benchmark_that_only_we_may_read_is_graded(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert run("grade", graded_benchmark(private / "board")).out.startswith("acme/base public: 8 graded")
