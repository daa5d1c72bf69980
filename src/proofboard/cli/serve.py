"""`proofboard serve`."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from types import FrameType
from typing import Final

import click

from proofboard.app.serve.server import serve
from proofboard.app.service.opening import first_start, opened_instance, refuse_absent_stores
from proofboard.errors import OutputError
from proofboard.pipeline.supervisor import Child, supervise
from proofboard.settings import PREFIX, Settings, read_settings

BACKLOG: Final = 1024
HELD_OUT: Final = f"{PREFIX}HELD_OUT"
WORKER_NAME: Final = f"{PREFIX}WORKER_NAME"


@click.command()
@click.argument("site", metavar="[SITE]", required=False)
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True, help="0 picks a free one.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(0, 64), default=1, show_default=True, help="Without SITE: workers."
)
def command(site: str | None, port: int, host: str, workers: int) -> None:
    """Run the whole service on this machine, or serve the built publication SITE read-only, until Ctrl-C.

    Without SITE: a web process with the API and the boards, and workers; PROOFBOARD_DATA names their folder. With
    SITE, a folder or an archive: its files as they are.
    """
    if site is not None:
        serve(site, _announce, host=host, port=port)
    else:
        serve_instance(read_settings(os.environ), host, port, workers)


def serve_instance(settings: Settings, host: str, port: int, workers: int) -> None:
    """Bring the tables up to date, then keep the web process and the workers alive until SIGINT or SIGTERM."""
    refuse_absent_stores(settings)
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    with closing(_listening(host, port)) as listener:
        with opened_instance(settings) as instance:
            secret = first_start(instance)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, told)
        _announce(f"Serving {settings.data} at {_address(listener)}  (Ctrl-C stops)")
        if secret is not None:
            _announce(f"The owner's key, shown this once: {secret}")
        listener.set_inheritable(True)
        supervise(_children(os.environ, listener, workers), stop, _complain)


def _children(environment: Mapping[str, str], listener: socket.socket, workers: int) -> list[Child]:
    """List the processes. The web process never learns where held-out material lies."""
    own = sys.executable
    listening = listener.fileno()
    command = [own, "-m", "proofboard.cli.web", "--listening", str(listening), "--lifeline", "{lifeline}"]
    open_environment = {name: value for name, value in environment.items() if name != HELD_OUT}
    children = [Child("web process", command, open_environment, (listening,))]
    for number in range(1, workers + 1):
        named = {WORKER_NAME: f"{environment[WORKER_NAME]}-{number}"} if environment.get(WORKER_NAME) else {}
        command = [own, "-m", "proofboard.cli.main", "worker", "--lifeline", "{lifeline}"]
        children.append(Child("worker" if workers == 1 else f"worker {number}", command, {**environment, **named}))
    return children


def _listening(host: str, port: int) -> socket.socket:
    """Listen here, so that readers wait instead of being refused while the web process is started again."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        # The interpreter adds the address to the text, which stands before it already.
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise OutputError(f"{host}:{port}: cannot be listened to: {why}; choose another --port or --host") from None


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _announce(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _complain(line: str) -> None:
    click.echo(f"proofboard: {line}", err=True)
