"""The same inputs give the same publication on any machine: other processors, hash seeds, locales and folders.

Floating-point products differ between kernels of one BLAS and with the instructions that NumPy may use; ours may not.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy._core import _multiarray_umath as numpy_core  # type: ignore[attr-defined]

from builders import files_of
from proofboard.app.build import build
from rich_benchmark import write_rich

PRESENT = sorted(name for name in numpy_core.__cpu_dispatch__ if numpy_core.__cpu_features__.get(name))
"""What NumPy chooses between on this machine, beyond the baseline it was compiled for."""

LATEST = [name for name in PRESENT if name.startswith(("AVX512", "X86_V4", "AVX10"))]

MACHINES = {
    "a Haswell processor": {"OPENBLAS_CORETYPE": "Haswell"},
    "an old processor and four threads": {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "4"},
    "no AVX-512": {"NPY_DISABLE_CPU_FEATURES": " ".join(LATEST)} if LATEST else None,
    "the oldest instructions": {"NPY_DISABLE_CPU_FEATURES": " ".join(PRESENT)} if PRESENT else None,
    "another hash seed": {"PYTHONHASHSEED": "1"},
    "yet another hash seed, far away": {"PYTHONHASHSEED": "4294967295", "TZ": "Pacific/Kiritimati"},
    "a Turkish locale": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
    "a locale without Unicode": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Answer a folder with a benchmark, its held-out store and the site that this process built of them."""
    place = tmp_path_factory.mktemp("deterministic")
    write_rich(place / "benchmark", place / "store")
    build(place / "benchmark", place / "site", held_out=place / "store")
    return place


def build_elsewhere(
    ours: Path, site: Path, environment: dict[str, str], folder: Path
) -> subprocess.CompletedProcess[str]:
    paths = [os.path.relpath(path, folder) for path in (ours / "benchmark", site, ours / "store")]
    command = [
        sys.executable,
        "-m",
        "proofboard.cli.main",
        "build",
        paths[0],
        "--out",
        paths[1],
        "--held-out",
        paths[2],
    ]
    kept = {name: value for name, value in os.environ.items() if name not in {"LC_ALL", "LANG", "PYTHONHASHSEED"}}
    return subprocess.run(
        command, cwd=folder, env=kept | environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("machine", MACHINES)
def test_another_machine_builds_the_same_bytes(ours: Path, tmp_path: Path, machine: str) -> None:
    environment = MACHINES[machine]
    if environment is None:
        pytest.skip("this processor has nothing of that kind to switch off")
    done = build_elsewhere(ours, tmp_path / "site", environment, tmp_path)
    assert done.returncode == 0, done.stderr
    assert files_of(tmp_path / "site") == files_of(ours / "site")


def test_another_working_directory_builds_the_same_bytes(ours: Path, tmp_path: Path) -> None:
    done = build_elsewhere(ours, tmp_path / "site", {}, ours / "benchmark" / "entries")
    assert done.returncode == 0, done.stderr
    assert files_of(tmp_path / "site") == files_of(ours / "site")


def test_building_again_in_place_changes_nothing(ours: Path) -> None:
    before = files_of(ours / "site")
    build(ours / "benchmark", ours / "site", held_out=ours / "store")
    assert files_of(ours / "site") == before
