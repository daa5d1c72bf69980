"""Strict readers: bytes in, typed documents out, or every fault with its file and line.

One policy for all text that comes from outside: UTF-8, no NaN or Infinity, no duplicate keys, no integer beyond ±2⁵³,
bounded depth, no YAML tags, anchors or aliases. A file that breaks it is refused, never repaired.
"""

import errno
import json
import math
import re
import stat
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import msgspec.inspect
import yaml

from proofboard.errors import Fault, InputError, fault
from proofboard.schemas.base import LARGEST_INTEGER
from proofboard.schemas.wording import SHOWN_OF_A_VALUE, worded

T = TypeVar("T")

DEEPEST: Final = 64
DEEPEST_INPUT: Final = 60
"""What an owner writes is published inside documents, which are a few levels deeper."""

LARGEST_YAML_BYTES: Final = 4 << 20
LARGEST_JSON_BYTES: Final = 256 << 20
LONGEST_INTEGER: Final = len(str(-LARGEST_INTEGER))

_ABSENT: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP})
"""What the system says where a path leads nowhere."""

_SURROGATE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
# A string that is never closed is taken whole, and nothing is tried twice: hostile quotes cost linear time.
_OPENING_OR_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|[\[{]|[\]}]', re.DOTALL)


def read_yaml(path: Path, kind: type[T]) -> T:
    """Read one YAML file as a document of a kind; raises InputError with every fault."""
    return as_kind(parse_yaml(read_bytes(path, LARGEST_YAML_BYTES), str(path)), kind, str(path))


def read_json(path: Path, kind: type[T]) -> T:
    """Read one JSON file as a document of a kind; raises InputError with every fault."""
    return parse_document(read_bytes(path, LARGEST_JSON_BYTES), kind, str(path))


def read_bytes(path: Path, limit: int) -> bytes:
    """Read a regular file of at most `limit` bytes; links and larger files are faults."""
    check_file(path, limit)
    try:
        return path.read_bytes()
    except OSError as error:
        raise fault(path, f"cannot be read: {error.strerror or error}") from error


def check_file(path: Path, limit: int) -> None:
    """Check that a path is a regular file of at most `limit` bytes; raises InputError."""
    try:
        found = path.lstat()
    except OSError as error:
        absent = error.errno in _ABSENT
        raise fault(path, "is not there" if absent else f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a name with a NUL byte, which no file has
        raise fault(path, "is not there") from error
    if stat.S_ISLNK(found.st_mode):
        raise fault(path, "is a symbolic link; put the file itself here")
    if not stat.S_ISREG(found.st_mode):
        raise fault(path, "is not a file")
    if found.st_size > limit:
        raise fault(path, f"has {found.st_size:,} bytes, at most {limit:,} are accepted")


def parse_document(raw: bytes, kind: type[T], file: str) -> T:
    """Decode JSON bytes as a document of a kind; raises InputError with every fault."""
    return as_kind(parse_json(raw, file), kind, file)


def parse_json(raw: bytes, file: str, line: int = 0) -> Any:  # noqa: ANN401 - any JSON value
    """Parse JSON under the one policy; raises InputError."""
    try:
        if not raw.strip():
            raise fault(file, "is empty", line)
        if raw.startswith(BOM_UTF8):
            raise fault(file, "begins with a byte order mark; save it as UTF-8 without one", line)
        if depth_of(raw) > DEEPEST:
            raise fault(file, f"is nested deeper than {DEEPEST} levels", line)
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_unique_keys,
            parse_int=_integer,
            parse_float=_finite,
            parse_constant=_refuse,
        )
        if _SURROGATE.search(raw):
            json.dumps(value, ensure_ascii=False).encode()
        return value  # noqa: TRY300 - the check above may raise
    except UnicodeEncodeError as error:
        raise fault(file, "holds half of a surrogate pair (\\ud800 to \\udfff), which is no character", line) from error
    except UnicodeDecodeError as error:
        raise fault(file, f"is not UTF-8 (byte {error.start})", line) from error
    except json.JSONDecodeError as error:
        raise fault(file, f"is not JSON: {error.msg} at column {error.colno}", line or error.lineno) from error
    except ValueError as error:
        raise fault(file, str(error), line) from error


