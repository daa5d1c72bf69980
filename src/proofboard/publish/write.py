"""Write a publication: aside first, then in one move, so that readers and failures never see half of it."""

import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from proofboard import canonical
from proofboard.errors import InputError, OutputError
from proofboard.publish.assemble import NAMED_BELOW, Assembled
from proofboard.publish.names import ROOT, artifact_path, bundle_path, largest_bytes
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.publication import Publication
from proofboard.schemas.reading import parse_document, read_bytes


def write_site(assembled: Assembled, places: Mapping[str, Path], site: Path) -> str:
    """Write a publication and put it in place of an earlier one; returns the digest of its root.

    `places` gives for the digest of each bundle its folder, and for that of each artifact its file. An existing folder
    is replaced only if it is a publication or empty; anything that goes wrong leaves it untouched.
    """
    refuse_foreign(site)
    place = site.absolute()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = _new_folder(place, "new")
    except OSError as error:
        raise _unwritable(site, error) from error
    try:
        _write_all(assembled, places, aside)
        aside.chmod(0o755)
        _put_in_place(aside, place)
    except OSError as error:
        raise _unwritable(site, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return canonical.digest(assembled.documents[ROOT])


def _unwritable(site: Path, error: OSError) -> OutputError:
    if error.errno in {errno.EBUSY, errno.EXDEV}:
        return OutputError(f"{site}: cannot be replaced as a whole (is it a mount point?); choose a folder inside it")
    place = error.filename if isinstance(error.filename, str) else str(site)
    return OutputError(f"{site}: cannot be written ({place}: {error.strerror or error}); choose another place")


def refuse_foreign(site: Path) -> None:
    """Refuse to replace anything but an empty folder or a publication without other files; raises OutputError."""
    try:
        if site.is_symlink() or (site.exists() and not site.is_dir()):
            raise OutputError(f"{site}: is there and is not a folder; choose another place")
        there = sorted(path.name for path in site.iterdir()) if site.is_dir() else []
    except OSError as error:
        raise _unwritable(site, error) from error
    if not there:
        return
    if ROOT not in there:
        raise OutputError(f"{site}: holds files but no {ROOT}, so it is not a publication; choose an empty folder")
    try:
        root = parse_document(read_bytes(site / ROOT, largest_bytes(ROOT)), Publication, str(site / ROOT))
    except InputError as error:
        reason = f"its {ROOT} is not that of a publication ({error.faults[0].reason})"
        raise OutputError(f"{site}: {reason}; remove the folder yourself or choose an empty one") from error
    own = {ROOT, "bundles", *(path.partition("/")[0] for path in (*root.documents, *NAMED_BELOW))}
    if strange := [name for name in there if name not in own]:
        # What would be replaced would be lost: a repository, notes, the settings of a host.
        names = ", ".join(strange[:5])
        raise OutputError(f"{site}: holds {names} besides a publication; move that away, or choose an empty folder")


def _write_all(assembled: Assembled, places: Mapping[str, Path], aside: Path) -> None:
    made: set[Path] = set()
    for path, raw in assembled.documents.items():
        target = aside / path
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        target.write_bytes(raw)
    for digest, files in assembled.bundles.items():
        target = aside / bundle_path(digest)
        target.mkdir(parents=True, exist_ok=True)
        for name in (MANIFEST, *files):
            shutil.copyfile(places[digest] / name, target / name)
    for digest in assembled.artifacts:
        target = aside / artifact_path(digest)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(places[digest], target)


def _new_folder(place: Path, purpose: str) -> Path:
    """Make a folder of our own beside a place, under a name that nobody can foresee."""
    folder = place.with_name(f".{place.name}-{purpose}-{os.urandom(8).hex()}")
    folder.mkdir(mode=0o700)
    return folder


def _put_in_place(aside: Path, site: Path) -> None:
    if not site.exists():
        aside.rename(site)
        return
    # Two renames: a reader may see no site for an instant, never half of one.
    old = _new_folder(site, "old") / "site"
    try:
        site.rename(old)
        try:
            aside.rename(site)
        except OSError:
            old.rename(site)
            raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
