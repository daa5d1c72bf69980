"""The web process of `proofboard serve`, which starts it as `python -m proofboard.cli.web`; no command of users."""

import logging
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from typing import Final

import click
import uvicorn

from proofboard import __version__
from proofboard.api.main import ENDING_SECONDS, make_app, web_config
from proofboard.app.service.opening import opened_instance
from proofboard.errors import ProofboardError
from proofboard.settings import Settings, read_settings

FORMAT: Final = "proofboard web: %(message)s"
LOGS: Final = ("proofboard", "uvicorn")


@click.command()
@click.option("--listening", type=int, required=True, help="A descriptor of a socket that listens.")
@click.option("--lifeline", type=int, required=True, help="A descriptor whose end says that the supervisor is gone.")
def command(listening: int, lifeline: int) -> None:
    """Answer requests until SIGTERM."""
    # Whoever starts this process by hand may have the variable set; no request may ever reach what it names.
    environment = {name: value for name, value in os.environ.items() if name != "PROOFBOARD_HELD_OUT"}
    with opened_instance(read_settings(environment), migrates=False) as instance:
        _speak(instance.settings)
        # Starts and stops of the server library are for those who look for a fault.
        log_level = "warning" if instance.settings.log_level == "info" else instance.settings.log_level
        # The socket is open already, so the address in the configuration is not used.
        server = uvicorn.Server(web_config(make_app(instance), "127.0.0.1", 0, log_level))
        threading.Thread(target=_follow, args=(lifeline, server), daemon=True).start()
        with socket.socket(fileno=listening) as listener:
            server.run(sockets=[listener])


def _speak(settings: Settings) -> None:
    """Write what our own code and the server library say to stderr, from the level of the settings on."""
    voice = logging.StreamHandler()
    voice.setFormatter(logging.Formatter(FORMAT))
    for name in LOGS:
        log = logging.getLogger(name)
        log.addHandler(voice)
        log.setLevel(settings.log_level.upper())
    kept = "SQLite" if settings.is_sqlite else "PostgreSQL"
    logging.getLogger("proofboard").info("started: Proofboard %s, %s", __version__, kept)


def _follow(lifeline: int, server: uvicorn.Server) -> None:
    """Stop when the supervisor is gone, even by kill -9: then nobody else would."""
    with suppress(OSError):
        os.read(lifeline, 1)
    server.should_exit = True
    time.sleep(3 * ENDING_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    try:
        command.main(prog_name="proofboard web", standalone_mode=False)
    except ProofboardError as error:
        click.echo(f"proofboard web: {error}", err=True)
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.exit(130)
