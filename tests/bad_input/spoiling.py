"""How a benchmark directory is spoilt, file by file, and what a refused build must be like."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders import files_of
from command_line import Finished, run
from proofboard import canonical

RULES = "benchmark.yaml"
ITEMS = "items/public.jsonl"
BEST = "entries/acme/best"
RESPONSES = f"{BEST}/public/responses.jsonl"
MANIFEST = f"{BEST}/public/manifest.json"

Spoil = Callable[[Path], object]


def tree(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def built(place: Path, *options: object) -> Finished:
    """Build over the existing site: a refusal leaves it as it was, and nothing beside it."""
    before, beside = files_of(place / "site"), tree(place)
    done = run("build", place / "bench", "--out", place / "site", *options)
    if done.status:
        assert files_of(place / "site") == before
        assert tree(place) == beside
    return done


def assert_refused(done: Finished, *says: str) -> None:
    assert (done.status, done.out) == (2, ""), done
    assert done.err.startswith("proofboard: "), done
    assert "Traceback" not in done.err
    for part in says:
        assert part in done.err, done.err


def replace(file: str, old: str, new: str) -> Spoil:
    """Replace a text that must be there."""

    def spoil(bench: Path) -> None:
        text = (bench / file).read_text(encoding="utf-8")
        assert old in text, text
        (bench / file).write_text(text.replace(old, new, 1), encoding="utf-8", newline="")

    return spoil


def write(file: str, raw: bytes | str) -> Spoil:
    encoded = raw if isinstance(raw, bytes) else raw.encode()
    return lambda bench: (bench / file).write_bytes(encoded)


def append(file: str, raw: bytes | str) -> Spoil:
    encoded = raw if isinstance(raw, bytes) else raw.encode()
    return lambda bench: (bench / file).write_bytes((bench / file).read_bytes() + encoded)


def frozen_again(raw: bytes) -> Spoil:
    """Write the responses of the winner, and name them in the manifest."""

    def spoil(bench: Path) -> None:
        (bench / RESPONSES).write_bytes(raw)
        manifest = json.loads((bench / MANIFEST).read_bytes())
        manifest["files"]["responses.jsonl"] = {
            "bytes": len(raw),
            "digest": canonical.digest(raw),
            "lines": raw.count(b"\n"),
        }
        (bench / MANIFEST).write_bytes(canonical.dump(manifest))

    return spoil


def on_responses(change: Callable[[list[Any]], object]) -> Spoil:
    def spoil(bench: Path) -> None:
        rows = [json.loads(line) for line in (bench / RESPONSES).read_bytes().splitlines()]
        change(rows)
        frozen_again(canonical.dump_lines(rows))(bench)

    return spoil


def on_manifest(change: Callable[[Any], object]) -> Spoil:
    def spoil(bench: Path) -> None:
        manifest = json.loads((bench / MANIFEST).read_bytes())
        change(manifest)
        (bench / MANIFEST).write_bytes(canonical.dump(manifest))

    return spoil


def on_items(change: Callable[[list[Any]], object]) -> Spoil:
    def spoil(bench: Path) -> None:
        rows = [json.loads(line) for line in (bench / ITEMS).read_bytes().splitlines()]
        change(rows)
        (bench / ITEMS).write_bytes(canonical.dump_lines(rows))

    return spoil


def swap_for_folder(file: str) -> Spoil:
    def spoil(bench: Path) -> None:
        (bench / file).unlink()
        (bench / file).mkdir()

    return spoil


def swap_for_file(folder: str) -> Spoil:
    def spoil(bench: Path) -> None:
        shutil.rmtree(bench / folder)
        (bench / folder).write_bytes(b"")

    return spoil


def swap_for_link(file: str) -> Spoil:
    def spoil(bench: Path) -> None:
        (bench / file).rename(bench.parent / "site-elsewhere")
        (bench / file).symlink_to(bench.parent / "site-elsewhere")

    return spoil


def remove(file: str) -> Spoil:
    return lambda bench: (bench / file).unlink()


@dataclass(frozen=True)
class Bad:
    """One bad benchmark directory: how it is spoilt, and what the message must say."""

    name: str
    spoil: Spoil
    says: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


def bad(name: str, spoil: Spoil, *says: str) -> Bad:
    return Bad(name, spoil, says)
