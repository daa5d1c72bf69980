"""`proofboard eval` and the two ways to a held-out score of an entry that only has answers."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest

from builders import benchmark, benchmark_folder, entry, files_of, held_out_store, items
from command_line import Finished, run
from offered_vendors import Scripted, offer, right
from proofboard.app.evaluating import Wanted, evaluate
from proofboard.cli.progress import progress
from proofboard.record.vendors import Prompted
from proofboard.schemas.benchmark import Facet, GraderSpec, Metric
from proofboard.schemas.bundle_folder import read_bundle
from proofboard.schemas.item import Item
from proofboard.schemas.publication import ReleasesDocument

DAY = ("--date", "2026-11-21")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a benchmark of two listed entries without answers."""
    return benchmark_folder(tmp_path / "bench", [entry("acme/base", -1), entry("other/base", -1)])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Make a held-out store of 60 items without answers."""
    return held_out_store(tmp_path / "store", {})


@pytest.fixture(autouse=True)
def adapter(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """Pretend that an adapter of `acme` is installed that answers everything right."""
    made = Scripted(right)
    offer(monkeypatch, made)
    return made


def configuration_file(place: Path, text: str = "vendor: acme\nconfig_name: new\n") -> Path:
    place.write_text(text, encoding="utf-8")
    return place


def released(site: Path) -> dict[str, str]:
    """Return what a publication releases: entry → score."""
    document = msgspec.json.decode((site / "releases.json").read_bytes(), type=ReleasesDocument)
    return {f"{own.vendor}/{own.config_name}": own.score for own in document.releases}


def refused(done: Finished, said: str) -> None:
    assert (done.status, done.out) == (2, "")
    assert said in done.err


# Public answers


def test_an_entry_is_answered_into_its_own_place_and_the_board_builds(folder: Path, tmp_path: Path) -> None:
    done = run("eval", folder, "--entry", "acme/base", *DAY)
    place = folder / "entries/acme/base/public"
    assert (done.status, done.out) == (0, f"{place}: 8 of 8 answered by their-package 2.5 (acme 7.0)\n")
    assert [row.output for row in read_bundle(place).responses] == [str(number) for number in range(8)]
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    board = json.loads((tmp_path / "site/leaderboard.json").read_text(encoding="utf-8"))
    assert [(row["vendor"], row["public"]["score"]) for row in board["entries"]] == [("acme", 1.0)]
    assert run("verify", tmp_path / "site").status == 0


def test_the_bundle_says_who_recorded_it_when_and_with_which_version(folder: Path) -> None:
    run("eval", folder, "--entry", "acme/base", *DAY)
    manifest = read_bundle(folder / "entries/acme/base/public").manifest
    assert (manifest.recorder, manifest.recorded) == ("their-package 2.5 (acme 7.0)", "2026-11-21")


def test_without_a_day_the_bundle_states_some_day(folder: Path) -> None:
    run("eval", folder, "--entry", "acme/base")
    assert read_bundle(folder / "entries/acme/base/public").manifest.recorded is not None


def test_a_configuration_that_is_new_becomes_an_entry(folder: Path, tmp_path: Path) -> None:
    done = run("eval", folder, "--config", configuration_file(tmp_path / "new.yaml"), *DAY)
    assert done.status == 0
    assert "entries/acme/new/configuration.yaml: written" in done.err
    assert sorted(files_of(folder / "entries/acme/new")) == [
        "configuration.yaml",
        "public/manifest.json",
        "public/responses.jsonl",
    ]
    assert run("build", folder, "--out", tmp_path / "site").out.startswith(f"{tmp_path / 'site'}: 1 entry ")


def test_a_bundle_elsewhere_leaves_the_benchmark_as_it_was(folder: Path, tmp_path: Path) -> None:
    before = files_of(folder)
    own = configuration_file(tmp_path / "new.yaml")
    assert run("eval", folder, "--config", own, "--out", tmp_path / "bundle", *DAY).status == 0
    assert files_of(folder) == before
    assert read_bundle(tmp_path / "bundle").manifest.config_name == "new"


def test_a_publication_is_enough_for_a_configuration_with_a_place_of_its_own(folder: Path, tmp_path: Path) -> None:
    assert run("eval", folder, "--entry", "acme/base", *DAY).status == 0
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    own = configuration_file(tmp_path / "new.yaml")
    for source in (folder, tmp_path / "site"):
        done = run("eval", source, "--config", own, "--out", tmp_path / f"from-{source.name}", *DAY)
        assert (done.status, "8 of 8 answered" in done.out) == (0, True)
    assert files_of(tmp_path / "from-site") == files_of(tmp_path / f"from-{folder.name}")
    assert run("verify", tmp_path / "site").status == 0


def test_nothing_goes_into_a_publication(folder: Path, tmp_path: Path) -> None:
    assert run("eval", folder, "--entry", "acme/base", *DAY).status == 0
    assert run("build", folder, "--out", tmp_path / "site").status == 0
    own = configuration_file(tmp_path / "new.yaml")
    refused(run("eval", tmp_path / "site", "--config", own), "give a benchmark directory")


def test_several_trials_are_asked_and_declared(folder: Path) -> None:
    run("eval", folder, "--entry", "acme/base", "--trials", 3)
    bundle = read_bundle(folder / "entries/acme/base/public")
    assert bundle.manifest.trials == 3
    assert [row.trial for row in bundle.responses if row.prompt_id == "q0"] == [0, 1, 2]


def test_an_answer_that_failed_is_noted_and_leaves_the_entry_without_a_rank(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def answer(item: Prompted) -> str:
        if item.prompt_id == "q3":
            raise KeyError("gone")
        return right(item)

    offer(monkeypatch, Scripted(answer))
    done = run("eval", folder, "--entry", "acme/base", *DAY)
    assert "7 of 8 answered" in done.out
    assert "note: 1 failed (KeyError: 'gone'); without these answers the entry has no rank" in done.err
    run("build", folder, "--out", tmp_path / "site")
    row = json.loads((tmp_path / "site/leaderboard.json").read_text(encoding="utf-8"))["entries"][0]
    assert (row["rank"], row["public"]["score"]) == (None, None)


def test_an_entry_of_a_track_answers_the_items_of_its_track_only(adapter: Scripted, tmp_path: Path) -> None:
    rules = benchmark(facets={"set": Facet(values=["de", "en"], role="track")})
    asked = [Item(id=f"q{n}", prompt="?", reference=str(n), facets={"set": ["de", "en"][n % 2]}) for n in range(8)]
    folder = benchmark_folder(tmp_path / "tracks", [entry("acme/base", -1)], rules=rules, asked=asked)
    refused(run("eval", folder, "--entry", "acme/base"), "expected one of its tracks (de, en); see --track")
    refused(run("eval", folder, "--entry", "acme/base", "--track", "fr"), "cannot be answered for the track 'fr'")
    assert run("eval", folder, "--entry", "acme/base", "--track", "en").status == 0
    assert [prompt.prompt_id for prompt in adapter.shown] == ["q1", "q3", "q5", "q7"]
    assert run("build", folder, "--out", tmp_path / "site").status == 0


# What is refused, before anything is asked


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --entry or --config"),
        (("--entry", "acme/base", "--config", "x.yaml"), "either --entry or --config"),
        (("--entry", "acme/base", "--set", "held_out"), "--set held_out needs --held-out"),
        (("--entry", "acme/base", "--held-out", "store"), "say --set held_out too"),
        (("--entry", "acme/base", "--set", "repair"), "--set repair needs --live"),
        (("--entry", "acme/base", "--date", "yesterday"), "give a day such as 2026-11-21"),
        (("--entry", "acme/base", "--trials", "0"), "0 is not in the range"),
        (("--entry", "acme/base", "--track", "en"), "expected none, because it has no tracks"),
        (("--entry", "nobody/base"), "names no entry of the board"),
        (("--entry", "other/base"), "no adapter of the vendor 'other' is installed"),
        (("--config", "absent.yaml"), "absent.yaml: is not there"),
    ],
)
def test_a_contradiction_or_an_unknown_name_is_refused(
    folder: Path, adapter: Scripted, arguments: tuple[str, ...], said: str
) -> None:
    before = files_of(folder)
    refused(run("eval", folder, *arguments), said)
    assert (files_of(folder), adapter.shown) == (before, [])


def test_a_bundle_that_is_there_is_never_overwritten(folder: Path, adapter: Scripted, tmp_path: Path) -> None:
    assert run("eval", folder, "--entry", "acme/base").status == 0
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes/mine.txt").write_text("mine", encoding="utf-8")
    adapter.shown.clear()
    refused(run("eval", folder, "--entry", "acme/base"), "is there already and is not overwritten")
    refused(run("eval", folder, "--entry", "acme/base", "--out", tmp_path / "notes"), "is not overwritten")
    assert adapter.shown == []


@pytest.mark.parametrize(("stated", "shown"), [("6.9", "'6.9'"), ("7.0.0", "'7.0.0'")])
def test_another_version_than_the_configuration_states_is_refused_with_both(
    adapter: Scripted, stated: str, shown: str, tmp_path: Path
) -> None:
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/base", -1, vendor_version=stated)])
    done = run("eval", folder, "--entry", "acme/base")
    refused(done, f"states vendor_version {shown}, but their-package 2.5 answers with '7.0'")
    assert "entries/acme/base/configuration.yaml" in done.err
    assert adapter.shown == []


def test_a_configuration_that_states_no_version_is_answered_and_noted(folder: Path) -> None:
    done = run("eval", folder, "--entry", "acme/base")
    assert "note: acme/base states no vendor_version; '7.0' answered" in done.err


def test_a_configuration_of_the_installed_version_needs_no_note(tmp_path: Path) -> None:
    folder = benchmark_folder(tmp_path / "bench", [entry("acme/base", -1, vendor_version="7.0")])
    assert run("eval", folder, "--entry", "acme/base").err == ""


def test_another_recipe_under_the_name_of_an_entry_is_refused(folder: Path, tmp_path: Path) -> None:
    own = configuration_file(tmp_path / "other.yaml", "vendor: acme\nconfig_name: base\nsettings: {mode: 2}\n")
    refused(run("eval", folder, "--config", own), "configures acme/base otherwise than the benchmark does")
    assert run("eval", folder, "--config", own, "--out", tmp_path / "bundle").status == 0


def test_a_configuration_that_no_board_would_take_is_refused_with_every_reason(folder: Path, tmp_path: Path) -> None:
    odd = "vendor: acme\nconfig_name: new\nlicence: Mine\ntarget_subgroup: {description: d, selector: {size: [big]}}\n"
    done = run("eval", folder, "--config", configuration_file(tmp_path / "odd.yaml", odd))
    refused(done, "odd.yaml: licence")
    assert "odd.yaml: target_subgroup.selector" in done.err


def test_an_interruption_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_item: Prompted) -> str:
        raise KeyboardInterrupt

    offer(monkeypatch, Scripted(interrupted))
    before = files_of(folder)
    assert run("eval", folder, "--entry", "acme/base").status == 130
    assert files_of(folder) == before


class Terminal(StringIO):
    """Standard error where somebody watches."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_count_of_answers_is_shown_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Terminal()
    monkeypatch.setattr(sys, "stderr", watched)
    show = progress()
    for done in range(1, 401):
        show(done, 400)
    written = watched.getvalue()
    assert written.startswith("\r1 of 400\r4 of 400\r8 of 400")
    assert written.endswith("\r400 of 400\n")
    assert written.count("\r") == 101


