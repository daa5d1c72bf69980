"""Find everything wrong with a live run before anything is written or paid for."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import msgspec

from proofboard import canonical
from proofboard.app.benchmark_folder import BenchmarkFolder, read_benchmark
from proofboard.app.entries_folder import BENCHMARK_FILE
from proofboard.app.evaluating import Wanted, asked_items, listed_file, own_configuration, place_of
from proofboard.app.freezing import find, refuse_standing
from proofboard.app.held_out.private_places import refuse_public_place
from proofboard.app.held_out.store import held_out_table
from proofboard.app.submissions.rules_at_hand import benchmark_at_hand, rules_of
from proofboard.core.items import ItemTable
from proofboard.errors import Fault, InputError, UnknownEntryError, fault
from proofboard.record.live.conversation import ask_for, engine_name, live_faults, new_configuration, question
from proofboard.record.live.journal import PARTIAL, begun
from proofboard.record.live.judging import JudgePanel, judge_panel, refuse_other_judge
from proofboard.record.live.running import Question
from proofboard.record.vendors import Prompted, prompted
from proofboard.schemas.configuration import Configuration


class LiveWanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of whom, how fast, and for how much."""

    wanted: Wanted
    today: str
    """The day of a run that begins and states no other."""
    judge_model: str | None = None
    votes: int | None = None
    limit: int | None = None
    """Only so many prompts, the first ones."""
    max_cost: Fraction | None = None
    """US dollars that the bundle may cost, what an earlier call spent included."""
    concurrency: int = 10
    retries: int = 6
    timeout_seconds: float = 600
    pace_seconds: float = 0


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A run that may begin: nothing is wrong with what was asked for, and nothing is written yet."""

    live: LiveWanted
    read: BenchmarkFolder
    table: ItemTable
    configuration: Configuration
    place: Path
    journal: Path
    judges: JudgePanel | None
    questions: Sequence[Question]
    prompts: str
    """The digest of what is asked, of its choices too, whatever the limit."""
    day: str

    @property
    def item_set(self) -> str:
        """Which items are asked."""
        return self.live.wanted.item_set

    @property
    def models(self) -> Sequence[str]:
        """Name every model that may be asked."""
        return [*{own.ask.model: None for own in self.questions}, *(self.judges.models if self.judges else ())]


def prepare(live: LiveWanted) -> Prepared:
    """Read all that a run needs; raises ProofboardError, with nothing written, where it may not begin."""
    wanted = live.wanted
    read = _read(wanted)
    file = f"{wanted.benchmark}/{BENCHMARK_FILE}"
    configuration, named = _configuration(wanted, read)
    if reasons := list(live_faults(configuration)):
        raise InputError([Fault(named, 0, reason) for reason in reasons])
    table = _table(wanted, read)
    refuse_other_judge(read.benchmark, live.judge_model, live.votes, file)
    judges = judge_panel(read.benchmark, table, file)
    if wanted.repair:
        _refuse_unrepairable(read, file)
    place = place_of(wanted, configuration)
    journal = _journal_place(place, own=wanted.out is None)
    if wanted.held_out:
        refuse_public_place(journal, wanted.benchmark, wanted.held_out)
    if not journal.exists():
        refuse_standing(place)
    before = begun(journal)
    asked = prompted(asked_items(wanted, read, table), file)
    return Prepared(
        live=live,
        read=read,
        table=table,
        configuration=configuration,
        place=place,
        journal=journal,
        judges=judges,
        questions=_questions(live, table, configuration, asked),
        prompts=canonical.digest_of([(own.prompt_id, question(own)) for own in asked]),
        day=wanted.recorded or (before.recorded if before else live.today),
    )


def _refuse_unrepairable(read: BenchmarkFolder, file: str) -> None:
    """Refuse where nobody could say which drafts are to be repaired, and why."""
    if read.benchmark.close_the_loop is None:
        raise fault(file, "has no close_the_loop, so nobody could say which drafts are to be repaired")
    if absent := rules_of(read).ungraded:
        raise fault(file, f"metrics: nothing here grades {', '.join(absent)}, so drafts cannot be repaired live")


def _read(wanted: Wanted) -> BenchmarkFolder:
    """Read the benchmark; a publication is enough where nothing goes into it."""
    if wanted.out and not wanted.held_out and not (wanted.benchmark / BENCHMARK_FILE).is_file():
        return benchmark_at_hand(str(wanted.benchmark))
    return read_benchmark(wanted.benchmark)


def _configuration(wanted: Wanted, read: BenchmarkFolder) -> tuple[Configuration, str]:
    """Return who is asked: an entry of the benchmark, a configuration file, or a model as its provider offers it."""
    if wanted.configuration is not None:
        return own_configuration(wanted, wanted.configuration, read), str(wanted.configuration)
    selector = str(wanted.entry)
    new, engine = new_configuration(selector), engine_name(selector)
    known = [own.configuration for own in read.entries if engine is not None and own.model == engine]
    if new is not None:
        known = [own for own in known if own.name == new.name] or known
    if len(known) == 1:
        return known[0], listed_file(wanted, known[0])
    try:
        found = find(read, selector).configuration
    except UnknownEntryError as error:
        if new is None:
            hint = "name an entry, or a model as provider:model, such as openai:gpt-4.1-mini"
            raise UnknownEntryError(f"{error}; {hint}") from error
        if known:
            names = ", ".join(own.name for own in known)
            raise UnknownEntryError(f"{selector!r} is the model of {names}; give one of these") from error
        if new.name in {own.name for own in read.entries}:
            reason = f"{selector!r} would be {new.name}, which the benchmark configures otherwise; give --config"
            raise UnknownEntryError(reason) from error
        return new, selector
    return found, listed_file(wanted, found)


def _table(wanted: Wanted, read: BenchmarkFolder) -> ItemTable:
    if wanted.held_out:
        return held_out_table(read, wanted.held_out)
    if not wanted.repair:
        return read.table
    if read.repair is None:
        raise fault(f"{wanted.benchmark}/{BENCHMARK_FILE}", "has no repair items; name them in item_sets: {repair: …}")
    return read.repair


def _journal_place(place: Path, *, own: bool) -> Path:
    """Return where the journal of a bundle lies: beside it; among the bundles of an entry it is hidden, being none."""
    return place.with_name(f"{'.' if own else ''}{place.name}{PARTIAL}")


def _questions(
    live: LiveWanted, table: ItemTable, configuration: Configuration, asked: Sequence[Prompted]
) -> Sequence[Question]:
    return [
        Question(
            own.prompt_id,
            trial,
            ask_for(configuration, own, trial),
            [table.items[position] for position in table.by_prompt[own.prompt_id]],
        )
        for trial in range(live.wanted.trials)
        for own in asked[: live.limit]
    ]
