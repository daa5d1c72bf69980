"""What is imported from Inspect logs: entries, items, scores, responses and claims, and a site that verifies."""

import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from imported_oracle import Oracle, entry_named, read_back
from inspect_logs import header, metric, sample, score, usage_of, write_eval, write_inspect_log, write_json
from proofboard.app.build import build
from proofboard.app.verify import as_text, verify
from proofboard.record.freeze import write_benchmark
from proofboard.record.imported import Imported, ImportedEntry
from proofboard.record.inspect_log.importer import read
from proofboard.schemas.benchmark import GraderSpec
from proofboard.schemas.board import BoardRow, Leaderboard
from proofboard.schemas.bundle import Response
from proofboard.schemas.reading import read_json

SharedData = Callable[[str], Path]

JUDGED = "model_graded_qa"
"""A scorer whose scores are reported, because a model gave them."""


def names(imported: Imported) -> list[str]:
    return [entry.configuration.name for entry in imported.entries]


def responses(entry: ImportedEntry) -> dict[tuple[str, int], Response]:
    return {(one.prompt_id, one.trial): one for one in entry.bundles[0].responses}


def reported(entry: ImportedEntry, name: str) -> dict[tuple[str, int], int | None]:
    rows = entry.bundles[0].scores
    return {(row.item_id, row.trial): row.scores[name] for row in rows if name in row.scores}


def values(imported: Imported, name: str = JUDGED) -> list[Fraction | None]:
    """Answer the scores of the only entry in the order of its items and trials."""
    (entry,) = imported.entries
    denominator = imported.benchmark.metrics[name].denominator
    return [None if one is None else Fraction(one, denominator) for one in reported(entry, name).values()]


def rows_of(imported: Imported, folder: Path) -> dict[str, BoardRow]:
    """Build a site, verify it, and answer its rows by name, those of other protocols too."""
    write_benchmark(imported, folder / "benchmark")
    build(folder / "benchmark", folder / "site")
    verdict = verify(str(folder / "site"))
    assert verdict.holds, as_text(verdict)
    board = read_json(folder / "site" / "leaderboard.json", Leaderboard)
    rows = [*board.entries, *(row for group in board.other_protocols for row in group.entries)]
    return {f"{row.vendor}/{row.config_name}": row for row in rows}


def test_a_folder_of_logs_becomes_a_site_that_verifies(tmp_path: Path) -> None:
    for model in ("maker/one", "maker/two"):
        log = [sample(n, "C" if n > 1 else "I", completion="yes" if n > 1 else "no") for n in (1, 2, 3, 4)]
        write_eval(
            tmp_path / "logs" / "deep" / f"{model[-3:]}.eval",
            header([score("match", {"accuracy": 0.75})], model=model),
            log,
        )
    imported = read(tmp_path / "logs")
    rows = rows_of(imported, tmp_path)
    assert {name: row.public.score for name, row in rows.items()} == {"maker/one": 0.75, "maker/two": 0.75}
    assert all(not row.disagreements for row in rows.values())
    read_back(imported, tmp_path / "again")


def test_a_json_log_gives_what_the_eval_file_gives(tmp_path: Path) -> None:
    head, samples = header([score("match", {"accuracy": 0.5})]), [sample(1), sample(2, "I")]
    one = read(write_eval(tmp_path / "one.eval", head, samples))
    other = read(write_json(tmp_path / "other.json", head, samples))
    assert (one.items, one.benchmark) == (other.items, other.benchmark)
    assert one.entries[0].bundles[0].responses == other.entries[0].bundles[0].responses  # type: ignore[index]


@pytest.mark.parametrize("method", [0, 8, 93])
def test_members_may_be_stored_deflated_or_compressed_with_zstandard(method: int, tmp_path: Path) -> None:
    imported = read(write_eval(tmp_path / "x.eval", header(), [sample(1), sample(2, "I")], method=method))
    assert len(imported.items) == 2


def test_any_file_is_a_log_where_it_is_the_source_itself_and_only_named_ones_in_a_folder(tmp_path: Path) -> None:
    write_json(tmp_path / "log.txt", header(), [sample()])
    write_json(tmp_path / "log.json", header(), [sample()])
    assert len(read(tmp_path / "log.txt").items) == 1
    imported = read(tmp_path)
    assert len(imported.items) == 1
    assert "1 file(s) are no Inspect logs and were not read: log.txt" in imported.notes


def test_a_log_that_was_never_finished_gives_what_is_there(tmp_path: Path) -> None:
    head = header(status="started", dataset={"name": "asking", "sample_ids": [1, 2, 3]})
    imported = read(write_eval(tmp_path / "x.eval", head, [sample(1), sample(2, "I")]))
    assert len(imported.items) == 2
    assert "x.eval: was not finished (started); 2 of 3 samples are there" in imported.notes


