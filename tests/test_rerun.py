"""`proofboard rerun`: a published entry graded and answered again, and what follows where something differs."""

import importlib.metadata
import json
import shutil
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from builders import benchmark, built, entry, held_out_store, items
from command_line import Finished, run
from offered_vendors import Scripted, offer, right
from proofboard.app.rerun.rerunning import answers_digest, rerun
from proofboard.app.serve.server import serving
from proofboard.core.graders.base import Grader
from proofboard.errors import InputError, UnknownEntryError
from proofboard.record.imported import ImportedEntry, NewBundle
from proofboard.record.vendors import Prompted
from proofboard.schemas.benchmark import Aggregate, Borda, Facet, GraderSpec, Metric, VendorProfile
from proofboard.schemas.bundle import ReportedScore, Response, Usage, Verdict
from proofboard.schemas.configuration import Configuration, Reproducibility
from proofboard.schemas.item import Item
from refusals.forging import Site, files_of, laid_out


def published(tmp_path: Path, right_answers: int = 8, **changes: Any) -> Path:
    """Publish one entry, `acme/base`, that answered some of eight items right."""
    return built(tmp_path, [entry("acme/base", right_answers, **changes)])


def answering(monkeypatch: pytest.MonkeyPatch, wrong: Sequence[str] = (), version: str | None = "7.0") -> Scripted:
    """Install an adapter that answers everything right but some prompts."""
    made = Scripted(lambda item: f"not {item.prompt_id}" if item.prompt_id in wrong else right(item), version)
    offer(monkeypatch, made)
    return made


def silent(_done: int, _total: int) -> None:
    """Show no progress."""


def found(site: Path, *options: str) -> dict[str, Any]:
    """Rerun `acme/base` and return what was found as JSON; the exit status must be the one that it asks for."""
    done = run("rerun", site, "acme/base", "--json", *options)
    document: dict[str, Any] = json.loads(done.out)
    differs = document["grading"]["status"] == "refused" or document["answers"]["status"] == "different"
    assert (done.status, done.err) == (1 if differs else 0, "")
    return document


def answers_of(site: Path) -> dict[str, Any]:
    answers: dict[str, Any] = found(site)["answers"]
    return answers


# The four outcomes


def test_the_same_answers_are_identical_whatever_they_cost(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    site = published(tmp_path, usage=Usage(microseconds=5))
    used = Usage(microseconds=9_999, calls=3)
    offer(monkeypatch, Scripted(lambda item: Response(prompt_id=item.prompt_id, output=right(item), usage=used)))
    again = answers_of(site)
    assert (again["status"], again["n_same"], again["n_answers"]) == ("identical", 8, 8)
    assert again["digest"] == again["published_digest"]
    assert again["recorder"] == "their-package 2.5 (acme 7.0)"


def test_other_answers_within_the_stated_tolerance_are_so_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, wrong=["q3"])
    again = answers_of(published(tmp_path, reproducibility=Reproducibility(score_tolerance="0.125")))
    assert again["status"] == "within tolerance"
    assert (again["published_score"], again["score"], again["difference"]) == (1.0, 0.875, -0.125)
    assert again["digest"] != again["published_digest"]


@pytest.mark.parametrize("tolerance", ["0.124", None])
def test_other_answers_beyond_the_tolerance_are_different(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tolerance: str | None
) -> None:
    answering(monkeypatch, wrong=["q3"])
    stated = Reproducibility(score_tolerance=tolerance) if tolerance else None
    again = answers_of(published(tmp_path, reproducibility=stated))
    assert (again["status"], again["tolerance"]) == ("different", tolerance or "0")
    assert again["reason"] == "the headline moved by more than the configuration states"


def test_a_difference_says_where_it_begins_and_what_it_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, wrong=["q1", "q2"])
    again = answers_of(published(tmp_path, 6))
    assert (again["n_same"], again["n_better"], again["n_worse"]) == (4, 2, 2)
    assert [changed["prompt_id"] for changed in again["first_different"]] == ["q1", "q2", "q6", "q7"]
    assert again["first_different"][0] == {
        "prompt_id": "q1",
        "trial": 0,
        "published": {"output": "1", "state": "answered"},
        "now": {"output": "not q1", "state": "answered"},
    }


