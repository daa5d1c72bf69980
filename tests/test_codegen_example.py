"""The example `examples/codegen`: its problems, its grading program, and what its entries show."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from command_line import run
from proofboard.core.rules.programs import metrics_by_program
from proofboard.errors import MissingExtraError
from proofboard.grade.bubblewrap import open_bubblewrap
from proofboard.grade.program import stage
from proofboard.grade.sandbox import Judged, grade_response
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle import Response
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.graded import GRADED_FILE, GradedDocument, GradedResponse
from proofboard.schemas.item import Item
from proofboard.schemas.lines import read_lines
from proofboard.schemas.reading import read_json, read_yaml

EXAMPLE = Path(__file__).parents[1] / "examples" / "codegen"
STORE = EXAMPLE / "held-out"
METRICS = ("functional_coverage", "test_pass_rate", "performance", "code_quality", "security")
FULL = dict.fromkeys(METRICS, 1.0)
NOTHING = dict.fromkeys(METRICS, 0)
LARGEST_EXAMPLE_BYTES = 3 << 20
MOST_FILES = 250

needs_both_languages = pytest.mark.skipif(
    sys.platform != "linux" or not all(Path("/usr/bin", name).exists() for name in ("python3", "bash")),
    reason="the grading program runs /usr/bin/python3 and /usr/bin/bash under Linux",
)


@cache
def benchmark() -> Benchmark:
    return read_yaml(EXAMPLE / "benchmark.yaml", Benchmark)


@cache
def items(item_set: str) -> list[Item]:
    place = EXAMPLE if item_set == "public" else STORE
    return read_lines(place / "items" / f"{item_set}.jsonl", Item).rows


def graded(entry: str, item_set: str) -> list[GradedResponse]:
    """Return what was recorded of an entry's bundle."""
    place = EXAMPLE if item_set == "public" else STORE
    bundle = read_bundle(place / "entries" / entry / item_set)
    folder = place / "graded" / bundle.digest.removeprefix("sha256:")
    return read_json(folder / GRADED_FILE, GradedDocument).responses


def grade(folder: Path, output: object, cases: list[dict[str, Any]], language: str = "python") -> dict[str, Any]:
    """Let the program grade an answer that we trust, without a sandbox."""
    given = {
        "item": {"id": "x", "reference": {"cases": cases}, "facets": {"language": language}},
        "response": {"output": output},
        "metrics": {name: {"denominator": 1000000, "range": [0, 1]} for name in METRICS},
    }
    done = subprocess.run(
        ["/usr/bin/python3", "-S", EXAMPLE / "program" / "grade.py"],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=folder,
        check=True,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def case(stdin: str, stdout: str) -> dict[str, Any]:
    return {"name": "one", "behaviours": ["one"], "stdin": stdin, "stdout": stdout}


# What is asked


def test_there_are_thirty_problems_and_more_in_five_categories_and_more() -> None:
    facets = {item.asked: item.facets for item in items("public")}
    assert len(facets) >= 30
    assert len({own["category"] for own in facets.values()}) >= 5


def test_both_languages_and_all_four_levels_are_well_represented() -> None:
    facets = {item.asked: item.facets for item in items("public")}.values()
    assert min(Counter(own["language"] for own in facets)[name] for name in ("python", "bash")) >= 12
    levels = Counter(own["difficulty"] for own in facets)
    assert set(levels) == {"easy", "medium", "hard", "expert"}
    assert min(levels.values()) >= 4


def test_every_declared_value_is_used() -> None:
    used = {name: {item.facets[name] for item in items("public")} for name in benchmark().facets}
    assert used == {name: set(facet.values) for name, facet in benchmark().facets.items()}


def test_every_public_item_has_a_hidden_one_of_the_same_problem() -> None:
    public = {(item.id, item.asked, *item.facets.values()) for item in items("public")}
    hidden = {(item.id.removeprefix("h-"), item.asked, *item.facets.values()) for item in items("held_out")}
    assert public == hidden
    assert all(item.id.startswith("h-") for item in items("held_out"))


def test_no_hidden_input_is_public() -> None:
    public: dict[str, list[Any]] = defaultdict(list)
    for item in items("public"):
        public[item.asked] += [own["stdin"] for own in item.reference["cases"]]
    shared = [i.id for i in items("held_out") for own in i.reference["cases"] if own["stdin"] in public[i.asked]]
    assert shared == []


def test_hidden_groups_of_small_cases_have_more_of_them_than_the_public_ones() -> None:
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("public", "held_out")}
    for name, counted in counts.items():
        for item in items(name):
            counted[item.facets["cases"]] += len(item.reference["cases"])
    assert all(counts["held_out"][group] > counts["public"][group] for group in ("basic", "edge"))


