"""The bytes that were posted: kept by digest, and let go where nobody names them any more."""

from sqlalchemy import select

from proofboard.app.service.instance import Instance
from proofboard.store.tables import KeptFile


def forget_unnamed(instance: Instance, digest: str) -> bool:
    """Remove a blob that no kept file names; False where one does. Whoever posts the same bytes now puts them again."""
    with instance.database.reading() as session:
        named = session.scalar(
            select(KeptFile.number).where(KeptFile.digest == digest, KeptFile.purged_at.is_(None)).limit(1)
        )
    if named is not None:
        return False
    instance.blobs.remove(digest)
    return True
