"""What a board answers, as far as this client reads it: fields that it does not know are passed over."""

from typing import Final, Literal

import msgspec

PUBLISHED: Final = frozenset({"published", "superseded"})
ENDED: Final = frozenset({"published", "superseded", "withdrawn", "refused", "failed"})
"""States after which nothing more happens by itself."""

Outcome = Literal["published", "refused", "running"]


class Receipt(msgspec.Struct, frozen=True):
    """That a submission was taken in."""

    id: str
    benchmark: str
    entry: str | None
    state: str
    address: str
    upload: str
    """The digest of what was sent, as the board computed it."""
    leaf: int | None
    """Its place in the log of the board."""
    position: int | None
    estimate_seconds: int | None


class Fault(msgspec.Struct, frozen=True):
    """One reason for a refusal."""

    place: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Write the fault the way compilers do."""
        return f"{self.place}:{self.line}: {self.reason}" if self.line else f"{self.place}: {self.reason}"


class Move(msgspec.Struct, frozen=True):
    """One change of state."""

    state: str
    at: str
    note: str | None = None


class Submission(msgspec.Struct, frozen=True):
    """Where a submission stands."""

    id: str
    benchmark: str
    entry: str | None
    state: str
    faults: list[Fault]
    remarks: list[str]
    public_reason: str | None
    position: int | None
    estimate_seconds: int | None
    moves: list[Move]

    @property
    def outcome(self) -> Outcome:
        """Say how it ended, or that it has not."""
        if self.state in PUBLISHED:
            return "published"
        return "refused" if self.state in ENDED else "running"


class Problem(msgspec.Struct, frozen=True):
    """An error of the board (RFC 9457)."""

    title: str = "The board gave no reason"
    status: int = 0
    instance: str = ""
    """The id under which the board's owner finds the request in the log."""
    faults: list[Fault] = []
