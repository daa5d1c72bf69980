"""`proofboard accept`: nothing that an artifact says is believed, and no row changes without a record."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import benchmark, files_of, items
from command_line import Finished, run
from proofboard import __version__, canonical
from proofboard.app.benchmark_folder import read_benchmark
from proofboard.app.entries_folder import ListedEntry
from proofboard.app.submissions import accepting, revising
from proofboard.app.submissions.accepting import accept
from proofboard.errors import InputError, OutputError, UnsafeArchiveError
from proofboard.record.freeze import write
from proofboard.schemas.benchmark import ItemSets
from proofboard.schemas.bundle import Response
from proofboard.schemas.configuration import Decoding
from proofboard.schemas.item import prompts_digest
from submission_cases import (
    ENTRY,
    NAME,
    Files,
    answers,
    artifact,
    board,
    bundle_files,
    configuration,
    forged,
    laid_out,
    questions,
    submitted,
    submitter,
)

DAY = "2026-05-06"
MANIFEST = "bundles/public/manifest.json"
RESPONSES = "bundles/public/responses.jsonl"


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    return board(tmp_path / "bench")


def accepted(bench: Path, archive: Path, *options: object) -> Finished:
    return run("accept", bench, archive, "--date", DAY, *options)


def listed(bench: Path) -> ListedEntry:
    return next(own for own in read_benchmark(bench).entries if own.name == NAME)


def refused(done: Finished, *says: str) -> None:
    assert (done.status, done.out) == (2, ""), done
    assert "Traceback" not in done.err
    for part in says:
        assert part in done.err, done.err


def test_what_was_submitted_becomes_an_entry_of_the_directory(tmp_path: Path, bench: Path) -> None:
    before, archive = files_of(bench), artifact(tmp_path, bench)
    done = accepted(bench, archive)
    assert done.status == 0, done
    added = {name: raw for name, raw in files_of(bench).items() if name not in before}
    assert {name: raw for name, raw in files_of(bench).items() if name in before} == before
    assert added.keys() == {
        f"{ENTRY}/accepted.json",
        f"{ENTRY}/configuration.yaml",
        f"{ENTRY}/public/manifest.json",
        f"{ENTRY}/public/responses.jsonl",
    }
    assert added[f"{ENTRY}/public/manifest.json"] == bundle_files()["manifest.json"]
    assert json.loads(added[f"{ENTRY}/accepted.json"]) == {
        "schema_version": 1,
        "date": DAY,
        "artifact": canonical.digest_file(archive),
        "software_version": __version__,
        "protocol_version": "1",
    }
    assert listed(bench).configuration == configuration()


def test_it_says_what_was_taken_and_its_score(tmp_path: Path, bench: Path) -> None:
    done = accepted(bench, archive := artifact(tmp_path, bench))
    lines = done.out.splitlines()
    assert lines[0] == "acme/short: accepted as a new entry"
    assert "  public correct: 0.5" in lines
    assert lines[-1] == f"artifact {canonical.digest_file(archive)}"


def test_a_submission_comes_back_from_a_site_that_verifies(tmp_path: Path, bench: Path) -> None:
    accepted(bench, artifact(tmp_path, bench))
    assert run("build", bench, "--out", tmp_path / "site").status == 0
    assert run("verify", tmp_path / "site").status == 0
    again = submitted(tmp_path, tmp_path / "site", out="again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "s.zip").read_bytes(), again


def test_the_day_is_today_unless_it_is_given(tmp_path: Path, bench: Path) -> None:
    assert run("accept", bench, artifact(tmp_path, bench)).status == 0
    own = listed(bench).accepted
    assert own is not None
    assert own.date is not None
    assert len(own.date) == len(DAY)


@pytest.mark.parametrize("settings", [{"no": "no", "1": "1e5", "deep": [[[{"a": None}]]]}, {"text": "a\u2028b\x7f \n"}])
def test_every_configuration_is_read_back_as_it_was_submitted(
    settings: dict[str, Any], tmp_path: Path, bench: Path
) -> None:
    own = configuration(settings=settings)
    write(tmp_path / "config.json", canonical.dump(own))
    done = run("submit", "--config", tmp_path / "config.json", "--benchmark", bench, "--out", tmp_path / "s.zip")
    assert done.status == 0, done
    assert accepted(bench, tmp_path / "s.zip").status == 0
    assert listed(bench).configuration == own


# Revisions


def test_the_same_again_changes_nothing_and_says_so(tmp_path: Path, bench: Path) -> None:
    archive = artifact(tmp_path, bench)
    accepted(bench, archive)
    before = files_of(bench)
    done = run("accept", bench, archive, "--date", "2026-12-31")
    assert done.out.startswith("acme/short: nothing to take: the configuration and its bundles are there already\n")
    assert files_of(bench) == before


CHANGES: dict[str, Callable[[], tuple[Any, Files]]] = {
    "another recipe": lambda: (own := configuration(settings={"words": 4}), bundle_files(own)),
    "other answers to the same recipe": lambda: (configuration(), bundle_files(responses=answers(8))),
    "another niche": lambda: (own := configuration(description="Now for maths."), bundle_files(own)),
}


@pytest.mark.parametrize("case", CHANGES)
def test_what_changed_takes_the_place_and_what_was_there_becomes_a_revision(
    case: str, tmp_path: Path, bench: Path
) -> None:
    accepted(bench, first := artifact(tmp_path / "first", bench))
    old = files_of(bench / ENTRY)
    own, files = CHANGES[case]()
    done = accepted(bench, artifact(tmp_path / "second", bench, own, files))
    assert done.out.startswith("acme/short: accepted; what stood there before is revision 1\n"), done
    now = files_of(bench / ENTRY)
    assert {name: raw for name, raw in now.items() if name.startswith("revisions/")} == {
        f"revisions/1/{name}": raw for name, raw in old.items()
    }
    entry_now = listed(bench)
    assert entry_now.configuration == own
    assert now["public/manifest.json"] == files["manifest.json"]
    assert [revision.configuration for revision in entry_now.revisions] == [configuration()]
    assert entry_now.revisions[0].accepted is not None
    assert entry_now.revisions[0].accepted.artifact == canonical.digest_file(first)


def test_revisions_are_numbered_from_the_oldest(tmp_path: Path, bench: Path) -> None:
    for words in (1, 2, 3, 4):
        own = configuration(settings={"words": words})
        assert accepted(bench, artifact(tmp_path / f"{words}", bench, own, bundle_files(own))).status == 0
    assert [revision.configuration.settings["words"] for revision in listed(bench).revisions] == [1, 2, 3]
    assert run("build", bench, "--out", tmp_path / "site").status == 0
    assert run("verify", tmp_path / "site").status == 0


def test_going_back_to_what_was_before_is_a_revision_too(tmp_path: Path, bench: Path) -> None:
    first = artifact(tmp_path / "first", bench)
    own = configuration(settings={"words": 4})
    second = artifact(tmp_path / "second", bench, own, bundle_files(own))
    for archive in (first, second, first):
        accepted(bench, archive)
    assert listed(bench).configuration == configuration()
    assert len(listed(bench).revisions) == 2


def test_a_bundle_of_the_same_recipe_that_is_not_submitted_again_stays(tmp_path: Path, bench: Path) -> None:
    accepted(bench, artifact(tmp_path, bench))
    public = files_of(bench / ENTRY / "public")
    write(tmp_path / "config.yaml", b"vendor: acme\nconfig_name: short\nsettings: {words: 3}\ndescription: New.\n")
    run("submit", "--config", tmp_path / "config.yaml", "--benchmark", bench, "--out", tmp_path / "only.zip")
    done = accepted(bench, tmp_path / "only.zip")
    assert "revision 1" in done.out, done
    assert files_of(bench / ENTRY / "public") == public


def test_answers_to_another_recipe_do_not_stay(tmp_path: Path, bench: Path) -> None:
    accepted(bench, artifact(tmp_path, bench))
    write(tmp_path / "config.yaml", b"vendor: acme\nconfig_name: short\nsettings: {words: 9}\n")
    run("submit", "--config", tmp_path / "config.yaml", "--benchmark", bench, "--out", tmp_path / "only.zip")
    assert "note: holds no public bundle" in accepted(bench, tmp_path / "only.zip").out
    assert list(listed(bench).bundles) == []
    assert list(listed(bench).revisions[0].bundles) == ["public"]


def test_a_repair_bundle_stays_when_only_the_public_one_is_submitted_again(tmp_path: Path) -> None:
    repairs = items(4, prefix="r")
    bench = board(tmp_path / "bench", rules=benchmark(item_sets=ItemSets(repair="items/repair.jsonl")))
    write(bench / "items/repair.jsonl", canonical.dump_lines(repairs))
    rows = [Response(prompt_id=item.id, output="7", stage=stage) for item in repairs for stage in ("answer", "repair")]
    drafts = bundle_files(responses=rows, item_set="repair", prompts=prompts_digest(repairs))
    laid_out(submitter(tmp_path) / "drafts", drafts)
    submitted(tmp_path, bench, "--bundle", tmp_path / "drafts")
    assert accepted(bench, tmp_path / "s.zip").status == 0
    done = accepted(bench, artifact(tmp_path / "again", bench, None, bundle_files(responses=answers(8))))
    assert "revision 1" in done.out, done
    assert files_of(bench / ENTRY / "repair") == drafts
    assert run("build", bench, "--out", tmp_path / "site").status == 0


def test_an_entry_that_its_owner_wrote_by_hand_is_kept_as_it_was_written(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path / "hand", configuration(settings={"words": 1}))
    by_hand = b"# by hand\nvendor: acme\nconfig_name: short\nsettings: {words: 1}\n"
    write(bench / ENTRY / "configuration.yaml", by_hand)
    laid_out(bench / ENTRY / "run-7", bundle_files(configuration(settings={"words": 1})))
    accepted(bench, artifact(tmp_path, bench))
    kept = files_of(bench / ENTRY / "revisions/1")
    assert kept["configuration.yaml"] == by_hand
    assert kept.keys() == {"configuration.yaml", "run-7/manifest.json", "run-7/responses.jsonl"}
    assert listed(bench).revisions[0].accepted is None


def test_an_entry_of_a_seeds_file_leaves_a_revision_too(tmp_path: Path, bench: Path) -> None:
    seed = configuration(settings={}, config_name="m-1", decoding=Decoding(model="m-1"))
    laid_out(bench / "recorded/seed", bundle_files(seed))
    seeds = {"seeds": [{"provider": "acme", "model": "m-1", "public_bundle": "recorded/seed"}]}
    write(bench / "seeds.json", json.dumps(seeds).encode())
    own = configuration(config_name="m-1")
    assert "revision 1" in accepted(bench, artifact(tmp_path, bench, own, bundle_files(own))).out
    now = next(one for one in read_benchmark(bench).entries if one.name == "acme/m-1")
    assert now.configuration == own
    assert [list(one.bundles) for one in now.revisions] == [["public"]]
    assert now.revisions[0].configuration.digest() == seed.digest()


def test_the_same_recipe_under_another_name_is_taken_and_told(tmp_path: Path, bench: Path) -> None:
    accepted(bench, artifact(tmp_path / "first", bench))
    own = configuration(config_name="copy")
    done = accepted(bench, artifact(tmp_path / "second", bench, own, bundle_files(own)))
    assert done.status == 0
    assert "note: has the same recipe as acme/short: the board shows both and ranks the earlier one" in done.out


def test_two_recipes_that_say_no_more_than_their_vendor_are_not_called_one(tmp_path: Path, bench: Path) -> None:
    told = ""
    for name in ("one", "other"):
        own = configuration(config_name=name, settings={})
        told += accepted(bench, artifact(tmp_path / name, bench, own, bundle_files(own))).out
    assert told.count("accepted as a new entry") == 2
    assert "same recipe" not in told


def test_another_contributor_of_the_same_name_is_told(tmp_path: Path, bench: Path) -> None:
    accepted(bench, artifact(tmp_path / "1", bench, own := configuration(contributor="Ada"), bundle_files(own)))
    other = configuration(contributor="Eve\nnote: all is well", settings={"words": 4})
    done = accepted(bench, artifact(tmp_path / "2", bench, other, bundle_files(other)))
    assert "note: the entry was contributed by Ada, this by Eve\\nnote: all is well\n" in done.out, done


def test_two_that_come_at_one_time_are_taken_one_after_the_other(tmp_path: Path, bench: Path) -> None:
    archives = []
    for words in (1, 2, 3):
        own = configuration(settings={"words": words})
        archives.append(artifact(tmp_path / f"{words}", bench, own, bundle_files(own)))
    command = [sys.executable, "-m", "proofboard.cli.main", "accept", str(bench)]
    running = [subprocess.Popen([*command, str(one)], stdout=subprocess.DEVNULL) for one in archives]
    assert [one.wait() for one in running] == [0, 0, 0]
    now = listed(bench)
    assert sorted(one.configuration.settings["words"] for one in (now, *now.revisions)) == [1, 2, 3]


# What is refused


def edit(name: str, **changes: Any) -> Callable[[Files], None]:
    """Change fields of a document of an artifact."""

    def change(files: Files) -> None:
        files[name] = canonical.dump({**json.loads(files[name]), **changes})

    return change


def put(name: str, raw: bytes = b"x") -> Callable[[Files], None]:
    return lambda files: files.update({name: raw})


def lie_about(field: str, value: Any) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        said = json.loads(files["submission.json"])
        said["configuration"][field] = value
        files["submission.json"] = canonical.dump(said)

    return change


def other_answers(files: Files) -> None:
    """Put better answers in, and make the manifest fit them: only submission.json still tells."""
    better = bundle_files(responses=answers(12))
    files.update({f"bundles/public/{name}": raw for name, raw in better.items()})


def renamed(old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        for name in [name for name in files if name.startswith(old)]:
            files[name.replace(old, new, 1)] = files.pop(name)

    return change


OTHER = canonical.digest(b"other")
ATTACKS: dict[str, tuple[Callable[[Files], object], tuple[str, ...]]] = {
    "a lie about the benchmark": (
        edit("submission.json", benchmark="large"),
        ("benchmark: says large, expected small",),
    ),
    "another protocol": (edit("submission.json", protocol_version="2"), ("protocol_version: says 2, expected 1",)),
    "other prompts": (edit("submission.json", prompts_digest=OTHER), ("prompts_digest: says",)),
    "no benchmark beside a bundle": (edit("submission.json", benchmark=None), ("benchmark: says None",)),
    "a lie about the name": (lie_about("name", "bolt/base"), ("configuration.name: says bolt/base, the files",)),
    "a lie about the recipe": (lie_about("recipe", OTHER), ("configuration.recipe: says",)),
    "a lie about the document": (lie_about("document", OTHER), ("configuration.document: says",)),
    "a bundle that is not named": (edit("submission.json", bundles=[]), ("bundles: says none, the files beside it",)),
    "better answers": (other_answers, ("bundles: says public sha256:",)),
    "answers that are not those of the manifest": (
        put(RESPONSES, canonical.dump_lines(answers(12))),
        ("s.zip/bundles/public/responses.jsonl: has the digest", "it was changed after it was recorded"),
    ),
    "an unknown field": (edit("submission.json", trust_me=True), ("trust_me: is not a known field",)),
    "another schema": (edit("submission.json", schema_version=2), ("submission.json: schema_version",)),
    "no submission.json": (lambda files: files.pop("submission.json"), ("submission.json: is not there",)),
    "no configuration": (lambda files: files.pop("configuration.json"), ("configuration.json: is not there",)),
    "a configuration in another form": (
        lambda files: files.update({"configuration.json": files["configuration.json"] + b"\n"}),
        ("configuration.json: is not in canonical form",),
    ),
    "a configuration that names an address": (
        edit("configuration.json", settings={"url": "https://evil.example/"}),
        ("configuration.json: settings.url",),
    ),
    "code beside it": (put("run.py", b"import os"), ("run.py: does not belong in a submission",)),
    "a file in a bundle": (put("bundles/public/run.sh"), ("bundles/public/run.sh: does not belong in a submission",)),
    "a file deeper": (put("bundles/public/x/manifest.json"), ("does not belong in a submission",)),
    "an empty bundle": (put("bundles/x"), ("bundles/x: does not belong in a submission",)),
    "a bundle called otherwise": (
        renamed("bundles/public/", "bundles/best/"),
        ("holds public answers, expected bundles/public",),
    ),
    "a second public bundle": (
        lambda files: files.update({f"bundles/b/{name}": raw for name, raw in bundle_files().items()}),
        ("is one of 2 public bundles",),
    ),
    "an unknown prompt": (
        lambda files: files.update(
            {f"bundles/public/{n}": raw for n, raw in bundle_files(responses=[Response(prompt_id="q99")]).items()}
        ),
        ("'q99' is not an item of this set",),
    ),
    "a path to elsewhere": (put("../outside"), ("'../outside': has a path that leaves its folder",)),
    "an absolute path": (put("/outside"), ("has an absolute path",)),
    "a name that differs in case": (put("Submission.json"), ("differs in case",)),
    "many members": (
        lambda files: files.update({f"{number}": b"" for number in range(40)}),
        ("holds more than 32 members",),
    ),
}


@pytest.mark.parametrize("case", ATTACKS)
def test_an_artifact_that_lies_or_attacks_changes_nothing(case: str, tmp_path: Path, bench: Path) -> None:
    change, says = ATTACKS[case]
    archive = forged(artifact(tmp_path / "honest", bench), tmp_path / "s.zip", change)
    before = files_of(tmp_path)
    refused(accepted(bench, archive), *says)
    assert files_of(tmp_path) == before


def test_a_forgery_that_changes_nothing_is_accepted(tmp_path: Path, bench: Path) -> None:
    # The refusals above are due to what they change, not to the packing.
    archive = forged(artifact(tmp_path / "honest", bench), tmp_path / "s.zip", lambda _files: None)
    assert accepted(bench, archive).status == 0


def test_all_that_is_wrong_with_an_artifact_is_told_at_once(tmp_path: Path, bench: Path) -> None:
    def change(files: Files) -> None:
        put("run.py")(files)
        edit("submission.json", schema_version=2)(files)
        edit("configuration.json", settings={"url": "https://evil.example/"})(files)
        put(RESPONSES, b"{}\n")(files)

    archive = forged(artifact(tmp_path / "honest", bench), tmp_path / "s.zip", change)
    refused(accepted(bench, archive), "run.py", "schema_version", "settings.url", "prompt_id: is required")


def test_a_member_that_stands_twice_is_refused(tmp_path: Path, bench: Path) -> None:
    archive = artifact(tmp_path, bench)
    with zipfile.ZipFile(archive, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr("submission.json", b"{}")
    with pytest.raises(UnsafeArchiveError, match="is there twice"):
        accept(bench, archive)


def test_a_bomb_is_stopped_while_it_bursts(tmp_path: Path, bench: Path) -> None:
    archive = tmp_path / "s.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened, opened.open("submission.json", "w") as member:
        for _ in range(80):
            member.write(bytes(1 << 20))
    refused(accepted(bench, archive), "the limit")


@pytest.mark.parametrize("kind", ["nothing", "a folder", "a text", "half an artifact"])
def test_what_is_no_artifact_is_refused(kind: str, tmp_path: Path, bench: Path) -> None:
    path = tmp_path / "s.zip"
    if kind == "a folder":
        path.mkdir()
    elif kind == "a text":
        path.write_text("hello")
    elif kind == "half an artifact":
        raw = artifact(tmp_path / "whole", bench).read_bytes()
        path.write_bytes(raw[: len(raw) // 2])
    refused(accepted(bench, path), "s.zip: is")


def test_an_artifact_for_other_rules_is_refused(tmp_path: Path, bench: Path) -> None:
    archive = artifact(tmp_path, bench)
    newer = board(tmp_path / "newer", rules=benchmark(protocol_version="2"))
    before = files_of(newer)
    refused(accepted(newer, archive), "was recorded for the protocol 1, expected 2; record it again")
    assert files_of(newer) == before


def test_a_configuration_for_other_rules_is_refused_without_a_bundle_too(tmp_path: Path, bench: Path) -> None:
    submitter(tmp_path)
    run("submit", "--config", tmp_path / "config.yaml", "--benchmark", bench, "--out", tmp_path / "s.zip")
    newer = board(tmp_path / "newer", rules=benchmark(protocol_version="2"))
    refused(accepted(newer, tmp_path / "s.zip"), "protocol_version: says 1, expected 2")


def test_a_configuration_that_was_packed_without_rules_is_taken(
    tmp_path: Path, bench: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(submitter(tmp_path))
    run("submit", "--config", "config.yaml", "--out", "s.zip")
    assert accepted(bench, tmp_path / "s.zip").status == 0


def test_references_that_were_corrected_since_are_told(tmp_path: Path, bench: Path) -> None:
    archive = artifact(tmp_path, bench)
    corrected = [msgspec.structs.replace(item, reference=f"0{item.reference}") for item in questions()]
    write(bench / "items/public.jsonl", canonical.dump_lines(corrected))
    done = accepted(bench, archive)
    assert "  public correct: 0.0" in done.out, done
    assert "note: was checked against other grading rules than those of this directory" in done.out


def test_a_directory_that_is_none_is_told(tmp_path: Path, bench: Path) -> None:
    archive = artifact(tmp_path, bench)
    refused(accepted(tmp_path / "gone", archive), "gone: is not a folder; give a benchmark directory")
    (tmp_path / "empty").mkdir()
    refused(accepted(tmp_path / "empty", archive), "benchmark.yaml: is not there")


# Held-out answers


def held_out_items() -> list[Any]:
    return items(12, prefix="h")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    write(tmp_path / "store/items/held_out.jsonl", canonical.dump_lines(held_out_items()))
    return tmp_path / "store"


def both_halves(place: Path, bench: Path, right: int = 6, words: int = 3) -> Path:
    own = configuration(settings={"words": words})
    asked = held_out_items()
    secret = bundle_files(own, answers(right, asked), item_set="held_out", prompts=prompts_digest(asked))
    laid_out(submitter(place, own) / "secret", secret)
    done = submitted(place, bench, "--bundle", place / "secret")
    assert done.status == 0, done
    return place / "s.zip"


def test_held_out_answers_are_refused_where_no_store_is_named(tmp_path: Path, bench: Path) -> None:
    before = files_of(bench)
    refused(accepted(bench, both_halves(tmp_path, bench)), "bundles/held_out: answers held-out items; give --held-out")
    assert files_of(bench) == before


def test_held_out_answers_go_to_the_store_and_nowhere_else(tmp_path: Path, bench: Path, store: Path) -> None:
    done = accepted(bench, both_halves(tmp_path, bench), "--held-out", store)
    assert done.status == 0, done
    assert files_of(store / ENTRY).keys() == {"held_out/manifest.json", "held_out/responses.jsonl"}
    assert not any("held" in name for name in files_of(bench))
    assert run("build", bench, "--held-out", store, "--out", tmp_path / "site").status == 0


def test_held_out_answers_are_held_against_the_store(tmp_path: Path, bench: Path, store: Path) -> None:
    archive = both_halves(tmp_path, bench)
    write(store / "items/held_out.jsonl", canonical.dump_lines(held_out_items()[:11]))
    before = files_of(tmp_path)
    refused(accepted(bench, archive, "--held-out", store), "'h11' is not an item of this set", "other prompts")
    assert files_of(tmp_path) == before


def test_earlier_held_out_answers_are_kept_in_the_store(tmp_path: Path, bench: Path, store: Path) -> None:
    accepted(bench, both_halves(tmp_path / "1", bench), "--held-out", store)
    first = files_of(store / ENTRY / "held_out")
    accepted(bench, both_halves(tmp_path / "2", bench, words=4), "--held-out", store)
    assert files_of(store / ENTRY / "revisions/1/held_out") == first
    accepted(bench, both_halves(tmp_path / "3", bench, right=12, words=4), "--held-out", store)
    assert len(listed(bench).revisions) == 2
    assert (store / ENTRY / "revisions/2/held_out/manifest.json").is_file()
    assert run("build", bench, "--held-out", store, "--out", tmp_path / "site").status == 0


def test_held_out_answers_of_an_earlier_recipe_are_set_aside_by_a_second_call(
    tmp_path: Path, bench: Path, store: Path
) -> None:
    accepted(bench, both_halves(tmp_path / "1", bench), "--held-out", store)
    own = configuration(settings={"words": 4})
    second = artifact(tmp_path / "2", bench, own, bundle_files(own))
    assert (
        "note: held-out answers to the earlier recipe, if any, are not set aside: accept again"
        in accepted(bench, second).out
    )
    assert run("build", bench, "--held-out", store, "--out", tmp_path / "site").status == 2
    assert "nothing to take" in accepted(bench, second, "--held-out", store).out
    assert run("build", bench, "--held-out", store, "--out", tmp_path / "site").status == 0


def test_whoever_is_stopped_before_the_store_goes_on_without_a_revision(
    tmp_path: Path, bench: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object) -> bool:
        raise KeyboardInterrupt

    archive = both_halves(tmp_path, bench)
    with monkeypatch.context() as patch:
        patch.setattr(accepting, "write_held_out", stop)
        with pytest.raises(KeyboardInterrupt):
            accept(bench, archive, held_out=store)
    assert accept(bench, archive, held_out=store).outcome == "unchanged"
    assert (store / ENTRY / "held_out/manifest.json").is_file()
    assert list(listed(bench).revisions) == []


def test_nothing_in_a_store_is_overwritten(tmp_path: Path, bench: Path, store: Path) -> None:
    # The directory has lost its entry, the store has not.
    for words in (1, 2):
        accepted(bench, both_halves(tmp_path / f"{words}", bench, words=words), "--held-out", store)
    before = files_of(store / ENTRY)
    shutil.rmtree(bench / ENTRY)
    assert accepted(bench, both_halves(tmp_path / "3", bench, words=3), "--held-out", store).status == 0
    now = files_of(store / ENTRY)
    assert {name: raw for name, raw in now.items() if name.startswith("revisions/1/")} == {
        name: raw for name, raw in before.items() if name.startswith("revisions/1/")
    }
    assert now["revisions/2/held_out/manifest.json"] == before["held_out/manifest.json"]


def test_a_store_inside_the_directory_is_refused(tmp_path: Path, bench: Path, store: Path) -> None:
    shutil.move(store, bench / "store")
    done = accepted(bench, both_halves(tmp_path, bench), "--held-out", bench / "store")
    refused(done, "lies inside the benchmark directory")


# Stopped on the way


def test_a_disk_that_fails_leaves_the_entry_as_it_was(
    tmp_path: Path, bench: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted(bench, artifact(tmp_path / "1", bench))
    archive = artifact(tmp_path / "2", bench, None, bundle_files(responses=answers(8)))
    before = files_of(bench)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(revising, "copy_bundle", full)
    with pytest.raises(OutputError, match="No space left on device; what was there is as it was"):
        accept(bench, archive)
    assert files_of(bench) == before


KILLED_AT_EVERY_STEP = """
    import os, shutil, sys
    from pathlib import Path
    from proofboard.app.submissions.accepting import accept
    from proofboard.app.benchmark_folder import read_benchmark

    place, archive = Path(sys.argv[1]), Path(sys.argv[2])
    CHANGES = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir"}

    def state(bench):
        own = [one for one in read_benchmark(bench).entries if one.name == "acme/short"]
        words = [one.configuration.settings["words"] for entry in own for one in (entry, *entry.revisions)]
        return own and (words[0], words[1:])

    def changes(event, arguments):
        # Whoever dies where nothing is changed leaves what whoever dies at the next change leaves.
        return event in CHANGES or (event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR))

    def killed_at(step, bench):
        child = os.fork()
        if child == 0:
            left = [step]
            def count(event, arguments):
                if changes(event, arguments) and str(bench) in str(arguments[0]):
                    left[0] -= 1
                    if left[0] == 0:
                        os._exit(9)
            sys.addaudithook(count)
            accept(bench, archive, date="2026-05-06")
            os._exit(0)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9

    seen, step = [], 1
    while True:
        bench = place / "killed"
        shutil.copytree(place / "bench", bench)
        killed = killed_at(step, bench)
        between = state(bench)
        accept(bench, archive, date="2026-05-06")
        hidden = [path.name for path in bench.rglob(".*")]
        print(between, state(bench), hidden, sep="|")
        shutil.rmtree(bench)
        if not killed:
            break
        step += 1
