"""Read a submission artifact that anybody may have made: all of it is checked again, nothing it says is believed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proofboard import __version__, canonical
from proofboard.app.entries_folder import Faults
from proofboard.app.submissions.checks import HELD_OUT, Checked, Rules, check_submission
from proofboard.app.submissions.submitting import remarks_on, signed_documents, submission_of
from proofboard.archives.limits import Limits
from proofboard.archives.names import tree
from proofboard.archives.unpack import is_archive, unpacked
from proofboard.errors import Fault, InputError, fault
from proofboard.ledger.refusals import LedgerRefusal
from proofboard.ledger.statements import check_submission_signature
from proofboard.schemas.bundle import BUNDLE_FILES, MANIFEST
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.ledger import SubmissionSignature
from proofboard.schemas.reading import LARGEST_JSON_BYTES, parse_document, read_bytes, read_json
from proofboard.schemas.submission import BUNDLES, CONFIGURATION, SIGNATURE, SUBMISSION, Submission

LIMITS: Final = Limits(members=32)
"""Three documents, and for each of three item sets four files and a folder."""

NO_ARTIFACT: Final = "is not a submission; give the file that `proofboard submit` wrote"
NO_STORE: Final = "answers held-out items; give --held-out STORE, or ask for a submission without them"
OTHER_GRADING: Final = "was checked against other grading rules than those of this directory; it was graded again here"
OTHER_SOFTWARE: Final = "was packed by proofboard {}, this is {}"


class ReadArtifact(msgspec.Struct, frozen=True, eq=False):
    """What an artifact holds, found and not believed; its files are there as long as the artifact is open."""

    digest: str
    submission: Submission
    """Computed here, from the files."""
    checked: Checked
    remarks: Sequence[str]
    signed_by: str | None = None
    """The id of the key that signed it; None where nobody did. Whose key it is, this does not say."""


@contextmanager
def opened_artifact(artifact: Path, rules: Rules) -> Iterator[ReadArtifact]:
    """Unpack and check an artifact; raises InputError with everything that is wrong, or UnsafeArchiveError."""
    if artifact.is_dir() or (artifact.exists() and not is_archive(artifact)):
        raise fault(artifact, NO_ARTIFACT)
    with unpacked(artifact, LIMITS) as folder:
        yield _read(folder, rules, canonical.digest_file(artifact))


def _read(folder: Path, rules: Rules, digest: str) -> ReadArtifact:
    faults = Faults()
    files = tree(folder)
    faults.found += [Fault(str(folder / name), 0, reason) for name, reason in _misplaced(files)]
    declared = faults.of(partial(read_json, folder / SUBMISSION, Submission))
    configuration = faults.of(partial(_read_configuration, folder / CONFIGURATION))
    places = sorted({folder / BUNDLES / name.split("/")[1] for name in files if name.startswith(f"{BUNDLES}/")})
    folders = [place for place in places if place.is_dir()]
    checked = check_submission(configuration, str(folder / CONFIGURATION), folders, rules, faults)
    if checked is None or declared is None or faults.found:
        raise InputError(faults.found)
    own = submission_of(checked, rules, declared.date)
    if found := [Fault(str(folder / SUBMISSION), 0, reason) for reason in _untrue(declared, own)]:
        raise InputError(found)
    faults.found += _unwelcome(checked, rules)
    signed_by = faults.of(partial(_signed_by, folder, checked)) if SIGNATURE in files else None
    if faults.found:
        raise InputError(faults.found)
    remarks = [*remarks_on(checked, rules), *_differences(declared, own)]
    return ReadArtifact(digest, own, checked, remarks, signed_by)


def _signed_by(folder: Path, checked: Checked) -> str:
    """Return the id of the key that signed exactly what the artifact holds; raises InputError."""
    path = folder / SIGNATURE
    signature = read_json(path, SubmissionSignature)
    # What was signed is the submission as it was packed, and not what was computed here.
    packed = read_bytes(folder / SUBMISSION, LARGEST_JSON_BYTES)
    try:
        return check_submission_signature(signature, signed_documents(packed, checked))
    except LedgerRefusal as error:
        raise fault(path, f"does not hold: {error}; submit again with --sign, or without") from error


def _misplaced(files: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Refuse every file that no submission has; what a bundle's manifest does not name is refused with the bundle."""
    known = {MANIFEST, *BUNDLE_FILES}
    for name in files:
        top, *rest = name.split("/")
        in_bundle = top == BUNDLES and len(rest) == 2 and rest[1] in known  # noqa: PLR2004 - folder and file
        if name not in {SUBMISSION, CONFIGURATION, SIGNATURE} and not in_bundle:
            yield name, "does not belong in a submission"


def _read_configuration(path: Path) -> Configuration:
    raw = read_bytes(path, LARGEST_JSON_BYTES)
    configuration = parse_document(raw, Configuration, str(path))
    if canonical.dump(configuration) != raw:
        raise fault(path, "is not in canonical form; pack it with `proofboard submit`")
    return configuration


def _unwelcome(checked: Checked, rules: Rules) -> Iterator[Fault]:
    for item_set, bundle in checked.bundles.items():
        if bundle.folder.name != item_set:
            yield Fault(str(bundle.folder), 0, f"holds {item_set} answers, expected {BUNDLES}/{item_set}")
        if item_set == HELD_OUT and item_set not in rules.tables:
            yield Fault(str(bundle.folder), 0, NO_STORE)


def _untrue(declared: Submission, own: Submission) -> Iterator[str]:
    """Compare what a submission says of itself with what was found; what nobody could know may be absent."""
    for field in ("benchmark", "protocol_version", "prompts_digest"):
        said, found = getattr(declared, field), getattr(own, field)
        if said != found and not (said is None and not own.bundles):
            yield f"{field}: says {said}, expected {found}; submit again under the rules of this board"
    for field in ("name", "recipe", "document"):
        said, found = getattr(declared.configuration, field), getattr(own.configuration, field)
        if said != found:
            yield f"configuration.{field}: says {said}, the files beside it give {found}"
    if declared.bundles != own.bundles:
        said, found = (", ".join(f"{one.name} {one.digest}" for one in two.bundles) for two in (declared, own))
        yield f"bundles: says {said or 'none'}, the files beside it give {found or 'none'}"


def _differences(declared: Submission, own: Submission) -> Iterator[str]:
    if declared.grading not in {None, own.grading}:
        yield OTHER_GRADING
    if declared.software_version != own.software_version:
        yield OTHER_SOFTWARE.format(declared.software_version, __version__)
