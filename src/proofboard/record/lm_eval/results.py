"""Result files of the harness, `results_<time>.json`: numbers of tasks and groups, and what the model was given."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any, Final

from proofboard.record.foreign import SourceFile, count_or_none
from proofboard.record.lm_eval.samples import NO_FILTER, Key
from proofboard.record.recorded_scores import exact_score

STAMP: Final = r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}(?:\.\d{1,9})?"
MEAN: Final = frozenset({"mean", "nanmean"})
OVER_ALL: Final = frozenset(
    {
        "bits_per_byte",
        "bleu",
        "brier_score",
        "bypass",
        "byte_perplexity",
        "chrf",
        "chrf++",
        "f1",
        "likelihood",
        "mcc",
        "perplexity",
        "ter",
        "word_perplexity",
    }
)
"""Metrics that the harness takes over all documents at once, unless a task says otherwise."""

_STAMPED: Final = re.compile(rf"(?:.*_)?({STAMP})\.json")
_LAST_SECOND: Final = 4_102_444_800
"""The end of the year 2099: what is larger counts something else than seconds."""


def mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return an object, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Results:
    """One result file, read with the leniency that its many versions need."""

    file: SourceFile
    said: Mapping[str, Any]

    @property
    def folder(self) -> str:
        """The folder that it lies in."""
        return PurePosixPath(self.file.name).parent.as_posix()

    @property
    def stamp(self) -> str:
        """The time in its name, which the sample files of the same run share; empty where there is none."""
        found = _STAMPED.fullmatch(PurePosixPath(self.file.name).name)
        return found[1] if found else ""

    @property
    def began(self) -> str | None:
        """The day of the run: in UTC where the file says when it began, otherwise that of its name."""
        seconds = self.said.get("date")
        if isinstance(seconds, (int, float)) and 1 < seconds < _LAST_SECOND:
            return datetime.fromtimestamp(seconds, UTC).date().isoformat()
        return self.stamp[:10] or None

    def text(self, name: str) -> str | None:
        """Return a field that is a text and not empty."""
        value = self.said.get(name)
        return value if isinstance(value, str) and value else None

    @property
    def config(self) -> Mapping[str, Any]:
        """The command line of the run."""
        return mapping(self.said.get("config"))

    @property
    def subtasks(self) -> dict[str, list[str]]:
        """Group → its tasks and groups; a task is no group of itself."""
        stated = mapping(self.said.get("group_subtasks"))
        return {
            name: [part for part in parts if isinstance(part, str)]
            for name, parts in stated.items()
            if isinstance(parts, list) and parts
        }

    def names(self) -> list[str]:
        """List the tasks and groups that have a number."""
        return [name for name in mapping(self.said.get("results")) if self.numbers(name)]

    def numbers(self, name: str) -> dict[Key, Fraction]:
        """Return the numbers of a task or group by metric and filter; NaN and `N/A` are none."""
        stated = mapping(mapping(self.said.get("results")).get(name))
        numbers: dict[Key, Fraction] = {}
        for joined, value in stated.items():
            metric, _, chosen = joined.partition(",")
            number = exact_score(value)
            is_error = metric.endswith("_stderr")
            if metric not in {"alias", "name", "sample_len", "sample_count"} and not is_error and number is not None:
                numbers[metric, chosen or NO_FILTER] = number
        return numbers

    def task(self, name: str) -> Mapping[str, Any]:
        """Return the configuration of a task."""
        return mapping(mapping(self.said.get("configs")).get(name))

    def output_type(self, name: str) -> str | None:
        """Return what a task asks of a model."""
        value = self.task(name).get("output_type")
        return value if isinstance(value, str) else None

    def n_shot(self, name: str) -> int | None:
        """Return how many examples stand before each document of a task."""
        stated = mapping(self.said.get("n-shot")).get(name)
        return count_or_none(self.task(name).get("num_fewshot") if stated is None else stated)

    def n_documents(self, name: str) -> int | None:
        """Return how many documents of a task were answered."""
        counts = mapping(mapping(self.said.get("n-samples")).get(name))
        stated = mapping(mapping(self.said.get("results")).get(name)).get("sample_len")
        return count_or_none(counts.get("effective", stated))

    def limited(self, name: str) -> bool:
        """Say whether a task was cut short."""
        counts = mapping(mapping(self.said.get("n-samples")).get(name))
        original, effective = count_or_none(counts.get("original")), count_or_none(counts.get("effective"))
        if original is None or effective is None:
            return self.config.get("limit") is not None
        return effective < original

    def version(self, name: str) -> str | None:
        """Return the version of a task, as text."""
        value = mapping(self.said.get("versions")).get(name)
        return None if value is None else str(value)[:100]

    def listed_metrics(self, name: str) -> list[Mapping[str, Any]]:
        """Return the metrics that a task lists, in its order."""
        listed = self.task(name).get("metric_list")
        return [mapping(metric) for metric in listed] if isinstance(listed, list) else []

    def is_mean(self, name: str, metric: str) -> bool | None:
        """Say whether a metric is the mean over documents; None where only the numbers can tell."""
        listed = next((own for own in self.listed_metrics(name) if own.get("metric") == metric), None)
        stated = listed.get("aggregation") if listed else None
        if stated is None:
            return metric not in OVER_ALL or (False if listed else None)
        if not isinstance(stated, str):
            return None
        return stated in MEAN or (False if stated in OVER_ALL else None)

    def lower_is_better(self, name: str, metric: str) -> bool:
        """Say whether small values of a metric are good."""
        stated = mapping(mapping(self.said.get("higher_is_better")).get(name)).get(metric)
        if stated is None:
            listed = self.listed_metrics(name)
            stated = next((own.get("higher_is_better") for own in listed if own.get("metric") == metric), None)
        return stated is False if isinstance(stated, bool) else metric.endswith("perplexity") or metric == "ter"


def is_results(said: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Say whether a document is a result file of the harness."""
    if not isinstance(said, dict) or not isinstance(said.get("results"), dict):
        return False
    return any(isinstance(said.get(name), dict) for name in ("config", "configs", "versions", "n-shot"))