WORTH: Sequence[tuple[Any, Fraction | int | None]] = [
    *(("C", 1), ("I", 0), ("P", Fraction(1, 2)), ("N", 0), ("c", 0)),
    *((True, 1), (False, 0), (1, 1), (0.25, Fraction(1, 4)), (0.1, Fraction(1, 10)), (-2, -2), (7.5, Fraction(15, 2))),
    *(("yes", 1), ("NO", 0), ("True", 1), ("false", 0), ("0.75", Fraction(3, 4)), (" 3 ", 3)),
    *(("1e-2", Fraction(1, 100)), ("nan", 0), ("1e999", 0), ("sandbagging", 0)),
    *((float("nan"), None), (float("inf"), None), (1e300, None)),
]


@pytest.mark.parametrize(("value", "worth"), WORTH, ids=[repr(value) for value, _ in WORTH])
def test_a_value_is_worth_what_inspect_takes_it_for(value: Any, worth: Fraction | int | None, tmp_path: Path) -> None:
    log = [sample(1, value, scorer=JUDGED), sample(2, "C", scorer=JUDGED)]
    found = values(read(write_eval(tmp_path / "x.eval", header(), log)))
    assert found == [worth if worth is None else Fraction(worth), 1]


def test_a_value_that_is_not_scored_is_left_out_of_the_mean_and_noted(tmp_path: Path) -> None:
    log = [sample(1, float("nan"), scorer=JUDGED), sample(2, "C", scorer=JUDGED), sample(3, "I", scorer=JUDGED)]
    imported = read(write_eval(tmp_path / "x.eval", header([score(JUDGED, {"accuracy": 0.5})]), log))
    assert Oracle(imported).score(imported.entries[0], imported.benchmark.headline) == Fraction(1, 2)  # type: ignore[index]
    assert (
        f"1 value(s) of {JUDGED} are NaN, infinite or too large; they are not scored and not counted" in imported.notes
    )
    assert not rows_of(imported, tmp_path)["maker/one"].disagreements


def test_a_null_within_a_value_of_parts_is_worth_0_and_a_nan_is_not_scored(tmp_path: Path) -> None:
    log = [sample(1, {"a": None, "b": float("nan")}, scorer=JUDGED), sample(2, {"a": 1, "b": 1}, scorer=JUDGED)]
    imported = read(write_json(tmp_path / "x.json", header(), log))
    assert values(imported, f"{JUDGED}-a") == [0, 1]
    assert values(imported, f"{JUDGED}-b") == [None, 1]


def test_each_part_of_a_value_is_a_metric_of_its_own(tmp_path: Path) -> None:
    log = [sample(1, {"style": 0.5, "facts": "C"}, scorer=JUDGED), sample(2, [1, 0.25], scorer="judge_list")]
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    assert set(imported.benchmark.metrics) == {f"{JUDGED}-style", f"{JUDGED}-facts", "judge_list-1", "judge_list-2"}


def test_the_headline_is_what_the_log_names_and_otherwise_its_first_score(tmp_path: Path) -> None:
    scores = [score("match", {"accuracy": 1.0}), score("other_judge", {"mean": 0.5, "std": 0.0})]
    log = [sample(1, scores={"match": {"value": "C"}, "other_judge": {"value": 0.5}})]
    assert read(write_json(tmp_path / "one.json", header(scores), log)).benchmark.headline == "match-accuracy"
    head = header(scores)
    head["results"]["headline"] = {"scorer": "other_judge", "score": "other_judge", "metric": "mean"}
    assert read(write_json(tmp_path / "two.json", head, log)).benchmark.headline == "other_judge-mean"


def test_epochs_are_trials_of_an_item_and_no_items(tmp_path: Path) -> None:
    log = [sample(n, "C" if (n, epoch) != (1, 2) else "I", epoch=epoch) for n in (1, 2) for epoch in (1, 2)]
    imported = read(write_eval(tmp_path / "x.eval", header([score("match", {"accuracy": 0.75})]), log))
    (entry,) = imported.entries
    assert len(imported.items) == 2
    assert (entry.bundles[0].trials, entry.bundles[0].trial_kind) == (2, "run")
    assert rows_of(imported, tmp_path)["maker/one"].public.score == 0.75


