"""Write a publication of a service as a folder of static files: the bytes that are served, and no others."""

import shutil
from pathlib import Path

from proofboard.app.service.benchmarks import the_benchmark
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of, drafted, published
from proofboard.archives.placing import replaced
from proofboard.errors import OutputError
from proofboard.publish.write import refuse_foreign


def export_site(
    instance: Instance, benchmark: str | None, site: Path, publication: str | None = None, *, is_draft: bool = False
) -> str:
    """Write the head of a board, or an earlier publication by its digest; returns the digest of its root.

    Of drafts, which readers do not see, it is the newest or the one of the digest. The folder gets its name when it is
    whole. Raises RefusedError where there is no such publication, OutputError where the folder cannot be written or
    holds something else.
    """
    refuse_foreign(site)
    with instance.database.reading() as session:
        name = the_benchmark(session, benchmark).id
    own = (drafted if is_draft else published)(instance, name, publication)
    try:
        with replaced(site.absolute()) as aside:
            for path, digest in documents_of(instance, own).items():
                instance.blobs.place(digest, aside / f"{path}.blob")
                _copied(aside / f"{path}.blob", aside / path)
    except OSError as error:
        raise OutputError(f"{site}: cannot be written: {error.strerror or error}; choose another place") from error
    return own.digest


def _copied(blob: Path, target: Path) -> None:
    """Copy what may share its bytes with the store, so that whoever changes the export changes nothing else."""
    shutil.copyfile(blob, target)
    blob.unlink()
