"""What programs made of bundles, as `grade` left it in a benchmark directory or a held-out store."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from proofboard import canonical
from proofboard.core.entry import GradedBundle, GradedResults, graded_bundle
from proofboard.core.grading import GradingPlan
from proofboard.core.items import ItemTable
from proofboard.core.programs import Rules, recorded_columns
from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.bundle_folder import Bundle
from proofboard.schemas.graded import ARTIFACTS, GRADED, GRADED_FILE, GradedDocument
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes

ADVICE = "run proofboard grade on the benchmark directory"


def graded_folder(root: Path, bundle: str) -> Path:
    """Return where the gradings of a bundle lie, below a benchmark directory or a held-out store."""
    return root / GRADED / canonical.hex_of(bundle)


def artifact_file(root: Path, bundle: str, artifact: str) -> Path:
    """Return where something lies that a program kept."""
    return graded_folder(root, bundle) / ARTIFACTS / canonical.hex_of(artifact)


def graded_with_programs(
    name: str, bundle: Bundle, rules: tuple[ItemTable, GradingPlan], model: str | None, root: Path
) -> GradedBundle:
    """Grade a bundle, taking what programs made of it from where it was recorded; raises InputError."""
    table, plan = rules
    results = _results(root, bundle.digest) if plan.benchmark.programs else None
    recorded = _columns(results, bundle, Rules(plan.benchmark, table, plan.sources), root) if results else None
    return msgspec.structs.replace(graded_bundle(name, bundle, table, plan, model, recorded), graded=results)


def _results(root: Path, bundle: str) -> GradedResults:
    file = graded_folder(root, bundle) / GRADED_FILE
    if not file.is_file():
        raise fault(file, f"is not there, so no program has graded this bundle; {ADVICE}")
    raw = read_bytes(file, LARGEST_JSON_BYTES)
    return GradedResults(raw, parse_document(raw, GradedDocument, str(file)))


def _columns(results: GradedResults, bundle: Bundle, rules: Rules, root: Path) -> Mapping[str, list[int | None]]:
    file = graded_folder(root, bundle.digest) / GRADED_FILE
    try:
        return recorded_columns(results.document, bundle, rules)
    except InputError as error:
        raise InputError([Fault(str(file), own.line, f"{own.reason}; {ADVICE}") for own in error.faults]) from error


def artifacts_of(bundle: GradedBundle, root: Path) -> dict[str, Path]:
    """Return digest → file of what programs kept of a bundle; raises InputError where a file is not what it was."""
    kept = bundle.graded.document.responses if bundle.graded else ()
    found = {digest: artifact_file(root, bundle.digest, digest) for own in kept for digest in own.artifacts.values()}
    faults = [
        Fault(str(file), 0, f"is not there, or not what a program kept ({digest}); {ADVICE}")
        for digest, file in sorted(found.items())
        if not file.is_file() or canonical.digest_file(file) != digest
    ]
    if faults:
        raise InputError(faults)
    return found
