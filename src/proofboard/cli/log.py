"""`proofboard log`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import click

from proofboard import canonical
from proofboard.app.ledger.appending import append, appended_text, leaf_about, leaves_due, sign
from proofboard.app.ledger.attesting import attest, attested_text, rerun_of
from proofboard.app.ledger.keys import generate_key, read_public
from proofboard.app.ledger.reading import checked_receipt, keep_receipt, log_text, published_log, receipt_for
from proofboard.cli.options import FOLDER
from proofboard.schemas.ledger import KeyRole, LeafKind, Outcome

date_option = click.option("--date", metavar="DATE", help="The day that is recorded; by default today, in UTC.")


@click.group("log")
def command() -> None:
    """Keep, sign and check the log of a board: what happened on it, in an order that nobody can change."""


@command.command("keygen", short_help="Make a pair of keys.")
@click.argument("out", metavar="OUT", type=FOLDER)
def keygen_command(out: Path) -> None:
    """Write a private key to OUT, readable for you only, and its public half to OUT.pub."""
    key = generate_key(out)
    click.echo(f"{out}: private, keep it secret and keep a copy\n{out}.pub: public, tell everybody\nkey {key}")


@command.command("append", short_help="Add to the log of a benchmark directory.")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--kind", type=click.Choice(get_args(LeafKind)), help="What happened.")
@click.option("--due", is_flag=True, help="Add a leaf for every entry whose public bundle the log does not know.")
@click.option("--entry", metavar="NAME", help="The entry that it is about: vendor/config_name.")
@click.option("--submission", metavar="ID", help="The submission that it is about.")
@click.option("--artifact", metavar="DIGEST", help="The archive that was handed in.")
@click.option("--bundle", metavar="DIGEST", help="The public bundle; of published and revised entries it is known.")
@click.option("--publication", metavar="DIGEST", help="The earlier publication that is spoken of.")
@click.option("--successor", metavar="NAME", help="The entry that takes the place of a superseded one.")
@click.option("--appeal", metavar="ID", help="The appeal that was filed or decided.")
@click.option("--outcome", type=click.Choice(get_args(Outcome)), help="How an appeal or a rerun ended.")
@click.option("--key", metavar="FILE", type=FOLDER, help="The public key that is added or revoked.")
@click.option("--role", type=click.Choice(get_args(KeyRole)), help="What an added key may sign.")
@click.option("--organisation", metavar="ID", help="Who did it; by default the owner of the board.")
@click.option("--reason", metavar="TEXT", help="Why; everybody may read it.")
@date_option
def append_command(
    folder: Path, kind: str | None, key: Path | None, date: str | None, *, due: bool, **said: str | None
) -> None:
    """Say in the log of the benchmark directory DIR what happened; the first leaf starts the log."""
    if due == (kind is not None):
        raise click.UsageError("give --kind KIND, or --due")
    day = _day(date)
    if due:
        click.echo(appended_text(folder, append(folder, leaves_due(folder, day))), nl=False)
        return
    given: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    if key:
        given["key"] = read_public(key).hex()
    leaf = leaf_about(folder, {**given, "kind": kind, "date": day})
    click.echo(appended_text(folder, append(folder, [leaf])), nl=False)


@command.command("sign", short_help="Sign the log of a benchmark directory.")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--key", "keys", metavar="FILE", type=FOLDER, multiple=True, required=True, help="A private key.")
@date_option
def sign_command(folder: Path, keys: tuple[Path, ...], date: str | None) -> None:
    """Sign the log of the benchmark directory DIR; what was signed before must still be its beginning."""
    signed = sign(folder, keys, _day(date))
    click.echo(f"{folder}: {signed.size} leaves signed by {', '.join(signed.signed_by)}")


@command.command("attest", short_help="Attest that an entry was run again.")
@click.argument("site", metavar="SITE")
@click.argument("entry", metavar="ENTRY")
@click.option("--bundle", metavar="DIR", type=FOLDER, required=True, help="What the configuration answers now.")
@click.option("--key", metavar="FILE", type=FOLDER, required=True, help="Your private key.")
@click.option("--out", metavar="FILE", type=FOLDER, required=True, help="A new file.")
@click.option("--grade-with", "kinds", metavar="KIND", multiple=True, help="Also run this installed grader.")
@date_option
def attest_command(  # noqa: PLR0917 - click gives one for each option
    site: str, entry: str, bundle: Path, key: Path, out: Path, kinds: tuple[str, ...], date: str | None
) -> None:
    """Sign that ENTRY of the publication SITE was run again, and that its score matches.

    Whether it does follows from the answers in DIR, graded by the published rules; one that does not is not signed.
    """
    published, rerun = rerun_of(site, entry, bundle, _day(date), kinds)
    click.echo(attested_text(rerun, out, attest(published, rerun, key, out)), nl=False)


@command.command("show", short_help="Show the log of a publication.")
@click.argument("site", metavar="SITE")
@click.option("--entry", metavar="NAME", help="Only what is about this entry.")
@click.option("--json", "json_", is_flag=True, help="Print the leaves as canonical JSON lines.")
def show_command(site: str, entry: str | None, *, json_: bool) -> None:
    """Show the log of the publication SITE (a folder, an archive or an address), after checking it."""
    log = published_log(site)
    if json_:
        about = [leaf for leaf in log.leaves if entry in {None, leaf.entry}]
        click.echo(canonical.dump_lines(about).decode(), nl=False)
    else:
        click.echo(log_text(log, entry), nl=False)


@command.command("receipt", short_help="Take a receipt for a leaf.")
@click.argument("site", metavar="SITE")
@click.option("--entry", metavar="NAME", help="The latest leaf about this entry.")
@click.option("--leaf", "index", metavar="NUMBER", type=click.IntRange(min=0), help="This leaf.")
@click.option("--out", metavar="FILE", type=FOLDER, required=True, help="A new file.")
def receipt_command(site: str, entry: str | None, index: int | None, out: Path) -> None:
    """Take the proof out of SITE that its log holds a leaf: whoever keeps it finds out if the leaf is ever changed."""
    if (entry is None) == (index is None):
        raise click.UsageError("give --entry NAME or --leaf NUMBER")
    click.echo(keep_receipt(receipt_for(site, entry=entry, index=index), out), nl=False)


@command.command("check", short_help="Check a receipt.")
@click.argument("receipt", metavar="RECEIPT", type=FOLDER)
@click.option("--site", metavar="SITE", help="The publication whose log must still hold the leaf.")
@click.option("--key", metavar="ID|FILE", help="The key that must have signed: its id, or a file with the public key.")
def check_command(receipt: Path, site: str | None, key: str | None) -> None:
    """Check RECEIPT by itself, and against the log of a publication; exit status 0 only when all holds."""
    click.echo(checked_receipt(receipt, site, key), nl=False)


def _day(date: str | None) -> str:
    return date or datetime.now(UTC).date().isoformat()
