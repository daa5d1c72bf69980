"""One live run: every prompt asked, judged and repaired once, whatever was finished before, many at a time."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from proofboard.errors import OutputError, ProofboardError
from proofboard.record.live.asking import Ask, Engine, Said
from proofboard.record.live.journal import Journal, Key, Row, Voted
from proofboard.record.live.judging import JudgePanel, is_recordable, judged, votes_of
from proofboard.record.live.repairing import repaired
from proofboard.schemas.benchmark import CloseTheLoop
from proofboard.schemas.bundle import Response, Verdict
from proofboard.schemas.item import Item

GIVE_UP_AFTER: Final = 20
"""Failures in a row, each after all its tries: then the provider is down, and asking for every prompt helps nobody."""

TOO_LONG: Final = "an answer that no line of a bundle can hold"


class GaveUpError(ProofboardError):
    """Nothing was answered for so long that the run stops; what it has is kept."""


class Question(msgspec.Struct, frozen=True):
    """One prompt in one trial, with the request that asks it and the items that its answer is for."""

    prompt_id: str
    trial: int
    ask: Ask
    items: Sequence[Item]


class Repairing(msgspec.Struct, frozen=True):
    """How drafts that do not pass are repaired."""

    loop: CloseTheLoop
    failed: Callable[[Question, Response, Sequence[Verdict]], Sequence[str]]
    """A draft and the votes on it → the checks that it failed; none where it passes."""


class Work(msgspec.Struct, frozen=True):
    """All that a run asks."""

    questions: Sequence[Question]
    judges: JudgePanel | None = None
    repairing: Repairing | None = None
    concurrency: int = 10


Watch = Callable[[int, int, int], None]
"""Told how many of how many are done, and how many of these failed."""


class Run:
    """Asks what the journal does not hold yet; what failed before is asked again."""

    def __init__(self, work: Work, engine: Engine, journal: Journal, watch: Watch) -> None:
        """Ask for nothing yet."""
        self._work = work
        self._engine = engine
        self._journal = journal
        self._watch = watch
        self._fruitless = 0
        self._reason = ""
        self._done = self._failed = 0
        self.stopped: ProofboardError | None = None
        """What ended the run before all was asked."""

    async def finish(self) -> None:
        """Ask until everything is answered, failed, or something stops the run."""
        waiting = iter(self._work.questions)
        workers = [asyncio.create_task(self._work_on(waiting)) for _ in range(self._work.concurrency)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _work_on(self, waiting: Iterator[Question]) -> None:
        while self.stopped is None and (own := next(waiting, None)) is not None:
            try:
                self._count(await self._settle(own))
            except OutputError:
                # What cannot be kept must not be asked for.
                raise
            except ProofboardError as error:
                self._stop(error)

    def _stop(self, error: ProofboardError) -> None:
        # Others that were on their way stop for the same reason; the first says it best.
        self.stopped = self.stopped or error

    async def _settle(self, own: Question) -> str | None:
        """Ask one prompt, let it be judged, and let what does not pass be repaired; returns why that failed."""
        key: Key = (own.prompt_id, own.trial, "answer")
        if not _is_there(self._journal.responses.get(key)):
            said = await self._engine.ask(own.ask)
            response = Response(
                prompt_id=own.prompt_id, trial=own.trial, output=said.text, state=said.state, usage=said.usage
            )
            await self._keep(response, said)
        await self._judge(own, key)
        reason = why_failed(self._journal, key)
        return reason if reason or not self._work.repairing else await self._repair(own, key, self._work.repairing)

    async def _repair(self, own: Question, draft_key: Key, repairing: Repairing) -> str | None:
        draft, voted = self._journal.responses[draft_key].response, self._journal.votes.get(draft_key)
        if draft is None:
            return None
        checks = repairing.failed(own, draft, voted.verdicts if voted else ())
        if not checks:
            return None
        key: Key = (own.prompt_id, own.trial, "repair")
        if not _is_there(self._journal.responses.get(key)):
            response = await repaired(self._engine, own.ask, repairing.loop, draft, checks, own.items[0].prompt)
            await self._keep(response)
        await self._judge(own, key)
        return why_failed(self._journal, key)

    async def _keep(self, response: Response, said: Said | None = None) -> None:
        """Write one response down; one that no bundle could hold is a failure."""
        recordable = is_recordable(response)
        if not recordable:
            response = msgspec.structs.replace(response, state="platform_failure", output=None)
        row = Row(
            prompt_id=response.prompt_id,
            trial=response.trial,
            stage=response.stage,
            response=response,
            cut_off=recordable and said is not None and said.cut_off,
            reason=(said.reason if said else None) if recordable else TOO_LONG,
            model=said.model if said else None,
        )
        await self._journal.keep(row)

    async def _judge(self, own: Question, key: Key) -> None:
        """Let the judges vote on a response, as far as they have not; then it is done."""
        row = self._journal.responses.get(key)
        question = judged(own.items, row.response) if self._work.judges and row and row.response else None
        before = self._journal.votes.get(key)
        if self._work.judges and question and not (before and before.complete):

            async def keep(vote: Verdict, version: str | None) -> None:
                await self._journal.keep(Row(prompt_id=key[0], trial=key[1], stage=key[2], vote=vote, model=version))

            cast = before.verdicts if before else ()
            votes = await votes_of(self._engine, self._work.judges, question, cast, keep)
            voted = Voted(
                verdicts=list(votes.verdicts),
                versions=sorted({*votes.versions, *(before.versions if before else ())}),
                complete=votes.complete,
                reason=votes.failures[0] if votes.failures else None,
            )
            await self._journal.keep(Row(prompt_id=key[0], trial=key[1], stage=key[2], voted=voted))
            if votes.stopped:
                raise votes.stopped

    def _count(self, reason: str | None) -> None:
        self._done += 1
        self._failed += reason is not None
        self._watch(self._done, len(self._work.questions), self._failed)
        self._fruitless = 0 if reason is None else self._fruitless + 1
        if self._fruitless >= GIVE_UP_AFTER:
            raise GaveUpError(f"the last {self._fruitless} requests in a row had no answer ({reason})")


def held(journal: Journal) -> tuple[list[Response], list[Verdict]]:
    """Return what a journal holds as a bundle holds it: a response whose votes are absent has failed."""
    responses: list[Response] = []
    verdicts: list[Verdict] = []
    for key, row in journal.responses.items():
        voted = journal.votes.get(key)
        if row.response is None:
            continue
        if voted is not None and not voted.complete:
            responses.append(msgspec.structs.replace(row.response, state="platform_failure", output=None))
            continue
        responses.append(row.response)
        verdicts += voted.verdicts if voted else ()
    return responses, verdicts


def failures(journal: Journal) -> Counter[str]:
    """Count what went wrong: reason → how many answers it cost."""
    return Counter(reason for key in journal.responses if (reason := why_failed(journal, key)) is not None)


def why_failed(journal: Journal, key: Key) -> str | None:
    """Say why a response is absent, or its votes are; None where nothing is."""
    row, voted = journal.responses.get(key), journal.votes.get(key)
    if row is None or row.response is None or row.response.state == "platform_failure":
        return (row.reason if row else None) or "no answer"
    if voted is not None and not voted.complete:
        return f"not judged: {voted.reason or 'no answer'}"
    return None


def _is_there(row: Row | None) -> bool:
    return row is not None and row.response is not None and row.response.state != "platform_failure"
