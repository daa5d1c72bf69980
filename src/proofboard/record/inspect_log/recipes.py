"""How a model was run, as a recipe: which runs are of one entry, what it is called, and its configuration.

Runs of one model are one entry, whatever its tasks ask for. Where it ran a task in several ways, the ways in which
these differ part the entry, on all tasks, and are in its name.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.core.rules.configuration import configuration_faults
from proofboard.core.rules.sensitive import secrets_in
from proofboard.core.rules.texts import place_of_key
from proofboard.record.foreign import first_word
from proofboard.record.inspect_log.header import Header
from proofboard.record.inspect_log.log import Log
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.configuration import Configuration, Decoding, Model, Reproducibility

Json = Mapping[str, Any]
Recipe = Mapping[str, Any]
"""Path, such as `generate.temperature` → value."""
Key = tuple[str, tuple[tuple[str, str], ...]]
"""The model, and what tells its ways apart: path → value as JSON."""

STEPS: Final = "solver.steps"
SOLVER: Final = "solver.chosen"
DECODING: Final = ("temperature", "top_p", "max_tokens", "frequency_penalty", "presence_penalty")
COMPATIBLE: Final = "openai-api"
"""The provider of all services that speak as OpenAI does: the next word names the service."""
LONGEST_IN_A_NAME: Final = 24
LONGEST_LEAF: Final = 10_000
LARGEST_SETTINGS_BYTES: Final = 500_000
DIGITS: Final = 6


def recipe_of(header: Header) -> dict[str, Any]:
    """Return everything that decides answers, by its path."""
    groups: dict[str, Json] = {
        "generate": header.generate,
        "model_args": header.model_args,
        "task_args": header.task_args,
        "limits": header.limits,
        "roles": header.roles,
        "solver": {"steps": header.steps, "chosen": header.solver},
    }
    return {
        f"{group}.{name}": value for group, own in groups.items() for name, value in own.items() if value is not None
    }


def keys_of(tasks: Mapping[str, Sequence[Log]]) -> dict[str, Key]:
    """Return, by the names of logs, which entry each is of; `tasks` maps a task to its logs."""
    recipes = {log.name: recipe_of(log.header) for logs in tasks.values() for log in logs}
    varied: dict[str, set[str]] = {}
    for logs in tasks.values():
        by_model: dict[str, list[Recipe]] = {}
        for log in logs:
            by_model.setdefault(log.header.model, []).append(recipes[log.name])
        for model, own in by_model.items():
            varied.setdefault(model, set()).update(_differing(own))
    return {
        log.name: (
            log.header.model,
            tuple((path, _as_json(recipes[log.name].get(path))) for path in sorted(varied[log.header.model])),
        )
        for logs in tasks.values()
        for log in logs
    }


def _differing(recipes: Sequence[Recipe]) -> set[str]:
    paths = {path for recipe in recipes for path in recipe} if len(recipes) > 1 else set()
    return {path for path in paths if len({_as_json(recipe.get(path)) for recipe in recipes}) > 1}


def _as_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return canonical.dump(value).decode().strip()


def vendor_and_model(model: str) -> tuple[str, str]:
    """Part a model's name into who offers it and what it is called there."""
    provider, slash, name = model.partition("/")
    if provider == COMPATIBLE and "/" in name:
        provider, slash, name = name.partition("/")
    return (provider, name) if slash and provider and name else (first_word(model), model)


class Namer:
    """Gives each entry a name of its own, and notes what may not stand in a published configuration."""

    def __init__(self) -> None:
        """Start with no name."""
        self.notes: list[str] = []
        self._taken: dict[str, set[str]] = {}

    def configuration(self, key: Key, logs: Mapping[str, Log]) -> Configuration:
        """Describe an entry; `logs` maps its tasks to the logs that count."""
        provider, model = vendor_and_model(key[0])
        vendor = slug(provider)
        words = _words(key, next(iter(logs.values())))
        recipes = {task: recipe_of(log.header) for task, log in logs.items()}
        common = _common(list(recipes.values()))
        decoding, rest = _decoding(model, common)
        own = {task: _nested(_without(recipe, common)) for task, recipe in recipes.items()}
        settings = _nested(rest) | ({"tasks": own} if any(own.values()) else {})
        name = unique_slug("-".join([model, *words]), self._taken.setdefault(vendor, set()), repr(key))
        return Configuration(
            vendor=vendor,
            config_name=name,
            title=" ".join([model, *([f"({', '.join(words)})"] if words else [])])[:500],
            decoding=decoding,
            settings=self._publishable(settings, f"{vendor}/{name}"),
            model=Model(name=key[0]),
            reproducibility=_reproducibility(logs.values()),
        )

    def _publishable(self, settings: dict[str, Any], entry: str) -> dict[str, Any]:
        """Leave out what a configuration may not hold; a digest keeps recipes apart that differ in nothing else."""
        left: dict[str, Any] = {}
        kept = _cleaned(settings, "settings", left)
        if left:
            self.notes.append(f"{entry}: left out of its settings, which are published: {', '.join(sorted(left))}")
        known = {place: value for place, value in left.items() if not secrets_in(f"{place}: {value}")}
        if known:
            kept["left_out"] = canonical.digest_of(known)
        return kept if len(canonical.dump(kept)) <= LARGEST_SETTINGS_BYTES else {"digest": canonical.digest_of(kept)}


