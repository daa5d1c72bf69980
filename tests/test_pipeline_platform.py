"""The platform goes away and comes back: nothing is lost, and no end is stated that is none."""

import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline_cases import STEPS, Plan, effects, instance_of, promised, states, until, workers
from proofboard.app.service.instance import Instance
from service_builders import make_tables
from service_postgres import _server, fresh_database

SUBJECTS = [f"sub-{number}@batch 0/sleep" for number in range(4)]


def all_done(instance: Instance) -> bool:
    return set(states(instance).values()) == {"done"}


def all_effects() -> Counter[str]:
    return Counter(f"{own} {step}" for own in SUBJECTS for step in STEPS)


def test_with_a_full_disk_everything_waits_and_with_room_it_goes_on(tmp_path: Path) -> None:
    plan = Plan(data=str(tmp_path / "data"))
    instance = instance_of(plan)
    make_tables(instance.database)
    promised(instance, "evaluate", *SUBJECTS)
    with workers(plan) as (process,):
        until(lambda: effects(instance))
        before = len(effects(instance))
        resource.prlimit(process.worker(), resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
        time.sleep(1.5)
        assert len(effects(instance)) <= before + 2
        assert not all_done(instance)
        resource.prlimit(process.worker(), resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        until(lambda: all_done(instance), 30)
    instance.database.close()
    assert Counter(effects(instance)) == all_effects()


@pytest.fixture
def own_server() -> Iterator[Any]:
    """Answer a PostgreSQL that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="proofboard-pg-"))
    folder.chmod(0o755)
    server = _server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def test_a_database_that_restarts_interrupts_nothing_for_good(tmp_path: Path, own_server: Any) -> None:
    with fresh_database(own_server.get_uri()) as url:
        plan = Plan(data=str(tmp_path / "data"), url=url)
        instance = instance_of(plan)
        make_tables(instance.database)
        promised(instance, "evaluate", *SUBJECTS)
        with workers(plan):
            until(lambda: effects(instance))
            own_server.stop()
            time.sleep(0.5)
            own_server.ensure_postgres_running()
            instance.database.close()
            until(lambda: all_done(instance), 40)
            assert Counter(effects(instance)) == all_effects()
        instance.database.close()
