"""Boards as tables: the views of a publication that are exported; every cell is a published value, none is computed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from proofboard.core.ranks import competition_ranks
from proofboard.errors import fault
from proofboard.publish.views.tables import Cell, Column, Table, by_at_least
from proofboard.schemas.board import BoardRow, Leaderboard, WinRegion
from proofboard.schemas.publication import BenchmarkDocument, CategoryBoard, ItemIndex

NUMBER: Final = True
BOARDS: Final = "overall, language, category, facet:NAME, category:VALUE, efficiency, metrics, items"

Pick = Callable[[BoardRow], Cell]
Picked = tuple[Column, Pick]

NAMES: Final[Sequence[Picked]] = (
    (Column("vendor", "Vendor"), lambda row: row.vendor),
    (Column("config_name", "Configuration"), lambda row: row.config_name),
    (Column("model", "Model"), lambda row: row.model),
)

RANK: Final[Picked] = (Column("rank", "Rank", NUMBER), lambda row: row.rank)
PUBLIC: Final[Picked] = (Column("public", "Public", NUMBER), lambda row: row.public.score)
TRACK: Final[Picked] = (Column("track", "Track"), lambda row: row.track)
PENDING: Final[Picked] = (Column("pending", "Pending"), lambda row: "waits for the next close" if row.pending else None)


def _region(won: WinRegion) -> str:
    return f"{won.slice} {by_at_least(won.lower_bound)} ({won.state})"


OVERALL: Final[Sequence[Picked]] = (
    PUBLIC,
    (Column("public_low", "Low", NUMBER), lambda row: row.public.interval[0] if row.public.interval else None),
    (Column("public_high", "High", NUMBER), lambda row: row.public.interval[1] if row.public.interval else None),
    (Column("held_out", "Held-out", NUMBER), lambda row: row.held_out.score),
    (Column("overfit_gap", "Gap", NUMBER), lambda row: row.overfit_gap),
    (Column("n_items", "Items", NUMBER), lambda row: row.public.n_items),
    (Column("n_answered", "Answered", NUMBER), lambda row: row.public.n_answered),
    (Column("assurance", "Assurance"), lambda row: row.public.assurance),
    (Column("cost_per_score", "Cost per score", NUMBER), lambda row: row.cost_per_score),
    (Column("kind", "Kind"), lambda row: row.kind),
    (Column("organization", "Organization"), lambda row: row.organization),
    (Column("contributor", "Contributor"), lambda row: row.contributor),
    (Column("date", "Date"), lambda row: row.date),
    (Column("invalid", "Invalid"), lambda row: row.invalid),
    (Column("rank_low", "Best rank", NUMBER), lambda row: row.rank_range[0] if row.rank_range else None),
    (Column("rank_high", "Worst rank", NUMBER), lambda row: row.rank_range[1] if row.rank_range else None),
    (Column("win_regions", "Wins"), lambda row: "; ".join(map(_region, row.win_regions)) or None),
    (Column("target_verdict", "Target"), lambda row: row.target_verdict.verdict if row.target_verdict else None),
    (Column("overfit_test", "Overfit test"), lambda row: row.overfit_test),
    (Column("same_recipe_as", "Same recipe as"), lambda row: row.same_recipe_as),
)

EFFICIENCY: Final[Sequence[Picked]] = (
    PUBLIC,
    (Column("relative", "Relative (%)", NUMBER), lambda row: row.efficiency.relative),
    (Column("score_per_dollar", "Score per $", NUMBER), lambda row: row.efficiency.score_per_dollar),
    (
        Column("score_per_million_tokens", "Score per million tokens", NUMBER),
        lambda row: row.efficiency.score_per_million_tokens,
    ),
    (Column("score_per_second", "Score per second", NUMBER), lambda row: row.efficiency.score_per_second),
    (Column("cost_per_score", "Cost per score", NUMBER), lambda row: row.cost_per_score),
    (Column("cost_dollars", "Cost ($)", NUMBER), lambda row: row.usage.cost_dollars),
    (Column("total_tokens", "Tokens", NUMBER), lambda row: row.usage.total_tokens),
    (Column("seconds", "Seconds", NUMBER), lambda row: row.usage.seconds.mean if row.usage.seconds else None),
    (
        Column("seconds_95", "Seconds (95th percentile)", NUMBER),
        lambda row: row.usage.seconds.percentile_95 if row.usage.seconds else None,
    ),
    (Column("generation_calls", "Calls", NUMBER), lambda row: row.usage.generation_calls),
    (Column("judge_calls", "Judge calls", NUMBER), lambda row: row.usage.judge_calls),
    (Column("n_recorded", "Recorded", NUMBER), lambda row: row.usage.n_recorded),
)


def overall(board: Leaderboard, rows: Sequence[BoardRow]) -> Table:
    """Show the ranks and scores of the overall board."""
    return _table(caption_of(board, "overall", board.ranking), board, rows, (RANK, *NAMES, *OVERALL))


def efficiency(board: Leaderboard, rows: Sequence[BoardRow]) -> Table:
    """Show what each score cost, in dollars, tokens and seconds."""
    return _table(caption_of(board, "efficiency", board.ranking), board, rows, (RANK, *NAMES, *EFFICIENCY))


def metrics(board: Leaderboard, rows: Sequence[BoardRow]) -> Table:
    """Show every metric and aggregate on the public items."""
    names = dict.fromkeys(name for row in rows for name in row.public.metrics)
    picked = [(Column(f"metric={name}", name, NUMBER), _metric(name)) for name in names]
    return _table(caption_of(board, "every metric, public items", board.ranking), board, rows, (RANK, *NAMES, *picked))


def facet(board: Leaderboard, rows: Sequence[BoardRow], rules: BenchmarkDocument, name: str) -> Table:
    """Show the headline on every value of a facet; such boards rank on public scores and say so."""
    values = list(rules.benchmark.facets[name].values) if name in rules.benchmark.facets else []
    found = dict.fromkeys(value for row in rows for value in row.public.by.get(name, {}))
    ordered = [*(value for value in values if value in found), *(value for value in found if value not in values)]
    ranking = f"public {'asc' if board.ranking.endswith('asc') else 'desc'}"
    ranks = _public_ranks(board)
    picked: list[Picked] = [(Column(f"{name}={value}", value, NUMBER), _slice(name, value)) for value in ordered]
    rank: Picked = (Column("rank", "Rank", NUMBER), lambda row: ranks[row.vendor, row.config_name])
    ordered_rows = sorted(rows, key=lambda row: _place(ranks[row.vendor, row.config_name], row))
    return _table(caption_of(board, f"by {name}", ranking), board, ordered_rows, (rank, *NAMES, PUBLIC, *picked))


def facet_named(board: Leaderboard, rules: BenchmarkDocument, wanted: str, asked: str) -> str:
    """Return the facet of a board's name: `language` and `category` by their role, `facet:NAME` by its name.

    `asked` is how its reader asked for it; raises InputError where the board has no such facet.
    """
    facets = rules.benchmark.facets
    pairs = [f"{one}×{other}" for one, other in rules.benchmark.slice_pairs]
    if wanted.startswith("facet:"):
        name = wanted.removeprefix("facet:")
        if name in facets or name in pairs:
            return name
    else:
        for name, made in facets.items():
            if made.role == wanted:
                return name
    known = ", ".join([*facets, *pairs]) or "none"
    raise fault(asked, f"{board.title} has no such facet; its facets are {known}")


def category(board: Leaderboard, rows: Sequence[BoardRow], boards: Sequence[CategoryBoard], value: str) -> Table:
    """Show one category problem by problem, with the average that ranks."""
    found = [own for own in boards if own.value == value]
    if not found:
        known = ", ".join(dict.fromkeys(own.value for own in boards)) or "none"
        raise fault(f"--board category:{value}", f"{board.title} has no board of this category; it has {known}")
    named = {f"{row.vendor}/{row.config_name}": row for row in rows}
    items = list(dict.fromkeys(item for own in found for item in own.items))
    beside = _beside_rank(board)
    cells: list[list[Cell]] = []
    for own in found:
        for line in own.rows:
            if (row := named.get(line.entry)) is not None:
                scores = dict(zip(own.items, line.values, strict=True))
                picked = [pick(row) for _, pick in (*beside, *NAMES)]
                cells.append([line.rank, *picked, line.average, *(scores.get(item) for item in items)])
    return Table(
        caption=caption_of(board, f"{found[0].facet} {value}, {found[0].metric} by problem", found[0].ranking),
        columns=[
            RANK[0],
            *(column for column, _ in (*beside, *NAMES)),
            Column("average", "Average", NUMBER),
            *(Column(f"item={item}", item, NUMBER) for item in items),
        ],
        rows=cells,
    )


def items(board: Leaderboard, index: ItemIndex) -> Table:
    """Show how hard each public item is for the entries of the board."""
    return Table(
        caption=f"{board.title}: public items, mean {index.metric} over the entries that have a score",
        columns=[
            Column("item", "Item"),
            Column("item_set", "Set"),
            Column("mean", "Mean", NUMBER),
            Column("n_scored", "Entries", NUMBER),
        ],
        rows=[(item.id, item.item_set, item.mean, item.n_scored) for item in index.items],
    )


def caption_of(board: Leaderboard, shown: str, ranking: str) -> str:
    """Say what a table shows, under which protocol, what its ranks follow, and who is in none of them yet."""
    said = f"{board.title}: {shown}. Ranked by {_BASES.get(ranking, ranking)}. Protocol {board.eval_protocol_version}."
    if not board.n_pending:
        return said
    waiting = "1 entry waits" if board.n_pending == 1 else f"{board.n_pending:,} entries wait"
    return f"{said} {waiting} for the next close: the ranks are those of the last one."


_BASES: Final[Mapping[str, str]] = {
    "held_out desc": "held-out score, highest first (held_out desc)",
    "held_out asc": "held-out score, lowest first (held_out asc)",
    "public desc": "public score, highest first (public desc)",
    "public asc": "public score, lowest first (public asc)",
}


def _table(caption: str, board: Leaderboard, rows: Sequence[BoardRow], picked: Sequence[Picked]) -> Table:
    shown = (picked[0], *_beside_rank(board), *picked[1:])
    return Table(
        caption=caption,
        columns=[column for column, _ in shown],
        rows=[[pick(row) for _, pick in shown] for row in rows],
    )


def _beside_rank(board: Leaderboard) -> Sequence[Picked]:
    """Return what a rank says too little without: the track that it is in, and why there is none yet."""
    return [*([TRACK] if len(board.tracks) > 1 else []), *([PENDING] if board.n_pending else [])]


def _metric(name: str) -> Pick:
    return lambda row: row.public.metrics.get(name)


def _slice(facet_name: str, value: str) -> Pick:
    return lambda row: row.public.by.get(facet_name, {}).get(value)


def _public_ranks(board: Leaderboard) -> dict[tuple[str, str], int | None]:
    """Rank every track by public score; an invalid or repeated entry has no rank on any board."""
    ranks: dict[tuple[str, str], int | None] = {}
    for track in dict.fromkeys(row.track for row in board.entries):
        scores = {
            (row.vendor, row.config_name): None
            if row.pending or row.invalid or row.same_recipe_as
            else row.public.score
            for row in board.entries
            if row.track == track
        }
        ranks |= competition_ranks(scores, higher_first=not board.ranking.endswith("asc"))
    return ranks


def _place(rank: int | None, row: BoardRow) -> tuple[bool, int, str, str]:
    return (rank is None, rank or 0, row.vendor, row.config_name)