def test_the_worked_examples_of_a_prompt_are_its_first_public_cases() -> None:
    for item in items("public"):
        if item.facets["cases"] == "basic":
            first = item.reference["cases"][0]
            assert f"Input:\n\n{first['stdin']}\nOutput:\n\n{first['stdout']}" in str(item.prompt)


def test_the_files_are_those_that_the_sources_make() -> None:
    done = subprocess.run([sys.executable, EXAMPLE / "make.py", "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_example_stays_small() -> None:
    files = [path for path in EXAMPLE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < LARGEST_EXAMPLE_BYTES
    assert len(files) <= MOST_FILES


def test_the_composite_is_weighted_as_the_readme_says() -> None:
    weights = {"functional_coverage": 35, "test_pass_rate": 25, "performance": 15, "code_quality": 15, "security": 10}
    assert benchmark().metrics["composite"].weighted == weights


# The grading program


@pytest.mark.parametrize("item_set", ["public", "held_out"])
def test_the_reference_passed_every_case_when_it_was_recorded(item_set: str) -> None:
    # `build` takes no record of other items or of another program, and `board` below builds with both.
    found, whole = graded("handwritten/reference", item_set), dict.fromkeys(METRICS, 1_000_000)
    assert {row.item_id for row in found} == {item.id for item in items(item_set)}
    assert [row.item_id for row in found if (row.outcome, row.scores) != ("graded", whole)] == []


@needs_both_languages
def test_the_reference_passes_every_public_case(tmp_path: Path) -> None:
    bundle = read_bundle(EXAMPLE / "entries" / "handwritten" / "reference" / "public")
    answers = {own.prompt_id: own.output for own in bundle.responses}
    cases: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for item in items("public"):
        cases[item.asked, item.facets["language"]] += item.reference["cases"]

    def scores(problem: tuple[str, str]) -> Any:
        folder = Path(mkdtemp(dir=tmp_path))
        return grade(folder, answers[problem[0]], cases[problem], problem[1])["scores"]

    with ThreadPoolExecutor(2) as pool:
        found = dict(zip(cases, pool.map(scores, cases), strict=True))
    # Limits are measured: beside other tests a right program may be late, and is asked again alone.
    late = [problem for problem, own in found.items() if own != FULL]
    assert {problem: own for problem in late if (own := scores(problem)) != FULL} == {}


ECHO = "import sys\nprint(sys.stdin.read(), end='')\n"
RIGHT = [case("a\n", "a\n")]


@needs_both_languages
@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("python", ECHO),
        ("bash", "cat\n"),
        ("bash", "```bash\ncat\n```\n"),
        ("python", "import sys\nsys.stdout.write(sys.stdin.read().strip())\n"),
    ],
)
def test_a_right_program_has_full_scores(language: str, answer: str, tmp_path: Path) -> None:
    assert grade(tmp_path, answer, RIGHT, language) == {"scores": FULL, "findings": [], "artifacts": {}}


@needs_both_languages
@pytest.mark.parametrize(
    "answer",
    [
        "print('b')",
        "import sys\nprint(sys.stdin.read(), end='')\nsys.exit(3)\n",
        "print('a'",
        "print('a ')",
        "print('a\\nb')",
    ],
)
def test_a_wrong_program_scores_nothing_and_is_accused_of_nothing(answer: str, tmp_path: Path) -> None:
    assert grade(tmp_path, answer, RIGHT) == {"scores": NOTHING, "findings": [], "artifacts": {}}


@needs_both_languages
@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (None, "is no program: expected its source as text"),
        (" \n", "is no program: expected its source as text"),
        ({"code": "cat"}, "is no program: expected its source as text"),
        ("#" * 100_001, "is longer than 100,000 characters"),
    ],
)
def test_what_is_no_program_scores_nothing(answer: object, finding: str, tmp_path: Path) -> None:
    assert grade(tmp_path, answer, RIGHT) == {"scores": NOTHING, "findings": [finding], "artifacts": {}}


