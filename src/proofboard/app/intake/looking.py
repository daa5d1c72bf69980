"""What the web process must know of an upload, and no more: which benchmark, entry and model it is for.

Of an archive only two small documents are read, after the list of its members was found harmless; everything else is
the work of `check`, in a worker.
"""

from pathlib import Path
from typing import Final, Literal

import msgspec

from proofboard.app.intake.posted_results import LARGEST_RESULTS_BYTES, entry_of, read_results
from proofboard.app.intake.telling_faults import faults_in
from proofboard.app.submissions.artifact import LIMITS, NO_ARTIFACT
from proofboard.archives.unpack import is_archive, read_members
from proofboard.errors import Fault, InputError, RefusedError, UnsafeArchiveError, fault
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.reading import parse_document
from proofboard.schemas.submission import CONFIGURATION, SUBMISSION, Submission

ARTIFACT: Final = "artifact"
LARGEST_DOCUMENT_BYTES: Final = 4 << 20

Form = Literal["artifact", "results"]


class Look(msgspec.Struct, frozen=True):
    """What an upload says of itself; `check` believes none of it."""

    benchmark: str | None
    """The id that it names; None where its form has no room for one."""
    entry: str
    """`vendor/config_name`."""
    model: str
    """Whose quota it counts against: the model, or else the vendor's system."""


def look_into(file: Path, form: Form, entry: str | None, organisation: str) -> Look:
    """Say what an upload is for; raises InputError with every fault that is seen without unpacking it.

    `entry` is the name that posted results are given; without one, it follows from the model and who made it.
    """
    return _results(file, entry, organisation) if form == "results" else _artifact(file, entry)


def _results(file: Path, entry: str | None, organisation: str) -> Look:
    if (size := file.stat().st_size) > LARGEST_RESULTS_BYTES:
        raise RefusedError(413, f"The results have {size:,} bytes, at most {LARGEST_RESULTS_BYTES:,} are accepted")
    metadata = read_results(file.read_bytes()).metadata
    return Look(None, entry or entry_of(metadata, organisation), metadata.model.name)


def _artifact(file: Path, entry: str | None) -> Look:
    if not is_archive(file):
        raise fault(ARTIFACT, NO_ARTIFACT)
    try:
        found = read_members(file, dict.fromkeys((SUBMISSION, CONFIGURATION), LARGEST_DOCUMENT_BYTES), LIMITS)
    except UnsafeArchiveError as error:
        raise InputError(faults_in(error, (file, ""))) from error
    absent = [name for name in (SUBMISSION, CONFIGURATION) if name not in found]
    faults = [Fault(name, 0, f"is not there; {NO_ARTIFACT}") for name in absent]
    if faults:
        raise InputError(faults)
    try:
        submission = parse_document(found[SUBMISSION], Submission, SUBMISSION)
    except InputError as error:
        faults += error.faults
        submission = None
    try:
        configuration = parse_document(found[CONFIGURATION], Configuration, CONFIGURATION)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error
    if submission is None:
        raise InputError(faults)
    if entry not in {None, configuration.name}:
        raise fault("query.entry", f"is {entry!r}, the artifact holds {configuration.name}; leave the parameter out")
    return Look(
        submission.benchmark, configuration.name, configuration.model_name() or f"{configuration.vendor} system"
    )
