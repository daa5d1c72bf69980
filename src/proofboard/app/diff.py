"""Say what changed between two publications, and why."""

from collections.abc import Collection
from contextlib import ExitStack

from proofboard import canonical
from proofboard.app.site import opened
from proofboard.publish.compare import Comparison, Edition, compare, differing_entries
from proofboard.publish.opened import OpenedSite
from proofboard.schemas.selectors import name_of


def diff(before: str, after: str) -> Comparison:
    """Compare two publications, each a folder, an archive or an address; raises InputError."""
    with ExitStack() as held:
        one, other = (OpenedSite(held.enter_context(opened(site, whole=False))) for site in (before, after))
        names = differing_entries(one.board, other.board)
        return compare(_edition(one, names), _edition(other, names))


def _edition(site: OpenedSite, names: Collection[str]) -> Edition:
    board = site.board
    rows = [*board.entries, *(row for other in board.other_protocols for row in other.entries)]
    return Edition(
        digest=canonical.digest(site.root),
        publication=site.publication,
        board=board,
        rules=site.rules,
        items=site.items,
        releases=site.releases,
        entries={name_of(row): site.entry(row) for row in rows if name_of(row) in names},
    )
