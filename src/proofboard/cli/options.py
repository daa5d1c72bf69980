"""Options that several commands share."""

from pathlib import Path

import click

FOLDER = click.Path(path_type=Path)

held_out_option = click.option(
    "--held-out",
    metavar="STORE",
    type=FOLDER,
    envvar="PROOFBOARD_HELD_OUT",
    show_envvar=True,
    help="The held-out store, for those who hold it.",
)
"""Without it held-out cells are null with a pending status, and what only its holder can check is not checked."""