@pytest.mark.parametrize(
    ("reducer", "policy", "expected"),
    [
        ("mean", "mean", Fraction(3, 8)),
        ("median", "mean", Fraction(1, 4)),
        ("mode", "mean", Fraction(1, 2)),
        ("max", "mean", 1),
        ("at_least_2", "mean", Fraction(1, 2)),
        ("pass_at_2", "pass_at_k", Fraction(2, 3)),
        ("pass_k_2", "pass_hat_k", Fraction(1, 12)),
    ],
)
def test_epochs_are_reduced_as_the_log_says(reducer: str, policy: str, expected: Fraction, tmp_path: Path) -> None:
    """Item 1 passes once in four epochs and item 2 twice, first of all."""
    passes = {1: "ICII", 2: "CCII"}
    log = [
        sample(n, letter, epoch=epoch, scorer=JUDGED)
        for n, letters in passes.items()
        for epoch, letter in enumerate(letters, start=1)
    ]
    said = score(JUDGED, {"accuracy": float(expected)}, reducer=reducer)
    imported = read(write_eval(tmp_path / "x.eval", header([said], config={}), log))
    row = rows_of(imported, tmp_path)["maker/one"]
    (metric_of_it,) = imported.benchmark.metrics.values()
    assert metric_of_it.trials == policy
    assert row.public.exact == (str(Fraction(expected).numerator), str(Fraction(expected).denominator))
    assert not row.disagreements


def test_sets_of_epochs_of_scores_beyond_1_are_reduced_before_they_are_written(tmp_path: Path) -> None:
    log = [sample(1, value, epoch=epoch, scorer=JUDGED) for epoch, value in enumerate((0, 3, 1, 0), start=1)]
    said = score(JUDGED, {"mean": 5 / 6}, reducer="pass_at_2")
    imported = read(write_eval(tmp_path / "x.eval", header([said]), log))
    row = rows_of(imported, tmp_path)["maker/one"]
    assert (row.public.score, row.disagreements) == (0.833333, [])


def test_a_sample_that_ended_in_an_error_leaves_the_entry_without_a_rank(tmp_path: Path) -> None:
    log = [sample(1), sample(2, scores={}, error={"message": "no answer", "traceback": ""})]
    imported = read(write_eval(tmp_path / "x.eval", header([score("match", {"accuracy": 1.0})]), log))
    assert [one.state for one in responses(imported.entries[0]).values()] == ["answered", "platform_failure"]  # type: ignore[index]
    row = rows_of(imported, tmp_path)["maker/one"]
    assert (row.rank, row.public.score) == (None, None)
    assert [one.claimed for one in row.disagreements] == [1.0]


def test_a_sample_that_was_scored_in_spite_of_its_error_counts(tmp_path: Path) -> None:
    log = [sample(1), sample(2, "I", error={"message": "no answer"})]
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    assert rows_of(imported, tmp_path)["maker/one"].public.score == 0.5


def test_an_invalidated_sample_must_be_answered_again(tmp_path: Path) -> None:
    log = [sample(1), sample(2, invalidation={"author": "somebody"})]
    imported = read(write_eval(tmp_path / "x.eval", header(invalidated=True), log))
    assert rows_of(imported, tmp_path)["maker/one"].rank is None
    assert any("1 sample(s) were invalidated" in note for note in imported.notes)


def test_what_hit_a_limit_counts_as_it_was_scored(tmp_path: Path) -> None:
    log = [sample(1), sample(2, "I", limit={"type": "token", "limit": 5})]
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    assert rows_of(imported, tmp_path)["maker/one"].public.score == 0.5


def test_usage_counts_cached_tokens_and_leaves_other_models_out(tmp_path: Path) -> None:
    used = {
        "maker/one": usage_of(8, 3, input_tokens_cache_read=4, input_tokens_cache_write=1, total_cost=0.00125),
        "judge/large": usage_of(500, 5),
    }
    used["maker/one"]["total_tokens"] = 16
    imported = read(write_eval(tmp_path / "x.eval", header(), [sample(1, model_usage=used, total_time=1.25)]))
    (response,) = responses(imported.entries[0]).values()  # type: ignore[index]
    assert response.usage is not None
    assert (response.usage.prompt_tokens, response.usage.completion_tokens) == (13, 3)
    assert (response.usage.total_tokens, response.usage.microseconds) == (None, 1_250_000)
    assert response.usage.cost_nanodollars == 1_250_000


@pytest.mark.parametrize(
    ("used", "output", "expected"),
    [({}, usage_of(9, 1), 9), ({}, None, None), ({"maker/one": usage_of(0, 0)}, None, None)],
)
def test_usage_that_was_not_recorded_is_unknown(used: Any, output: Any, expected: int | None, tmp_path: Path) -> None:
    said = {"completion": "yes", "usage": output}
    imported = read(write_eval(tmp_path / "x.eval", header(), [sample(1, model_usage=used, output=said)]))
    (response,) = responses(imported.entries[0]).values()  # type: ignore[index]
    assert response.usage is not None
    assert response.usage.prompt_tokens == expected


