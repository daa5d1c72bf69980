"""Everything that decides an answer, and who offers it to whom."""

from typing import Annotated, Any

import msgspec

from proofboard import canonical
from proofboard.schemas.base import EntryKind, LeanDocument, Line, PathId

Weight = Annotated[float, msgspec.Meta(ge=0)]


class TargetSubgroup(LeanDocument, frozen=True):
    """The niche that a configuration is made for, declared before it is scored."""

    description: Line
    """The niche in words."""
    selector: dict[str, list[str]]
    """Facet → the values that belong to the niche."""


class Decoding(LeanDocument, frozen=True):
    """How text is drawn from a model."""

    model: Line | None = None
    """The model, as its provider names it."""
    temperature: Annotated[float, msgspec.Meta(ge=0)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None


class Model(LeanDocument, frozen=True):
    """The model behind a configuration, as its maker describes it."""

    name: Line
    """Its name."""
    version: str | None = None
    """Its version."""
    organization: str | None = None
    """Who made it."""
    parameters: str | None = None
    """How large it is."""
    type: str | None = None
    """What kind of model it is."""
    training_data_cutoff: str | None = None
    """How far its training data reach."""


class Configuration(LeanDocument, frozen=True):
    """One way to run one vendor's system; the entry that competes on a board."""

    vendor: PathId
    """Who offers the system; the first part of the entry's name."""
    config_name: PathId
    """The second part of the entry's name."""
    vendor_version: str | None = None
    """The version of the vendor's system."""
    title: str | None = None
    """What readers see instead of its name."""
    kind: EntryKind = "community"
    """What the entry is: `baseline` and `chance` may answer everything alike, the others may not."""
    contributor: str | None = None
    """Who configured it."""
    description: str | None = None
    """What it is, for readers."""
    target_subgroup: TargetSubgroup | None = None
    """The niche that it is made for."""
    packs: list[Line] = []
    """Prompt or rule packs that it loads."""
    ensemble_weights: list[Weight] = []
    """The weights of the members of an ensemble."""
    extra_prompts: dict[str, str] = {}
    """Name → prompt that it adds."""
    decoding: Decoding | None = None
    """How text is drawn from the model."""
    settings: dict[str, Any] = {}
    """The vendor's own switches, as data."""
    tools_used: list[str] = []
    """Tools that it may call."""
    model: Model | None = None
    """The model, as its maker describes it."""
    licence: str | None = None
    """The licence of the configuration."""
    parent: str | None = None
    """The configuration that this one was adapted from."""

    @property
    def name(self) -> str:
        """How the configuration is shown: `{vendor}/{config_name}`."""
        return f"{self.vendor}/{self.config_name}"

    def digest(self) -> str:
        """Name the recipe: the fields that decide answers, so that one recipe under two names is one."""
        return canonical.digest_of({field: getattr(self, field) for field in DECIDING_FIELDS})

    def model_name(self) -> str | None:
        """Return the model as it appears in `provider:model`."""
        if self.decoding and self.decoding.model:
            return self.decoding.model
        return self.model.name if self.model else None


DECIDING_FIELDS = (
    "decoding",
    "ensemble_weights",
    "extra_prompts",
    "model",
    "packs",
    "settings",
    "tools_used",
    "vendor",
    "vendor_version",
)
"""The fields that decide answers; name, contributor, description, licence, parent and target stay outside."""
