"""`proofboard keys`: for whoever owns the machine, and has lost the key."""

import os
from typing import get_args

import click

from proofboard.app.people.issuing import DEFAULT_DAYS, LARGEST_DAYS, NewKey, issue_key, keys, revoke_key
from proofboard.app.people.paging import LARGEST, Span
from proofboard.app.people.text import issued_text, keys_text
from proofboard.app.service.local_owner import local_owner
from proofboard.app.service.opening import opened_instance
from proofboard.schemas.states import Role
from proofboard.settings import read_settings

_ORGANISATION = click.option("--organisation", metavar="NAME", default="host", show_default=True, help="Whose keys.")


@click.group()
def command() -> None:
    """Make, list or revoke API keys on the machine of a service; it asks for no key."""


@command.command("make")
@_ORGANISATION
@click.option("--role", type=click.Choice(get_args(Role)), default="submitter", show_default=True)
@click.option("--name", default="made on the machine", show_default=True, help="What it is for.")
@click.option("--benchmark", "benchmarks", metavar="ID", multiple=True, help="Limit it to this one; may be repeated.")
@click.option(
    "--days",
    type=click.IntRange(0, LARGEST_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="After which it expires; 0 is never.",
)
def make_command(organisation: str, role: Role, name: str, benchmarks: tuple[str, ...], days: int) -> None:
    """Make a key, and show its secret this once."""
    wanted = NewKey(name=name, role=role, benchmarks=benchmarks, days=days or None)
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        click.echo(issued_text(issue_key(instance, local_owner(instance), wanted, organisation)), nl=False)


@command.command("list")
@_ORGANISATION
def list_command(organisation: str) -> None:
    """List keys, without their secrets."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        found = keys(instance, local_owner(instance), organisation, Span(LARGEST))
        click.echo(keys_text(found.items), nl=False)


@command.command("revoke")
@click.argument("key_id", metavar="KEY_ID")
def revoke_command(key_id: str) -> None:
    """Revoke a key at once, with every key that was made with it."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        revoke_key(instance, local_owner(instance), key_id)
        click.echo(f"{key_id}: revoked, with every key that was made with it")
