"""A publication as records of Every Eval Ever: one for each entry, with an instance for each public item score.

Published numbers only, and none of a held-out set: the format has no field that says how coarse or how sure a number
is. No clock is read; times are the days that the publication itself names.
"""

import hashlib
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.core.grading import BUILT_IN
from proofboard.publish.names import bundle_path, purged_path, scores_path
from proofboard.publish.opened import OpenedSite
from proofboard.publish.opened_scores import configuration_of, item_tables, public_bundle
from proofboard.publish.views.every_eval_ever_numbers import results_of, words
from proofboard.publish.views.every_eval_ever_rows import VERSION, Answered, Plain, Scored, instances_of, json_text
from proofboard.record.every_eval_ever import own
from proofboard.record.every_eval_ever.statements import seconds_of
from proofboard.schemas.benchmark import Benchmark, ItemSets, Metric
from proofboard.schemas.board import BoardRow, rows_in
from proofboard.schemas.bundle import Manifest
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.item import Item
from proofboard.schemas.publication import BundleReference, ScoresDocument

UNKNOWN: Final = "unknown"
DEPLOYMENT: Final = {"deployment_type": UNKNOWN, "model_availability": UNKNOWN}
UUID_LENGTHS: Final = (8, 4, 4, 4, 12)
NEEDS_VERDICTS: Final = "votes"


def records(site: OpenedSite, rows: Sequence[BoardRow]) -> dict[str, bytes]:
    """Return path → bytes of the records of some entries and of their instances; a run that is none is left out."""
    items = item_tables(site)[0].items
    benchmark = _portable(site)
    newest = _newest_day(site)
    files: dict[str, bytes] = {}
    for row in rows:
        if row.invalid is None:
            answered = _answered(site, row, items, benchmark)
            files |= _record(site, row, answered, newest)
    return files


def _portable(site: OpenedSite) -> Benchmark:
    """Return the rules that a record can carry: nothing that needs files, votes or programs beside it."""
    made = site.rules.graders

    def portable(name: str, metric: Metric) -> Metric:
        known = made.get(name, "").startswith(BUILT_IN) and metric.grader and metric.grader.kind != NEEDS_VERDICTS
        needs_more = metric.grader is not None and not known
        return msgspec.structs.replace(metric, grader=None, reported=True) if needs_more else metric

    whole = site.rules.benchmark
    metrics = {name: portable(name, metric) for name, metric in whole.metrics.items()}
    return msgspec.structs.replace(whole, metrics=metrics, item_sets=ItemSets(), programs={}, close_the_loop=None)


def _newest_day(site: OpenedSite) -> str:
    """Return the newest day that the publication names, in seconds since 1970."""
    newest = max((seconds_of(row.date) for row in rows_in(site.board) if row.date), default=Fraction(-1))
    return str(int(newest)) if newest >= 0 else UNKNOWN


def _answered(site: OpenedSite, row: BoardRow, items: Sequence[Item], benchmark: Benchmark) -> Answered:
    reference = public_bundle(site, row)
    bundle = _bundle(site, reference)
    facet = next((name for name, made in benchmark.facets.items() if made.role == "track"), None)
    asked = [item for item in items if facet is None or item.facets[facet] == row.track]
    return Answered(
        benchmark=benchmark,
        configuration=configuration_of(site, row),
        bundle=bundle,
        items=asked,
        rows=_rows(site, reference, items),
        responses={(own.prompt_id, own.trial): own for own in bundle.responses if own.stage == "answer"},
    )


def _bundle(site: OpenedSite, reference: BundleReference) -> Bundle:
    """Read a published bundle; one whose answers were purged has none to tell."""
    if reference.purged is None:
        return read_bundle(site.folder / bundle_path(reference.bundle))
    manifest = site.document(purged_path(reference.bundle), reference.bundle, Manifest)
    return Bundle(reference.bundle, manifest, [], [], [], site.folder)


def _rows(site: OpenedSite, reference: BundleReference, items: Sequence[Item]) -> list[Scored]:
    """Read the item scores of an entry, row by row; a row without any score is kept, and has no instance."""
    document = site.document(scores_path(reference.bundle), str(reference.scores), ScoresDocument)
    by_id = {item.id: item for item in items}
    ids = document.items or [item.id for item in items]
    trials, stages = document.trials or [0] * len(ids), document.stages or ["answer"] * len(ids)
    return [
        Scored(
            by_id[item_id],
            trials[place],
            {name: value for name, column in document.metrics.items() if (value := column.values[place]) is not None},
        )
        for place, item_id in enumerate(ids)
        if stages[place] == "answer"
    ]


