"""Read the log of a publication, wherever it lies, and what a reader keeps of it."""

import re
from collections.abc import Sequence
from pathlib import Path

from proofboard import canonical
from proofboard.app.fetch import is_address
from proofboard.app.ledger.keys import read_public
from proofboard.app.site import opened
from proofboard.archives.unpack import is_archive
from proofboard.errors import OutputError, fault
from proofboard.ledger.documents import Log, open_checkpoint, read_log, signed_in
from proofboard.ledger.keys import key_id
from proofboard.ledger.leaves import in_words
from proofboard.ledger.paths import CHECKPOINT
from proofboard.ledger.receipts import check_receipt, check_receipt_in, receipt_from
from proofboard.ledger.refusals import LedgerRefusal, UnknownSigner
from proofboard.publish.names import LARGEST_DOCUMENT_BYTES, ROOT, is_ledger_path
from proofboard.schemas.base import DIGEST_PATTERN
from proofboard.schemas.ledger import Checkpoint, Receipt
from proofboard.schemas.publication import Publication
from proofboard.schemas.reading import parse_document, parse_json, read_bytes
from proofboard.verify.documents import walk

NO_LOG = "has no log"


def known_key(text: str) -> str:
    """Return the id of a key, given as the id itself or as a file that holds the public key; raises InputError."""
    if re.match(DIGEST_PATTERN, text):
        return text
    if not Path(text).is_file():
        raise fault(text, "is neither the id of a key (sha256: and 64 hexadecimal digits) nor a file with a public key")
    return key_id(read_public(Path(text)))


def published_log(site: str) -> Log:
    """Read the log of a publication and check it by itself; raises InputError, Refusal or LedgerRefusal."""
    with opened(site) as folder:
        found = walk(folder)
        if found.refusals:
            raise found.refusals[0]
        benchmark = found.read(ROOT, Publication).benchmark
        log = read_log({path: raw for path, raw in found.raw.items() if is_ledger_path(path)}, benchmark)
    if log is None:
        raise fault(site, f"{NO_LOG}; its owner keeps none")
    return log


def older_checkpoint(source: str) -> Checkpoint:
    """Return the state of a log that a reader kept: a copy of the site, its checkpoint, or a receipt.

    Raises InputError where it is none of these, or does not hold by itself.
    """
    path = Path(source)
    try:
        if not is_address(source) and path.is_file() and not is_archive(path):
            return _checkpoint_of(read_bytes(path, LARGEST_DOCUMENT_BYTES), source)
        with opened(source) as folder:
            if not (folder / CHECKPOINT).is_file():
                raise fault(source, NO_LOG)
            return _checkpoint_of(read_bytes(folder / CHECKPOINT, LARGEST_DOCUMENT_BYTES), source)
    except LedgerRefusal as error:
        raise fault(source, f"proves nothing: {error}") from error


def _checkpoint_of(raw: bytes, source: str) -> Checkpoint:
    value = parse_json(raw, source)
    if isinstance(value, dict) and "proof" in value:
        return check_receipt(parse_document(raw, Receipt, source))[0]
    return open_checkpoint(signed_in({CHECKPOINT: raw}))[0]


def receipt_for(site: str, *, entry: str | None = None, index: int | None = None) -> Receipt:
    """Write the receipt for a leaf of a published log: by its place, or the latest about an entry."""
    log = published_log(site)
    if index is None:
        about = [place for place, leaf in enumerate(log.leaves) if leaf.entry == entry]
        if not about:
            raise fault(site, f"has no leaf about {entry}")
        index = about[-1]
    return receipt_from(log, index)


def keep_receipt(receipt: Receipt, out: Path) -> str:
    """Write a receipt to a new file and tell it; raises OutputError where something is there already."""
    try:
        with out.open("xb") as stream:
            stream.write(canonical.dump(receipt))
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror or error}; choose a new file") from error
    return f"{out}: leaf {receipt.index}: {in_words(receipt.leaf)}\n"


def checked_receipt(receipt: Path, site: str | None = None, key: str | None = None) -> str:
    """Check a receipt, by itself and against a site, and tell what it proves; raises InputError or LedgerRefusal."""
    own = parse_document(read_bytes(receipt, LARGEST_DOCUMENT_BYTES), Receipt, str(receipt))
    checkpoint, signed_by = check_receipt(own)
    if key and known_key(key) not in signed_by:
        raise UnknownSigner(f"the receipt is signed by {', '.join(signed_by)}, expected {known_key(key)}")
    told = [f"leaf {own.index} of {checkpoint.size}: {in_words(own.leaf)}", *_signers(signed_by, known=bool(key))]
    if site is not None:
        log = published_log(site)
        check_receipt_in(own, log)
        if key and known_key(key) not in log.signed_by:
            raise UnknownSigner(f"the log of {site} is signed by {', '.join(log.signed_by)}, expected {known_key(key)}")
        told.append(f"the log of {site} still holds it, among {len(log.leaves)} leaves")
    return "\n".join([*told, "The receipt holds."]) + "\n"


def log_text(log: Log, entry: str | None = None) -> str:
    """Tell a log, or what it says of one entry, a line for each leaf."""
    lines = [
        f"{place:>6} {in_words(leaf)}" for place, leaf in enumerate(log.leaves) if entry is None or leaf.entry == entry
    ]
    lines.append(f"{log.checkpoint.origin}: {len(log.leaves)} leaves, root {log.checkpoint.root}")
    return "\n".join([*lines, *_signers(log.signed_by, known=False)]) + "\n"


def _signers(signed_by: Sequence[str], *, known: bool) -> list[str]:
    hint = "" if known else ": know this key from elsewhere"
    return [f"signed by {key}{hint}" for key in signed_by]