def test_a_completion_that_older_logs_do_not_state_is_the_text_of_the_first_choice(tmp_path: Path) -> None:
    parts = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "so"}, {"type": "text", "text": "yes"}]
    said = {"choices": [{"message": {"role": "assistant", "content": parts}}, {"message": {"content": "no"}}]}
    imported = read(write_eval(tmp_path / "x.eval", header(), [sample(1, output=said)]))
    (response,) = responses(imported.entries[0]).values()  # type: ignore[index]
    assert response.output == "so\nyes"


def test_a_conversation_is_written_for_readers_with_its_long_texts_in_their_places(tmp_path: Path) -> None:
    asked = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "attachment://0a"}, {"type": "image", "image": "data:"}]},
    ]
    log = [sample(1, input=asked, attachments={"0a": "What is this?"})]
    for path in (write_eval(tmp_path / "x.eval", header(), log), write_json(tmp_path / "x.json", header(), log)):
        (item,) = read(path).items
        assert item.prompt == "system: Be brief.\n\nuser: What is this?\n[image]"


def test_an_item_holds_choices_targets_and_facets(tmp_path: Path) -> None:
    log = [
        sample(
            n,
            input="Which?",
            choices=["red", "blue"],
            target="A" if n % 2 else ["A", "B"],
            metadata={"subject": "art" if n < 4 else "law", "source": f"page {n}", "level": 3, "same": "one"},
        )
        for n in range(1, 10)
    ]
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    first, second = imported.items[:2]
    assert (first.id, first.choices, first.reference) == ("asking-1", ["red", "blue"], "A")
    assert second.reference == ["A", "B"]
    assert first.facets == {"task": "asking", "subject": "art"}


def test_numbers_of_samples_are_padded_so_that_they_sort_as_people_count(tmp_path: Path) -> None:
    imported = read(write_eval(tmp_path / "x.eval", header(), [sample(n) for n in (1, 10, 2)]))
    assert [item.id for item in imported.items] == ["asking-01", "asking-10", "asking-02"]


def test_ids_that_no_path_may_hold_are_told_apart(tmp_path: Path) -> None:
    ids = ["a/b", "a b", "A/B", "é", "x" * 300, "..", ""]
    imported = read(write_json(tmp_path / "x.json", header(), [sample(one) for one in ids]))
    assert len({item.id for item in imported.items}) == len(ids)
    read_back(imported, tmp_path / "benchmark")


def test_tasks_of_a_folder_are_facets_with_means_and_a_mean_over_them(tmp_path: Path) -> None:
    for task, right in (("first", "CI"), ("second", "CCII")):
        log = [sample(n, letter, scorer=JUDGED) for n, letter in enumerate(right, start=1)]
        write_eval(tmp_path / "logs" / f"{task}.eval", header([score(JUDGED, {"accuracy": 0.5})], task=task), log)
    write_eval(tmp_path / "logs" / "z.eval", header(task="third"), [sample(1, 1, scorer="judge")])
    imported = read(tmp_path / "logs")
    assert imported.benchmark.facets["task"].role == "category"
    assert imported.benchmark.headline == "mean_over_tasks"
    row = rows_of(imported, tmp_path)["maker/one"]
    assert row.public.score == 0.666667
    assert row.public.metrics["second-model_graded_qa-accuracy"] == 0.5
    assert not row.disagreements


def test_a_task_is_the_same_whether_or_not_its_package_is_named(tmp_path: Path) -> None:
    write_eval(tmp_path / "a.eval", header(task="package/asking"), [sample()])
    write_eval(tmp_path / "b.eval", header(task="asking", model="maker/two"), [sample()])
    assert len(read(tmp_path).items) == 1


