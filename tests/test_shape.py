"""The caps on size and depth that keep every idea on one screen; the layers are checked by import-linter."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "proofboard"
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
]

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def lines_of(module: Path) -> int:
    return len(module.read_text(encoding="utf-8").splitlines())


def functions() -> Iterator[tuple[str, Function]]:
    """Yield each function of the package with the place where a reader finds it."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_bytes())):
            if isinstance(node, Function):
                yield f"{name_of(module)}:{node.lineno} {node.name}", node


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
    # A folder counts by the files in it: page assets obey the same rule as modules.
    files = [p.relative_to(PACKAGE) for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert [f.as_posix() for f in files if len(f.parent.parts) > 2] == []


def test_no_module_or_folder_is_named_by_an_empty_word() -> None:
    words = {name_of(m): set(re.split(r"[/_.]", name_of(m).lower())) for m in MODULES}
    assert [name for name, found in words.items() if found & EMPTY_WORDS] == []


def test_own_imports_stand_at_the_top_of_a_module() -> None:
    # cli/main.py alone may import inside a command, so that --help does not wait for numpy.
    inside = [f"{place}, line {n}" for place, f in functions() for n in own_imports(f)]
    assert [place for place in inside if not place.startswith("cli/main.py:")] == []


@pytest.mark.parametrize("path", INSTALLATION_FILES)
def test_installing_names_no_address(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert re.findall(r"(?:https?|file)://\S+|--(?:extra-)?index-url|--find-links", text) == []
