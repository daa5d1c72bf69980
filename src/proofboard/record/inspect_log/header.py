"""The header of an Inspect log: which model was asked which task, how, and what the log says of its scores.

Header fields have moved between versions; each is looked for where any of them has it, and is unknown where none does.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from proofboard.errors import fault
from proofboard.record.foreign import count_or_none
from proofboard.record.inspect_log.documents import RawLog
from proofboard.record.inspect_log.values import LARGEST, MEAN
from proofboard.record.tables import LONGEST_TEXT

FINISHED: Final = "success"
NOT_RECIPE: Final = frozenset(
    {
        *("adaptive_connections", "attempt_timeout", "batch", "cache", "cache_prompt", "extra_headers", "logprobs"),
        *("max_connections", "max_retries", "seed", "stream_idle_timeout", "timeout", "top_logprobs"),
    }
)
"""Options of generating that decide how requests are made, and not what is answered."""
DEEPEST: Final = 40
LIMITS: Final = ("message_limit", "token_limit", "turn_limit", "time_limit", "working_limit", "cost_limit")

Json = Mapping[str, Any]


class HeaderMetric(msgspec.Struct, frozen=True):
    """One number of a header."""

    key: str
    """Its name among those of its scorer."""
    name: str
    """The metric; of a number among several from one metric, its name among these."""
    group: str | None
    """The metric that gave several numbers, where it did."""
    value: float | None
    """None for NaN, infinity, what is no number, and what is too large to be one of a score."""
    params: Json


class HeaderScore(msgspec.Struct, frozen=True):
    """The numbers of a header on one scorer, one part of what it says, and one reducer."""

    name: str
    scorer: str
    reducer: str | None
    metrics: Sequence[HeaderMetric]

    @property
    def part(self) -> str:
        """The part of the scorer's values that it is about; empty where it is about all of them."""
        return "" if self.name == self.scorer else self.name


class Header(msgspec.Struct, frozen=True):
    """Everything of a log but its samples."""

    task: str
    """Its name without that of its package."""
    task_version: str
    model: str
    status: str
    created: str
    eval_id: str
    generate: Json
    """Options of generating that decide answers."""
    model_args: Json
    task_args: Json
    limits: Json
    roles: Json
    """Role → model."""
    steps: Sequence[Any]
    """The solvers, with their parameters."""
    solver: str | None
    """The solver where somebody chose one."""
    epochs: int
    n_samples: int | None
    """How many samples the data set had, as far as they were chosen."""
    reducers: Sequence[str]
    """How epochs are reduced; none where every epoch counts by itself."""
    scorers: Mapping[str, Json]
    """Scorer → its options."""
    scores: Sequence[HeaderScore]
    headline: Json
    tool_version: str | None
    commit: str | None


def header_of(log: RawLog, file: str) -> Header:
    """Read a header; raises InputError where it does not say which model was asked which task."""
    if _levels([log.eval, log.plan, log.results]) > DEEPEST:
        raise fault(file, f"has a header of more than {DEEPEST} levels; Inspect writes a few")
    spec, plan, config = log.eval, log.plan or {}, _mapping(log.eval, "config")
    task, model = _text(spec.get("task")), _text(spec.get("model"))
    if not task or not model:
        raise fault(file, f"has no eval.{'model' if task else 'task'}; write the log again with Inspect")
    for name, value in (("task", task), ("model", model)):
        if len(value) > LONGEST_TEXT:
            raise fault(file, f"has an eval.{name} of {len(value):,} characters, at most {LONGEST_TEXT} are accepted")
    generate = {**_mapping(spec, "model_generate_config"), **_mapping(plan, "config")}
    reducers = config.get("epochs_reducer")
    return Header(
        task=task.rpartition("/")[2] or task,
        task_version=str(spec.get("task_version") or 0),
        model=model,
        status=log.status,
        created=_text(spec.get("created")) or "",
        eval_id=_text(spec.get("eval_id")) or "".join(str(spec.get(name)) for name in ("run_id", "task_id", "created")),
        generate={name: value for name, value in generate.items() if value is not None and name not in NOT_RECIPE},
        model_args=_mapping(spec, "model_args"),
        # With their defaults they would differ between versions of Inspect: older ones wrote what was passed only.
        task_args=_mapping(spec, "task_args_passed" if "task_args_passed" in spec else "task_args"),
        limits={name: config[name] for name in LIMITS if config.get(name) is not None},
        roles=_roles(_mapping(spec, "model_roles")),
        steps=_steps(plan),
        solver=_text(spec.get("solver")),
        epochs=count_or_none(config.get("epochs")) or 1,
        n_samples=_n_samples(_mapping(spec, "dataset")),
        reducers=[str(one) for one in reducers] if isinstance(reducers, list) else [MEAN],
        scorers=_scorers(spec, log.results or {}),
        scores=list(_scores(log.results or {})),
        headline=_mapping(log.results or {}, "headline"),
        tool_version=_text(_mapping(spec, "packages").get("inspect_ai")),
        commit=_text(_mapping(spec, "revision").get("commit")),
    )


