"""No site, however mutated, ends in anything but a verdict: seeded changes of every document, digests made right."""

import json
import os
import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from proofboard import canonical
from proofboard.app import verify as app
from proofboard.app.verify import as_json, as_text, verify
from proofboard.errors import ProofboardError
from refusals.forging import Files, Site, laid_out
from refusals.honest import foreign

ROUNDS = int(os.environ.get("PROOFBOARD_FUZZ_ROUNDS", "12"))
"""Mutations of each document; more of them find more, and take longer."""

VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2, 10, 1000, 2**53, -(2**53), 2**60, 0.5, -0.0, 1e-9, 1e300),
    *("", "0", "1", "-1", "0.5", "1/0", "nan", "9" * 5000, "1e999999", "q0", "correct", "held_out", "×", "\u0000"),
    *("\ud7ff", "../x", "A" * 600, "sha256:" + "0" * 64, "2026-01-02"),
    *([], [None], [[]], {}, {"": {}}, {"q0": 1}, [0.1, 0.2]),
]


def places_in(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the place of every part of a document."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(place for key, part in parts for place in places_in(part, (*here, key)))]


def mutated(document: Any, chance: random.Random) -> Any:
    """Change one to three parts of a document: another value, a part from elsewhere, a part removed or doubled."""
    document = {"": document}
    for _ in range(chance.randint(1, 3)):
        place = chance.choice(places_in(document)[1:])
        holder = document
        for part in place[:-1]:
            holder = holder[part]
        CHANGES[chance.randrange(len(CHANGES))](holder, place[-1], document, chance)
    return document.get("")


def _set(holder: Any, key: Any, _whole: Any, chance: random.Random) -> None:
    holder[key] = deepcopy(chance.choice(VALUES))


def _nudge(holder: Any, key: Any, _whole: Any, chance: random.Random) -> None:
    value = holder[key]
    if isinstance(value, (int, float)):
        holder[key] = value * chance.choice([-1, 2, 1000, 10**12]) + chance.choice([-1, 0, 1])
    elif isinstance(value, str):
        holder[key] = chance.choice([value[:-1], value + "\n", value + value, value.upper()])
    else:
        holder[key] = deepcopy(chance.choice(VALUES))


def _copy(holder: Any, key: Any, whole: Any, chance: random.Random) -> None:
    value: Any = whole
    for part in chance.choice(places_in(whole)):
        value = value[part]
    holder[key] = json.loads(json.dumps(value))


def _remove(holder: Any, key: Any, _whole: Any, _chance: random.Random) -> None:
    if isinstance(holder, list) or key:
        del holder[key]


def _double(holder: Any, key: Any, _whole: Any, chance: random.Random) -> None:
    if isinstance(holder, list):
        holder.append(deepcopy(holder[key]))
    else:
        holder[chance.choice(["x", "correct", "acme", "tier=easy", f"{key}"])] = deepcopy(holder[key])


CHANGES: list[Callable[[Any, Any, Any, random.Random], None]] = [_set, _set, _nudge, _copy, _remove, _double]


def forged(site: Site, path: str, chance: random.Random) -> Site:
    """Mutate one document, or one line of a bundle; half of the time the platform's own digests of parts follow."""
    if not path.endswith(".jsonl"):
        return site.rewrite(path, _dumped(mutated(site.document(path), chance)))
    folder, _, file = path.rpartition("/")
    lines = site.files[path].splitlines()
    place = chance.randrange(len(lines))
    lines[place] = _dumped(mutated(json.loads(lines[place]), chance)).rstrip(b"\n")
    return site.rewrite_lines(folder, file, b"".join(line + b"\n" for line in lines))


def _dumped(document: Any) -> bytes:
    try:
        return canonical.dump(document)
    except (OverflowError, ValueError):
        return json.dumps(document).encode()


def kinds(files: Files) -> list[str]:
    """List the documents, without more than two of a kind."""
    seen: dict[str, int] = {}
    chosen = []
    for path in sorted(files):
        kind = path.rpartition("/")[2] if path.startswith("bundles/") else path.split("/")[0]
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= 2 and path.endswith((".json", ".jsonl")):
            chosen.append(path)
    return chosen


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_mutated_site_ends_in_a_verdict(
    seed: int, sites: Mapping[bool, Files], store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "installed", foreign)
    site = Site(sites[True])
    # One round is read by a stranger, the next by who holds the store and sees more.
    held_out = store if seed % 2 else None
    for path in kinds(site.files):
        wrong = forged(site, path, random.Random(f"{seed} {path}"))  # noqa: S311 - a seed makes it repeatable
        place = laid_out(wrong.files, tmp_path / path.replace("/", "-"))
        try:
            verdict = verify(str(place), held_out=held_out, kinds=["foreign"] if held_out else [])
        except ProofboardError as error:
            assert str(error)  # noqa: PT017 - either a verdict or one clear message
            continue
        assert as_text(verdict)
        assert as_json(verdict)
