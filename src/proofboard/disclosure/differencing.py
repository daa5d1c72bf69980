"""Two releases over nearly the same items give the items that differ away: such a pair is never released."""

from collections.abc import Collection, Mapping

from proofboard.errors import DisclosureError


def refuse_differencing(items: Collection[str], earlier: Mapping[str, Collection[str]], fewest: int) -> None:
    """Refuse a held-out set that differs from an earlier one by a few items, but not by none.

    `items` are the ids that scores would be released over now, `earlier` those of every release before, by its day;
    `fewest` is the smallest number of items that any number may speak of. Raises DisclosureError, which names no item.
    """
    now = frozenset(items)
    for day, before in sorted(earlier.items()):
        n_changed = len(now.symmetric_difference(before))
        if 0 < n_changed < fewest:
            raise DisclosureError(
                f"the held-out set differs from that of {day} by {n_changed} items, and the difference of two scores "
                f"would speak of these alone; change at least {fewest} items at a time, or none"
            )
