"""The numbers of Inspect's headers, computed again from samples; and our reader beside Inspect's own."""

import importlib
import math
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from inspect_logs import header, metric, sample, score, write_eval, write_json
from proofboard.errors import InputError
from proofboard.record.inspect_log.header_metrics import Compared, compared
from proofboard.record.inspect_log.importer import read
from proofboard.record.inspect_log.log import Log, read_eval, read_json_log
from proofboard.record.inspect_log.values import reduced

SharedData = Callable[[str], Path]

WITHOUT_SAMPLES = "no-samples.json"


def log_of(path: Path) -> Log:
    log = read_eval(path, path.name) if path.suffix == ".eval" else read_json_log(path, path.name)
    assert log is not None
    return log


def found(path: Path) -> dict[str, Compared]:
    return {f"{one.measure.name} {one.metric}": one for one in compared(log_of(path))}


def written(tmp_path: Path, values: list[Any], *metrics: dict[str, Any], **fields: Any) -> dict[str, Compared]:
    """Write a log whose samples have these values of one scorer, and these metrics in its header."""
    documents = fields.pop("documents", ["a"] * len(values))
    log = [
        sample(n, value, metadata={"doc": document})
        for n, (value, document) in enumerate(zip(values, documents, strict=True))
    ]
    said = score("match", {one["name"]: one for one in metrics}, **fields)
    return found(write_json(tmp_path / "x.json", header([said]), log))


def test_every_number_of_the_private_logs_is_what_their_samples_give(shared_data: SharedData) -> None:
    """Inspect's own test logs: accuracy and the standard error over samples, not over epochs."""
    paths = [path for path in sorted(shared_data("inspect").iterdir()) if path.suffix in {".eval", ".json"}]
    checked = [one for path in paths if WITHOUT_SAMPLES not in path.name for one in found(path).values()]
    assert len(checked) == 22
    assert [one for one in checked if not one.agrees] == []


@pytest.mark.parametrize(
    ("file", "accuracy", "error"),
    [("mj7khqpMM4GBCfVQozKgzB", 0.8, 0.13333333333333333), ("log_streaming", 0.75, 0.25)],
)
def test_the_published_numbers_of_two_private_logs_are_found_again(
    file: str, accuracy: float, error: float, shared_data: SharedData
) -> None:
    (path,) = [path for path in shared_data("inspect").iterdir() if file in path.name]
    again = found(path)
    assert again["match accuracy"].found == pytest.approx(accuracy, rel=1e-12)
    assert again["match stderr"].found == pytest.approx(error, rel=1e-12)


def test_spreads_are_those_of_a_sample(tmp_path: Path) -> None:
    """Of 0, 0, 1, 1 the sample variance is 1/3."""
    names = ("var", "std", "stderr", "mean", "accuracy")
    again = written(tmp_path, ["I", "I", "C", "C"], *(metric(name, 1.0) for name in names))
    assert [again[f"match {name}"].found for name in names] == [
        pytest.approx(number, rel=1e-15) for number in (1 / 3, math.sqrt(1 / 3), math.sqrt(1 / 12), 1 / 2, 1 / 2)
    ]


def test_the_spread_of_one_sample_is_0_as_inspect_writes_it(tmp_path: Path) -> None:
    again = written(tmp_path, ["C"], metric("std", 0.0), metric("stderr", 0.0), metric("var", 0.0))
    assert all(one.agrees for one in again.values())


def test_the_clustered_error_is_that_of_the_worked_example(tmp_path: Path) -> None:
    """Clusters (1, 1) and (0): deviations from the mean 2/3 sum up to 2/3 and -2/3, so √(2 · 8/9) / 3."""
    clustered = metric("stderr", 0.0, params={"cluster": "doc"})
    again = written(tmp_path, ["C", "C", "I"], clustered, documents=["a", "a", "b"])
    assert again["match stderr"].found == pytest.approx(math.sqrt(16 / 9) / 3, rel=1e-15)


@pytest.mark.parametrize(
    ("over", "name", "expected"),
    [
        ("samples", "a", 1),
        ("samples", "b", 0),
        ("samples", "all", 2 / 3),
        ("groups", "all", 1 / 2),
        ("groups", "c", None),
    ],
)
def test_grouped_numbers_are_of_one_group_or_of_all(
    over: str, name: str, expected: float | None, tmp_path: Path
) -> None:
    params = {"metric": {"name": "inspect_ai/accuracy", "params": {}}, "group_key": "doc", "all": over}
    one = metric(name, 0.0, group="grouped", params=params)
    again = written(tmp_path, ["C", "C", "I"], one, documents=["a", "a", "b"])
    assert again[f"match {name}"].found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    "one",
    [
        metric("bootstrap_stderr", 0.1),
        metric("ci", 0.1),
        metric("somebody_elses", 0.1),
        metric("accuracy", 0.1, params={"to_float": "a function"}),
        metric("stderr", 0.1, params={"cluster": "nothing"}),
    ],
    ids=lambda one: f"{one['name']} {one['params']}",
)
def test_what_samples_cannot_give_is_listed_and_not_guessed(one: dict[str, Any], tmp_path: Path) -> None:
    again = written(tmp_path, ["C", "I"], one)
    assert [known.found for known in again.values()] == [None]
    notes = read(tmp_path / "x.json").notes
    assert any(note.startswith("1 number(s) of headers cannot be computed from samples") for note in notes)


