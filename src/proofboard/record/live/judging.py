"""Let judges vote on a response: what they are asked, what counts as a vote, and when a response has all of them.

The rubric is all that a judge is told. A response is data in it: placeholders are filled in one pass, and so nothing
in a response is ever taken for one. What it may say to the judge is left to the rubric to fend off.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.core.items import ItemTable
from proofboard.core.rules.judge import judge_faults, judge_record
from proofboard.errors import Fault, InputError, ProofboardError
from proofboard.record.live.asking import Ask, Engine, Message, Said
from proofboard.record.live.conversation import question as asked_of
from proofboard.record.live.filling import filled
from proofboard.record.vendors import Prompted
from proofboard.schemas.benchmark import Benchmark, Judge
from proofboard.schemas.bundle import JudgeRecord, Response, Stage, Verdict
from proofboard.schemas.item import Item
from proofboard.schemas.lines import decode_lines

VOTES: Final = "votes"
"""The grader that counts votes."""

RESPONSE: Final = "{response}"
REFERENCE: Final = "{reference}"
TOO_LONG: Final = "a vote that no line of a bundle can hold"
ADVICE: Final = "record with the benchmark's own judge, or change benchmark.yaml and raise its protocol_version"


class JudgePanel(msgspec.Struct, frozen=True):
    """The judges of a benchmark, and how each of them is asked."""

    judge: Judge
    rubric: str

    @property
    def models(self) -> Sequence[str]:
        """Name all judges; the first is the one that the manifest names."""
        return [self.judge.model, *self.judge.panel]

    @property
    def n_votes(self) -> int:
        """Count the votes of all judges on one response."""
        return len(self.models) * self.judge.votes

    def record(self, versions: Iterable[str | None] = ()) -> JudgeRecord:
        """Name judge and rubric for a manifest; `versions` are those that the provider named beside its votes."""
        named = sorted({version for version in versions if version})
        return judge_record(self.judge, ", ".join(named) or None)


KeepVote = Callable[[Verdict, str | None], Awaitable[None]]
"""Brings a vote to the disk, with what its provider called the main judge."""


class Judged(msgspec.Struct, frozen=True):
    """One response that is to be judged, and what it answers."""

    prompt_id: str
    trial: int
    stage: Stage
    prompt: str
    reference: str
    response: str


class Votes(msgspec.Struct, frozen=True):
    """The votes on one response: all of them, or those that were cast before something failed."""

    verdicts: Sequence[Verdict]
    """In the order of their numbers."""
    versions: frozenset[str] = frozenset()
    """What the provider called the main judge that cast them; for the manifest."""
    failures: Sequence[str] = ()
    """Why votes are absent, one reason for each; a response with any is unfinished and must be judged again."""
    stopped: ProofboardError | None = None
    """What ends the whole run, such as a budget; to be raised when the votes are kept."""

    @property
    def complete(self) -> bool:
        """Say whether all votes were cast: without it the response must not go into a bundle."""
        return not self.failures and self.stopped is None


def judge_panel(benchmark: Benchmark, table: ItemTable, file: str) -> JudgePanel | None:
    """Return the judges that a live run on these items needs; None where no metric counts votes and no rubric is given.

    Raises InputError with everything that keeps them from voting; `file` is where the benchmark stands.
    """
    judge = benchmark.judge
    counting = sorted(name for name, own in benchmark.metrics.items() if own.grader and own.grader.kind == VOTES)
    if not counting and (judge is None or judge.rubric is None):
        return None
    faults: list[str] = []
    if judge is None:
        faults.append(f"has no judge, and the metric {counting[0]!r} counts its votes; name one: judge: {{model: …}}")
    elif judge.rubric is None:
        faults.append(f"judge.rubric: is not there, so {judge.model!r} cannot be asked; write what it is asked")
    else:
        faults += judge_faults(judge)
        if RESPONSE not in judge.rubric:
            faults.append(f"judge.rubric: does not hold {RESPONSE}, so no judge would see what it judges; put it in")
        faults += _ambiguous(judge.rubric, table)
    if faults:
        raise InputError([Fault(file, 0, reason) for reason in faults])
    return JudgePanel(judge, judge.rubric) if judge and judge.rubric is not None else None


def _ambiguous(rubric: str, table: ItemTable) -> Iterable[str]:
    """Name the prompts of several items with different references: a vote is on a response, so it can see one only."""
    if REFERENCE not in rubric:
        return
    for prompt_id, positions in table.by_prompt.items():
        if len({text_of(table.items[position].reference) for position in positions}) > 1:
            reason = "stands in several items with other references, and a judge sees one"
            yield f"judge.rubric: holds {REFERENCE}, but the prompt {prompt_id!r} {reason}; leave it out of the rubric"


def refuse_other_judge(benchmark: Benchmark, model: str | None, votes: int | None, file: str) -> None:
    """Refuse to let another judge vote, or more or fewer times, than the benchmark says; None asks for nothing.

    A benchmark that does not say how many votes takes one. Raises InputError with both that differ.
    """
    judge = benchmark.judge
    reasons: list[str] = []
    if judge is None and (model is not None or votes is not None):
        reasons.append("has no judge, so nobody can vote; name one in benchmark.yaml: judge: {model: …, rubric: …}")
    if judge and model is not None and model != judge.model:
        reasons.append(f"has the judge {judge.model!r}, found {model!r}; {ADVICE}")
    if judge and votes is not None and votes != judge.votes:
        reasons.append(f"has {judge.votes} votes of each judge, found {votes}; {ADVICE}")
    if reasons:
        raise InputError([Fault(file, 0, reason) for reason in reasons])


def judged(items: Sequence[Item], response: Response) -> Judged | None:
    """Return what judges see of a response to a prompt of these items; None where there is nothing to judge.

    Refused, missing and failed responses are not judged, and neither are empty ones: no vote is cast on them.
    """
    text = text_of(response.output)
    if response.state != "answered" or not text.strip():
        return None
    return Judged(
        prompt_id=response.prompt_id,
        trial=response.trial,
        stage=response.stage,
        prompt=asked_of(Prompted(prompt_id=items[0].asked, prompt=items[0].prompt or "", choices=items[0].choices)),
        reference=text_of(items[0].reference),
        response=text,
    )


def text_of(value: object) -> str:
    """Write an answer or a reference as text: text as it is, structured data as canonical JSON, nothing as nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else canonical.dump(value).decode().rstrip("\n")


