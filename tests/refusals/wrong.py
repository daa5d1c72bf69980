"""Wrong publications, said in few words: which value is changed where, and the one error that it must cause."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from command_line import run
from proofboard import canonical
from proofboard.publish.names import LEADERBOARD
from proofboard.verify.refusals import Refusal
from refusals.forging import Site, laid_out

PAGE = "items/0.json"
BEST = "entries/acme/best.json"
BENCHMARK, COLUMNS, ITEMS, RELEASES = "benchmark.json", "columns.json", "items.json", "releases.json"

Forge = Callable[[Site], Site]
Refused = set[tuple[str, str]]
"""Name of the error and path of the document."""


def refused(text: str) -> Refused:
    """Read the refusals that the command prints."""
    return {(kind, path) for kind, path in re.findall(r"^  (\w+): (.+?): ", text, re.MULTILINE)}


def row(board: Any, name: str = "best") -> Any:
    return next(own for own in board["entries"] if own["config_name"] == name)


def on_row(change: Callable[[Any], Any]) -> Forge:
    """Edit the winner's row of the board."""
    return lambda site: site.edit(LEADERBOARD, lambda board: ignore(change(row(board))))


def on(path: str, change: Callable[[Any], Any]) -> Forge:
    """Edit one document in place."""
    return lambda site: site.edit(path, lambda document: ignore(change(document)))


def ignore(_answer: object) -> None:
    """Drop what `dict.update` and `list.append` answer."""


def raw(path: str, change: Callable[[bytes], bytes]) -> Forge:
    """Edit the bytes of one document."""
    return lambda site: site.rewrite(site.one(path), change(site.files[site.one(path)]))


def on_responses(change: Callable[[list[Any]], Any], file: str = "responses.jsonl") -> Forge:
    return lambda site: site.edit_lines(site.bundle_of("acme/best"), file, change)


def on_manifest(change: Callable[[Any], Any]) -> Forge:
    return lambda site: on(f"{site.bundle_of('acme/best')}/manifest.json", change)(site)


def on_scores(change: Callable[[Any], Any]) -> Forge:
    return lambda site: on(f"scores/{site.bundle_of('acme/best').removeprefix('bundles/')}.json", change)(site)


def on_configuration(change: Callable[[Any], Any]) -> Forge:
    def forge(site: Site) -> Site:
        document = site.document(BEST)["identity"]["document"].removeprefix("sha256:")
        return on(f"configurations/{document}.json", change)(site)

    return forge


def on_item(name: str, change: Callable[[Any], Any]) -> Forge:
    """Edit one item on its page, and its digest in the index of items."""

    def forge(site: Site) -> Site:
        place = next(place for place, own in enumerate(site.document(ITEMS)["items"]) if own["id"] == name)
        edited = on(PAGE, lambda page: change(page["items"][place]))(site)
        digest = canonical.digest_of(edited.document(PAGE)["items"][place])
        return on(ITEMS, set_to("items", place, "digest", to=digest))(edited)

    return forge


def set_to(*place: str | int, to: object) -> Callable[[Any], None]:
    """Put a value at a place of a document."""

    def change(document: Any) -> None:
        for part in place[:-1]:
            document = document[part]
        document[place[-1]] = to

    return change


def without_scores(site: Site) -> Site:
    """Publish a bundle's digest only, and none of its files."""
    folder = site.bundle_of("acme/best", "repair")
    own = site.document(BEST)["identity"]["bundles"]
    place = next(number for number, bundle in enumerate(own) if bundle["name"] == "repair")
    hidden = {folder, f"scores/{folder.removeprefix('bundles/')}.json"}
    edited = on(BEST, set_to("identity", "bundles", place, "scores", to=None))(site)
    return Site({path: own for path, own in edited.files.items() if not path.startswith(tuple(hidden))})


@dataclass(frozen=True)
class Wrong:
    """One wrong publication: how it is made, and the one error that must be reported."""

    name: str
    forge: Forge
    error: type[Refusal]
    path: str
    """A pattern of the path that the message names."""
    says: str = ""
    """A part of the reason."""
    also: str = "(?!)"
    """A pattern of the paths of other documents that are wrong for the same reason."""

    def __str__(self) -> str:
        return f"{self.error.__name__}-{self.name}"


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def nested(levels: int) -> Forge:
    return raw(BENCHMARK, lambda own: own.replace(b'"title":"A small board"', b'"title":' + deep(levels)))


def assert_refused(wrong: Wrong, site: Site, place: Path, *options: object) -> None:
    """Verify a forged site through the command line: exactly the error that is meant, and exit status 1."""
    done = run("verify", laid_out(wrong.forge(site).files, place), *options)
    found = refused(done.out)
    assert {kind for kind, _ in found} == {wrong.error.__name__}, done
    meant = [path for _, path in found if not re.fullmatch(wrong.also, path)]
    assert len(meant) == 1, done.out
    assert re.fullmatch(wrong.path or ".+", meant[0]), done.out
    assert wrong.says in done.out, done.out
    assert (done.status, done.err) == (1, "")
    assert done.out.endswith("This publication does NOT hold.\n")