def test_other_answers_of_equal_worth_need_no_tolerance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, wrong=["q0"])
    asked = items()
    rows = [Response(prompt_id=item.asked, output="wrong" if item.id == "q0" else item.reference) for item in asked]
    own = ImportedEntry(Configuration(vendor="acme", config_name="base"), [NewBundle(responses=rows)])
    again = answers_of(built(tmp_path, [own]))
    assert (again["status"], again["n_same"], again["difference"]) == ("within tolerance", 7, 0.0)


def test_answers_of_another_version_are_different_even_where_they_are_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, version="7.1")
    again = answers_of(published(tmp_path, vendor_version="7.0"))
    assert (again["status"], again["n_same"]) == ("different", 8)
    assert again["reason"] == "'7.0' of acme answered, installed is '7.1'"
    assert (again["published_version"], again["version"]) == ("7.0", "7.1")


def test_another_version_is_different_within_any_tolerance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, wrong=["q3"], version="7.1")
    stated = Reproducibility(score_tolerance="0.9")
    again = answers_of(published(tmp_path, vendor_version="7.0", reproducibility=stated))
    assert (again["status"], again["difference"]) == ("different", -0.125)


def test_another_version_that_does_not_answer_at_all_is_different(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(monkeypatch, Scripted(right, version="7.1"))
    again = answers_of(published(tmp_path, vendor_version="7.0", settings={"refused": 1}))
    assert again["status"] == "different"
    assert "'7.0' of acme answered, installed is '7.1'; " in again["reason"]


def evaluated_site(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str | None) -> Path:
    """Publish what `eval` recorded for a configuration that states no version."""
    answering(monkeypatch, version=version)
    site = built(tmp_path, [entry("acme/base", -1)])
    assert run("eval", tmp_path / "site-benchmark", "--entry", "acme/base").status == 0
    assert run("build", tmp_path / "site-benchmark", "--out", site).status == 0
    return site


def test_where_the_configuration_states_no_version_the_bundle_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    site = evaluated_site(monkeypatch, tmp_path, "7.0")
    assert answers_of(site)["status"] == "identical"
    answering(monkeypatch, version="8.0")
    assert answers_of(site)["reason"] == "'7.0' of acme answered, installed is '8.0'"


def test_where_no_version_is_published_that_is_noted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch)
    again = answers_of(published(tmp_path))
    assert (again["status"], again["notes"]) == (
        "identical",
        ["which version answered is not published; '7.0' answered now"],
    )


def test_a_system_that_claims_to_be_deterministic_and_is_not_is_noted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answering(monkeypatch, wrong=["q3"])
    stated = Reproducibility(score_tolerance="0.5", deterministic=True)
    again = answers_of(published(tmp_path, vendor_version="7.0", reproducibility=stated))
    assert (again["status"], again["notes"]) == (
        "within tolerance",
        ["the configuration states that it is deterministic"],
    )


# No answer is no difference


def test_without_an_adapter_the_scores_are_still_graded_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, Scripted(right), vendor="other")
    again = found(published(tmp_path, 6))
    assert (again["grading"]["status"], again["grading"]["n_scores"], again["grading"]["score"]) == ("holds", 8, 0.75)
    assert again["answers"]["status"] == "not answered"
    assert "no adapter of the vendor 'acme' is installed" in again["answers"]["reason"]


def test_whoever_wants_no_answers_asks_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adapter = answering(monkeypatch)
    again = found(published(tmp_path), "--no-answers")["answers"]
    assert (again["status"], again["reason"], adapter.shown) == ("not answered", "--no-answers was given", [])


def test_a_configuration_that_the_adapter_refuses_is_not_answered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(monkeypatch, Scripted(right))
    again = answers_of(published(tmp_path, settings={"refused": 1}))
    assert again["status"] == "not answered"
    assert "the adapter cannot run it: ValueError" in again["reason"]