async def votes_of(
    engine: Engine, judges: JudgePanel, question: Judged, cast: Sequence[Verdict] = (), keep: KeepVote | None = None
) -> Votes:
    """Let every judge cast all its votes on a response, those in `cast` excepted, which are kept as they are.

    Each vote is a request of its own, although all of one judge are alike: an engine must not answer two with one. A
    judge that says nothing that counts, or refuses, has cast a null vote. A call that failed has cast none: the result
    is then not `complete`, its votes are worth keeping (give them as `cast` when it is asked again), and the response
    is unfinished. Whatever stops the run is returned as `stopped`, so that votes which were paid for are not lost;
    `keep` is told each as soon as it is cast.
    """
    known = {own.vote: own for own in cast}
    absent = [number for number in range(judges.n_votes) if number not in known]
    request = filled(
        judges.rubric, {"prompt": question.prompt, "reference": question.reference, "response": question.response}
    )

    async def vote(number: int) -> tuple[Verdict, str | None] | str:
        judge = _judge_of(judges, number)
        said = await engine.ask(_ask(judges, judge, request))
        if said.state == "platform_failure":
            return f"{judge}: {said.reason or 'no answer'}"
        verdict = _verdict(judges, question, number, said)
        if not is_recordable(verdict):
            return f"{judge}: {TOO_LONG}"
        version = said.model if number < judges.judge.votes else None
        if keep is not None:
            await keep(verdict, version)
        return verdict, version

    heard = await asyncio.gather(*map(vote, absent), return_exceptions=True)
    failures: list[str] = []
    versions: set[str] = set()
    stopped: ProofboardError | None = None
    for voted in heard:
        if isinstance(voted, ProofboardError):
            stopped = voted
        elif isinstance(voted, BaseException):
            raise voted
        elif isinstance(voted, str):
            failures.append(voted)
        else:
            verdict, version = voted
            known[verdict.vote] = verdict
            versions |= {version} if version else set()
    return Votes([known[number] for number in sorted(known)], frozenset(versions), failures, stopped)


def is_recordable(row: Response | Verdict) -> bool:
    """Say whether a line of a bundle can hold what was said."""
    try:
        decode_lines(canonical.dump_lines([row]), type(row), "")
    except (InputError, ValueError):
        return False
    return True


def _judge_of(judges: JudgePanel, vote: int) -> str:
    """Name the judge of a vote: the main one casts the first, then each of the panel in turn."""
    return judges.models[vote // judges.judge.votes]


def _ask(judges: JudgePanel, model: str, request: str) -> Ask:
    rule = judges.judge
    messages = [Message("user", request)]
    return Ask(model=model, messages=messages, temperature=rule.temperature, max_tokens=rule.max_tokens)


def _verdict(judges: JudgePanel, question: Judged, number: int, said: Said) -> Verdict:
    model = _judge_of(judges, number)
    return Verdict(
        prompt_id=question.prompt_id,
        passed=vote_in(said.text, judges.judge) if said.state == "answered" else None,
        trial=question.trial,
        stage=question.stage,
        vote=number,
        judge=None if model == judges.judge.model else model,
        output=said.text,
        usage=said.usage,
    )


def vote_in(text: str | None, judge: Judge) -> bool | None:
    """Read the vote out of what a judge said: what it says last counts, in upper or lower case; None is no vote.

    Of two that end in the same place, such as `VALID` within `INVALID`, the longer one was said.
    """
    told = (text or "").casefold()
    ends: dict[bool, tuple[int, int]] = {}
    for vote, phrase in ((True, judge.passes.casefold()), (False, judge.fails.casefold())):
        place = told.rfind(phrase)
        if place >= 0:
            ends[vote] = (place + len(phrase), len(phrase))
    return max(ends, key=lambda vote: ends[vote]) if ends else None
