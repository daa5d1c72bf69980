"""Find a configuration where people keep it: a file, an entry's folder, or an entry of a publication."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from proofboard.app.configuration_reading import read_configuration
from proofboard.app.entries_folder import BENCHMARK_FILE, CONFIGURATION_FILE
from proofboard.app.fetch import is_address
from proofboard.app.site import opened
from proofboard.archives.unpack import is_archive
from proofboard.canonical import PREFIX
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.errors import UnknownEntryError, fault
from proofboard.publish.names import configuration_path
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views.difference import rows_by_name
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.reading import read_yaml
from proofboard.schemas.selectors import SHOWN_NAMES, select

SHORTEST_PREFIX: Final = 12
"""Digits of a digest that are enough to mean one: 48 bits."""

_DIGEST: Final = re.compile(rf"(?:{PREFIX})?([0-9a-f]{{1,64}})")


class FoundConfiguration(msgspec.Struct, frozen=True):
    """A configuration, and where it was found."""

    configuration: Configuration
    source: str
    """The file, or the publication and what was asked of it."""
    benchmark: Benchmark | None = None
    """The rules of the publication."""
    newest: str | None = None
    """The digest of the document that took its place, where it is an older revision."""


class _Published(msgspec.Struct, frozen=True):
    """One configuration document of a publication."""

    name: str
    recipe: str
    document: str
    newest: str


def find_configuration(source: str, entry: str | None, benchmark: Benchmark | None = None) -> FoundConfiguration:
    """Find the configuration of a file or of an entry's folder, or that of an entry of a publication.

    An entry is named as everywhere, or by the digest of its recipe or of its document, earlier revisions included.
    Raises UnknownEntryError, or InputError; for a file of wrong fields also with what `benchmark` says of the others.
    """
    file = Path(source) / CONFIGURATION_FILE if (Path(source) / CONFIGURATION_FILE).is_file() else Path(source)
    if entry is None and not is_address(source) and not file.is_dir() and not (file.exists() and is_archive(file)):
        return FoundConfiguration(read_configuration(file, benchmark), str(file))
    if entry is None:
        raise fault(source, "is no configuration file; if it is a publication, name one of its entries")
    with opened(source, whole=False) as folder:
        return _of_site(OpenedSite(folder), source, entry)


def read_benchmark_of(source: str) -> Benchmark:
    """Read the rules of a benchmark directory or of a publication; raises InputError."""
    file = Path(source) / BENCHMARK_FILE
    if is_address(source) or not file.is_file():
        with opened(source, whole=False) as folder:
            return OpenedSite(folder).rules.benchmark
    benchmark = read_yaml(file, Benchmark)
    check_benchmark(benchmark, str(file))
    return benchmark


def _of_site(site: OpenedSite, source: str, entry: str) -> FoundConfiguration:
    place = f"{source}: {entry}"
    digits = _DIGEST.fullmatch(entry)
    if entry.startswith(PREFIX) or (digits and len(digits[1]) >= SHORTEST_PREFIX):
        found = _by_digest(list(_published(site)), entry)
    else:
        row = select(list(rows_by_name(site.board).values()), entry)
        document = site.entry(row).identity.document
        found = _Published(entry, row.configuration, document, document)
    configuration = site.document(configuration_path(found.document), found.document, Configuration)
    newest = None if found.newest == found.document else found.newest
    return FoundConfiguration(configuration, place, site.rules.benchmark, newest)


def _published(site: OpenedSite) -> Iterator[_Published]:
    """List every configuration document of a publication, the current ones and those before them."""
    for name, row in rows_by_name(site.board).items():
        entry = site.entry(row)
        newest = entry.identity.document
        yield _Published(name, row.configuration, newest, newest)
        for revision in entry.history:
            yield _Published(name, revision.configuration, revision.document, newest)


def _by_digest(published: list[_Published], asked: str) -> _Published:
    """Return the one document that a digest means; raises UnknownEntryError for none or several.

    A recipe that several revisions of one entry share means the newest of them.
    """
    digits = asked.removeprefix(PREFIX)
    if not re.fullmatch(rf"[0-9a-f]{{{SHORTEST_PREFIX},64}}", digits):
        raise UnknownEntryError(
            f"{asked!r} is no digest; give sha256: and at least {SHORTEST_PREFIX} of its 64 hexadecimal digits"
        )
    wanted = PREFIX + digits
    meant = [own for own in published if own.document.startswith(wanted) or own.recipe.startswith(wanted)]
    found = list({own.document: own for own in meant}.values())
    current = [own for own in found if own.document == own.newest]
    if len({own.name for own in found}) == 1 and (len(found) == 1 or len(current) == 1):
        return (current or found)[0]
    if not found:
        raise UnknownEntryError(f"{asked!r} is the digest of no recipe and of no configuration document there")
    listed = ", ".join(f"{own.name} ({own.document})" for own in found[:SHOWN_NAMES])
    more = f" and {len(found) - SHOWN_NAMES} more" if len(found) > SHOWN_NAMES else ""
    raise UnknownEntryError(f"{asked!r} means {len(found)} documents: {listed}{more}; give the digest of one")
