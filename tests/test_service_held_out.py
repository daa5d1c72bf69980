"""A held-out board in a service: appended without a word of it, scored at the close, and never differenced."""

import shutil
from pathlib import Path

import msgspec
import pytest

from board_builders import packed
from proofboard.app.held_out.store import ITEMS
from proofboard.app.held_out.strays import strays
from proofboard.app.service.benchmarks import add_benchmark, update_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.local_owner import local_owner
from proofboard.app.service.packing import packed as service_packed
from proofboard.app.service.publications import document
from proofboard.app.service.publishing import close
from proofboard.archives.unpack import unpacked
from proofboard.errors import DisclosureError, InputError, StorageError
from proofboard.schemas.board import Leaderboard
from service_builders import host_actor

# Nothing here depends on the database, and the example is not small.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LANGID = Path(__file__).parents[1] / "examples" / "langid"


@pytest.fixture
def langid(instance: Instance, tmp_path: Path) -> Instance:
    """A service with the example benchmark, and its held-out store as a worker has it."""
    folder = tmp_path / "langid"
    shutil.copytree(LANGID, folder, ignore=shutil.ignore_patterns("held-out", "*.py"))
    add_benchmark(instance, host_actor(instance), packed(folder, tmp_path / "langid.zip"))
    shutil.copytree(LANGID / "held-out", tmp_path / "stores" / "langid")
    return with_store(instance, tmp_path)


def with_store(instance: Instance, folder: Path) -> Instance:
    settings = msgspec.structs.replace(instance.settings, held_out=folder / "stores")
    return msgspec.structs.replace(instance, settings=settings)


def uncommitted(instance: Instance, folder: Path) -> None:
    """Give the benchmark rules without commitments, which would refuse another set of items by themselves."""
    rules = folder / "langid" / "benchmark.yaml"
    lines = rules.read_text().splitlines(keepends=True)
    rules.write_text("".join(line for line in lines if "commitments" not in line))
    owner = local_owner(instance)
    update_benchmark(instance, owner, "langid", packed(folder / "langid", folder / "uncommitted.zip"))


def board_of(instance: Instance) -> Leaderboard:
    return msgspec.json.decode(document(instance, "langid", "leaderboard.json"), type=Leaderboard)


def test_a_close_releases_held_out_scores(langid: Instance) -> None:
    close(langid, "langid")
    assert board_of(langid).ranking == "held_out desc"


def test_a_worker_without_the_store_never_closes_a_held_out_board(langid: Instance) -> None:
    close(langid, "langid")
    without = msgspec.structs.replace(langid, settings=msgspec.structs.replace(langid.settings, held_out=None))
    with pytest.raises(StorageError, match="no store of them"):
        close(without, "langid")


def test_a_held_out_set_that_lost_one_item_is_not_released_again(langid: Instance, tmp_path: Path) -> None:
    uncommitted(langid, tmp_path)
    close(langid, "langid")
    items = tmp_path / "stores" / "langid" / ITEMS
    lines = items.read_bytes().splitlines(keepends=True)
    items.write_bytes(b"".join(lines[1:]))
    with pytest.raises(DisclosureError, match="by 1 items"):
        close(langid, "langid")


def test_a_benchmark_that_carries_its_held_out_store_is_not_taken_in(instance: Instance, tmp_path: Path) -> None:
    archive = packed(LANGID, tmp_path / "whole.zip")
    with pytest.raises(InputError, match="never leaves its owner's machine"):
        add_benchmark(instance, host_actor(instance), archive)


@pytest.mark.usefixtures("database_url")
def test_packing_leaves_a_held_out_store_where_it_is() -> None:
    with service_packed(LANGID) as archive, unpacked(archive) as folder:
        assert strays(folder) == []
        assert (folder / "benchmark.yaml").is_file()