def test_no_progress_is_shown_where_nobody_watches(folder: Path) -> None:
    done = run("eval", folder, "--entry", "acme/base")
    assert "of 8" not in done.err


# The first way to a held-out score: the owner lets the configuration answer


def test_an_owner_who_runs_a_configuration_gets_its_held_out_score(folder: Path, store: Path, tmp_path: Path) -> None:
    run("eval", folder, "--entry", "acme/base", *DAY)
    before = files_of(folder)
    done = run("eval", folder, "--entry", "acme/base", "--set", "held_out", "--held-out", store, *DAY)
    assert (done.status, done.out.split(":")[0]) == (0, str(store / "entries/acme/base/held_out"))
    assert files_of(folder) == before
    assert run("build", folder, "--held-out", store, "--out", tmp_path / "site").status == 0
    assert released(tmp_path / "site") == {"acme/base": "0.95"}  # 1.0, cut: the set is small
    assert run("verify", tmp_path / "site", "--held-out", store).status == 0


def test_an_entry_has_one_held_out_bundle_in_a_store_under_whatever_name(folder: Path, tmp_path: Path) -> None:
    store = held_out_store(tmp_path / "older", {"acme/base": 3})
    done = run("eval", folder, "--entry", "acme/base", "--set", "held_out", "--held-out", store)
    refused(done, "entries/acme/base/held-out: has held-out answers of this entry already")


