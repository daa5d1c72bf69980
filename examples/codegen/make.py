"""Make items, entries and the held-out store from `problems/` and `solutions/`; equal sources give equal bytes.

    python make.py              write what differs
    python make.py --check      write nothing; name what differs, and fail if anything does

The graded results in `graded/` are not made here: `proofboard grade` runs the programs and records them. They name the
bundles that they grade, so that results of other bundles are never taken for theirs.
"""

import argparse
import contextlib
import hashlib
import hmac
import io
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE / "program")]
sys.dont_write_bytecode = True

from inputs import Chance, written_out  # noqa: E402 - from the folders above
from problems import algorithms, arithmetic, dates, parsing, records, text  # noqa: E402
from problems.problem import GROUPS, Problem, Stdin  # noqa: E402

from proofboard import canonical  # noqa: E402
from proofboard.disclosure.commitments import commitments  # noqa: E402
from proofboard.record.freeze import as_yaml, freeze, write  # noqa: E402
from proofboard.record.imported import NewBundle  # noqa: E402
from proofboard.schemas.benchmark import Benchmark  # noqa: E402
from proofboard.schemas.bundle import Response  # noqa: E402
from proofboard.schemas.configuration import Configuration  # noqa: E402
from proofboard.schemas.item import Item, prompts_digest  # noqa: E402
from proofboard.schemas.reading import read_yaml  # noqa: E402

PROBLEMS: Final = [own for part in (text, arithmetic, records, dates, parsing, algorithms) for own in part.PROBLEMS]
SOLUTIONS: Final = HERE / "solutions"
STORE: Final = HERE / "held-out"
RECORDED: Final = "2026-11-21"
RECORDER: Final = "examples/codegen/make.py 1"
SUFFIXES: Final = {"python": "py", "bash": "sh"}
LONGEST_EXPECTED: Final = 400
"""A longer output is expected by its digest."""
PUBLIC_SEED: Final = b"the public cases"
HIDDEN_ROUNDS: Final = 2
"""Hidden groups of small cases are drawn so many times: more cases for each behaviour than the public ones have."""

CONTRACTS: Final = {
    "python": "Write a complete program in Python (3.9 or later, standard library only).",
    "bash": "Write a complete Bash 5 script. Of other programs it may call those of GNU coreutils, grep and sed only.",
}
CONTRACT: Final = """
It reads standard input to its end, and writes its answer to standard output. Input and output are UTF-8, and every line
of both ends with a line feed. For one input it may compute for 2 seconds and use 256 MiB of memory. It ends with
status 0 and leaves no process behind. There is no network, no /proc and no process substitution, nothing to read but
the input, and nowhere to write files but its working folder. Answer with the source text alone.
"""


