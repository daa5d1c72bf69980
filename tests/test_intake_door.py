"""Rules at the door: what is refused with every reason, what waits for a review, what passes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from intake_cases import (
    answers,
    artifact,
    checked,
    configuration,
    handed_in,
    jobs_of,
    listed,
    open_benchmark,
    questions,
    reasons,
    row_of,
    submission,
    submitter,
    unlimited,
)
from proofboard import canonical
from proofboard.app.intake.checking import check
from proofboard.app.intake.looking import look_into
from proofboard.app.service.instance import Instance
from proofboard.app.service.moves import move
from proofboard.archives.pack import pack
from proofboard.errors import InputError
from proofboard.record.freeze import freeze
from proofboard.record.imported import NewBundle
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Model
from proofboard.schemas.item import prompts_digest
from proofboard.schemas.service import BenchmarkSettings
from proofboard.store.database import opened_database
from proofboard.store.tables import Submission
from service_builders import SetClock, make_tables, new_instance

GITHUB = "ghp_" + "aB3dE5fG7hI9jK1lM2nO4pQ6rS8tU0vW1xY2"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Answer an instance on SQLite: what is claimed here does not depend on the database."""
    database = opened_database(None, tmp_path / "data")
    make_tables(database)
    yield new_instance(database, tmp_path / "data", SetClock())
    database.close()


def with_answer(text: str) -> list[Response]:
    first, *others = answers()
    return [Response(prompt_id=first.prompt_id, output=text), *others]


def test_a_check_that_was_killed_is_done_to_its_end(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    receipt = handed_in(instance, submitter(instance), artifact(tmp_path / "a.zip"))
    with instance.database.writing() as session:
        move(session, session.get_one(Submission, receipt.id), "checking", instance.now())
    check(instance, receipt.id)
    assert row_of(instance, receipt.id).state == "queued"


def manifest(**changes: Any) -> dict[str, bytes]:
    bundle = NewBundle(responses=answers())
    files = freeze(bundle, "small", "1", configuration(), prompts_digest(questions()))
    return {"bundles/public/manifest.json": canonical.dump({**json.loads(files["manifest.json"]), **changes})}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"bundles/public/responses.jsonl": b'{"prompt_id":"q0","output":"1"}\n'}, "has the digest"),
        (manifest(protocol_version="0"), "was recorded for the protocol 0, expected 1"),
        (manifest(vendor="bolt"), "was recorded for the vendor bolt"),
        ({"submission.json": b"{}"}, "is required and absent"),
        ({"signature.json": b"{}"}, "signature.json"),
    ],
    ids=["changed answers", "other protocol", "other vendor", "no submission", "no signature"],
)
def test_what_was_changed_after_it_was_packed_is_refused(
    instance: Instance, tmp_path: Path, more: dict[str, bytes], reason: str
) -> None:
    open_benchmark(instance, tmp_path)
    file = artifact(tmp_path / "a.zip", more=more)
    if "submission.json" in more:
        with pytest.raises(InputError, match=reason):
            look_into(file, "artifact", None, "acme")
        return
    own = checked(instance, submitter(instance), file)
    assert own.state == "refused"
    assert reason in reasons(own)


@pytest.mark.parametrize(
    ("date", "recorded", "cutoff", "reason"),
    [
        ("2026-11-24", None, None, "2026-11-24 lies in the future: it is 2026-11-21 here"),
        (None, "2027-01-01", None, "2027-01-01 lies in the future"),
        (None, "2026-02-30", None, "2026-02-30 is no day of the calendar"),
        (None, "2025-06-01", "2025-07", "2025-06-01 lies before 2025-07, up to which the training data"),
        ("2026-03-01", "2026-05-01", None, "2026-03-01 lies before 2026-05-01, when its answers were recorded"),
        (None, None, "2030", "model.training_data_cutoff: 2030 lies in the future"),
    ],
)
def test_nobody_travels_in_time(
    instance: Instance, tmp_path: Path, date: str | None, recorded: str | None, cutoff: str | None, reason: str
) -> None:
    open_benchmark(instance, tmp_path)
    own = configuration(model=Model(name="m", training_data_cutoff=cutoff))
    file = artifact(tmp_path / "a.zip", own, date=date, recorded=recorded)
    assert reason in reasons(checked(instance, submitter(instance), file))


@pytest.mark.parametrize("recorded", ["2026-11-21", "2026-11-22", "2026-11-21T23:00:00+14:00", None])
def test_a_day_of_now_is_no_time_travel(instance: Instance, tmp_path: Path, recorded: str | None) -> None:
    open_benchmark(instance, tmp_path)
    own = configuration(model=Model(name="m", training_data_cutoff="spring"))
    assert (
        checked(instance, submitter(instance), artifact(tmp_path / "a.zip", own, recorded=recorded)).state == "queued"
    )


