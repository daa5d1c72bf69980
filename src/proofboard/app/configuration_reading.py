"""Read a configuration from a file, and where it is wrong say everything that is wrong with it."""

from pathlib import Path
from typing import Any, Final

import msgspec
import msgspec.inspect

from proofboard.core.rules.configuration import configuration_faults
from proofboard.errors import Fault, InputError
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.configuration import Configuration
from proofboard.schemas.reading import (
    LARGEST_JSON_BYTES,
    LARGEST_YAML_BYTES,
    as_kind,
    faults_of,
    parse_json,
    parse_yaml,
    read_bytes,
)

UNREADABLE: Final = "unreadable"
"""Stands for a name that cannot be read, so that the rules can be held against all other fields."""


def read_configuration(path: Path, benchmark: Benchmark | None = None) -> Configuration:
    """Read a configuration from YAML or, by its ending, JSON; its rules are the caller's to check.

    Only where fields are of a wrong shape the rules are held against the others here, because nobody else will see
    them: raises InputError with the faults of both.
    """
    parsed = _parsed(path)
    try:
        return as_kind(parsed, Configuration, str(path))
    except InputError as error:
        reasons = configuration_faults(_readable_part(parsed), benchmark) if isinstance(parsed, dict) else []
        raise InputError([*error.faults, *(Fault(str(path), 0, reason) for reason in reasons)]) from error


def _parsed(path: Path) -> Any:  # noqa: ANN401 - any parsed value
    if path.suffix == ".json":
        return parse_json(read_bytes(path, LARGEST_JSON_BYTES), str(path))
    return parse_yaml(read_bytes(path, LARGEST_YAML_BYTES), str(path))


def _readable_part(parsed: dict[str, Any]) -> Configuration:
    """Return what is left of a configuration without its fields of a wrong shape."""
    kept = _readable_fields(parsed, Configuration)
    if "packs" in parsed and "packs" not in kept:
        # Weights belong to packs: without them nothing can be said of their number.
        kept.pop("ensemble_weights", None)
    return msgspec.convert({"vendor": UNREADABLE, "config_name": UNREADABLE, **kept}, Configuration)


def _readable_fields(value: dict[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Keep the fields that have the right shape, and of documents and mappings below what is right in them."""
    kept: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.encode_name not in value:
            continue
        own = value[field.encode_name]
        if isinstance(own, dict):
            below = _document_of(field.type)
            own = _readable_fields(own, below) if below else _readable_pairs(own, field.type)
        if not any(faults_of(own, field.type, "")):
            kept[field.encode_name] = own
    return kept


def _readable_pairs(value: dict[str, Any], kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type
    return {key: part for key, part in value.items() if not any(faults_of({key: part}, kind, ""))}


def _document_of(kind: Any) -> type[msgspec.Struct] | None:  # noqa: ANN401 - any type
    described = msgspec.inspect.type_info(kind)
    options = described.types if isinstance(described, msgspec.inspect.UnionType) else (described,)
    return next((option.cls for option in options if isinstance(option, msgspec.inspect.StructType)), None)
