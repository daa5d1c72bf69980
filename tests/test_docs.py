"""The documentation: every command in it runs, shows what it says, and every link leads somewhere.

A page is read as its reader would follow it, in one temporary folder:

- a ```console block holds commands (`$ …`, continued by `> …`) and, below a command, what it prints;
  `…` stands for anything within a line, and alone on a line for any number of lines;
- `<!-- file: PATH -->` before a block means that the block is saved as that file;
- `<!-- exit status: N -->` before a block is the status of its last command, instead of 0;
- `<!-- not executed: REASON -->` before a block means what it says.

A page that names `examples/` starts in a repository that holds them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from proofboard.core.graders.registry import built_in
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.reading import as_kind, parse_yaml

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "plugins/*/*.md")
    for path in ROOT.glob(pattern)
)
SHELLS = {"bash", "sh", "shell", "shell-session", "zsh"}
SECONDS_FOR_ONE_COMMAND = 60

BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^>]*?) -->\n)?^```(?P<language>[\w-]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")


@dataclass
class Command:
    """One command of a page and the lines that it should print; no line where the page does not say."""

    text: str
    printed: list[str] = field(default_factory=list)
    status: int = 0


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield the note, language and text of every fenced block."""
    for found in BLOCK.finditer(text_of(page)):
        yield found["note"] or "", found["language"], found["text"]


def steps(page: str) -> Iterator[tuple[Path, str] | Command]:
    """Yield what a reader does: files to save and commands to run."""
    for note, language, text in blocks(page):
        kind, _, said = note.partition(": ")
        if kind == "file":
            yield Path(said), text
        elif language == "console" and kind != "not executed":
            found = list(commands(text))
            found[-1].status = int(said) if kind == "exit status" else 0
            yield from found


def commands(text: str) -> Iterator[Command]:
    current: Command | None = None
    for line in text.splitlines():
        if line.startswith("$ "):
            if current:
                yield current
            current = Command(line[2:])
        elif current is None:
            raise AssertionError(f"a console block begins with {line!r}, expected a command")
        elif line.startswith("> ") and not current.printed:
            current.text += f"\n{line[2:]}"
        else:
            current.printed.append(line)
    if current:
        yield current


def pattern_of(printed: list[str]) -> re.Pattern[str]:
    """Turn printed lines into a pattern in which `…` stands for anything."""
    lines = (r"(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in printed)
    return re.compile("".join(lines))


def environment() -> Mapping[str, str]:
    """Put our own commands first, and leave out what would change them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PROOFBOARD_", "GIT_"))}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}", "LC_ALL": "C.UTF-8"}


def checkout(folder: Path) -> None:
    """Make a repository that tracks the examples, as a reader has it."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copyfile(ROOT / ".gitignore", folder / ".gitignore")
    for arguments in (("init", "--quiet"), ("add", "--all")):
        subprocess.run(["git", *arguments], cwd=folder, check=True, env=environment())


def run(command: Command, folder: Path) -> None:
    done = subprocess.run(
        ["bash", "-c", command.text],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=SECONDS_FOR_ONE_COMMAND,
    )
    assert done.returncode == command.status, f"{command.text}\n{done.stdout}"
    if command.printed:
        shown = "\n".join(command.printed)
        found = pattern_of(command.printed).fullmatch(f"{done.stdout.rstrip()}\n")
        assert found, f"{command.text}\nshown:\n{shown}\nprinted:\n{done.stdout}"


@pytest.mark.parametrize("page", [page for page in PAGES if any(steps(page))])
def test_every_command_runs_and_prints_what_the_page_shows(page: str, tmp_path: Path) -> None:
    if "examples/" in text_of(page):
        checkout(tmp_path)
    for step in steps(page):
        if isinstance(step, Command):
            run(step, tmp_path)
        else:
            path, text = step
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_in_a_block_that_is_not_run(page: str) -> None:
    hidden = [text for note, language, text in blocks(page) if language in SHELLS]
    unnamed = [text for note, language, text in blocks(page) if not language and "proofboard " in text]
    assert hidden + unnamed == []


@pytest.mark.parametrize("page", PAGES)
def test_a_block_that_is_not_run_says_why(page: str) -> None:
    notes = [note for note, language, _ in blocks(page) if language == "console" and note]
    assert [note for note in notes if not re.fullmatch(r"not executed: \S.*|exit status: \d|file: \S+", note)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_link_within_the_repository_leads_somewhere(page: str) -> None:
    targets = (found["target"] for found in LINK.finditer(re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)))
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not leads_somewhere(page, target)] == []


