"""Look whether what a submission would publish quotes held-out items: a worker with their store does, and tells nobody.

The answer is yes or no. Which text it was, and where, would make every submission a way to guess at items.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.held_out.store import held_out_items
from proofboard.app.submissions.checks import HELD_OUT, Checked
from proofboard.schemas.bundle import MANIFEST
from proofboard.verify.held_out import HeldOutTexts, strings_of


def quotes_held_out(read: BenchmarkFolder, store: Path, checked: Checked) -> bool:
    """Say whether the configuration or a bundle that would be published holds the text of a held-out item.

    Parsed values are compared as `verify --held-out` compares them, so quotes, line breaks and accents hide nothing.
    """
    public = [*read.table.items, *(read.repair.items if read.repair else ())]
    texts = HeldOutTexts(held_out_items(read, store).items, read.benchmark, public)
    return any(texts.found_in(values) for values in _published(checked))


def _published(checked: Checked) -> Iterator[list[str]]:
    """Yield the texts of each file that would be published."""
    yield list(strings_of(msgspec.to_builtins(checked.configuration)))
    for item_set, bundle in sorted(checked.bundles.items()):
        for name in (MANIFEST, *bundle.manifest.files) if item_set != HELD_OUT else ():
            lines = (bundle.folder / name).read_bytes().splitlines()
            yield [text for line in lines for text in strings_of(msgspec.json.decode(line))]
