"""The OpenAPI document: what FastAPI knows of the routes, and the types of our own answers."""

from typing import Any

from fastapi import FastAPI

from proofboard.api.answers import components

UNUSED = ("HTTPValidationError", "ValidationError")
"""FastAPI's own shape of errors, which is never answered here."""


def describe(app: FastAPI) -> None:
    """Make an application describe itself whole."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.update(components())
        for name in UNUSED:
            schemas.pop(name, None)
        return document

    app.openapi = whole  # type: ignore[method-assign]
