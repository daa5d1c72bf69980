"""The tasks of several logs: which logs asked the same questions, and the items that follow from them.

Logs are of one task where they name it alike (without its package) in one version, and no sample that both hold was
another question. So the same task with arguments that choose other data is another task.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.record.inspect_log.log import Log
from proofboard.record.inspect_log.samples import Sample
from proofboard.record.source_files import unique_slug
from proofboard.schemas.item import Item
from proofboard.schemas.lines import LARGEST_LINE_BYTES

LONGEST_VALUE: Final = 100
LARGEST_ITEM_BYTES: Final = LARGEST_LINE_BYTES - 4096
SURELY_SMALL: Final = 100_000
"""Letters that fit on a line however they are written."""


@dataclass(slots=True)
class Task:
    """One task, with the logs that asked it."""

    base: str
    version: str
    logs: list[Log] = field(default_factory=list)
    asked: dict[str, Sample] = field(default_factory=dict)
    """Sample id → the sample as its first log holds it."""
    name: str = ""
    """Distinct among the tasks."""
    id: str = ""
    items: Mapping[str, Item] = field(default_factory=dict)
    """Sample id → item."""

    def takes(self, log: Log) -> bool:
        """Say whether a log asked what the logs before it asked."""
        if log.header.task_version != self.version:
            return False
        shared = [sample for sample in log.samples.values() if sample.id in self.asked]
        if not shared:
            return log.header.task_args == self.logs[0].header.task_args
        return all(_question(sample) == _question(self.asked[sample.id]) for sample in shared)

    def add(self, log: Log) -> None:
        """Take in a log."""
        self.logs.append(log)
        for sample in log.samples.values():
            self.asked.setdefault(sample.id, sample)

    def keep(self, logs: Sequence[Log]) -> None:
        """Keep some of the logs, and make an item of every sample that they hold."""
        self.logs, self.asked = [], {}
        for log in logs:
            self.add(log)
        self.items = _items(self)


def _question(sample: Sample) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return what makes a question: choices in another order, with another letter for the right one, change nothing."""
    return sample.prompt, frozenset(sample.choices), frozenset(_target_text(one, sample) for one in sample.targets)


def _target_text(target: str, sample: Sample) -> str:
    place = ord(target.strip()) - ord("A") if len(target.strip()) == 1 else -1
    return sample.choices[place] if 0 <= place < len(sample.choices) else target


def tasks_of(logs: Iterable[Log]) -> list[Task]:
    """Part logs, the earliest first, into tasks, in the order of their names."""
    by_base: dict[str, list[Task]] = {}
    for log in logs:
        tasks = by_base.setdefault(log.header.task, [])
        own = next((task for task in tasks if task.takes(log)), None)
        if own is None:
            own = Task(log.header.task, log.header.task_version)
            tasks.append(own)
        own.add(log)
    taken: set[str] = set()
    named = [task for base in sorted(by_base) for task in _named(base, by_base[base])]
    for task in named:
        task.id = unique_slug(task.name, taken, task.name)
    return named


def _named(base: str, tasks: Sequence[Task]) -> Sequence[Task]:
    """Give tasks of one name distinct ones: by version, by the arguments in which they differ, or by number."""
    arguments = [task.logs[0].header.task_args for task in tasks]
    versions = {task.version for task in tasks}
    differing = sorted(
        name
        for name in {name for own in arguments for name in own}
        if len({canonical.dump(own.get(name)) for own in arguments}) > 1
    )
    taken: set[str] = set()
    for task, own in zip(tasks, arguments, strict=True):
        words = [f"v{task.version}"] if len(versions) > 1 else []
        words += [f"{name}={_short(own[name])}" for name in differing if name in own]
        name = f"{base} ({', '.join(words)})" if words else base
        number = 1 + sum(earlier.partition(" #")[0] == name for earlier in taken)
        task.name = f"{name[:200]} #{number}" if number > 1 else name[:200]
        taken.add(task.name)
    return tasks


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = value if isinstance(value, str) else canonical.dump(value).decode().strip()
    return text if len(text) <= LONGEST_VALUE // 2 else canonical.hex_of(canonical.digest_of(value))[:8]


def _items(task: Task) -> dict[str, Item]:
    """Make an item of every sample that any log holds; numbers are padded, so that they sort as people count."""
    digits = max((len(own) for own in task.asked if own.isdecimal()), default=0)
    taken: set[str] = set()
    return {
        own: _item(sample, unique_slug(f"{task.id}-{own.zfill(digits) if own.isdecimal() else own}", taken, own))
        for own, sample in task.asked.items()
    }


def _item(sample: Sample, item_id: str) -> Item:
    targets = list(sample.targets)
    reference = targets[0] if len(targets) == 1 else targets or None
    item = Item(id=item_id, prompt=sample.prompt or None, reference=reference, choices=list(sample.choices) or None)
    letters = len(sample.prompt) + sum(map(len, (*sample.choices, *targets)))
    if letters <= SURELY_SMALL or not _is_too_large(item):
        return item
    # Longer than a line may be: the item stays without its prompt, and where that is not enough without its answers.
    title = f"Sample {sample.id}"[:LONGEST_VALUE]
    unprompted = msgspec.structs.replace(item, prompt=None, title=title)
    return Item(id=item_id, title=title) if _is_too_large(unprompted) else unprompted


def _is_too_large(item: Item) -> bool:
    return len(canonical.dump(item)) > LARGEST_ITEM_BYTES
