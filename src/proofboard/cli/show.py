"""`proofboard show`."""

import click

from proofboard.app.reading.showing import show


@click.command()
@click.argument("site", metavar="SITE")
@click.argument("entry", metavar="ENTRY")
def command(site: str, entry: str) -> None:
    """Show the numbers of ENTRY (vendor/config_name, provider:model or model) in the publication SITE."""
    click.echo(show(site, entry), nl=False)