def _levels(value: Any) -> int:  # noqa: ANN401 - any JSON value
    """Count the levels of a value without recursion; beyond the deepest that are read no longer exactly."""
    depth, here = 0, [value]
    while here and depth <= DEEPEST:
        depth += 1
        lists = [part for own in here if isinstance(own, list) for part in own]
        here = lists + [part for own in here if isinstance(own, dict) for part in own.values()]
    return depth


def _mapping(above: Json, name: str) -> dict[str, Any]:
    value = above.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:  # noqa: ANN401 - any JSON value
    return value.strip() or None if isinstance(value, str) else None


def _named(values: Any) -> Iterator[tuple[str, Json]]:  # noqa: ANN401 - any JSON value
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict) and (name := _text(value.get("name"))):
            yield name.rpartition("/")[2], value


def _n_samples(dataset: Json) -> int | None:
    chosen = dataset.get("sample_ids")
    return len(chosen) if isinstance(chosen, list) else count_or_none(dataset.get("samples"))


def _roles(roles: Json) -> dict[str, str]:
    """Name the model of each role; a role may be played by several."""
    named: dict[str, str] = {}
    for role, played in sorted(roles.items()):
        models = [
            one.get("model") for one in (played if isinstance(played, list) else [played]) if isinstance(one, dict)
        ]
        if known := [model for model in models if isinstance(model, str)]:
            named[role] = ", ".join(known)
    return named


def _steps(plan: Json) -> list[Any]:
    steps = plan.get("steps")
    written = [step for step in (steps if isinstance(steps, list) else []) if isinstance(step, dict)]
    return [
        {
            "solver": step.get("solver"),
            "params": _mapping(step, "params_passed" if "params_passed" in step else "params"),
        }
        for step in written
    ]


def _scorers(spec: Json, results: Json) -> dict[str, Json]:
    """Return the options of each scorer, which older logs state beside its numbers.

    A scorer that is there twice has a number from the second time on: `match`, `match1`.
    """
    own: dict[str, Json] = {}
    for name, one in _named(spec.get("scorers")):
        times = sum(1 for other in own if other == name or other.removeprefix(name).isdecimal())
        own[f"{name}{times}" if times else name] = _mapping(one, "options")
    return own or {name: _mapping(one, "params") for name, one in _named(results.get("scores"))}


def _scores(results: Json) -> Iterator[HeaderScore]:
    """Yield what a header says of its scorers; in the oldest logs there is one, and its numbers lie beside it."""
    listed = results.get("scores")
    if isinstance(results.get("scorer"), dict):
        listed = [{**results["scorer"], "metrics": results.get("metrics")}]
    for name, one in _named_exactly(listed):
        metrics = [_metric(key, value) for key, value in _mapping(one, "metrics").items() if isinstance(value, dict)]
        yield HeaderScore(name, _text(one.get("scorer")) or name, _text(one.get("reducer")), metrics)


def _named_exactly(values: Any) -> Iterator[tuple[str, Json]]:  # noqa: ANN401 - any JSON value
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict) and isinstance(name := value.get("name"), str):
            yield name, value


def _metric(key: str, value: Json) -> HeaderMetric:
    number = value.get("value")
    # A comparison refuses NaN too.
    known = isinstance(number, (int, float)) and not isinstance(number, bool) and abs(number) <= LARGEST
    return HeaderMetric(
        key=key,
        name=(_text(value.get("name")) or key).rpartition("/")[2],
        group=(_text(value.get("group")) or "").rpartition("/")[2] or None,
        value=float(number) if known and number is not None else None,
        params=_mapping(value, "params") or _mapping(value, "options"),
    )
