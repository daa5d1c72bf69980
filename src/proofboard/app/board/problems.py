"""How the entries of a board did on one public item, the best first."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from proofboard.app.board.heads import Heads, Readable
from proofboard.app.board.keeping import Kept
from proofboard.app.board.stored_site import StoredSite, opened_site
from proofboard.app.people.paging import Page, Span, page
from proofboard.app.review.listing import number_after
from proofboard.core.aggregates import higher_is_better, places_of
from proofboard.core.board import ItemRatios, item_ratios
from proofboard.core.exact import round_ratio
from proofboard.core.ranks import competition_ranks
from proofboard.errors import InputError, RefusedError
from proofboard.publish.names import item_page_path
from proofboard.publish.opened_scores import item_tables, public_bundle, public_scoring
from proofboard.schemas.benchmark import Benchmark
from proofboard.schemas.board import BoardRow
from proofboard.schemas.publication import CategoryBoard, ItemCount, ItemPage
from proofboard.schemas.selectors import name_of

KEPT_RANKINGS: Final = 256
KEPT_TABLES: Final = 2
LARGEST_TABLE: Final = 20_000_000
"""Item scores of a whole board that are read for one answer."""

UNKNOWN: Final = "there is no public problem of this id"
TOO_LARGE: Final = "this board has too many item scores to be read across; fetch `scores/…` of the entries"


class ProblemRank(msgspec.Struct, frozen=True):
    """One entry on one problem."""

    rank: int | None
    """Equal scores share one; None where the entry has no score there, or competes with nobody."""
    entry: str
    score: float | None
    """The headline metric of this item, the mean of its trials."""


class ProblemRankings(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the entries on one problem."""

    benchmark: str
    publication: str
    problem: str
    facets: dict[str, str]
    metric: str
    ranking: str
    items: list[ProblemRank]
    next: str | None


class _Ranked(msgspec.Struct, frozen=True):
    facets: dict[str, str]
    metric: str
    higher_first: bool
    ranks: list[ProblemRank]


_KEPT: Final[Kept[_Ranked]] = Kept(KEPT_RANKINGS)
_TABLES: Final[Kept[tuple[dict[str, int], list[tuple[BoardRow, ItemRatios]]]]] = Kept(KEPT_TABLES)


def problem_rankings(heads: Heads, benchmark: str | None, problem: str, span: Span) -> ProblemRankings:
    """Rank the entries on a public item; an unknown id and that of a held-out item raise the same RefusedError."""
    start = number_after(span) or 0
    stored = heads.of(benchmark)
    site = opened_site(heads, stored)
    counted = next((own for own in site.items.items if own.id == problem and own.item_set == "public"), None)
    if counted is None:
        raise RefusedError(404, UNKNOWN)
    ranked = _KEPT.find((stored.digest, problem), lambda: _ranked(site, stored, counted))
    rest = ranked.ranks[start : start + span.limit + 1]
    shown: Page[ProblemRank] = page(rest, span.limit, range(start + 1, start + len(rest) + 1))
    return ProblemRankings(
        benchmark=stored.benchmark,
        publication=stored.digest,
        problem=problem,
        facets=ranked.facets,
        metric=ranked.metric,
        ranking=f"public {'desc' if ranked.higher_first else 'asc'}",
        items=list(shown.items),
        next=shown.next,
    )


def _ranked(site: StoredSite, stored: Readable, counted: ItemCount) -> _Ranked:
    """Take the scores from the board of the item's category where there is one, and from the item scores otherwise."""
    benchmark = site.rules.benchmark
    facets = _facets(site, counted)
    path = category_path(benchmark, facets)
    if path in stored.documents:
        board = msgspec.json.decode(site.read(path), type=CategoryBoard)
        place = board.items.index(counted.id)
        values = {row.entry: row.values[place] for row in board.rows}
    else:
        values = _across(site, stored, counted.id)
    higher_first = higher_is_better(benchmark, benchmark.headline)
    competing = {name_of(row) for row in site.board.entries if not (row.pending or row.invalid or row.same_recipe_as)}
    able = {name: value if name in competing else None for name, value in values.items()}
    ranks = competition_ranks(able, higher_first=higher_first)
    rows = [ProblemRank(ranks[name], name, value) for name, value in values.items()]
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, row.entry))
    return _Ranked(facets, benchmark.headline, higher_first, rows)


def _facets(site: StoredSite, counted: ItemCount) -> dict[str, str]:
    items: Sequence[dict[str, Any]] = site.document(
        item_page_path(counted.page), site.items.pages[counted.page], ItemPage
    ).items
    return dict(next(own.get("facets", {}) for own in items if own["id"] == counted.id))


def category_path(benchmark: Benchmark, facets: dict[str, str]) -> str:
    """Return where the board of an item's category is published, whether there is one or not."""
    roles = {own.role: name for name, own in benchmark.facets.items()}
    category, track = roles.get("category"), roles.get("track")
    if category is None:
        return ""
    of_track = f"{benchmark.facets[track].values.index(facets[track])}-" if track else ""
    return f"boards/{category}/{of_track}{benchmark.facets[category].values.index(facets[category])}.json"


def _across(site: StoredSite, stored: Readable, problem: str) -> dict[str, float | None]:
    rows = site.board.entries
    if len(rows) * len(site.items.items) > LARGEST_TABLE:
        raise RefusedError(422, TOO_LARGE)
    places, table = _TABLES.find(stored.digest, lambda: _table(site))
    benchmark = site.rules.benchmark
    decimals, place = places_of(benchmark, benchmark.headline), places[problem]
    return {name_of(row): _value(own, place, decimals) for row, own in table}


def _value(own: ItemRatios, place: int, decimals: int) -> float | None:
    numerator, denominator = int(own.numerators[place]), int(own.denominators[place])
    return round_ratio(numerator, denominator, decimals) if denominator else None


def _table(site: StoredSite) -> tuple[dict[str, int], list[tuple[BoardRow, ItemRatios]]]:
    items = item_tables(site)[0]
    rows = [row for row in site.board.entries if _has_scores(site, row)]
    scoring = public_scoring(site, items, rows)
    name = site.rules.benchmark.headline
    return dict(items.index), [(row, item_ratios(scoring, name, j)) for j, row in enumerate(rows)]


def _has_scores(site: StoredSite, row: BoardRow) -> bool:
    try:
        public_bundle(site, row)
    except InputError:
        return False
    return True
