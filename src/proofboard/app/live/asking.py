"""Ask a model every prompt of an item set now, keep each answer at once, and freeze them into a bundle."""

import asyncio
import gc
import importlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.app.entries_folder import BENCHMARK_FILE
from proofboard.app.evaluating import list_entry
from proofboard.app.freezing import refuse_standing
from proofboard.app.live.freezing import Frozen, freeze_run
from proofboard.app.live.preparing import LiveWanted, Prepared, prepare
from proofboard.core.close_the_loop import failed_checks
from proofboard.core.usage import price_of
from proofboard.errors import MissingExtraError, fault
from proofboard.record.live.journal import Journal, Key, RunDocument
from proofboard.record.live.judging import REFERENCE
from proofboard.record.live.running import Question, Repairing, Run, Work, why_failed
from proofboard.record.live.spending import Purse, cost_of
from proofboard.schemas.benchmark import Price
from proofboard.schemas.bundle import MANIFEST, Response, Usage, Verdict

ENGINE: Final = "proofboard.record.live.engine"
EXTRA: Final = "a live run needs inspect_ai, which cannot be loaded"
GET_IT: Final = "pip install --upgrade 'proofboard[live]'"


class Seen(msgspec.Struct, frozen=True):
    """How far a run is."""

    done: int
    total: int
    failed: int
    spent: Fraction | None
    """US dollars; None where a price or the tokens are not known."""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended, and what there is of it."""

    name: str
    place: Path
    journal: Path
    n_answered: int
    """Answers that are there, with their votes; repairs are not counted."""
    n_total: int
    """All that were asked for."""
    spent: Fraction | None
    spent_on_votes: Fraction | None
    """What the judges cost of it; None where nobody votes, or it is not known."""
    notes: Sequence[str]
    frozen: Frozen | None
    """The bundle; None where something stopped the run before all was asked."""
    stopped: str | None = None
    """What stopped it."""
    interrupted: bool = False
    """A person stopped it."""


def evaluate_live(live: LiveWanted, watch: Callable[[Seen], None]) -> Ended:
    """Ask for every response that the journal beside the bundle's place does not hold, and freeze them all.

    Raises:
        InputError: benchmark, configuration, judge or model cannot be used, or another run was begun in this place.
        MissingExtraError: inspect_ai is not installed.
        HeldOutError: held-out answers would lie where they must not.
        OutputError: another bundle is there already, or another run is writing.
    """
    prepared = prepare(live)
    prices = _prices(prepared)
    purse = Purse(prices, live.max_cost)
    with _nothing_to_collect():
        module = _engine_module()
        engine = module.InspectEngine(prepared.models, _terms(module, live), purse)
    journal = Journal(prepared.journal, _run_document(prepared, engine.recorder), prepared.table.by_prompt)
    try:
        _refuse_standing(prepared.place, journal)
        listed = list_entry(live.wanted, prepared.configuration)
        _pay_for_kept(journal, purse, prepared)
        run, interrupted = _asked(prepared, (engine, journal, purse), watch)
        frozen = None
        if not interrupted and run.stopped is None:
            frozen = freeze_run(prepared, journal, engine.recorder)
        first = {key for key in journal.responses if key[2] == "answer"}
        limited = list(_limited(prepared, first))
        if frozen and not frozen.failures and not limited:
            journal.remove()
    finally:
        journal.close()
    return Ended(
        name=prepared.configuration.name,
        place=prepared.place,
        journal=prepared.journal,
        n_answered=sum(1 for key in first if why_failed(journal, key) is None),
        n_total=len({(own.prompt_id, own.trial, "answer") for own in prepared.questions} | first),
        spent=purse.spent,
        spent_on_votes=_spent_on_votes(journal, prices, prepared),
        notes=[*listed, *limited, *engine.heard.warnings],
        frozen=frozen,
        stopped=str(run.stopped) if run.stopped else None,
        interrupted=interrupted,
    )


def _prices(prepared: Prepared) -> Mapping[str, Price | None]:
    """Look up what every model costs on the day of the run; a budget needs a price for each."""
    listed = prepared.read.benchmark.prices
    prices = {model: price_of(listed, model, prepared.day) for model in prepared.models}
    unknown = [model for model, price in prices.items() if price is None]
    if prepared.live.max_cost is not None and unknown:
        file = f"{prepared.live.wanted.benchmark}/{BENCHMARK_FILE}"
        names = ", ".join(unknown)
        raise fault(file, f"prices: has none of {names} on {prepared.day}, without which --max-cost cannot be kept")
    return prices


def _engine_module() -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(ENGINE)
    except ImportError as error:
        raise MissingExtraError(f"{EXTRA} ({error}); {GET_IT}") from error


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Leave loaded code alone: looking again and again for garbage in what stays takes a fifth of the time to load."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


def _terms(module: Any, live: LiveWanted) -> Any:  # noqa: ANN401 - its own class
    return module.Terms(
        concurrency=live.concurrency,
        retries=live.retries,
        timeout_seconds=live.timeout_seconds,
        pace_seconds=live.pace_seconds,
        confidential=live.wanted.held_out is not None,
    )


def _run_document(prepared: Prepared, recorder: str) -> RunDocument:
    configuration, benchmark = prepared.configuration, prepared.read.benchmark
    reproducibility = configuration.reproducibility
    return RunDocument(
        benchmark=benchmark.id,
        protocol_version=benchmark.protocol_version,
        item_set=prepared.live.wanted.item_set,  # type: ignore[arg-type]
        entry=configuration.name,
        configuration=configuration.digest(),
        seed=reproducibility.seed if reproducibility else None,
        prompts=prepared.prompts,
        trials=prepared.live.wanted.trials,
        judge=canonical.digest_of(_shown_to_judges(prepared)) if prepared.judges else None,
        engine=recorder,
        recorded=prepared.day,
    )


def _shown_to_judges(prepared: Prepared) -> Sequence[object]:
    """Return what decides the votes on a response: the judge, and the references where its rubric shows them."""
    judges = prepared.judges
    if judges is None or REFERENCE not in judges.rubric:
        return [judges and judges.judge]
    return [judges.judge, {own.id: own.reference for own in prepared.table.items}]


def _refuse_standing(place: Path, journal: Journal) -> None:
    """Refuse to overwrite any bundle but one that was made of this journal."""
    manifest = place / MANIFEST
    if not (manifest.is_file() and canonical.digest(manifest.read_bytes()) in journal.bundles):
        refuse_standing(place)


def _pay_for_kept(journal: Journal, purse: Purse, prepared: Prepared) -> None:
    """Count what the responses and votes of earlier calls cost."""
    model = prepared.questions[0].ask.model if prepared.questions else ""
    for row in journal.responses.values():
        if row.response is not None:
            purse.pay(model, row.response.usage)
    for judge, usage in _votes_in(journal, prepared):
        purse.pay(judge, usage)


def _votes_in(journal: Journal, prepared: Prepared) -> Iterator[tuple[str, Usage | None]]:
    """Yield the judge of every vote, and what it used."""
    judge = prepared.judges.judge.model if prepared.judges else ""
    for voted in journal.votes.values():
        for vote in voted.verdicts:
            yield vote.judge or judge, vote.usage


def _spent_on_votes(journal: Journal, prices: Mapping[str, Price | None], prepared: Prepared) -> Fraction | None:
    costs = [cost_of(usage, prices.get(judge)) for judge, usage in _votes_in(journal, prepared)]
    known = [cost for cost in costs if cost is not None]
    return sum(known, Fraction()) if known and len(known) == len(costs) else None


def _asked(prepared: Prepared, parts: tuple[Any, Journal, Purse], watch: Callable[[Seen], None]) -> tuple[Run, bool]:
    """Run until all is asked, something stops it, or a person does."""
    engine, journal, purse = parts
    work = Work(prepared.questions, prepared.judges, _repairing(prepared), prepared.live.concurrency)
    run = Run(work, engine, journal, lambda done, total, failed: watch(Seen(done, total, failed, purse.spent)))

    async def ask_all() -> None:
        async with engine:
            await run.finish()

    try:
        asyncio.run(ask_all())
    except KeyboardInterrupt:
        return run, True
    return run, False


def _repairing(prepared: Prepared) -> Repairing | None:
    loop, plan = prepared.read.benchmark.close_the_loop, prepared.read.plan
    if loop is None or not prepared.live.wanted.repair:
        return None

    def failed(own: Question, draft: Response, votes: Sequence[Verdict]) -> Sequence[str]:
        return failed_checks(plan, own.items, draft, votes)

    return Repairing(loop, failed)


def _limited(prepared: Prepared, first: Collection[Key]) -> Iterator[str]:
    """Say that not every prompt was asked, where that is so."""
    asked, there = {prompt_id for prompt_id, _, _ in first}, len(prepared.table.by_prompt)
    if prepared.live.limit is not None and len(asked) < there:
        counted = f"only {len(asked)} of {there} prompts were asked; the others count as missing"
        yield f"{counted}; the same command without --limit asks these, and replaces the bundle"
