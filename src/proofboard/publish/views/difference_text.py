"""A comparison of two publications as text for people."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from proofboard.publish.views.difference import Changed, Comparison, ItemChanges, Pair, Placed
from proofboard.publish.views.tables import printable

Region = Mapping[str, Any]

SHOWN_IDS: Final = 10
SHOWN_VALUE: Final = 60
SHOWN_FIELDS: Final = 6


def comparison_text(found: Comparison) -> str:
    """Write what changed, section by section; each section is sorted by name."""
    if found.equal:
        return f"The publications are equal: {found.before}\n"
    sections = [
        ("Rules and header", list(_pairs(found.header))),
        ("Public items", list(_items(found.items))),
        ("Entries added", [_placed(own) for own in found.added]),
        ("Entries removed", [_removed(own) for own in found.removed]),
        ("Entries rescored", list(_changed(found, "rescored"))),
        ("Entries whose rank moved", list(_changed(found, "moved"))),
        ("Entries changed otherwise", list(_changed(found, "changed"))),
        ("Skipped", list(_skipped(found.skipped))),
        ("Documents below the root that differ", found.documents),
    ]
    lines = [f"before {found.before}", f"after  {found.after}"]
    for title, section in sections:
        if section:
            lines += ["", title, *(f"  {line}" for line in section)]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return "none"
    text = printable(value if isinstance(value, str) else msgspec.json.encode(value).decode())
    return text if len(text) <= SHOWN_VALUE else f"{text[: SHOWN_VALUE - 1]}…"


def _move(pair: Pair) -> str:
    return f"{_value(pair[0])} -> {_value(pair[1])}"


def _pairs(pairs: Mapping[str, Pair]) -> Iterator[str]:
    for path, pair in pairs.items():
        yield f"{printable(path)}: {_move(pair)}"


def _items(items: ItemChanges) -> Iterator[str]:
    for verb, ids in (("added", items.added), ("removed", items.removed), ("changed", items.changed)):
        if ids:
            more = f" and {len(ids) - SHOWN_IDS} more" if len(ids) > SHOWN_IDS else ""
            yield f"{len(ids)} {verb}: {', '.join(ids[:SHOWN_IDS])}{more}"


def _placed(own: Placed) -> str:
    return f"{own.entry}: rank {_value(own.rank)}, public {_value(own.public)}, held-out {_value(own.held_out)}" + (
        f" (was skipped: {printable(own.skipped)})" if own.skipped else ""
    )


def _removed(own: Placed) -> str:
    why = f"is now skipped: {printable(own.skipped)}" if own.skipped else "is no longer listed"
    return f"{own.entry}: {why} (had rank {_value(own.rank)}, public {_value(own.public)})"


def _changed(found: Comparison, kind: str) -> Iterator[str]:
    for own in found.changed:
        if own.kind == kind:
            yield f"{own.entry}: {'; '.join(_moves(own)) or 'its documents differ'}"
            for reason in own.reasons:
                yield f"  because: {printable(reason)}"


HEADLINE: Final[Mapping[str, str]] = {
    "public.score": "public",
    "held_out.score": "held-out",
    "rank": "rank",
    "rank_range": "possible ranks",
    "overfit_gap": "gap",
    "overfit_test": "overfit test",
    "target_verdict.verdict": "target",
    "same_recipe_as": "same recipe as",
}
"""Field → what a change of it is called."""

IN_WORDS: Final = (*HEADLINE, "win_regions", "target_verdict", "tied_groups")


def _moves(own: Changed) -> Iterator[str]:
    for path, label in HEADLINE.items():
        if path in own.fields:
            yield f"{label} {_move(own.fields[path])}"
    yield from _regions(*own.fields.get("win_regions", ((), ())))
    others = [path for path in own.fields if not path.startswith(IN_WORDS)]
    if own.kind == "changed":
        yield from (f"{printable(path)} {_move(own.fields[path])}" for path in others[:SHOWN_FIELDS])
        others = others[SHOWN_FIELDS:]
    if others and own.kind != "moved":
        yield f"and {len(others)} more fields (see --json)"


def _regions(before: Sequence[Region], after: Sequence[Region]) -> Iterator[str]:
    """Say which regions were won, lost or confirmed, and of which others the bound or the held-out verdict moved."""
    old, new = ({region["slice"]: region for region in regions} for regions in (before, after))
    for verb, regions in (("wins", new.keys() - old.keys()), ("no longer wins", old.keys() - new.keys())):
        if regions:
            yield f"{verb} {', '.join(map(printable, sorted(regions)))}"
    for name in sorted(old.keys() & new.keys()):
        for field, label in (("state", ""), ("lower_bound", "at least "), ("held_out", "held-out ")):
            if old[name][field] != new[name][field]:
                yield f"{printable(name)} {label}{_move((old[name][field], new[name][field]))}"


def _skipped(skipped: Mapping[str, Pair]) -> Iterator[str]:
    for entry, (was, now) in skipped.items():
        if was is None:
            yield f"{printable(entry)}: {printable(now)}"
        elif now is None:
            yield f"{printable(entry)}: no longer (was: {printable(was)})"
        else:
            yield f"{printable(entry)}: {_move((was, now))}"
