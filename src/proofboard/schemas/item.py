"""What is asked: one item is one thing that is scored."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from proofboard import canonical
from proofboard.schemas.base import Date, LeanDocument, PathId, Text


class Item(LeanDocument, frozen=True):
    """One thing that is scored, with its reference and facet values; several items may share one prompt."""

    id: PathId
    """Its name, unique among all items of the benchmark."""
    prompt: Text | None = None
    """What is asked; None where the source publishes no text."""
    prompt_id: PathId | None = None
    """The prompt whose response is graded; the item's own id unless several items share one prompt."""
    cluster: str | None = None
    """Items of one cluster are not independent (same passage, same task); the prompt's id by default."""
    facets: dict[str, str] = {}
    """One value for each declared facet."""
    weight: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    """How much it counts in means."""
    reference: Any = None
    """What a right answer is, in the form that the benchmark's graders expect."""
    choices: list[str] | None = None
    """The options of a multiple-choice item, in the order of their letters."""
    title: str | None = None
    """A name for people, where the id is only a key."""
    created: Date | None = None
    """When it was written."""

    @property
    def asked(self) -> str:
        """The id of the prompt whose response is graded for this item."""
        return self.prompt_id or self.id

    @property
    def independent_unit(self) -> str:
        """The cluster that this item belongs to."""
        return self.cluster or self.asked


def prompts_digest(items: Iterable[Item]) -> str:
    """Name what was asked: the digest of the sorted pairs of prompt id and prompt."""
    return canonical.digest_of(sorted({item.asked: item.prompt for item in items}.items()))
