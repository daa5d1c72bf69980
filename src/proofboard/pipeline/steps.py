"""What is done for each kind of job: the one table from kinds to verbs of `app`."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from proofboard.app.intake.checking import check
from proofboard.app.people.telling import deliver
from proofboard.app.review.rerunning import fail_rerun, run_rerun
from proofboard.app.service.candidates import fail_publication
from proofboard.app.service.evaluating import begin, evaluate_batch, finish
from proofboard.app.service.failing import fail
from proofboard.app.service.grading_held_out import grade_answers
from proofboard.app.service.instance import Instance
from proofboard.app.service.publishing import close, draft, publish_next
from proofboard.app.upkeep.audits import choose
from proofboard.app.upkeep.continuous import run_live
from proofboard.app.upkeep.retention import retain
from proofboard.app.upkeep.schedules import due
from proofboard.pipeline.workflows import Do, Flow
from proofboard.schemas.states import JobKind

__all__ = ["FLOWS", "due"]


def _one(name: str, verb: Callable[[Instance, str], object]) -> Callable[[Do, str], None]:
    """Take one step, whose answer nobody needs: only what a later step needs is kept by the engine."""

    def quietly(instance: Instance, subject: str) -> None:
        verb(instance, subject)

    def steps(do: Do, subject: str) -> None:
        do(name, quietly, subject)

    return steps


def _evaluate(do: Do, submission: str) -> None:
    """Grade in batches, each of which is done once: a worker that dies takes one batch with it at most."""
    count: int = do("begin", begin, submission)
    parts: list[Any] = [do("batch", evaluate_batch, submission, number) for number in range(count)]
    do("finish", finish, submission, parts)


FLOWS: Final[Mapping[JobKind, Flow]] = {
    "check": Flow(_one("check", check), fail),
    "evaluate": Flow(_evaluate, fail),
    "grade": Flow(_one("grade", grade_answers)),
    "publish": Flow(_one("publish", publish_next), fail_publication, is_put_off=True),
    "close": Flow(_one("close", close)),
    "draft": Flow(_one("draft", draft)),
    "rerun": Flow(_one("rerun", run_rerun), fail_rerun),
    "live": Flow(_one("live", run_live)),
    "retain": Flow(_one("retain", lambda instance, _: retain(instance))),
    "audit": Flow(_one("audit", choose)),
    "deliver": Flow(_one("deliver", deliver)),
}
"""Job kind → its steps, and what settles its subject when the platform failed."""
