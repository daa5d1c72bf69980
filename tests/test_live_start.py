"""What starting costs: inspect_ai is loaded for a live run only, and a run leaves the collector as it was."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from builders import benchmark_folder, entry
from live_cases import live, served, small
from proofboard.schemas.configuration import Decoding

LOADED = """\
import json, sys
from proofboard.cli.main import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(*arguments: object) -> set[str]:
    """Run the command in a process of its own; return the packages that it loaded."""
    command = [sys.executable, "-c", LOADED, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [("--help",), ("eval", "--help")])
def test_help_loads_no_engine(arguments: tuple[str, ...]) -> None:
    assert loaded(*arguments).isdisjoint({"inspect_ai", "openai"})


def test_without_live_no_engine_is_loaded(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/own", 3, decoding=Decoding(model="acme/m"))])
    bundle, again = folder / "entries/acme/own/public", tmp_path / "again"
    told = loaded("eval", folder, "--entry", "acme/own", "--recorded", bundle, "--out", again)
    assert told.isdisjoint({"inspect_ai", "openai"})
    assert (again / "manifest.json").is_file()
    told = loaded("eval", folder, "--entry", "acme/own", "--out", tmp_path / "other")
    assert told.isdisjoint({"inspect_ai", "openai"})


def test_a_run_leaves_the_collector_of_garbage_as_it_was(tmp_path: Path) -> None:
    before = gc.isenabled(), gc.get_threshold()
    with served():
        assert live(small(tmp_path / "bench"), tmp_path / "bundle").status == 0
    assert (gc.isenabled(), gc.get_threshold()) == before
