"""Write docs/api.md and the examples of the OpenAPI document out of a server that runs on a small board.

`tools/api_doc.py` prints what it would write; `tools/api_doc.py --write` writes it.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from api_builders import Service, example_instance, running
from proofboard.api.examples import PLACE

PAGE: Final = Path(__file__).parents[1] / "docs" / "api.md"
METHODS: Final = ("get", "post", "put", "patch", "delete")

ANYWHERE: Final = {"400", "413", "422", "429", "431", "500", "503"}
"""Any request may be answered with these."""

LIVE: Final[Mapping[str, str]] = {
    "leaderboard": "/api/v1/leaderboard?category=logic&sort=-public.score&limit=1",
    "entry": "/api/v1/entries/bolt/base",
    "model_history": "/api/v1/models/open/bolt-1.5/history?problem_id=q1",
    "problem_rankings": "/api/v1/problems/q1/rankings?limit=2",
    "compare": "/api/v1/compare?entry=acme/best&entry=acme/base",
    "healthz": "/healthz",
    "readyz": "/readyz",
}
SHOWN: Final = ("model_history", "problem_rankings", "compare", "healthz", "readyz")
"""Answers short enough to be read here."""

HEAD: Final = """\
# The API of a service

Written by `tools/api_doc.py` out of the OpenAPI document of a running server, which answers it at
`/api/v1/openapi.json` and shows it at `/api/v1/docs`. Every address below `/api/v1` is answered without that prefix
too. A server with several boards is told which one by the parameter `benchmark`.

## Published documents

The documents of a board are answered as the bytes that were published, whoever asks, at three addresses:

| address | answer |
| --- | --- |
| `/boards/BENCHMARK/PATH` | the current publication of a board; `/boards/BENCHMARK/` is its page |
| `/publications/DIGEST/PATH` | the same document of one publication, for ever |
| `/PATH` | the current publication, where the server has one board |

Every answer has a strong `ETag`; `If-None-Match` is answered with 304, `Accept-Encoding: zstd` or `gzip` with bytes
that were compressed once. A document of the current publication says by `Content-Location` where it stays: load
`publication.json`, then its children from there, and they all belong to one publication, whatever is published
meanwhile. Answers that were purged are answered with 410, in past publications too; the title says when and why.

Every answer has the header `Link: </api/v1>; rel="service"`: the bytes of a page and of its documents are the same
everywhere, and by this header a page knows that a service stands behind them. A server without a board, or with
several, answers `/` with the page alone, which lists the benchmarks; `/publication.json` is 404 there. `HEAD` is
answered wherever `GET` is.

```http
GET /benchmark.json
```

## Who asks

Reading needs no key. A key goes into the header `api-key`, or into `Authorization: Bearer`. A browser that signed in
sends its session's cookie, and for every change the header `x-csrf-token` as well.

## Lists

A list is `{"items": […], "next": "…"}`. `limit` is 1 to 1000 (100 without it); `next` is the `cursor` of the next page
and null on the last. The pages of a board come from one publication even while another is published.

## Errors

Every error is a problem document (RFC 9457, `application/problem+json`) that lists every fault. A program decides by
`type`; `instance` ends with the request's id, which the answer carries as `x-request-id` and the log keeps.

```http
GET /api/v1/leaderboard?category=poetry&vendor=nobody
```

```json
{error}
```

| status | `type` ends with | when |
| --- | --- | --- |
| 401 | `not-recognised` | it needs a key or session, or the key is not accepted |
| 403 | `not-allowed` | this key or person may not |
| 404 | `not-found` | there is no such thing, or not for you; ids of held-out items are unknown ids |
| 409 | `conflict` | somebody else was faster, or the state does not allow it |
| 410 | `gone` | it was withdrawn, or its bytes are no longer kept; the title says when and why |
| 400 | `unreadable-request` | what came is no HTTP, or its address is longer than is read |
| 413, 431 | `too-large`, `headers-too-large` | the body or the headers are larger than is read |
| 415 | `unknown-media-type` | the body is of no type that is read there |
| 422 | `faulty-request` | parameters, body or upload have faults: all of them are listed |
| 429 | `too-many-requests` | wait as many seconds as `Retry-After` says |
| 503 | `not-available` | database or store do not answer; nothing was done |

## Events

