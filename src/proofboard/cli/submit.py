"""`proofboard submit`."""

import sys
import tempfile
from pathlib import Path

import click
import msgspec

from proofboard.app.submissions.submitting import as_text, submit
from proofboard.cli.board_options import board_options, key_of
from proofboard.client.client import Client
from proofboard.client.words import STATUS, receipt_as_text, submission_as_text

_PATH = click.Path(path_type=Path)


@click.command()
@click.option("--config", metavar="FILE", required=True, type=_PATH, help="The configuration, as YAML or JSON.")
@click.option("--bundle", "bundles", metavar="DIR", multiple=True, type=_PATH, help="A bundle that was frozen for it.")
@click.option("--out", metavar="FILE", type=_PATH, help="The artifact to write; an existing file is never changed.")
@click.option(
    "--benchmark",
    metavar="DIR|SITE",
    help="A benchmark directory, or a publication in a folder or archive; by default the current folder if it is one.",
)
@click.option("--date", metavar="DATE", help="A day to write into the submission; without it, it holds no time.")
@click.option("--sign", metavar="KEYFILE", type=_PATH, help="Sign it with this private key (Ed25519).")
@click.option("--dry-run", is_flag=True, help="Check everything, say what would be submitted, write nothing.")
@click.option("--to", "url", metavar="URL", help="Hand it in to the board at this address.")
@board_options
def command(
    config: Path,
    bundles: tuple[Path, ...],
    out: Path | None,
    benchmark: str | None,
    date: str | None,
    *,
    sign: Path | None,
    url: str | None,
    key: str | None,
    key_file: Path | None,
    wait: float | None,
    dry_run: bool,
) -> None:
    """Check a configuration and its bundles as their board would, and pack them into one artifact."""
    if out is None and url is None and not dry_run:
        raise click.UsageError("give --out FILE, or --dry-run to check only, or --to URL to hand it in")
    own_key = key_of(key, key_file)
    if url is not None and not dry_run and own_key is None:
        raise click.UsageError("handing in needs your API key: give --key-file FILE, or set PROOFBOARD_KEY")
    if wait is not None and (url is None or dry_run):
        raise click.UsageError("--wait is for what is handed in with --to")
    with tempfile.TemporaryDirectory(prefix="proofboard-") as folder:
        place = None if dry_run else out or Path(folder) / "submission.zip"
        submitted = submit(config, bundles, place, benchmark=benchmark, date=date, sign=sign)
        # What is packed only to be sent leaves no file.
        shown = submitted if out else msgspec.structs.replace(submitted, artifact=None)
        sent = url is not None and place is not None
        click.echo(as_text(shown, None if dry_run else out, sent=sent), nl=False)
        if url is None or place is None:
            return
        with Client(url, own_key) as client:
            sys.exit(_hand_in(client, place, wait))


def _hand_in(client: Client, artifact: Path, wait: float | None) -> int:
    """Hand an artifact in and return the exit status."""
    receipt = client.submit(artifact)
    click.echo(receipt_as_text(receipt), nl=False)
    if wait is None:
        return 0
    found = client.wait(receipt.id, seconds=wait)
    click.echo(submission_as_text(found), nl=False)
    return STATUS[found.outcome]
