"""One entry of a board as text for people: numbers as they are published, formatted and never recomputed."""

from collections.abc import Iterator, Sequence

from proofboard.publish.views.tables import by_at_least, plain, printable
from proofboard.schemas.agreement import JudgeAgreement, JudgesAgreement, VotesAgreement
from proofboard.schemas.board import BoardRow, Leaderboard, Scores, TargetVerdict, TierLoopFigures
from proofboard.schemas.publication import EntryDocument, Revision
from proofboard.schemas.selectors import name_of

NOTHING = "none"
UNNAMED = "judge without a name"
WIDTH = 24


def entry_text(board: Leaderboard, row: BoardRow, document: EntryDocument) -> str:
    """Write everything that the board and its own document say of an entry, section by section."""
    sections = [
        [_title(row), *_identity(row, document)],
        ["Scores", *_ranks(board, row), *_scores(board, row, document)],
        *_comparison(row),
        *_slices(row),
        ["Metrics (public items)", *_listed(row.public.metrics)],
        ["Efficiency and usage (public items)", *_usage(row)],
        *_loop(row),
        *([["Agreement of judges (public items)", *_agreement(own)]] if (own := document.judge_agreement) else []),
        *_programs(document),
        ["Evidence", *_evidence(row)],
        *_history(document),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections) + "\n"


def _line(label: str, value: object, width: int = WIDTH) -> str:
    shown = value if isinstance(value, str) else plain(value)  # type: ignore[arg-type]
    return f"  {printable(label):<{width}} {printable(shown) or NOTHING}"


def _title(row: BoardRow) -> str:
    return f"{name_of(row)}" + (f" ({printable(row.title)})" if row.title else "")


def _identity(row: BoardRow, document: EntryDocument) -> Iterator[str]:
    yield _line("model", row.model)
    yield _line("organization", row.organization)
    yield _line("kind", row.kind)
    yield _line("contributor", row.contributor)
    yield _line("recorded", row.date)
    if document.accepted is not None:
        yield _line("accepted", document.accepted)
    if row.track is not None:
        yield _line("track", row.track)
    yield _line("configuration", row.configuration)


def _ranks(board: Leaderboard, row: BoardRow) -> Iterator[str]:
    yield _line("rank", "none: it waits for the next close" if row.pending else _rank(board, row))
    if row.rank_range:
        yield _line("possible ranks", f"{_run(row.rank_range)}; at 95 %, all entries together")
    if row.tied_groups:
        yield _line("tied groups", _run(row.tied_groups))
    if row.same_recipe_as:
        yield _line("same recipe as", f"{row.same_recipe_as}, which is ranked for both")
    yield _line("ranked by", _group(board, row)[0])
    if row.invalid:
        yield _line("invalid", row.invalid)


def _scores(board: Leaderboard, row: BoardRow, document: EntryDocument) -> Iterator[str]:
    yield _line("public", f"{_score(row.public.score, row.public.interval)}; {row.public.assurance}")
    if row.public.reason:
        yield _line("", row.public.reason)
    for bundle in document.identity.bundles:
        if purge := bundle.purged:
            told = f"answers removed on {purge.date} ({purge.reason}); nobody can grade them again"
            yield _line(f"purged ({bundle.item_set})", told)
    if row.public.exact:
        yield _line("public, exact", "/".join(row.public.exact))
    counts = f"{row.public.n_answered} of {row.public.n_prompts} prompts answered, {row.public.n_items} items"
    yield _line("answered", counts)
    if row.public.runs:
        runs = row.public.runs
        scores = ", ".join(plain(score) or NOTHING for score in runs.scores)
        yield _line("runs", f"{scores}; standard error {plain(runs.standard_error) or NOTHING}")
    if row.public.variance:
        split = row.public.variance
        parts = f"{plain(split.between_items)} between items, {plain(split.within_items)} within"
        yield _line("variance", f"{parts}; {split.trials} trials")
    known = "; attested" if row.held_out.score is not None else f" ({row.held_out.status})"
    yield _line("held-out", f"{_score(row.held_out.score, row.held_out.interval)}{known}")
    yield _line("overfit gap", _score(row.overfit_gap, row.overfit_interval))
    if row.overfit_test:
        yield _line("overfit test", f"{row.overfit_test}; attested")
    if board.minimum_detectable_difference is not None:
        yield _line("smallest difference", f"{plain(board.minimum_detectable_difference)} can be told from chance")


def _group(board: Leaderboard, row: BoardRow) -> tuple[str, Sequence[BoardRow]]:
    """Return what ranks follow where a row stands, and the rows it is ranked among."""
    for other in board.other_protocols:
        if other.protocol_version == row.protocol_version:
            return f"{other.ranking}, among the entries of protocol {other.protocol_version}", other.entries
    return f"{board.ranking}, protocol {board.eval_protocol_version}", board.entries


def _rank(board: Leaderboard, row: BoardRow) -> str:
    if row.rank is None:
        return NOTHING
    among = [own for own in _group(board, row)[1] if own.track == row.track and own.rank is not None]
    shared = sum(own.rank == row.rank for own in among) - 1
    return f"{row.rank} of {len(among)}" + (f", shared with {shared} more" if shared else "")


def _score(score: float | None, interval: tuple[float, float] | None) -> str:
    if score is None:
        return NOTHING
    return plain(score) + (f"  [{plain(interval[0])}, {plain(interval[1])}]" if interval else "")


