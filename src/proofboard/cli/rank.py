"""`proofboard rank`."""

from pathlib import Path

import click

from proofboard import canonical
from proofboard.app.reading.ranking import rank_file
from proofboard.publish.views.ranked import ranked_text


@click.command()
@click.argument("table", metavar="TABLE.csv", type=click.Path(path_type=Path))
@click.option(
    "--level",
    metavar="DECIMAL",
    default="0.95",
    show_default=True,
    help="The probability with which all rank intervals hold together.",
)
@click.option(
    "--best",
    metavar="N",
    type=int,
    default=1,
    show_default=True,
    help="Say who is possibly among the best N.",
)
@click.option("--json", "json_", is_flag=True, help="Print every number as canonical JSON.")
def command(table: Path, level: str, best: int, *, json_: bool) -> None:
    """Rank TABLE.csv: a published table of values and standard errors, or votes, with rank intervals.

    A table has the columns name, value and standard error under any header; larger values are better. Votes have the
    header a,b,winner or a,b,winner,prompt; a winner is a name, the column a or b, or tie.
    """
    found = rank_file(table, level=level, best=best)
    click.echo(canonical.dump(found).decode() if json_ else ranked_text(found), nl=False)