def failing_on(name: str, other: Callable[[Prompted], str] = right) -> Scripted:
    def answer(item: Prompted) -> str:
        if item.prompt_id == name:
            raise ConnectionError("down")
        return other(item)

    return Scripted(answer)


def test_where_only_the_platform_failed_nothing_is_known_to_differ(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    offer(monkeypatch, failing_on("q2"))
    again = answers_of(published(tmp_path))
    assert (again["status"], again["n_same"]) == ("not answered", 7)
    assert again["reason"] == "1 failed (ConnectionError: down)"


def test_a_failure_hides_no_other_difference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, failing_on("q2", lambda _: "wrong"))
    again = answers_of(published(tmp_path))
    assert (again["status"], again["reason"], again["score"]) == ("different", "one of the two has no headline", None)


def test_a_prompt_without_a_text_cannot_be_asked_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch)
    asked = [Item(id=f"q{n}", reference=str(n)) for n in range(4)]
    site = built(tmp_path, [entry("acme/base", 2, asked=asked)], rules=benchmark(facets={}), asked=asked)
    assert "the prompt 'q0' has no text" in answers_of(site)["reason"]


# What is compared


def test_every_trial_is_answered_and_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = [
        Response(prompt_id=item.asked, output=item.reference if trial else "wrong", trial=trial)
        for item in items()
        for trial in range(2)
    ]
    own = ImportedEntry(Configuration(vendor="acme", config_name="base"), [NewBundle(responses=rows, trials=2)])
    answering(monkeypatch)
    again = answers_of(built(tmp_path, [own]))
    assert (again["n_answers"], again["n_same"]) == (16, 8)
    assert (again["published_score"], again["score"]) == (0.5, 1.0)
    assert {changed["trial"] for changed in again["first_different"]} == {0}


def test_an_answer_that_no_line_holds_is_the_same_as_one_that_is_marked_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = [Response(prompt_id=item.asked, output=item.reference) for item in items()[:7]]
    own = ImportedEntry(Configuration(vendor="acme", config_name="base"), [NewBundle(responses=rows)])
    missing = Response(prompt_id="q7", state="missing")
    offer(monkeypatch, Scripted(lambda item: missing if item.prompt_id == "q7" else right(item)))
    assert answers_of(built(tmp_path, [own]))["status"] == "identical"


def test_only_the_items_of_the_entrys_track_are_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = benchmark(facets={"set": Facet(values=["de", "en"], role="track")})
    asked = [Item(id=f"q{n}", prompt="?", reference=str(n), facets={"set": ["de", "en"][n % 2]}) for n in range(8)]
    site = built(tmp_path, [entry("acme/base", 4, asked=asked[1::2])], rules=rules, asked=asked)
    adapter = answering(monkeypatch)
    assert answers_of(site)["status"] == "identical"
    assert [prompt.prompt_id for prompt in adapter.shown] == ["q1", "q3", "q5", "q7"]


def test_the_digest_is_over_what_decides_scores_in_any_order() -> None:
    plain = [Response(prompt_id="a", output="1"), Response(prompt_id="b", output="2")]
    costly = [Response(prompt_id="b", output="2"), Response(prompt_id="a", output="1", usage=Usage(calls=1))]
    assert answers_digest(plain) == answers_digest(costly)


@pytest.mark.parametrize(
    "other",
    [
        Response(prompt_id="b", output=1),
        Response(prompt_id="a", output=True),
        Response(prompt_id="a", output=1.5),
        Response(prompt_id="a", output="1"),
        Response(prompt_id="a", output=1, trial=1),
        Response(prompt_id="a", output=1, stage="repair"),
        Response(prompt_id="a", output=1, state="refused"),
    ],
)
def test_the_digest_tells_answers_apart_that_a_grader_could(other: Response) -> None:
    assert answers_digest([other]) != answers_digest([Response(prompt_id="a", output=1)])


# Where answers alone give no headline


def reported_entry() -> ImportedEntry:
    asked = items()
    rows = [ReportedScore(item_id=item.id, scores={"told": 1}) for item in asked]
    answers = [Response(prompt_id=item.asked, output="an answer") for item in asked]
    return ImportedEntry(Configuration(vendor="acme", config_name="base"), [NewBundle(responses=answers, scores=rows)])


