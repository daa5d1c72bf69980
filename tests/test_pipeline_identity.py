"""A worker has a name that nobody else has, and that it has again after a restart."""

import socket

import pytest

from proofboard.app.service.heartbeats import arrive
from proofboard.app.service.instance import Instance
from proofboard.errors import InputError
from proofboard.pipeline.identity import own_name
from service_builders import SetClock, new_instance


def test_workers_of_one_host_are_numbered_and_a_number_is_free_again(instance: Instance) -> None:
    host = socket.gethostname()
    with own_name(instance) as first:
        with own_name(instance) as second:
            assert [first, second] == [f"{host}-1", f"{host}-2"]
        with own_name(instance) as again:
            assert again == second


def test_a_name_that_another_worker_has_is_refused(instance: Instance, clock: SetClock) -> None:
    named = new_instance(
        instance.database, instance.settings.data, clock, database_url=instance.settings.database_url, worker_name="a/b"
    )
    with own_name(named) as name:
        assert name == "a/b"
        with pytest.raises(InputError, match="which another worker of"), own_name(named):
            pass


def test_a_file_of_another_host_is_refused_and_a_server_is_not(instance: Instance, clock: SetClock) -> None:
    arrive(instance, "elsewhere-1", "elsewhere", 1)
    if instance.database.is_sqlite:
        with pytest.raises(InputError, match="is SQLite and is used by workers of elsewhere"), own_name(instance):
            pass
        clock.advance(hours=1)
    with own_name(instance) as name:
        assert name.endswith("-1")


def test_a_namesake_on_another_host_is_refused_while_it_lives(instance: Instance, clock: SetClock) -> None:
    if instance.database.is_sqlite:
        return
    arrive(instance, "twin", "elsewhere", 1)
    twin = new_instance(
        instance.database,
        instance.settings.data,
        clock,
        database_url=instance.settings.database_url,
        worker_name="twin",
    )
    with pytest.raises(InputError, match="such a worker lives on elsewhere"), own_name(twin):
        pass
    clock.advance(hours=1)
    with own_name(twin) as name:
        assert name == "twin"
