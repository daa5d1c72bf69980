"""A small board, a submitter's own files beside it, and artifacts, honest and forged."""

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from builders import benchmark_folder, entry, items
from command_line import Finished, run
from proofboard import canonical
from proofboard.record.freeze import as_yaml, freeze, write
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import Item, prompts_digest

COUNT = 12
NAME = "acme/short"
ENTRY = f"entries/{NAME}"

Files = dict[str, bytes]


def questions() -> list[Item]:
    """Make enough items for the detectors to speak up."""
    return items(COUNT)


def board(place: Path, entries: Sequence[ImportedEntry] = (), **changes: Any) -> Path:
    """Write a benchmark directory without the entry that is submitted."""
    others = entries or [entry("bolt/base", 3, asked=questions())]
    return benchmark_folder(place, others, asked=questions(), **changes)


def configuration(**changes: Any) -> Configuration:
    given: dict[str, Any] = {"vendor": "acme", "config_name": "short", "settings": {"words": 3}, **changes}
    return Configuration(**given)


def answers(right: int = 6, asked: Sequence[Item] | None = None) -> list[Response]:
    return [
        Response(prompt_id=item.asked, output=item.reference if place < right else f"not {item.id}")
        for place, item in enumerate(questions() if asked is None else asked)
    ]


def bundle_files(
    own: Configuration | None = None,
    responses: Sequence[Response] | None = None,
    *,
    prompts: str | None = None,
    rules: Benchmark | None = None,
    **recorded: Any,
) -> Files:
    """Freeze a bundle as `proofboard freeze` does."""
    bundle = NewBundle(responses=answers() if responses is None else responses, **recorded)
    whole = rules or Benchmark(id="small", title="A", protocol_version="1", metrics={}, headline="correct")
    asked = prompts or prompts_digest(questions())
    return freeze(bundle, whole.id, whole.protocol_version, own or configuration(), asked)


def laid_out(place: Path, files: Mapping[str, bytes]) -> Path:
    for name, raw in files.items():
        write(place / name, raw)
    return place


def with_manifest(files: Mapping[str, bytes], **changes: Any) -> Files:
    """Change what a manifest says."""
    manifest = {**json.loads(files["manifest.json"]), **changes}
    return {**files, "manifest.json": canonical.dump(manifest)}


def submitter(place: Path, own: Configuration | None = None, files: Mapping[str, bytes] | None = None) -> Path:
    """Write a configuration and its public bundle into a folder of the submitter's own."""
    write(place / "config.yaml", as_yaml(own or configuration()))
    laid_out(place / "answers", bundle_files(own) if files is None else files)
    return place


def submitted(place: Path, bench: Path, *options: object, out: str = "s.zip") -> Finished:
    """Submit what `submitter` wrote."""
    config, bundle = place / "config.yaml", place / "answers"
    return run("submit", "--config", config, "--bundle", bundle, "--benchmark", bench, "--out", place / out, *options)


def artifact(
    place: Path, bench: Path, own: Configuration | None = None, files: Mapping[str, bytes] | None = None
) -> Path:
    """Make an honest artifact."""
    done = submitted(submitter(place, own, files), bench)
    assert done.status == 0, done
    return place / "s.zip"


def members(archive: Path) -> Files:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def forged(honest: Path, target: Path, change: Callable[[Files], object]) -> Path:
    """Pack the members of an artifact again after a change."""
    files = members(honest)
    change(files)
    with zipfile.ZipFile(target, "w") as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return target
