"""A model behind real HTTP on 127.0.0.1: it answers as OpenAI's chat completions do, and fails as it is told.

Within a test it runs in a thread; `python tests/model_server.py FILE --seconds 1` runs it alone, writes its address
into FILE, and answers every prompt after so many seconds.
"""

import argparse
import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    body: Mapping[str, Any]
    headers: Mapping[str, str]
    at: float
    tries: int
    """How often the same messages were asked before."""

    @property
    def prompt(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def model(self) -> str:
        return str(self.body["model"])


@dataclass(frozen=True)
class Reply:
    """What goes back."""

    text: str | None = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0
    finish: str = "stop"
    refusal: str | None = None
    usage: Mapping[str, Any] | None = field(default_factory=lambda: {"prompt_tokens": 11, "completion_tokens": 3})
    error: Mapping[str, Any] | None = None
    """The error object of a reply that is none."""
    raw: bytes | None = None
    """The body, whatever it is."""
    cut: bool = False
    """Close the connection in the middle of the body."""


Answer = Callable[[Asked], Reply]


def failing(status: int, *, seconds: float | None = 0.01, **error: Any) -> Reply:
    """Fail with a status; `seconds` is what `Retry-After` says."""
    said = {"message": f"status {status}", "type": "server_error", **error}
    return Reply(status=status, error=said, headers={} if seconds is None else {"Retry-After": str(seconds)})


class ModelServer:
    """Serves one model in a thread of its own, for as long as it is entered."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[Asked] = []
        self.most_at_once = 0
        self._open = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._connections: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def prompts(self) -> Sequence[str]:
        """What was asked, in the order in which it came."""
        return [asked.prompt for asked in self.asked]

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self.start(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _stop(self) -> None:
        self._server.close()
        for writer in self._connections:
            writer.transport.abort()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        try:
            while (asked := await self._read(reader)) is not None:
                self._open += 1
                self.most_at_once = max(self.most_at_once, self._open)
                try:
                    if not await self._reply(self.answer(asked), asked, writer):
                        break
                finally:
                    self._open -= 1
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The caller has gone, or the server stops.
        finally:
            self._connections.discard(writer)
            writer.transport.abort()

    async def _read(self, reader: asyncio.StreamReader) -> Asked | None:
        if not await reader.readline():
            return None
        headers: dict[str, str] = {}
        while line := (await reader.readline()).strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        tries = sum(1 for other in self.asked if other.body["messages"] == body["messages"])
        asked = Asked(body, headers, time.monotonic(), tries)
        self.asked.append(asked)
        return asked

    async def _reply(self, reply: Reply, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        if reply.seconds:
            await asyncio.sleep(reply.seconds)
        raw = _body(reply, asked) if reply.raw is None else reply.raw
        named = {"Content-Type": "application/json", "Content-Length": str(len(raw)), **reply.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
        writer.write(f"HTTP/1.1 {reply.status} X\r\n{head}\r\n".encode() + (raw[: len(raw) // 2] if reply.cut else raw))
        await writer.drain()
        return not reply.cut


def _body(reply: Reply, asked: Asked) -> bytes:
    if reply.error is not None:
        return json.dumps({"error": reply.error}).encode()
    message = {"role": "assistant", "content": reply.text}
    if reply.refusal is not None:
        message |= {"content": None, "refusal": reply.refusal}
    used = reply.usage
    usage = used and {"total_tokens": used["prompt_tokens"] + used["completion_tokens"], **used}
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": f"{asked.model}-2026",
        "choices": [{"index": 0, "message": message, "finish_reason": reply.finish}],
        "usage": usage,
    }
    return json.dumps(document).encode()


class _Alone(ModelServer):
    """Serves until it is ended, and remembers nothing: thousands of requests would be compared with each other."""

    async def _read(self, reader: asyncio.StreamReader) -> Asked | None:
        found = await super()._read(reader)
        self.asked.clear()
        return found


async def _serve_alone(place: Path, seconds: float) -> None:
    server = _Alone(lambda asked: Reply(text=f"about {asked.prompt}", seconds=seconds))
    serving = await server.start()
    await asyncio.to_thread(place.write_text, server.url, encoding="utf-8")
    await serving.serve_forever()


def main() -> None:
    """Serve alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=0)
    given = parser.parse_args()
    asyncio.run(_serve_alone(given.file, given.seconds))


if __name__ == "__main__":
    main()