def judged_entry() -> ImportedEntry:
    asked = items()
    votes = [Verdict(prompt_id=item.asked, passed=True) for item in asked]
    answers = [Response(prompt_id=item.asked, output="an answer") for item in asked]
    return ImportedEntry(
        Configuration(vendor="acme", config_name="base"), [NewBundle(responses=answers, verdicts=votes)]
    )


@pytest.mark.parametrize(
    ("own", "changes", "said"),
    [
        (
            reported_entry(),
            {"metrics": {"told": Metric(reported=True)}, "headline": "told"},
            "the metric 'told' is reported, not graded",
        ),
        (
            judged_entry(),
            {"metrics": {"judged": Metric(grader=GraderSpec(kind="votes"))}, "headline": "judged"},
            "the metric 'judged' needs the votes of a judge",
        ),
        (
            entry("acme/base", 4),
            {"aggregates": {"points": Aggregate(borda=Borda(children=["correct"]))}, "headline": "points"},
            "the headline ranks entries against each other",
        ),
    ],
    ids=["reported", "judged", "relative"],
)
def test_answers_that_cannot_be_scored_alone_are_different_and_say_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: ImportedEntry, changes: dict[str, Any], said: str
) -> None:
    answering(monkeypatch, wrong=["q0"])
    again = answers_of(built(tmp_path, [own], rules=benchmark(**changes)))
    assert (again["status"], again["reason"]) == ("different", f"the new answers cannot be scored: {said}")


def test_answers_that_cannot_be_scored_may_still_be_identical(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, Scripted(lambda _: "an answer"))
    rules = benchmark(metrics={"told": Metric(reported=True)}, headline="told")
    again = found(built(tmp_path, [reported_entry()], rules=rules))
    assert (again["grading"]["n_scores"], again["grading"]["score"]) == (0, 1.0)
    assert again["answers"]["status"] == "identical"


