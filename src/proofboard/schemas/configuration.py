"""Everything that decides an answer, and who offers it to whom."""

from typing import Annotated, Any, Final

import msgspec

from proofboard import canonical
from proofboard.schemas.base import LARGEST_INTEGER, EntryKind, LeanDocument, Line, PathId
from proofboard.schemas.benchmark import Share

IMAGE_PATTERN: Final = (
    r"^[a-z0-9][a-z0-9._-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)*(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?"
    r"(@sha256:[0-9a-f]{64})?$(?!\n)"
)
COMMIT_PATTERN: Final = r"^[0-9a-f]{7,64}$(?!\n)"
_NAME: Final = "[a-z0-9][a-z0-9._-]{0,63}/[a-z0-9][a-z0-9._-]{0,63}"
_DIGEST: Final = "sha256:[0-9a-f]{64}"
PARENT_PATTERN: Final = rf"^({_NAME}(@{_DIGEST})?|{_DIGEST})$(?!\n)"

Weight = Annotated[float, msgspec.Meta(ge=0)]
Parent = Annotated[
    str,
    msgspec.Meta(
        pattern=PARENT_PATTERN,
        description="`vendor/config_name`, a recipe's digest, or both as `name@digest`.",
    ),
]


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
    """How evenly it draws; 0 takes the likeliest token."""
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    """It draws from the likeliest tokens that have this probability together."""
    max_tokens: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_INTEGER)] | None = None
    """How long an answer may get."""
    frequency_penalty: float | None = None
    """What a token loses each time that it was drawn before."""
    presence_penalty: float | None = None
    """What a token loses once it was drawn before."""


class Model(LeanDocument, frozen=True):
    """The model behind a configuration, as its maker describes it."""

    name: Line
    """Its name."""
    version: str | None = None
    """Its version."""
    organization: str | None = None
    """Who made it."""
    parameters: str | int | None = None
    """How large it is, in its maker's words or as a count."""
    type: str | None = None
    """What kind of model it is."""
    training_data_cutoff: str | None = None
    """How far its training data reach."""


class Hardware(LeanDocument, frozen=True):
    """What the answers were computed on; it explains times and costs, and decides no answer."""

    gpu: str | None = None
    """The accelerators, as people name them."""
    cpu: str | None = None
    """The processor."""
    memory: str | None = None
    """How much memory there was."""
    provider: str | None = None
    """Whose machine it was."""


class Reproducibility(LeanDocument, frozen=True):
    """What it takes to get the same answers again; another seed is another draw of the same recipe."""

    seed: Annotated[int, msgspec.Meta(ge=0, le=LARGEST_INTEGER)] | None = None
    """The seed of the vendor's chance."""
    deterministic: bool | None = None
    """Whether the same prompt always gets the same answer."""
    docker_image: (
        Annotated[str, msgspec.Meta(pattern=IMAGE_PATTERN, max_length=300, description="An image, best by digest.")]
        | None
    ) = None
    """The image that answered; a record for readers, never fetched and never run."""
    commit_hash: (
        Annotated[str, msgspec.Meta(pattern=COMMIT_PATTERN, description="7 to 64 hexadecimal digits.")] | None
    ) = None
    """The commit of the vendor's code."""
    score_tolerance: Share | None = None
    """How far the headline may move when the configuration is run again; by default not at all."""


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
    """Prompt or rule packs that it loads, by their names."""
    ensemble_weights: list[Weight] = []
    """How much each pack counts, in the order of the packs."""
    extra_prompts: dict[str, str] = {}
    """Name → prompt that it adds."""
    decoding: Decoding | None = None
    """How text is drawn from the model."""
    settings: dict[str, Any] = {}
    """The vendor's own switches, as data."""
    tools_used: list[str] = []
    """Tools that it may call, by their names."""
    model: Model | None = None
    """The model, as its maker describes it."""
    hardware: Hardware | None = None
    """What the answers were computed on."""
    reproducibility: Reproducibility | None = None
    """What it takes to get the same answers again."""
    licence: Line | None = None
    """The licence of the configuration, as an SPDX expression."""
    parent: Parent | None = None
    """The configuration that this one was adapted from: its name, its recipe's digest, or `name@digest`."""

    @property
    def name(self) -> str:
        """How the configuration is shown: `{vendor}/{config_name}`."""
        return f"{self.vendor}/{self.config_name}"

    def digest(self) -> str:
        """Name the recipe: the fields that decide answers, so that one recipe under two names is one."""
        return canonical.digest_of({field: getattr(self, field) for field in DECIDING_FIELDS})

    def says_how(self) -> bool:
        """Say whether the recipe tells more than whose system it is; otherwise two of them need not be the same."""
        defaults = Configuration(vendor=self.vendor, config_name=self.config_name, vendor_version=self.vendor_version)
        return self.digest() != defaults.digest()

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
"""The fields that decide answers; name, contributor, description, licence, parent and target stay outside.

So do hardware and reproducibility: a seed chooses one draw of a recipe, and a hundred draws are not a hundred recipes.
"""
