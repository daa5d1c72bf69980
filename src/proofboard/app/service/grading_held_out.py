"""Grade held-out answers with the programs of a benchmark, into the private store and nowhere else.

They run what a submitter wrote, which may take as long as a held-out item makes it take. So no state, no place in a
queue and no publication waits for them: a job of nobody in particular runs them, and a close what is still left.
"""

from pathlib import Path

from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.entries_folder import ENTRIES
from proofboard.app.grading.due import GradableBundle, held_out_bundles
from proofboard.app.grading.grading import alone
from proofboard.app.held_out.scores import Answers
from proofboard.app.held_out.store import held_out_table
from proofboard.app.service.batches import grade_held_out
from proofboard.app.service.evaluating import incoming, submission_of
from proofboard.app.service.instance import Instance
from proofboard.app.service.materialising import held_out_store, rules_at
from proofboard.app.submissions.checks import HELD_OUT
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.bundle_folder import read_bundle


def grade_answers(instance: Instance, submission_id: str) -> None:
    """Grade the held-out answers of one submission (a job); nothing happens where there are none, or no store."""
    with instance.database.reading() as session:
        submission = submission_of(session, submission_id)
        benchmark, entry = submission.benchmark_id, str(submission.entry)
    store = held_out_store(instance, benchmark)
    if store is None:
        return
    read = rules_at(instance, benchmark)
    # What was published meanwhile has its place among the entries.
    places = [incoming(instance, benchmark, submission_id), store / ENTRIES / entry / HELD_OUT]
    for place in (own for own in places if own and (own / MANIFEST).is_file()):
        bundle = GradableBundle(entry, HELD_OUT, read_bundle(place), held_out_table(read, store), store)
        _grade(read, bundle)


def grade_the_rest(read: BenchmarkFolder, store: Path, answers: Answers) -> None:
    """Grade what a close needs and no job has graded: answers that their owner laid there, or by other programs.

    `answers` are those that a close takes from elsewhere in the store.
    """
    if not read.benchmark.programs:
        return
    table = held_out_table(read, store)
    taken = [(name, place) for name, place in answers.items() if place is not None]
    more = [GradableBundle(name, HELD_OUT, read_bundle(place), table, store) for name, place in taken]
    for own in (*held_out_bundles(read, store), *more):
        _grade(read, own)


def _grade(read: BenchmarkFolder, own: GradableBundle) -> None:
    with alone(own.place.parent, waits=True):
        if own.recorded(read) is None:
            grade_held_out(read, own)
