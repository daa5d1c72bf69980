"""Verify a publication in numbered steps; the verdict says, number by number, how each is known."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from proofboard import __version__, canonical
from proofboard.errors import InputError, printable
from proofboard.publish.assemble import assemble
from proofboard.publish.inputs import PublicationInputs, purged_bundles
from proofboard.publish.names import LEADERBOARD, ROOT, artifact_path, bundle_path
from proofboard.publish.page import page_assets
from proofboard.schemas.board import Leaderboard
from proofboard.schemas.bundle import MANIFEST
from proofboard.verify.documents import Documents, reasons_of, walk
from proofboard.verify.held_out import Evidence, refuse_details, refuse_other_releases, refuse_texts
from proofboard.verify.inputs import Installed, rebuild_inputs
from proofboard.verify.ledger import Known, check_ledger
from proofboard.verify.numbers import Number, numbers_of
from proofboard.verify.refusals import DocumentMismatch, PageMismatch, Refusal

_DIGEST: Final = re.compile(rb"sha256:[0-9a-f]{64}")

SHOWN: Final = 80
"""Characters of a value that are shown in a difference."""

Status = Literal["holds", "refused", "not checkable", "not reached"]

STEPS: Final = (
    "every document is the one that its parent names",
    "every item score is graded again from its bundle",
    "every document is assembled again and compared byte for byte",
    "the page is the one that this version publishes",
    "held-out numbers are released aggregates only",
    "released scores follow from the held-out bundles",
    "no held-out text stands in a public document",
    "the log was only added to, and says what the board shows",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step and how it ended."""

    number: int
    claim: str
    status: Status
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What verification found; it holds only when no step refused anything."""

    publication: str | None
    """The digest of the root: what two readers compare to know that they see the same board; None if it never came."""
    steps: Sequence[Step]
    refusals: Sequence[Refusal]
    numbers: Sequence[Number] = field(default=())
    n_pending: int | None = None
    """Rows that wait for the next close: no rank knows them; None where the board was not reached."""
    purged: Sequence[str] = ()
    """Entries with answers that nobody can grade again, because they were removed at the owner's word."""

    @property
    def holds(self) -> bool:
        """Say whether everything that could be checked holds."""
        return not self.refusals and all(step.status != "not reached" for step in self.steps)

    def counts(self) -> dict[str, int]:
        """Count the numbers by how they are known."""
        counted = Counter(number.status for number in self.numbers)
        always = ("recomputed", "attested", "reported")
        return {status: counted[status] for status in ("rerun", *always) if status in always or counted[status]}


