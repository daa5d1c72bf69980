"""The configuration of a model: what its adapters say of prompts and decoding, scenario by scenario."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from proofboard.record.acceptable import acceptable
from proofboard.record.foreign import first_word
from proofboard.record.helm.entries import Entry
from proofboard.record.slug import slug
from proofboard.record.source_files import unique_slug
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.configuration import Configuration, Decoding, Model

LONGEST_NAME: Final = 300
MAKER_AND_NAME: Final = 2


def configuration_of(entry: Entry, taken: set[str]) -> tuple[Configuration, list[str]]:
    """Describe a model as an entry; also name the fields that may not be published."""
    run = entry.first
    model = run.model[:LONGEST_NAME]
    parts = [part for part in model.split("/") if part]
    maker = parts[0] if len(parts) == MAKER_AND_NAME else None
    adapters = {scenario: own.deciding for scenario, own in sorted(entry.runs.items())}
    made, left_out = acceptable(
        Configuration(
            vendor=slug(maker or first_word(model)),
            config_name=unique_slug(parts[-1] if parts else model, taken, run.folder),
            title=model,
            decoding=_decoding(model, list(adapters.values())),
            settings=_settings(run.deployment, adapters),
            model=Model(name=model, organization=maker),
        )
    )
    return msgspec.structs.replace(made, title=model), left_out


def _decoding(model: str, adapters: list[dict[str, Any]]) -> Decoding:
    """Return what all adapters agree on; what they do not agree on is in the settings of each scenario."""
    temperature, longest = _shared(adapters, "temperature"), _shared(adapters, "max_tokens")
    is_warm = isinstance(temperature, (int, float)) and not isinstance(temperature, bool) and temperature >= 0
    is_length = isinstance(longest, int) and not isinstance(longest, bool) and 1 <= longest <= LARGEST_INTEGER
    return Decoding(
        model=model,
        temperature=float(temperature) if is_warm and temperature is not None else None,
        max_tokens=longest if is_length else None,
    )


def _shared(adapters: list[dict[str, Any]], name: str) -> Any:  # noqa: ANN401 - any JSON value
    first = adapters[0].get(name)
    return first if all(adapter.get(name) == first for adapter in adapters) else None


def _settings(deployment: str, adapters: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the adapter, or what it says of each scenario where there are several."""
    if len(adapters) == 1:
        return {"model_deployment": deployment, **next(iter(adapters.values()))}
    return {"model_deployment": deployment, **{f"adapter {name}": own for name, own in adapters.items()}}
