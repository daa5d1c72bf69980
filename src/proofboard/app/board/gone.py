"""Why bytes of a publication are no longer kept, as the log of its board says."""

import re
from typing import Final

import msgspec
from sqlalchemy import select

from proofboard.app.service.instance import Instance
from proofboard.schemas.ledger import Leaf
from proofboard.store.tables import LogLeaf

GONE: Final = "The bytes of this document are no longer kept; its digest stays on record"

_OF_A_BUNDLE: Final = re.compile(r"(?:bundles|graded)/(?P<hex>[0-9a-f]{64})\b")


def why_gone(instance: Instance, benchmark: str, path: str) -> str:
    """Say whose answers were purged, when and why; of other documents only that they are no longer kept."""
    named = _OF_A_BUNDLE.match(path)
    if named is None:
        return GONE
    bundle = f"sha256:{named['hex']}"
    query = select(LogLeaf.raw).where(LogLeaf.benchmark_id == benchmark, LogLeaf.raw.contains(bundle))
    with instance.database.reading() as session:
        lines = session.scalars(query.order_by(LogLeaf.number.desc())).all()
    leaves = (msgspec.json.decode(line, type=Leaf) for line in lines)
    found = next((own for own in leaves if (own.kind, own.bundle) == ("purged", bundle)), None)
    return GONE if found is None else f"The answers of {found.entry} were removed on {found.date[:10]}: {found.reason}"
