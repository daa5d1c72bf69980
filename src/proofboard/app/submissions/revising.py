"""Write an entry's folder anew: what is submitted takes its place, and what was there stays as a numbered revision."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.entries_folder import CONFIGURATION_FILE, ENTRIES, REVISIONS, ListedEntry, entry_below
from proofboard.app.submissions.checks import HELD_OUT, Checked, CheckedBundle
from proofboard.archives.names import tree
from proofboard.archives.placing import replaced
from proofboard.errors import fault
from proofboard.record.freeze import as_yaml, write
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.bundle import MANIFEST, Manifest
from proofboard.schemas.purged import PURGED_FILE
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes
from proofboard.schemas.submission import ACCEPTED, Acceptance

HIDDEN: Final = "."


class StandingBundle(msgspec.Struct, frozen=True):
    """A bundle that stands on this disk already."""

    folder: Path
    digest: str
    manifest: Manifest


def standing_bundles(folders: Iterable[Path]) -> list[StandingBundle]:
    """Read the manifests of the bundles that are there; a folder without one is listed and not recorded."""
    found: list[StandingBundle] = []
    for folder in folders:
        if (folder / MANIFEST).is_file():
            raw = read_bytes(folder / MANIFEST, LARGEST_JSON_BYTES)
            manifest = parse_document(raw, Manifest, str(folder / MANIFEST))
            found.append(StandingBundle(folder, canonical.digest(raw), manifest))
    return found


def write_entry(
    folder: Path, checked: Checked, acceptance: Acceptance, before: ListedEntry | None, benchmark: Benchmark
) -> None:
    """Put what was checked in the place of an entry in one step, with `before` as its latest revision.

    Bundles that were recorded for the same recipe, of item sets that are not submitted again, stay with the entry.
    """
    own = checked.configuration
    place = folder / ENTRIES / own.name
    with replaced(place) as aside:
        write(aside / CONFIGURATION_FILE, as_yaml(own))
        write(aside / ACCEPTED, canonical.dump(acceptance))
        for item_set, bundle in checked.bundles.items():
            if item_set != HELD_OUT:
                copy_bundle(bundle, aside / item_set)
        for own_set, kept in _kept_bundles(checked, before).items():
            copy_bundle(kept, aside / own_set)
        if before:
            _keep_revisions(before, place, aside / REVISIONS)
        # A folder that could not be read again would break the next build.
        if entry_below(aside, own.name, benchmark).configuration != own:
            raise fault(place / CONFIGURATION_FILE, "would be read as another configuration; nothing was changed")


def _kept_bundles(checked: Checked, before: ListedEntry | None) -> Mapping[str, StandingBundle]:
    """Return what stays with an entry: item set → a bundle of its recipe, where none is submitted in its place."""
    recipe = checked.configuration.digest()
    standing = standing_bundles(before.bundles.values()) if before else []
    return {
        bundle.manifest.item_set: bundle
        for bundle in standing
        if bundle.manifest.configuration == recipe and bundle.manifest.item_set not in checked.bundles
    }


def copy_bundle(bundle: CheckedBundle | StandingBundle, target: Path) -> None:
    """Copy the files that a manifest names, and the manifest; of a purged bundle the record in their place."""
    target.mkdir(parents=True)
    # Only what stands here may be purged: a submitter's word is not the owner's.
    purged = isinstance(bundle, StandingBundle) and (bundle.folder / PURGED_FILE).is_file()
    for name in (MANIFEST, *((PURGED_FILE,) if purged else bundle.manifest.files)):
        shutil.copyfile(bundle.folder / name, target / name)


def _keep_revisions(before: ListedEntry, place: Path, revisions: Path) -> None:
    """Keep the earlier revisions, and add what stands now with the number that follows."""
    files = tree(place) if place.is_dir() else []
    _keep(place, revisions.parent, [name for name in files if name.startswith(f"{REVISIONS}/")])
    latest = revisions / str(len(before.revisions) + 1)
    _keep(place, latest, [name for name in files if not name.startswith((f"{REVISIONS}/", HIDDEN))])
    for name, source in before.bundles.items():
        # A seeds file may name bundles anywhere in the directory.
        if source.is_dir() and source.parent != place:
            _keep(source, latest / name, tree(source))
    if not (latest / CONFIGURATION_FILE).exists():
        write(latest / CONFIGURATION_FILE, as_yaml(before.configuration))


def _keep(source: Path, target: Path, names: Iterable[str]) -> None:
    """Give files another place: a second name for the same bytes, or a copy where the file system has no such thing."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source / name, target / name)
        except FileExistsError:
            raise
        except OSError:
            shutil.copyfile(source / name, target / name)


def held_out_bundles(store: Path, name: str) -> list[StandingBundle]:
    """List an entry's bundles in a held-out store, the one that is scored first."""
    return standing_bundles(path.parent for path in sorted((store / ENTRIES / name).glob(f"*/{MANIFEST}")))


def write_held_out(store: Path, checked: Checked, number: int) -> bool:
    """Bring a store up to an accepted entry, in one step; False where nothing was to do.

    Answers of another recipe, and those that are submitted again, move to `revisions/<number>`.
    """
    name, recipe = checked.configuration.name, checked.configuration.digest()
    new = checked.bundles.get(HELD_OUT)
    standing = held_out_bundles(store, name)
    stays = [own for own in standing if own.manifest.configuration == recipe and (not new or own.digest == new.digest)]
    if len(stays) == len(standing) and (stays or not new):
        return False
    place = store / ENTRIES / name
    number = max(number, 1 + _latest(place / REVISIONS))
    gone = {own.folder.name for own in standing} - {own.folder.name for own in stays}
    with replaced(place) as aside:
        for path in tree(place) if place.is_dir() else ():
            top = path.split("/")[0]
            _keep(place, aside / REVISIONS / str(number) if top in gone else aside, [path])
        if new and not stays:
            copy_bundle(new, aside / HELD_OUT)
    return True


def _latest(revisions: Path) -> int:
    return max((int(path.name) for path in revisions.glob("*") if path.name.isdecimal()), default=0)