def _words(key: Key, log: Log) -> list[str]:
    """Name what tells an entry from the others of its model."""
    recipe, paths = recipe_of(log.header), [path for path, _ in key[1]]
    words: list[str] = []
    for path in paths:
        value = recipe.get(path)
        if value is None or (path == STEPS and SOLVER in paths):
            continue
        leaf = path.rpartition(".")[2] if path.count(".") == 1 else path.partition(".")[2]
        words.append(_steps_word(value) if path == STEPS else value if path == SOLVER else _word(leaf, value))
    return words


def _word(leaf: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, bool):
        return leaf if value else f"no-{leaf}"
    text = value if isinstance(value, str) else _as_json(value)
    return f"{leaf}-{text if len(text) <= LONGEST_IN_A_NAME else _digits(value)}"


def _steps_word(steps: Any) -> str:  # noqa: ANN401 - a list of solvers
    """Name a chain of solvers, with a few digits for their parameters."""
    names = [str(step.get("solver")).rpartition("/")[2] for step in steps]
    return "-".join([*names, _digits(steps)])


def _digits(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return canonical.hex_of(canonical.digest_of(value))[:DIGITS]


def _common(recipes: Sequence[Recipe]) -> dict[str, Any]:
    first, differing = recipes[0], _differing(recipes)
    return {path: value for path, value in first.items() if path not in differing}


def _without(recipe: Recipe, common: Recipe) -> dict[str, Any]:
    return {path: value for path, value in recipe.items() if path not in common}


def _nested(recipe: Recipe) -> dict[str, Any]:
    groups: dict[str, Any] = {}
    for path, value in sorted(recipe.items()):
        group, _, name = path.partition(".")
        if value not in ({}, []):
            groups.setdefault(group, {})[name] = value
    return groups


def _decoding(model: str, common: Recipe) -> tuple[Decoding, dict[str, Any]]:
    """Put the usual options of generating into their fields; a value that does not fit stays a setting."""
    rest, fields = dict(common), {"model": model}
    for name in DECODING:
        value = common.get(f"generate.{name}")
        try:
            msgspec.convert({name: value}, Decoding)
        except msgspec.ValidationError:
            continue
        if value is not None:
            fields[name] = rest.pop(f"generate.{name}")
    return msgspec.convert(fields, Decoding), rest


def _reproducibility(logs: Iterable[Log]) -> Reproducibility | None:
    """Keep the commit of the code that ran, where all runs are of one."""
    commits = {log.header.commit for log in logs}
    try:
        found = msgspec.convert({"commit_hash": commits.pop()}, Reproducibility) if len(commits) == 1 else None
    except msgspec.ValidationError:
        return None
    return found if found and found.commit_hash else None


def _cleaned(value: Any, place: str, left: dict[str, Any], key: str = "value") -> Any:  # noqa: ANN401 - any JSON value
    """Return a value without its parts that may not be published; `left` takes these, by their places."""
    plain = _plain(value)
    if not _faults(key, plain):
        return plain
    if isinstance(plain, dict) and not _faults(key, {}):
        kept = {
            name: _cleaned(part, place_of_key(place, name, number), left, name)
            for number, (name, part) in enumerate(plain.items(), start=1)
        }
        return {name: part for name, part in kept.items() if part is not None}
    if isinstance(plain, list) and not _faults(key, []):
        return [_cleaned(part, f"{place}[{index}]", left, key) for index, part in enumerate(plain)]
    left[place] = plain
    return None


def _faults(key: str, value: Any) -> list[str]:  # noqa: ANN401 - any JSON value
    return configuration_faults(Configuration(vendor="x", config_name="x", settings={key: value}), None)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Write long texts as their digests, and numbers that strict readers refuse as text."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, str) and len(value) > LONGEST_LEAF:
        return canonical.digest(value.encode())
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        return str(value)
    return value
