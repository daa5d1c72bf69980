"""Let the programs of a benchmark grade what was answered, in a sandbox, and record what they made of it."""

import fcntl
import os
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from proofboard import __version__
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.grading.due import GradableBundle, Task, gradable_bundles
from proofboard.app.grading.journal import Journal
from proofboard.app.grading.staging import refuse_absent, refuse_unable, staged_programs
from proofboard.archives.placing import clear_left
from proofboard.core.programs import items_digest
from proofboard.errors import OutputError
from proofboard.grade.program import StagedProgram
from proofboard.grade.sandbox import Judged, Sandbox, grade_response
from proofboard.record.answering import Progress
from proofboard.schemas.graded import GRADED, GradedDocument, GradedResponse
from proofboard.schemas.preparing import prepare_structs

_WAITING_PER_JOB: Final = 4


class ToGrade(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be graded, and how."""

    benchmark: Path
    open_sandbox: Callable[[], Sandbox]
    """Makes the sandbox, where there is something to run."""
    entries: Sequence[str] = ()
    """The entries whose bundles are graded; by default all."""
    held_out: Path | None = None
    """The held-out store whose bundles are graded too."""
    jobs: int = 1
    """Programs that run at a time."""
    again: bool = False
    """Also what was graded by the present programs for the present items."""


class GradedOne(msgspec.Struct, frozen=True):
    """What is recorded of one bundle now."""

    entry: str
    name: str
    is_held_out: bool
    document: GradedDocument
    n_run: int
    """Runs that were made for it now."""


def grade(wanted: ToGrade, progress: Progress) -> list[GradedOne]:
    """Grade every bundle that the present programs have not graded; what was graded before a failure is kept.

    Raises:
        InputError: benchmark, programs or bundles cannot be used, with every fault.
        HeldOutError: gradings of held-out answers would lie where they must not.
        MissingExtraError: there is no sandbox; programs run in no other way.
        OutputError: the sandbox failed, or another `grade` is at work.
    """
    read = read_benchmark(wanted.benchmark)
    found = gradable_bundles(read, wanted.entries, wanted.held_out)
    refuse_unable(read)
    recorded = {own.bundle.digest: None if wanted.again else own.recorded(read) for own in found}
    due = [own for own in found if recorded[own.bundle.digest] is None]
    graded: dict[str, tuple[GradedDocument, int]] = {}
    if due:
        with ExitStack() as stack:
            for root in {own.root for own in due}:
                stack.enter_context(alone(root / GRADED))
            staged = stack.enter_context(staged_programs(read))
            sandbox = stack.enter_context(closing(wanted.open_sandbox()))
            refuse_absent(read, sandbox)
            graded = _Grading(read, wanted, staged, sandbox, progress).all_of(due)
    known = {digest: (document, 0) for digest, document in recorded.items() if document} | graded
    return [GradedOne(own.entry, own.name, own.is_held_out, *known[own.bundle.digest]) for own in found]


@contextmanager
def alone(folder: Path, *, waits: bool = False) -> Iterator[None]:
    """Let no other run write into a folder at the same time; raises OutputError where one does, unless this waits."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        number = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror or error}") from error
    try:
        fcntl.flock(number, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        clear_left(folder)
        yield
    except BlockingIOError as error:
        raise OutputError(f"{folder}: another `proofboard grade` is at work here; wait for it") from error
    finally:
        os.close(number)


class _Grading:
    """The runs of all bundles that are due."""

    def __init__(
        self,
        read: BenchmarkFolder,
        wanted: ToGrade,
        staged: Mapping[str, StagedProgram],
        sandbox: Sandbox,
        progress: Progress,
    ) -> None:
        self._read = read
        self._wanted = wanted
        self._staged = staged
        self._sandbox = sandbox
        self._progress = progress
        self._interrupted = threading.Event()

    def all_of(self, due: Sequence[GradableBundle]) -> dict[str, tuple[GradedDocument, int]]:
        """Grade bundles one after the other; returns digest → what is recorded, and the runs that it took."""
        journals = {own.bundle.digest: Journal(own.place, self._head_of(own)) for own in due}
        if self._wanted.again:
            for journal in journals.values():
                journal.start_anew()
        left = {
            own.bundle.digest: [
                task for task in own.tasks(self._read) if task.key not in journals[own.bundle.digest].rows
            ]
            for own in due
        }
        total, done = sum(map(len, left.values())), 0
        graded: dict[str, tuple[GradedDocument, int]] = {}
        prepare_structs()
        with ThreadPoolExecutor(self._wanted.jobs) as pool:
            for own in due:
                journal = journals[own.bundle.digest]
                with closing(self._judged(pool, left[own.bundle.digest])) as coming:
                    for task, judged in coming:
                        journal.add(graded_row(task, judged), judged.artifacts)
                        done += 1
                        self._progress(done, total)
                document = journal.finish(task.key for task in own.tasks(self._read))
                graded[own.bundle.digest] = document, len(left[own.bundle.digest])
        return graded

    def _judged(self, pool: ThreadPoolExecutor, tasks: Sequence[Task]) -> Generator[tuple[Task, Judged], None, None]:
        """Yield what became of each response, in the order in which they are done."""
        coming = iter(tasks)
        running: dict[Future[Judged], Task] = {}
        try:
            while True:
                room = self._wanted.jobs * _WAITING_PER_JOB - len(running)
                running |= {pool.submit(self._one, task): task for task in islice(coming, room)}
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield running.pop(future), future.result()
        finally:
            # Whatever ends us, an interruption from the keyboard too: nobody waits for programs then.
            for future in running:
                future.cancel()
                self._interrupted.set()

    def _one(self, task: Task) -> Judged:
        program = self._staged[task.key[3]]
        return grade_response(self._sandbox, program, task.item, task.response, self._interrupted.is_set)

    def _head_of(self, own: GradableBundle) -> GradedDocument:
        return GradedDocument(
            schema_version=1,
            bundle=own.bundle.digest,
            items=items_digest(own.table),
            programs={name: program.digest for name, program in self._staged.items()},
            sandbox=self._sandbox.name,
            software=f"proofboard {__version__}",
            responses=[],
        )


def graded_row(task: Task, judged: Judged) -> GradedResponse:
    """Write what became of one response as the row that is recorded, its artifacts left out."""
    item_id, trial, stage_, program = task.key
    return GradedResponse(
        item_id=item_id,
        program=program,
        outcome=judged.outcome,
        scores=dict(judged.printed.scores),
        trial=trial,
        stage=stage_,
        reason=judged.reason,
        findings=judged.printed.findings,
        wall_microseconds=judged.ran.wall_microseconds,
        cpu_microseconds=judged.ran.cpu_microseconds,
        peak_kib=judged.ran.peak_kib,
    )