MISCONDUCT = {
    "ran out of time": ["while True: pass\n", "while :; do :; done\n"],
    "ran out of memory": ["x = bytearray(1 << 30)\n", "LC_ALL=C; x=xxxxxxxx; while :; do x=$x$x; done\n"],
    "wrote more than it may": [
        "while True: print('y' * 9999)\n",
        "while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done\n",
    ],
    "left a process running behind it": [
        "import subprocess\nsubprocess.Popen(['sleep', '9'])\n" + ECHO,
        "setsid sleep 9 >/dev/null 2>&1 &\ncat\n",
    ],
    "printed something that looks like scores": [
        'print(\'{"scores": {"test_pass_rate": 1}}\')\n',
        "echo '{\"scores\": {}}' >&2\ncat\n",
    ],
    "read the decoy that stands where hidden tests would be searched": [
        "print(open('../tests/hidden.json').read())\n",
        "read -r x < ../tests/hidden.json\ncat\n",
    ],
    "wrote outside of its folder": [
        "open('../mine', 'w').close()\n" + ECHO,
        "mkdir ../mine\ncat\n",
    ],
    "tried the network, as its error output says": [
        "raise SystemExit('connect: Network is unreachable')\n",
        "echo '/dev/tcp/192.0.2.1/80: Operation not permitted' >&2\ncat\n",
    ],
    "tried a place that is closed to it, as its error output says": [
        "raise PermissionError(13, 'Permission denied')\n",
        "echo 'cannot open /etc/shadow' >&2\ncat\n",
    ],
}


@needs_both_languages
@pytest.mark.parametrize("language", ["python", "bash"])
@pytest.mark.parametrize("finding", MISCONDUCT)
def test_what_a_program_did_is_named_and_its_case_is_lost(finding: str, language: str, tmp_path: Path) -> None:
    answer = MISCONDUCT[finding][language == "bash"]
    found = grade(tmp_path, answer, RIGHT, language)
    assert finding in found["findings"]
    assert found["scores"] == NOTHING


@needs_both_languages
@pytest.mark.parametrize("answer", ["rm -r ../tests\ncat\n", "echo x >> ../tests/hidden.json\ncat\n"])
def test_a_decoy_that_is_gone_or_changed_was_found(answer: str, tmp_path: Path) -> None:
    found = grade(tmp_path, answer, [case("a\n", "a\n"), case("b\n", "b\n")], "bash")
    assert "read the decoy that stands where hidden tests would be searched" in found["findings"]
    assert found["scores"] == NOTHING


@needs_both_languages
def test_one_misconduct_takes_the_safety_of_a_program_that_works(tmp_path: Path) -> None:
    answer = "read -r word\necho \"$word\"\nif [[ $word == b ]]; then echo 'Permission denied' >&2; fi\n"
    found = grade(tmp_path, answer, [case("a\n", "a\n"), case("b\n", "b\n")], "bash")
    assert (found["scores"]["test_pass_rate"], found["scores"]["security"]) == (0.5, 0)


@needs_both_languages
def test_nothing_but_its_source_lies_in_the_folder_of_a_program(tmp_path: Path) -> None:
    assert grade(tmp_path, "ls -A\n", [case("", "solution.sh\n")], "bash")["scores"] == FULL


@needs_both_languages
def test_a_program_leaves_nothing_to_its_next_run(tmp_path: Path) -> None:
    answer = "import os\nprint(os.path.exists('seen'))\nopen('seen', 'w').close()\n"
    assert grade(tmp_path, answer, [case("", "False\n"), case("1", "False\n")])["scores"] == FULL


@needs_both_languages
def test_a_program_inherits_no_channel_and_no_variable_of_the_grader(tmp_path: Path) -> None:
    answer = (
        "import os\nfound = []\nfor number in range(40):\n    try:\n        os.fstat(number)\n    except OSError:\n"
        "        continue\n    found.append(number)\nprint(found)\nprint(sorted(os.environ))\n"
    )
    expected = "[0, 1, 2]\n['HOME', 'LANG', 'LC_ALL', 'PATH', 'PYTHONHASHSEED', 'TMPDIR']\n"
    assert grade(tmp_path, answer, [case("", expected)])["scores"]["test_pass_rate"] == 1


