"""Keys from the command line, for whoever owns the machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import run
from proofboard.app.people.recognising import recognise_key
from proofboard.app.service.instance import Instance
from proofboard.app.service.opening import first_start, opened_instance
from proofboard.settings import Settings


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "data"))
    with opened_instance(Settings(data=tmp_path / "data")) as instance:
        first_start(instance)
        yield instance


def test_an_owner_who_lost_the_key_makes_another_and_revokes_it(started: Instance) -> None:
    made = run("keys", "make", "--role", "owner", "--days", "0")
    secret, line = made.out.splitlines()
    found = recognise_key(started, secret)
    assert found is not None
    assert (found.role, found.is_host) == ("owner", True)
    assert secret not in run("keys", "list").out
    assert run("keys", "revoke", line.partition(":")[0]).status == 0
    assert recognise_key(started, secret) is None


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize(
    "arguments",
    [
        ("make", "--organisation", "nobody"),
        ("make", "--benchmark", "unknown"),
        ("make", "--name", "two\nlines"),
        ("list", "--organisation", "../x"),
        ("revoke", "key-1"),
    ],
)
def test_what_cannot_be_done_ends_with_one_clear_message(arguments: tuple[str, ...]) -> None:
    finished = run("keys", *arguments)
    assert (finished.status, finished.out) == (2, "")
    assert finished.err.startswith("proofboard: ")


def test_a_folder_without_a_service_is_not_made_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFBOARD_DATA", str(tmp_path / "none"))
    assert (run("keys", "list").status, (tmp_path / "none").exists()) == (2, False)
