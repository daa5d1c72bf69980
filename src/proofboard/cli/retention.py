"""`proofboard retention`."""

import os

import click

from proofboard.app.service.opening import opened_instance
from proofboard.app.upkeep.retention import plan, retain
from proofboard.app.upkeep.text import plan_text, retained_text
from proofboard.settings import read_settings


@click.group()
def command() -> None:
    """Say which files are kept too long, or let them go."""


@command.command("plan")
def plan_command() -> None:
    """Say what `run` would let go now, and change nothing."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        click.echo(plan_text(plan(instance)), nl=False)


@command.command("run")
def run_command() -> None:
    """Let go what is due, as the schedule of the instance does every night."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        click.echo(retained_text(retain(instance)), nl=False)