@pytest.mark.parametrize(
    ("fields", "other", "expected"),
    [
        ({"task_args": {"language": "de"}}, {"input": "Frage?"}, ["asking", "asking (language=de)"]),
        ({"task_version": 2}, {}, ["asking (v0)", "asking (v2)"]),
        ({}, {"input": "Something else?"}, ["asking", "asking #2"]),
        ({}, {"target": "no"}, ["asking", "asking #2"]),
    ],
)
def test_other_questions_under_one_name_are_another_task(
    fields: dict[str, Any], other: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    write_eval(tmp_path / "a.eval", header(), [sample()])
    write_eval(
        tmp_path / "b.eval", header(model="maker/two", created="2025-06-01T00:00:00Z", **fields), [sample(**other)]
    )
    assert read(tmp_path).benchmark.facets["task"].values == expected


def test_choices_in_another_order_are_the_same_question(tmp_path: Path) -> None:
    write_eval(tmp_path / "a.eval", header(), [sample(choices=["red", "blue"], target="A")])
    write_eval(tmp_path / "b.eval", header(model="maker/two"), [sample(choices=["blue", "red"], target="B")])
    assert len(read(tmp_path).items) == 1


def test_an_entry_that_was_asked_less_is_listed_apart_with_a_score_of_its_own(tmp_path: Path) -> None:
    write_eval(tmp_path / "logs" / "a.eval", header(), [sample(n) for n in range(1, 5)])
    head = header([score("match", {"accuracy": 0.5})], model="maker/two")
    write_eval(tmp_path / "logs" / "b.eval", head, [sample(1), sample(2, "I")])
    imported = read(tmp_path / "logs")
    assert [entry.protocol_version for entry in imported.entries] == [None, "1, asking: 2 samples"]
    row = rows_of(imported, tmp_path)["maker/two"]
    assert (row.public.score, row.disagreements) == (0.5, [])


def test_an_entry_that_lacks_a_task_is_listed_apart(tmp_path: Path) -> None:
    for model, tasks in (("maker/one", ("a", "b")), ("maker/two", ("b",))):
        for task in tasks:
            write_eval(tmp_path / f"{model[-3:]}-{task}.eval", header(task=task, model=model), [sample()])
    assert [entry.protocol_version for entry in read(tmp_path).entries] == [None, "1, 1 task(s): b"]


def test_ways_to_run_one_model_are_entries_with_names_that_tell_them_apart(tmp_path: Path) -> None:
    ways: Mapping[str, dict[str, Any]] = {
        "plain": {},
        "warm": {"config": {"temperature": 0.5, "max_connections": 20}},
        "arguments": {"model_args": {"device": "cpu"}},
        "solver": {"solver": "chain", "steps": [{"solver": "chain", "params": {}}]},
        "task": {"task_args": {"hints": True}},
    }
    for name, way in ways.items():
        write_eval(tmp_path / "logs" / f"{name}.eval", header(**way), [sample()])
    imported = read(tmp_path / "logs")
    assert sorted(names(imported)) == [
        "maker/one",
        "maker/one-chain",
        "maker/one-device-cpu",
        "maker/one-hints",
        "maker/one-temperature-0.5",
    ]
    warm = entry_named(imported, "one-temperature-0.5").configuration
    assert warm.decoding is not None
    assert warm.decoding.temperature == 0.5
    assert len(rows_of(imported, tmp_path)) == 5


def test_what_a_task_asks_for_does_not_part_an_entry(tmp_path: Path) -> None:
    write_eval(tmp_path / "a.eval", header(task="a", config={"max_tokens": 5}), [sample()])
    write_eval(tmp_path / "b.eval", header(task="b", config={"max_tokens": 900}), [sample()])
    (entry,) = read(tmp_path).entries
    assert entry.configuration.settings["tasks"]["a"] == {"generate": {"max_tokens": 5}}


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("openai/gpt-4o-mini", "openai/gpt-4o-mini"),
        ("hf/maker/model", "hf/maker-model"),
        ("openai-api/service/maker/model", "service/maker-model"),
        ("none", "none/none"),
        ("Großes Modell", "gro-es/gro-es-modell"),
    ],
)
def test_an_entry_is_named_by_who_offers_its_model(model: str, name: str, tmp_path: Path) -> None:
    (found,) = names(read(write_eval(tmp_path / "x.eval", header(model=model), [sample()])))
    assert found.split("/")[1][:4] == name.split("/")[1][:4]
    assert (found.split("/")[0] == name.split("/", maxsplit=1)[0]) or not name.isascii() or model.startswith("Gro")


def test_defaults_that_newer_versions_write_down_do_not_part_an_entry(tmp_path: Path) -> None:
    old = header(steps=[{"solver": "generate", "params": {}}])
    new = header(
        steps=[{"solver": "generate", "params": {"tool_calls": "loop"}, "params_passed": {}}],
        task_args={"hints": False},
        task_args_passed={},
        created="2026-01-01T00:00:00+00:00",
    )
    write_eval(tmp_path / "old.eval", old, [sample()])
    write_eval(tmp_path / "new.eval", new, [sample()])
    assert names(read(tmp_path)) == ["maker/one"]


def test_copies_of_a_log_count_once(tmp_path: Path) -> None:
    for name in ("a.eval", "b/c.eval"):
        write_eval(tmp_path / name, header(), [sample()])
    imported = read(tmp_path)
    assert len(imported.entries) == 1  # type: ignore[arg-type]
    assert "1 log(s) are copies of others, byte by byte, and count once: b/c.eval (a.eval)" in imported.notes