def leads_somewhere(page: str, target: str) -> bool:
    path, _, anchor = target.partition("#")
    place = (ROOT / page).parent / path if path else ROOT / page
    if not place.exists() or not place.resolve().is_relative_to(ROOT):
        return False
    return not anchor or anchor in set(anchors_of(place.read_text(encoding="utf-8")))


def anchors_of(text: str) -> Iterator[str]:
    """Yield the anchors of a page's headings, as the usual renderers make them."""
    for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_module_that_the_architecture_names_is_there() -> None:
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", text_of("ARCHITECTURE.md")))
    places = (ROOT, ROOT / "src" / "proofboard")
    assert sorted(name for name in named if not any((place / name).exists() for place in places)) == []


def test_every_layer_is_told_in_the_architecture_in_its_order() -> None:
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    order = " → ".join(re.sub(r"[()]", "", layer) for layer in layers)
    assert f"```text {order} ```" in " ".join(text_of("ARCHITECTURE.md").split())


def rules_of(text: str) -> Benchmark:
    """Read the rules of an example; what every benchmark needs and no example is about is filled in."""
    found = parse_yaml(text.encode(), "example.yaml")
    needed = {"id": "example", "title": "Example", "protocol_version": "1", "headline": next(iter(found["metrics"]))}
    return as_kind({**needed, **found}, Benchmark, "example.yaml")


RULES = [
    pytest.param(text, id=f"{page}:{number}")
    for page in PAGES
    for number, (note, language, text) in enumerate(blocks(page), start=1)
    if language == "yaml" and "metrics:" in text and not note
]


@pytest.mark.parametrize("text", RULES)
def test_an_example_of_rules_is_accepted(text: str) -> None:
    rules = rules_of(text)
    check_benchmark(rules, "example.yaml")
    for name, metric in rules.metrics.items():
        if metric.grader:
            built_in(metric.grader.kind, metric.grader.options, name)


@pytest.mark.parametrize("page", PAGES)
def test_an_example_in_json_is_json_or_json_lines(page: str) -> None:
    for _, language, text in blocks(page):
        if language == "json":
            try:
                json.loads(text)
            except json.JSONDecodeError:
                _ = [json.loads(line) for line in text.splitlines()]


def test_the_generated_tables_of_fields_are_current() -> None:
    done = subprocess.run([sys.executable, ROOT / "tools" / "reference_doc.py", "--check"], check=False)
    assert done.returncode == 0, "run python tools/reference_doc.py"


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), ["README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page not in PAGES:
            continue
        reached.add(page)
        targets = (found["target"].partition("#")[0] for found in LINK.finditer(text_of(page)))
        places = [((ROOT / page).parent / target).resolve() for target in targets if "://" not in target]
        waiting += [place.relative_to(ROOT).as_posix() for place in places if place.is_relative_to(ROOT)]
    assert sorted(set(PAGES) - reached) == []


@pytest.mark.parametrize(
    ("command", "printed", "status"),
    [("echo one", ["two"], 0), ("echo one; echo two", ["one"], 0), ("echo one", ["o…x"], 0), ("true", [], 1)],
)
def test_a_page_that_shows_something_else_is_caught(
    command: str, printed: list[str], status: int, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError):
        run(Command(command, printed, status), tmp_path)


def test_an_ellipsis_stands_for_anything_in_a_line_and_for_any_lines(tmp_path: Path) -> None:
    run(Command("printf 'a 1 b\\nc\\nd\\ne\\n'", ["a … b", "…", "e"]), tmp_path)
    run(Command("printf 'a\\ne\\n'", ["a", "…", "e"]), tmp_path)
