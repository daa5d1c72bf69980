"""What happens on a server, in the order of its numbers: events that a reader may see."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import func, select

from proofboard.app.service.instance import Instance
from proofboard.store.tables import Event

PUBLIC: Final = "public"


class Happening(msgspec.Struct, frozen=True):
    """One event."""

    number: int
    benchmark: str | None
    kind: str
    """`queue`, `board`, `submission`, `appeal` or `rerun`."""
    audience: str
    body: dict[str, Any]
    at: str


def happenings_after(instance: Instance, number: int, most: int, audience: str | None = None) -> Sequence[Happening]:
    """List events after a number, the oldest first: all of them, or what everybody and one organisation may see."""
    chosen = select(Event).where(Event.number > number).order_by(Event.number).limit(most)
    if audience is not None:
        chosen = chosen.where(Event.audience.in_({PUBLIC, audience}))
    with instance.database.reading() as session:
        return [
            Happening(own.number, own.benchmark_id, own.kind, own.audience, own.body, own.at)
            for own in session.scalars(chosen)
        ]


def latest_number(instance: Instance) -> int:
    """Return the number of the latest event; 0 where nothing happened yet."""
    with instance.database.reading() as session:
        return session.scalar(select(func.max(Event.number))) or 0
