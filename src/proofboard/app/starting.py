"""Start a benchmark that builds at once: a few items, three entries with recorded answers, ready to be replaced."""

import shutil
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Final

from proofboard.errors import OutputError
from proofboard.record.freeze import as_yaml, freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.base import EntryKind
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.lines import decode_lines
from proofboard.schemas.reading import as_kind, parse_yaml

RECORDED: Final = "2026-11-21"
"""The day the example's answers were written down."""


def start(folder: Path) -> int:
    """Write an example benchmark into a new folder; returns the number of its entries."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(f"{folder}: is there already and not empty; choose a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write(aside)
        aside.chmod(0o755)
        aside.replace(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return len(ENTRIES)


def _configuration(vendor: str, config_name: str, kind: EntryKind, description: str) -> Configuration:
    return Configuration(
        vendor=vendor,
        config_name=config_name,
        kind=kind,
        description=description,
        decoding=Decoding(model="example/converter-1", temperature=0.0) if vendor == "example" else None,
        extra_prompts=PROMPTS.get(config_name, {}),
        licence="CC0-1.0",
    )


PROMPTS: Final = {"step-by-step": {"system": "Show your working, then give the number."}}
"""What makes one of the example's configurations another recipe than its default."""

ENTRIES: Final = {
    "default": _configuration("example", "default", "community", "The system as it comes."),
    "step-by-step": _configuration("example", "step-by-step", "community", "Asked to show its working."),
    "zero": _configuration("baseline", "zero", "baseline", "Always answers 0."),
}
"""Template file → the configuration whose answers it holds."""


def _write(folder: Path) -> None:
    template = files("proofboard.app") / "template"
    rules = (template / "benchmark.yaml").read_bytes()
    items = (template / "items.jsonl").read_bytes()
    write(folder / "benchmark.yaml", rules)
    write(folder / "items" / "public.jsonl", items)
    benchmark = as_kind(parse_yaml(rules, "benchmark.yaml"), Benchmark, "benchmark.yaml")
    prompts = prompts_digest(decode_lines(items, Item, "items.jsonl"))
    for name, configuration in ENTRIES.items():
        raw = (template / f"{name}.jsonl").read_bytes()
        bundle = NewBundle(responses=decode_lines(raw, Response, name), recorded=RECORDED)
        place = folder / "entries" / configuration.vendor / configuration.config_name
        write(place / "configuration.yaml", as_yaml(configuration))
        for file, frozen in freeze(bundle, benchmark.id, benchmark.protocol_version, configuration, prompts).items():
            write(place / "public" / file, frozen)
