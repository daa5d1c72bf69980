"""What Proofboard's export adds to records, in details that the format leaves free, so that it can be undone."""

from typing import Final, Literal

from proofboard.schemas.base import LeanDocument, Line
from proofboard.schemas.bundle import Response
from proofboard.schemas.item import Item

FORMAT: Final = "every-eval-ever"
STATED: Final = FORMAT
"""The claim that keeps a record's own words, and with a name behind it those on one of its numbers."""
PREFIX: Final = "proofboard_"
BENCHMARK: Final = f"{PREFIX}benchmark"
"""In `source_metadata`: the rules, as JSON."""
PUBLICATION: Final = f"{PREFIX}publication"
"""In `source_metadata`: the digest of the publication that was exported first."""
ENTRY: Final = f"{PREFIX}entry"
"""In `model_info`: `vendor/config_name`."""
CONFIGURATION: Final = f"{PREFIX}configuration"
"""In `model_info`: the whole configuration, as JSON."""
BUNDLE: Final = f"{PREFIX}bundle"
"""In `model_info`: how the answers were recorded, as JSON."""
NUMBER: Final = f"{PREFIX}number"
"""In `metric_config`: the metric or aggregate, with the slice behind `@`."""
METRIC: Final = f"{PREFIX}metric"
"""In `metric_config` of an item that is a result of its own: its metric."""
ITEM: Final = f"{PREFIX}item"
"""In `metric_config`, or in the `metadata` of an instance: the item without its text, as JSON."""
TRIAL: Final = f"{PREFIX}trial"
"""In `metadata`: the number of the trial."""
RESPONSE: Final = f"{PREFIX}response"
"""In `metadata`: the recorded response without its text, as JSON."""
HOW_KNOWN: Final = f"{PREFIX}assurance"
"""In `metric_config`: what a reader of the record can do: `recomputed` from the instances, or `reported`."""


class OwnBundle(LeanDocument, frozen=True):
    """How the answers of an entry were recorded."""

    protocol_version: Line
    """The rules that they were recorded under."""
    trials: int = 1
    """How many times every prompt was asked."""
    trial_kind: Literal["run", "attempt"] = "run"
    """What the trials are."""
    unscored: tuple[Response, ...] = ()
    """Responses that no instance tells of."""
    unanswered: tuple[Item, ...] = ()
    """Items that no instance and no result tells of."""


def stated_key(name: str) -> str:
    """Name the claim that keeps a record's own words on a number."""
    return f"{STATED} {name}"


def cell_name(item_id: str, metric: str) -> str:
    """Name the number of an item that stands for a whole evaluation."""
    return f"{item_id}.{metric}"
