"""A benchmark that is asked of a model server, and the command that asks it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from builders import benchmark, benchmark_folder, items
from command_line import Finished, run
from model_server import Answer, Asked, ModelServer, Reply
from proofboard.schemas.benchmark import Price
from proofboard.schemas.bundle import Response
from proofboard.schemas.bundle_folder import Bundle, read_bundle
from proofboard.schemas.item import Item

MODEL = "openai-api:stub/model"
ENGINE_MODEL = "openai-api/stub/model"
PRICE = Price(model=ENGINE_MODEL, since="2026-01-01", prompt_per_million="1000", completion_per_million="3000")
"""11 prompt and 3 completion tokens, which is what the server says, cost 0.02 US dollars."""


def number_of(asked: Asked) -> str:
    """Return the number that a prompt of `builders.items` asks for."""
    return asked.prompt.rstrip("?").rpartition("q")[2].rpartition("h")[2]


def right(asked: Asked) -> Reply:
    return Reply(text=number_of(asked))


def but(number: int, reply: Callable[[Asked], Reply]) -> Answer:
    """Answer all prompts right but one."""
    return lambda asked: reply(asked) if number_of(asked) == str(number) else right(asked)


@contextmanager
def served(answer: Answer = right) -> Iterator[ModelServer]:
    """Serve a model, and let this process and its children know where."""
    with ModelServer(answer) as server, patch.dict(os.environ, environment(server)):
        yield server


def environment(server: ModelServer) -> Mapping[str, str]:
    return {"STUB_BASE_URL": server.url, "STUB_API_KEY": "a-key"}


def small(place: Path, count: int = 8, asked: Sequence[Item] | None = None, **rules: Any) -> Path:
    """Write a benchmark without entries."""
    return benchmark_folder(place, [], rules=benchmark(**rules), asked=items(count) if asked is None else asked)


def live(folder: Path, out: Path, *options: object, entry: str = MODEL) -> Finished:
    return run("eval", folder, "--entry", entry, "--live", "--out", out, "--date", "2026-11-21", *options)


def states(bundle: Bundle) -> dict[str, str]:
    return {own.prompt_id: own.state for own in bundle.responses}


def response(out: Path, prompt_id: str) -> Response:
    return next(own for own in read_bundle(out).responses if own.prompt_id == prompt_id)


def started(folder: Path, out: Path, *options: object) -> "subprocess.Popen[str]":
    """Start the command in a process of its own."""
    arguments = ["eval", folder, "--entry", MODEL, "--live", "--out", out, "--date", "2026-11-21", *options]
    return subprocess.Popen(
        [sys.executable, "-m", "proofboard.cli.main", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(server: ModelServer, asked: int) -> None:
    """Wait until so many requests came in; fails the test where they do not."""
    until = time.monotonic() + 60
    while len(server.asked) < asked:
        assert time.monotonic() < until, f"only {len(server.asked)} of {asked} requests came in"
        time.sleep(0.01)


def stopped(process: "subprocess.Popen[str]", server: ModelServer, asked: int, number: signal.Signals) -> Finished:
    """Send a signal as soon as so many requests came in, and wait for the end."""
    wait_for(server, asked)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return Finished(process.returncode, out, err)
