"""The command `proofboard`: a group whose commands are imported only when they are called, so that it starts fast."""

import importlib
import os
import sys
from collections.abc import Mapping
from typing import Final

import click

from proofboard import __version__
from proofboard.errors import ProofboardError

COMMANDS: Final[Mapping[str, str]] = {
    "init": "Start a benchmark that builds at once.",
    "import": "Turn another tool's results into a benchmark directory.",
    "freeze": "Freeze recorded answers into a bundle.",
    "config": "Start, show, compare or adopt a configuration.",
    "submit": "Pack a configuration and its bundles into one checked artifact.",
    "status": "Ask a board what became of a submission.",
    "accept": "Take a submission artifact into a benchmark directory.",
    "eval": "Let a model or an adapter answer, or replay a bundle.",
    "split": "Split items into public and held-out, by a secret key.",
    "held-out": "Bring a held-out store into an ignored cache, or hand out its prompts.",
    "grade": "Let the benchmark's programs grade answers in a sandbox.",
    "build": "Build a publication from a benchmark directory.",
    "fetch": "Copy a published board from its address, checked by its digests.",
    "verify": "Recompute a publication, number by number.",
    "rerun": "Grade and answer a published entry again.",
    "diff": "Say what changed between two publications, and why.",
    "log": "Keep, sign and check the log of a board.",
    "purge": "Remove the answers of an entry, and keep its scores.",
    "show": "Show one entry of a publication.",
    "compare": "Compare two to four entries item by item.",
    "weigh": "Rank a board by your own weights.",
    "rank": "Rank a published table or votes, with rank intervals.",
    "chart": "Draw a chart of a board as SVG, PNG or PDF.",
    "export": "Export a board as CSV, JSON, LaTeX or Markdown.",
    "serve": "Run the whole service on this machine, or serve a built publication.",
    "worker": "Run jobs of a service.",
    "benchmark": "Add benchmarks to a service, and say how they are run.",
    "keys": "Make, list or revoke the API keys of a service, on its own machine.",
    "export-site": "Write the board of a service as static files.",
    "database": "Upgrade, back up, restore or move the database of an instance.",
    "retention": "Say which files of an instance are kept too long, or let them go.",
    "schema": "Print the JSON Schema of a document.",
}
"""Command → its line of help; the module that has it is called the same."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"proofboard.cli.{_module(cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _module(name: str) -> str:
    return {"eval": "eval_", "import": "import_"}.get(name, name.replace("-", "_"))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="proofboard")
def group() -> None:
    """Leaderboards that cannot be overfitted unnoticed and that any stranger can check."""


def main() -> None:
    """Run the command; a mistake in the input ends with one clear message and exit status 2, never a traceback."""
    # One BLAS thread: our sums are integers and small, and starting threads costs more than it gives.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        group.main(prog_name="proofboard", standalone_mode=False)
    except ProofboardError as error:
        click.echo(f"proofboard: {error}", err=True)
        sys.exit(error.exit_status)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`| head`); nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        click.echo(f"proofboard: {error.filename or 'the file system'}: {error.strerror or error}", err=True)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("PROOFBOARD_TRACEBACK"):
            raise
        said = f"{type(error).__name__}: {error}"
        click.echo(f"proofboard: a fault of Proofboard itself, not of your input: {said}", err=True)
        click.echo("Please report it with what PROOFBOARD_TRACEBACK=1 shows.", err=True)
        sys.exit(70)


if __name__ == "__main__":
    main()
