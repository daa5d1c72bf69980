"""The honest publications, built once, and what the command line says of any other."""

from pathlib import Path

import pytest

from proofboard.app import benchmark_folder
from proofboard.app.build import build
from refusals.forging import Files, files_of
from refusals.honest import foreign, write_honest, write_store


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_store(tmp_path_factory.mktemp("honest") / "store")


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, store: Path) -> dict[bool, Files]:
    """Build the honest site with (True) and without (False) the held-out store."""
    place = tmp_path_factory.mktemp("honest")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benchmark_folder, "installed", foreign)
        folder = write_honest(place / "benchmark")
        build(folder, place / "public")
        build(folder, place / "whole", held_out=store)
    return {False: files_of(place / "public"), True: files_of(place / "whole")}
