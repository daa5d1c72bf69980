"""Write a publication: aside first, then in one move, so that readers and failures never see half of it."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from proofboard import canonical
from proofboard.errors import OutputError
from proofboard.publish.assemble import Assembled
from proofboard.publish.names import ROOT, bundle_path
from proofboard.schemas.bundle import MANIFEST


def write_site(assembled: Assembled, folders: Mapping[str, Path], site: Path) -> str:
    """Write a publication and put it in place of an earlier one; returns the digest of its root.

    `folders` gives, for each bundle digest, where its files lie. An existing folder is replaced only if it is a
    publication or empty; anything that goes wrong leaves it untouched.
    """
    refuse_foreign(site)
    try:
        site.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{site.name}-", dir=site.parent))
    except OSError as error:
        raise OutputError(f"{site}: cannot be written: {error.strerror}") from error
    try:
        _write_all(assembled, folders, aside)
        aside.chmod(0o755)
        _put_in_place(aside, site)
    except OSError as error:
        raise OutputError(f"{error.filename or site}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return canonical.digest(assembled.documents[ROOT])


def refuse_foreign(site: Path) -> None:
    """Refuse to replace what is not a publication; raises OutputError."""
    if site.is_symlink() or (site.exists() and not site.is_dir()):
        raise OutputError(f"{site}: is there and is not a folder; choose another place")
    if site.is_dir() and any(site.iterdir()) and not (site / ROOT).is_file():
        raise OutputError(f"{site}: holds files but no {ROOT}, so it is not a publication; choose an empty folder")


def _write_all(assembled: Assembled, folders: Mapping[str, Path], aside: Path) -> None:
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
            shutil.copyfile(folders[digest] / name, target / name)


def _put_in_place(aside: Path, site: Path) -> None:
    if not site.exists():
        aside.rename(site)
        return
    # Two renames: a reader may see no site for an instant, never half of one.
    old = Path(tempfile.mkdtemp(prefix=f".{site.name}-old-", dir=site.parent)) / "site"
    site.rename(old)
    try:
        aside.rename(site)
    except OSError:
        old.rename(site)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
