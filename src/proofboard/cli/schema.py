"""`proofboard schema`."""

import click

from proofboard.app.schemas import json_schema, names


@click.command()
@click.argument("name", metavar="[NAME]", required=False)
def command(name: str | None) -> None:
    """Print the JSON Schema of the document NAME; without a name list what there is."""
    click.echo(json_schema(name) if name else "\n".join(names()), nl=name is None)
