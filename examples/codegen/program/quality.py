"""The declared rules of style: six for each language, each kept or not.

Python: parses; no line above 100 characters; nothing nested deeper than four blocks; no function longer than 40
lines; nothing imported or assigned and never read; no four lines in a row that stand twice, no bare `except` and no
`import *`.
Bash: parses; no line above 100 characters; nothing nested deeper than four; no function longer than 40 lines; nothing
assigned and never read; no four lines in a row that stand twice, and no `read` without -r.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import running
from shell_words import Script

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES = 6
LONGEST_LINE = 100
DEEPEST = 4
LONGEST_FUNCTION = 40
REPEATED = 4

LINES = f"has a line above {LONGEST_LINE} characters"
NESTED = f"is nested deeper than {DEEPEST} blocks"
FUNCTIONS = f"has a function of more than {LONGEST_FUNCTION} lines"
UNUSED = "names something that is never read"
HABITS = "repeats lines, or has a habit that hides faults"

BLOCKS = (ast.If, ast.For, ast.While, ast.Try, ast.With)
OPENING = {"if", "for", "while", "until", "case", "select"}
CLOSING = {"fi", "done", "esac"}
SHELL_ASSIGNED = re.compile(r"(?:^|[\s;({])(?:local |declare |readonly )?(?:-\w+ )*([A-Za-z_]\w*)(?:\[[^\]]*\])?\+?=")
SHELL_FUNCTION = re.compile(r"^\s*(?:function\s+)?[\w-]+\s*\(\)\s*\{", re.MULTILINE)
RAW_READ = re.compile(r"(?:^|[\s;|&(!])read\b(?![^\n;|&]*\s-\w*r)")


def faults(language: str, source: str, place: Path) -> list[str]:
    """Say which rules a program breaks; all of them where it does not parse."""
    if language == "python":
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ["does not parse"] * RULES
        return _common(source, [_python_depth(tree), *_python_faults(tree)])
    if not running.parses(source, place):
        return ["does not parse"] * RULES
    script = Script(source)
    return _common(source, [_shell_depth(script), *_shell_faults(script)])


def _common(source: str, found: list[str | None]) -> list[str]:
    if any(len(line) > LONGEST_LINE for line in source.splitlines()):
        found.append(LINES)
    if _repeats(source):
        found.append(HABITS)
    return sorted(set(filter(None, found)))


def _repeats(source: str) -> bool:
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    seen = set()
    for start in range(len(lines) - REPEATED + 1):
        piece = tuple(lines[start : start + REPEATED])
        if piece in seen:
            return True
        seen.add(piece)
    return False


def _python_depth(tree: ast.Module) -> str | None:
    return NESTED if _deepest(tree, 0) > DEEPEST else None


def _deepest(node: ast.AST, depth: int) -> int:
    below = [0]
    for child in ast.iter_child_nodes(node):
        # An `elif` is an If inside the `orelse` of another one, and no deeper for its reader.
        chained = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        below.append(_deepest(child, depth + (isinstance(child, BLOCKS) and not chained)))
    return max(depth, *below)


def _python_faults(tree: ast.Module) -> Iterator[str | None]:
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
                yield FUNCTIONS
            if node.name not in loaded and not node.decorator_list and not _is_method(node, tree):
                yield UNUSED
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [(alias.asname or alias.name).partition(".")[0] for alias in node.names]
            yield HABITS if "*" in names else UNUSED if set(names) - loaded else None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield UNUSED if node.id not in loaded and not node.id.startswith("_") else None
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield HABITS


def _is_method(function: ast.stmt, tree: ast.Module) -> bool:
    return any(isinstance(node, ast.ClassDef) and function in node.body for node in ast.walk(tree))


def _shell_depth(script: Script) -> str | None:
    depth = deepest = 0
    for word in re.findall(r"[\w-]+", script.text):
        depth += (word in OPENING) - (word in CLOSING)
        deepest = max(deepest, depth)
    return NESTED if deepest > DEEPEST else None


def _shell_faults(script: Script) -> Iterator[str]:
    for function in SHELL_FUNCTION.finditer(script.source):
        end = script.source.find("\n}", function.end())
        if script.source.count("\n", function.start(), end if end > 0 else None) >= LONGEST_FUNCTION:
            yield FUNCTIONS
    for name in set(SHELL_ASSIGNED.findall(script.text)) - {"IFS", "LC_ALL", "PATH"}:
        # Arithmetic reads names without a dollar.
        if not re.search(rf"\$\{{?[#!]?{name}\b|[\s(\[!+*/%<>=,-]{name}\b(?!\+?=[^=])", script.text):
            yield UNUSED
    if RAW_READ.search(script.text):
        yield HABITS
