"""A seeds file as the list of entries, with bundles in folders of any name."""

import json
from pathlib import Path

import pytest

from builders import benchmark, items, responses
from proofboard import canonical
from proofboard.app.build import build
from proofboard.app.verify import verify
from proofboard.record.freeze import as_yaml, freeze, write
from proofboard.record.imported import NewBundle
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest

SEEDED = Configuration(vendor="acme", config_name="open-large-2", kind="seed", decoding=Decoding(model="open/Large-2"))


def frozen(place: Path, item_set: str, asked: list[Item], right: int) -> None:
    bundle = NewBundle(item_set=item_set, responses=responses(asked, right))
    files = freeze(bundle, benchmark().id, benchmark().protocol_version, SEEDED, prompts_digest(asked))
    for name, raw in files.items():
        write(place / name, raw)


@pytest.fixture
def seeded(tmp_path: Path) -> Path:
    """Write a benchmark directory whose one entry stands in seeds.json."""
    folder, asked = tmp_path / "board", items()
    write(folder / "benchmark.yaml", as_yaml(benchmark()))
    write(folder / "items/public.jsonl", canonical.dump_lines(asked))
    seeds = [
        {"provider": "acme", "model": "open/Large-2", "public_bundle": "tests/data/eval", "held_out_bundle": "large"},
        {"provider": "acme", "model": "open/Small-2", "public_bundle": "cache/small"},
    ]
    write(folder / "seeds.json", json.dumps({"n_votes": 3, "seeds": seeds}).encode())
    frozen(folder / "tests/data/eval", "public", asked, 5)
    return folder


def test_a_seeds_file_lists_the_entries_and_an_absent_bundle_is_skipped(seeded: Path, tmp_path: Path) -> None:
    made = build(seeded, tmp_path / "site")
    assert made.n_entries == 1
    assert [skipped.entry for skipped in made.skipped] == ["acme/open-small-2"]


def test_a_holder_can_verify_a_board_whose_held_out_bundles_lie_in_folders_of_any_name(
    seeded: Path, tmp_path: Path
) -> None:
    store, secret = tmp_path / "store", items(300, prefix="h")
    write(store / "items/held_out.jsonl", canonical.dump_lines(secret))
    frozen(store / "large", "held_out", secret, 200)
    build(seeded, tmp_path / "site", held_out=store)
    verdict = verify(str(tmp_path / "site"), held_out=store)
    assert (verdict.holds, verdict.counts()["attested"] > 0) == (True, True)
