"""What stays of answers that are purged: the scores that the board shows of them, and what their lines sum up to."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from proofboard import canonical
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of, head_of
from proofboard.core.entry import sums_of
from proofboard.core.purged import tallies_of
from proofboard.core.usage import price_of
from proofboard.publish.assemble import BENCHMARK
from proofboard.publish.names import configuration_path, entry_path
from proofboard.schemas.agreement import JudgeAgreement
from proofboard.schemas.base import Date
from proofboard.schemas.benchmark import Price
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.publication import (
    BenchmarkDocument,
    BundleReference,
    EntryDocument,
    EntryRecord,
    PurgeRecord,
    Revision,
    ScoresDocument,
)
from proofboard.schemas.purged import PURGED_FILE, Purge
from proofboard.schemas.reading import parse_document
from proofboard.store.blobs import MissingBlobError
from proofboard.store.tables import EntryRevision

PUBLIC: Final = "public"


def purge_records(
    instance: Instance, board: str, rows: Sequence[EntryRevision], reason: str, date: Date
) -> dict[str, bytes]:
    """Return the record of every bundle of an entry that its board shows with scores: digest → bytes of `purged.json`.

    Of a bundle that the board does not show there is no score to keep. Reads the answers, so call it before they go.
    """
    with instance.database.reading() as session:
        head = head_of(session, board)
        documents = dict(documents_of(instance, head)) if head else {}
    path = entry_path(rows[-1].name) if rows else ""
    if path not in documents:
        return {}
    bundles = [own for row in rows for own in row.bundles.values() if PURGED_FILE not in own["files"]]
    files = {own["digest"]: own["files"] for own in bundles}
    document = parse_document(instance.blobs.get(documents[path]), EntryDocument, path)
    found: dict[str, bytes] = {}
    for own, agreement in _shown(document):
        prices, model = _prices(instance, documents, own)
        for reference in own.bundles:
            if reference.purged or reference.scores is None or MANIFEST not in files.get(reference.bundle, {}):
                continue
            try:
                bundle = _bundle(instance, files[reference.bundle])
            except MissingBlobError:
                # A purge that was killed had removed bytes already; what could have been kept of them is lost.
                continue
            sums = sums_of(bundle, price_of(prices, model, bundle.manifest.recorded))
            tallies = tallies_of(sums, agreement if reference.item_set == PUBLIC else None)
            purge = Purge(date=date, reason=reason, tallies=tallies)
            record = PurgeRecord(schema_version=1, purge=purge, scores=_scores(instance, reference))
            found[reference.bundle] = canonical.dump(record)
    return found


def _shown(document: EntryDocument) -> Iterator[tuple[EntryRecord | Revision, JudgeAgreement | None]]:
    yield document.identity, document.judge_agreement
    for revision in document.history:
        yield revision, None


def _prices(
    instance: Instance, documents: Mapping[str, str], own: EntryRecord | Revision
) -> tuple[Sequence[Price], str | None]:
    rules = parse_document(instance.blobs.get(documents[BENCHMARK]), BenchmarkDocument, BENCHMARK)
    path = configuration_path(own.document)
    return rules.benchmark.prices, parse_document(instance.blobs.get(own.document), Configuration, path).model_name()


def _scores(instance: Instance, reference: BundleReference) -> ScoresDocument:
    return parse_document(instance.blobs.get(str(reference.scores)), ScoresDocument, "scores")


def _bundle(instance: Instance, files: Mapping[str, str]) -> Bundle:
    instance.settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="purge-", dir=instance.settings.scratch) as place:
        for name, digest in files.items():
            instance.blobs.place(digest, Path(place) / name)
        return read_bundle(Path(place))
