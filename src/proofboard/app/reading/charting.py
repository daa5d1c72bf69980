"""Draw a chart of a publication into a file, without a browser."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from proofboard.app.reading.chart_files import WRITERS, Picture
from proofboard.app.reading.choosing import chosen
from proofboard.app.site import opened
from proofboard.errors import OutputError, fault
from proofboard.publish.charts.drawing import ChartDocuments, ChartOptions, Drawn
from proofboard.publish.charts.filling import CHARTS, Look, filled, said_words
from proofboard.publish.charts.words import EN
from proofboard.publish.names import entry_path
from proofboard.publish.opened import OpenedSite
from proofboard.publish.views.export import facet_named
from proofboard.schemas.publication import EntryDocument, VendorDocument
from proofboard.schemas.selectors import name_of, select

LARGEST_TOP: Final = 200
LARGEST_DAYS: Final = 36_500
NARROWEST: Final = 240
WIDEST: Final = 4_000


def draw_chart(site: str, kind: str, out: Path, options: ChartOptions, look: Look, picture: Picture) -> Drawn:
    """Write a chart of a publication as SVG, PNG, PDF or its Vega-Lite specification (JSON); returns what was drawn.

    Raises InputError, UnknownEntryError, MissingExtraError where the converter is not installed, or OutputError.
    """
    write = _writer(out)
    _check_numbers(options, look)
    with opened(site, whole=False) as folder:
        specification, drawn = specified(OpenedSite(folder), kind, options, look)
    raw = write(specification, picture)
    if out.is_dir():
        raise OutputError(f"{out}: is a folder; name a file")
    out.write_bytes(raw)
    return drawn


def specified(site: OpenedSite, kind: str, options: ChartOptions, look: Look) -> tuple[dict[str, Any], Drawn]:
    """Return the filled specification of a chart of a publication that is open; raises InputError."""
    chosen_options = _resolved(site, options)
    drawn = CHARTS[kind].draw(_documents(site, kind, chosen_options), chosen_options)
    if drawn.nothing is not None:
        raise fault(f"chart {kind}", f"{said_words(drawn, EN)[drawn.nothing]}; nothing was written")
    titled = msgspec.structs.replace(look, title=_title(site, chosen_options))
    return filled(kind, drawn, titled), drawn


def _title(site: OpenedSite, options: ChartOptions) -> str:
    tracks = site.board.tracks
    shown = options.track or (tracks[0] if tracks else None)
    return f"{site.board.title} ({shown})" if len(tracks) > 1 and shown else site.board.title


def _writer(out: Path) -> Callable[[Mapping[str, Any], Picture], bytes]:
    write = WRITERS.get(out.suffix.lower())
    if write is None:
        raise fault(out, f"is no format of a chart; end the name of the file with {', '.join(WRITERS)}")
    return write


def _check_numbers(options: ChartOptions, look: Look) -> None:
    for name, value, low, high in (
        ("--top", options.top, 1, LARGEST_TOP),
        ("--days", options.days, 1, LARGEST_DAYS),
        ("--width", look.width, NARROWEST, WIDEST),
    ):
        if not low <= value <= high:
            raise fault(f"{name} {value}", f"is out of range; give {low} to {high}")


def _resolved(site: OpenedSite, options: ChartOptions) -> ChartOptions:
    """Replace what a reader wrote by the names of the board; raises InputError or UnknownEntryError."""
    board = site.board
    names = [name_of(select(board.entries, entry)) for entry in options.entries]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise fault(f"--entry {twice}", "is named twice; give different entries")
    if options.track is not None:
        chosen("--track", [options.track], {track: track for track in board.tracks})
    if options.facet is not None:
        facet_named(board, site.rules, f"facet:{options.facet}", f"--facet {options.facet}")
    return msgspec.structs.replace(options, entries=names)


def _documents(site: OpenedSite, kind: str, options: ChartOptions) -> ChartDocuments:
    needed = CHARTS[kind].needed(site.board, options)
    rows = {name_of(row): row for row in site.board.entries}
    entries = {
        name: site.document(entry_path(name), rows[name].entry, EntryDocument)
        for name in needed.entries
        if name in rows
    }
    return ChartDocuments(site.board, site.rules, entries, _vendors(site, needed.vendors))


def _vendors(site: OpenedSite, names: Sequence[str]) -> dict[str, VendorDocument]:
    named = site.publication.documents
    paths = {name: f"vendors/{name}.json" for name in names}
    return {name: site.document(path, named[path], VendorDocument) for name, path in paths.items() if path in named}
