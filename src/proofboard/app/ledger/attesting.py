"""Attest that a published configuration was run again: a signed statement over both scores, made from the answers."""

from collections.abc import Collection, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.ledger.keys import read_signer
from proofboard.app.rerun.regrading import Regraded, asked_items, compared_with, regrade, why_not_comparable
from proofboard.app.site import opened
from proofboard.errors import Fault, InputError, OutputError, fault
from proofboard.ledger.keys import key_id
from proofboard.ledger.statements import attest_rerun
from proofboard.publish.names import LEADERBOARD
from proofboard.publish.scores import tolerance_of
from proofboard.publish.views.difference import rows_by_name
from proofboard.schemas.base import Date
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.ledger import Rerun
from proofboard.schemas.reading import as_kind
from proofboard.schemas.selectors import select
from proofboard.verify.documents import walk

SAME: Final = ("benchmark", "item_set", "protocol_version", "configuration", "prompts_digest", "trials", "trial_kind")
AS_PUBLISHED: Final = "record it for the published configuration, under the rules of the board"


def rerun_of(site: str, selector: str, folder: Path, date: Date, kinds: Collection[str] = ()) -> tuple[str, Rerun]:
    """Compare a bundle that was recorded now with a published entry; returns the published bundle and what was found.

    `kinds` names installed graders that run. Raises InputError where the bundle is of another recipe or other rules,
    where its score cannot be made here, or where it is not within what the configuration states; Refusal where the
    publication does not hold.
    """
    with opened(site) as place:
        found = walk(place)
        if found.refusals:
            raise found.refusals[0]
        row = select(list(rows_by_name(found.read(LEADERBOARD, Leaderboard)).values()), selector)
        made = regrade(found, row, kinds)
        bundle = read_bundle(folder)
        if reasons := [*_differences(made, bundle)]:
            raise InputError([Fault(str(folder), 0, reason) for reason in reasons])
        return made.bundle.digest, _found(made, bundle, folder, date)


def _differences(made: Regraded, bundle: Bundle) -> Iterator[str]:
    """Say in what a bundle is no second run of the published one."""
    ours, theirs = bundle.manifest, made.bundle.manifest
    if bundle.digest == made.bundle.digest:
        yield "is the published bundle itself; run the configuration again"
    for name in SAME:
        said, expected = getattr(ours, name), getattr(theirs, name)
        if said != expected:
            yield f"has {name} {said}, published is {expected}; {AS_PUBLISHED}"
    if reason := why_not_comparable(made, has_votes=bool(bundle.verdicts)):
        yield f"cannot be scored here: {reason}"


def _found(made: Regraded, bundle: Bundle, folder: Path, date: Date) -> Rerun:
    # Scores that came with it are its recorder's word, and no part of a headline that is graded.
    both = compared_with(made, msgspec.structs.replace(bundle, scores=[]))
    if both.published is None or both.now is None:
        raise fault(folder, "has no headline, or the published entry has none, so there is nothing to compare")
    tolerance = tolerance_of(made.entry.configuration)
    if abs(both.now - both.published) > Fraction(tolerance):
        moved = f"scores {float(both.now)}, published is {float(both.published)}"
        raise fault(folder, f"{moved}; the configuration states a tolerance of {tolerance}, so it does not match")
    said = {
        "benchmark": made.benchmark.id,
        "entry": made.entry.name,
        "configuration": made.entry.configuration.digest(),
        "prompts_digest": bundle.manifest.prompts_digest,
        "protocol_version": bundle.manifest.protocol_version,
        "metric": made.benchmark.headline,
        "n_items": len(asked_items(made)),
        "published": _pair(both.published),
        "again": _pair(both.now),
        "tolerance": tolerance,
        "matched": True,
        "bundle": bundle.digest,
        "date": date,
    }
    return as_kind(said, Rerun, "the statement")


def _pair(score: Fraction) -> tuple[str, str]:
    return str(score.numerator), str(score.denominator)


def attest(published: str, rerun: Rerun, key: Path, out: Path) -> str:
    """Sign what was found and write it to a new file; returns the id of the key. Raises InputError, OutputError."""
    signer = read_signer(key)
    raw = canonical.dump(attest_rerun(published, rerun, [signer]))
    try:
        with out.open("xb") as stream:
            stream.write(raw)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written: {error.strerror or error}; choose a new file") from error
    return key_id(signer.public)


def attested_text(rerun: Rerun, out: Path, key: str) -> str:
    """Say what was attested, for people."""
    published, again = ("/".join(pair) for pair in (rerun.published, rerun.again))
    compared = f"scores {again} on {rerun.n_items} items, published is {published}"
    lines = [
        f"{out}: {rerun.entry} {compared}; its tolerance is {rerun.tolerance}",
        f"signed by {key}",
        "It counts where the log of the board lists this key for attesters: give it to the owner of the board.",
    ]
    return "\n".join(lines) + "\n"
