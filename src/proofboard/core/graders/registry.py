"""Built-in graders by name; the module of a grader is imported only when it is asked for."""

import importlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from proofboard.core.graders.base import Grader
from proofboard.core.graders.kind import Kind
from proofboard.errors import Fault, InputError
from proofboard.schemas.reading import faults_of

_MODULES: Final[Mapping[str, str]] = {
    "exact": "text",
    "normalised_exact": "text",
    "includes": "text",
    "match": "matching",
    "regex": "pattern",
    "numeric": "numeric",
    "choice": "choice",
    "token_f1": "tokens",
    "jensen_shannon": "distribution",
    "kendall_tau": "distribution",
    "refusal_gap": "distribution",
    "distribution_blend": "distribution",
    "votes": "votes",
}


class Option(msgspec.Struct, frozen=True):
    """One option of a grader, for documentation."""

    name: str
    default: str | None
    """As JSON; None where the option must be given."""
    doc: str


class Described(msgspec.Struct, frozen=True):
    """One built-in grader, for documentation."""

    name: str
    version: str
    doc: str
    options: Sequence[Option]


def built_in(kind: str, options: Mapping[str, Any], file: str) -> Grader | None:
    """Make a built-in grader; None for a kind that is not built in. Raises InputError with every fault in `file`."""
    if kind not in _MODULES:
        return None
    found = _kind(kind)
    if faults := [Fault(file, 0, f"grader {kind}: options.{reason}") for reason in _faults(found, dict(options))]:
        raise InputError(faults)
    chosen = msgspec.convert(dict(options), found.options)
    return Grader(found.name, found.version, found.make(chosen), found.tolerance)


def kinds() -> Sequence[Described]:
    """List the built-in graders with their options, for documentation."""
    found = map(_kind, _MODULES)
    return [Described(kind.name, kind.version, kind.doc, _options(kind)) for kind in found]


def _kind(name: str) -> Kind:
    module = importlib.import_module(f"proofboard.core.graders.{_MODULES[name]}")
    kind: Kind = module.KINDS[name]
    return kind


def _faults(kind: Kind, options: dict[str, Any]) -> Sequence[str]:
    if not msgspec.structs.fields(kind.options):
        return [f"{name}: is not known; this grader has no options" for name in options]
    # The shape is judged first: what is wrong with a value can be said only of a value of the right type.
    return list(faults_of(options, kind.options, "")) or kind.faults(msgspec.convert(options, kind.options))


def _options(kind: Kind) -> Sequence[Option]:
    declared = msgspec.json.schema(kind.options)["$defs"][kind.options.__name__]["properties"]
    fields = msgspec.structs.fields(kind.options)
    return [Option(field.name, _default(field), declared[field.name].get("description", "")) for field in fields]


def _default(field: msgspec.structs.FieldInfo) -> str | None:
    if field.default_factory is not msgspec.NODEFAULT:
        return json.dumps(field.default_factory())
    return None if field.required else json.dumps(field.default)
