"""What every test may ask for."""

import os

# Several test processes share the cores: the threads of one would only wait for those of the others.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from proofboard.app.service.instance import Instance
from proofboard.schemas.preparing import prepare_structs
from proofboard.store.database import Database, opened_database
from service_builders import SetClock, make_tables, new_instance
from service_postgres import fresh_database, postgres_server

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


@pytest.fixture(scope="session")
def postgres_server_url() -> Iterator[str]:
    """Answer a PostgreSQL that lives as long as this test process; most tests want `postgres_url`."""
    with postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def _postgres_template(postgres_server_url: str) -> Iterator[str]:
    with fresh_database(postgres_server_url) as url:
        database = opened_database(url, Path())
        make_tables(database)
        database.close()
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def postgres_url(postgres_server_url: str, _postgres_template: str) -> Iterator[str]:
    """Answer a fresh PostgreSQL database that has every table."""
    with fresh_database(postgres_server_url, _postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server_url: str) -> Iterator[str]:
    """Answer a fresh PostgreSQL database that holds nothing."""
    with fresh_database(postgres_server_url) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Answer None (SQLite in the data folder, no tables yet), then a fresh PostgreSQL database with every table."""
    return None if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@pytest.fixture
def database(database_url: str | None, tmp_path: Path) -> Iterator[Database]:
    """Answer a database with every table, on SQLite and on PostgreSQL in turn."""
    database = opened_database(database_url, tmp_path / "data")
    if database_url is None:
        make_tables(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> SetClock:
    """Answer the clock of `instance`, which stands until it is moved."""
    return SetClock()


@pytest.fixture
def instance(database: Database, database_url: str | None, tmp_path: Path, clock: SetClock) -> Instance:
    """Answer an instance without organisations, on SQLite and on PostgreSQL in turn."""
    return new_instance(database, tmp_path / "data", clock, database_url=database_url)


def pytest_collection_finish() -> None:
    """Let tests decode in threads: by now all that they decode has been imported."""
    prepare_structs()


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are cores: many tests wait for processes that they started or killed."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Keep neighbours in one process, which makes what a module shares once; who is done takes half of another's."""
    if config.getoption("dist", "no") == "load":
        config.option.dist = "worksteal"