def _record(site: OpenedSite, row: BoardRow, answered: Answered, newest: str) -> dict[str, bytes]:
    """Return the record of one entry, and its instances where it has any; nothing where it has no number."""
    results = results_of(row, site.entry(row), answered)
    if not results:
        return {}
    record = {**_base(site, row, answered, newest), **(words(answered, own.STATED) or {})}
    ids = {"evaluation_id": record["evaluation_id"], "model_id": record["model_info"]["id"]}
    instances = list(instances_of(answered, results, ids))
    record |= {"schema_version": VERSION, "evaluation_results": list(results.values())}
    _mark(site, record, answered)
    name = answered.configuration.name
    path = f"data/{answered.benchmark.id}/{name}/{_uuid(f'{answered.benchmark.id}/{name}')}"
    if not instances:
        return {f"{path}.json": canonical.dump(record)}
    raw = canonical.dump_lines(instances)
    record["detailed_evaluation_results"] = {
        "format": "jsonl",
        "file_path": f"{path}_samples.jsonl",
        "hash_algorithm": "sha256",
        "checksum": hashlib.sha256(raw).hexdigest(),
        "total_rows": len(instances),
    }
    return {f"{path}.json": canonical.dump(record), f"{path}_samples.jsonl": raw}


def _base(site: OpenedSite, row: BoardRow, answered: Answered, newest: str) -> Plain:
    """Say who says it, of which model, and when, as far as the publication knows."""
    name, title = answered.configuration.name, answered.benchmark.title
    return {
        "evaluation_id": f"{answered.benchmark.id}/{name.replace('/', '_')}/{newest}",
        "retrieved_timestamp": newest,
        **({"evaluation_timestamp": row.date} if row.date else {}),
        "source_metadata": {
            "source_name": title,
            "source_type": "evaluation_run" if answered.samples else "documentation",
            "source_organization_name": UNKNOWN,
            "evaluator_relationship": "other",
        },
        "eval_library": {"name": "proofboard", "version": site.publication.software_version},
        "model_info": {
            "name": row.title or row.model or name,
            "id": row.model or name,
            **({"developer": row.organization} if row.organization else {}),
        },
    }


def _mark(site: OpenedSite, record: Plain, answered: Answered) -> None:
    """Add what makes the benchmark out of its records again."""
    manifest = answered.bundle.manifest
    first = manifest.claims.get(own.PUBLICATION) if _is_own(answered.bundle) else None
    bundle = own.OwnBundle(
        protocol_version=manifest.protocol_version,
        trials=manifest.trials,
        trial_kind=manifest.trial_kind,
        unscored=answered.unscored,
        unanswered=answered.unanswered,
    )
    _add(
        record["source_metadata"],
        {
            own.BENCHMARK: json_text(answered.benchmark),
            own.PUBLICATION: first if isinstance(first, str) else canonical.digest(site.root),
        },
    )
    marks = {
        own.ENTRY: answered.configuration.name,
        own.CONFIGURATION: json_text(answered.configuration),
        own.BUNDLE: json_text(bundle),
    }
    _add(record["model_info"], {**DEPLOYMENT, **record["model_info"].get("additional_details", {}), **marks})


def _is_own(bundle: Bundle) -> bool:
    source = bundle.manifest.source
    return source is not None and source.format == own.FORMAT


def _add(part: Plain, details: dict[str, str]) -> None:
    part["additional_details"] = {**part.get("additional_details", {}), **details}


def _uuid(name: str) -> str:
    """Name a record by a digest in the form of a random UUID, which is the form that the format asks for."""
    digits = list(hashlib.sha256(name.encode()).hexdigest()[: sum(UUID_LENGTHS)])
    digits[12], digits[16] = "4", "89ab"[int(digits[16], 16) % 4]
    parts = []
    for length in UUID_LENGTHS:
        parts.append("".join(digits[:length]))
        digits = digits[length:]
    return "-".join(parts)
