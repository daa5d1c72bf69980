"""Ask models through inspect_ai: its providers, its connections and its retries; every try is counted and timed.

Imported by name, and only for a live run: a large package that nothing else needs. It runs outside of any evaluation
of inspect_ai, which so writes no log, reads no .env file and shows nothing.
"""

import asyncio
import gc
import logging
import random
import re
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from importlib.metadata import version
from json import JSONDecodeError
from types import TracebackType
from typing import Any, Final, Self
from unittest.mock import patch

import msgspec
import yaml
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.log._transcript import Transcript, init_transcript
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    ContentText,
    GenerateConfig,
    Model,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    RetryDecision,
    get_model,
)
from inspect_ai.model._model import ModelGenerateError
from inspect_ai.util._concurrency import init_concurrency
from tenacity import RetryCallState, RetryError

from proofboard.errors import Fault, InputError, printable
from proofboard.record.live.asking import Ask, Message, Said
from proofboard.record.live.spending import Pace, Purse
from proofboard.schemas.bundle import Usage

PACKAGE: Final = "inspect_ai"
MOCK: Final = "mockllm/"

LONGEST_WAIT_SECONDS: Final = 300
SHORTEST_WAIT_SECONDS: Final = 1.0
SHOWN_LETTERS: Final = 200
MICRO: Final = 10**6
THINGS_BETWEEN_COLLECTIONS: Final = 50_000

REFUSED_BY_KEY: Final = frozenset({401, 403})

_MARKUP: Final = re.compile(r"\[/?[a-z_ ]*\]")


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """How requests are made."""

    concurrency: int = 10
    retries: int = 6
    """How often a request is made again that failed for a reason that may pass."""
    timeout_seconds: float = 600
    """How long one try may take."""
    pace_seconds: float = 0
    confidential: bool = False
    """The prompts are held out: nothing that a provider says of them is kept or shown."""


class _Tries(msgspec.Struct):
    """What was tried for one request."""

    count: int = 0
    began: float = 0


_TRIES: ContextVar[_Tries] = ContextVar("_TRIES")