def _run(ends: tuple[int, int]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _comparison(row: BoardRow) -> Iterator[list[str]]:
    """Write where an entry beats its vendor's default, and what became of its target."""
    width = max([WIDTH, *(len(printable(own.slice)) for own in row.win_regions)])
    lines = [
        _line(own.slice, f"better, {by_at_least(own.lower_bound)}; {own.state}{_held_out(own.held_out)}", width)
        for own in row.win_regions
    ]
    if row.target_verdict:
        lines.append(_line("target", _target(row.target_verdict), width))
    if lines:
        yield ["Against the vendor's default (public items)", *lines]


def _target(found: TargetVerdict) -> str:
    if found.verdict is None:
        return f"not tested: {found.reason}{_held_out(found.held_out)}"
    sizes = f"{plain(found.difference)} on {found.n_items} items, at least {plain(found.lower_bound)}"
    return f"{found.verdict}: {sizes}{_held_out(found.held_out)}"


def _held_out(verdict: str | None) -> str:
    return f"; held-out: {verdict}" if verdict else ""


def _listed(scores: Scores) -> Iterator[str]:
    for name, score in scores.items():
        yield _line(name, score)


def _slices(row: BoardRow) -> Iterator[list[str]]:
    for facet, scores in row.public.by.items():
        yield [f"By {printable(facet)} (public items)", *_listed(scores)]


def _usage(row: BoardRow) -> Iterator[str]:
    efficiency, usage = row.efficiency, row.usage
    yield _line("relative efficiency", None if efficiency.relative is None else f"{plain(efficiency.relative)} %")
    yield _line("score per dollar", efficiency.score_per_dollar)
    yield _line("score per 10⁶ tokens", efficiency.score_per_million_tokens)
    yield _line("score per second", efficiency.score_per_second)
    yield _line("cost per score", None if row.cost_per_score is None else f"${plain(row.cost_per_score)}")
    yield _line("cost", None if usage.cost_dollars is None else f"${plain(usage.cost_dollars)}")
    yield _line("tokens", usage.total_tokens)
    yield _line("calls", usage.generation_calls)
    yield _line("judge calls", usage.judge_calls)
    if usage.seconds:
        spread = usage.seconds
        yield _line("seconds", f"mean {plain(spread.mean)}, 95th percentile {plain(spread.percentile_95)}")


def _loop(row: BoardRow) -> Iterator[list[str]]:
    if (loop := row.close_the_loop) is not None:
        yield [
            "Checking and repairing (repair items)",
            _line("runnable at first", loop.base_runnable),
            _line("runnable after repair", loop.repaired_runnable),
            _line("lift", loop.repair_lift),
            *(_line(f"lift, {tier}", _lift(own)) for tier, own in loop.by_tier.items()),
            *(_line(f"agreement, {tier}", share) for tier, share in loop.dry_run_agreement.items()),
        ]


def _lift(own: TierLoopFigures) -> str:
    first, then = plain(own.base_runnable) or NOTHING, plain(own.repaired_runnable) or NOTHING
    return f"{plain(own.repair_lift) or NOTHING}, from {first} to {then} of {own.n_prompts} prompts"


def _agreement(found: JudgeAgreement) -> Iterator[str]:
    """Write how far votes and judges agree, beyond chance."""
    votes = found.votes
    left = f"; {votes.n_left_out} with another number are left out" if votes.n_left_out else ""
    counts = f"{votes.n_votes} votes on {votes.n_responses} answers{left}"
    yield _line("votes", f"{_beyond_chance(votes)} (Fleiss); {counts}")
    for own in found.judges:
        yield _line(
            f"{own.a or UNNAMED}, {own.b or UNNAMED}", f"{_beyond_chance(own)} (Cohen); {own.n_responses} answers"
        )


def _programs(document: EntryDocument) -> Iterator[list[str]]:
    """Write how programs of the owner got on with each bundle, and what they found."""
    for bundle in document.identity.bundles:
        if (own := bundle.graded) is not None:
            yield [
                f"Graded by programs ({bundle.item_set} items)",
                _line("kept in by", own.sandbox),
                *(_line(outcome, count) for outcome, count in own.outcomes.items()),
                *(_line(f"found {count} times", finding) for finding, count in own.findings.items()),
            ]


def _beyond_chance(own: VotesAgreement | JudgesAgreement) -> str:
    return f"{plain(own.observed) or NOTHING} agree, kappa {plain(own.kappa) or NOTHING}"


def _evidence(row: BoardRow) -> Iterator[str]:
    yield _line("entry document", row.entry)
    yield _line("recorded bundle", f"sha256:{row.run.recorded_bundle_sha256}")
    yield _line("recorded with", row.run.tool_version)
    if row.run.judge_model:
        yield _line("judge", f"{row.run.judge_model}; votes on each response: {plain(row.run.n_votes) or NOTHING}")
    for found in row.disagreements:
        said = f"claims {plain(found.claimed) or NOTHING}, its items give {plain(found.found) or NOTHING}"
        yield _line("disagreement", f"{found.statistic}: {said}")


def _history(document: EntryDocument) -> Iterator[list[str]]:
    """Write what the entry was before, the oldest first."""
    if document.history:
        yield ["Earlier revisions", *(_revision(own) for own in document.history)]


def _revision(own: Revision) -> str:
    recorded = f"; recorded {own.date}" if own.date else ""
    return _line(str(own.number), f"public {plain(own.score) or NOTHING}{recorded}; document {own.document}")
