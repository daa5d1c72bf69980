"""`proofboard worker`."""

import os
import sys

import click

from proofboard.app.service.dispatching import JOBS_AT_ONCE
from proofboard.app.service.opening import opened_instance, refuse_absent_stores
from proofboard.pipeline.steps import FLOWS, due
from proofboard.pipeline.worker import Work, work_until_told
from proofboard.settings import read_settings


@click.command()
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    default=JOBS_AT_ONCE,
    show_default=True,
    help="Jobs of each queue that run at the same time.",
)
@click.option("--lifeline", type=int, hidden=True, help="A descriptor whose end says that the supervisor is gone.")
def command(jobs: int, lifeline: int | None) -> None:
    """Run jobs of the service that the PROOFBOARD_ environment names, until SIGTERM or Ctrl-C.

    What runs then is given a moment to finish its step; the rest goes on in another worker, or here after a restart.
    """
    settings = read_settings(os.environ)
    refuse_absent_stores(settings)
    with opened_instance(settings, migrates=False) as instance:
        work_until_told(instance, Work(FLOWS, due, at_once=jobs), lifeline=lifeline)
    sys.stdout.flush()
    sys.stderr.flush()
    # A step that was left runs in a thread, and nothing ends that but the end of the process.
    os._exit(0)