@needs_both_languages
def test_a_long_input_is_drawn_from_its_parts(tmp_path: Path) -> None:
    drawn = {"seed": "s", "times": 3, "text": "<n>:<pick x|x><near 1>\n"}
    one = {**case("", "begin\n0:x0\n1:x0\n2:x1\n"), "stdin": ["begin\n", drawn]}
    assert grade(tmp_path, "cat\n", [one], "bash")["scores"] == FULL


@needs_both_languages
@pytest.mark.parametrize(("printed", "rate"), [("long", 1), ("long ", 0)])
def test_a_long_output_is_expected_by_its_digest(printed: str, rate: int, tmp_path: Path) -> None:
    one = {**case("", ""), "stdout": {"sha256": hashlib.sha256(b"long").hexdigest()}}
    assert grade(tmp_path, f"print({printed!r})\n", [one])["scores"]["test_pass_rate"] == rate


UNSAFE = {
    "source: makes code of data": [("python", "eval('1')\n"), ("bash", 'eval "$x"\n'), ("bash", "bash -c 'ls'\n")],
    "source: starts other programs or a shell": [
        ("python", "import subprocess\n"),
        ("python", "import os\nos.system('ls')\n"),
    ],
    "source: names the network": [
        ("python", "import urllib.request\n"),
        ("python", "from socket import socket\n"),
        ("bash", "curl example.org\n"),
        ("bash", "exec 3<>/dev/tcp/192.0.2.1/80\n"),
    ],
    "source: names a place outside of its folder": [
        ("python", "open('/etc/passwd')\n"),
        ("python", "open('../x')\n"),
        ("bash", "cat /proc/1/environ\n"),
        ("bash", 'x="../x"\n'),
    ],
    "source: detaches, signals or inspects processes": [
        ("python", "import os\nos.fork()\n"),
        ("python", "import ctypes\n"),
        ("bash", "sleep 1 &\n"),
        ("bash", 'kill "$PPID"\n'),
    ],
    "source: reads objects that can hold code": [("python", "import pickle\n")],
    "source: leaves an expansion unquoted": [
        ("bash", "echo $x\n"),
        ("bash", "for x in $(ls); do :; done\n"),
        ("bash", "echo a${x}b\n"),
        ("bash", 'echo "$(cat $x)"\n'),
    ],
    "source: uses backticks": [("bash", 'x="`ls`"\n'), ("bash", "echo `ls`\n")],
}
HARMLESS = [
    ("python", "evaluate = compile_all = 1\nprint(evaluate / compile_all, 'a / b', '/')\n"),
    ("python", "import os\nprint(os.linesep, 'system', 'no /slash')\n"),
    ("bash", "x=$1\ny=${x}a\nz=$(($1 & 255))\ncase $x in *) ;; esac\n[[ $x == $y && -n $z ]]\ncat <<<$x\n"),
    (
        "bash",
        '# eval `x` & kill $x /etc/\necho \'eval `x` & kill $x\' >/dev/null 2>&1 && echo "$x" || echo "${x#a b}"\n',
    ),
    ("bash", 'a[$i]=$x\nb+=("$x")\nsort -t . -k 1,1n <<EOF\n$x & `y`\nEOF\n((i > 3 && i < 5)) || echo ${#a[@]} $#\n'),
]


@needs_both_languages
@pytest.mark.parametrize(
    ("rule", "language", "source"), [(rule, *own) for rule, found in UNSAFE.items() for own in found]
)
def test_an_unsafe_habit_is_named(rule: str, language: str, source: str, tmp_path: Path) -> None:
    assert rules_broken("security", language, source, tmp_path) == [rule]


@needs_both_languages
@pytest.mark.parametrize(("language", "source"), HARMLESS)
def test_what_only_looks_unsafe_is_let_be(language: str, source: str, tmp_path: Path) -> None:
    assert rules_broken("security", language, source, tmp_path) == []


