"""Verify a publication from wherever it is, and say what was found."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder
from proofboard.app.held_out.scores import score_entries
from proofboard.app.held_out.store import held_out_items, real, refuse_uncommitted, shared_items
from proofboard.app.ledger.reading import known_key, older_checkpoint
from proofboard.app.site import opened
from proofboard.core.graders.base import Grader
from proofboard.errors import SHOWN_FAULTS, ChangedDocumentError, HeldOutError, fault
from proofboard.grade.installed import installed
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import ITEMS
from proofboard.verify.held_out import Evidence
from proofboard.verify.inputs import Installed
from proofboard.verify.ledger import Known
from proofboard.verify.refusals import CommitmentBroken, DigestMismatch, HeldOutTextFound
from proofboard.verify.verify import Step, Verdict, refused_on_the_way, verify_site

SIGNS = {"holds": "ok", "refused": "REFUSED", "not checkable": "not checkable", "not reached": "not reached"}


def verify(
    site: str,
    *,
    held_out: Path | None = None,
    kinds: Sequence[str] = (),
    expect: str | None = None,
    key: str | None = None,
    since: str | None = None,
) -> Verdict:
    """Verify a folder, archive or address; with the held-out store also what only its holder can check.

    `key` is the id of the key that must have signed the log, or a file that holds it; `since` an older copy of the
    site, its checkpoint, or a receipt.
    """
    known = Known(key=known_key(key) if key else None, since=older_checkpoint(since) if since else None)
    try:
        verdict = _verdict(site, held_out, kinds, known)
    except ChangedDocumentError as error:
        verdict = refused_on_the_way([DigestMismatch(fault.file, fault.reason) for fault in error.faults])
    if expect is None or verdict.publication in {expect, None}:
        return verdict
    other = DigestMismatch("publication.json", f"has the digest {verdict.publication}, expected {expect}")
    return replace(verdict, refusals=[other, *verdict.refusals])


def _verdict(site: str, held_out: Path | None, kinds: Sequence[str], known: Known) -> Verdict:
    with opened(site) as folder:
        if held_out and real(held_out).is_relative_to(real(folder)):
            raise HeldOutError(
                f"{held_out}: the held-out store lies inside the site {site}; it must never be published"
            )
        return verify_site(folder, _evidence(held_out, folder) if held_out else None, _chosen(kinds), known)


def _chosen(kinds: Sequence[str]) -> Installed:
    """Make only the third-party graders that the reader named; a site cannot choose what runs here."""

    def make(kind: str, options: Mapping[str, Any]) -> Grader | None:
        return installed(kind, options, "--grade-with") if kind in kinds else None

    return make


def _evidence(store: Path, site: Path) -> Callable[[PublicationInputs], Evidence]:
    if not store.is_dir():
        raise fault(store, "is not a folder; give the held-out store")

    def bring(inputs: PublicationInputs) -> Evidence:
        read = BenchmarkFolder(
            folder=site,
            benchmark=inputs.benchmark,
            table=inputs.table,
            repair=inputs.repair,
            plan=inputs.plan,
            entries=(),
            commitments=inputs.commitments,
        )
        table = held_out_items(read, store)
        for own, public in shared_items(table, read).items():
            raise HeldOutTextFound(ITEMS, f"holds {public!r}, which is the held-out item {own!r}; it was published")
        try:
            refuse_uncommitted(table, read, store)
        except HeldOutError as error:
            raise CommitmentBroken("commitments.json", str(error)) from error
        # What waits for the close is scored at the close: until then it changes no verdict on others either.
        closed = [entry for entry in inputs.entries if entry.name not in inputs.pending]
        scored = score_entries(read, closed, table, store)
        return Evidence(items=table.items, released=scored.released, verdicts=scored.verdicts)

    return bring


def as_text(verdict: Verdict) -> str:
    """Write a verdict for people: the steps, what is wrong, and how the numbers are known."""
    lines = [_line(step) for step in verdict.steps]
    lines += [f"  {type(refusal).__name__}: {refusal}" for refusal in verdict.refusals[:SHOWN_FAULTS]]
    if (more := len(verdict.refusals) - SHOWN_FAULTS) > 0:
        lines.append(f"  … and {more} more; --json lists them all")
    counts = ", ".join(f"{count} {status}" for status, count in verdict.counts().items())
    lines.append(f"numbers: {counts}")
    if verdict.n_pending:
        rows = "1 row waits" if verdict.n_pending == 1 else f"{verdict.n_pending:,} rows wait"
        lines.append(f"pending: {rows} for the next close; ranks are those of the last one and know nothing of them")
    if verdict.purged:
        lines.append(f"purged: {', '.join(verdict.purged)}; the answers are gone, and nobody can grade them again")
    lines.append(f"publication {verdict.publication or 'unknown'}")
    lines.append("All that could be checked holds." if verdict.holds else "This publication does NOT hold.")
    return "\n".join(lines) + "\n"


def _line(step: Step) -> str:
    detail = f" ({step.detail})" if step.detail else ""
    return f"{step.number}. {step.claim}: {SIGNS[step.status]}{detail}"


def as_json(verdict: Verdict) -> str:
    """Write a verdict for programs, with every number and its status."""
    return canonical.dump(
        {
            "holds": verdict.holds,
            "publication": verdict.publication,
            "steps": [
                {"number": step.number, "claim": step.claim, "status": step.status, "detail": step.detail}
                for step in verdict.steps
            ],
            "refusals": [
                {"error": type(refusal).__name__, "path": refusal.path, "reason": refusal.reason}
                for refusal in verdict.refusals
            ],
            "counts": verdict.counts(),
            "n_pending": verdict.n_pending,
            "purged": verdict.purged,
            "numbers": [number._asdict() for number in verdict.numbers],
        }
    ).decode()