def test_the_store_may_be_named_by_the_environment(folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFBOARD_HELD_OUT", str(store))
    assert run("eval", folder, "--entry", "acme/base").out.startswith(f"{folder}/entries/acme/base/public")
    done = run("eval", folder, "--entry", "acme/base", "--set", "held_out")
    assert done.out.startswith(f"{store}/entries/acme/base/held_out")


def test_a_held_out_text_that_an_adapter_repeats_in_an_exception_is_not_told(
    folder: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(item: Prompted) -> str:
        if item.prompt_id == "h7":
            raise RuntimeError(item.prompt)
        return right(item)

    offer(monkeypatch, Scripted(answer))
    done = run("eval", folder, "--entry", "acme/base", "--set", "held_out", "--held-out", store)
    assert "note: 1 failed (RuntimeError)" in done.err
    assert "Which number" not in done.err + done.out
    assert b"Which number" not in (store / "entries/acme/base/held_out/responses.jsonl").read_bytes()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository that ignores `private/`."""
    place = tmp_path / "repository"
    place.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=place, check=True)
    (place / ".gitignore").write_text("/private/\n", encoding="utf-8")
    return place


def held_out(folder: Path, store: Path, *arguments: object) -> Finished:
    return run("eval", folder, "--entry", "acme/base", "--set", "held_out", "--held-out", store, *arguments)


def test_held_out_answers_may_go_into_a_folder_that_git_ignores(folder: Path, store: Path, repository: Path) -> None:
    assert held_out(folder, store, "--out", repository / "private/bundle").status == 0


def test_held_out_answers_never_go_where_they_could_be_committed(
    folder: Path, store: Path, adapter: Scripted, repository: Path
) -> None:
    refused(held_out(folder, store, "--out", repository / "bundle"), "git does not ignore this place")
    assert adapter.shown == []


def test_held_out_answers_never_go_into_the_benchmark_directory(folder: Path, store: Path) -> None:
    refused(held_out(folder, store, "--out", folder / "entries/acme/base/held-out"), "inside the benchmark directory")
    inside = folder / "store"
    store.rename(inside)
    refused(held_out(folder, inside), "inside the benchmark directory")


def test_held_out_answers_never_go_into_a_publication(folder: Path, store: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/publication.json").write_text("{}", encoding="utf-8")
    refused(held_out(folder, store, "--out", tmp_path / "site/bundle"), "inside the publication")


def test_held_out_answers_never_go_into_a_store_that_git_tracks(folder: Path, store: Path, repository: Path) -> None:
    tracked = repository / "store"
    store.rename(tracked)
    subprocess.run(["git", "add", "store"], cwd=repository, check=True)
    refused(held_out(folder, tracked), "is tracked by git")


# The second way: the submitter answers prompts that the owner hands out


def hand_out(folder: Path, store: Path, out: Path) -> Finished:
    return run("held-out", "prompts", store, "--benchmark", folder, "--out", out)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_submitter_who_answers_handed_out_prompts_gets_a_held_out_score(
    folder: Path, store: Path, tmp_path: Path
) -> None:
    run("eval", folder, "--entry", "acme/base", *DAY)
    assert hand_out(folder, store, tmp_path / "prompts.jsonl").status == 0
    answers = [
        {"prompt_id": row["prompt_id"], "output": row["prompt_id"][1:]} for row in lines(tmp_path / "prompts.jsonl")
    ]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers), encoding="utf-8")
    frozen = run("freeze", folder, "acme/base", "--responses", tmp_path / "answers.jsonl", "--held-out", store)
    assert (frozen.status, frozen.err) == (0, "")
    assert run("build", folder, "--held-out", store, "--out", tmp_path / "site").status == 0
    assert released(tmp_path / "site") == {"acme/base": "0.95"}


def test_what_is_handed_out_is_ids_and_texts_and_nothing_else(folder: Path, store: Path, tmp_path: Path) -> None:
    hand_out(folder, store, tmp_path / "prompts.jsonl")
    handed = {row["prompt_id"]: row for row in lines(tmp_path / "prompts.jsonl")}
    assert handed == {item.id: {"prompt_id": item.id, "prompt": item.prompt} for item in items(60, prefix="h")}


def test_choices_are_handed_out_with_their_question(tmp_path: Path) -> None:
    rules = benchmark(metrics={"correct": Metric(grader=GraderSpec(kind="choice"))}, facets={})
    asked = [Item(id=f"h{n}", prompt=f"{n}?", choices=["a", "b"], reference="B", cluster="c") for n in range(60)]
    folder = benchmark_folder(tmp_path / "bench", [], rules=rules, asked=[Item(id="q", prompt="?", reference="A")])
    (tmp_path / "store/items").mkdir(parents=True)
    whole = b"".join(msgspec.json.encode(item) + b"\n" for item in asked)
    (tmp_path / "store/items/held_out.jsonl").write_bytes(whole)
    hand_out(folder, tmp_path / "store", tmp_path / "prompts.jsonl")
    assert {tuple(row) for row in lines(tmp_path / "prompts.jsonl")} == {("choices", "prompt", "prompt_id")}


def test_the_order_of_what_is_handed_out_follows_from_each_line_alone(
    folder: Path, store: Path, tmp_path: Path
) -> None:
    hand_out(folder, store, tmp_path / "first.jsonl")
    rows = (store / "items/held_out.jsonl").read_bytes().splitlines(keepends=True)
    (store / "items/held_out.jsonl").write_bytes(b"".join(reversed(rows)))
    hand_out(folder, store, tmp_path / "second.jsonl")
    handed = [row["prompt_id"] for row in lines(tmp_path / "first.jsonl")]
    assert (tmp_path / "first.jsonl").read_bytes() == (tmp_path / "second.jsonl").read_bytes()
    assert handed not in (sorted(handed), sorted(handed, key=lambda name: int(name[1:])))


def test_prompts_are_not_handed_out_where_they_could_be_read_or_lost(
    folder: Path, store: Path, repository: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.jsonl").write_text("mine", encoding="utf-8")
    refused(hand_out(folder, store, folder / "items/prompts.jsonl"), "inside the benchmark directory")
    refused(hand_out(folder, store, repository / "prompts.jsonl"), "git does not ignore this place")
    refused(hand_out(folder, store, tmp_path / "mine.jsonl"), "is there already and is not overwritten")
    assert (tmp_path / "mine.jsonl").read_text(encoding="utf-8") == "mine"
    assert hand_out(folder, store, repository / "private/prompts.jsonl").status == 0
    assert hand_out(folder, store, store / "prompts.jsonl").status == 0


def test_a_caller_may_show_its_own_progress(folder: Path) -> None:
    told: list[int] = []
    evaluate(Wanted(benchmark=folder, entry="acme/base"), lambda done, total: told.append(100 * done // total))
    assert (told[0], told[-1], len(told)) == (12, 100, 8)
