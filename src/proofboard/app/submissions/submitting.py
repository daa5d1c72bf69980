"""Pack a configuration and its bundles into one artifact, after every check that its board will make."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from proofboard import __version__, canonical
from proofboard.app.configuration_reading import read_configuration
from proofboard.app.entries_folder import Faults
from proofboard.app.ledger.keys import read_signer
from proofboard.app.submissions.checks import HELD_OUT, PUBLIC, Checked, CheckedBundle, Rules, check_submission
from proofboard.app.submissions.rules_at_hand import rules_at_hand
from proofboard.archives.pack import pack
from proofboard.core.grading import grading_digest
from proofboard.core.rules.configuration import configuration_notes
from proofboard.errors import InputError, printable
from proofboard.ledger.keys import Signer, key_id
from proofboard.ledger.statements import sign_submission
from proofboard.schemas.base import Date
from proofboard.schemas.bundle import MANIFEST
from proofboard.schemas.reading import as_kind
from proofboard.schemas.submission import (
    BUNDLES,
    CONFIGURATION,
    SIGNATURE,
    SUBMISSION,
    Submission,
    SubmittedBundle,
    SubmittedConfiguration,
)

NO_BENCHMARK: Final = (
    "no benchmark was at hand: neither prompts, facets and values nor scores were checked; give --benchmark"
)
NOT_GRADED: Final = "public score unknown: the grader of {} is not built in, and no publication chooses what runs here"
NO_PUBLIC_BUNDLE: Final = "holds no public bundle: an entry without one has no row until its owner runs it"
HELD_OUT_UNCHECKED: Final = "held-out answers were not held against their prompts: only the owner has them"


class Submitted(msgspec.Struct, frozen=True, eq=False):
    """What was packed, or would be."""

    submission: Submission
    checked: Checked
    remarks: Sequence[str]
    """What was not checked, and what the submitter should know."""
    artifact: str | None
    """The digest of the archive; None where none was written."""
    signed_by: str | None = None
    """The id of the key that signed it."""


def submit(
    config: Path,
    bundles: Sequence[Path],
    out: Path | None,
    *,
    benchmark: str | None = None,
    date: str | None = None,
    sign: Path | None = None,
) -> Submitted:
    """Check a configuration and its bundles and pack them into `out`; without `out` only check.

    `benchmark` is a benchmark directory, or a publication in a folder or archive; `sign` is a file with a private key.
    Raises InputError with every reason for which the board would refuse; nothing is written then.
    """
    faults = Faults()
    day = faults.of(partial(as_kind, date, Date, "--date")) if date else None
    rules = faults.of(partial(rules_at_hand, benchmark))
    signer = faults.of(partial(read_signer, sign)) if sign else None
    configuration = faults.of(partial(read_configuration, config, rules.plan.benchmark if rules else None))
    checked = check_submission(configuration, str(config), bundles, rules, faults)
    if checked is None or faults.found:
        raise InputError(faults.found)
    submission = submission_of(checked, rules, day)
    artifact = _pack(submission, checked, out, signer) if out else None
    signed_by = key_id(signer.public) if signer else None
    return Submitted(submission, checked, remarks_on(checked, rules), artifact, signed_by)


def submission_of(checked: Checked, rules: Rules | None, date: str | None) -> Submission:
    """Say what a submission holds; equal inputs give an equal document."""
    own = checked.configuration
    # Without a benchmark the bundles say what they were recorded for; they were found to agree.
    manifests = [bundle.manifest for bundle in checked.bundles.values()]
    public = checked.bundles.get(PUBLIC)
    benchmark = protocol = prompts = grading = None
    if rules:
        benchmark, protocol = rules.plan.benchmark.id, rules.plan.benchmark.protocol_version
        prompts = rules.tables[PUBLIC].prompts_digest
        grading = grading_digest(rules.tables[PUBLIC], rules.plan)
    elif manifests:
        benchmark, protocol = manifests[0].benchmark, manifests[0].protocol_version
        prompts = public.manifest.prompts_digest if public else None
    return Submission(
        schema_version=1,
        software_version=__version__,
        benchmark=benchmark,
        protocol_version=protocol,
        grading=grading,
        prompts_digest=prompts,
        configuration=SubmittedConfiguration(name=own.name, recipe=own.digest(), document=canonical.digest_of(own)),
        bundles=[
            SubmittedBundle(name=item_set, item_set=bundle.manifest.item_set, digest=bundle.digest)
            for item_set, bundle in sorted(checked.bundles.items())
        ],
        notes=list(configuration_notes(own)),
        date=date,
    )


def signed_documents(submission: bytes, checked: Checked) -> dict[str, str]:
    """Return what a signature is over, name in the artifact → digest: the documents that name all others."""
    bundles = {f"{BUNDLES}/{item_set}/{MANIFEST}": bundle.digest for item_set, bundle in checked.bundles.items()}
    configuration = canonical.digest_of(checked.configuration)
    return {SUBMISSION: canonical.digest(submission), CONFIGURATION: configuration, **bundles}


def _pack(submission: Submission, checked: Checked, out: Path, signer: Signer | None) -> str:
    files: dict[str, bytes | Path] = {
        SUBMISSION: canonical.dump(submission),
        CONFIGURATION: canonical.dump(checked.configuration),
    }
    if signer:
        signature = sign_submission(signed_documents(canonical.dump(submission), checked), signer)
        files[SIGNATURE] = canonical.dump(signature)
    expected: dict[str, str] = {}
    for item_set, bundle in checked.bundles.items():
        digests = {MANIFEST: bundle.digest, **{name: own.digest for name, own in bundle.manifest.files.items()}}
        expected |= {f"{BUNDLES}/{item_set}/{name}": digest for name, digest in digests.items()}
        files |= {f"{BUNDLES}/{item_set}/{name}": bundle.folder / name for name in digests}
    return pack(files, out, expected)


def remarks_on(checked: Checked, rules: Rules | None) -> list[str]:
    """Say what could not be checked, and what a board will make of what is missing."""
    remarks = [] if rules else [NO_BENCHMARK]
    if rules and rules.ungraded and PUBLIC in checked.bundles:
        remarks.append(NOT_GRADED.format(", ".join(rules.ungraded)))
    if PUBLIC not in checked.bundles:
        remarks.append(NO_PUBLIC_BUNDLE)
    if HELD_OUT in checked.bundles and checked.bundles[HELD_OUT].graded is None:
        remarks.append(HELD_OUT_UNCHECKED)
    return remarks


def as_text(submitted: Submitted, out: Path | None, *, sent: bool = False) -> str:
    """Write what was packed, or would be, for people; what is `sent` leaves no file, of which nothing is said then."""
    submission = submitted.submission
    under = f"{submission.benchmark}, protocol {submission.protocol_version}"
    told = under if submission.benchmark else "without a benchmark"
    lines = [f"{submission.configuration.name}: checked ({told})", *described(submission, submitted.checked)]
    lines += [f"note: {printable(note)}" for note in (*submitted.remarks, *submission.notes)]
    lines += [f"signed by {submitted.signed_by}"] if submitted.signed_by else []
    if submitted.artifact or not sent:
        lines.append(f"{out}: written" if submitted.artifact else "nothing was written")
    lines += [f"artifact {submitted.artifact}"] if submitted.artifact else []
    return "\n".join(lines) + "\n"


def described(submission: Submission, checked: Checked) -> list[str]:
    """Say what a submission would publish, and its public score."""
    own = submission.configuration
    lines = [f"  recipe    {own.recipe}", f"  document  {own.document} is published"]
    for item_set, bundle in sorted(checked.bundles.items()):
        fate = "goes to the owner, is never published" if item_set == HELD_OUT else "is published"
        lines.append(f"  {item_set:<9} {bundle.digest} {fate}: {_answered(bundle, checked)}")
    if result := checked.public:
        score = f"none: {result.reason}" if result.score is None else result.score
        lines.append(f"  public {result.headline}: {score}")
    return lines


def _answered(bundle: CheckedBundle, checked: Checked) -> str:
    asked = bundle.n_prompts
    if checked.public and bundle.manifest.item_set == PUBLIC:
        # Of a benchmark with tracks an entry answers one.
        asked = checked.public.n_prompts
    if asked is None:
        return f"{bundle.n_answered} prompts answered"
    rest = f", {asked - bundle.n_answered} unanswered" if asked > bundle.n_answered else ""
    return f"{bundle.n_answered} of {asked} prompts answered{rest}"