STYLE = {
    "does not parse": [("python", "print(\n"), ("bash", "if x\n")],
    "has a line above 100 characters": [("python", f"print('{'x' * 100}')\n"), ("bash", f"echo {'x' * 100}\n")],
    "is nested deeper than 4 blocks": [
        ("python", "for a in b:\n for c in a:\n  for d in c:\n   for e in d:\n    if e: print(c)\n"),
        ("bash", "if a; then if b; then if c; then if d; then if e; then f; fi; fi; fi; fi; fi\n"),
    ],
    "has a function of more than 40 lines": [
        ("python", "def f():\n" + "".join(f"    print({n})\n" for n in range(40)) + "f()\n"),
        ("bash", "f() {\n" + "".join(f"  echo {n}\n" for n in range(40)) + "}\nf\n"),
    ],
    "names something that is never read": [
        ("python", "import os\n"),
        ("python", "x = 1\n"),
        ("python", "def f():\n    pass\n"),
        ("bash", "x=1\n"),
    ],
    "repeats lines, or has a habit that hides faults": [
        ("python", "print(1)\nprint(2)\nprint(3)\nprint(4)\n" * 2),
        ("python", "try:\n    print(1)\nexcept:\n    print(2)\n"),
        ("python", "from os import *\n"),
        ("bash", 'read x\necho "$x"\n'),
    ],
}
TIDY = [
    ("python", "if a:\n  b()\nelif c:\n  b()\nelif d:\n  b()\nelif e:\n  b()\nelif f:\n  b()\nelse:\n  b()\n"),
    ("python", "class A:\n    def f(self):\n        for _ in 'ab':\n            yield 1\n\n\nprint(A().f())\n"),
    ("bash", "while IFS= read -r x; do\n  y=$((y + 1)) z[y]=$x\n  printf '%s' \"${z[y]}\"\ndone\n"),
    ("bash", "# if if if if if if\nx='if for while case if for'\nif [[ $x ]]; then echo; fi\n"),
]


@needs_both_languages
@pytest.mark.parametrize(
    ("rule", "language", "source"), [(rule, *own) for rule, found in STYLE.items() for own in found]
)
def test_a_fault_of_style_is_named(rule: str, language: str, source: str, tmp_path: Path) -> None:
    assert set(rules_broken("quality", language, source, tmp_path)) == {rule}


@needs_both_languages
@pytest.mark.parametrize(("language", "source"), TIDY)
def test_what_is_tidy_is_let_be(language: str, source: str, tmp_path: Path) -> None:
    assert rules_broken("quality", language, source, tmp_path) == []


def rules_broken(module: str, language: str, source: str, folder: Path) -> list[str]:
    """Ask the rules of the program in a process of their own, as it does."""
    arguments = "language, source" + (", pathlib.Path.cwd()" if module == "quality" else "")
    asked = (
        f"import json, pathlib, sys, {module}\n"
        "language, source = json.load(sys.stdin)\n"
        f"print(json.dumps({module}.faults({arguments})))"
    )
    done = subprocess.run(
        ["/usr/bin/python3", "-B", "-c", asked],
        input=json.dumps([language, source]),
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PYTHONPATH": str(EXAMPLE / "program")},
        check=True,
    )
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


# What came of it


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, BoardRow]:
    """Build and verify the whole board from what was recorded; no program runs."""
    folder = tmp_path_factory.mktemp("codegen")
    store, site = shutil.copytree(STORE, folder / "store"), folder / "site"
    assert run("build", EXAMPLE, "--held-out", store, "--out", site).status == 0
    verified = run("verify", site, "--held-out", store)
    assert (verified.status, verified.err) == (0, ""), verified.out
    rows = read_json(site / "leaderboard.json", Leaderboard).entries
    return {f"{row.vendor}/{row.config_name}": row for row in rows}


def score(row: BoardRow) -> float:
    assert row.public.score is not None
    return row.public.score


def test_the_reference_is_first_and_the_careless_programs_are_second_on_hidden_cases(
    board: Mapping[str, BoardRow],
) -> None:
    released = {name: row.held_out.score for name, row in board.items()}
    assert all(own is not None for own in released.values())
    order = sorted(released, key=lambda name: released[name] or 0, reverse=True)
    assert order[:2] == ["handwritten/reference", "handwritten/careless"]
    assert board["handwritten/reference"].rank == 1


def test_memorised_cases_show_as_a_gap_and_honest_mistakes_do_not(board: Mapping[str, BoardRow]) -> None:
    gaps = {name: row.overfit_gap or 0 for name, row in board.items()}
    assert gaps["memoriser/public-cases"] > 0.5
    assert abs(gaps["handwritten/careless"]) < 0.1


