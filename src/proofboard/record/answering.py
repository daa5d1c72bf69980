"""Ask an installed adapter, prompt by prompt, and freeze what it answered.

An adapter is third-party code that may fail on any prompt. What fails is recorded as `platform_failure` and never as an
answer; of a held-out prompt no exception's message is kept, because it may hold the text.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from proofboard import canonical
from proofboard.errors import InputError, ProofboardError, fault, printable
from proofboard.record.vendors import InstalledAdapter, Prompted, said
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.lines import decode_lines

Progress = Callable[[int, int], None]
"""Told how many of how many answers are there."""

GIVE_UP_AFTER: Final = 3
"""Calls in a row that give no answer at all: then the system is down, and asking it for every prompt helps nobody."""

SHOWN_REASONS: Final = 3

NO_ANSWER: Final = "gave no answer"
NOT_RECORDABLE: Final = "gave what no bundle can hold: a wrong field, no JSON value, or more than a line may have"


class Asking:
    """The responses of one adapter to all prompts: one for each prompt and trial, whatever it does."""

    def __init__(
        self,
        adapter: InstalledAdapter,
        configuration: Configuration,
        prompts: Sequence[Prompted],
        *,
        trials: int = 1,
        confidential: bool = False,
    ) -> None:
        """Ask for nothing yet; `confidential` prompts are held out."""
        self.adapter = adapter
        self.trials = trials
        self.total = len(prompts) * trials
        self.failures: Counter[str] = Counter()
        """What went wrong → how many answers it cost."""
        self._configuration = configuration
        self._prompts = prompts
        self._confidential = confidential

    def answers(self, progress: Progress) -> list[Response]:
        """Ask for everything; raises InputError where the adapter cannot run the configuration, or none answered."""
        self._refuse_unready()
        found: list[Response] = []
        for trial in range(self.trials):
            for row in self._one_trial():
                found.append(msgspec.structs.replace(row, trial=trial))
                progress(len(found), self.total)
        if found and len(found) == self.failures.total():
            raise fault(self._place, f"not one of {self.total} prompts was answered; {self.said()}")
        return found

    def said(self) -> str:
        """Say in one line what failed how often."""
        shown = [f"{count} failed ({reason})" for reason, count in self.failures.most_common(SHOWN_REASONS)]
        more = len(self.failures) - len(shown)
        return printable("; ".join([*shown, f"and {more} more reasons"] if more else shown))

    @property
    def _place(self) -> str:
        return f"{self._configuration.name} ({self.adapter.package})"

    def _refuse_unready(self) -> None:
        # Asked for nothing, an adapter can say what is wrong with a configuration, and cannot repeat a prompt.
        try:
            early = next(iter(self.adapter.adapter.respond(self._configuration, ())), None)
        except ProofboardError:
            raise
        except Exception as error:
            raise fault(self._place, f"the adapter cannot run it: {said(error)}") from error
        if early is not None:
            raise fault(self._place, "the adapter answered before it was asked anything; tell its authors")

    def _one_trial(self) -> Iterator[Response]:
        """Yield one response for each prompt; after a failure the prompts without one are asked again."""
        waiting = {prompt.prompt_id: prompt for prompt in self._prompts}
        fruitless = 0
        reason = NO_ANSWER
        while waiting and fruitless < GIVE_UP_AFTER:
            before = len(waiting)
            try:
                for response in self.adapter.adapter.respond(self._configuration, tuple(waiting.values())):
                    yield self._taken(response, waiting)
                reason = NO_ANSWER
                break
            except _BrokenAdapterError as error:
                raise fault(self._place, str(error)) from None
            except Exception as error:  # noqa: BLE001 - whatever third-party code raises costs one answer
                reason = type(error).__name__ if self._confidential else said(error)
            # Most adapters answer in order: the first that waits is the one that failed.
            fruitless = 0 if len(waiting) < before else fruitless + 1
            if waiting:
                yield self._failed(next(iter(waiting)), waiting, reason)
        for prompt_id in list(waiting):
            yield self._failed(prompt_id, waiting, reason)

    def _taken(self, response: object, waiting: dict[str, Prompted]) -> Response:
        """Take what an adapter yielded as a bundle would hold it."""
        if not isinstance(response, Response):
            raise _BrokenAdapterError(f"the adapter yielded a {type(response).__name__}, expected a Response")
        # What it names instead may be anything, a text that was asked included.
        if response.prompt_id not in waiting:
            raise _BrokenAdapterError("the adapter answered a prompt that it was not asked, or one twice")
        kept = _as_recorded(msgspec.structs.replace(response, trial=0, stage="answer"))
        if kept is None:
            return self._failed(response.prompt_id, waiting, NOT_RECORDABLE)
        del waiting[response.prompt_id]
        if kept.state == "platform_failure":
            # What it says beside the failure is no answer, and may be the message of an exception.
            self.failures["the adapter says so"] += 1
            return Response(prompt_id=kept.prompt_id, state=kept.state, usage=kept.usage)
        return kept

    def _failed(self, prompt_id: str, waiting: dict[str, Prompted], reason: str) -> Response:
        del waiting[prompt_id]
        self.failures[reason] += 1
        return Response(prompt_id=prompt_id, state="platform_failure")


class _BrokenAdapterError(Exception):
    """An adapter does what none may do; another try would not help."""


def _as_recorded(response: Response) -> Response | None:
    """Write a response as a line and read it back; None where that gives no valid line."""
    try:
        return decode_lines(canonical.dump_lines([response]), Response, "")[0]
    except (InputError, TypeError, ValueError, NotImplementedError, RecursionError):
        return None