class InspectEngine:
    """Models of inspect_ai's providers, opened once and asked as often as wanted."""

    recorder: Final = f"{PACKAGE} {version(PACKAGE)}"

    def __init__(self, models: Iterable[str], terms: Terms, purse: Purse) -> None:
        """Open every model that will be asked; raises InputError for all that cannot be, with what is missing."""
        self._terms = terms
        self._purse = purse
        self._pace = Pace(terms.pace_seconds)
        self.heard = _Heard(confidential=terms.confidential)
        self._threshold = gc.get_threshold()[0]
        # Semaphores belong to the loop of one run.
        init_concurrency()
        self._models: dict[str, Model] = {}
        faults: list[Fault] = []
        for name in dict.fromkeys(models):
            try:
                self._models[name] = self._watched(_opened(name))
            except InputError as error:
                faults += error.faults
        if faults:
            raise InputError(faults)

    async def ask(self, request: Ask) -> Said:
        """Answer a request; raises OutOfBudgetError before one that may not be paid for, and nothing else."""
        await self._purse.begin(request.model)
        usage: Usage | None = None
        try:
            said = await self._answer(request)
            # A refusal before the model, or a failure, has used nothing that anyone could count.
            usage = said.usage if said.state == "answered" or said.usage.prompt_tokens is not None else None
        finally:
            await self._purse.end(request.model, usage)
        return said

    async def __aenter__(self) -> Self:
        # Each request leaves hundreds of things behind, few of them garbage: to look for it rarely saves a tenth of
        # the time of a run.
        gc.set_threshold(THINGS_BETWEEN_COLLECTIONS)
        self.heard.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all connections."""
        gc.set_threshold(self._threshold)
        await asyncio.gather(*(model.api.aclose() for model in self._models.values()), return_exceptions=True)
        self.heard.stop()

    async def _answer(self, request: Ask) -> Said:
        tries = _Tries()
        _TRIES.set(tries)
        # One transcript for each request: a common one would hold every prompt and answer until the end.
        init_transcript(Transcript(log_model_api=False))
        try:
            messages = [_message(own) for own in request.messages]
            output = await self._models[request.model].generate(messages, config=self._config(request))
        except Exception as error:  # noqa: BLE001 - whatever a provider's package raises is a failure of the platform
            return Said(state="platform_failure", usage=_spent(tries), reason=self._reason(error, request.model))
        return _said(output, tries)

    def _config(self, request: Ask) -> GenerateConfig:
        return GenerateConfig(
            temperature=request.temperature,
            top_p=request.top_p,
            max_tokens=request.max_tokens,
            frequency_penalty=request.frequency_penalty,
            presence_penalty=request.presence_penalty,
            seed=request.seed,
            max_retries=self._terms.retries,
            max_connections=self._terms.concurrency,
        )

    def _watched(self, model: Model) -> Model:
        """Count, pace and time every try of a model, and let its provider say how long to wait for the next."""
        api = model.api
        generate, should_retry = api.generate, api.should_retry

        async def watched(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - the provider's own
            await self._pace.turn()
            tries = _TRIES.get()
            tries.began = tries.began or time.monotonic()
            tries.count += 1
            try:
                async with asyncio.timeout(self._terms.timeout_seconds):
                    return await generate(*arguments, **named)
            except Exception as error:  # noqa: BLE001 - it is raised again as it is
                # inspect_ai draws the traceback of every failed try, which takes longer than the try; nobody sees it.
                raise error.with_traceback(None) from None

        def retried(error: Exception) -> bool | RetryDecision:
            # An answer that never ended, and one that is no JSON, are accidents on the way.
            accident = isinstance(error, (TimeoutError, JSONDecodeError))
            return RetryDecision.transient() if accident else should_retry(error)

        api.generate = watched  # type: ignore[method-assign]
        api.should_retry = retried  # type: ignore[method-assign, assignment]
        api.retry_wait = lambda: _wait_of(should_retry)  # type: ignore[method-assign]
        _without_own_retries(api)
        return model

    def _reason(self, error: BaseException, model: str) -> str:
        """Say in one line why there is no answer; of a held-out prompt only the kind."""
        if isinstance(error, RetryError):
            error = error.last_attempt.exception() or error
        status = getattr(error, "status_code", None)
        cause = error.__cause__ if isinstance(error, ModelGenerateError) and error.__cause__ else error
        kind = type(cause).__name__ if status is None else f"{type(cause).__name__} {status}"
        said = error.provider_message if isinstance(error, ModelGenerateError) else str(error)
        if status in REFUSED_BY_KEY:
            # What is said beside it may show a part of the key.
            variables = " or ".join(self._models[model].api.api_key_vars)
            return f"{kind}, look at {variables}" if variables else kind
        if self._terms.confidential or not said:
            return kind
        return f"{kind}: {printable(' '.join(said.split())[:SHOWN_LETTERS])}"


class _Heard(logging.Handler):
    """Keeps what inspect_ai warns of, each warning once, instead of letting it into the middle of our own lines."""

    def __init__(self, *, confidential: bool) -> None:
        super().__init__(logging.WARNING)
        self.warnings: dict[str, None] = {}
        self._confidential = confidential
        self._logger = logging.getLogger(PACKAGE)
        self._before = self._logger.propagate

    def start(self) -> None:
        """Listen from now on."""
        self._logger.propagate = False
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one warning; of held-out prompts none, because it may hold the text."""
        if not self._confidential:
            self.warnings.setdefault(printable(" ".join(record.getMessage().split())[:SHOWN_LETTERS]))

    def stop(self) -> None:
        """Leave inspect_ai's loggers as they were."""
        self._logger.removeHandler(self)
        self._logger.propagate = self._before


