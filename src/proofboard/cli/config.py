"""`proofboard config`."""

import sys
from pathlib import Path

import click

from proofboard import canonical
from proofboard.app.configurations.commands import (
    adopt_configuration,
    compare_configurations,
    new_configuration,
    show_configuration,
)
from proofboard.app.configurations.text import comparison_text, shown

out_option = click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path),
    required=True,
    help="A new file; one that is there is never overwritten.",
)


@click.group("config")
def command() -> None:
    """Start, show, compare or adopt a configuration: everything that decides an answer, as data.

    A configuration is a file, or an entry of a publication: vendor/config_name, provider:model, model, or sha256: and
    at least 12 digits of the digest of its recipe or of its document.
    """


@command.command("new", short_help="Write the start of a configuration.")
@click.argument("name", metavar="VENDOR/NAME")
@out_option
def new_command(name: str, out: Path) -> None:
    """Write the start of a configuration, with every field that it may have."""
    new_configuration(name, out)
    click.echo(f"{out}: {name}; edit it, then: proofboard config show {out}")


@command.command("show", short_help="Check a configuration and show it with its digests.")
@click.argument("source", metavar="SOURCE")
@click.argument("entry", metavar="[ENTRY]", required=False)
@click.option("--benchmark", metavar="DIR|SITE", help="Check the selector against this benchmark.")
@click.option("--json", "json_", is_flag=True, help="Print the published form, canonical JSON.")
def show_command(source: str, entry: str | None, benchmark: str | None, *, json_: bool) -> None:
    """Check the configuration in the file SOURCE, or of ENTRY in the publication SOURCE, and show it with its digests.

    Without --benchmark the selector of an entry is checked against the publication that it stands in.
    """
    configuration, notes = show_configuration(source, entry, benchmark)
    click.echo(canonical.dump(configuration) if json_ else shown(configuration, notes), nl=False)


@command.command("diff", short_help="Say what differs between two configurations.")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--site", metavar="SITE", help="Where A or B is not a file, it is an entry of this publication.")
@click.option("--json", "json_", is_flag=True, help="Print every difference as canonical JSON.")
def diff_command(before: str, after: str, site: str | None, *, json_: bool) -> None:
    """Say what differs between the configurations A and B, and whether they are one recipe or two.

    Exit status 0 where nothing differs, 1 where something does.
    """
    found = compare_configurations(before, after, site)
    click.echo(canonical.dump(found) if json_ else comparison_text(found), nl=False)
    sys.exit(1 if found.differences else 0)


@command.command("adopt", short_help="Start your own from somebody's.")
@click.argument("source", metavar="SOURCE")
@click.argument("entry", metavar="[ENTRY]", required=False)
@click.option("--as", "name", metavar="[VENDOR/]NAME", required=True, help="What yours is called.")
@click.option("--contributor", metavar="NAME", required=True, help="Who you are.")
@out_option
def adopt_command(source: str, entry: str | None, name: str, contributor: str, out: Path) -> None:
    """Start a configuration of your own from the file SOURCE, or from ENTRY in the publication SOURCE.

    It has the same recipe until you change it, and names its parent by name and digest.
    """
    child = adopt_configuration(source, entry, name, contributor, out)
    click.echo(f"{out}: {child.name}, adapted from {child.parent}")
