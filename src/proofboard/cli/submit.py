"""`proofboard submit`."""

from pathlib import Path

import click

from proofboard.app.submissions.submitting import as_text, submit

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
@click.option("--dry-run", is_flag=True, help="Check everything, say what would be submitted, write nothing.")
def command(
    config: Path, bundles: tuple[Path, ...], out: Path | None, benchmark: str | None, date: str | None, *, dry_run: bool
) -> None:
    """Check a configuration and its bundles as their board would, and pack them into one artifact."""
    if out is None and not dry_run:
        raise click.UsageError("give --out FILE, or --dry-run to check only")
    place = None if dry_run else out
    click.echo(as_text(submit(config, bundles, place, benchmark=benchmark, date=date), place), nl=False)
