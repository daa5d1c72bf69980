"""`proofboard serve`."""

import sys

import click

from proofboard.app.serve.server import serve


@click.command()
@click.argument("site", metavar="SITE")
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 picks a free one.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Where to listen.")
def command(site: str, port: int, host: str) -> None:
    """Serve the built publication SITE (a folder or an archive), read-only, until Ctrl-C."""
    serve(site, _announce, host=host, port=port)


def _announce(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
