"""`proofboard export-site`."""

import os
from pathlib import Path

import click

from proofboard.app.service.exporting import export_site
from proofboard.app.service.opening import opened_instance
from proofboard.settings import read_settings


@click.command()
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--benchmark", metavar="ID", help="Which board; may be left out where the service has one.")
@click.option("--publication", metavar="DIGEST", help="An earlier publication; by default the present one.")
@click.option("--draft", "is_draft", is_flag=True, help="The newest draft of a close, which readers do not see.")
def command(out: Path, benchmark: str | None, publication: str | None, *, is_draft: bool) -> None:
    """Write the board of a service as a folder of static files: the very bytes that it serves."""
    with opened_instance(read_settings(os.environ), migrates=False) as instance:
        digest = export_site(instance, benchmark, out, publication, is_draft=is_draft)
    click.echo(f"{out}: {digest}")
