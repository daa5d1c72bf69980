"""Find jobs that nobody works on, and see to it that somebody does: nothing is lost, done twice, or stuck.

The engine resumes only what its own process left behind. Here every living worker looks after all others: work of a
dead one is put back into its own queue, and where the job table and the engine disagree, the job starts anew.
"""

from typing import Literal

from proofboard.app.service.dispatching import RunningJob, give_back, running_jobs, take_over
from proofboard.app.service.heartbeats import Watch
from proofboard.app.service.instance import Instance
from proofboard.pipeline.engine import JobRunner, SeenWorkflow

Remedy = Literal["resume", "give back"]


class Reaper:
    """One worker's care for the jobs of all."""

    def __init__(self, instance: Instance, runner: JobRunner, worker: str, watch: Watch) -> None:
        """Take the engine and the watch of this worker."""
        self._instance = instance
        self._runner = runner
        self._worker = worker
        self._watch = watch
        self._suspects: dict[str, tuple[RunningJob, SeenWorkflow | None]] = {}

    def reap(self) -> int:
        """Look at every running job once; returns how many were resumed or given back.

        What may only look wrong because it is just changing has to look the same at the next time, too.
        """
        living = self._watch.living(self._instance) | {self._worker}
        jobs = running_jobs(self._instance)
        known = self._runner.seen(job.id for job in jobs)
        own = self._runner.running()
        helped, suspects = 0, {}
        for job in jobs:
            seen = known.get(job.id)
            remedy, is_certain = self._remedy(job, seen, living, own)
            if remedy is None:
                continue
            if is_certain or self._suspects.get(job.id) == (job, seen):
                helped += self._help(job, remedy)
            else:
                suspects[job.id] = (job, seen)
        self._suspects = suspects
        return helped

    def _remedy(
        self, job: RunningJob, seen: SeenWorkflow | None, living: frozenset[str], own: frozenset[str]
    ) -> tuple[Remedy | None, bool]:
        """Say what a job needs, and whether that is certain at the first sight."""
        is_orphan = job.worker not in living
        is_idle = job.worker == self._worker and job.id not in own
        if seen is None:
            return ("give back" if is_orphan or is_idle else None), is_orphan
        if seen.state == "ended":
            return "give back", False
        if not seen.is_current:
            return ("give back" if is_orphan or is_idle else None), False
        if seen.state == "queued":
            return None, False
        if seen.executor not in living:
            return "resume", True
        return ("resume" if seen.executor == self._worker and job.id not in own else None), False

    def _help(self, job: RunningJob, remedy: Remedy) -> bool:
        if remedy == "give back":
            return give_back(self._instance, job)
        if not take_over(self._instance, job, self._worker):
            return False
        self._runner.resume(job.id, job.queue)
        return True
