"""What happens, as it happens: server-sent events (HTML, 9.2) of what is public and of the reader's organisation.

All readers of a process share one look at the database in a second, and no reader holds a session or a thread.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from proofboard.api.dependencies import ActorDep
from proofboard.api.problems import documented
from proofboard.app.board.happenings import PUBLIC, Happening, happenings_after, latest_number
from proofboard.app.board.heads import Heads
from proofboard.app.service.instance import Instance
from proofboard.errors import RefusedError

router = APIRouter(tags=["events"])

POLL_SECONDS: Final = 1.0
HEARTBEAT_SECONDS: Final = 15.0
LONGEST_SECONDS: Final = 900.0
"""Then a reader comes again and is recognised again: a revoked key does not listen for ever."""
MOST_READERS: Final = 1000
MOST_WAITING: Final = 256
"""Events that a slow reader may be behind; then it must come again and say what it saw last."""
MOST_AT_ONCE: Final = 500
LOOKED_BACK: Final = 200
"""Numbers are given before transactions end, so that a smaller one may be seen after a larger one."""

_log: Final = logging.getLogger(__name__)
Waiting = asyncio.Queue[Happening | None]


class Feed:
    """Tells every reader of this process what happened."""

    def __init__(self, heads: Heads) -> None:
        """Look at the database of an instance while anybody listens."""
        self._heads = heads
        self._instance: Instance = heads.instance
        self._readers: set[Waiting] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def readers(self) -> int:
        """Return how many listen."""
        return len(self._readers)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Waiting]:
        """Yield a queue that gets what happens from now on, and None when the reader is too slow."""
        if len(self._readers) >= MOST_READERS:
            raise RefusedError(503, "too many readers listen to events; try again", retry_after_seconds=30)
        own: Waiting = asyncio.Queue(MOST_WAITING + 1)
        self._readers.add(own)
        try:
            if self._task is None or self._task.done():
                latest = await asyncio.to_thread(latest_number, self._instance)
                if self._task is None or self._task.done():
                    self._task = asyncio.create_task(self._poll(latest))
            yield own
        finally:
            self._readers.discard(own)

    async def close(self) -> None:
        """Stop looking, and let every reader go."""
        for own in list(self._readers):
            self._let_go(own)
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _poll(self, latest: int) -> None:
        seen = set(range(max(0, latest - LOOKED_BACK), latest + 1))
        while self._readers:
            try:
                found = await asyncio.to_thread(
                    happenings_after, self._instance, max(0, latest - LOOKED_BACK), MOST_AT_ONCE + LOOKED_BACK
                )
            except Exception:  # noqa: BLE001 - whatever is wrong with the database, readers wait for it
                _log.warning("events cannot be read; they follow when the database answers")
                found = []
            new = [own for own in found if own.number not in seen]
            latest = max((own.number for own in new), default=latest)
            seen = {number for number in seen if number >= latest - LOOKED_BACK} | {own.number for own in new}
            self._tell(new)
            await asyncio.sleep(POLL_SECONDS)

    def _tell(self, new: Sequence[Happening]) -> None:
        if any(own.kind == "board" for own in new):
            # Who is told of a new publication must not be answered with the old one.
            self._heads.expire()
        for waiting in list(self._readers):
            for own in new:
                if waiting.qsize() >= MOST_WAITING:
                    self._let_go(waiting)
                    break
                waiting.put_nowait(own)

    def _let_go(self, waiting: Waiting) -> None:
        self._readers.discard(waiting)
        with contextlib.suppress(asyncio.QueueFull):
            waiting.put_nowait(None)


# Open API before 3.2 describes one event of a stream here.
_EVENT: Final = {
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string", "description": "For `last-event-id`."},
        "event": {"type": "string", "enum": ["queue", "board", "submission", "appeal", "rerun"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}


class Audience(msgspec.Struct, frozen=True):
    """Who reads, and what of."""

    organisation: str
    benchmark: str | None

    def may_see(self, own: Happening) -> bool:
        """Say whether an event is for this reader."""
        return own.audience in {PUBLIC, self.organisation} and self.benchmark in {None, own.benchmark}


@router.get(
    "/events",
    operation_id="events",
    summary="Server-sent events",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Events as they happen; a comment every 15 seconds; the stream ends after 15 minutes.",
            "content": {
                "text/event-stream": {
                    "schema": _EVENT,
                    "example": 'id: 7\nevent: board\ndata: {"benchmark":"langid","publication":"sha256:…"}\n\n',
                }
            },
        },
        **documented(401),
    },
)
async def get_events(
    request: Request,
    actor: ActorDep,
    benchmark: Annotated[str | None, Query(max_length=64, description="Only events of this board.")] = None,
    last_event_id: Annotated[
        str | None, Header(pattern=r"^[0-9]{1,18}$", description="The last event that was seen: go on after it.")
    ] = None,
) -> StreamingResponse:
    """Tell what happens: what is public, and what concerns the organisation of the key or session."""
    feed: Feed = request.app.state.feed
    if feed.readers >= MOST_READERS:
        raise RefusedError(503, "too many readers listen to events; try again", retry_after_seconds=30)
    audience = Audience(actor.organisation_id or PUBLIC, benchmark)
    after = None if last_event_id is None else int(last_event_id)
    stream = _written(feed, request.app.state.instance, audience, after)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _written(feed: Feed, instance: Instance, audience: Audience, after: int | None) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    ends_at = time.monotonic() + LONGEST_SECONDS
    async with feed.listening() as waiting:
        sent = -1 if after is None else after
        while after is not None:
            missed = await asyncio.to_thread(happenings_after, instance, sent, MOST_AT_ONCE, audience.organisation)
            for own in missed:
                sent = own.number
                if audience.may_see(own):
                    yield _line(own)
            if len(missed) < MOST_AT_ONCE:
                break
        resumed = sent
        while (left := ends_at - time.monotonic()) > 0:
            try:
                happened = await asyncio.wait_for(waiting.get(), min(left, HEARTBEAT_SECONDS))
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if happened is None:
                return
            if happened.number > resumed and audience.may_see(happened):
                yield _line(happened)


def _line(own: Happening) -> bytes:
    said = msgspec.json.encode({"benchmark": own.benchmark, "at": own.at, **own.body})
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (own.number, own.kind.encode(), said)
