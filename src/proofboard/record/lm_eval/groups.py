"""Groups of tasks, and the overall number.

A group is pooled over documents or is the plain mean of its tasks, as the harness was told. Result files do not say
which of the two, but their numbers do; either is declared from the tasks and computed again.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from proofboard.record.lm_eval.documents import TASK, facet_of
from proofboard.record.lm_eval.rules import HEADLINE, Rules, declare, tasks_of, whole_facet
from proofboard.record.lm_eval.runs import Entry
from proofboard.record.lm_eval.samples import Key
from proofboard.record.lm_eval.scores import Scores, leaves_of
from proofboard.record.recorded_scores import close, mean
from proofboard.schemas.benchmark import Aggregate, Mean, Metric, WeightedMean

Subtasks = Mapping[str, Sequence[str]]


def declare_groups(rules: Rules, entries: Sequence[Entry], scores: Sequence[Scores]) -> None:
    """Declare the numbers of all groups whose tasks are here, and the overall number."""
    subtasks, tasks = subtasks_of(entries), set(tasks_of(entries))
    for group in sorted(subtasks):
        leaves = leaves_of(group, subtasks)
        if leaves and tasks.issuperset(leaves):
            _declare_group(rules, group, leaves, scores)
    _declare_headline(rules, entries, subtasks)


def subtasks_of(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """Return the parts of every group, as the latest run says."""
    runs = {id(run): run for entry in entries for run in entry.chosen.values() if run.results}
    ordered = sorted(runs.values(), key=lambda run: run.when)
    return {group: parts for run in ordered if run.results for group, parts in run.results.subtasks.items()}


def _declare_group(rules: Rules, group: str, leaves: Sequence[str], scores: Sequence[Scores]) -> None:
    for key in dict.fromkeys(key for own in scores for name, key in own.groups if name == group):
        having = [task for task in leaves if (task, key) in rules.numbers]
        if not having:
            continue
        title = f"{group} {','.join(key)}"
        pooled = _pooled(rules, having, key, scores)
        if pooled and _is_pooled(rules, (group, key), having, scores):
            made = Aggregate(mean=pooled, title=title)
        else:
            children = {rules.numbers[task, key]: 1 for task in having}
            made = Aggregate(weighted=WeightedMean(children=children), title=title)
        rules.numbers[group, key] = declare(rules, (group, key), "", made)


def _pooled(rules: Rules, tasks: Sequence[str], key: Key, scores: Sequence[Scores]) -> Mean | None:
    """Return the mean over all items of some tasks; None where models have documents here and only a number there."""
    by_document = {(task, key) in own.documents for own in scores for task in tasks if _has(own, task, key)}
    scored_by = {rules.documents.get((task, key)) for task in tasks}
    if by_document == {True} and len(scored_by) == 1 and (metric_id := scored_by.pop()):
        return Mean(metric=metric_id, slice={TASK: [facet_of(task) for task in tasks]})
    if by_document == {False}:
        return Mean(metric=rules.whole[key], slice={TASK: [whole_facet(rules, task) for task in tasks]})
    return None


def _has(own: Scores, task: str, key: Key) -> bool:
    return (task, key) in own.documents or (task, key) in own.whole


def _is_pooled(rules: Rules, named: tuple[str, Key], tasks: Sequence[str], scores: Sequence[Scores]) -> bool:
    """Say whether the stated numbers of a group are pooled ones, and not rather plain means of its tasks."""
    group, key = named
    votes = 0
    for own in scores:
        number = own.groups.get((group, key))
        parts = [_part(rules, own, task, key) for task in tasks]
        if number is None or any(part is None for part in parts):
            continue
        known = [part for part in parts if part is not None]
        pooled = sum((value * weight for value, weight in known), Fraction(0)) / sum(weight for _, weight in known)
        plain = sum((value for value, _ in known), Fraction(0)) / len(known)
        votes += close(number, pooled) - close(number, plain)
    return votes >= 0


def _part(rules: Rules, own: Scores, task: str, key: Key) -> tuple[Fraction, int] | None:
    """Return the number of a task and how much it weighs."""
    if (task, key) in own.whole:
        return own.whole[task, key], rules.whole_items[task].weight
    values = [value for value in own.documents.get((task, key), {}).values() if value is not None]
    found = mean(values)
    return None if found is None else (found, len(values))


def _declare_headline(rules: Rules, entries: Sequence[Entry], subtasks: Subtasks) -> None:
    """Declare the overall number: the mean of what stands at the top, each with its main metric."""
    tasks = tasks_of(entries)
    below = {part for parts in subtasks.values() for part in parts}
    top = [name for name in (*sorted(subtasks), *tasks) if name not in below]
    units = dict(_units(rules, top or tasks, entries, subtasks))
    ids = {name: rules.numbers[name, key] for name, key in units.items()}
    shares = [name for name in ids if _is_share(rules, ids[name])]
    directions = {_leaf(rules, made).direction for made in ids.values()}
    # Nothing adds up what is good when it is low and what is good when it is high: then the first one ranks.
    counted = shares or (list(ids) if len(directions) == 1 else list(ids)[:1])
    rules.outside = [name for name in ids if name not in counted]
    if len(counted) == 1:
        rules.headline = ids[counted[0]]
        return
    children = dict.fromkeys((ids[name] for name in counted), 1)
    rules.aggregates[HEADLINE] = Aggregate(weighted=WeightedMean(children=children), title="Overall")


def _units(
    rules: Rules, names: Sequence[str], entries: Sequence[Entry], subtasks: Subtasks
) -> Iterator[tuple[str, Key]]:
    """Yield tasks and groups with their main metric; a group without a number of its own gives way to its parts."""
    left, seen = list(names), set[str]()
    while left:
        name = left.pop(0)
        if name in seen:
            continue
        seen.add(name)
        leaves = leaves_of(name, subtasks) if name in subtasks else [name]
        if keys := _listed_first([key for own, key in rules.numbers if own == name], leaves[:1], entries):
            # A task that lists a perplexity before its accuracy has a share all the same.
            yield name, next((key for key in keys if _is_share(rules, rules.numbers[name, key])), keys[0])
        else:
            left = [*subtasks.get(name, ()), *left]


def _listed_first(keys: Sequence[Key], tasks: Sequence[str], entries: Sequence[Entry]) -> list[Key]:
    """Order metrics as a task lists them; what it does not list comes last."""
    runs = [run for task in tasks for entry in entries if (run := entry.chosen.get(task)) and run.results]
    listed = [own.get("metric") for run in runs[:1] if run.results for own in run.results.listed_metrics(tasks[0])]
    return sorted(keys, key=lambda key: listed.index(key[0]) if key[0] in listed else len(listed))


def _leaf(rules: Rules, name: str) -> Metric:
    """Return the first metric below a number."""
    while name not in rules.metrics:
        made = rules.aggregates[name]
        name = made.mean.metric if made.mean else next(iter(made.weighted.children)) if made.weighted else name
    return rules.metrics[name]


def _is_share(rules: Rules, name: str) -> bool:
    metric = _leaf(rules, name)
    return metric.direction == "higher" and metric.range == (0, 1)
