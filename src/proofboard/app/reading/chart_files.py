"""Vega-Lite specifications as files: pictures by the converter of `proofboard[charts]`, which may fetch nothing."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import msgspec

from proofboard.errors import InputError, MissingExtraError, fault

GET_IT: Final = "install it with `pip install 'proofboard[charts]'`, or write a .json, which needs no converter"
LARGEST_SCALE: Final = 8.0
VEGA_LITE: Final = "6.4"


class Picture(msgspec.Struct, frozen=True):
    """How pictures are made."""

    scale: float = 2.0
    """Pixels of a PNG for each unit of the chart."""
    fonts: Path | None = None
    """A folder of fonts, for scripts that the converter has no font for."""


def _svg(specification: Mapping[str, Any], picture: Picture) -> bytes:
    return _drawn(specification, picture).encode()


def _png(specification: Mapping[str, Any], picture: Picture) -> bytes:
    if not 0 < picture.scale <= LARGEST_SCALE:
        raise fault(f"--scale {picture.scale:g}", f"is out of range; give a number above 0, up to {LARGEST_SCALE:g}")
    raw: bytes = _converter().svg_to_png(_drawn(specification, picture), scale=picture.scale)
    return raw


def _pdf(specification: Mapping[str, Any], picture: Picture) -> bytes:
    raw: bytes = _converter().svg_to_pdf(_drawn(specification, picture))
    return raw


def _json(specification: Mapping[str, Any], picture: Picture) -> bytes:  # noqa: ARG001 - the shape of a writer
    return msgspec.json.format(msgspec.json.encode(specification), indent=2) + b"\n"


WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any], Picture], bytes]]] = {
    ".svg": _svg,
    ".png": _png,
    ".pdf": _pdf,
    ".json": _json,
}
"""The end of a file's name → what writes such files."""


def _drawn(specification: Mapping[str, Any], picture: Picture) -> str:
    """Draw an SVG, out of which the other pictures are made."""
    converter = _converter()
    if picture.fonts is not None:
        _register(converter, picture.fonts)
    try:
        # A specification that names an address must not make this machine fetch it.
        drawn: str = converter.vegalite_to_svg(dict(specification), vl_version=VEGA_LITE, allowed_base_urls=[])
    except ValueError as error:
        raise fault("chart", f"cannot be drawn: {str(error).strip().splitlines()[0]}") from error
    # The list of addresses is for data only: making a PNG or PDF of an SVG would fetch its images. Text that looks like
    # an element is escaped.
    if _IMAGE.search(drawn):
        raise fault("chart", "cannot be drawn: it holds an image, which would be fetched")
    return drawn


_IMAGE: Final = re.compile("<(?:fe)?image", re.IGNORECASE)


def _converter() -> ModuleType:
    try:
        import vl_convert  # noqa: PLC0415 - an extra, and 80 MB that no other command needs
    except ImportError as error:
        raise MissingExtraError(f"pictures of charts need vl-convert-python, which is not here; {GET_IT}") from error
    module: ModuleType = vl_convert
    return module


def _register(converter: ModuleType, folder: Path) -> None:
    fonts = [file for file in folder.rglob("*") if file.suffix.lower() in {".ttf", ".otf", ".ttc"}]
    if not fonts:
        raise _no_fonts(folder)
    converter.register_font_directory(str(folder))


def _no_fonts(folder: Path) -> InputError:
    reason = "holds no .ttf, .otf or .ttc file" if folder.is_dir() else "is not a folder"
    return fault(folder, f"{reason}; give a folder of fonts")
