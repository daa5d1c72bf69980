"""Hand out held-out prompts to be answered elsewhere: what is asked, and nothing that helps to answer it."""

from pathlib import Path

from proofboard import canonical
from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.held_out.private_places import refuse_public_place
from proofboard.app.held_out.store import ITEMS, held_out_table
from proofboard.errors import OutputError
from proofboard.record.freeze import write
from proofboard.record.vendors import prompted


def hand_out(store: Path, benchmark: Path, out: Path) -> int:
    """Write the prompts of a held-out store as JSON lines, each once; returns their number.

    A line holds the prompt's id, its text and its choices: no reference, facet, cluster or weight. Lines stand in the
    order of their digests, so that neighbours in the file say nothing about each other.
    Raises InputError, HeldOutError for a place where the file could be read or committed, OutputError for one in use.
    """
    refuse_public_place(out, benchmark, store)
    if out.exists() or out.is_symlink():
        raise OutputError(f"{out}: is there already and is not overwritten; remove it first, or choose another place")
    table = held_out_table(read_benchmark(benchmark), store)
    prompts = sorted(prompted(table.items, str(store / ITEMS)), key=canonical.digest_of)
    write(out, canonical.dump_lines(prompts))
    return len(prompts)
