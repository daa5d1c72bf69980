"""The caps on size and depth that keep every idea on one screen; the layers are checked by import-linter."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "proofboard"
WEB = ROOT / "web"
MODULES = sorted(PACKAGE.rglob("*.py"))

# A name made of these says nothing about what is inside.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "handle", "info"}

# Where packages come from is a matter of each machine; a lock names versions and digests only.
INSTALLATION_FILES = [
    "pyproject.toml",
    "Makefile",
    ".ci/run",
    "tools/lock.sh",
    "requirements/dev.lock",
    "requirements/run.lock",
    "web/.npmrc",
    "tools/lighthouse/.npmrc",
]
NPM_LOCKS = ["web/package-lock.json", "tools/lighthouse/package-lock.json"]

# Written by tools/page_types.py out of our schemas.
GENERATED = {"src/site/types.ts", "src/service/types.ts"}
PAGE_MODULES = sorted(
    path
    for path in (WEB / "src").rglob("*.ts*")
    if path.suffix in {".ts", ".tsx"} and path.relative_to(WEB).as_posix() not in GENERATED
)

# Text between tags, or in an attribute that readers see or hear; what looks like code between two of them is none.
VISIBLE = (
    re.compile(r"(?<![\w=])<[A-Za-z][\w.]*(?:\s[^<>]*)?(?<!=)>([^<>{}]*[^\W\d_]{2}[^<>{}]*)[<{]"),
    re.compile(r"[}>]([^<>{}]*[^\W\d_]{2}[^<>{}]*)</"),
    re.compile(r"\s(?:title|aria-label|placeholder|alt|label)=\"([^\"]*[^\W\d_]{2}[^\"]*)\""),
)
CODE = re.compile(r"[;=]|\breturn\b|: |^\s*[,?:()]")
# The same in every language.
NAMES = {"CSV", "JSON", "UTC", "Proofboard", "ab"}

# Each may be used in the modules that are named, and nowhere else.
ONE_PLACE = {
    r"\bfetch\(": {
        "src/site/fetching.ts",
        "src/site/publication.ts",
        "src/service/api.ts",
        "src/service/events.ts",
        "src/verify/worker.ts",
    },
    r"\bEventSource\(": {"src/service/events.ts"},
    r"innerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function\(": set(),
    # What is sent tells how far it is.
    r"XMLHttpRequest": {"src/service/api.ts"},
    r"WebSocket\(|sendBeacon": set(),
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def lines_of(module: Path) -> int:
    return len(module.read_text(encoding="utf-8").splitlines())


@cache
def functions() -> list[tuple[str, Function]]:
    """List each function of the package with the place where a reader finds it."""
    return [
        (f"{name_of(module)}:{node.lineno} {node.name}", node)
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_bytes()))
        if isinstance(node, Function)
    ]


def length_of(function: Function) -> int:
    """Count the lines from `def` to the end; decorators and comments before it do not make a story longer."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters_of(function: Function) -> int:
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]
    return len(names[1:] if names[:1] in (["self"], ["cls"]) else names)


def is_click_command(place: str, function: Function) -> bool:
    return place.startswith("cli/") and any(
        re.search(r"\b(command|group)\b", ast.unparse(d)) for d in function.decorator_list
    )


