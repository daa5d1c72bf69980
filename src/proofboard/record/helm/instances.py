"""The instances of a HELM run and their answers, from `scenario_state.json`.

A perturbed instance bears the id of its original. Where a method asks once for each reference, the answer is the
reference that the run counts as predicted; otherwise it is the likeliest completion, mapped to the option it names.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from proofboard import canonical
from proofboard.record.foreign import microseconds_or_none, recordable

MOST_TRIALS: Final = 1000
CORRECT: Final = "correct"
CALIBRATION: Final = "calibration"
COMPUTED_ON: Final = "computed_on"

Where = tuple[str, str]
"""Id of an instance, and its perturbation as canonical JSON; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Instance:
    """What is asked."""

    where: Where
    split: str
    sub_split: str
    text: str | None
    references: tuple[str, ...]
    correct: tuple[str, ...]

    @property
    def content(self) -> str:
        """What makes it the same instance in another run."""
        return canonical.digest_of([self.text, self.references, self.correct])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered in one trial."""

    output: Any
    failed: bool
    """Whether the request failed, so that nothing was answered."""
    too_long: bool
    microseconds: int | None
    calls: int
    by_reference: tuple[int, ...] = ()
    """The references that were asked one by one; then the run's own statistics say which one was predicted."""


@dataclass(slots=True)
class State:
    """Everything that a run asked and got."""

    instances: dict[Where, Instance] = field(default_factory=dict)
    answers: dict[tuple[Where, int], Answer] = field(default_factory=dict)
    latest: int = 0
    """When the last request was answered, in seconds since 1970; 0 where nothing says so."""
    mapped: bool = False
    """Whether answers were mapped to options."""


def mapping(value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    """Return an object, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    """Return a list, or an empty one in the place of anything else."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    """Return a text, which later versions wrap into an object."""
    value = value.get("text") if isinstance(value, dict) else value
    return value if isinstance(value, str) else None


def trial_of(row: Mapping[str, Any]) -> int | None:
    """Return the number of a trial, from 0; None for what is none."""
    trial = row.get("train_trial_index", 0)
    counted = isinstance(trial, int) and not isinstance(trial, bool)
    return trial if counted and 0 <= trial < MOST_TRIALS else None


def perturbation_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Name a perturbation by its fields; what a statistic was computed on is no part of it."""
    fields = {name: part for name, part in mapping(value).items() if name != COMPUTED_ON}
    return canonical.dump(fields).decode().strip() if fields else ""


def instance_of(said: Mapping[str, Any]) -> Instance | None:
    """Read one instance; None where it has no id."""
    named = said.get("id")
    if not isinstance(named, str) or not named:
        return None
    references = [mapping(own) for own in listing(said.get("references"))]
    return Instance(
        where=(named, perturbation_of(said.get("perturbation"))),
        split=text_of(said.get("split")) or "",
        sub_split=text_of(said.get("sub_split")) or "",
        text=text_of(said.get("input")),
        references=tuple(text_of(own.get("output")) or "" for own in references),
        correct=tuple(text_of(own.get("output")) or "" for own in references if CORRECT in listing(own.get("tags"))),
    )


def read_state(said: Any) -> State:  # noqa: ANN401 - any JSON value
    """Read the requests of a run, grouped by instance and trial."""
    state = State()
    requests: dict[tuple[Where, int], list[dict[str, Any]]] = {}
    for own in map(mapping, listing(mapping(said).get("request_states"))):
        instance = instance_of(mapping(own.get("instance")))
        trial = trial_of(own)
        if instance is None or trial is None or own.get("request_mode") == CALIBRATION:
            continue
        state.instances.setdefault(instance.where, instance)
        requests.setdefault((instance.where, trial), []).append(own)
        when = mapping(own.get("result")).get("request_datetime")
        state.latest = max(state.latest, when) if isinstance(when, int) else state.latest
        state.mapped = state.mapped or bool(own.get("output_mapping"))
    state.answers = {key: _answer(own, state.instances[key[0]]) for key, own in requests.items()}
    return state


def read_instances(said: Any) -> State:  # noqa: ANN401 - any JSON value
    """Read instances without answers, from `instances.json`."""
    found = [instance_of(own) for own in map(mapping, listing(said))]
    return State({instance.where: instance for instance in found if instance})


def _answer(requests: Iterable[Mapping[str, Any]], instance: Instance) -> Answer:
    asked = list(requests)
    results = [mapping(own.get("result")) for own in asked]
    spent = [microseconds_or_none(result.get("request_time")) for result in results]
    at = [index for own in asked if isinstance(index := own.get("reference_index"), int)]
    known = tuple(index for index in at if 0 <= index < len(instance.references))
    output = None if known else _completion(asked[0])
    kept = recordable(output)
    return Answer(
        output=kept,
        failed=any(result.get("success") is False for result in results),
        too_long=kept is None and output is not None,
        microseconds=None if None in spent else sum(own for own in spent if own is not None),
        calls=len(asked),
        by_reference=known,
    )


def _completion(request: Mapping[str, Any]) -> str | None:
    """Return what was answered: the option that the likeliest completion names, or its text."""
    completions = [mapping(own) for own in listing(mapping(request.get("result")).get("completions"))]
    # HELM scores the likeliest; of equals the first.
    ordered = sorted(completions, key=lambda own: -_likelihood(own))
    text = text_of(ordered[0]) if ordered else None
    named = mapping(request.get("output_mapping")).get(text.strip()) if text is not None else None
    return named if isinstance(named, str) else text


def _likelihood(completion: Mapping[str, Any]) -> float:
    value = completion.get("logprob")
    return float(value) if isinstance(value, (int, float)) else 0.0