def test_a_number_that_the_samples_do_not_give_is_listed(tmp_path: Path) -> None:
    written(tmp_path, ["C", "I"], metric("accuracy", 0.9), metric("stderr", 0.5))
    said = "x.json: 1 number(s) of its header are not those of its samples: match accuracy 0.9 (0.5)"
    assert said in read(tmp_path / "x.json").notes


def test_numbers_that_are_no_numbers_are_no_claims(tmp_path: Path) -> None:
    assert written(tmp_path, ["C"], metric("accuracy", math.nan), metric("mean", math.inf)) == {}
    said: list[Any] = [True, "much", None, 1e300]
    assert written(tmp_path, ["C"], *({**metric("mean", 0.0), "value": one} for one in said)) == {}


def test_grouped_means_are_claims_on_slices(tmp_path: Path) -> None:
    params = {"metric": {"name": "accuracy", "params": {}}, "group_key": "subject"}
    one = metric("art", 0.5, group="grouped", params=params)
    log = [sample(n, "C" if n % 2 else "I", metadata={"subject": "art" if n < 5 else "law"}) for n in range(1, 9)]
    head = header([score("match", {"accuracy": 0.5, "art": one})])
    (entry,) = read(write_eval(tmp_path / "x.eval", head, log)).entries
    assert entry.bundles[0].claims == {"match-accuracy": 0.5, "match-accuracy@subject=art": 0.5}


def logs_to_compare(shared_data: SharedData) -> list[Path]:
    return [path for path in sorted(shared_data("inspect").iterdir()) if path.suffix in {".eval", ".json"}]


@pytest.mark.filterwarnings("ignore")
def test_our_reader_gives_what_inspect_reads_sample_by_sample(shared_data: SharedData) -> None:
    inspect_log = pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed")
    paths = logs_to_compare(shared_data)
    assert len(paths) == 13
    for path in paths:
        theirs, ours = inspect_log.read_eval_log(str(path)), log_of(path)
        assert (ours.header.model, ours.header.status) == (theirs.eval.model, theirs.status)
        assert ours.samples.keys() == {(str(one.id), one.epoch) for one in theirs.samples or []}
        for one in theirs.samples or []:
            own = ours.samples[str(one.id), one.epoch]
            assert own.output == one.output.completion
            assert own.values == {name: said.value for name, said in (one.scores or {}).items()}
            assert own.failed == (one.error is not None)
            assert own.choices == tuple(one.choices or ())
            if isinstance(one.input, str):
                assert own.prompt == one.input
            used = one.model_usage.get(theirs.eval.model)
            if used is not None:
                assert own.usage is not None
                assert own.usage.completion_tokens == used.output_tokens
                cached = (used.input_tokens_cache_read or 0) + (used.input_tokens_cache_write or 0)
                assert own.usage.prompt_tokens == used.input_tokens + cached


@pytest.mark.filterwarnings("ignore")
def test_a_log_of_an_unknown_version_is_read_through_inspect(tmp_path: Path) -> None:
    pytest.importorskip("inspect_ai.log", reason="inspect_ai is not installed")
    path = write_eval(
        tmp_path / "x.eval", header([score("match", {"accuracy": 0.5})], version=9), [sample(1), sample(2, "I")]
    )
    assert [one.values["match"] for one in log_of(path).samples.values()] == ["C", "I"]


def test_a_log_of_an_unknown_version_is_refused_where_inspect_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("proofboard.record.inspect_log.log.importlib.import_module", nothing)
    path = write_json(tmp_path / "x.json", header(version=7), [sample()])
    with pytest.raises(
        InputError, match="version 7, known here are 1, 2, 3; install a version of inspect_ai that reads"
    ):
        read(path)


def test_epochs_are_reduced_as_in_the_example_worked_by_hand(tmp_path: Path) -> None:
    epochs: dict[int, list[Any]] = {1: ["C", "I", math.nan, "P"], 2: ["I", "I", "C", "N"], 3: ["P", "C", "C", "C"]}
    expected = {
        "mean": (0.5 + 0.25 + 0.875) / 3,
        "median": (0.5 + 0.0 + 1.0) / 3,
        "mode": (1.0 + 0.0 + 1.0) / 3,
        "max": 1.0,
        # In the first two items no value has more than half of the four votes.
        "majority": 1.0,
        "at_least_2": 1 / 3,
        "pass_at_2": (2 / 3 + 1 / 2 + 1) / 3,
        "pass_k_2": (0 + 0 + 1 / 2) / 3,
    }
    scores = [score("match", {"accuracy": value}, reducer=reducer) for reducer, value in expected.items()]
    log = [sample(n, value, epoch=epoch) for n, own in epochs.items() for epoch, value in enumerate(own, start=1)]
    again = found(write_eval(tmp_path / "x.eval", header(scores), log))
    assert [one for one in again.values() if not one.agrees] == []
    assert len(again) == len(expected)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name", ["mean", "median", "mode", "majority", "max", "at_least_2", "pass_at_1", "pass_at_3", "pass_k_2"]
)
def test_a_reducer_gives_what_inspects_own_gives(name: str) -> None:
    reducers = pytest.importorskip("inspect_ai.scorer._reducer.registry", reason="inspect_ai is not installed")
    scorer = importlib.import_module("inspect_ai.scorer")
    (theirs,) = reducers.create_reducers([name])
    to_float = scorer.value_to_float()
    for values in product(["C", "I", "P", 0.25, True, "yes", math.nan], repeat=3):
        known = to_float(theirs([scorer.Score(value=value) for value in values]).value)
        ours = reduced(values, name)
        assert (math.nan if ours is None else float(ours)) == pytest.approx(known, nan_ok=True), values
