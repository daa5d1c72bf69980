"""Entries compared item by item, as text for people: a table, and in words whether they can be told apart."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from proofboard.core.inference.paired import EXACT_TEST
from proofboard.core.intervals import FEWEST_CLUSTERS
from proofboard.publish.views.paired import ComparedEntries, ComparedPair
from proofboard.publish.views.tables import plain, printable

LETTERS: Final = "ABCD"
NOTHING: Final = "none"
MOST_SENTENCES: Final = 12
"""More comparisons than this are summed up in words; the table has each of them."""

SMALLEST_P: Final = 1e-6
PAIR: Final = 2
"""So many entries make one pair, which needs no name of its own."""

Row = Sequence[str]


def paired_text(found: ComparedEntries) -> str:
    """Write who was compared, the numbers of every comparison, and what they say."""
    letters = dict(zip(found.entries, LETTERS, strict=False))
    told = _summary(found) if len(found.comparisons) > MOST_SENTENCES else _sentences(found)
    sections = [
        [f"{letter}  {name}" for name, letter in letters.items()],
        [*aligned(list(_table(found, letters)), 2 if _is_pair(found) else 3), "", *_legend(found)],
        list(told),
        [f"note: {printable(note)}" for note in found.notes],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def aligned(rows: Sequence[Row], texts: int) -> Iterator[str]:
    """Write rows in columns: the first `texts` columns are text and stand left, the others are numbers."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _is_pair(found: ComparedEntries) -> bool:
    return len(found.entries) == PAIR


def _table(found: ComparedEntries, letters: Mapping[str, str]) -> Iterator[Row]:
    one, other = ("A", "B") if _is_pair(found) else ("1st", "2nd")
    several = len(found.comparisons) > 1
    head = ["slice", "metric", "difference", "95 % interval", "p", f"only {one}", f"only {other}", "deciding"]
    head += ["detectable", f"power at {plain(found.delta)}", "items for it"]
    yield _with_pair(head, None if _is_pair(found) else "pair", "Holm p" if several else None)
    for own in found.comparisons:
        row = [own.slice, own.metric, _number(own.difference), _interval(own.interval), _p(own.p_value)]
        row += [_number(own.only_a), _number(own.only_b), _of(own.deciding_items, own.n_items)]
        row += [_number(own.detectable_difference), _number(own.power), _number(own.items_needed)]
        pair = None if _is_pair(found) else f"{letters[own.a]} − {letters[own.b]}"
        yield _with_pair([printable(cell) for cell in row], pair, _p(own.adjusted_p) if several else None)


def _with_pair(row: list[str], pair: str | None, adjusted: str | None) -> Row:
    whole = row if adjusted is None else [*row[:5], adjusted, *row[5:]]
    return whole if pair is None else [pair, *whole]


def _number(value: float | None) -> str:
    return plain(value) or NOTHING


def _interval(pair: tuple[float, float] | None) -> str:
    return f"[{plain(pair[0])}, {plain(pair[1])}]" if pair else NOTHING


def _p(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.6f}" if value >= SMALLEST_P else "<0.000001"


def _of(count: int | None, whole: int) -> str:
    return NOTHING if count is None else f"{count} of {whole}"


def _legend(found: ComparedEntries) -> Iterator[str]:
    pair = "A − B" if _is_pair(found) else "the first less the second"
    yield f"difference: {pair}, over the public items that both have a score on; interval: paired clustered t"
    exact = [own for own in found.comparisons if own.p_method == EXACT_TEST]
    known = [own for own in found.comparisons if own.p_method is not None]
    if known:
        tests = "exact McNemar" if len(exact) == len(known) else "paired clustered t"
        yield f"p: two-sided, {tests if len(exact) in {0, len(known)} else 'exact McNemar or paired clustered t'}"
    yield "deciding: the fewest items that take the lead away; detectable: found with 80 % power"


def _sentences(found: ComparedEntries) -> Iterator[str]:
    for own in found.comparisons:
        yield f"{printable(own.slice)}, {printable(own.metric)}: {' '.join(_said(own, len(found.comparisons)))}"


def _said(own: ComparedPair, comparisons: int) -> Iterator[str]:
    if own.reason:
        yield f"no difference between {own.a} and {own.b}: {own.reason}."
        return
    if own.better is None:
        yield f"{own.a} and {own.b} score the same, {plain(own.score_a)} each."
    else:
        yield _verdict(own, comparisons)
        yield f"The lead of {own.better} is {_lead(own)}."
    if not own.higher_is_better:
        yield "Lower is better here."
    if own.left_out:
        yield f"Left out are {own.left_out} items that not both have a score on."
    if own.absent:
        yield f"Left out are the parts {', '.join(own.absent)}, which not both have a score in."
    if own.detectable_difference is not None:
        yield f"These items find a true difference of {plain(own.detectable_difference)} in four of five cases."


def _verdict(own: ComparedPair, comparisons: int) -> str:
    loser = own.b if own.better == own.a else own.a
    if own.told_apart is None:
        few = f"{own.n_clusters} independent clusters are too few, at least {FEWEST_CLUSTERS} are needed"
        why = few if own.n_clusters < FEWEST_CLUSTERS else "every cluster differs alike"
        return f"{own.better} is ahead of {loser}, and whether by chance is not known: {why}."
    holm = f", by Holm over {comparisons} comparisons" if comparisons > 1 else ""
    p = f"p {_p(own.adjusted_p)}{holm}"
    if own.told_apart:
        return f"{own.better} is better than {loser}, beyond chance ({p})."
    return f"{own.a} and {own.b} cannot be told apart ({p})."


def _lead(own: ComparedPair) -> str:
    items = f"{own.deciding_items} {'item' if own.deciding_items == 1 else 'items'} of {own.n_items}"
    return (
        items if own.n_clusters == own.n_items else f"{items}, or {own.deciding_clusters} clusters of {own.n_clusters}"
    )


def _summary(found: ComparedEntries) -> Iterator[str]:
    yield f"Of {len(found.comparisons)} comparisons, by Holm over all of them:"
    for name in found.entries:
        own = [one for one in found.comparisons if one.told_apart and one.better == name]
        if own:
            yield f"  {name} is better on {', '.join(_where(one, name, found) for one in own)}"
    unclear = sum(1 for one in found.comparisons if one.told_apart is False)
    unknown = sum(1 for one in found.comparisons if one.told_apart is None)
    yield f"  on {unclear} the two cannot be told apart"
    if unknown:
        yield f"  on {unknown} it is not known, with fewer than {FEWEST_CLUSTERS} clusters or without a score"


def _where(own: ComparedPair, name: str, found: ComparedEntries) -> str:
    metrics = len({one.metric for one in found.comparisons}) > 1
    place = f"{printable(own.slice)}{f' ({printable(own.metric)})' if metrics else ''}"
    return place if len(found.entries) == 2 else f"{place} than {own.b if own.a == name else own.a}"  # noqa: PLR2004