@pytest.mark.parametrize(
    ("earlier", "later"), [({}, {"created": "2025-06-01T00:00:00+00:00"}), ({"status": "error"}, {"status": "success"})]
)
def test_a_run_that_was_repeated_supersedes_the_earlier_one(
    earlier: dict[str, Any], later: dict[str, Any], tmp_path: Path
) -> None:
    write_eval(tmp_path / "a.eval", header(**later), [sample(1, "I")])
    write_eval(tmp_path / "b.eval", header(**earlier), [sample(1, "C")])
    imported = read(tmp_path)
    (entry,) = imported.entries
    assert entry.bundles[0].source is not None
    assert entry.bundles[0].source.name == "a.eval"
    assert any(note.startswith("b.eval ") and "a.eval, which counts instead" in note for note in imported.notes)


def test_a_repeated_run_counts_only_where_it_asked_as_much(tmp_path: Path) -> None:
    write_eval(tmp_path / "full.eval", header(), [sample(1), sample(2)])
    write_eval(tmp_path / "short.eval", header(created="2026-01-01T00:00:00+00:00"), [sample(1)])
    assert len(read(tmp_path).items) == 2


def test_answers_without_scores_are_graded_where_a_grader_gives_those_of_others(tmp_path: Path) -> None:
    log = [sample(1, completion="yes"), sample(2, "I", completion="no")]
    write_eval(tmp_path / "logs" / "a.eval", header(), log)
    write_eval(tmp_path / "logs" / "b.eval", header(model="maker/two"), [{**one, "scores": {}} for one in log])
    rows = rows_of(read(tmp_path / "logs"), tmp_path)
    assert {name: (row.public.score, row.public.assurance) for name, row in rows.items()} == {
        "maker/one": (0.5, "recomputed"),
        "maker/two": (0.5, "recomputed"),
    }


@pytest.mark.parametrize(
    ("scorer", "options", "item", "right", "wrong", "kind"),
    [
        ("match", {}, {"target": "Yes"}, "It is yes.", "no", "match"),
        ("match", {"numeric": True}, {"target": "42"}, "It is 42", "It is 142", "match"),
        ("match", {"location": "begin"}, {"target": "Yes"}, "Yes, it is", "It is yes", "match"),
        ("match1", {"location": "any"}, {"target": "Yes"}, "I say yes, too", "no", "match"),
        ("exact", {}, {"target": "the cat"}, "A cat!", "dog", "normalised_exact"),
        ("includes", {}, {"target": "cat"}, "My Cat sat", "a dog", "includes"),
        ("choice", {}, {"target": "B", "choices": ["x", "y"]}, "ANSWER: B", "ANSWER: A", "choice"),
        ("pattern", {"pattern": r"A: (\w+)"}, {"target": "yes"}, "A: yes", "A: no", "regex"),
        ("answer", {"pattern": "line"}, {"target": "the cat"}, "So\nANSWER: the cat", "ANSWER: the", "regex"),
        ("answer", {"pattern": "word"}, {"target": "yes"}, "Answer : Yes, so", "yes", "regex"),
        ("pattern", {"pattern": "yes|no"}, {"target": "yes"}, "I say yes", "I say no", "regex"),
    ],
)
def test_a_scorer_that_a_built_in_grader_reproduces_is_recomputed(  # noqa: PLR0913, PLR0917 - the parts of one example
    scorer: str, options: Any, item: Any, right: str, wrong: str, kind: str, tmp_path: Path
) -> None:
    log = [
        sample(1, "C", scorer=scorer, completion=right, **item),
        sample(2, "I", scorer=scorer, completion=wrong, **item),
    ]
    head = header([score(scorer, {"accuracy": 0.5})], scorers=[{"name": scorer, "options": options}])
    imported = read(write_eval(tmp_path / "x.eval", head, log))
    (made,) = imported.benchmark.metrics.values()
    assert made.grader is not None
    assert made.grader.kind == kind
    row = rows_of(imported, tmp_path)["maker/one"]
    assert (row.public.score, row.public.assurance, row.disagreements) == (0.5, "recomputed", [])


@pytest.mark.parametrize(
    "log",
    [
        [sample(1, "C", completion="yes"), sample(2, "C", completion="no")],
        [sample(1, "C", completion="yes"), sample(2, float("nan"), completion="yes")],
        [sample(1, "C", completion="yes", target="")],
        [sample(1, "C", completion="yes", scorer=JUDGED)],
        [sample(1, "C", completion="yes", scorer="unheard_of")],
    ],
    ids=["another score", "not all are scored", "no target", "a judge", "an unknown scorer with little to go by"],
)
def test_other_scores_stay_reported(log: list[dict[str, Any]], tmp_path: Path) -> None:
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    assert all(made.reported for made in imported.benchmark.metrics.values())
    assert any("are reported, because" in note for note in imported.notes)


