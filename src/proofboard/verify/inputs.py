"""Step 2: from verified documents back to the inputs they follow from, every item score graded again."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from proofboard.core.graders.base import Grader
from proofboard.core.graders.registry import built_in
from proofboard.core.grading import BUILT_IN, INSTALLED, GradingPlan, grading_plan
from proofboard.core.items import ItemTable, check_items, item_table
from proofboard.core.rules.benchmark import check_benchmark
from proofboard.core.rules.programs import COMMAND, program_of
from proofboard.errors import InputError
from proofboard.ledger.attested import attestations_in
from proofboard.publish.assemble import BENCHMARK, COMMITMENTS
from proofboard.publish.inputs import PublicationInputs
from proofboard.publish.names import (
    ITEMS,
    LEADERBOARD,
    ROOT,
    is_page_path,
    item_page_path,
)
from proofboard.schemas.base import DIGEST_PATTERN
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow, Leaderboard, rows_in
from proofboard.schemas.item import Item
from proofboard.schemas.publication import (
    BenchmarkDocument,
    Commitments,
    ItemIndex,
    ItemPage,
    Publication,
)
from proofboard.schemas.selectors import name_of
from proofboard.verify.documents import Documents, reasons_of
from proofboard.verify.held_out import released_of
from proofboard.verify.ledger import ledger_of
from proofboard.verify.refusals import (
    FinerThanReleased,
    GradingMismatch,
    MalformedDocument,
)
from proofboard.verify.regrading import regraded

Installed = Callable[[str, Mapping[str, Any]], Grader | None]


def rebuild_inputs(found: Documents, installed: Installed) -> PublicationInputs:
    """Rebuild what the publication follows from; raises Refusal at the first thing that does not hold.

    `installed` makes the third-party graders that the reader chose to run; metrics of others are taken as recorded.
    """
    document = found.read(BENCHMARK, BenchmarkDocument)
    benchmark = document.benchmark
    plan = _plan(benchmark, document.graders, installed)
    table, repair = _tables(found, benchmark)
    board = found.read(LEADERBOARD, Leaderboard)
    root = found.read(ROOT, Publication)
    if COMMITMENTS in found.raw:
        _check_commitments(found.read(COMMITMENTS, Commitments))
    rows = _rows(board)
    entries = [regraded(found, row, (table, repair), plan) for row in rows]
    ledger = ledger_of(found.raw)
    closed = {f"{row.vendor}/{row.config_name}": row.track for row in rows if not row.pending}
    return PublicationInputs(
        benchmark=benchmark,
        table=table,
        repair=repair,
        plan=plan,
        entries=entries,
        held_out=released_of(found, benchmark, closed),
        skipped=board.skipped,
        commitments=found.raw.get(COMMITMENTS),
        software_version=root.software_version,
        assets={path: raw for path, raw in found.raw.items() if is_page_path(path)},
        pending=frozenset(f"{row.vendor}/{row.config_name}" for row in rows if row.pending),
        ledger=ledger,
        reruns=attestations_in(ledger, benchmark.id),
    )


def _check_commitments(document: Commitments) -> None:
    # Another order could tell which item is which, and one that stands twice would make the set look larger.
    if document.items != sorted(set(document.items)):
        raise MalformedDocument(COMMITMENTS, "does not list each commitment once, in the order of their digits")


def _rows(board: Leaderboard) -> Sequence[BoardRow]:
    """List the rows of all protocols; an entry stands once on a board, or once among the skipped."""
    rows = rows_in(board)
    names = Counter([*(name_of(row) for row in rows), *(own.entry for own in board.skipped)])
    if twice := [name for name, count in sorted(names.items()) if count > 1]:
        raise MalformedDocument(LEADERBOARD, f"lists {', '.join(twice[:5])} more than once; an entry has one place")
    return rows


def _plan(benchmark: Benchmark, sources: Mapping[str, str], installed: Installed) -> GradingPlan:
    """Plan the grading with our own built-in graders; a published source that we do not have is a refusal."""
    graders: dict[str, Grader] = {}
    named: dict[str, str] = {}
    try:
        check_benchmark(benchmark, BENCHMARK)
        for name, metric in benchmark.metrics.items():
            if metric.grader is None:
                continue
            source = sources.get(name, "")
            if program := program_of(metric):
                named[name] = _of_program(name, program, source)
                continue
            kind, options = metric.grader.kind, metric.grader.options
            own = built_in(kind, options, f"{BENCHMARK}: metrics.{name}")
            grader = own or installed(kind, options)
            named[name] = f"{BUILT_IN if own else INSTALLED} {grader.name} {grader.version}" if grader else source
            if grader:
                graders[name] = grader
            # A kind that is not ours may not call itself built in: its numbers would pass for recomputed ones.
            if named[name] != source or not source.startswith(f"{BUILT_IN if own else INSTALLED} "):
                expected = repr(named[name]) if grader else f"'{INSTALLED} …', because no {kind!r} is built in"
                raise GradingMismatch(BENCHMARK, f"the metric {name!r} says {source!r}, expected {expected}")
    except InputError as error:
        raise MalformedDocument(BENCHMARK, reasons_of(error, BENCHMARK)) from error
    return grading_plan(benchmark, graders, named)


def _of_program(name: str, program: str, source: str) -> str:
    """Accept what a metric says of its program: the digest is the owner's word, as the numbers are."""
    if not re.match(rf"{COMMAND} {re.escape(program)} {DIGEST_PATTERN[1:]}", source):
        raise GradingMismatch(
            BENCHMARK, f"the metric {name!r} says {source!r}, expected '{COMMAND} {program} sha256:…'"
        )
    return source


def _tables(found: Documents, benchmark: Benchmark) -> tuple[ItemTable, ItemTable | None]:
    index = found.read(ITEMS, ItemIndex)
    pages = [found.read(item_page_path(number), ItemPage).items for number in range(len(index.pages))]
    items = [_item(plain, number) for number, page in enumerate(pages) for plain in page]
    if [item.id for item in items] != [counted.id for counted in index.items]:
        raise MalformedDocument(ITEMS, "does not list the items of its pages in their order")
    parted: dict[str, list[Item]] = {"public": [], "repair": []}
    for item, counted in zip(items, index.items, strict=True):
        if counted.item_set not in parted:
            reason = f"{counted.id!r} is of the set {counted.item_set!r}, which is never published"
            raise FinerThanReleased(ITEMS, reason)
        parted[counted.item_set].append(item)
    try:
        for items in filter(None, (parted["public"], parted["repair"])):
            check_items(items, benchmark, ITEMS)
    except InputError as error:
        raise MalformedDocument(ITEMS, reasons_of(error, ITEMS)) from error
    return item_table(parted["public"]), item_table(parted["repair"]) if parted["repair"] else None


def _item(plain: dict[str, Any], page: int) -> Item:
    try:
        return msgspec.convert(plain, Item)
    except msgspec.ValidationError as error:
        raise MalformedDocument(item_page_path(page), str(error)) from error
