"""Say what is wrong with a submission in its own terms: no path of this machine, nothing that forges other lines."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from proofboard.errors import Fault, InputError, ProofboardError, printable

MOST_FAULTS: Final = 1000
LONGEST_REASON: Final = 1000
LONGEST_PLACE: Final = 300


def faults_in(error: ProofboardError, *places: tuple[Path, str]) -> list[Fault]:
    """Return the faults of an error as its submitter may read them; `places` are folders and what to call them."""
    found = error.faults if isinstance(error, InputError) else [Fault("", 0, line) for line in str(error).splitlines()]
    return told(found, *places)


def told(faults: Iterable[Fault], *places: tuple[Path, str]) -> list[Fault]:
    """Return faults with their places seen from the submission, in order, each once; at most 1,000 of them."""
    seen: dict[Fault, None] = {}
    for own in faults:
        file, reason = _renamed(own.file, places), _renamed(own.reason, places)
        if not file and ": " in reason:
            file, _, reason = reason.partition(": ")
        shown = Fault(printable(file)[:LONGEST_PLACE] or "artifact", own.line, printable(reason)[:LONGEST_REASON])
        seen.setdefault(shown)
    listed = list(seen)
    if len(listed) > MOST_FAULTS:
        more = Fault("artifact", 0, f"… and {len(listed) - MOST_FAULTS:,} more faults of {len(listed):,}")
        return [*listed[:MOST_FAULTS], more]
    return listed


def _renamed(text: str, places: Iterable[tuple[Path, str]]) -> str:
    for place, name in places:
        own = str(place)
        text = text.replace(f"{own}/", f"{name}/" if name else "").replace(own, name or "artifact")
    return text
