"""From a configuration and a prompt to one request: what a live run does with each field, and what it refuses."""

from collections.abc import Iterator
from string import ascii_uppercase
from typing import Final

from proofboard.record.live.asking import Ask, Message
from proofboard.record.slug import slug
from proofboard.record.vendors import Prompted
from proofboard.schemas.configuration import Configuration, Decoding, Model

SYSTEM: Final = "system"
PREFIX: Final = "prefix"
SUFFIX: Final = "suffix"
UNDERSTOOD: Final = (SYSTEM, PREFIX, SUFFIX)

_NOT_UNDERSTOOD: Final = ("packs", "ensemble_weights", "tools_used", "settings")


def engine_name(selector: str) -> str | None:
    """Return how the engine names the model of `provider:model`; None where the selector names no provider."""
    provider, colon, model = selector.partition(":")
    return f"{provider}/{model}" if colon and provider and model else None


def new_configuration(selector: str) -> Configuration | None:
    """Make the configuration of a model that is asked as it is; None where the selector names no provider."""
    name = engine_name(selector)
    if name is None:
        return None
    provider, _, model = name.partition("/")
    return Configuration(
        vendor=slug(provider), config_name=slug(model), decoding=Decoding(model=name), model=Model(name=model)
    )


def live_faults(configuration: Configuration) -> Iterator[str]:
    """Say why a live run would not be a run of this configuration; what it cannot do it never leaves out."""
    model = configuration.decoding.model if configuration.decoding else None
    if model is None:
        yield "names no model to ask; write decoding: {model: provider/model}"
    elif "/" not in model.strip("/"):
        yield f"decoding.model: {model!r} names no provider; write provider/model, such as openai/{model}"
    for field in _NOT_UNDERSTOOD:
        if getattr(configuration, field):
            yield f"{field}: a live run asks a model and nothing else; for these an adapter of the vendor is needed"
    if others := sorted(configuration.extra_prompts.keys() - set(UNDERSTOOD)):
        known = ", ".join(UNDERSTOOD)
        yield f"extra_prompts: a live run knows {known}, not {', '.join(others)}; an adapter of the vendor is needed"


def ask_for(configuration: Configuration, prompted: Prompted, trial: int) -> Ask:
    """Return the request for one prompt in one trial.

    Trials of a configuration with a seed have the seeds after it: with one and the same they would be no trials.
    """
    decoding = configuration.decoding or Decoding()
    seed = configuration.reproducibility.seed if configuration.reproducibility else None
    extra = configuration.extra_prompts
    text = f"{extra.get(PREFIX, '')}{question(prompted)}{extra.get(SUFFIX, '')}"
    system = [Message("system", extra[SYSTEM])] if SYSTEM in extra else []
    return Ask(
        model=decoding.model or "",
        messages=[*system, Message("user", text)],
        temperature=decoding.temperature,
        top_p=decoding.top_p,
        max_tokens=decoding.max_tokens,
        frequency_penalty=decoding.frequency_penalty,
        presence_penalty=decoding.presence_penalty,
        seed=None if seed is None else seed + trial,
    )


def question(prompted: Prompted) -> str:
    """Write a prompt with its choices below it, one line each, by the letters that the grader `choice` reads."""
    if not prompted.choices:
        return prompted.prompt
    lines = [f"{letter}) {choice}" for letter, choice in zip(ascii_uppercase, prompted.choices, strict=False)]
    return "\n".join([prompted.prompt, "", *lines])
