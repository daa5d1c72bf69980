"""The reference of the endpoints as a page, which loads nothing from anywhere: one style, no script."""

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

DOCUMENT: Final = "/api/v1/openapi.json"
STYLE: Final = "/api/v1/docs.css"
_CSS: Final = """\
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #1c1c1c; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.875rem; }
pre { overflow-x: auto; background: #f4f4f4; padding: 0.75rem; max-height: 24rem; }
table { border-collapse: collapse; } td, th { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
h2 { margin-top: 2.5rem; border-top: 1px solid #c8c8c8; padding-top: 1rem; }
@media (prefers-color-scheme: dark) { body { background: #161616; color: #e8e8e8; } pre { background: #242424; } }
"""


@router.get("/docs")
def get_reference(request: Request) -> HTMLResponse:
    """Show every endpoint with its parameters and an example of each answer."""
    document = request.app.openapi()
    sections = [
        part
        for path, methods in sorted(document["paths"].items())
        for method, operation in methods.items()
        for part in _operation(path, method, operation)
    ]
    return _page("API", [f'<p>The same for programs: <a href="{DOCUMENT}">{DOCUMENT}</a></p>', *sections])


@router.get("/docs.css")
def get_style() -> HTMLResponse:
    """Answer the style of these pages."""
    return HTMLResponse(_CSS, media_type="text/css", headers={"cache-control": "public, max-age=3600"})


def _page(title: str, parts: Iterable[str]) -> HTMLResponse:
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Proofboard</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="{STYLE}"></head><body><main><h1>{title}</h1>'
    )
    return HTMLResponse(f"{head}{''.join(parts)}</main></body></html>", headers={"cache-control": "no-cache"})


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{escape(operation["operationId"])}"><code>{method.upper()} {escape(path)}</code></h2>'
    yield f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>"
    rows = [
        f"<tr><td><code>{escape(own['name'])}</code></td><td>{own['in']}</td>"
        f"<td>{escape(own.get('description', ''))}</td></tr>"
        for own in operation.get("parameters", [])
    ]
    if rows:
        yield f"<table><tr><th>parameter</th><th>in</th><th></th></tr>{''.join(rows)}</table>"
    statuses = ", ".join(f"{status} {escape(own['description'])}" for status, own in operation["responses"].items())
    yield f"<p>Answers: {statuses}</p>"
