"""Check one submission at the door: nothing that it says of itself is believed, and every reason is told at once.

A worker does this, and may be killed anywhere in it: what was written by then is found again by digest, and the state
changes in one transaction at the end. Held-out answers leave the upload here: they go to the private store, and what
is kept of the upload is packed again without them.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import select

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_rules
from proofboard.app.entries_folder import ENTRIES
from proofboard.app.held_out.store import held_out_table
from proofboard.app.intake.dates import time_faults
from proofboard.app.intake.deep_scan import deeply_scanned
from proofboard.app.intake.opening import HELD_OUT_FAILED, HELD_OUT_PLACE, opened_results, opened_upload
from proofboard.app.intake.published_texts import Passage, concerns_of, passages_of
from proofboard.app.intake.quoting import quotes_held_out
from proofboard.app.intake.settling import Examined, Replacement, settle, settle_refused
from proofboard.app.intake.telling_faults import faults_in
from proofboard.app.intake.uploads import forget_unnamed
from proofboard.app.service.benchmarks import settings_of
from proofboard.app.service.evaluating import INCOMING
from proofboard.app.service.instance import Instance
from proofboard.app.service.materialising import held_out_store, rules_folder
from proofboard.app.service.moves import move
from proofboard.app.submissions.artifact import LIMITS, ReadArtifact
from proofboard.app.submissions.checks import HELD_OUT, PUBLIC, Checked, Rules
from proofboard.app.submissions.revising import copy_bundle
from proofboard.app.submissions.rules_at_hand import rules_of
from proofboard.archives.names import tree
from proofboard.archives.pack import pack
from proofboard.archives.placing import replaced
from proofboard.archives.unpack import unpacked
from proofboard.errors import Fault, HeldOutError, InputError, StorageError, UnsafeArchiveError
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.service import BenchmarkSettings
from proofboard.schemas.submission import BUNDLES, CONFIGURATION, SIGNATURE, SUBMISSION
from proofboard.store.changes import LOCKED
from proofboard.store.tables import KeptFile, Submission

UPLOAD: Final = "artifact"
NO_PUBLIC: Final = "holds no answers to public items; this board shows what anybody can check, so hand them in too"
MOST_IN_MEMORY: Final = 4
OPEN_SETS: Final = frozenset({"public", "repair"})


class _Row(msgspec.Struct, frozen=True):
    """What a check needs of the row of a submission."""

    id: str
    benchmark: str
    form: str
    entry: str
    upload: str


def check(instance: Instance, submission_id: str) -> None:
    """Check a submission, and queue it, send it to review or refuse it; nothing happens where that is done already.

    Raises StorageError or another fault of the platform; never one of the submission.
    """
    own = _begun(instance, submission_id)
    if own is not None:
        rules = _rules_at(rules_folder(instance, own.benchmark))
        with _scratch(instance) as folder:
            file = folder / UPLOAD
            instance.blobs.place(own.upload, file)
            try:
                settle(instance, own.id, _examined(instance, own, file, rules))
            except (InputError, UnsafeArchiveError) as error:
                _refuse(instance, own, file, faults_in(error, (file, ""), (folder, "")))
    _clear(instance, submission_id)


def _begun(instance: Instance, submission_id: str) -> _Row | None:
    """Take a submission up; None where it is not to be checked any more."""
    with instance.database.writing() as session:
        own = session.get(Submission, submission_id, with_for_update=LOCKED)
        if own is not None and own.state == "received":
            move(session, own, "checking", instance.now())
        if own is None or own.state != "checking":
            return None
        return _Row(own.id, own.benchmark_id, own.form, own.entry or "", own.upload)


@contextmanager
def _scratch(instance: Instance) -> Iterator[Path]:
    place = instance.settings.scratch / "checks"
    try:
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=place))
    except OSError as error:
        raise StorageError(f"{place}: cannot be written: {error.strerror or error}") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@lru_cache(MOST_IN_MEMORY)
def _rules_at(folder: Path) -> BenchmarkFolder:
    # The folder is named by the digest of its archive, so what was read of it stays true.
    return read_rules(folder)


def _examined(instance: Instance, own: _Row, file: Path, read: BenchmarkFolder) -> Examined:
    """Look at everything that needs no database; raises InputError or UnsafeArchiveError with every reason."""
    with instance.database.reading() as session:
        settings = settings_of(session, own.benchmark)
    rules = rules_of(read)
    opening = (
        opened_results(file, own.entry, rules)
        if own.form == "results"
        else opened_upload(file, rules, partial(_held_out_rules, instance, read, rules))
    )
    with opening as found:
        faults = time_faults(found.checked, rules, found.submission.date, instance.clock())
        if PUBLIC not in found.checked.bundles:
            faults.append(Fault(BUNDLES, 0, NO_PUBLIC))
        doubts, remarks = _looked_through(instance, found, rules, settings, faults)
        if faults:
            raise InputError(faults)
        return _kept(instance, own, file, read, (found, doubts, remarks))


def _looked_through(
    instance: Instance, found: ReadArtifact, rules: Rules, settings: BenchmarkSettings, faults: list[Fault]
) -> tuple[list[Fault], list[str]]:
    """Look at every text that would be published; returns the doubts and remarks, and adds to the faults."""
    passages: list[Passage] = passages_of(found.checked)
    concerns = concerns_of(found.checked, passages, rules, settings.licences)
    faults += concerns.faults
    remarks = [*found.remarks, *found.submission.notes]
    if instance.settings.deep_scan:
        more, remark = deeply_scanned(passages)
        faults += more
        remarks += [remark] if remark else []
    if settings.review_personal_data:
        return list(concerns.doubts), remarks
    return [], [*remarks, *map(str, concerns.doubts)]


def _held_out_rules(instance: Instance, read: BenchmarkFolder, rules: Rules) -> Rules | None:
    store = held_out_store(instance, read.benchmark.id)
    if store is None:
        return None
    try:
        return Rules(rules.plan, {**rules.tables, HELD_OUT: held_out_table(read, store)})
    except Exception:  # noqa: BLE001 - whatever it is, it may speak of held-out items
        raise HeldOutError(HELD_OUT_FAILED) from None


def _quotes_held_out(instance: Instance, read: BenchmarkFolder, checked: Checked) -> bool:
    store = held_out_store(instance, read.benchmark.id)
    try:
        return store is not None and quotes_held_out(read, store, checked)
    except Exception:  # noqa: BLE001 - whatever it is, it may speak of held-out items
        raise HeldOutError(HELD_OUT_FAILED) from None


def _kept(
    instance: Instance,
    own: _Row,
    file: Path,
    read: BenchmarkFolder,
    found: tuple[ReadArtifact, list[Fault], list[str]],
) -> Examined:
    """Put everything that is kept where it is kept, by digest; what names it follows in one transaction."""
    artifact, doubts, remarks = found
    checked = artifact.checked
    quotes = _quotes_held_out(instance, read, checked)
    if HELD_OUT in checked.bundles:
        _put_held_out(instance, own, checked)
    upload = None if own.form == "results" else _opened_up(instance, file)
    document = canonical.dump(checked.configuration)
    files = {CONFIGURATION: (instance.blobs.put(document), len(document))}
    for item_set, bundle in checked.bundles.items():
        for name in (MANIFEST, *bundle.manifest.files) if item_set != HELD_OUT else ():
            place = bundle.folder / name
            files[f"{BUNDLES}/{item_set}/{name}"] = instance.blobs.put_file(place), place.stat().st_size
    return Examined(
        checked=checked,
        files=files,
        upload=upload,
        remarks=remarks,
        doubts=doubts,
        quotes_held_out=quotes,
        signed_by=artifact.signed_by,
        queue="untrusted" if read.benchmark.programs else "trusted",
        is_seed=(read.folder / ENTRIES / checked.configuration.name).is_dir(),
    )


def _put_held_out(instance: Instance, own: _Row, checked: Checked) -> None:
    """Lay held-out answers into the private store, in one step."""
    store = held_out_store(instance, own.benchmark)
    if store is None:
        raise HeldOutError(HELD_OUT_FAILED)
    place = store / INCOMING / own.id
    place.parent.mkdir(exist_ok=True)
    with replaced(place) as aside:
        aside.rmdir()
        copy_bundle(checked.bundles[HELD_OUT], aside)


def _opened_up(instance: Instance, file: Path) -> Replacement | None:
    """Pack an upload again without what may answer held-out items; None where it can stay as it is."""
    target = file.with_name(f"{UPLOAD}-{os.urandom(4).hex()}.zip")
    try:
        with unpacked(file, LIMITS) as folder:
            names = tree(folder) if folder.is_dir() else []
            kept: dict[str, bytes | Path] = {name: folder / name for name in names if _is_open(folder, name)}
            if names and len(kept) == len(names):
                return None
            pack(kept, target)
    except (InputError, UnsafeArchiveError):
        # Nobody knows what is in it.
        return Replacement(None, 0)
    return Replacement(instance.blobs.put_file(target), target.stat().st_size)


def _is_open(folder: Path, name: str) -> bool:
    """Say whether a file of an artifact may stay in the hands of the web process, whatever it calls itself."""
    top, *rest = name.split("/")
    if name in {SUBMISSION, CONFIGURATION, SIGNATURE}:
        return True
    if top != BUNDLES or len(rest) != 2:  # noqa: PLR2004 - folder and file
        return False
    try:
        manifest = msgspec.json.decode((folder / top / rest[0] / MANIFEST).read_bytes())
    except (OSError, msgspec.DecodeError, RecursionError):
        return False
    return rest[0] in OPEN_SETS and isinstance(manifest, dict) and manifest.get("item_set") in OPEN_SETS


def _refuse(instance: Instance, own: _Row, file: Path, faults: list[Fault]) -> None:
    """Refuse a submission; of its upload nothing is kept that may answer held-out items."""
    upload = None if own.form == "results" else _opened_up(instance, file)
    # Otherwise guessing held-out ids would cost nothing.
    refunds = all(fault.file != HELD_OUT_PLACE for fault in faults)
    settle_refused(instance, own.id, faults, upload=upload, refunds=refunds)


def _clear(instance: Instance, submission_id: str) -> None:
    """Forget what nothing names any more: the upload that was packed again, the held-out answers of a refused one."""
    with instance.database.reading() as session:
        own = session.get(Submission, submission_id)
        kept = session.scalar(
            select(KeptFile.digest).where(KeptFile.submission_id == submission_id, KeptFile.kind == "upload")
        )
        if own is None or own.state in {"received", "checking"}:
            return
        upload, state, benchmark = own.upload, own.state, own.benchmark_id
    if kept is not None:
        forget_unnamed(instance, upload)
    store = held_out_store(instance, benchmark)
    if store is not None and state == "refused":
        shutil.rmtree(store / INCOMING / submission_id, ignore_errors=True)