def test_answers_are_no_older_than_their_questions(instance: Instance, tmp_path: Path) -> None:
    dated = [msgspec.structs.replace(item, created="2026-06-01") for item in questions()]
    open_benchmark(instance, tmp_path, asked=dated)
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", recorded="2026-05-01"))
    assert "2026-05-01 lies before 2026-06-01, when the latest item was written" in reasons(own)


@pytest.mark.parametrize("place", ["an answer", "a line", "an escape"])
def test_a_secret_in_an_answer_refuses_the_submission_and_is_not_repeated(
    instance: Instance, tmp_path: Path, place: str
) -> None:
    texts = {"an answer": f"the key is {GITHUB}.", "a line": f"first\n{GITHUB}\nlast", "an escape": f'"{GITHUB}"\té'}
    open_benchmark(instance, tmp_path)
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", responses=with_answer(texts[place])))
    assert own.state == "refused"
    assert "bundles/public/responses.jsonl:1: looks like a GitHub token" in reasons(own)
    assert GITHUB not in str(own.faults)


def test_personal_data_wait_for_a_review(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    own = checked(
        instance, submitter(instance), artifact(tmp_path / "a.zip", responses=with_answer("ask ann@corp.org"))
    )
    assert own.state == "in_review"
    assert jobs_of(instance, own.id) == [("check", "trusted")]
    assert own.remarks[0].startswith("bundles/public/responses.jsonl:1: looks like an e-mail address")
    assert "ann@" not in str(own.remarks)


def test_an_owner_may_let_personal_data_pass_with_a_remark(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, BenchmarkSettings(review_personal_data=False))
    own = checked(
        instance, submitter(instance), artifact(tmp_path / "a.zip", responses=with_answer("ask ann@corp.org"))
    )
    assert own.state == "queued"
    assert "e-mail" in str(own.remarks)


def test_what_the_questions_say_may_be_repeated(instance: Instance, tmp_path: Path) -> None:
    asked = questions()
    asked[0] = msgspec.structs.replace(asked[0], prompt="Write to ann@corp.org.")
    open_benchmark(instance, tmp_path, asked=asked)
    config = configuration()
    bundle = NewBundle(responses=with_answer("I wrote to ann@corp.org."))
    files = freeze(bundle, "small", "1", config, prompts_digest(asked))
    told = msgspec.structs.replace(submission(config, {"public": files}, "small"), prompts_digest=prompts_digest(asked))
    more = {f"bundles/public/{name}": raw for name, raw in files.items()} | {"submission.json": canonical.dump(told)}
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", more=more))
    assert own.state == "queued", reasons(own)


def test_a_password_that_may_be_an_example_waits_for_a_review(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    text = 'config = {"password": "x7Kp2vQ9mZ4t"}'
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", responses=with_answer(text)))
    assert own.state == "in_review"


@pytest.mark.parametrize(
    ("licence", "state"),
    [("MIT", "queued"), ("MIT OR GPL-3.0-only", "queued"), ("GPL-3.0-only", "refused"), (None, "queued")],
)
def test_a_benchmark_takes_the_licences_that_it_names(
    instance: Instance, tmp_path: Path, licence: str | None, state: str
) -> None:
    open_benchmark(instance, tmp_path, BenchmarkSettings(licences=["MIT", "Apache-2.0"]))
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", configuration(licence=licence)))
    assert own.state == state


def test_code_under_another_licence_waits_for_a_review(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, BenchmarkSettings(licences=["MIT"]))
    text = "# SPDX-License-Identifier: GPL-3.0-only\nprint(1)"
    own = checked(instance, submitter(instance), artifact(tmp_path / "a.zip", responses=with_answer(text)))
    assert own.state == "in_review"
    assert "GPL-3.0-only" in str(own.remarks)


def test_a_revision_of_ones_own_entry_is_taken(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, unlimited())
    who = submitter(instance)
    checked(instance, who, artifact(tmp_path / "a.zip"))
    assert checked(instance, who, artifact(tmp_path / "b.zip", responses=answers(8))).state == "queued"


def test_an_entry_of_the_owners_own_directory_is_the_owners(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    file = artifact(tmp_path / "a.zip", configuration(vendor="bolt", config_name="base"))
    assert "bolt/base is an entry of the owner of the board" in reasons(checked(instance, submitter(instance), file))


def test_ones_own_recipe_under_another_name_is_a_remark(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path, unlimited())
    who = submitter(instance)
    listed(instance, checked(instance, who, artifact(tmp_path / "a.zip")), "acme/short")
    own = checked(instance, who, artifact(tmp_path / "b.zip", configuration(config_name="twin"), answers(8)))
    assert own.state == "queued"
    assert "is the recipe of acme/short too" in str(own.remarks)


def test_a_submission_without_public_answers_is_refused(instance: Instance, tmp_path: Path) -> None:
    open_benchmark(instance, tmp_path)
    told = canonical.dump(submission(configuration(), {}, "small"))
    pack({"submission.json": told, "configuration.json": canonical.dump(configuration())}, tmp_path / "a.zip")
    assert "holds no answers to public items" in reasons(checked(instance, submitter(instance), tmp_path / "a.zip"))