def depth_of(raw: bytes) -> int:
    """Count the deepest nesting of JSON text without recursion, so that hostile depth costs no stack."""
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST_INPUT:
        return 0
    depth = deepest = 0
    for token in _OPENING_OR_STRING.finditer(raw):
        first = raw[token.start()]
        if first in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in b"]}":
            depth -= 1
    return deepest


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise ValueError(f"has the key {key[:SHOWN_OF_A_VALUE]!r} twice; keep one")
        seen[key] = value
    return seen


def _integer(digits: str) -> int:
    # Longer ones are refused before they cost quadratic time.
    if len(digits) > LONGEST_INTEGER or abs(int(digits)) > LARGEST_INTEGER:
        raise ValueError(f"holds the integer {digits[:SHOWN_OF_A_VALUE]}, beyond ±2^53; write it as a string")
    return int(digits)


def _finite(decimal: str) -> float:
    if math.isinf(number := float(decimal)):
        raise ValueError(f"holds {decimal[:SHOWN_OF_A_VALUE]}, beyond the largest number; write it as a string")
    return number


def _refuse(constant: str) -> float:
    raise ValueError(f"holds {constant}, which is no number here; write null for an unknown one")


def as_kind(value: Any, kind: type[T], file: str, line: int = 0) -> T:  # noqa: ANN401 - any parsed value
    """Turn a parsed value into a document of a kind; raises InputError with every fault."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        faults = [Fault(file, line, reason) for reason in faults_of(value, kind, "")]
        raise InputError(faults or [Fault(file, line, "does not have the expected shape")]) from None


def faults_of(value: Any, kind: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - any parsed value against any type
    """Say everything that keeps a value from being of a kind: structs field by field, containers part by part."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        parts = list(_parts(value, kind, place))
        found = [reason for part in parts for reason in (part if isinstance(part, list) else faults_of(*part))]
        # A single text, such as the value of an option, is named by its source already.
        named = place or ("" if isinstance(value, str) else "the document")
        yield from found or [f"{named}{': ' if named else ''}{worded(str(error), value, kind)}"]


def _parts(value: Any, kind: Any, place: str) -> Iterator[Any]:  # noqa: ANN401
    """Yield (value, kind, place) of what a value consists of, and lists of faults of the whole."""
    described = _described(kind)
    if isinstance(described, msgspec.inspect.Metadata):
        described = described.type
    if isinstance(described, msgspec.inspect.UnionType):
        options = [option for option in described.types if not isinstance(option, msgspec.inspect.NoneType)]
        if len(options) != 1 or value is None:
            return
        described = options[0]
    if isinstance(described, msgspec.inspect.StructType) and isinstance(value, dict):
        yield from _struct_parts(value, described.cls, place)
    elif isinstance(described, msgspec.inspect.DictType) and isinstance(value, dict):
        yield from _mapping_parts(value, kind, place)
    elif isinstance(described, msgspec.inspect.ListType) and isinstance(value, list):
        element = _arguments(kind)[0]
        yield from ((part, element, f"{place}[{index}]") for index, part in enumerate(value))


def _struct_parts(value: dict[str, Any], cls: Any, place: str) -> Iterator[Any]:  # noqa: ANN401
    fields = _fields(cls)
    prefix = f"{place}." if place else ""
    closed = cls.__struct_config__.forbid_unknown_fields
    unknown = [key for key in value if key not in fields] if closed else []
    yield [f"{prefix}{key}: is not a known field; known are {', '.join(sorted(fields))}" for key in unknown]
    absent = [name for name, field in fields.items() if field.required and name not in value]
    yield [f"{prefix}{name}: is required and absent" for name in absent]
    yield from ((value[name], fields[name].type, f"{prefix}{name}") for name in fields if name in value)


@cache
def _described(kind: Any) -> msgspec.inspect.Type:  # noqa: ANN401 - any type
    # Describing a type costs a thousand times what using the description does, and a bad file may have many bad lines.
    return msgspec.inspect.type_info(kind)


@cache
def _fields(cls: Any) -> dict[str, msgspec.structs.FieldInfo]:  # noqa: ANN401
    return {field.encode_name: field for field in msgspec.structs.fields(cls)}


