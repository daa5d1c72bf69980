"""`proofboard database`."""

import os
from pathlib import Path

import click

from proofboard.app.service.backing_up import back_up, restore
from proofboard.app.service.moving import move_instance, standing, upgrade
from proofboard.app.service.opening import opened_instance
from proofboard.cli.options import FOLDER
from proofboard.settings import read_settings


@click.group()
def command() -> None:
    """Upgrade, back up, restore or move the database of an instance; the settings say which (PROOFBOARD_…)."""


@command.command("status")
def status_command() -> None:
    """Say where the database is and whether its tables are those of this version."""
    click.echo(standing(read_settings(os.environ)), nl=False)


@command.command("upgrade")
def upgrade_command() -> None:
    """Bring the tables up to this version, all steps or none; `serve` and `worker` do so when they start."""
    click.echo(upgrade(read_settings(os.environ)), nl=False)


@command.command("copy")
@click.option("--to", "url", metavar="URL", required=True, help="An empty PostgreSQL database: postgresql://…")
@click.option("--blobs", "blobs_url", metavar="URL", help="Copy blobs too: to a folder, or to s3://bucket/prefix.")
def copy_command(url: str, blobs_url: str | None) -> None:
    """Copy an instance, which may be in use, as it stands at this moment; the source stays as it is."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        click.echo(move_instance(instance, url, blobs_url), nl=False)


@command.command("backup")
@click.argument("folder", metavar="OUT", type=FOLDER)
def backup_command(folder: Path) -> None:
    """Write a backup of an instance, which may be in use, into the new folder OUT."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        backup = back_up(instance, folder)
    click.echo(f"{folder}: {sum(backup.rows.values())} rows and {len(backup.blobs)} blobs as of {backup.taken_at}")
    click.echo("It holds the board's private key: keep it where only you can read, and not on this disk.")
    click.echo("Held-out stores are not part of it: back PROOFBOARD_HELD_OUT up apart, to another place.")


@command.command("restore")
@click.argument("folder", metavar="FROM", type=FOLDER)
def restore_command(folder: Path) -> None:
    """Check the backup FROM, and restore it into the empty place that the settings name."""
    backup = restore(folder, read_settings(os.environ))
    click.echo(f"Restored {sum(backup.rows.values())} rows and {len(backup.blobs)} blobs as of {backup.taken_at}.")
    click.echo("Held-out stores are not part of a backup: put them back where PROOFBOARD_HELD_OUT says.")
