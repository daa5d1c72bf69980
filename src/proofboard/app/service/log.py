"""The append-only log of a board: leaves are added in the transaction of what they tell, and signed when published."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from proofboard.errors import RefusedError
from proofboard.ledger.leaves import check_leaf, line_of
from proofboard.schemas.ledger import Leaf
from proofboard.schemas.lines import decode_lines
from proofboard.store.changes import LOCKED
from proofboard.store.tables import Benchmark, LogLeaf


def append_leaf(session: Session, leaf: Leaf, now: str) -> int:
    """Add a leaf to the log of its benchmark and return its place, from 0; raises BrokenLeaf where it says too little.

    The row of the benchmark is locked until the transaction ends: places have no gap, and no two leaves one place.
    """
    check_leaf(leaf)
    if session.get(Benchmark, leaf.benchmark, with_for_update=LOCKED) is None:
        raise RefusedError(404, f"there is no benchmark {leaf.benchmark!r}")
    number = log_size(session, leaf.benchmark)
    session.add(LogLeaf(benchmark_id=leaf.benchmark, number=number, raw=line_of(leaf).decode(), at=now))
    session.flush()
    return number


def log_size(session: Session, benchmark: str) -> int:
    """Count the leaves of a board's log."""
    return session.scalar(select(func.count()).where(LogLeaf.benchmark_id == benchmark)) or 0


def lines_of(session: Session, benchmark: str) -> list[bytes]:
    """Return the lines of a log in their order."""
    rows = session.scalars(select(LogLeaf.raw).where(LogLeaf.benchmark_id == benchmark).order_by(LogLeaf.number))
    return [raw.encode() for raw in rows]


def leaves_of(lines: list[bytes], benchmark: str) -> list[Leaf]:
    """Read the leaves of a log."""
    return decode_lines(b"".join(lines), Leaf, f"the log of {benchmark}")
