"""A benchmark in a service, and submissions to it that were checked: what the publishing tests start from."""

from pathlib import Path

from proofboard.app.service.actors import Actor
from proofboard.app.service.benchmarks import add_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.starting import start
from proofboard.archives.names import tree
from proofboard.archives.pack import pack
from proofboard.canonical import dump
from proofboard.record.freeze import freeze
from proofboard.record.imported import NewBundle
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.lines import read_lines
from proofboard.schemas.reading import read_yaml
from proofboard.store.tables import KeptFile
from service_builders import host_actor, organisation, submission_row

BOARD = "my-benchmark"


def packed(folder: Path, target: Path) -> Path:
    """Pack a benchmark directory."""
    pack({name: folder / name for name in tree(folder)}, target)
    return target


def example(folder: Path) -> Path:
    """Write the benchmark of `proofboard init`, once."""
    if not folder.exists():
        start(folder)
    return folder


def example_board(instance: Instance, folder: Path) -> Actor:
    """Add the example benchmark to an instance; returns its owner."""
    owner = host_actor(instance)
    add_benchmark(instance, owner, packed(example(folder / "example"), folder / "example.zip"))
    return owner


def checked_submission(
    instance: Instance, benchmark: Path, name: str = "acme/quick", output: str = "3000", *, org: str | None = None
) -> str:
    """Add a submission that was checked and waits in the queue; it answers every prompt the same."""
    rules = read_yaml(benchmark / "benchmark.yaml", Benchmark)
    items = read_lines(benchmark / rules.item_sets.public, Item).rows
    vendor, config_name = name.split("/")
    own = Configuration(
        vendor=vendor,
        config_name=config_name,
        kind="community",
        decoding=Decoding(model="acme/model-1", temperature=0.0, max_tokens=len(config_name) + len(output)),
        licence="CC0-1.0",
    )
    rows = [
        Response(prompt_id=item.asked, output=output if place else f"{output}0", state="answered")
        for place, item in enumerate({item.asked: item for item in items}.values())
    ]
    bundle = NewBundle(responses=rows, recorded="2026-11-20")
    files = freeze(bundle, rules.id, rules.protocol_version, own, prompts_digest(items))
    organisation_id = org or organisation(instance, vendor)
    submission = submission_row(
        instance, organisation_id, rules.id, entry=name, state="queued", configuration_digest=own.digest()
    )
    named = {"configuration.json": dump(own)} | {f"bundles/public/{file}": raw for file, raw in files.items()}
    with instance.database.writing() as session:
        for file, raw in named.items():
            session.add(
                KeptFile(
                    submission_id=submission,
                    kind="bundle",
                    name=file,
                    digest=instance.blobs.put(raw),
                    n_bytes=len(raw),
                    created_at=instance.now(),
                )
            )
    return submission
