"""Say what changed between two publications, and why."""

from collections.abc import Collection
from contextlib import ExitStack

from proofboard import canonical
from proofboard.app.site import opened
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views.difference import Comparison, Edition, compare, differing_entries, rows_by_name


def diff(before: str, after: str) -> Comparison:
    """Compare two publications, each a folder, an archive or an address; raises InputError."""
    with ExitStack() as held:
        one, other = (OpenedSite(held.enter_context(opened(site, whole=False))) for site in (before, after))
        names = differing_entries(one.board, other.board)
        return compare(_edition(one, names), _edition(other, names))


def _edition(site: OpenedSite, names: Collection[str]) -> Edition:
    return Edition(
        digest=canonical.digest(site.root),
        publication=site.publication,
        board=site.board,
        rules=site.rules,
        items=site.items,
        releases=site.releases,
        entries={name: site.entry(row) for name, row in rows_by_name(site.board).items() if name in names},
    )
