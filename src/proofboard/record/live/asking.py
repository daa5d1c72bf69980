"""One request to a model, and what came back: all that the rest of a live run knows of an engine."""

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

from proofboard.schemas.bundle import ResponseState, Usage


class Message(msgspec.Struct, frozen=True):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One request: which model, what it is told, and how it draws its words; None leaves a choice to the provider."""

    model: str
    """`provider/model`, as the engine names it."""
    messages: Sequence[Message]
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None
    seed: int | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What came back: text, a refusal, or a failure of the provider, which is never an answer."""

    state: ResponseState
    text: str | None = None
    usage: Usage = Usage()
    model: str | None = None
    """The model that answered, as its provider names it."""
    cut_off: bool = False
    """The answer ended where it had to be no longer; it stands as it is."""
    reason: str | None = None
    """Why there is no answer, in one line; of a held-out prompt only the kind of failure."""


class Engine(Protocol):
    """Makes requests, as many at a time as it was told, and tries again where that may help."""

    async def ask(self, request: Ask) -> Said:
        """Answer a request; a failure is an answer of the state `platform_failure` and is never raised."""
        ...
