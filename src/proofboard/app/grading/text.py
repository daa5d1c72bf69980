"""What `grade` tells: how runs ended and what programs found; of held-out answers only how many there were."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from proofboard.app.grading.grading import GradedOne
from proofboard.errors import printable
from proofboard.schemas.graded import GradedResponse

SHOWN_ITEMS: Final = 3
SHOWN_LINES: Final = 20


def graded_text(graded: Sequence[GradedOne]) -> str:
    """Write the report.

    Outcomes, reasons, findings and scores of held-out answers stay in their store: what stands on a terminal ends in
    the logs of whoever automates it, and each of them tells something of single items.
    """
    lines = [line for own in graded if not own.is_held_out for line in _lines(own)]
    if held_out := [own for own in graded if own.is_held_out]:
        count = sum(len(own.document.responses) for own in held_out)
        now = sum(own.n_run for own in held_out)
        lines.append(f"held-out: {count} responses graded, {now} of them now; what came of it stays in the store")
    if sandboxes := sorted({own.document.sandbox for own in graded}):
        lines.append(f"in {' and '.join(sandboxes)}")
    return "\n".join([*lines, ""]) if lines else "no recorded bundle is there; nothing was graded\n"


def _lines(own: GradedOne) -> Iterator[str]:
    rows = own.document.responses
    counts = Counter(row.outcome for row in rows)
    shown = [f"{count} {outcome}" for outcome, count in sorted(counts.items(), key=lambda kept: (-kept[1], kept[0]))]
    already = "" if own.n_run else " (recorded before)" if rows else ""
    yield f"{own.entry} {own.name}: {', '.join(shown) or 'no answered response'}{already}"
    yield from _grouped((f"{row.outcome}: {row.reason or 'no reason'}", row) for row in rows if row.outcome != "graded")
    found = [(f"finding: {finding}", row) for row in rows for finding in row.findings]
    yield from _grouped(found)


def _grouped(said: Iterable[tuple[str, GradedResponse]]) -> Iterator[str]:
    items: dict[str, dict[str, None]] = {}
    for text, row in said:
        items.setdefault(text, {})[row.item_id] = None
    ordered = sorted(items.items(), key=lambda kept: (-len(kept[1]), kept[0]))
    yield from (f"  {printable(text)} ({_named(where)})" for text, where in ordered[:SHOWN_LINES])
    if len(ordered) > SHOWN_LINES:
        yield f"  and {len(ordered) - SHOWN_LINES} more"


def _named(items: Mapping[str, None]) -> str:
    shown = ", ".join(list(items)[:SHOWN_ITEMS])
    return shown if len(items) <= SHOWN_ITEMS else f"{shown} and {len(items) - SHOWN_ITEMS} more"
