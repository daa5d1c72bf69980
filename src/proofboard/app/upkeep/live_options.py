"""What continuous evaluation asks: entries of the board as they are, and models crossed with configurations."""

from typing import Annotated, Final

import msgspec

from proofboard.errors import fault
from proofboard.record.live.conversation import live_faults, new_configuration
from proofboard.record.slug import slug
from proofboard.schemas.base import Document, Line, Text
from proofboard.schemas.configuration import Configuration, Decoding, Model

MOST_RUNS: Final = 200


class Recipe(Document, frozen=True):
    """A configuration that is tried with every model."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$(?!\n)")]
    """What is put behind the model's name."""
    extra_prompts: dict[str, Text] = msgspec.field(default_factory=dict)
    """`system`, `prefix` or `suffix`."""
    decoding: Decoding = Decoding()
    """How text is drawn; it names no model."""


class LiveOptions(Document, frozen=True):
    """The options of a schedule of kind `live`; provider keys come from the environment of the worker."""

    models: Annotated[list[Line], msgspec.Meta(max_length=MOST_RUNS)]
    """`provider:model`, such as `openai:gpt-4.1-mini`."""
    configurations: Annotated[tuple[Recipe, ...], msgspec.Meta(max_length=MOST_RUNS)] = ()
    """Each is tried with each model; without any, models are asked as they are."""
    track: Line | None = None
    """Of a benchmark with tracks, the one whose items are asked."""
    trials: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=100)] = 10

    def refuse_nothing(self) -> None:
        """Raise InputError where nothing, or nothing that can be asked, would come of the options."""
        entries = self.entries()
        if not entries:
            raise fault("body.options.models", "is empty; name at least one model, as provider:model")
        if len(entries) > MOST_RUNS:
            raise fault("body.options", f"gives {len(entries)} runs, at most {MOST_RUNS} are done by one schedule")
        for own in entries:
            if reasons := list(live_faults(own)):
                raise fault("body.options", f"{own.name}: {reasons[0]}")

    def entries(self) -> list[Configuration]:
        """Return every configuration that is run, in order; raises InputError where a model names no provider."""
        return [own for model in self.models for own in self._of_model(model)]

    def _of_model(self, model: str) -> list[Configuration]:
        plain = new_configuration(model)
        if plain is None or plain.decoding is None:
            raise fault("body.options.models", f"holds {model!r}, expected provider:model, such as openai:gpt-4.1-mini")
        if not self.configurations:
            return [plain]
        name = str(plain.decoding.model)
        return [
            Configuration(
                vendor=plain.vendor,
                config_name=slug(f"{plain.config_name}-{own.name}"),
                extra_prompts=own.extra_prompts,
                decoding=msgspec.structs.replace(own.decoding, model=name),
                model=Model(name=name),
            )
            for own in self.configurations
        ]
