"""What retention would do, or did, for people."""

from collections.abc import Sequence

from proofboard.app.upkeep.retention import Due, Retained


def plan_text(due: Sequence[Due]) -> str:
    """Write what would go: one line for each benchmark and kind of file."""
    if not due:
        return "nothing is due\n"
    lines = [f"{own.benchmark}: {_counted(own.count, own.kind)}{_sized(own)}, since {own.oldest[:10]}" for own in due]
    return "\n".join(lines) + "\n"


def _counted(count: int, kind: str) -> str:
    return f"{count:,} {kind} file" if count == 1 else f"{count:,} {kind} files"


def _sized(own: Due) -> str:
    return "" if own.n_bytes is None else f", {own.n_bytes:,} bytes"


def retained_text(retained: Retained) -> str:
    """Write what went."""
    files = f"{retained.n_files:,} files are purged, {retained.n_blobs:,} blobs that nothing else named are gone"
    return f"{files}, {retained.n_drafts:,} old previews are forgotten\n"
