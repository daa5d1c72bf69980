"""Pack a benchmark directory as a server takes it in."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.held_out.strays import stores_in
from proofboard.archives.names import tree
from proofboard.archives.pack import pack
from proofboard.archives.unpack import is_archive


@contextmanager
def packed(benchmark: Path) -> Iterator[Path]:
    """Yield an archive of a benchmark directory, or the archive itself; raises InputError with every fault of it.

    A held-out store that lies in the directory, as in a demonstration, stays where it is.
    """
    if benchmark.is_file() and is_archive(benchmark):
        yield benchmark
        return
    read_benchmark(benchmark)
    with tempfile.TemporaryDirectory(prefix="proofboard-pack-") as folder:
        target = Path(folder) / "benchmark.zip"
        private = tuple(f"{place}/" for place in stores_in(benchmark))
        names = (name for name in tree(benchmark) if not name.startswith((".", *private)))
        pack({name: benchmark / name for name in names}, target)
        yield target
