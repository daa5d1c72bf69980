"""Compare entries of a board item by item, on public items only."""

from typing import Final

import msgspec

from proofboard.app.board.heads import Heads
from proofboard.app.board.keeping import Kept
from proofboard.app.board.stored_site import opened_site
from proofboard.app.reading.comparing import asked_difference, compared_in
from proofboard.errors import Fault, InputError
from proofboard.publish.views.paired import ComparedEntries

KEPT_COMPARISONS: Final = 64


class Comparing(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared, and on what."""

    benchmark: str | None = None
    publication: str | None = None
    entries: tuple[str, ...]
    slices: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    delta: str = "0.03"


_KEPT: Final[Kept[ComparedEntries]] = Kept(KEPT_COMPARISONS)


def compare(heads: Heads, asked: Comparing) -> ComparedEntries:
    """Compare two to four entries; raises InputError, UnknownEntryError, or RefusedError for an unknown board."""
    try:
        wanted = asked_difference(asked.entries, asked.delta)
        stored = heads.of(asked.benchmark, asked.publication)
        key = (stored.digest, asked.entries, asked.slices, asked.metrics, asked.delta)
        return _KEPT.find(
            key,
            lambda: compared_in(opened_site(heads, stored), asked.entries, asked.slices, asked.metrics, wanted),
        )
    except InputError as error:
        # The same questions are asked on the command line, whose options these places name.
        places = ((own.file.replace("--", "query.", 1).partition(" ")[0], own) for own in error.faults)
        raise InputError(Fault(place, own.line, own.reason) for place, own in places) from None
