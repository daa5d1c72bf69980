"""How far a long command is, for whoever watches a terminal."""

import sys

import click

from proofboard.record.answering import Progress


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
