"""Where held-out material may be written: into its store, or where neither a reader nor a repository finds it."""

from pathlib import Path

from proofboard.app.held_out.store import real
from proofboard.app.repository import may_be_committed, tracked_by_git
from proofboard.errors import HeldOutError
from proofboard.publish.names import ROOT


def refuse_public_place(place: Path, benchmark: Path, store: Path) -> None:
    """Refuse to write what was held out where it could be read or committed; raises HeldOutError.

    Allowed are the store itself, a folder that git ignores, and one outside any repository; never the benchmark
    directory, never a publication.
    """
    inside = real(place)
    if inside.is_relative_to(real(benchmark)):
        raise HeldOutError(f"{place}: lies inside the benchmark directory {benchmark}; choose another place")
    if site := next((above for above in (inside, *inside.parents) if (above / ROOT).exists()), None):
        raise HeldOutError(f"{place}: lies inside the publication {site}; held-out material must never be published")
    if tracked := tracked_by_git(store):
        raise HeldOutError(f"{store}: {tracked} is tracked by git; take the held-out store out of the repository")
    if not inside.is_relative_to(real(store)) and may_be_committed(inside):
        raise HeldOutError(f"{place}: git does not ignore this place; add it to .gitignore, or choose another")
