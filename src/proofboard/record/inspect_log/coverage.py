"""Which entries answered the same questions: only these are ranked together.

A score is a mean over what was asked. Who was asked fewer tasks, or a part of the samples only (`--limit`, a run that
was stopped), keeps a score of its own and is listed apart.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from proofboard import canonical
from proofboard.record.inspect_log.bundles import Answered
from proofboard.record.source_files import some

Coverage = Mapping[str, frozenset[str]]
"""Task → ids of its items."""
SHOWN_TASKS = 3
DIGITS = 6


def protocols_of(entries: Sequence[Answered], protocol: str) -> list[str | None]:
    """Return a protocol for each entry: None for those that were asked most, others for each other set of questions."""
    asked = [_coverage(entry) for entry in entries]
    keys = [_key(own) for own in asked]
    counts = Counter(keys)
    widest = max(
        zip(asked, keys, strict=True), key=lambda pair: (len(pair[0]), _size(pair[0]), counts[pair[1]], pair[1])
    )
    names = {key: _name(own, widest[0]) for own, key in zip(asked, keys, strict=True)}
    shared = Counter(names.values())
    return [
        None
        if key == widest[1]
        else f"{protocol}, {names[key]}" + (f" ({canonical.hex_of(key)[:DIGITS]})" if shared[names[key]] > 1 else "")
        for key in keys
    ]


def _coverage(entry: Answered) -> Coverage:
    return {task: frozenset(answer.item.id for answer in own) for task, own in entry.answers.items()}


def _key(own: Coverage) -> str:
    return canonical.digest_of({task: sorted(items) for task, items in own.items()})


def _size(own: Coverage) -> int:
    return sum(map(len, own.values()))


def _name(own: Coverage, widest: Coverage) -> str:
    parts = [f"{task}: {len(items):,} samples" for task, items in sorted(own.items()) if items != widest.get(task)]
    if own.keys() != widest.keys():
        return "; ".join([f"{len(own)} task(s): {some(sorted(own), SHOWN_TASKS)}", *parts[:SHOWN_TASKS]])[:400]
    return some(parts, SHOWN_TASKS)[:400]
