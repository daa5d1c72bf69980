"""Freeze recorded answers into a bundle: canonical lines, and a manifest that names them by digest."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from proofboard import __version__, canonical
from proofboard.record.imported import Imported, ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import MANIFEST, RESPONSES, SCORES, VERDICTS, FileRecord, Manifest
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.item import prompts_digest

PUBLIC_ITEMS = "items/public.jsonl"
REPAIR_ITEMS = "items/repair.jsonl"


def freeze(
    bundle: NewBundle, benchmark_id: str, protocol_version: str, configuration: Configuration, prompts: str
) -> dict[str, bytes]:
    """Return the files of a bundle by name; equal recordings give equal bytes."""
    rows: dict[str, list[Any]] = {
        RESPONSES: sorted(bundle.responses, key=lambda row: (row.prompt_id, row.trial, row.stage)),
        VERDICTS: sorted(bundle.verdicts, key=lambda row: (row.prompt_id, row.trial, row.stage, row.vote)),
        SCORES: sorted(bundle.scores, key=lambda row: (row.item_id, row.trial, row.stage)),
    }
    files = {name: canonical.dump_lines(lines) for name, lines in rows.items() if lines}
    records = {
        name: FileRecord(digest=canonical.digest(raw), bytes=len(raw), lines=len(rows[name]))
        for name, raw in files.items()
    }
    manifest = Manifest(
        benchmark=benchmark_id,
        protocol_version=protocol_version,
        item_set=bundle.item_set,  # type: ignore[arg-type]
        vendor=configuration.vendor,
        config_name=configuration.config_name,
        configuration=configuration.digest(),
        prompts_digest=prompts,
        files=records,
        trials=bundle.trials,
        trial_kind=bundle.trial_kind,
        recorded=bundle.recorded,
        judge=bundle.judge,
        source=bundle.source,
        claims=bundle.claims,
        recorder=bundle.recorder or f"proofboard {__version__}",
    )
    return {MANIFEST: canonical.dump(manifest), **files}


def write_benchmark(imported: Imported, folder: Path) -> int:
    """Write a benchmark directory that `build` reads; returns the number of entries."""
    write(folder / "benchmark.yaml", as_yaml(imported.benchmark))
    write(folder / PUBLIC_ITEMS, canonical.dump_lines(imported.items))
    prompts = {"public": prompts_digest(imported.items), "repair": prompts_digest(imported.repair_items)}
    if imported.repair_items:
        write(folder / REPAIR_ITEMS, canonical.dump_lines(imported.repair_items))
    written = [write_entry(entry, imported.benchmark, prompts, folder) for entry in imported.entries]
    return len(written)


def write_entry(entry: ImportedEntry, benchmark: Benchmark, prompts: Mapping[str, str], folder: Path) -> Path:
    """Write one entry's configuration and bundles below `entries/`; returns its folder."""
    configuration = entry.configuration
    place = folder / "entries" / configuration.vendor / configuration.config_name
    write(place / "configuration.yaml", as_yaml(configuration))
    protocol = entry.protocol_version or benchmark.protocol_version
    for bundle in entry.bundles:
        frozen = freeze(bundle, benchmark.id, protocol, configuration, prompts[bundle.item_set])
        for name, raw in frozen.items():
            write(place / bundle.name / name, raw)
    return place


def write(path: Path, raw: bytes) -> None:
    """Write a file, making its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)


def as_yaml(document: object) -> bytes:
    """Write a document as YAML that the strict reader reads back to the same document."""
    plain = msgspec.to_builtins(document)
    return yaml.dump(plain, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120).encode()


class _Plain(yaml.SafeDumper):
    """Quotes what YAML 1.1 or 1.2 would misread (`no`, `1e5`), and writes no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True

    def represent_text(self, text: str) -> yaml.Node:
        misread = text[:1] in _NUMBERS_BEGIN or text.casefold() in _WORDS
        # Letters that no one sees, and other line ends than ours, survive as escapes only.
        unseen = not text.replace("\n", "").isprintable()
        style = '"' if unseen else "'" if misread else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_NUMBERS_BEGIN: Final = frozenset("+-.0123456789")
_WORDS: Final = frozenset({"", "~", "null", "true", "false"})
_Plain.add_representer(str, _Plain.represent_text)
