"""Bundles without their answers: entries in memory, and benchmark directories."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from command_line import run
from proofboard import canonical
from proofboard.core.entry import GradedBundle, GradedEntry
from proofboard.core.grading import grading_digest
from proofboard.core.purged import purged_bundle, tallies_of
from proofboard.publish.documents import judge_agreement, scores_document
from proofboard.publish.inputs import PublicationInputs
from proofboard.schemas.purged import Purge

DAY = "2026-11-21"
REASON = "They hold names of people."


def purged(inputs: PublicationInputs, name: str, **changes: Any) -> PublicationInputs:
    """Take the answers of an entry away; `changes` replace fields of its scores document."""
    entries = [without_answers(inputs, own, **changes) if own.name == name else own for own in inputs.entries]
    return replace(inputs, entries=entries)


def without_answers(inputs: PublicationInputs, entry: GradedEntry, **changes: Any) -> GradedEntry:
    repair = entry.repair and bundle_without_answers(inputs, entry.repair)
    return replace(entry, public=bundle_without_answers(inputs, entry.public, **changes), repair=repair)


def bundle_without_answers(inputs: PublicationInputs, own: GradedBundle, **changes: Any) -> GradedBundle:
    table = inputs.repair if own.manifest.item_set == "repair" and inputs.repair else inputs.table
    purge = Purge(date=DAY, reason=REASON, tallies=tallies_of(own, judge_agreement(own)))
    scores = scores_document(own, table, grading_digest(inputs.table, inputs.plan), inputs.benchmark)
    raw = canonical.dump(own.manifest)
    return purged_bundle(own.name, raw, (own.manifest, purge, replace(scores, **changes)), (table, inputs.plan))


def purge(folder: Path, name: str) -> str:
    done = run("purge", folder, name, "--reason", REASON, "--date", DAY)
    assert done.status == 0, done
    return str(done.out)