def _mapping_parts(value: dict[str, Any], kind: Any, place: str) -> Iterator[Any]:  # noqa: ANN401
    key_kind, value_kind = _arguments(kind)
    for key, part in value.items():
        yield key, key_kind, f"{place}.{key} (the key)"
        yield part, value_kind, f"{place}.{key}"


def _arguments(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """Return the type arguments of a container, seen through `Annotated` and `| None`."""
    if origin := getattr(kind, "__origin__", None):
        return _arguments(origin) if hasattr(kind, "__metadata__") else kind.__args__
    return next(_arguments(option) for option in kind.__args__ if option is not type(None))


def parse_yaml(raw: bytes, file: str) -> Any:  # noqa: ANN401 - any YAML value
    """Parse YAML 1.2 core scalars, mappings and lists, without tags, anchors or aliases; raises InputError.

    The value is built from events with a stack of its own: depth costs no recursion and aliases cannot multiply.
    """
    try:
        loader = yaml.CLoader if hasattr(yaml, "CLoader") else yaml.Loader
        return _build_yaml(yaml.parse(raw.decode("utf-8"), Loader=loader), file)
    except UnicodeDecodeError as error:
        raise fault(file, f"is not UTF-8 (byte {error.start})") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise fault(file, f"is not YAML: {error.problem}", line) from error
    except yaml.YAMLError as error:
        raise fault(file, f"is not YAML: {str(error).splitlines()[0]}") from error


class _Open:
    """A mapping or list that is still being filled."""

    def __init__(self, container: dict[str, Any] | list[Any]) -> None:
        self.container = container
        self.key: str | None = None

    def take(self, value: Any, file: str, line: int) -> None:  # noqa: ANN401
        if isinstance(self.container, list):
            self.container.append(value)
        elif self.key is None:
            if not isinstance(value, str):
                value = _key_text(value, file, line)
            if value in self.container:
                raise fault(file, f"the key {value!r} stands twice; keep one", line)
            self.key = value
        else:
            self.container[self.key] = value
            self.key = None


def _key_text(value: Any, file: str, line: int) -> str:  # noqa: ANN401
    if isinstance(value, (dict, list)) or value is None:
        raise fault(file, "a key must be plain text", line)
    raise fault(file, f"the key {value!r} is read as {type(value).__name__}; put it in quotes", line)


def _build_yaml(events: Iterable[Any], file: str) -> Any:  # noqa: ANN401
    stack = [_Open([])]
    for event in events:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise fault(file, "anchors and aliases are not accepted; write the value out", line)
        if isinstance(event, yaml.NodeEvent) and (tag := getattr(event, "tag", None)):
            raise fault(file, f"the tag {tag!r} is not accepted; write plain values", line)
        if isinstance(event, yaml.ScalarEvent):
            stack[-1].take(_scalar(event, file, line), file, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) > DEEPEST_INPUT:
                raise fault(file, f"is nested deeper than {DEEPEST_INPUT} levels", line)
            stack.append(_Open({} if isinstance(event, yaml.MappingStartEvent) else []))
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = stack.pop()
            stack[-1].take(closed.container, file, line)
    documents = stack[0].container
    if len(documents) != 1:
        raise fault(file, f"holds {len(documents)} YAML documents, expected 1" if documents else "is empty")
    return documents[0]  # type: ignore[index]


_HALF_A_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_YAML_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_YAML_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_YAML_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}


def _scalar(event: Any, file: str, line: int) -> Any:  # noqa: ANN401
    """Resolve a plain scalar by the YAML 1.2 core schema: `no` is a word (Norwegian), not false."""
    text: str = event.value
    if _HALF_A_CHARACTER.search(text):
        raise fault(file, "holds half of a surrogate pair (\\ud800 to \\udfff), which is no character", line)
    if event.style is not None and event.style != "":
        return text
    if text.casefold() in _YAML_WORDS:
        return _YAML_WORDS[text.casefold()]
    try:
        if _YAML_INTEGER.match(text):
            return _integer(text)
        if _YAML_FLOAT.match(text):
            return _finite(text)
        if text.casefold() in {".inf", "-.inf", "+.inf", ".nan"}:
            return _refuse(text)
    except ValueError as error:
        raise fault(file, str(error), line) from error
    return text
