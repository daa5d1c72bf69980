"""From the journal of a live run to its bundle, graded as the board will grade it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.app.entries_folder import Faults
from proofboard.app.live.preparing import Prepared
from proofboard.app.submissions.checks import PublicResult, check_submission
from proofboard.app.submissions.rules_at_hand import rules_of
from proofboard.archives.placing import replaced
from proofboard.core.detectors import why_invalid
from proofboard.core.entry import EXEMPT_FROM_DETECTORS, kind_of
from proofboard.core.rules.programs import metrics_by_program
from proofboard.errors import fault, printable
from proofboard.record.freeze import freeze, write
from proofboard.record.imported import NewBundle
from proofboard.record.live.journal import Journal
from proofboard.record.live.running import failures, held
from proofboard.schemas.bundle import MANIFEST, Response

SHOWN_MODELS: Final = 3


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """A bundle that was made of a journal."""

    recorder: str
    states: Mapping[str, int]
    """State → responses; nothing of held-out ones, of which a refusal is a wrong answer."""
    n_cut_off: int
    failures: Mapping[str, int]
    """Why responses or votes are absent → how many."""
    invalid: str | None
    """Why the board will show the run as no measurement."""
    public: PublicResult | None
    """The score as the board will compute it; None for other items than the public ones, or without a grader."""
    programs: Sequence[str]
    """Programs of the benchmark that have still to grade it."""


def freeze_run(prepared: Prepared, journal: Journal, engine: str) -> Frozen:
    """Put the bundle of a journal in place; raises InputError, with nothing written, where nothing was answered."""
    failed = failures(journal)
    if journal.responses and len(journal.responses) == failed.total():
        said = "; ".join(f"{count} failed ({reason})" for reason, count in failed.most_common(SHOWN_MODELS))
        raise fault(prepared.configuration.name, f"not one of {failed.total()} prompts was answered; {said}")
    bundle = _bundle(prepared, journal, engine)
    benchmark = prepared.read.benchmark
    files = freeze(
        bundle, benchmark.id, benchmark.protocol_version, prepared.configuration, prepared.table.prompts_digest
    )
    journal.froze(canonical.digest(files[MANIFEST]))
    with replaced(prepared.place) as aside:
        for name, raw in files.items():
            write(aside / name, raw)
    responses = list(bundle.responses)
    told = prepared.item_set != "held_out"
    return Frozen(
        recorder=bundle.recorder or engine,
        states=Counter(own.state for own in responses if told),
        n_cut_off=sum(1 for row in journal.responses.values() if row.cut_off and told),
        failures=failed,
        invalid=_why_invalid(prepared, responses),
        public=_result(prepared),
        programs=sorted(metrics_by_program(benchmark)),
    )


def _bundle(prepared: Prepared, journal: Journal, engine: str) -> NewBundle:
    responses, verdicts = held(journal)
    versions = {version for voted in journal.votes.values() for version in voted.versions}
    models = sorted({row.model for row in journal.responses.values() if row.model})
    named = ", ".join(map(printable, models[:SHOWN_MODELS]))
    return NewBundle(
        item_set=prepared.item_set,
        responses=responses,
        verdicts=verdicts,
        trials=prepared.live.wanted.trials,
        recorded=prepared.day,
        judge=prepared.judges.record(versions) if prepared.judges and verdicts else None,
        recorder=f"{engine} ({prepared.configuration.vendor} {named})" if named else engine,
    )


def _why_invalid(prepared: Prepared, responses: Sequence[Response]) -> str | None:
    if kind_of(prepared.configuration, prepared.read.benchmark) in EXEMPT_FROM_DETECTORS:
        return None
    return why_invalid([own for own in responses if own.stage == "answer"])


def _result(prepared: Prepared) -> PublicResult | None:
    """Grade a public bundle as a board without other entries would."""
    rules = rules_of(prepared.read)
    if prepared.item_set != "public" or rules.ungraded:
        return None
    checked = check_submission(prepared.configuration, "", [prepared.place], rules, faults := Faults())
    return checked.public if checked and not faults.found else None