def _opened(name: str) -> Model:
    """Open a model; what its provider lacks, a package or a variable of the environment, is named."""
    options: dict[str, Any] = {"custom_outputs": _mock} if name.startswith(MOCK) else {}
    try:
        model = get_model(name, memoize=False, **options)
        # Providers look the model up in a large table at its first request, which would so seem to take a second.
        with patch.object(yaml, "safe_load", _read_fast):
            model.api.model_family()
    except PrerequisiteError as error:
        reason = _MARKUP.sub("", str(error.message)).removeprefix("ERROR: ")
    except (ImportError, ValueError, TypeError) as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - a provider's package may raise anything where it is set up wrongly
        reason = f"{type(error).__name__}: {error}"
    else:
        return model
    raise InputError([Fault(name, 0, f"cannot be asked: {' '.join(reason.split())}")])


def _read_fast(stream: Any) -> Any:  # noqa: ANN401 - the reader's own signature
    """Read as `yaml.safe_load` does, in C where it is there: half a second for the table of models."""
    return yaml.load(stream, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loaders both


def _mock(*_arguments: Any) -> ModelOutput:  # noqa: ANN401 - the mock's own signature
    # Without usage the mock would count tokens, for which it fetches a tokenizer from the network.
    output = ModelOutput.from_content("mockllm", "Default output from mockllm/model")
    output.usage = ModelUsage()
    return output


def _without_own_retries(api: ModelAPI) -> None:
    """Switch off retries inside a provider's client: those would neither be counted nor paced."""
    client = getattr(api, "client", None)
    if isinstance(getattr(client, "max_retries", None), int):
        client.max_retries = 0  # type: ignore[union-attr]


def _wait_of(should_retry: Callable[[Exception], bool | RetryDecision]) -> Callable[[RetryCallState], float]:
    """Wait as long as the provider asks, else twice as long each time, with a part by chance against crowds."""

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        decision = should_retry(error) if isinstance(error, Exception) else False
        asked = decision.retry_after if isinstance(decision, RetryDecision) else None
        if asked is not None:
            return min(asked, LONGEST_WAIT_SECONDS)
        doubled: float = min(SHORTEST_WAIT_SECONDS * 2 ** min(state.attempt_number - 1, 10), LONGEST_WAIT_SECONDS)
        return doubled * random.uniform(0.75, 1.25)  # noqa: S311 - no secret

    return wait


def _message(own: Message) -> ChatMessage:
    if own.role == "system":
        return ChatMessageSystem(content=own.text)
    return ChatMessageUser(content=own.text) if own.role == "user" else ChatMessageAssistant(content=own.text)


def _said(output: ModelOutput, tries: _Tries) -> Said:
    if not output.choices:
        return Said(state="platform_failure", usage=_spent(tries), reason="an answer without any choice")
    usage = _spent(tries, output.usage, answered=True)
    choice = output.choices[0]
    if choice.stop_reason == "content_filter" or _is_refusal(choice.message.content):
        # What stands beside it may be the filter's words and not the model's.
        return Said(state="refused", usage=usage, model=output.model)
    if choice.stop_reason == "model_length":
        reason = "the prompt and the answer do not fit into the model's context"
        return Said(state="missing", usage=usage, model=output.model, reason=reason)
    cut_off = choice.stop_reason == "max_tokens"
    # JSON can name halves of letters, which no UTF-8 can hold.
    text = output.completion.encode("utf-8", "replace").decode()
    return Said(state="answered", text=text, usage=usage, model=output.model, cut_off=cut_off)


def _is_refusal(content: object) -> bool:
    return isinstance(content, list) and any(isinstance(part, ContentText) and part.refusal for part in content)


def _spent(tries: _Tries, usage: ModelUsage | None = None, *, answered: bool = False) -> Usage:
    """Return what one request used; tokens that were read from a cache were sent too."""
    prompt = completion = total = None
    # No request takes no tokens: zeros are a provider that does not count.
    if usage is not None and (usage.input_tokens or usage.output_tokens or usage.total_tokens):
        prompt = usage.input_tokens + (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
        completion = usage.output_tokens
        total = usage.total_tokens if usage.total_tokens not in {0, prompt + completion} else None
    return Usage(
        prompt_tokens=prompt,
        completion_tokens=completion,
        total_tokens=total,
        calls=int(answered),
        attempts=tries.count,
        microseconds=round((time.monotonic() - tries.began) * MICRO) if tries.count else None,
    )
