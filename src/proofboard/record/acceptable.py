"""What other tools wrote of a system, held against the rules for configurations before anything is built from it."""

from typing import Any

import msgspec

from proofboard.core.rules.configuration import configuration_faults
from proofboard.schemas.configuration import Configuration

_NAMES = ("vendor", "config_name")


def acceptable(configuration: Configuration) -> tuple[Configuration, list[str]]:
    """Leave out what no published configuration may hold: addresses, code, secrets; also name the fields left out."""
    if not configuration_faults(configuration, None):
        return configuration, []
    plain: dict[str, Any] = msgspec.to_builtins(configuration)
    kept: dict[str, Any] = {name: plain.pop(name) for name in _NAMES}
    names, left = dict(kept), []
    for field, value in plain.items():
        if field == "settings":
            kept[field] = {key: part for key, part in value.items() if _fits({**names, field: {key: part}})}
            left += [f"{field}.{key}" for key in value if key not in kept[field]]
        elif _fits({**names, field: value}):
            kept[field] = value
        else:
            left.append(field)
    return msgspec.convert(kept, Configuration), left


def _fits(fields: dict[str, Any]) -> bool:
    return not configuration_faults(msgspec.convert(fields, Configuration), None)
