"""The configuration of a model: the arguments of the model, the generation, the chat and the examples.

Arguments are published. Those that name an address, a program or a secret are left out, and noted by their names only.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from proofboard import canonical
from proofboard.record.acceptable import acceptable
from proofboard.record.foreign import first_word
from proofboard.record.lm_eval.results import mapping
from proofboard.record.lm_eval.runs import Entry, Run, arguments_of, identity_of, model_of
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.configuration import Configuration, Decoding, Model, Reproducibility

LONGEST_NAME: Final = 300
OTHERWISE: Final = "arguments_digest"
"""The setting that tells models apart whose published settings are equal."""
LENGTHS: Final = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")

_SEPARATORS: Final = re.compile(r"[/\\]+")
_LOCAL: Final = re.compile(r"(?:[/\\.~]|[A-Za-z]:[/\\])")


class Configurations:
    """Makes configurations, and keeps apart those that differ in nothing that may be published."""

    def __init__(self) -> None:
        """Begin with no name taken."""
        self.left_out: dict[str, list[str]] = {}
        """Configuration → the names of its settings that may not be published."""
        self._taken: set[str] = set()
        self._recipes: dict[str, str] = {}

    def of(self, entry: Entry) -> Configuration:
        """Describe a model as an entry."""
        run = entry.latest
        name = _public_name(model_of(run))
        organization = name.split("/")[0] if "/" in name else None
        made, left_out = acceptable(
            Configuration(
                vendor=slug(organization or first_word(name)),
                config_name=unique_slug(name.rsplit("/", 1)[-1], self._taken, run.place),
                title=name if "/" in name else None,
                decoding=_decoding(name, run),
                extra_prompts=_prompts(run),
                settings=_settings(entry, run),
                model=_model(name, organization, run),
                reproducibility=_seed(run),
            )
        )
        identity = f"{identity_of(run)} {_examples(entry)}"
        if self._recipes.setdefault(made.digest(), identity) != identity:
            settings = {**made.settings, OTHERWISE: canonical.digest_of(identity)}
            made = msgspec.structs.replace(made, settings=settings)
        if left_out:
            self.left_out[made.name] = left_out
        return made


def _public_name(name: str) -> str:
    """Return the name of a model; of a path on somebody's disk only what the last folders are called."""
    parts = [part for part in _SEPARATORS.split(name) if part not in {"", ".", ".."}]
    kept = parts[-1:] if _LOCAL.match(name) or "://" in name else parts
    return "/".join(kept)[:LONGEST_NAME].strip() or "unnamed"


def _generation(run: Run) -> dict[str, Any]:
    """Return how text was generated where the command line says so; it may write numbers as text."""
    stated = run.results.config.get("gen_kwargs") if run.results else None
    if isinstance(stated, str):
        pairs = (part.partition("=") for part in stated.split(",") if part)
        stated = {name.strip(): value.strip() for name, _, value in pairs}
    return {name: value for name, value in mapping(stated).items() if value is not None}


def _number(value: Any) -> float | None:  # noqa: ANN401 - any JSON value
    try:
        number = float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else math.nan
    except ValueError:
        return None
    return number if 0 <= number <= LARGEST_INTEGER else None


def _decoding(name: str, run: Run) -> Decoding:
    stated = _generation(run)
    top_p, longest = (
        _number(stated.get("top_p")),
        next((_number(stated[key]) for key in LENGTHS if key in stated), None),
    )
    return Decoding(
        model=name,
        temperature=_number(stated.get("temperature")),
        top_p=top_p if top_p is not None and top_p <= 1 else None,
        max_tokens=int(longest) if longest and longest == int(longest) else None,
    )


def _prompts(run: Run) -> dict[str, str]:
    if run.results is None:
        return {}
    stated = {name: run.results.text(name) for name in ("system_instruction", "chat_template")}
    return {name: text for name, text in stated.items() if text}


def _settings(entry: Entry, run: Run) -> dict[str, Any]:
    """Return what else decides answers, as it was written."""
    if run.results is None:
        return {}
    config = run.results.config
    examples = _examples(entry)
    stated = {
        "model_source": run.results.text("model_source") or config.get("model"),
        **{f"model_args.{name}": value for name, value in arguments_of(config).items()},
        "model_dtype": config.get("model_dtype"),
        "gen_kwargs": _generation(run),
        "fewshot_as_multiturn": run.results.said.get("fewshot_as_multiturn"),
        # One number says it where all tasks agree, as nearly always.
        "n_shot": next(iter(examples.values())) if len(set(examples.values())) == 1 else examples,
    }
    return {name: value for name, value in stated.items() if value not in (None, {}, "")}


def _examples(entry: Entry) -> dict[str, int]:
    """Return how many examples stood before the documents of each task."""
    return {task: n for task, run in sorted(entry.chosen.items()) if (n := run.n_shot(task)) is not None}


def _model(name: str, organization: str | None, run: Run) -> Model:
    config: Mapping[str, Any] = run.results.config if run.results else {}
    version = next((config[key] for key in ("model_sha", "model_revision") if config.get(key)), None)
    parameters = config.get("model_num_parameters")
    counted = isinstance(parameters, int) and not isinstance(parameters, bool) and parameters > 0
    return Model(
        name=name,
        version=version if isinstance(version, str) else None,
        organization=organization,
        parameters=parameters if counted else None,
    )


def _seed(run: Run) -> Reproducibility | None:
    seed = run.results.config.get("random_seed") if run.results else None
    counted = isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0
    return Reproducibility(seed=seed) if counted else None
