"""The declared rules of safety: six for each language, each kept or not; they look at the source and run nothing.

Python: makes no code of data (`eval`, `exec`), starts no program, names no network module and no place outside of its
folder, neither detaches nor signals processes, and unpickles nothing. Bash: the same about code, which starting another
interpreter is, network, places and processes; leaves no expansion unquoted, and uses no backticks.

A rule that finds nothing proves nothing: who wants to hide a call from it can. What a program does when it runs is seen
by `running`, and kept in by the sandbox.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from shell_words import Script

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = 6

CODE = "source: makes code of data"
PROGRAMS = "source: starts other programs or a shell"
NETWORK = "source: names the network"
PLACES = "source: names a place outside of its folder"
PROCESSES = "source: detaches, signals or inspects processes"
UNPICKLING = "source: reads objects that can hold code"
UNQUOTED = "source: leaves an expansion unquoted"
BACKTICKS = "source: uses backticks"

FOLDERS = "bin|dev/(?!null|tcp|udp)|etc|home|lib|proc|program|root|run|sys|tmp|usr|var|work"
OUTSIDE = re.compile(rf"(?:^|[\s\"'=<>(:])(?:/(?:{FOLDERS})\b|\.\./|~/)")

PYTHON_CODE = {"eval", "exec", "compile", "__import__"}
PYTHON_MODULES = {
    CODE: {"importlib", "runpy", "code"},
    PROGRAMS: {"subprocess", "pty"},
    NETWORK: {"socket", "ssl", "urllib", "http", "ftplib", "smtplib", "socketserver", "xmlrpc", "poplib", "imaplib"},
    PROCESSES: {"ctypes", "multiprocessing", "signal", "resource"},
    UNPICKLING: {"pickle", "marshal", "shelve"},
}
PYTHON_OS = {
    PROGRAMS: re.compile(r"system|popen|startfile|exec\w+|spawn\w+|posix_spawn\w*"),
    PROCESSES: re.compile(r"fork\w*|setsid|setpgid|kill\w*|getppid|_exit|ptrace"),
}

SHELL_WORDS = {
    CODE: re.compile(
        r"(?:^|[\s;|&({])(?:eval|source|exec(?=\s+[^\s\d<>{])|(?:ba|da)?sh|perl|python3?)\s|(?:^|[;|&({\n])\s*\.\s"
    ),
    NETWORK: re.compile(r"/dev/(?:tcp|udp)/|(?:^|[\s;|&({])(?:curl|wget|nc|ssh|telnet|ftp)\s"),
    PROCESSES: re.compile(
        r"(?:^|[\s;|&({])(?:nohup|setsid|disown|coproc|kill|trap|ulimit)\b|\$PPID|(?<![&>|<])&(?![&>|\d])"
    ),
    BACKTICKS: re.compile(r"`"),
}


def faults(language: str, source: str) -> list[str]:
    """Say which rules a program breaks; a Python program that does not parse breaks none that can be seen."""
    found = _python(source) if language == "python" else _shell(source)
    return sorted(set(found))


def _python(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from _imported(node)
        elif isinstance(node, ast.Name) and node.id in PYTHON_CODE:
            yield CODE
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            yield from _of_os(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and OUTSIDE.search(node.value):
            yield PLACES


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    for rule, modules in PYTHON_MODULES.items():
        if any(name.partition(".")[0] in modules for name in names):
            yield rule
    if isinstance(node, ast.ImportFrom) and node.module == "os":
        for alias in node.names:
            yield from _of_os(alias.name)


def _of_os(name: str) -> Iterator[str]:
    return (rule for rule, pattern in PYTHON_OS.items() if pattern.fullmatch(name))


def _shell(source: str) -> Iterator[str]:
    script = Script(source)
    if script.unquoted:
        yield UNQUOTED
    # Places and addresses stand in strings, too.
    without_comments = re.sub(r"(?m)(?:^|(?<=\s))#.*$", "", source)
    if OUTSIDE.search(without_comments):
        yield PLACES
    for rule, pattern in SHELL_WORDS.items():
        if pattern.search(without_comments if rule == NETWORK else script.text):
            yield rule
