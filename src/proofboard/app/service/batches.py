"""Grade batches of responses in the sandbox: what the programs of a benchmark make of one submission."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from proofboard import __version__, canonical
from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.entries_folder import ENTRIES
from proofboard.app.grading.due import GradableBundle, Task
from proofboard.app.grading.grading import graded_row
from proofboard.app.grading.journal import Journal
from proofboard.app.grading.staging import refuse_absent, staged_programs
from proofboard.app.purged_folder import is_purged
from proofboard.core.programs import items_digest
from proofboard.core.rules.programs import metrics_by_program
from proofboard.grade.bubblewrap import open_bubblewrap
from proofboard.grade.program import StagedProgram
from proofboard.grade.sandbox import Judged, Sandbox, grade_response
from proofboard.record.freeze import write
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.graded import ARTIFACTS, GRADED, GRADED_FILE, GradedDocument, GradedResponse
from proofboard.store.blobs import Blobs

BATCH_RESPONSES: Final = 50
PROGRAMS_AT_A_TIME: Final = 2


class Part(msgspec.Struct, frozen=True):
    """What one batch made: rows of some responses, by bundle."""

    rows: Mapping[str, list[GradedResponse]]
    """Bundle digest → rows, in the order of the tasks."""


def gradable(read: BenchmarkFolder, folder: Path) -> list[GradableBundle]:
    """Return the bundles below a folder's entries that programs grade, in the order of their names."""
    tables = {"public": read.table, "repair": read.repair}
    found: list[GradableBundle] = []
    for place in sorted((folder / ENTRIES).glob(f"*/*/*/{MANIFEST}")) if metrics_by_program(read.benchmark) else ():
        if is_purged(place.parent):
            continue
        bundle = read_bundle(place.parent)
        if table := tables.get(bundle.manifest.item_set):
            name = f"{bundle.manifest.vendor}/{bundle.manifest.config_name}"
            found.append(GradableBundle(name, place.parent.name, bundle, table, folder))
    return found


def tasks_of(read: BenchmarkFolder, bundles: Sequence[GradableBundle]) -> list[tuple[str, Task]]:
    """Return every run that bundles take, with the digest of each one's bundle."""
    return [(own.bundle.digest, task) for own in bundles for task in own.tasks(read)]


def graded_part(read: BenchmarkFolder, folder: Path, number: int, blobs: Blobs) -> Part:
    """Grade the batch of a number (from 0); what programs kept goes to the blobs."""
    bundles = gradable(read, folder)
    chosen = tasks_of(read, bundles)[number * BATCH_RESPONSES : (number + 1) * BATCH_RESPONSES]
    rows: dict[str, list[GradedResponse]] = {own.bundle.digest: [] for own in bundles}
    with _programs(read) as (staged, sandbox):
        judged = _judged(sandbox, staged, [task for _, task in chosen])
        for (bundle, task), found in zip(chosen, judged, strict=True):
            kept = {name: blobs.put(raw) for name, raw in found.artifacts.items()}
            rows[bundle].append(msgspec.structs.replace(graded_row(task, found), artifacts=kept))
    return Part(rows)


@contextmanager
def _programs(read: BenchmarkFolder) -> Iterator[tuple[dict[str, StagedProgram], Sandbox]]:
    with staged_programs(read) as staged, closing(open_bubblewrap()) as sandbox:
        refuse_absent(read, sandbox)
        yield staged, sandbox


def _judged(sandbox: Sandbox, staged: Mapping[str, StagedProgram], tasks: Sequence[Task]) -> list[Judged]:
    def one(task: Task) -> Judged:
        return grade_response(sandbox, staged[task.key[3]], task.item, task.response, lambda: False)

    with ThreadPoolExecutor(PROGRAMS_AT_A_TIME) as pool:
        return list(pool.map(one, tasks))


def grade_held_out(read: BenchmarkFolder, own: GradableBundle) -> None:
    """Grade held-out answers into the private store, as `proofboard grade --held-out` does; nothing is returned."""
    with _programs(read) as (staged, sandbox):
        journal = Journal(own.place, _head(own, staged, sandbox))
        left = (task for task in own.tasks(read) if task.key not in journal.rows)
        while chunk := list(islice(left, BATCH_RESPONSES)):
            for task, found in zip(chunk, _judged(sandbox, staged, chunk), strict=True):
                journal.add(graded_row(task, found), found.artifacts)
        journal.finish(task.key for task in own.tasks(read))


def graded_documents(
    read: BenchmarkFolder, folder: Path, parts: Sequence[Part], blobs: Blobs
) -> dict[str, GradedDocument]:
    """Put the parts of all batches together, lay them beside the entry, and return them by bundle."""
    found: dict[str, GradedDocument] = {}
    with _programs(read) as (staged, sandbox):
        heads = {own.bundle.digest: _head(own, staged, sandbox) for own in gradable(read, folder)}
    for bundle, head in heads.items():
        rows = [row for part in parts for row in part.rows.get(bundle, ())]
        found[bundle] = msgspec.structs.replace(head, responses=rows)
        place = folder / GRADED / canonical.hex_of(bundle)
        write(place / GRADED_FILE, canonical.dump(found[bundle]))
        for digest in artifacts_in(found[bundle]):
            blobs.place(digest, place / ARTIFACTS / canonical.hex_of(digest))
    return found


def artifacts_in(document: GradedDocument) -> list[str]:
    """List the digests of what programs kept."""
    return sorted({kept for row in document.responses for kept in row.artifacts.values()})


def _head(own: GradableBundle, staged: Mapping[str, StagedProgram], sandbox: Sandbox) -> GradedDocument:
    return GradedDocument(
        schema_version=1,
        bundle=own.bundle.digest,
        items=items_digest(own.table),
        programs={name: program.digest for name, program in staged.items()},
        sandbox=sandbox.name,
        software=f"proofboard {__version__}",
        responses=[],
    )
