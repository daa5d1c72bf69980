"""The re-run button: who may press it, how often, and what it finds."""

import json
from functools import partial
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select

from people_builders import at_once, status_of
from proofboard import canonical
from proofboard.app.review.rerunning import fail_rerun, request_rerun, rerun, run_rerun
from proofboard.app.service.actors import ANONYMOUS
from proofboard.app.service.benchmarks import change_settings
from proofboard.app.service.instance import Instance
from proofboard.app.service.publications import documents_of, published
from proofboard.schemas.service import BenchmarkSettings, Limits
from proofboard.store.tables import Publication, Rerun
from review_builders import BOARD, ENTRY, Published, jobs, kinds, leaves
from service_builders import actor, organisation


@pytest.fixture
def board(instance: Instance, tmp_path: Path) -> Published:
    return Published(instance, tmp_path)


def test_an_entry_that_follows_from_its_answers_matches_and_the_log_says_so(board: Published) -> None:
    pressed = request_rerun(board.instance, board.submitter, None, ENTRY)
    run_rerun(board.instance, pressed.id)
    run_rerun(board.instance, pressed.id)
    found = rerun(board.instance, pressed.id)
    assert (found.state, found.verdict, found.reason) == ("done", "matched", None)
    assert found.n_scores
    leaf = leaves(board.instance)[-1]
    assert (leaf.kind, leaf.entry, leaf.outcome, leaf.bundle) == ("rerun", ENTRY, "matched", found.bundle)
    assert kinds(board.instance).count("rerun") == 1


def test_an_entry_matches_where_the_data_folder_is_named_from_the_current_folder(
    board: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = board.instance.settings
    monkeypatch.chdir(settings.data.parent)
    relative = msgspec.structs.replace(settings, data=Path(settings.data.name))
    instance = msgspec.structs.replace(board.instance, settings=relative)
    pressed = request_rerun(instance, board.submitter, None, ENTRY)
    run_rerun(instance, pressed.id)
    found = rerun(instance, pressed.id)
    assert (found.verdict, found.reason) == ("matched", None)


def replaced(board: Published, path: str, change: dict[str, object]) -> None:
    """Serve another document than the one that was published, as somebody who has the database might."""
    instance = board.instance
    with instance.database.writing() as session:
        row = session.get_one(Publication, published(instance, BOARD).number)
        documents = dict(documents_of(instance, row))
        raw = json.loads(instance.blobs.get(documents[path]))
        raw.update(change)
        documents[path] = instance.blobs.put(canonical.dump(raw))
        row.documents = instance.blobs.put(canonical.dump(documents))


def test_a_publication_that_was_changed_is_no_match(board: Published) -> None:
    pressed = request_rerun(board.instance, board.submitter, None, ENTRY)
    replaced(board, f"scores/{canonical.hex_of(pressed.bundle)}.json", {"items": ["other"]})
    run_rerun(board.instance, pressed.id)
    found = rerun(board.instance, pressed.id)
    assert found.verdict == "differs"
    assert found.reason is not None
    assert "matched" not in {leaf.outcome for leaf in leaves(board.instance)}


def test_answers_that_are_gone_make_it_not_possible(board: Published) -> None:
    pressed = request_rerun(board.instance, board.submitter, None, ENTRY)
    files = documents_of(board.instance, published(board.instance, BOARD))
    board.instance.blobs.remove(files[f"bundles/{canonical.hex_of(pressed.bundle)}/responses.jsonl"])
    run_rerun(board.instance, pressed.id)
    found = rerun(board.instance, pressed.id)
    assert (found.verdict, found.state) == ("not_possible", "done")
    assert "rerun" not in kinds(board.instance)


def test_pressing_while_one_runs_is_that_one_and_costs_nothing(board: Published) -> None:
    change_settings(board.instance, board.owner, BOARD, BenchmarkSettings(limits=Limits(reruns_per_day=1)))
    first, second = (request_rerun(board.instance, board.submitter, None, ENTRY) for _ in range(2))
    assert first.id == second.id
    assert jobs(board.instance) == [("rerun", first.id)]


def test_of_many_presses_at_once_there_is_one_rerun(board: Published) -> None:
    press = partial(request_rerun, board.instance, board.submitter, None, ENTRY)
    assert at_once(*[press] * 6) == [200] * 6
    with board.instance.database.reading() as session:
        assert len(session.scalars(select(Rerun)).all()) == 1


def test_an_organisation_presses_so_often_a_day_and_failures_do_not_count(board: Published) -> None:
    instance = board.instance
    change_settings(instance, board.owner, BOARD, BenchmarkSettings(limits=Limits(reruns_per_day=1)))
    failed = request_rerun(instance, board.submitter, None, ENTRY)
    fail_rerun(instance, failed.id, "the worker stopped")
    assert rerun(instance, failed.id).state == "failed"
    run_rerun(instance, request_rerun(instance, board.submitter, None, ENTRY).id)
    assert status_of(lambda: request_rerun(instance, board.submitter, None, ENTRY)) == 429
    other = actor(organisation(instance, "bolt"))
    assert request_rerun(instance, other, None, ENTRY).state == "waiting"


@pytest.mark.parametrize(
    ("setting", "allowed"),
    [("nobody", ""), ("owners", "owner"), ("members", "owner submitter"), ("anybody", "owner submitter nobody")],
)
def test_who_may_press_is_the_owners_setting(board: Published, setting: str, allowed: str) -> None:
    change_settings(board.instance, board.owner, BOARD, BenchmarkSettings(rerun=setting))  # type: ignore[arg-type]
    people = {"owner": board.owner, "submitter": board.submitter, "nobody": ANONYMOUS}
    found = {name: status_of(partial(request_rerun, board.instance, own, None, ENTRY)) for name, own in people.items()}
    assert {name for name, status in found.items() if status == 200} == set(allowed.split())


def test_what_is_not_on_the_board_is_not_found(board: Published) -> None:
    assert status_of(lambda: request_rerun(board.instance, board.submitter, None, "acme/nothing")) == 404
    assert status_of(lambda: rerun(board.instance, "run-nothing")) == 404