@pytest.fixture
def theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that a package is installed that offers the grader `shouting`."""

    class Offered(EntryPoint):
        def load(self) -> Any:
            return lambda _options: Grader("shouting", "1", lambda _item, row, _votes: str(row.output).isupper())

    def entry_points(*, group: str) -> list[EntryPoint]:
        return [Offered("shouting", "somewhere:factory", group)] if group == "proofboard.graders" else []

    monkeypatch.setattr(importlib.metadata, "entry_points", entry_points)


@pytest.mark.usefixtures("theirs")
def test_a_third_party_grader_runs_only_where_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rules = benchmark(metrics={"loud": Metric(grader=GraderSpec(kind="shouting"))}, headline="loud")
    site = built(tmp_path, [entry("acme/base", 8)], rules=rules)
    offer(monkeypatch, Scripted(lambda item: "LOUD" if item.prompt_id == "q0" else right(item)))
    unnamed, named = found(site), found(site, "--grade-with", "shouting")
    assert (unnamed["grading"]["n_scores"], unnamed["grading"]["attested"]) == (0, ["loud"])
    assert "needs the grader 'shouting'; name it with --grade-with" in unnamed["answers"]["reason"]
    assert (named["grading"]["n_scores"], named["grading"]["attested"]) == (8, [])
    assert (named["answers"]["published_score"], named["answers"]["score"]) == (0.0, 0.125)


# Published scores that do not follow from the published answers


def test_a_forged_item_score_is_refused_and_nobody_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adapter = answering(monkeypatch)
    honest = Site(files_of(published(tmp_path, 4)))

    def better(document: Any) -> None:
        document["metrics"]["correct"]["values"][7] = 1

    forged = honest.edit(honest.one("scores/.*"), better)
    again = found(laid_out(forged.files, tmp_path / "forged"))
    assert again["grading"]["status"] == "refused"
    assert "correct, row 8: the grader gives 0, published is 1" in again["grading"]["reason"]
    assert (again["answers"]["status"], adapter.shown) == ("not answered", [])


def test_a_forged_headline_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch)
    honest = Site(files_of(published(tmp_path, 4)))

    def better(board: Any) -> None:
        board["entries"][0]["public"].update(score=0.9, exact=["9", "10"])

    again = found(laid_out(honest.edit("leaderboard.json", better).files, tmp_path / "forged"))
    assert again["grading"]["status"] == "refused"
    assert "correct is published as (0.9, ('9', '10'))" in again["grading"]["reason"]


def test_a_document_that_was_changed_afterwards_ends_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch)
    site = published(tmp_path)
    (site / "items.json").write_bytes((site / "items.json").read_bytes().replace(b"q1", b"q9"))
    done = run("rerun", site, "acme/base")
    assert (done.status, done.out) == (1, "")
    assert "items.json: has the digest" in done.err


# Other entries, other places


def test_the_other_entries_are_neither_graded_nor_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    adapter = answering(monkeypatch)
    site = built(tmp_path, [entry("acme/base", 8), entry("acme/other", 2), entry("bolt/base", 3)])
    honest = Site(files_of(site))
    other = honest.bundle_of("acme/other").replace("bundles/", "scores/") + ".json"

    def better(document: Any) -> None:
        document["metrics"]["correct"]["values"][7] = 1

    forged = laid_out(honest.edit(other, better).files, tmp_path / "forged")
    assert found(forged)["answers"]["status"] == "identical"
    assert len(adapter.shown) == 8
    assert found_of(forged, "acme/other").status == 1


def found_of(site: Path, name: str) -> Finished:
    return run("rerun", site, name)


def test_what_was_released_of_held_out_scores_is_no_hindrance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch)
    entries = [entry("acme/base", 8), entry("acme/other", 2), entry("bolt/base", 3)]
    rules = benchmark(vendors={"acme": VendorProfile(default="base")})
    store = held_out_store(tmp_path / "store", {"acme/base": 50, "acme/other": 20}, rules=rules)
    site = built(tmp_path, entries, rules=rules, held_out=store)
    assert answers_of(site)["status"] == "identical"


def test_an_archive_and_an_address_are_as_good_as_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch)
    site = published(tmp_path)
    archive = shutil.make_archive(str(tmp_path / "archive"), "gztar", site)
    with serving(str(site)) as (server, _):
        places = (str(site), archive, f"http://127.0.0.1:{server.server_address[1]}/")
        again = [rerun(place, "acme/base", progress=silent) for place in places]
    assert again[0].answers.status == "identical"
    assert again[1:] == again[:1] * 2


def test_an_unknown_entry_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownEntryError, match="near are acme/base"):
        rerun(str(published(tmp_path)), "acme/bse", progress=silent)


def test_what_is_no_publication_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not there"):
        rerun(str(tmp_path / "nothing"), "acme/base", progress=silent)


# What is printed


def test_the_text_says_what_the_document_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answering(monkeypatch, wrong=["q1"])
    done = run("rerun", published(tmp_path, vendor_version="7.0"), "acme/base")
    digest = "sha256:" + "0" * 64
    shown = [
        line if "sha256:" not in line else line[: line.index("sha256:")] + digest for line in done.out.splitlines()
    ]
    assert done.status == 1
    assert shown == [
        f"acme/base of the publication {digest}",
        "graded again: 8 item scores are as published, headline 1.0",
        "answered again: different: the headline moved by more than the configuration states",
        "  7 of 8 answers are the same, by their-package 2.5 (acme 7.0)",
        f"  published {digest}",
        f"  now       {digest}",
        "  headline 1.0 published, 0.875 now: difference -0.125, tolerance 0; 0 items better, 1 worse",
        '  q1: "1" was published, now "not q1"',
    ]


def test_an_answer_cannot_forge_the_lines_around_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    offer(monkeypatch, Scripted(lambda _: "x\x1b[2J\nanswered again: identical"))
    done = run("rerun", published(tmp_path), "acme/base")
    assert "\x1b" not in done.out
    assert [line for line in done.out.splitlines() if line.startswith("answered again")] == [
        "answered again: different: the headline moved by more than the configuration states"
    ]