class _Steps:
    """Runs steps in order and keeps what each one found; a step after a failed one it needs is not reached."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.refusals: list[Refusal] = []

    def run(self, check: Callable[[], Iterable[Refusal]] | None, detail: str = "") -> bool:
        """Run a step; None is a step that cannot be checked here."""
        number = len(self.steps) + 1
        claim = STEPS[number - 1]
        if check is None:
            self.steps.append(Step(number, claim, "not checkable", detail))
            return True
        try:
            found = list(check())
        except Refusal as refusal:
            found = [refusal]
        self.refusals += found
        self.steps.append(Step(number, claim, "refused" if found else "holds", detail))
        return not found

    def skip(self) -> None:
        number = len(self.steps) + 1
        self.steps.append(Step(number, STEPS[number - 1], "not reached"))

    def skip_rest(self) -> None:
        while len(self.steps) < len(STEPS):
            self.skip()


def refused_on_the_way(refusals: Sequence[Refusal]) -> Verdict:
    """Return the verdict on a site whose documents did not arrive as they are named."""
    steps = _Steps()
    steps.run(lambda: refusals)
    steps.skip_rest()
    return Verdict(None, steps.steps, steps.refusals)


def verify_site(
    folder: Path,
    evidence: Callable[[PublicationInputs], Evidence] | None = None,
    installed: Installed = lambda _kind, _options: None,
    known: Known | None = None,
) -> Verdict:
    """Verify a site; `evidence` comes from a holder of the held-out set, `installed` from a reader with graders.

    `known` is what the reader knows of the log from elsewhere.
    """
    steps = _Steps()
    found = Documents(folder)

    def documents() -> Iterable[Refusal]:
        nonlocal found
        found = walk(folder)
        return found.refusals

    made: list[PublicationInputs] = []

    def grade() -> Iterable[Refusal]:
        made.append(rebuild_inputs(found, installed))
        return ()

    if not steps.run(documents) or not steps.run(grade):
        steps.skip_rest()
        return _verdict(found, steps, ())
    inputs = made[0]
    board = found.read(LEADERBOARD, Leaderboard)
    same = steps.run(lambda: compare(found, inputs))
    own_page = inputs.software_version == __version__
    if own_page:
        steps.run(lambda: _compare_page(inputs))
    else:
        steps.run(None, printable(f"published by {inputs.software_version}"))
    steps.run(lambda: refuse_details(board))
    _with_evidence(steps, found, inputs, evidence)
    log = check_ledger(inputs, known or Known())
    steps.run((lambda: log.refusals) if log.found else None, log.detail)
    # Of a board that its inputs do not give, no number is known in any way.
    verdict = _verdict(found, steps, numbers_of(board, inputs) if same else ())
    return replace(verdict, n_pending=len(inputs.pending), purged=sorted(set(purged_bundles(inputs).values())))


def _with_evidence(
    steps: _Steps,
    found: Documents,
    inputs: PublicationInputs,
    evidence: Callable[[PublicationInputs], Evidence] | None,
) -> None:
    if evidence is None:
        nothing = not inputs.held_out.scored
        steps.run(None, "no held-out set was scored" if nothing else "only whoever holds the held-out set can check")
        steps.run(None, "only whoever holds the held-out set can check")
        return
    brought: list[Evidence] = []

    def releases() -> Iterable[Refusal]:
        brought.append(evidence(inputs))
        return refuse_other_releases(inputs.held_out, brought[0])

    steps.run(releases)
    if brought:
        public = [*inputs.table.items, *(inputs.repair.items if inputs.repair else ())]
        steps.run(lambda: refuse_texts(found, brought[0].items, inputs.benchmark, public))
    else:
        steps.skip()


def _verdict(found: Documents, steps: _Steps, numbers: Sequence[Number]) -> Verdict:
    root = found.raw.get(ROOT)
    return Verdict(None if root is None else canonical.digest(root), steps.steps, steps.refusals, numbers)


def compare(found: Documents, inputs: PublicationInputs) -> Iterable[Refusal]:
    """Assemble the publication again and compare every document byte for byte."""
    try:
        again = assemble(inputs)
    except InputError as error:
        raise DocumentMismatch(
            LEADERBOARD, f"cannot follow from its inputs: {reasons_of(error, LEADERBOARD)}"
        ) from error
    files = {f"{bundle_path(digest)}/{name}" for digest, own in again.bundles.items() for name in (MANIFEST, *own)}
    files |= {artifact_path(digest) for digest in again.artifacts}
    paths = sorted((found.raw.keys() | again.documents.keys()) - files)
    pairs = {path: (found.raw.get(path), again.documents.get(path)) for path in paths}
    differing = {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}
    names = {canonical.digest(one): canonical.digest(other) for one, other in differing.values() if one and other}
    for path, (published, expected) in differing.items():
        if published is None or _named_again(published, names) != expected:
            yield DocumentMismatch(path, _how(published, expected))
    for path in sorted(found.bundle_files.keys() - files):
        yield DocumentMismatch(path, "belongs to no entry")


def _named_again(raw: bytes, names: Mapping[str, str]) -> bytes:
    """Write the digests that differing documents should have: a parent that differs by these alone is not at fault."""
    return _DIGEST.sub(lambda match: names.get(match[0].decode(), match[0].decode()).encode(), raw)


def _how(published: bytes | None, expected: bytes | None) -> str:
    if published is None or expected is None:
        return "is not among what the public inputs give" if expected is None else "is absent"
    try:
        return first_difference(msgspec.json.decode(published), msgspec.json.decode(expected))
    except msgspec.DecodeError:
        return "differs from what the public inputs give"


def first_difference(published: Any, expected: Any, place: str = "") -> str:  # noqa: ANN401 - any JSON value
    """Say where two JSON values first differ, as a JSON pointer with both values."""
    if isinstance(published, dict) and isinstance(expected, dict):
        for key in sorted(published.keys() | expected.keys()):
            if published.get(key) != expected.get(key) or (key in published) != (key in expected):
                return first_difference(published.get(key), expected.get(key), f"{place}/{key}")
    if isinstance(published, list) and isinstance(expected, list) and len(published) == len(expected):
        for position, (one, other) in enumerate(zip(published, expected, strict=True)):
            if one != other:
                return first_difference(one, other, f"{place}/{position}")
    if published == expected:
        return "is not written in canonical form"
    return f"{place or '/'} is {_short(published)}, the public inputs give {_short(expected)}"


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _compare_page(inputs: PublicationInputs) -> Iterable[Refusal]:
    ours = page_assets()
    for path in sorted(ours.keys() | inputs.assets.keys()):
        if ours.get(path) != inputs.assets.get(path):
            yield PageMismatch(path, f"is not the page of proofboard {__version__}; it could show other numbers")
