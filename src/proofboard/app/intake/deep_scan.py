"""Let `kingfisher` look for secrets too, where it is installed: it knows more issuers, and calls none of them."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from proofboard.app.intake.published_texts import SURE_FIND, Passage
from proofboard.errors import Fault

PROGRAM: Final = "kingfisher"
SECONDS: Final = 120
FOUND: Final = frozenset({200, 205})
"""Its exit status where it found something."""
OPTIONS: Final = ("--no-validate", "--no-update-check", "--git-history=none", "--redact", "--format=jsonl", "--quiet")
"""By default it asks providers whether a secret works, which would tell them that we have it."""
ENVIRONMENT: Final = {"PATH": "/usr/bin:/bin", "NO_COLOR": "1"}


def deeply_scanned(passages: Sequence[Passage]) -> tuple[list[Fault], str | None]:
    """Return the secrets that it finds; where it cannot be used, what a reviewer should know instead."""
    program = shutil.which(PROGRAM)
    if program is None:
        return [], f"{PROGRAM} is asked for and not installed; secrets were looked for by our own rules only"
    with tempfile.TemporaryDirectory(prefix="proofboard-scan-") as folder:
        place = Path(folder) / "texts.txt"
        lines = _write(place, passages)
        try:
            done = subprocess.run(  # noqa: S603 - a program that the operator installed, and texts in a file
                [program, "scan", str(place), *OPTIONS],
                capture_output=True,
                check=False,
                cwd=folder,
                env={**ENVIRONMENT, "HOME": folder},
                timeout=SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            return [], f"{PROGRAM} did not end; secrets were looked for by our own rules only"
    if done.returncode in FOUND:
        return _faults(done.stdout, lines, passages), None
    if done.returncode != 0:
        return [], f"{PROGRAM} failed with status {done.returncode}; secrets were looked for by our own rules only"
    return [], None


def _write(place: Path, passages: Sequence[Passage]) -> list[int]:
    """Write the passages one below the other; returns the number of the passage of every line."""
    lines: list[int] = []
    with place.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
        for number, own in enumerate(passages):
            text = "\n".join(own.text.splitlines())
            stream.write(f"{text}\n")
            lines += [number] * (text.count("\n") + 1)
    return lines


def _faults(raw: bytes, lines: Sequence[int], passages: Sequence[Passage]) -> list[Fault]:
    found: list[Fault] = []
    for line in raw.splitlines():
        try:
            read = msgspec.json.decode(line)
        except msgspec.DecodeError:
            continue
        for finding in read if isinstance(read, list) else [read]:
            rule, number = _named(finding, "rule", "name"), _named(finding, "finding", "line")
            if rule is None:
                continue
            known = isinstance(number, int) and 0 < number <= len(lines)
            own = passages[lines[number - 1]] if known else None
            kind = f"a secret ({str(rule)[:80]})"
            found.append(Fault(own.file if own else "bundles", own.line if own else 0, SURE_FIND.format(kind)))
    # What it found and we cannot read is found all the same.
    return found or [Fault("bundles", 0, SURE_FIND.format("a secret"))]


def _named(finding: Any, part: str, field: str) -> Any:  # noqa: ANN401 - what another program printed
    own = finding.get(part) if isinstance(finding, dict) else None
    return own.get(field) if isinstance(own, dict) else None
