"""What a person at a terminal sees of a live run, and what a file that holds its errors does not."""

import sys
from fractions import Fraction
from io import StringIO
from types import SimpleNamespace

import pytest

from proofboard.cli import progress
from proofboard.cli.progress import live_progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Replace the clock of the progress line by one that tests move."""
    made = SimpleNamespace(now=100.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: made.now))
    return made


def test_a_terminal_sees_a_bar_answers_failures_cost_and_the_time_that_is_left(
    monkeypatch: pytest.MonkeyPatch, clock: SimpleNamespace
) -> None:
    monkeypatch.setattr(sys, "stderr", shown := Terminal())
    show = live_progress()
    # Half of it was answered by an earlier call, which says nothing of the pace of this one.
    show(50, 100, 0, Fraction(1, 10))
    clock.now += 10
    show(60, 100, 2, Fraction(1, 5))
    show(100, 100, 2, None)
    lines = shown.getvalue().split("\r\x1b[K")[1:]
    assert lines == [
        "[##########..........] 50 of 100, $0.1000",
        "[############........] 60 of 100, 2 failed, $0.2000, 40 s left",
        "[####################] 100 of 100, 2 failed\n",
    ]


def test_a_file_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", shown := StringIO())
    live_progress()(1, 2, 0, None)
    assert shown.getvalue() == ""