def _two_tasks(folder: Path, **second: Any) -> Path:
    """Write logs of two tasks: the first one's answers stand at the end, the second one's as it is told."""
    write_eval(folder / "a.eval", header(task="first"), [sample(1, completion="I say yes"), sample(2, "I")])
    options = second.pop("options", {})
    head = header(task="second", scorers=[{"name": "match", "options": options}])
    write_eval(folder / "b.eval", head, [sample(3, "C", **second), sample(4, "I", completion="no")])
    return folder


def test_a_scorer_that_tasks_use_in_different_ways_is_recomputed_on_each(tmp_path: Path) -> None:
    folder = _two_tasks(tmp_path / "logs", options={"location": "begin"}, completion="yes, it is")
    imported = read(folder)
    graders = {name: made.grader and made.grader.options for name, made in imported.benchmark.metrics.items()}
    assert graders == {"first-match": {}, "second-match": {"location": "begin"}}
    row = rows_of(imported, tmp_path)["maker/one"]
    assert (row.public.score, row.public.assurance) == (0.5, "recomputed")


def test_a_task_that_no_grader_serves_leaves_the_others_recomputed(tmp_path: Path) -> None:
    imported = read(_two_tasks(tmp_path / "logs", completion="not that"))
    assert {name: made.reported for name, made in imported.benchmark.metrics.items()} == {
        "first-match": False,
        "second-match": True,
    }
    assert any("match (on second)" in note for note in imported.notes)
    row = rows_of(imported, tmp_path)["maker/one"]
    assert (row.public.score, row.public.assurance, row.disagreements) == (0.5, "reported", [])


def test_a_metric_stays_reported_where_an_item_of_another_task_has_no_target(tmp_path: Path) -> None:
    imported = read(_two_tasks(tmp_path / "logs", target="", completion="not that"))
    assert all(made.reported for made in imported.benchmark.metrics.values())


@pytest.mark.parametrize("options", [{"location": 5}, {"location": "middle"}, {"numeric": "yes"}, {"pattern": ["a"]}])
@pytest.mark.parametrize("scorer", ["match", "answer", "pattern"])
def test_options_that_no_grader_knows_do_no_harm(scorer: str, options: Any, tmp_path: Path) -> None:
    head = header(scorers=[{"name": scorer, "options": options}])
    log = [sample(1, scorer=scorer, completion="oh yes, so"), sample(2, "I", scorer=scorer)]
    (made,) = read(write_eval(tmp_path / "x.eval", head, log)).benchmark.metrics.values()
    assert made.reported


def test_a_scorer_that_is_there_twice_has_the_options_of_each(tmp_path: Path) -> None:
    both = {"match": {"value": "I"}, "match1": {"value": "C"}}
    head = header(scorers=[{"name": "match", "options": {}}, {"name": "match", "options": {"location": "any"}}])
    log = [sample(1, completion="I say yes, too", scores=both), sample(2, completion="I say yes, too", scores=both)]
    metrics = read(write_eval(tmp_path / "x.eval", head, log)).benchmark.metrics
    assert metrics["match1"].grader == GraderSpec("match", {"location": "any"})


def test_options_of_a_scorer_are_read_where_older_logs_have_them(tmp_path: Path) -> None:
    head = header([score("match", {"accuracy": 1.0}, params={"location": "any"})])
    log = [sample(1, completion="I say yes, too")]
    metrics = read(write_eval(tmp_path / "x.eval", head, log)).benchmark.metrics
    assert metrics["match"].grader == GraderSpec("match", {"location": "any"})


def test_an_item_that_is_too_long_for_a_line_keeps_its_reference(tmp_path: Path) -> None:
    log = [sample(1, input="x" * 1_200_000), sample(2, "I")]
    imported = read(write_eval(tmp_path / "x.eval", header(), log))
    (item,) = (item for item in imported.items if item.prompt is None)
    assert (item.reference, item.title) == ("yes", "Sample 1")
    assert not imported.benchmark.metrics["match"].reported


def test_an_unknown_scorer_is_recomputed_where_a_grader_gives_many_of_its_scores(tmp_path: Path) -> None:
    log = [
        sample(n, "C" if n % 2 else "I", scorer="my_own", completion="yes" if n % 2 else f"no {n}") for n in range(20)
    ]
    (made,) = read(write_eval(tmp_path / "x.eval", header(), log)).benchmark.metrics.values()
    assert made.grader is not None


