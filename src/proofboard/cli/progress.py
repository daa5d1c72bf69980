"""How far a long command is, for whoever watches a terminal."""

import sys
import time
from collections.abc import Callable
from fractions import Fraction

import click

from proofboard.record.answering import Progress

REDRAWN_SECONDS = 0.2
MINUTE, HOUR = 60, 3600
BAR_LETTERS = 20


def live_progress() -> Callable[[int, int, int, Fraction | None], None]:
    """Return what shows how far a live run is: answers, failures, US dollars, and the time that is left."""
    if not sys.stderr.isatty():
        return lambda _done, _total, _failed, _spent: None
    began: tuple[int, float] | None = None
    drawn = 0.0

    def show(done: int, total: int, failed: int, spent: Fraction | None) -> None:
        nonlocal began, drawn
        now = time.monotonic()
        # What an earlier call answered is there at once and says nothing of the pace.
        began = (done, now) if began is None or now - began[1] < REDRAWN_SECONDS else began
        if now - drawn < REDRAWN_SECONDS and done < total:
            return
        drawn = now
        words = [f"{_bar(done, total)} {done} of {total}"]
        words += [f"{failed} failed"] if failed else []
        words += [f"${float(spent):.4f}"] if spent else []
        if began[0] < done < total:
            words.append(f"{_time((total - done) * (now - began[1]) / (done - began[0]))} left")
        # What stood there may have been longer.
        click.echo(f"\r\x1b[K{', '.join(words)}", err=True, nl=done == total)

    return show


def _bar(done: int, total: int) -> str:
    full = BAR_LETTERS * done // total
    return f"[{'#' * full}{'.' * (BAR_LETTERS - full)}]"


def _time(seconds: float) -> str:
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    return f"{seconds / MINUTE:.0f} min" if seconds < HOUR else f"{seconds / HOUR:.1f} h"


def progress() -> Progress:
    """Return what shows `n of total` on one line of standard error; it shows nothing where that is no terminal."""
    if not sys.stderr.isatty():
        return lambda _done, _total: None
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total
        if percent != shown or done == total:
            shown = percent
            click.echo(f"\r{done} of {total}", err=True, nl=done == total)

    return show
