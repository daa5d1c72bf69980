"""The command `proofboard`, run inside the test's own process."""

import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import NamedTuple
from unittest.mock import patch

from proofboard.cli.main import main


class Finished(NamedTuple):
    """How a command ended; anything but an exit, a traceback included, fails the test that ran it."""

    status: int
    out: str
    err: str


def run(*arguments: object) -> Finished:
    """Run `proofboard` with arguments."""
    out, err = StringIO(), StringIO()
    status: object = 0
    with patch.object(sys, "argv", ["proofboard", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            status = stop.code
    return Finished(status if isinstance(status, int) else 0 if status is None else 1, out.getvalue(), err.getvalue())
