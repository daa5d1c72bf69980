"""`proofboard benchmark`: what the owner of a service does with its benchmarks, on the service's own machine."""

import os
from pathlib import Path

import click
import msgspec

from proofboard.app.service import benchmarks
from proofboard.app.service.local_owner import local_owner
from proofboard.app.service.opening import opened_instance
from proofboard.app.service.packing import packed
from proofboard.errors import printable
from proofboard.schemas.reading import parse_document, read_bytes
from proofboard.schemas.service import BenchmarkSettings
from proofboard.settings import read_settings

_PATH = click.Path(path_type=Path)
LARGEST_SETTINGS_BYTES = 65_536


@click.group()
def command() -> None:
    """Add benchmarks to a service, change them, and say how they are run."""


@command.command()
@click.argument("directory", metavar="DIR", type=_PATH)
def add(directory: Path) -> None:
    """Take the benchmark directory DIR in, if its board can be built; the next close publishes it."""
    with packed(directory) as archive, opened_instance(read_settings(os.environ), migrates=False) as instance:
        added = benchmarks.add_benchmark(instance, local_owner(instance), archive)
    click.echo(f"{added.id}: added; its board is published as soon as a worker runs")


@command.command()
@click.argument("directory", metavar="DIR", type=_PATH)
@click.option("--id", "benchmark", metavar="ID", required=True, help="The benchmark that it takes the place of.")
def update(directory: Path, benchmark: str) -> None:
    """Give a benchmark the directory DIR; its entries are graded again at the close that follows."""
    with packed(directory) as archive, opened_instance(read_settings(os.environ), migrates=False) as instance:
        benchmarks.update_benchmark(instance, local_owner(instance), benchmark, archive)
    click.echo(f"{benchmark}: changed; its board is closed again as soon as a worker runs")


@command.command("list")
def list_them() -> None:
    """List the benchmarks of the service."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        found = benchmarks.benchmarks(instance)
        failed = [own.id for own in found if own.close_failed]
        owner = local_owner(instance) if failed else None
        reasons = {own: benchmarks.why_close_failed(instance, owner, own) for own in failed if owner}
    widest = max((len(own.id) for own in found), default=0)
    for own in found:
        state = "retired" if own.retired else "waits for a close" if own.stale else "up to date"
        click.echo(f"{own.id:{widest}}  {own.publication or 'not published yet':71}  {state:17}  {own.title}")
        for line in (reasons.get(own.id) or "").splitlines():
            click.echo(f"{'':{widest}}  its last close failed: {printable(line)}")
    if not found:
        click.echo("there is none yet; add one with `proofboard benchmark add DIR`")


@command.command()
@click.argument("benchmark", metavar="ID")
@click.option("--set", "file", metavar="FILE", type=_PATH, help="Settings as JSON, to replace the present ones.")
def settings(benchmark: str, file: Path | None) -> None:
    """Print the settings of a benchmark as JSON, or replace them."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        owner = local_owner(instance)
        if file is not None:
            wanted = parse_document(read_bytes(file, LARGEST_SETTINGS_BYTES), BenchmarkSettings, str(file))
            benchmarks.change_settings(instance, owner, benchmark, wanted)
        found = benchmarks.read_settings_of(instance, owner, benchmark)
    click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