`GET /api/v1/events` is a stream of server-sent events: `board` when something was published, `queue` when jobs move,
and with a key `submission`, `appeal` and `rerun` of its organisation. After a break, the header `Last-Event-ID` goes on
where the stream ended. A comment comes every 15 seconds, and after 15 minutes the stream ends and is asked for again.

## Endpoints
"""


def examples(service: Service) -> dict[str, Any]:
    """Ask for every example."""
    return {name: service.get(path).raise_for_status().json() for name, path in LIVE.items()}


def page(service: Service) -> str:
    """Write the reference."""
    found = examples(service)
    error = service.get("/api/v1/leaderboard?category=poetry&vendor=nobody", headers={"x-request-id": "example"}).json()
    document = service.get("/api/v1/openapi.json").json()
    lines = [HEAD.replace("{error}", _pretty(error))]
    for path, methods in sorted(document["paths"].items()):
        for method in (own for own in METHODS if own in methods):
            lines += _endpoint(path, method, methods[method], found, document["components"]["schemas"])
    return "\n".join(lines).rstrip() + "\n"


def _endpoint(
    path: str, method: str, operation: Mapping[str, Any], found: Mapping[str, Any], schemas: Mapping[str, Any]
) -> Iterator[str]:
    yield f"### `{method.upper()} {path}`"
    yield ""
    yield operation.get("description") or operation["summary"]
    yield ""
    parameters = operation.get("parameters", [])
    if parameters:
        yield "| parameter | in | |"
        yield "| --- | --- | --- |"
        yield from (f"| `{own['name']}` | {own['in']} | {_said(own)} |" for own in parameters)
        yield ""
    yield from _body(operation, schemas)
    statuses = ", ".join(sorted(set(operation["responses"]) - ANYWHERE))
    yield f"Answers {statuses}, and what every address may answer."
    yield ""
    name = operation["operationId"]
    if name in LIVE:
        yield f"```http\nGET {LIVE[name]}\n```"
        yield ""
    if name in SHOWN:
        yield f"```json\n{_pretty(found[name])}\n```"
        yield ""


def _body(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Iterator[str]:
    """List the fields of a JSON body."""
    named = _schema_of(operation)
    fields = schemas.get(named, {})
    if not fields.get("properties"):
        return
    yield "| field of the body | is | |"
    yield "| --- | --- | --- |"
    yield from _fields(fields, schemas)
    yield ""


def _fields(fields: Mapping[str, Any], schemas: Mapping[str, Any], within: str = "") -> Iterator[str]:
    for name, own in fields["properties"].items():
        inner = schemas.get(str(own.get("$ref", "")).rpartition("/")[2], {})
        if inner.get("properties"):
            yield from _fields(inner, schemas, f"{within}{name}.")
        else:
            said = _said({**own, "required": name in fields.get("required", ())})
            yield f"| `{within}{name}` | {_kind(own, schemas)} | {said} |"


def _schema_of(operation: Mapping[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    named = [own.get("$ref", "") for own in (schema, *schema.get("anyOf", ()))]
    return next((own.rpartition("/")[2] for own in named if own), "")


def _kind(own: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    """Say in words what a value may be."""
    if "anyOf" in own:
        return " or ".join(dict.fromkeys(_kind(one, schemas) for one in own["anyOf"]))
    if "$ref" in own:
        return _kind(schemas[own["$ref"].rpartition("/")[2]], schemas)
    if "const" in own:
        return f"`{own['const']}`"
    if "enum" in own:
        return ", ".join(f"`{value}`" for value in own["enum"] if value is not None)
    if own.get("type") == "array":
        return f"list of {_kind(own.get('items', {}), schemas)}"
    return {"string": "text"}.get(str(own.get("type", "any")), str(own.get("type", "any")))


def _said(own: Mapping[str, Any]) -> str:
    said = str(own.get("description", "")).replace("|", "\\|").rstrip(".")
    return f"{said}{'; ' if said and own.get('required') else ''}{'required' if own.get('required') else ''}"


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def main() -> None:
    """Print or write the reference."""
    with tempfile.TemporaryDirectory() as name, running(example_instance(Path(name))) as service:
        found = json.dumps(examples(service), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if sys.argv[1:] == ["--write"]:
            PLACE.write_text(found, encoding="utf-8")
            PAGE.write_text(page(service), encoding="utf-8")
        else:
            print(page(service))


if __name__ == "__main__":
    main()
