"""Options of the commands that speak to a board."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from proofboard.errors import fault
from proofboard.schemas.reading import read_bytes

WAIT_SECONDS: Final = 600
LARGEST_KEY_BYTES: Final = 4096

_KEY: Final = click.option("--key", envvar="PROOFBOARD_KEY", show_envvar=True, help="Your API key.")
_KEY_FILE: Final = click.option(
    "--key-file", metavar="FILE", type=click.Path(path_type=Path), help="A file that holds your API key."
)
_WAIT: Final = click.option(
    "--wait",
    metavar="[SECONDS]",
    type=click.FloatRange(min=0),
    is_flag=False,
    flag_value=WAIT_SECONDS,
    help=f"Wait until it has ended, by default {WAIT_SECONDS} s; exit status 0 published, 1 refused, 2 still running.",
)


def board_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options --key, --key-file and --wait."""
    return _KEY(_KEY_FILE(_WAIT(command)))


def key_of(key: str | None, key_file: Path | None) -> str | None:
    """Return the key: of the file where one is named, otherwise as it was given; raises InputError."""
    if key_file is None:
        return key
    text = read_bytes(key_file, LARGEST_KEY_BYTES).decode("utf-8", "replace").strip()
    if not text.isascii() or not text.isprintable() or not text or " " in text:
        raise fault(key_file, "holds no API key; expected one line that begins with pb_")
    return text
