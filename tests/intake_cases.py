"""A benchmark of a service, organisations that hand in to it, and uploads, honest and forged."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select

from builders import benchmark_folder, entry, items
from proofboard import canonical
from proofboard.app.intake.checking import check
from proofboard.app.intake.receiving import NewSubmission, Receipt, receive
from proofboard.app.service.actors import Actor
from proofboard.app.service.instance import Instance
from proofboard.archives.pack import pack
from proofboard.record.freeze import freeze
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.schemas.benchmark import Benchmark, Facet, Metric
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration, Decoding
from proofboard.schemas.item import Item, prompts_digest
from proofboard.schemas.service import BenchmarkSettings, Limits
from proofboard.schemas.submission import Submission, SubmittedBundle, SubmittedConfiguration
from proofboard.store import tables
from proofboard.store.tables import Job, QuotaSlot, SubmissionMove
from service_builders import actor, organisation

COUNT = 12
PARTS = {"functional_coverage": 35, "test_pass_rate": 25, "performance": 15, "code_quality": 15, "security": 10}


def questions() -> list[Item]:
    """Make enough items for the detectors to speak up."""
    return items(COUNT)


def limits(**changes: Any) -> BenchmarkSettings:
    """Make settings with other limits."""
    return BenchmarkSettings(limits=Limits(**changes))


def unlimited(**changes: Any) -> BenchmarkSettings:
    """Make settings under which everybody may hand in at any time."""
    return BenchmarkSettings(limits=Limits(submissions_per_model_and_day=None), **changes)


def packed(folder: Path, target: Path) -> Path:
    """Pack a benchmark directory."""
    pack({path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}, target)
    return target


def open_benchmark(
    instance: Instance,
    place: Path,
    settings: BenchmarkSettings | None = None,
    *,
    owner: str | None = None,
    entries: Sequence[ImportedEntry] | None = None,
    **folder: Any,
) -> str:
    """Put a benchmark on the server and return its id."""
    given = {"asked": questions(), **folder}
    seeds = [entry("bolt/base", 3, asked=given["asked"])] if entries is None else entries
    archive = packed(benchmark_folder(place / "benchmark", seeds, **given), place / "benchmark.zip")
    name = folder["rules"].id if "rules" in folder else "small"
    with instance.database.writing() as session:
        session.add(
            tables.Benchmark(
                id=name,
                organisation_id=owner or organisation(instance, f"owner-of-{name}"),
                title="A small board",
                archive=instance.blobs.put_file(archive),
                settings=msgspec.to_builtins(settings or BenchmarkSettings()),
                created_at=instance.now(),
                updated_at=instance.now(),
            )
        )
    return name


def submitter(instance: Instance, name: str = "acme", **changes: Any) -> Actor:
    """Add an organisation and make somebody who hands in for it."""
    return actor(organisation(instance, name), **changes)


def configuration(**changes: Any) -> Configuration:
    given: dict[str, Any] = {
        "vendor": "acme",
        "config_name": "short",
        "decoding": Decoding(model="GPT-4"),
        "settings": {"words": 3},
        **changes,
    }
    return Configuration(**given)


def answers(right: int = 6, asked: Sequence[Item] | None = None) -> list[Response]:
    return [
        Response(prompt_id=item.asked, output=item.reference if place < right else f"not {item.id}")
        for place, item in enumerate(questions() if asked is None else asked)
    ]


def artifact(  # noqa: PLR0913 - a claim names what it is about
    target: Path,
    own: Configuration | None = None,
    responses: Sequence[Response] | None = None,
    *,
    held_out: Sequence[Item] = (),
    more: dict[str, bytes] | None = None,
    benchmark: str = "small",
    date: str | None = None,
    **recorded: Any,
) -> Path:
    """Pack an artifact as `proofboard submit` does, without its checks; `held_out` are items that it answers too."""
    config = own or configuration()
    public = NewBundle(responses=answers() if responses is None else responses, **recorded)
    bundles = {"public": freeze(public, benchmark, "1", config, prompts_digest(questions()))}
    if held_out:
        hidden = NewBundle(item_set="held_out", responses=answers(7, held_out))
        bundles["held_out"] = freeze(hidden, benchmark, "1", config, prompts_digest(held_out))
    files: dict[str, bytes | Path] = {
        "submission.json": canonical.dump(submission(config, bundles, benchmark, date)),
        "configuration.json": canonical.dump(config),
    }
    for item_set, own_files in bundles.items():
        files |= {f"bundles/{item_set}/{name}": raw for name, raw in own_files.items()}
    target.unlink(missing_ok=True)
    pack({**files, **(more or {})}, target)
    return target


def submission(
    own: Configuration, bundles: dict[str, dict[str, bytes]], benchmark: str, date: str | None = None
) -> Submission:
    """Say what an artifact holds."""
    return Submission(
        schema_version=1,
        software_version="0",
        benchmark=benchmark,
        protocol_version="1",
        grading=None,
        prompts_digest=prompts_digest(questions()),
        configuration=SubmittedConfiguration(name=own.name, recipe=own.digest(), document=canonical.digest_of(own)),
        bundles=[
            SubmittedBundle(name=name, item_set=name, digest=canonical.digest(files["manifest.json"]))  # type: ignore[arg-type]
            for name, files in sorted(bundles.items())
        ],
        notes=[],
        date=date,
    )


def handed_in(instance: Instance, who: Actor, file: Path, **changes: Any) -> Receipt:
    """Hand in an artifact."""
    return receive(instance, who, NewSubmission(form="artifact", file=file, **changes))


def checked(instance: Instance, who: Actor, file: Path, **changes: Any) -> tables.Submission:
    """Hand in an upload, check it, and return its row."""
    receipt = receive(instance, who, NewSubmission(**{"form": "artifact", "file": file, **changes}))
    check(instance, receipt.id)
    return row_of(instance, receipt.id)


def row_of(instance: Instance, submission_id: str) -> tables.Submission:
    with instance.database.reading() as session:
        found = session.get_one(tables.Submission, submission_id)
        session.expunge(found)
        return found


def reasons(own: tables.Submission) -> str:
    """Return all reasons of a refused submission, one in a line."""
    return "\n".join(f"{fault['place']}:{fault['line']}: {fault['reason']}" for fault in own.faults)


def slot_of(instance: Instance, submission_id: str) -> QuotaSlot:
    with instance.database.reading() as session:
        return session.get_one(QuotaSlot, submission_id)


def states_of(instance: Instance, submission_id: str) -> list[str]:
    with instance.database.reading() as session:
        query = select(SubmissionMove.state).where(SubmissionMove.submission_id == submission_id)
        return list(session.scalars(query.order_by(SubmissionMove.number)))


def jobs_of(instance: Instance, submission_id: str) -> list[tuple[str, str]]:
    """Return the kind and queue of every job about a submission."""
    with instance.database.reading() as session:
        return [(job.kind, job.queue) for job in session.scalars(select(Job).where(Job.subject == submission_id))]


def five_parts() -> Benchmark:
    """Make a benchmark of five reported scores and their weighted total."""
    parts = {name: Metric(reported=True, denominator=10**6) for name in PARTS}
    return Benchmark(
        id="code",
        title="Code",
        protocol_version="1",
        metrics={**parts, "total": Metric(weighted=PARTS, denominator=10**6)},
        headline="total",
        facets={
            "category": Facet(values=["cli_tool", "web_api"], role="category"),
            "difficulty": Facet(values=["basic", "expert"], role="tier"),
        },
    )


def problems() -> list[Item]:
    return [
        Item(id="web-001", prompt="A web API.", facets={"category": "web_api", "difficulty": "basic"}),
        Item(id="web-002", prompt="Another.", facets={"category": "web_api", "difficulty": "expert"}),
        Item(id="cli-001", prompt="A tool.", facets={"category": "cli_tool", "difficulty": "expert"}),
    ]


SCORES = {
    "total": 89.1,
    "functional_coverage": 95.0,
    "test_pass_rate": 88.0,
    "performance": 82.3,
    "code_quality": 85.7,
    "security": 86.5,
}


def results() -> dict[str, Any]:
    """Make honest metadata and results, as other tools write them."""
    return {
        "metadata": {
            "submission_id": "5f3c",
            "timestamp": "2026-11-20T10:30:00Z",
            "model": {
                "name": "Model Four",
                "version": "2026-01-01",
                "organization": "Bolt",
                "parameters": "1.76T",
                "type": "autoregressive",
                "training_data_cutoff": "2025-12-01",
            },
            "configuration": {
                "temperature": 0.7,
                "max_tokens": 4096,
                "top_p": 0.95,
                "frequency_penalty": 0,
                "presence_penalty": 0,
                "system_prompt": "You are an expert.",
                "tools_used": ["web_search"],
            },
            "hardware": {"gpu": "A100", "cpu": "EPYC", "memory": "512GB", "provider": "AWS"},
            "reproducibility": {
                "seed": 42,
                "deterministic": True,
                "docker_image": "bolt/runner:1.0.0",
                "commit_hash": "abc123def456",
            },
        },
        "results": {
            "evaluation_id": "eval-1",
            "submission_id": "5f3c",
            "problem_results": [
                {
                    "problem_id": name,
                    "scores": dict(SCORES),
                    "metrics": {"generation_time": 45.3, "tokens_used": 3421, "cost_usd": 0.103, "attempts": 1},
                    "artifacts": {"code": f"s3://bucket/{name}.tar.gz", "logs": f"s3://bucket/{name}.json"},
                }
                for name in ("WEB-001", "WEB-002", "CLI-001")
            ],
            "aggregate_scores": {
                "overall": 89.1,
                "by_category": {"web_api": 89.1, "cli_tool": 89.1},
                "by_difficulty": {"basic": 89.1, "expert": 89.1},
            },
        },
    }


def posted(target: Path, document: Any) -> Path:
    target.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return target


def listed(instance: Instance, own: tables.Submission, name: str) -> None:
    """Put a submission on the board under a name."""
    with instance.database.writing() as session:
        session.add(
            tables.EntryRevision(
                benchmark_id=own.benchmark_id,
                name=name,
                revision=1,
                submission_id=own.id,
                organisation_id=own.organisation_id,
                state="listed",
                configuration=own.upload,
                configuration_digest=own.configuration_digest,
                acceptance=own.upload,
                bundles={},
                graded={},
                at=instance.now(),
            )
        )
