"""What a leaf of each kind must say, and what a board must show after all of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from proofboard import canonical
from proofboard.errors import printable
from proofboard.ledger.refusals import BrokenLeaf, OtherLog
from proofboard.schemas.ledger import KeyRole, Leaf, LeafKind

ALWAYS: Final = frozenset({"kind", "benchmark", "date"})
ABOUT: Final = frozenset({"entry", "submission", "artifact", "bundle", "configuration", "organisation"})
"""What a leaf of any kind but those on keys may name."""

NEEDED: Final[Mapping[LeafKind, frozenset[str]]] = {
    "received": frozenset({"submission", "artifact"}),
    "refused": frozenset({"submission", "reason"}),
    "published": frozenset({"entry", "bundle", "configuration"}),
    "revised": frozenset({"entry", "bundle", "configuration"}),
    "withdrawn": frozenset({"entry", "reason"}),
    "superseded": frozenset({"entry", "reason"}),
    "rescored": frozenset({"reason"}),
    "erratum": frozenset({"reason"}),
    "closed": frozenset(),
    "appeal_filed": frozenset({"appeal", "reason"}),
    "appeal_decided": frozenset({"appeal", "outcome", "reason"}),
    "purged": frozenset({"bundle", "reason"}),
    "rerun": frozenset({"entry", "bundle", "outcome"}),
    "key_added": frozenset({"key", "role"}),
    "key_revoked": frozenset({"key", "reason"}),
}

MORE: Final[Mapping[LeafKind, frozenset[str]]] = {
    "superseded": frozenset({"successor"}),
    "rescored": frozenset({"publication"}),
    "erratum": frozenset({"publication"}),
    "closed": frozenset({"publication"}),
    "purged": frozenset({"publication"}),
    "rerun": frozenset({"publication"}),
}
"""What a leaf of a kind may say beside what it needs; all may give a reason."""

OUTCOMES: Final[Mapping[LeafKind, frozenset[str]]] = {
    "appeal_decided": frozenset({"upheld", "rejected"}),
    "rerun": frozenset({"matched", "differs"}),
}


class Standing(msgspec.Struct, frozen=True):
    """What the log says of an entry after its last leaf."""

    bundle: str
    place: Literal["shown", "replaced", "withdrawn"]
    """A replaced entry may be shown or not; a withdrawn one may not, and any other must be."""


def line_of(leaf: Leaf) -> bytes:
    """Write a leaf as the line that is hashed, its line feed included."""
    return canonical.dump(leaf)


def check_leaf(leaf: Leaf) -> None:
    """Check that a leaf says what one of its kind must, and nothing else; raises BrokenLeaf with every reason."""
    if reasons := list(leaf_faults(leaf)):
        raise BrokenLeaf(f"a leaf {leaf.kind!r} {'; '.join(reasons)}")


def leaf_faults(leaf: Leaf) -> Iterator[str]:
    """Say what a leaf lacks for its kind, and what it may not say."""
    said = {name for name in leaf.__struct_fields__ if getattr(leaf, name) is not None} - ALWAYS
    needed = NEEDED[leaf.kind]
    of_keys = leaf.kind in {"key_added", "key_revoked"}
    may = needed | MORE.get(leaf.kind, frozenset()) | {"reason"} | ({"organisation"} if of_keys else ABOUT)
    if absent := sorted(needed - said):
        yield f"needs {', '.join(absent)}"
    if strange := sorted(said - may):
        yield f"may not say {', '.join(strange)}"
    if leaf.kind in OUTCOMES and leaf.outcome and leaf.outcome not in OUTCOMES[leaf.kind]:
        yield f"ends {leaf.outcome!r}, expected {' or '.join(sorted(OUTCOMES[leaf.kind]))}"
    if leaf.reason is not None and not (leaf.reason.isprintable() and leaf.reason.strip()):
        yield "has a reason that is not one line of words"


def check_leaves(leaves: Sequence[Leaf], benchmark: str) -> None:
    """Check the leaves of one board's log; raises BrokenLeaf or OtherLog, with the place of the first that is wrong."""
    for place, leaf in enumerate(leaves):
        if leaf.benchmark != benchmark:
            raise OtherLog(f"leaf {place} is of the board {leaf.benchmark!r}, expected {benchmark!r}")
        try:
            check_leaf(leaf)
        except BrokenLeaf as error:
            raise BrokenLeaf(f"leaf {place}: {error}") from error


def keys_of(leaves: Sequence[Leaf], role: KeyRole) -> list[bytes]:
    """List the keys that were added for a role and not revoked since, in the order in which they were added."""
    keys: dict[str, KeyRole] = {}
    for leaf in leaves:
        if leaf.kind == "key_added" and leaf.key and leaf.role:
            keys[leaf.key] = leaf.role
        elif leaf.kind == "key_revoked" and leaf.key:
            keys.pop(leaf.key, None)
    return [bytes.fromhex(key) for key, own in keys.items() if own == role]


def standings(leaves: Sequence[Leaf]) -> dict[str, Standing]:
    """Return what the log says of every entry: name → standing."""
    found: dict[str, Standing] = {}
    for leaf in leaves:
        before = found.get(leaf.entry or "")
        if leaf.entry is None:
            continue
        if leaf.kind in {"published", "revised"} and leaf.bundle:
            found[leaf.entry] = Standing(leaf.bundle, "shown")
        # What is said of an earlier bundle changes nothing for the one that stands now.
        elif before and leaf.bundle in {None, before.bundle}:
            if leaf.kind == "withdrawn":
                found[leaf.entry] = Standing(before.bundle, "withdrawn")
            elif leaf.kind == "superseded" and before.place == "shown":
                found[leaf.entry] = Standing(before.bundle, "replaced")
    return found


def disagreements(found: Mapping[str, Standing], shown: Mapping[str, str], skipped: Sequence[str]) -> Iterator[str]:
    """Say where a board and its log tell different stories.

    `shown` is what the board shows, name → digest of the public bundle; `skipped` are the entries that it lists without
    a row, each with a public reason.
    """
    for name, bundle in sorted(shown.items()):
        own = found.get(name)
        if own is None:
            yield f"{name} is on the board, and no leaf says that it was published"
        elif own.place == "withdrawn":
            yield f"{name} is on the board, and the log says that it was withdrawn"
        elif own.bundle != bundle:
            yield f"{name} is shown with the bundle {bundle}, the log's latest is {own.bundle}"
    for name in sorted(name for name, own in found.items() if own.place == "shown"):
        if name not in shown and name not in skipped:
            yield f"{name} is not on the board, and no leaf says that it was withdrawn or superseded"


def in_words(leaf: Leaf) -> str:
    """Tell a leaf in one line, for people."""
    about = [
        f"{name} {getattr(leaf, name)}"
        for name in ("submission", "appeal", "successor", "key", "role", "outcome", "bundle", "organisation")
        if getattr(leaf, name) is not None
    ]
    told = " ".join([leaf.date, leaf.kind, *([leaf.entry] if leaf.entry else []), *about])
    return printable(f"{told}: {leaf.reason}" if leaf.reason else told)
