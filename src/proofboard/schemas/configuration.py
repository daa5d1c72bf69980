"""Everything that decides an answer, and who offers it to whom."""

from typing import Annotated, Any

import msgspec

from proofboard import canonical
from proofboard.schemas.base import EntryKind, LeanDocument, Line, PathId

Weight = Annotated[float, msgspec.Meta(ge=0)]


class TargetSubgroup(LeanDocument, frozen=True):
    """The niche that a configuration is made for, declared before it is scored."""

    description: Line
    selector: dict[str, list[str]]
    """Facet → the values that belong to the niche."""


class Decoding(LeanDocument, frozen=True):
    """How text is drawn from a model."""

    model: Line | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    frequency_penalty: float | None = None
    presence_penalty: float | None = None


class Model(LeanDocument, frozen=True):
    """The model behind a configuration, as its maker describes it."""

    name: Line
    version: str | None = None
    organization: str | None = None
    parameters: str | None = None
    type: str | None = None
    training_data_cutoff: str | None = None


class Configuration(LeanDocument, frozen=True):
    """One way to run one vendor's system; the entry that competes on a board."""

    vendor: PathId
    config_name: PathId
    vendor_version: str | None = None
    title: str | None = None
    kind: EntryKind = "community"
    contributor: str | None = None
    description: str | None = None
    target_subgroup: TargetSubgroup | None = None
    packs: list[Line] = []
    ensemble_weights: list[Weight] = []
    extra_prompts: dict[str, str] = {}
    decoding: Decoding | None = None
    settings: dict[str, Any] = {}
    """The vendor's own switches, as data."""
    tools_used: list[str] = []
    model: Model | None = None
    licence: str | None = None
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