def test_an_answer_that_is_no_text_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    log = [sample(n, 1, scorer="tests_pass", output={"completion": ""}) for n in range(12)]
    row = rows_of(read(write_eval(tmp_path / "x.eval", header(), log)), tmp_path)["maker/one"]
    assert (row.invalid, row.rank, row.public.score) == (None, 1, 1.0)


def test_secrets_and_addresses_of_a_log_stay_out_of_its_published_settings(tmp_path: Path) -> None:
    key = "sk-proj-" + "aB3dE5fG7hI9jK1mN3pQ5rS7tU9vW1xY3z"
    arguments = {"api_key": key, "base_url": "https://models.example.org/v1", "device": "cpu", "nested": {"key": key}}
    imported = read(
        write_eval(tmp_path / "x.eval", header(model_args=arguments, model_base_url="http://x"), [sample()])
    )
    (entry,) = imported.entries
    assert entry.configuration.settings["model_args"] == {"device": "cpu", "nested": {}}
    assert not any(key in note for note in imported.notes)
    assert any("left out of its settings" in note and "api_key" in note for note in imported.notes)
    assert "maker/one" in rows_of(imported, tmp_path)


def test_settings_that_differ_in_what_is_left_out_only_are_two_recipes(tmp_path: Path) -> None:
    for number in (1, 2):
        arguments = {"base_url": f"https://models.example.org/v{number}"}
        write_eval(tmp_path / "logs" / f"{number}.eval", header(model_args=arguments), [sample()])
    imported = read(tmp_path / "logs")
    assert len({entry.configuration.digest() for entry in imported.entries}) == 2


def test_the_oldest_layout_with_one_score_is_read(tmp_path: Path) -> None:
    head = header(version=1)
    head["results"] = {
        "scorer": {"name": JUDGED, "params": {}},
        "metrics": {"accuracy": metric("accuracy", 0.5), "bootstrap_std": metric("bootstrap_std", 0.1)},
    }
    log = [{**sample(n, scores=None), "score": {"value": letter}} for n, letter in ((1, "C"), (2, "I"))]
    imported = read(write_json(tmp_path / "x.json", head, log))
    row = rows_of(imported, tmp_path)["maker/one"]
    assert (row.public.score, row.disagreements) == (0.5, [])


def test_a_sample_that_is_written_in_chunks_is_read(tmp_path: Path) -> None:
    shell = {name: value for name, value in sample(1).items() if name not in {"messages", "events", "metadata"}}
    extra = [
        ("samples/1_epoch_1/sample.json", json.dumps({**shell, "input": "First attachment://0, then attachment://2."})),
        ("samples/1_epoch_1/metadata.json", json.dumps({"subject": "art"})),
        ("samples/1_epoch_1/events/0.json", "[]"),
        ("samples/1_epoch_1/attachments/0.json", '["this", "no"]'),
        ("samples/1_epoch_1/attachments/2.json", '["that"]'),
    ]
    imported = read(write_eval(tmp_path / "x.eval", header(), [], extra=extra))
    assert [item.prompt for item in imported.items] == ["First this, then that."]


def test_a_sample_that_was_logged_again_counts_as_it_was_logged_last(tmp_path: Path) -> None:
    log = [sample(1, "I", scorer=JUDGED), sample(1, "C", scorer=JUDGED)]
    imported = read(write_json(tmp_path / "x.json", header(), log))
    assert values(imported) == [1]
    assert "x.json: 1 sample(s) were logged again; the last counts, as for Inspect" in imported.notes


def test_a_log_of_many_samples_is_imported_whole(tmp_path: Path) -> None:
    imported = read(write_inspect_log(tmp_path / "x.eval", 200))
    assert len(imported.items) == 200
    assert set(imported.benchmark.facets) == {"task", "subject"}


def test_every_log_of_the_private_folder_becomes_a_site_without_a_disagreement(
    shared_data: SharedData, tmp_path: Path
) -> None:
    imported = read(shared_data("inspect"))
    rows = rows_of(imported, tmp_path)
    assert {name: row.public.score for name, row in rows.items()} == {
        "azureai/meta-llama-3-1-405b-instruct-jqf": 0.75,
        "hardcoded/hardcoded": 0.0,
        "ollama/gemma3": 1.0,
        "ollama/llama3.1": 0.0,
        "openai/gpt-4o": 0.0,
        "openai/gpt-4o-mini": 0.933333,
    }
    assert all(not row.disagreements for row in rows.values())
    assert list(imported.refused) == []
    assert len([note for note in imported.notes if "no-samples.json: was left out: it holds no samples" in note]) == 1
