"""Build a publication from a benchmark directory: read, grade, close, assemble, write."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from proofboard import __version__
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.entries_folder import ENTRIES, Faults, ListedEntry, why_absent
from proofboard.app.graded_folder import artifacts_of, graded_with_programs
from proofboard.app.held_out.scores import NO_ANSWERS, Answers, score_held_out
from proofboard.app.held_out.store import real, refuse_misplaced
from proofboard.app.ledger.folder import LEDGER, published_ledger
from proofboard.app.purged_folder import is_purged, kept_bundle, why_outdated
from proofboard.core.entry import EarlierRevision, GradedBundle, GradedEntry, graded_entry
from proofboard.errors import Fault, InputError, fault
from proofboard.ledger.attested import attestations_in
from proofboard.publish.assemble import assemble, published_bundles
from proofboard.publish.inputs import HeldOut, PublicationInputs
from proofboard.publish.names import largest_bytes
from proofboard.publish.page import page_assets
from proofboard.publish.write import refuse_foreign, write_site
from proofboard.schemas.board import Skipped
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.graded import GRADED


class Built(msgspec.Struct, frozen=True):
    """What a build wrote: the digest of the root, and what is not on the board."""

    site: Path
    digest: str
    n_entries: int
    n_items: int
    skipped: Sequence[Skipped]


def build(folder: Path, site: Path, *, held_out: Path | None = None, strict: bool = False) -> Built:
    """Build a publication; raises InputError with every fault and leaves an existing site untouched."""
    if held_out:
        refuse_misplaced(held_out, site)
    refuse_foreign(site)
    read = read_benchmark(folder)
    _refuse_overlap(read, site)
    inputs, places = inputs_of_close(read, held_out=held_out, strict=strict)
    ledger = published_ledger(folder, inputs)
    reruns = attestations_in(ledger, read.benchmark.id)
    assembled = assemble(msgspec.structs.replace(inputs, ledger=ledger, reruns=reruns))
    refuse_too_large(assembled.documents)
    digest = write_site(assembled, places, site)
    return Built(site, digest, len(inputs.entries), len(read.table), inputs.skipped)


def inputs_of_close(
    read: BenchmarkFolder,
    *,
    held_out: Path | None = None,
    strict: bool = False,
    off: Sequence[Skipped] = (),
    answers: Answers = NO_ANSWERS,
) -> tuple[PublicationInputs, dict[str, Path]]:
    """Grade everything that a benchmark directory lists, and score it on the held-out items where they are at hand.

    `off` are entries that were taken off the board, `answers` those whose held-out answers lie elsewhere. Returns the
    inputs of `assemble`, without a log, and for the digest of each bundle its folder, for that of each artifact its
    file. Raises InputError with every fault.
    """
    present, skipped = _present(read, strict=strict)
    entries, places = grade_entries(read, present)
    for bundle in published_bundles(entries):
        places |= artifacts_of(bundle, read.folder)
    inputs = PublicationInputs(
        benchmark=read.benchmark,
        table=read.table,
        repair=read.repair,
        plan=read.plan,
        entries=entries,
        # Of an entry that is not on the board nothing is released.
        held_out=score_held_out(read, entries, held_out, answers) if held_out else HeldOut(),
        skipped=[*skipped, *off],
        commitments=read.commitments,
        software_version=__version__,
        assets=page_assets(),
    )
    return inputs, places


def _refuse_overlap(read: BenchmarkFolder, site: Path) -> None:
    """Refuse an output that would replace, or lie among, what it is built from."""
    folder, place = real(read.folder), real(site)
    if folder.is_relative_to(place):
        raise fault(site, f"contains the benchmark directory {read.folder}; choose another output folder")
    sets = read.benchmark.item_sets
    for path in (ENTRIES, GRADED, LEDGER, *filter(None, (sets.public, sets.repair, sets.commitments))):
        above = real(read.folder / path) if path in {ENTRIES, GRADED, LEDGER} else real(read.folder / path).parent
        if above != folder and (place.is_relative_to(above) or above.is_relative_to(place)):
            raise fault(site, f"lies among the files of the benchmark ({above}); choose another output folder")


def refuse_too_large(documents: Mapping[str, bytes]) -> None:
    """Refuse to publish what no reader would accept."""
    faults = [
        Fault(
            path, 0, f"would have {len(raw):,} bytes, readers accept {most:,}; declare fewer slices or use fewer words"
        )
        for path, raw in documents.items()
        if len(raw) > (most := largest_bytes(path))
    ]
    if faults:
        raise InputError(faults)


def _present(read: BenchmarkFolder, *, strict: bool) -> tuple[list[ListedEntry], list[Skipped]]:
    """Part the listed entries into those with bundles and those that are skipped, each with its reason."""
    reasons = {entry.name: why_absent(entry) or why_outdated(read, entry) for entry in read.entries}
    skipped = [Skipped(entry=name, reason=reason) for name, reason in reasons.items() if reason]
    if strict and skipped:
        raise InputError(
            [Fault(f"{read.folder}/entries/{entry.entry}", 0, f"is listed but {entry.reason}") for entry in skipped]
        )
    return [entry for entry in read.entries if not reasons[entry.name]], skipped


def grade_entries(read: BenchmarkFolder, entries: Sequence[ListedEntry]) -> tuple[list[GradedEntry], dict[str, Path]]:
    """Grade every entry, one bundle at a time; raises InputError with the faults of all of them."""
    graded: list[GradedEntry] = []
    folders: dict[str, Path] = {}
    faults = Faults()
    for entry in entries:
        bundles = [faults.of(partial(_grade, read, entry, name)) for name in sorted(entry.bundles)]
        known = [bundle for bundle in bundles if bundle]
        if len(known) == len(bundles) and (made := faults.of(partial(_put_together, read, entry, known))):
            earlier = [faults.of(partial(_revision, read, own, folders)) for own in entry.revisions]
            graded.append(msgspec.structs.replace(made, revisions=[own for own in earlier if own]))
            folders |= {bundle.digest: entry.bundles[bundle.name] for bundle in known}
    if faults.found:
        raise InputError(faults.found)
    return graded, folders


def _put_together(read: BenchmarkFolder, entry: ListedEntry, bundles: Sequence[GradedBundle]) -> GradedEntry:
    try:
        made = graded_entry(entry.configuration, bundles, read.benchmark)
        return msgspec.structs.replace(made, accepted=entry.accepted.date if entry.accepted else None)
    except InputError as error:
        # Only here is it known where the benchmark lies.
        raise InputError([replace(own, file=f"{read.folder}/{own.file}") for own in error.faults]) from error


def _revision(read: BenchmarkFolder, entry: ListedEntry, folders: dict[str, Path]) -> EarlierRevision:
    """Grade what an entry was before; raises InputError where its files are not what was recorded for it."""
    bundles = {} if why_absent(entry) or why_outdated(read, entry) else entry.bundles
    for name, place in sorted(bundles.items()):
        if is_purged(place):
            if (kept := kept_bundle(name, place, read)).manifest.item_set == "public":
                return EarlierRevision(entry.configuration, _put_together(read, entry, [kept]).public)
            continue
        bundle = read_bundle(place)
        if bundle.manifest.item_set != "public":
            continue
        try:
            graded = graded_with_programs(
                name, bundle, (read.table, read.plan), entry.configuration.model_name(), read.folder
            )
        except InputError:
            # Items or rules are others today: what it answered is kept, and has no score by the present rules.
            break
        made = _put_together(read, entry, [graded])
        folders[made.public.digest] = place
        return EarlierRevision(entry.configuration, made.public)
    return EarlierRevision(entry.configuration, None)


def _grade(read: BenchmarkFolder, entry: ListedEntry, name: str) -> GradedBundle:
    place = entry.bundles[name]
    if is_purged(place):
        return kept_bundle(name, place, read)
    bundle = read_bundle(place)
    table = {"public": read.table, "repair": read.repair}.get(bundle.manifest.item_set)
    if table is None:
        raise fault(
            place, f"is of the item set {bundle.manifest.item_set!r}, which has no place in a benchmark directory"
        )
    model = entry.configuration.model_name()
    return graded_with_programs(name, bundle, (table, read.plan), model, read.folder)