def percentile_90(sizes: Sequence[int]) -> int:
    """Answer the smallest size that at least nine in ten do not exceed; 0 of nothing."""
    return sorted(sizes)[-(-9 * len(sizes) // 10) - 1] if sizes else 0


def own_imports(tree: ast.AST) -> Iterator[int]:
    """Yield the line of every import of the package itself below `tree`."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                targets = [alias.name for alias in names]
            case ast.ImportFrom(level=0, module=str(target)):
                targets = [target]
            case ast.ImportFrom():
                targets = ["proofboard"]  # a relative import stays in the package
            case _:
                continue
        if any(target.split(".")[0] == "proofboard" for target in targets):
            yield node.lineno


def test_no_module_has_more_than_400_lines() -> None:
    assert [(name_of(m), lines_of(m)) for m in MODULES if lines_of(m) > 400] == []


def test_nine_in_ten_modules_have_at_most_250_lines() -> None:
    assert percentile_90([lines_of(m) for m in MODULES]) <= 250


def test_no_function_has_more_than_50_lines() -> None:
    assert [(place, length_of(f)) for place, f in functions() if length_of(f) > 50] == []


def test_nine_in_ten_functions_have_at_most_30_lines() -> None:
    assert percentile_90([length_of(f) for _, f in functions()]) <= 30


def test_no_function_takes_more_than_six_parameters() -> None:
    # A command of the command line takes one parameter for each option that its users know; click asks for that.
    counted = [(place, parameters_of(f)) for place, f in functions() if not is_click_command(place, f)]
    assert [(place, count) for place, count in counted if count > 6] == []


def test_no_folder_lies_more_than_two_deep() -> None:
    # A folder counts by the files in it. The page is written by its build, in the folders of a site.
    files = [p.relative_to(PACKAGE) for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    files = [file for file in files if not file.is_relative_to("publish/site")]
    assert [f.as_posix() for f in files if len(f.parent.parts) > 2] == []


def test_no_module_or_folder_is_named_by_an_empty_word() -> None:
    words = {name_of(m): set(re.split(r"[/_.]", name_of(m).lower())) for m in MODULES}
    assert [name for name, found in words.items() if found & EMPTY_WORDS] == []


def test_own_imports_stand_at_the_top_of_a_module() -> None:
    # cli/main.py alone may import inside a command, so that --help does not wait for numpy.
    inside = [f"{place}, line {n}" for place, f in functions() for n in own_imports(f)]
    assert [place for place in inside if not place.startswith("cli/main.py:")] == []


def page_name(module: Path) -> str:
    return module.relative_to(WEB).as_posix()


def untranslated(source: str) -> list[str]:
    """Return the texts of a module that readers would see in one language only."""
    found = [text.strip() for pattern in VISIBLE for text in pattern.findall(source)]
    return [text for text in found if not CODE.search(text) and text not in NAMES]


def test_no_module_of_the_page_has_more_than_400_lines() -> None:
    assert [(page_name(m), lines_of(m)) for m in PAGE_MODULES if lines_of(m) > 400] == []


def test_nine_in_ten_modules_of_the_page_have_at_most_250_lines() -> None:
    assert percentile_90([lines_of(m) for m in PAGE_MODULES]) <= 250


def test_no_module_of_the_page_is_named_by_an_empty_word() -> None:
    words = {page_name(m): set(re.split(r"[/_.]", page_name(m).lower())) for m in PAGE_MODULES}
    assert [name for name, found in words.items() if found & EMPTY_WORDS] == []


def test_all_text_of_the_page_lies_in_its_words() -> None:
    modules = [m for m in PAGE_MODULES if m.suffix == ".tsx" and "words" not in m.parts]
    assert [(page_name(m), text) for m in modules for text in untranslated(m.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("return <p>Hello there</p>;", ["Hello there"]),
        ("<p>\n  Hello <b>{x}</b>\n</p>", ["Hello"]),
        ("<p>{x} entries</p>", ["entries"]),
        ('<img alt="A board" />', ["A board"]),
        ("<p>{words.hello}</p>", []),
        ("<p>{a} × {b} %</p>", []),
        ("const pages: Map<string, number> = made(); return <b>{x}</b>;", []),
        ("if (a < b) return <Loading />;\nreturn <Row of={a} />;", []),
    ],
)
def test_text_outside_the_words_is_found(source: str, texts: list[str]) -> None:
    assert sorted(set(untranslated(source))) == sorted(texts)


def test_every_part_has_words_in_both_languages() -> None:
    # That the keys are the same is checked by the compiler.
    en, ja = ({path.name for path in (WEB / "src" / "words" / language).glob("*.ts")} for language in ("en", "ja"))
    assert en == ja
    unchecked = [n for n in sorted(ja) if "satisfies typeof en" not in (WEB / "src/words/ja" / n).read_text("utf-8")]
    assert unchecked == []


@pytest.mark.parametrize("pattern", ONE_PLACE)
def test_the_page_asks_and_writes_in_one_place_only(pattern: str) -> None:
    using = {page_name(m) for m in PAGE_MODULES if re.search(pattern, m.read_text(encoding="utf-8"))}
    assert using <= ONE_PLACE[pattern]


@pytest.mark.parametrize("path", NPM_LOCKS)
def test_a_lock_of_npm_names_digests_and_no_address(path: str) -> None:
    packages = json.loads((ROOT / path).read_bytes())["packages"]
    others = {name: own for name, own in packages.items() if name}
    assert [name for name, own in others.items() if "resolved" in own or "integrity" not in own] == []


@pytest.mark.parametrize("path", INSTALLATION_FILES)
def test_installing_names_no_address(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.findall(r"(?:https?|file)://\S+|--(?:extra-)?index-url|--find-links", text) == []