def main() -> int:
    """Write or check all files; returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the benchmark from its sources.")
    parser.add_argument("--check", action="store_true", help="write nothing, and fail if a file would differ")
    check = parser.parse_args().check
    differing = {path: raw for path, raw in made() if not path.is_file() or path.read_bytes() != raw}
    for path, raw in differing.items():
        if not check:
            write(path, raw)
        print(path.relative_to(HERE), "differs" if check else "written")
    return 1 if check and differing else 0


def made() -> Iterator[tuple[Path, bytes]]:
    """Yield every file that is made, and its bytes; raises ValueError where a worked example is wrong."""
    for problem in PROBLEMS:
        for given, expected in problem.examples:
            if (found := answer(problem, given)) != expected:
                raise ValueError(f"{problem.id}: the example says {expected!r}, the answer to it is {found!r}")
    key = bytes.fromhex((STORE / "split.key").read_text(encoding="ascii"))
    public, held_out = [sorted(items(own), key=lambda item: item.id) for own in (None, key)]
    yield HERE / "items" / "public.jsonl", canonical.dump_lines(public)
    yield HERE / "items" / "commitments.json", canonical.dump(commitments(held_out, key))
    yield STORE / "items" / "held_out.jsonl", canonical.dump_lines(held_out)
    benchmark = read_yaml(HERE / "benchmark.yaml", Benchmark)
    for configuration, answers in entries(public):
        place = HERE / "entries" / configuration.name
        yield place / "configuration.yaml", as_yaml(configuration)
        yield from _bundle(place / "public", "public", public, benchmark, configuration, answers)
        place = STORE / "entries" / configuration.name
        yield from _bundle(place / "held_out", "held_out", held_out, benchmark, configuration, answers)


def _bundle(
    place: Path,
    item_set: str,
    asked: Sequence[Item],
    benchmark: Benchmark,
    configuration: Configuration,
    answers: dict[str, str],
) -> Iterator[tuple[Path, bytes]]:
    responses = [Response(prompt_id=name, output=output) for name, output in sorted(answers.items())]
    bundle = NewBundle(item_set=item_set, responses=responses, recorded=RECORDED, recorder=RECORDER)
    files = freeze(bundle, benchmark.id, benchmark.protocol_version, configuration, prompts_digest(asked))
    for name, raw in files.items():
        yield place / name, raw


# Items


def items(key: bytes | None) -> Iterator[Item]:
    """Yield the public items, or, with the secret key, the held-out ones: the same problems with other cases.

    A held-out item shares the prompt's id with the public ones, because the same answer is graded; its own prompt only
    says so, since no text may stand in both sets.
    """
    for problem in PROBLEMS:
        asked = prompt(problem) if key is None else f"Hidden cases of the problem {problem.id!r}, for the same program."
        for group in GROUPS:
            yield Item(
                id=f"{problem.id}-{group}" if key is None else f"h-{problem.id}-{group}",
                prompt=asked,
                prompt_id=problem.id,
                title=f"{problem.title}: {group} cases",
                facets={
                    "category": problem.category,
                    "language": problem.language,
                    "difficulty": problem.difficulty,
                    "cases": group,
                },
                reference={"cases": list(cases(problem, group, key))},
            )


def prompt(problem: Problem) -> str:
    """Write what is asked: the statement, the contract, and the worked examples."""
    shown = [f"Input:\n\n{given}\nOutput:\n\n{expected}" for given, expected in problem.examples]
    paragraphs = (problem.title, problem.statement, f"{CONTRACTS[problem.language]} {CONTRACT}")
    return "\n\n".join([*(" ".join(own.split()) for own in paragraphs), *shown])


def cases(problem: Problem, group: str, key: bytes | None) -> Iterator[dict[str, Any]]:
    """Yield the cases of a group; an input occurs once, and no hidden one is public."""
    seen = [] if key is None else [stdin for own in GROUPS for _, stdin in drawn(problem, own, None)]
    number = 0
    for behaviour, stdin in drawn(problem, group, key):
        if stdin in seen:
            continue
        seen.append(stdin)
        number += 1
        yield {
            "name": f"{group}-{number}",
            "behaviours": [behaviour],
            "stdin": stdin,
            "stdout": _expected(answer(problem, written_out(stdin))),
        }


def drawn(problem: Problem, group: str, key: bytes | None) -> Iterator[tuple[str, Stdin]]:
    """Yield behaviours and inputs: the worked examples, and what is drawn from a seed or from the secret key."""
    if key is None and group == "basic":
        yield from (("the worked examples", given) for given, _ in problem.examples)
    seed = hmac.new(key or PUBLIC_SEED, f"cases:{problem.id}:{group}".encode(), hashlib.sha256).hexdigest()
    chance = Chance(seed)
    for _ in range(HIDDEN_ROUNDS if key is not None and group != "large" else 1):
        yield from problem.draw(group, chance)


def answer(problem: Problem, given: str) -> str:
    """Return what a right program prints; for Python that is what the reference solution does, run here."""
    if problem.answer is not None:
        return problem.answer(given)
    printed = io.StringIO()
    code = compile(solution("reference", problem), f"reference/{problem.id}.py", "exec")
    before = sys.stdin
    sys.stdin = io.StringIO(given)
    try:
        with contextlib.redirect_stdout(printed):
            exec(code, {"__name__": "__main__"})  # noqa: S102 - our own solution
    finally:
        sys.stdin = before
    return printed.getvalue()


def _expected(output: str) -> str | dict[str, str]:
    if len(output) <= LONGEST_EXPECTED:
        return output
    return {"sha256": hashlib.sha256(output.rstrip("\n").encode()).hexdigest()}


# Entries


def entries(public: Sequence[Item]) -> Iterator[tuple[Configuration, dict[str, str]]]:
    """Yield every entry: its configuration, and problem → answer."""
    for name, description, kind, answers in [*_honest(), *_baselines(public), *_hostile()]:
        vendor, _, config_name = name.partition("/")
        yield (
            Configuration(
                vendor=vendor,
                config_name=config_name,
                kind=kind,
                description=description,
                settings={"program": config_name},
                reproducibility=None,
                licence="Apache-2.0",
            ),
            answers,
        )


Entry = tuple[str, str, Any, dict[str, str]]


def _honest() -> Iterator[Entry]:
    yield (
        "handwritten/reference",
        "Programs written by hand, one for each problem, with care for speed and style.",
        "community",
        {own.id: solution("reference", own) for own in PROBLEMS},
    )
    yield (
        "handwritten/careless",
        "The reference with the slips that happen: bounds off by one, forgotten cases, slow ways, unquoted words.",
        "community",
        careless(),
    )


def _baselines(public: Sequence[Item]) -> Iterator[Entry]:
    echo = {"python": "import sys\n\nprint(sys.stdin.read(), end='')\n", "bash": "#!/usr/bin/bash\ncat\n"}
    yield (
        "baseline/echo",
        "Prints its input.",
        "baseline",
        {own.id: echo[own.language] for own in PROBLEMS},
    )
    yield (
        "baseline/first-example",
        "Prints the output of the first example in the prompt, whatever the input.",
        "baseline",
        {own.id: _table(own, {}, own.examples[0][1]) for own in PROBLEMS},
    )
    known: dict[str, dict[str, str]] = {own.id: {} for own in PROBLEMS}
    for item in public:
        for case in item.reference["cases"]:
            if isinstance(case["stdin"], str) and isinstance(case["stdout"], str):
                known[item.asked][case["stdin"]] = case["stdout"]
    yield (
        "memoriser/public-cases",
        "Looks its input up among the public cases that are written out, and prints nothing for any other input.",
        "community",
        {own.id: _table(own, known[own.id], "") for own in PROBLEMS},
    )


def _table(problem: Problem, known: dict[str, str], otherwise: str) -> str:
    """Write a program that answers from a table."""
    if problem.language == "python":
        rows = "".join(f"    {given!r}: {printed!r},\n" for given, printed in known.items())
        return f"import sys\n\nANSWERS = {{\n{rows}}}\nprint(ANSWERS.get(sys.stdin.read(), {otherwise!r}), end='')\n"
    rows = "".join(f"  [{_quoted('=' + given)}]={_quoted(printed)}\n" for given, printed in known.items())
    return (
        "#!/usr/bin/bash\ndeclare -A answers=(\n"
        f"{rows})\ninput=$(cat; printf x)\nprintf '%s' \"${{answers[=${{input%x}}]-{_inner(otherwise)}}}\"\n"
        if known
        else f"#!/usr/bin/bash\ncat >/dev/null\nprintf '%s' {_quoted(otherwise)}\n"
    )


def _inner(text: str) -> str:
    return "" if not text else _quoted(text)


def _quoted(text: str) -> str:
    """Quote a text for Bash."""
    plain = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return f"$'{plain}'"


def _hostile() -> Iterator[Entry]:
    """Yield what attacks: an attack in front of the careless program, for some problems; the others stay unanswered."""
    table = tomllib.loads((SOLUTIONS / "hostile.toml").read_text(encoding="utf-8"))
    harmless = careless()
    for name, attack in sorted(table.items()):
        answers = {}
        for own in _attacked(attack["problems"]):
            shebang, _, rest = harmless[own.id].rpartition("#!/usr/bin/bash\n")
            before = (SOLUTIONS / "hostile" / f"{name}.{SUFFIXES[own.language]}").read_text(encoding="utf-8")
            answers[own.id] = f"{shebang}{before}\n{rest}"
        yield f"hostile/{name}", attack["description"], "community", answers


def _attacked(wanted: str) -> Iterator[Problem]:
    """Yield the problems that are attacked: one in Python and one in Bash of each category, or of one only."""
    seen: set[tuple[str, str]] = set()
    for own in PROBLEMS:
        if (own.category, own.language) not in seen and wanted in {"each category", own.category}:
            seen.add((own.category, own.language))
            yield own


def solution(name: str, problem: Problem) -> str:
    """Read a solution from its file."""
    return (SOLUTIONS / name / f"{problem.id}.{SUFFIXES[problem.language]}").read_text(encoding="utf-8")


def careless() -> dict[str, str]:
    """Return the reference with the slips of `careless.toml`, each replacing a text that stands once."""
    answers = {own.id: solution("reference", own) for own in PROBLEMS}
    for slip in tomllib.loads((SOLUTIONS / "careless.toml").read_text(encoding="utf-8"))["slip"]:
        before = answers[slip["problem"]]
        if before.count(slip["old"]) != 1:
            raise ValueError(
                f"careless.toml: {slip['problem']} holds {slip['old']!r} {before.count(slip['old'])} times"
            )
        answers[slip["problem"]] = before.replace(slip["old"], slip["new"])
    return answers


if __name__ == "__main__":
    sys.exit(main())
