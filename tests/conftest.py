"""What every test may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

_DEFAULT_FOLDER = Path(__file__).parents[1] / ".." / "shared" / "data"


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """Answer the folder of a private data set by name, or skip, because not everyone may hold a copy."""
    folder = Path(os.environ.get("PROOFBOARD_TEST_DATA", _DEFAULT_FOLDER)).resolve()

    def find(name: str) -> Path:
        if not (folder / name).is_dir():
            pytest.skip(f"private data set {name} is not on this machine; PROOFBOARD_TEST_DATA may name its folder")
        return folder / name

    return find
