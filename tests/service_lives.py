"""A board of a service whose processes are real, and submissions to it that nobody has looked at yet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from builders import benchmark, benchmark_folder, entry
from intake_cases import COUNT, answers, artifact, configuration, packed, questions
from proofboard.app.intake.receiving import NewSubmission, receive
from proofboard.app.service.actors import Actor
from proofboard.app.service.benchmarks import add_benchmark, change_settings
from proofboard.app.service.instance import Instance, system_clock
from proofboard.app.service.local_owner import local_owner
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import Benchmark, GraderSpec, Metric, Program
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Decoding
from proofboard.schemas.service import BenchmarkSettings, Limits
from proofboard.store.tables import Submission
from service_builders import host
from service_processes import Plan

BOARD = "small"
OPEN = BenchmarkSettings(limits=Limits(submissions_per_model_and_day=None), close="at once")
BY_SCHEDULE = msgspec.structs.replace(OPEN, close="by schedule")


def with_program() -> Benchmark:
    """Make rules whose score a program of the owner makes."""
    command = GraderSpec(kind="command", options={"program": "check"})
    return benchmark(
        metrics={"correct": Metric(grader=command)},
        programs={"check": Program(run=["python3", "/program/grade.py"], files="program")},
    )


def living(instance: Instance) -> Instance:
    """Give an instance the clock of its processes."""
    return msgspec.structs.replace(instance, clock=system_clock)


def board(instance: Instance, folder: Path, settings: BenchmarkSettings = OPEN, *, program: str | None = None) -> Actor:
    """Add the board; its first close is promised. Returns its owner."""
    host(instance)
    owner = local_owner(instance)
    seeds = [] if program else [entry("bolt/base", 3, asked=questions())]
    place = benchmark_folder(folder / "benchmark", seeds, asked=questions(), rules=with_program() if program else None)
    if program:
        write(place / "program/grade.py", program.encode())
    add_benchmark(instance, owner, packed(place, folder / "benchmark.zip"))
    change_settings(instance, owner, BOARD, settings)
    return owner


def plan_of(instance: Instance, **changes: Any) -> Plan:
    """Say how a process serves an instance."""
    settings, environment = instance.settings, {"PROOFBOARD_DATA": str(instance.settings.data)}
    if settings.database_url is not None:
        environment["PROOFBOARD_DATABASE_URL"] = settings.database_url
    if settings.held_out is not None and not changes.get("is_web"):
        environment["PROOFBOARD_HELD_OUT"] = str(settings.held_out)
    if settings.private_webhooks:
        environment["PROOFBOARD_PRIVATE_WEBHOOKS"] = "true"
    named = changes.pop("name", None)
    return Plan({**environment, **({"PROOFBOARD_WORKER_NAME": named} if named else {})}, **changes)


def file_of(folder: Path, name: str = "acme/short", right: int = 6, salt: str = "", **more: Any) -> Path:
    """Pack a submission; the salt makes its answers and its recipe its own."""
    vendor, config_name = name.split("/")
    folder.mkdir(parents=True, exist_ok=True)
    own = configuration(
        vendor=vendor,
        config_name=config_name,
        decoding=Decoding(model=f"{vendor}/model"),
        settings={"salt": f"{name} {salt}"},
        licence="CC0-1.0",
    )
    given = [*answers(right)[: COUNT - 1], Response(prompt_id=questions()[-1].asked, output=f"{name} {salt}")]
    return artifact(folder / f"{vendor}-{config_name}-{salt}.zip".replace(" ", ""), own, given, **more)


def handed_in(instance: Instance, who: Actor, file: Path) -> str:
    """Hand a file in; returns the id of the submission."""
    return receive(instance, who, NewSubmission(form="artifact", file=file, benchmark=BOARD)).id


def states(instance: Instance, submissions: Sequence[str] | None = None) -> dict[str, str]:
    """Answer the state of every submission, or of some."""
    with instance.database.reading() as session:
        rows = {own.id: own.state for own in session.scalars(select(Submission))}
    return rows if submissions is None else {own: rows[own] for own in submissions}
