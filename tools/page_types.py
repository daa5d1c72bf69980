"""Write the types that the page knows our documents and our API by, out of the JSON Schemas of both.

    python tools/page_types.py [--write]

Without `--write` it says what is not current, and ends with status 1. Needs `npm ci` in `web/`.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

import node
from node import WEB, command, environment
from proofboard.api.main import make_api
from proofboard.app.schemas import DOCUMENTS
from proofboard.app.service.opening import opened_instance
from proofboard.settings import Settings

BANNER: Final = "Written by tools/page_types.py out of our schemas."
SITE: Final = node.WEB / "src" / "site" / "types.ts"
SERVICE: Final = node.WEB / "src" / "service" / "types.ts"


def main(arguments: list[str]) -> int:
    """Write both files, or say which is not current."""
    stale = [place for place, text in made().items() if not place.exists() or place.read_text("utf-8") != text]
    if "--write" in arguments:
        for place, text in made().items():
            place.write_text(text, encoding="utf-8")
        return 0
    for place in stale:
        print(f"{place} is not current: run python tools/page_types.py --write")
    return 1 if stale else 0


def made() -> dict[Path, str]:
    """Return what each file should hold."""
    return {SITE: typescript(_documents()), SERVICE: typescript(_bodies())}


def typescript(schema: Mapping[str, Any]) -> str:
    """Turn the definitions of a schema into TypeScript."""
    asked = json.dumps({"banner": BANNER, "schema": _untitled(schema)})
    done = subprocess.run(  # noqa: S603 - our own script
        command(["node", "tools/types.mjs"]),
        cwd=WEB,
        env=environment(),
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"node tools/types.mjs failed: {done.stderr}")
    return done.stdout


def _documents() -> dict[str, Any]:
    _, named = msgspec.json.schema_components(list(DOCUMENTS.values()), ref_template="#/$defs/{name}")
    return _together(named)


def _bodies() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, opened_instance(Settings(data=Path(folder))) as instance:
        named = make_api(instance).openapi()["components"]["schemas"]
    return _together(json.loads(json.dumps(named).replace("#/components/schemas/", "#/$defs/")))


def _together(named: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: {"$ref": f"#/$defs/{name}"} for name in named}
    return {"type": "object", "properties": properties, "required": list(named), "$defs": dict(named)}


def _untitled(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Leave titles out, each of which would become a type of its own, and write tuples as older drafts do."""
    if isinstance(value, dict):
        if "prefixItems" in value:
            value = {**value, "items": value["prefixItems"]}
            del value["prefixItems"]
        return {key: _untitled(own) for key, own in value.items() if not (key == "title" and isinstance(own, str))}
    return [_untitled(own) for own in value] if isinstance(value, list) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
