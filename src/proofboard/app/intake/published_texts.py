"""Everything that a submission would publish, as texts by file and line, and what in them needs a second look."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from proofboard.app.submissions.checks import HELD_OUT, Checked, Rules
from proofboard.core.rules.configuration import DIGESTS
from proofboard.core.rules.licences import declared_licences, is_accepted
from proofboard.core.rules.scanning import Find, sensitive_in
from proofboard.core.rules.sensitive import UNSURE, personal_data_in
from proofboard.core.rules.texts import leaves_of
from proofboard.errors import Fault
from proofboard.schemas.bundle import MANIFEST, SCORES
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.submission import BUNDLES, CONFIGURATION

LONG_INTEGER: Final = 10**11
"""From here on an integer could be the number of a card or telephone."""

SURE_FIND: Final = "looks like {}; remove it and revoke it, then hand in again"
UNSURE_FIND: Final = "looks like {}; a reviewer decides whether it is only an example"
PERSONAL: Final = "looks like {}; a reviewer decides whether it may be published"


class Passage(msgspec.Struct, frozen=True):
    """One line of a file, as the texts in it."""

    file: str
    line: int
    text: str


class Concerns(msgspec.Struct, frozen=True):
    """What the texts of a submission hold."""

    faults: Sequence[Fault]
    """For which it is refused."""
    doubts: Sequence[Fault]
    """For which somebody looks at it first."""
    remarks: Sequence[Fault] = ()
    """What its owner should know."""


def passages_of(checked: Checked) -> list[Passage]:
    """Return the texts of every bundle that would be published, decoded: no escape hides anything."""
    found: list[Passage] = []
    for item_set, bundle in sorted(checked.bundles.items()):
        if item_set == HELD_OUT:
            continue
        for name in (MANIFEST, *sorted(set(bundle.manifest.files) - {SCORES})):
            lines = (bundle.folder / name).read_bytes().splitlines()
            for number, line in enumerate(lines, start=1):
                text = "\n".join(_strings(msgspec.json.decode(line)))
                found.append(Passage(f"{BUNDLES}/{item_set}/{name}", number, text))
    return found


def _strings(value: Any) -> Iterator[str]:  # noqa: ANN401 - any parsed value
    match value:
        case str():
            yield value
        case dict():
            for key, part in value.items():
                yield key
                yield from _strings(part)
        case list():
            for part in value:
                yield from _strings(part)
        case int() if value >= LONG_INTEGER:
            yield str(value)


def concerns_of(
    checked: Checked, passages: Sequence[Passage], rules: Rules, accepted: Sequence[str] | None
) -> Concerns:
    """Look for secrets, personal data and licences in what would be published; no reason repeats what was found."""
    asked = "\n".join(_strings(msgspec.to_builtins([list(table.items) for table in rules.tables.values()])))
    finds = sensitive_in([own.text for own in passages], lambda text: text in asked)
    licences = list(_licences(checked.configuration, passages, accepted))
    doubts = [*_told(finds, passages, refuses=False), *_personal(checked.configuration)]
    return Concerns(
        faults=[*_told(finds, passages, refuses=True), *(own for own, refuses in licences if refuses)],
        doubts=[*doubts, *(own for own, refuses in licences if not refuses)],
    )


def _told(finds: Iterable[Find], passages: Sequence[Passage], *, refuses: bool) -> Iterator[Fault]:
    for find in finds:
        sure = find.is_secret and find.kind not in UNSURE
        if sure == refuses:
            own = passages[find.number]
            reason = SURE_FIND if sure else UNSURE_FIND if find.is_secret else PERSONAL
            yield Fault(own.file, own.line, reason.format(find.kind))


def _personal(configuration: Configuration) -> Iterator[Fault]:
    for leaf in leaves_of(configuration):
        if isinstance(leaf.value, str) and leaf.place not in DIGESTS:
            for kind in dict.fromkeys(kind for kind, _ in personal_data_in(leaf.value)):
                yield Fault(CONFIGURATION, 0, f"{leaf.holder}: {PERSONAL.format(kind)}")


def _licences(
    configuration: Configuration, passages: Sequence[Passage], accepted: Sequence[str] | None
) -> Iterator[tuple[Fault, bool]]:
    """Yield what has a licence that the benchmark does not take, and whether that alone refuses it."""
    if accepted is None:
        return
    known = ", ".join(accepted) or "none"
    own = configuration.licence
    if own is not None and not is_accepted(own, accepted):
        yield Fault(CONFIGURATION, 0, f"licence: {own} is not accepted by this benchmark; it takes {known}"), True
    for passage in passages:
        for expression in dict.fromkeys(expression for expression, _ in declared_licences(passage.text)):
            if not is_accepted(expression, accepted):
                # An answer may quote the head of somebody's file.
                reason = f"declares the licence {expression[:80]!r}, the benchmark takes {known}; a reviewer decides"
                yield Fault(passage.file, passage.line, reason), False
