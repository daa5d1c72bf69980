"""What a board said, in words for a terminal, and the exit status that scripts decide by."""

from collections.abc import Mapping
from typing import Final

from proofboard.client.answers import Outcome, Receipt, Submission
from proofboard.errors import printable

STATUS: Final[Mapping[Outcome, int]] = {"published": 0, "refused": 1, "running": 2}
"""Outcome → exit status of `--wait` and of `status`."""

WAITS: Final[Mapping[str, str]] = {
    "received": "waits for its check",
    "checking": "is being checked",
    "in_review": "waits for the owner of the board",
    "queued": "waits for its evaluation",
    "evaluating": "is being evaluated",
    "scored": "waits for the owner's approval",
    "approved": "waits for the next publication",
}


def receipt_as_text(receipt: Receipt) -> str:
    """Write what a board took in."""
    leaf = [] if receipt.leaf is None else [f"  leaf      {receipt.leaf} of the log of {receipt.benchmark}"]
    lines = [
        f"{receipt.id}: {receipt.state}, {_place(receipt.position, receipt.estimate_seconds)}",
        f"  upload    {receipt.upload}",
        *leaf,
        f"  address   {receipt.address}",
    ]
    return "".join(f"{printable(line)}\n" for line in lines)


def submission_as_text(found: Submission) -> str:
    """Write where a submission stands, with every reason."""
    where = WAITS.get(found.state)
    place = f" ({where}; {_place(found.position, found.estimate_seconds)})" if where else ""
    lines = [f"{found.id}: {found.entry or 'no entry'} is {found.state}{place}"]
    lines += [f"  {move.at[:19]}Z {move.state}" for move in found.moves]
    lines += [f"  {found.public_reason}"] if found.public_reason else []
    lines += [f"  {own}" for own in found.faults]
    lines += [f"  note: {remark}" for remark in found.remarks]
    return "".join(f"{printable(line)}\n" for line in lines)


def _place(position: int | None, seconds: int | None) -> str:
    if position is None:
        return "nothing of it is queued"
    place = "running" if position == 0 else f"number {position} in the queue"
    return place if seconds is None else f"{place}, about {seconds} s"
