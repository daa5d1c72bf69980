"""What a worker says on stderr: each fault once in a while, and never a text that may come from a held-out item."""

import logging
import sys
import threading
import time
from contextlib import suppress
from typing import Final

AGAIN_SECONDS: Final = 60.0
KEPT_LINES: Final = 200
ENGINE_LOG: Final = "dbos"


class Voice(logging.Handler):
    """Says lines, and those of the engine without the texts and values of exceptions."""

    def __init__(self, name: str, log_level: str = "warning") -> None:
        """Speak under a name, from a level on (a name of `logging`, in small letters)."""
        self._least = logging.getLevelNamesMapping()[log_level.upper()]
        # What the engine says below a warning may hold anything, and helps nobody.
        super().__init__(max(logging.WARNING, self._least))
        self._name = name
        self._said: dict[str, float] = {}
        self._saying = threading.Lock()

    def tell(self, line: str, level: int = logging.INFO) -> None:
        """Say a line about what happened once."""
        if level < self._least:
            return
        # A full disk may be that of our own log.
        with suppress(OSError):
            sys.stderr.write(f"proofboard worker {self._name}: {line}\n")
            sys.stderr.flush()

    def __call__(self, line: str, level: int = logging.WARNING) -> None:
        """Say a fault, unless it was said just now: an outage repeats itself many times a second."""
        now = time.monotonic()
        with self._saying:
            if now - self._said.get(line, -AGAIN_SECONDS) < AGAIN_SECONDS:
                return
            if len(self._said) >= KEPT_LINES:
                self._said.clear()
            self._said[line] = now
        self.tell(line, level)

    def emit(self, record: logging.LogRecord) -> None:
        """Say the beginning of a message of the engine: what follows the colon may hold anything."""
        said = record.getMessage().partition(":")[0][:200]
        self(f"engine: {said} ({record.filename}:{record.lineno})", record.levelno)

    def take_over_the_engine(self) -> None:
        """Be the only one who speaks for the engine, whose own handler would print tracebacks."""
        log = logging.getLogger(ENGINE_LOG)
        log.handlers = [self]
        log.propagate = False
