"""What every test may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same cases on every machine, and no deadline: a slow one must not look like a wrong one.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

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
