"""Answers made of our own structs: encoded once by msgspec, and described in OpenAPI by the same types."""

from typing import Any, Final

import msgspec
from starlette.responses import JSONResponse

REFERENCE: Final = "#/components/schemas/{name}"
_JSON: Final = msgspec.json.Encoder()
_DESCRIBED: Final[dict[str, Any]] = {}


class Answer(JSONResponse):
    """A struct, list or mapping as JSON; `Answer(verb(...))` is the whole of most endpoints.

    An endpoint that returns one names its type in `responses=answers(Type)`, so that OpenAPI describes it.
    """

    def render(self, content: Any) -> bytes:  # noqa: ANN401 - whatever msgspec writes
        """Write the content; bytes are taken as JSON that was written before."""
        return content if isinstance(content, bytes) else _JSON.encode(content)


def answers(
    kind: Any,  # noqa: ANN401 - any type that msgspec knows
    example: object = None,
    *,
    status: int = 200,
    description: str = "As asked.",
) -> dict[int | str, dict[str, Any]]:
    """Describe the answer of an endpoint for its `responses`; give an example as the value that is answered."""
    content: dict[str, Any] = {"schema": described(kind)}
    if example is not None:
        content["example"] = msgspec.to_builtins(example)
    return {status: {"description": description, "content": {"application/json": content}}}


def described(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - any type that msgspec knows
    """Return the JSON Schema of a type, and remember the types it refers to for `components`."""
    (schema,), components = msgspec.json.schema_components([kind], ref_template=REFERENCE)
    _DESCRIBED.update(components)
    return schema


def components() -> dict[str, Any]:
    """Return the JSON Schema of every type that an answer was described with."""
    return _DESCRIBED
