"""`proofboard split`."""

from pathlib import Path

import click

from proofboard.app.held_out.splitting import COMMITMENTS, split


@click.command()
@click.argument("items", metavar="ITEMS", type=click.Path(path_type=Path))
@click.option("--benchmark", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path))
@click.option("--held-out", "store", metavar="STORE", required=True, type=click.Path(path_type=Path))
@click.option("--share", type=click.FloatRange(0, 1, min_open=True, max_open=True), default=0.4, show_default=True)
@click.option("--by", metavar="FACET", multiple=True, help="Hold out the same share of every value of this facet.")
def command(items: Path, folder: Path, store: Path, share: float, by: tuple[str, ...]) -> None:
    """Split ITEMS (JSON lines) into the public half of DIR and the held-out half of STORE, by a secret key.

    Salted commitments to every held-out item are written into DIR: publish them before anything is scored.
    """
    made = split(items, folder, store, share=share, by=by)
    click.echo(f"{made.n_public} public items in {folder}, {made.n_held_out} held-out items in {store}")
    click.echo(f"commitment {made.commitment}")
    click.echo(f"next: name it in {folder}/benchmark.yaml: item_sets: {{commitments: {COMMITMENTS}}}")