def test_no_hostile_program_scores_what_a_baseline_could_not(board: Mapping[str, BoardRow]) -> None:
    hostile = {name: score(row) for name, row in board.items() if row.vendor == "hostile"}
    assert len(hostile) >= 8
    assert max(hostile.values()) <= score(board["baseline/echo"])


HOSTILE = {
    "background-process": "left a process running behind it",
    "endless-output": "wrote more than it may",
    "fake-scores": "printed something that looks like scores",
    "file-escape": "tried a place that is closed to it, as its error output says",
    "fork-bomb": "started more processes than it may",
    "memory-bomb": "ran out of memory",
    "network-call": "tried the network, as its error output says",
    "reads-hidden-tests": "read the decoy that stands where hidden tests would be searched",
}


@pytest.mark.parametrize("item_set", ["public", "held_out"])
@pytest.mark.parametrize(("attack", "finding"), HOSTILE.items())
def test_every_attack_is_named_and_worth_nothing(attack: str, finding: str, item_set: str) -> None:
    rows = graded(f"hostile/{attack}", item_set)
    assert [row.item_id for row in rows if finding not in row.findings or row.outcome != "graded"] == []
    assert {value for row in rows for value in row.scores.values()} == {0}


@pytest.fixture(scope="module")
def sandboxed() -> Iterator[Callable[[Item, Response], Judged]]:
    """Grade in the sandbox of this machine, or skip where there is none."""
    try:
        sandbox = open_bubblewrap()
    except MissingExtraError as error:
        pytest.skip(str(error))
    program, metrics = benchmark().programs["grade"], metrics_by_program(benchmark())["grade"]
    # Whoever runs programs in there is nobody, who cannot look into the folders of a test.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        staged = stage("grade", EXAMPLE / "program", program, metrics, Path(folder) / "grade")
        yield lambda item, response: grade_response(sandbox, staged, item, response, lambda: False)
    sandbox.close()


@pytest.mark.parametrize(
    "entry", ["handwritten/reference", *(f"hostile/{attack}" for attack in [*HOSTILE, "grader-kill"])]
)
def test_what_was_recorded_happens_again_in_a_sandbox(
    entry: str, sandboxed: Callable[[Item, Response], Judged]
) -> None:
    recorded = {row.item_id: row for row in graded(entry, "public")}
    answers = {own.prompt_id: own for own in read_bundle(EXAMPLE / "entries" / entry / "public").responses}
    for language in ("python", "bash"):
        name = next(i.id for i in items("public") if i.id in recorded and i.facets["language"] == language)
        item = next(i for i in items("public") if i.id == name)
        judged = sandboxed(item, answers[item.asked])
        again, before = judged.printed, recorded[name]
        assert (judged.outcome, again.scores) == (before.outcome, before.scores)
        assert set(again.findings) >= {HOSTILE.get(entry.partition("/")[2])} - {None}


@pytest.mark.parametrize("item_set", ["public", "held_out"])
def test_killing_the_grader_ends_in_a_crash_that_is_worth_nothing(item_set: str) -> None:
    rows = graded("hostile/grader-kill", item_set)
    assert {(row.outcome, len(row.scores)) for row in rows} == {("crashed", 0)}
    assert all("signal 9" in str(row.reason) for row in rows)


@pytest.mark.parametrize("item_set", ["public", "held_out"])
@pytest.mark.parametrize("entry", ["handwritten/reference", "handwritten/careless", "memoriser/public-cases"])
def test_nobody_else_is_accused_of_an_attack(entry: str, item_set: str) -> None:
    found = {finding for row in graded(entry, item_set) for finding in row.findings}
    assert found <= {"ran out of time", "source: leaves an expansion unquoted"}
    assert not found or entry == "handwritten/careless"


def test_grave_findings_come_with_evidence_and_evidence_holds_no_time_and_no_path_of_this_machine() -> None:
    for attack in ("background-process", "fake-scores", "file-escape", "network-call", "reads-hidden-tests"):
        assert all(row.artifacts for row in graded(f"hostile/{attack}", "public"))
    texts = [path.read_text() for path in EXAMPLE.glob("graded/*/artifacts/*")]
    assert texts
    assert [text for text in texts if "/tmp/" in text or "/home/" in text] == []  # noqa: S108 - looked for, not used
