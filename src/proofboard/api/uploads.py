"""What is posted, written to a file as it comes in: a whole body, or the one file of a form."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from proofboard.app.intake.looking import Form
from proofboard.errors import RefusedError

JSON: Final = "application/json"
MULTIPART: Final = "multipart/form-data"
ARCHIVES: Final = frozenset(
    {
        "application/zip",
        "application/x-tar",
        "application/gzip",
        "application/x-gzip",
        "application/x-xz",
        "application/octet-stream",
    }
)
MOST_FIELDS: Final = 4
CHUNK_BYTES: Final = 1 << 20
OTHER_TYPE: Final = (
    "The media type {!r} is not read here; send application/zip, application/json or multipart/form-data"
)
NO_FILE: Final = "The form holds no file, or several; send one part with a file, called artifact"


class Posted(msgspec.Struct, frozen=True):
    """A body that was received."""

    form: Form
    file: Path
    """It lasts as long as the request."""


@asynccontextmanager
async def received(request: Request) -> AsyncIterator[Posted]:
    """Write the body of a request to a file; raises RefusedError (415, 422) for what is not read here.

    How large a body may be is watched where it comes in, before this.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {JSON, MULTIPART, *ARCHIVES} and not kind.endswith("+json"):
        raise RefusedError(415, OTHER_TYPE.format(kind[:80]))
    with tempfile.TemporaryDirectory(prefix="proofboard-upload-") as folder:
        file = Path(folder) / "upload"
        if kind == MULTIPART:
            form = await _write_form(request, file)
        else:
            form = "artifact" if kind in ARCHIVES else "results"
            with file.open("wb") as stream:
                async for chunk in request.stream():
                    stream.write(chunk)
        yield Posted(form, file)


async def _write_form(request: Request, file: Path) -> Form:
    try:
        async with request.form(max_files=1, max_fields=MOST_FIELDS) as fields:
            files = [value for _, value in fields.multi_items() if isinstance(value, UploadFile)]
            if len(files) != 1:
                raise RefusedError(422, NO_FILE)
            with file.open("wb") as stream:
                while chunk := await files[0].read(CHUNK_BYTES):
                    stream.write(chunk)
            return "results" if files[0].content_type == JSON else "artifact"
    except MultiPartException as error:
        raise RefusedError(422, f"The form cannot be read: {error.message}") from error