"""


@pytest.mark.parametrize("case", ["new", "revision"])
def test_a_process_that_is_killed_at_any_step_leaves_the_old_or_the_new(case: str, tmp_path: Path, bench: Path) -> None:
    own = configuration(settings={"words": 4})
    archive = artifact(tmp_path / "2", bench, own, bundle_files(own))
    if case == "revision":
        accepted(bench, artifact(tmp_path / "1", bench))
    old, new = ("(3, [])", "(4, [3])") if case == "revision" else ("[]", "(4, [])")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED_AT_EVERY_STEP), tmp_path, archive],
        capture_output=True,
        text=True,
        check=False,
        # One thread: a process that forks must have no other.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    steps = [line.split("|") for line in done.stdout.splitlines()]
    assert {between for between, _, _ in steps} == {old, new}
    assert {(after, hidden) for _, after, hidden in steps} == {(new, "[]")}
    assert len(steps) > 12


# What a directory lists


def test_a_gap_between_revisions_is_a_fault(tmp_path: Path, bench: Path) -> None:
    for words in (1, 2, 3):
        own = configuration(settings={"words": words})
        accepted(bench, artifact(tmp_path / f"{words}", bench, own, bundle_files(own)))
    shutil.rmtree(bench / ENTRY / "revisions/1")
    with pytest.raises(InputError, match="revisions: holds 2, expected the numbers 1 to 1, each once"):
        read_benchmark(bench)


@pytest.mark.parametrize("spoilt", ["configuration.yaml", "accepted.json", "public/manifest.json"])
def test_a_revision_without_its_configuration_is_a_fault(spoilt: str, tmp_path: Path, bench: Path) -> None:
    for words in (1, 2):
        own = configuration(settings={"words": words})
        accepted(bench, artifact(tmp_path / f"{words}", bench, own, bundle_files(own)))
    (bench / ENTRY / "revisions/1" / spoilt).unlink()
    if spoilt == "configuration.yaml":
        with pytest.raises(InputError, match=r"revisions/1/configuration\.yaml: is not there"):
            read_benchmark(bench)
    else:
        assert len(listed(bench).revisions) == 1


def test_configurations_that_break_the_rules_are_told_all_at_once_with_their_files(bench: Path) -> None:
    for name in ("one", "two"):
        raw = f"vendor: acme\nconfig_name: {name}\nsettings: {{url: 'https://evil.example/'}}\n"
        write(bench / f"entries/acme/{name}/configuration.yaml", raw.encode())
    write(bench / "entries/acme/one/accepted.json", b"{}")
    revision = b"vendor: acme\nconfig_name: other\n"
    write(bench / "entries/acme/two/revisions/1/configuration.yaml", revision)
    seeds = {"seeds": [{"provider": "x", "model": "https://evil.example/model"}]}
    write(bench / "seeds.json", json.dumps(seeds).encode())
    with pytest.raises(InputError) as caught:
        read_benchmark(bench)
    files = {fault.file.removeprefix(f"{bench}/") for fault in caught.value.faults}
    assert files == {
        "entries/acme/one/configuration.yaml",
        "entries/acme/one/accepted.json",
        "entries/acme/two/configuration.yaml",
        "entries/acme/two/revisions/1/configuration.yaml",
        "seeds.json",
    }


def test_a_folder_of_revisions_holds_nothing_else(tmp_path: Path, bench: Path) -> None:
    accepted(bench, artifact(tmp_path, bench))
    write(bench / ENTRY / "revisions/notes.txt", b"x")
    with pytest.raises(InputError, match="earlier revisions lie in revisions/1, revisions/2"):
        read_benchmark(bench)


def test_a_revision_has_no_revisions_of_its_own(tmp_path: Path, bench: Path) -> None:
    for words in (1, 2):
        own = configuration(settings={"words": words})
        accepted(bench, artifact(tmp_path / f"{words}", bench, own, bundle_files(own)))
    (bench / ENTRY / "revisions/1/revisions").mkdir()
    with pytest.raises(InputError, match="a revision has none of its own"):
        read_benchmark(bench)


def test_the_facets_of_today_do_not_refuse_a_revision(bench: Path) -> None:
    raw = b"vendor: bolt\nconfig_name: base\ntarget_subgroup: {description: x, selector: {gone: [away]}}\n"
    write(bench / "entries/bolt/base/revisions/1/configuration.yaml", raw)
    assert len(read_benchmark(bench).entries[0].revisions) == 1
    write(bench / "entries/bolt/other/configuration.yaml", raw.replace(b"base", b"other"))
    with pytest.raises(InputError, match="gone"):
        read_benchmark(bench)


def test_entries_without_submissions_have_neither_revisions_nor_a_record(bench: Path) -> None:
    own = read_benchmark(bench).entries[0]
    assert (list(own.revisions), own.accepted) == ([], None)
