"""An honest benchmark with the site that was built from it, copied for each test to spoil."""

import shutil
from pathlib import Path

import pytest

from builders import benchmark_folder
from proofboard.app.build import build


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("honest") / "own"
    build(benchmark_folder(place / "bench"), place / "site")
    return place


@pytest.fixture
def place(honest: Path, tmp_path: Path) -> Path:
    """Answer a folder that holds `bench` and `site` and nothing else."""
    return shutil.copytree(honest, tmp_path / "own")
